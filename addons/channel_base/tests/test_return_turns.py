"""Returns that take another turn: fewer units, opened again, decided twice, paid back
in parts, cut short in the warehouse."""

from dataclasses import replace
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..adapter.canonical import (
    ExchangeLine,
    Money,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentStatus,
    Refund,
    RefundLine,
    RefundPush,
    RefundPushLine,
    Resolution,
    ReturnState,
)
from .return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnTurns(ReturnCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.refund_flow = "on"

    def two_lines(self):
        """A delivered order of one product on two lines."""
        external = self.market.place(
            self.market.line(self.offer, 1), self.market.line(self.offer, 2)
        )
        self.poll()
        row = self.order_of(external)
        self.deliver(row)
        return self.market.orders[external.external_id], row

    def agreed_all(self, external):
        found = self.market.send_back(
            *((line, line.quantity, "regret") for line in external.lines),
            state=ReturnState.OPEN,
        )
        self.poll_returns()
        return self.row_of(found)

    def change(self, row, **values):
        self.market.change_return(row.external_id, **values)
        self.poll_returns()

    def awaited(self, row):
        self.env.invalidate_all()
        return sum(row.line_ids._open_moves().mapped("product_uom_qty"))

    # --- there ------------------------------------------------------------------------

    def test_fewer_units_there_lower_the_transfer(self):
        external, _order = self.sold(3)
        row = self.agreed(external, 3)
        line = replace(self.there(row).lines[0], quantity=1)
        self.change(row, lines=(line,))
        self.assertEqual(self.awaited(row), 1)
        self.assertEqual(row.state, "receiving")
        self.inspect(row)
        self.assertEqual((row.state, row.line_ids.received), ("inspected", 1))

    def test_a_line_that_is_gone_there_is_not_awaited(self):
        external, _order = self.two_lines()
        row = self.agreed_all(external)
        self.assertEqual(self.awaited(row), 3)
        self.change(row, lines=self.there(row).lines[:1])
        self.assertEqual(self.awaited(row), 1)
        self.inspect(row)
        self.assertEqual(row.state, "inspected")

    def test_opened_again_there_is_not_closed_at_once(self):
        external, _order = self.sold()
        row = self.agreed(external)
        self.inspect(row)
        line = replace(self.there(row).lines[0], refunded=1)
        self.change(row, lines=(line,))
        self.assertIs(self.there(row).state, ReturnState.CLOSED)
        self.change(row, state=ReturnState.OPEN)
        self.assertIs(self.there(row).state, ReturnState.OPEN)
        self.change(row, lines=(replace(line, quantity=2),))
        self.assertEqual((row.state, self.awaited(row)), ("receiving", 1))
        self.inspect(row)
        self.change(row, lines=(replace(line, quantity=2, processed=2, refunded=2),))
        self.assertEqual(row.state, "done")
        self.assertIs(self.there(row).state, ReturnState.CLOSED)

    def test_opened_again_after_a_person_called_it_done(self):
        external, _order = self.sold()
        row = self.agreed(external)
        row.action_finish()
        self.run_jobs()
        self.assertEqual(row.state, "done")
        self.assertIs(self.there(row).state, ReturnState.CLOSED)
        self.change(row, state=ReturnState.OPEN)
        self.assertIs(self.there(row).state, ReturnState.OPEN)
        self.assertEqual((row.state, self.awaited(row)), ("receiving", 1))

    def test_what_is_being_told_is_not_decided_anew(self):
        external, _order = self.sold()
        row = self.ask(external)
        row.action_approve()
        row.env["channel.return.process"]._run()
        self.assertEqual(row.push_state, "sent")
        with self.assertRaises(UserError):
            row._decide("decline", self.env.user, "other", "no")

    # --- in the warehouse -------------------------------------------------------------

    def test_no_backorder_means_that_no_more_is_awaited_by_itself(self):
        external, _order = self.sold(3)
        row = self.agreed(external, 3)
        picking = row.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids
        ).button_validate()
        self.commit()
        self.assertEqual(row.line_ids.received, 1)
        self.assertEqual(self.awaited(row), 0)
        self.assertTrue(self.issues("return_transfer"))
        row.action_make_transfer()
        self.commit()
        self.assertEqual(self.awaited(row), 2)

    def test_more_came_than_was_said(self):
        external, _order = self.sold(3)
        row = self.agreed(external, 1)
        before = self.on_hand()
        row.picking_ids.move_ids.write({"quantity": 2, "picked": True})
        row.picking_ids._action_done()
        self.commit()
        self.assertEqual(self.on_hand(), before + 2)
        self.assertEqual(row.state, "inspected")
        self.refund(external, 2)
        self.assertEqual(self.on_hand(), before + 2)

    def test_one_row_for_goods_of_several_moves(self):
        external, _order = self.two_lines()
        row = self.agreed_all(external)
        self.inspect(row, (2, "restock"), (1, "scrap"))
        self.assertEqual(row.state, "inspected")
        self.assertEqual(sum(row.line_ids.mapped("received")), 3)
        self.assertEqual(sum(row.line_ids.mapped("discarded")), 1)

    def test_serials_that_are_back_are_not_proposed_again(self):
        self.product.tracking = "serial"
        stock = self.warehouse.lot_stock_id
        quants = self.env["stock.quant"]
        quants._update_available_quantity(
            self.product, stock, -quants._get_available_quantity(self.product, stock)
        )
        lots = self.env["stock.lot"].create(
            [{"product_id": self.product.id, "name": n} for n in ("S1", "S2")]
        )
        for lot in lots:
            quants._update_available_quantity(self.product, stock, 1, lot_id=lot)
        external, _order = self.sold(2)
        first = self.agreed(external, 1)
        self.inspect(first)
        second = self.agreed(external, 1)
        wizard = self.env["channel.return.inspect"].create({"return_id": second.id})
        self.assertEqual(wizard.line_ids.lot_id, lots - first.inspection_ids.lot_id)
        wizard.action_apply()
        self.commit()
        self.assertEqual(second.state, "inspected")

    # --- money ------------------------------------------------------------------------

    def test_two_lines_of_one_product_are_credited_each(self):
        external, _order = self.two_lines()
        row = self.agreed_all(external)
        self.inspect(row, (1, "restock"))
        row.action_credit()
        self.assertEqual(row.credit_ids.amount_total, 10)
        row.credit_ids.action_post()
        self.commit()
        self.inspect(row)
        row.action_credit()
        drafts = row.credit_ids.filtered(lambda move: move.state == "draft")
        self.assertEqual(drafts.amount_total, 20)

    def test_a_part_that_was_credited_does_not_end_it(self):
        external, _order = self.sold(2)
        row = self.agreed(external, 2)
        self.inspect(row, (1, "restock"))
        row.action_credit()
        row.credit_ids.action_post()
        self.commit()
        self.assertEqual(row.state, "receiving")
        self.inspect(row)
        self.assertEqual(row.state, "inspected")
        self.assertIs(self.there(row).state, ReturnState.OPEN)
        row.action_credit()
        row.credit_ids.filtered(lambda m: m.state == "draft").action_post()
        self.commit()
        self.assertEqual(row.state, "done")
        self.assertEqual(sum(row.credit_ids.mapped("amount_total")), 20)

    def pay_back_there(self, external, units):
        """Staff pay units of the first line back at the channel, with money."""
        line = external.lines[0]
        amount = Money(line.unit_price.amount * units, "USD")
        self.market.pay_back(
            RefundPush(
                key="staff",
                order=external.external_id,
                lines=(RefundPushLine(line=line.external_id, quantity=units),),
                worth=amount,
                total=amount,
            )
        )

    def test_a_draft_is_not_posted_beside_the_channels_refund(self):
        """The channel pays back while a credit note waits here as a draft."""
        self.channel.refund_policy = "posted"
        external, order = self.sold(2)
        row = self.agreed(external, 1)
        self.inspect(row)
        row.action_credit()
        draft = row.credit_ids
        self.pay_back_there(external, 1)
        line = replace(self.there(row).lines[0], refunded=1)
        # the order tells, and the return is read again without being polled for
        self.market.change_return(row.external_id, lines=(line,))
        self.poll()
        self.assertEqual(row.line_ids.refunded, 1)
        self.assertFalse(self.issues())
        with self.assertRaises(UserError):
            draft.action_post()
        draft.unlink()
        row._look_again()
        self.commit()
        self.assertEqual(row.state, "done")
        self.assertEqual(len(self.market.orders[external.external_id].refunds), 1)
        made = self.env["account.move"].search(
            [("channel_order_id", "=", order.id), ("move_type", "=", "out_refund")]
        )
        self.assertEqual((made.state, made.amount_total), ("posted", 10))

    def test_what_is_credited_here_is_paid_back_once(self):
        self.channel.refund_policy = "posted"
        external, _order = self.sold(2)
        row = self.agreed(external, 1)
        self.inspect(row)
        row.action_credit()
        row.credit_ids.action_post()
        self.commit()
        self.poll()
        self.poll_returns()
        self.assertEqual(len(self.market.orders[external.external_id].refunds), 1)
        self.assertEqual(len(row.credit_ids), 1)
        self.assertTrue(row.credit_ids.channel_refund_key)
        self.assertEqual(row.state, "done")
        self.assertFalse(self.issues())

    # --- orders that are not here -----------------------------------------------------

    def test_return_of_an_order_that_is_not_wanted_is_no_issue(self):
        self.channel.new_source_policy = "ignore"
        external = self.market.place(self.market.line(self.offer, 2), source="till")
        self.poll()
        self.assertEqual(self.order_of(external).state, "ignored")
        row = self.agreed(external, 1)
        self.assertFalse(self.issues())
        self.assertFalse(row.line_ids.move_ids)

    def test_no_rule_decides_about_an_order_that_is_not_wanted(self):
        self.channel.new_source_policy = "ignore"
        external = self.market.place(self.market.line(self.offer, 2), source="till")
        self.poll()
        self.add_rule("approve")
        row = self.ask(external, 1)
        self.assertEqual(row.state, "requested")
        self.assertIs(self.there(row).state, ReturnState.REQUESTED)

    def test_a_request_of_nothing_is_left_to_people(self):
        external, _order = self.sold(1)
        self.add_rule("approve")
        row = self.ask(external, 0)
        self.assertEqual(row.state, "requested")

    def test_asked_before_it_was_delivered_in_full(self):
        external, order = self.sell(2)
        picking = order.sale_order_id.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking._action_done()
        self.commit()
        self.add_rule("approve", within_days=14)
        row = self.ask(external, 1)
        self.assertNotIn("-1 days", row.rule_text)
        self.assertEqual(row.decision, "approve")


@tagged("post_install", "-at_install")
class TestReturnMoney(ReturnCase):
    """Exchanges and fees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.refund_flow = "on"

    def exchange(self, external, **values):
        return self.agreed(
            external,
            resolution=Resolution.EXCHANGE,
            exchanges=(ExchangeLine(external_id="x1", quantity=1, sku="SKU-1"),),
            **values,
        )

    def test_an_exchange_is_sent_when_a_person_agrees(self):
        external, order = self.sold(2)
        row = self.exchange(external)
        self.inspect(row)
        self.assertEqual((row.state, row.exchange_open), ("inspected", True))
        self.assertFalse(self.there(row).exchanges[0].processed)
        row.action_exchange()
        self.run_jobs()
        self.assertFalse(row.exchange_open)
        self.assertEqual(self.there(row).exchanges[0].processed, 1)
        self.assertFalse(row.push_state)
        # what is sent becomes a line of the order, by an edit, and the return tells of
        # it before or after that
        line = self.market.line(self.offer, 1)
        self.market.change(
            external.external_id,
            lines=(*external.lines, line),
            total=Money(Decimal("30.00"), "USD"),
            edited=True,
        )
        part = replace(self.there(row).exchanges[0], lines=(line.external_id,))
        for _time in range(2):
            self.market.change_return(row.external_id, exchanges=(part,))
            self.poll_returns()
            self.poll()
        self.poll_returns()
        self.assertEqual(row.exchange_ids.line_ids.external_id, line.external_id)
        self.assertEqual(row.state, "done")
        lines = order.sale_order_id.order_line
        self.assertEqual(lines.mapped("product_uom_qty"), [2, 1])
        moves = order.sale_order_id.picking_ids.move_ids.filtered(
            lambda m: m.picking_code == "outgoing" and m.state != "done"
        )
        self.assertEqual(moves.product_uom_qty, 1)

    def fee(self, amount="2.50"):
        return Money(Decimal(amount), "USD")

    def test_a_fee_is_kept_of_what_is_credited_from_here(self):
        external, _order = self.sold(2)
        row = self.agreed(external, 2, fee=self.fee())
        self.assertEqual(row.fee, 2.5)
        self.inspect(row, (1, "restock"))
        row.action_credit()
        self.assertEqual(row.credit_ids.amount_total, 7.5)
        row.credit_ids.action_post()
        self.commit()
        self.inspect(row)
        row.action_credit()
        self.assertEqual(sorted(row.credit_ids.mapped("amount_total")), [7.5, 10])

    def test_a_fee_of_more_than_the_goods_is_said(self):
        external, _order = self.sold(2)
        row = self.agreed(external, 1, fee=self.fee("11.00"))
        self.inspect(row)
        with self.assertRaisesRegex(UserError, "Mark the return as done"):
            row.action_credit()

    def refund_less_fee(self, external):
        """10.00 of goods, 7.50 paid back; where the rest is, only the return tells."""
        line, zero = external.lines[0], Money(Decimal(0), "USD")
        paid = Payment(
            external_id="back",
            gateway="fakepay",
            kind=PaymentKind.REFUND,
            status=PaymentStatus.SUCCESS,
            amount=Money(Decimal("7.50"), "USD"),
            created_at=self.market.clock(),
        )
        refund = Refund(
            external_id="r9",
            created_at=self.market.clock(),
            total=paid.amount,
            lines=(
                RefundLine(
                    line=line.external_id,
                    quantity=1,
                    restock=False,
                    amount=Money(Decimal(10), "USD"),
                    tax=zero,
                ),
            ),
            payments=(paid,),
        )
        self.market.change(
            external.external_id,
            refunds=(refund,),
            lines=(replace(line, refunded=1),),
            payment_state=PaymentState.PARTIALLY_REFUNDED,
        )

    def assert_credited_less_fee(self, order):
        credit = self.env["account.move"].search(
            [("channel_order_id", "=", order.id), ("move_type", "=", "out_refund")]
        )
        self.assertEqual((credit.amount_total, credit.payment_state), (7.5, "paid"))
        self.assertFalse(self.issues())

    def test_a_fee_explains_what_the_channel_kept(self):
        external, order = self.sold(2)
        row = self.agreed(external, 1, fee=self.fee(), refunds=("r9",))
        self.inspect(row)
        self.refund_less_fee(external)
        self.poll()
        self.assert_credited_less_fee(order)

    def test_a_fee_that_is_told_after_the_refund(self):
        external, order = self.sold(2)
        self.refund_less_fee(external)
        self.poll()
        self.assertTrue(self.issues("refund_unsupported"))
        self.agreed(external, 1, fee=self.fee(), refunds=("r9",))
        self.assert_credited_less_fee(order)
