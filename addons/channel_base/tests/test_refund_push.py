"""Credit notes that people make are paid back at the channel, once, and known again."""

from dataclasses import replace

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .order_case import OrderCase


class TestRefundPush(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.refund_flow = "on"

    def sold(self, quantity=3):
        placed = self.market.place(self.market.line(self.offer, quantity))
        self.poll()
        return placed.external_id, self.order_of(placed)

    def credited(self, row, units=1, **values):
        """A credit note of some units as an accountant makes it."""
        invoice = row.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        )
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        reversal = reversal.create({"journal_id": invoice.journal_id.id})
        credit = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        credit.invoice_line_ids.quantity = units
        credit.write(values)
        credit.action_post()
        return credit

    def ask(self, credit, **values):
        request = self.env["channel.refund.request"]
        request.create({"move_id": credit.id, **values}).action_send()
        return credit.channel_refund_ids

    def assert_paid_back_once(self, row, credit):
        self.assertEqual(len(self.market.refunds), 1)
        (made,) = self.market.refunds.values()
        self.assertEqual(credit.channel_refund_key, made.external_id)
        self.assertEqual(credit.channel_refund_ids.state, "done")
        self.assertEqual(credit.payment_state, "paid")
        invoices = row.sale_order_id.invoice_ids
        credits_ = invoices.filtered(lambda move: move.move_type == "out_refund")
        self.assertEqual(credits_, credit)
        self.assertEqual(len(invoices - credits_), 1)
        back = self.payments(row).filtered(lambda p: p.payment_type == "outbound")
        self.assertEqual(back.amount, credit.amount_total)
        self.assertFalse(self.issues())

    # --- the way out ------------------------------------------------------------------

    def test_nothing_is_paid_back_before_somebody_says_so(self):
        _order, row = self.sold()
        self.credited(row)
        self.run_jobs()
        self.assertFalse(self.market.refunds)

    def test_credit_note_is_paid_back(self):
        order, row = self.sold()
        credit = self.credited(row)
        self.assertTrue(credit.channel_refundable)
        self.ask(credit)
        self.assertFalse(credit.channel_refundable)
        self.poll()
        self.assert_paid_back_once(row, credit)
        self.assertEqual(self.market.orders[order].refunds[0].lines[0].quantity, 1)
        moves = row.sale_order_id.picking_ids.move_ids
        self.assertEqual(moves.product_uom_qty, 2)

    def test_answer_and_echo_in_any_order_of_arrival(self):
        """The channel may tell of the refund before its answer is taken over."""
        for notes in (True, False):
            for echo_first in (True, False):
                with self.subTest(notes=notes, echo_first=echo_first):
                    self.market.refunds.clear()
                    self.market.keeps_notes = notes
                    _order, row = self.sold()
                    credit = self.credited(row)
                    self.ask(credit)
                    self._step_refunds()
                    self._step_send()
                    if echo_first:
                        self.channel._job_poll()
                        self.run_jobs(("fetch", "import", "account"))
                    self.poll()
                    self.assert_paid_back_once(row, credit)

    def test_crash_after_the_effect_pays_nothing_twice(self):
        """The call was made and its answer is lost: it is told, and sent again."""
        _order, row = self.sold()
        credit = self.credited(row)
        self.ask(credit)
        self._step_refunds()
        batch = self.env["channel.push.batch"].search([("kind", "=", "refund")])
        item = batch.item_ids
        self.channel._adapter("out").push_refunds(batch.key, (self.target(item),))
        self.channel._job_poll()
        self.run_jobs(("fetch", "import", "account"))
        self.assertEqual(credit.channel_refund_ids.state, "done")
        self.run_jobs()
        self.assert_paid_back_once(row, credit)

    def target(self, item):
        from ..adapter import codec
        from ..adapter.canonical import RefundPush

        return codec.loads(RefundPush, item.payload)

    def test_refused_refund_is_an_issue_and_can_be_sent_again(self):
        _order, row = self.sold()
        credit = self.credited(row)
        refund = self.ask(credit)
        self.market.refusals[refund.key] = "Only 10.00 can be paid back."
        self.run_jobs()
        self.assertEqual(refund.state, "rejected")
        issue = self.issues("refund_rejected")
        self.assertIn("Only 10.00", issue.message)
        self.assertIn(credit.name, issue.message)
        self.market.refusals.clear()
        issue.action_resolve()
        self.poll()
        self.assert_paid_back_once(row, credit)

    def test_paid_back_there_by_hand_after_a_refusal(self):
        """Whoever says so gets no second credit note."""
        _order, row = self.sold()
        credit = self.credited(row)
        refund = self.ask(credit)
        self.market.refusals[refund.key] = "No."
        self.run_jobs()
        self.market.refusals.clear()
        self.market.keeps_notes = False
        self.market.pay_back(self.env["channel.refund.target"]._canonical(refund))
        self.ask(credit, there=True)
        self.poll()
        self.assert_paid_back_once(row, credit)

    def test_another_refund_of_the_channel_meanwhile(self):
        order, row = self.sold()
        credit = self.credited(row)
        refund = self.ask(credit)
        self._step_refunds()
        asked = self.env["channel.refund.target"]._canonical(refund)
        double = replace(asked.total, amount=asked.total.amount * 2)
        line = replace(asked.lines[0], quantity=2)
        staff = replace(asked, key="staff", total=double, worth=double, lines=(line,))
        self.market.pay_back(staff)
        self.poll()
        self.assertEqual(len(self.market.orders[order].refunds), 2)
        credits_ = self.env["account.move"].search(
            [("channel_order_id", "=", row.id), ("move_type", "=", "out_refund")]
        )
        self.assertEqual(self.issues().mapped("message"), [])
        self.assertEqual(sorted(credits_.mapped("amount_total")), [10, 20])
        self.assertEqual(set(credits_.mapped("payment_state")), {"paid"})
        self.assertFalse(self.issues())

    # --- what is told -----------------------------------------------------------------

    def test_delivery_and_a_fee(self):
        _order, row = self.sold()
        credit = self.credited(row)
        target = self.env["channel.refund.target"]._canonical(self.ask(credit))
        self.assertEqual(target.worth, target.total)
        self.assertEqual([line.quantity for line in target.lines], [1])
        self.assertIn(credit.name, target.note)

    def test_units_received_by_hand_are_not_received_twice(self):
        for restock in (False, True):
            with self.subTest(restock=restock):
                self.market.refunds.clear()
                _order, row = self.sold(1)
                picking = row.sale_order_id.picking_ids
                picking.move_ids.picked = True
                picking._action_done()
                self.run_jobs()
                back = self.env["stock.return.picking"].create(
                    {"picking_id": picking.id}
                )
                back.product_return_moves.quantity = 1
                back = back._create_return()
                back.move_ids.picked = True
                back._action_done()
                before = self.product.qty_available
                credit = self.credited(row)
                self.ask(credit, restock=restock)
                self.poll()
                self.product.invalidate_recordset()
                self.assertEqual(self.product.qty_available, before)
                self.assert_paid_back_once(row, credit)

    def test_shipped_units_are_received_when_they_go_on_the_shelf_there(self):
        _order, row = self.sold(1)
        picking = row.sale_order_id.picking_ids
        picking.move_ids.picked = True
        picking._action_done()
        self.run_jobs()
        before = self.product.qty_available
        credit = self.credited(row)
        self.ask(credit, restock=True)
        self.poll()
        self.product.invalidate_recordset()
        self.assertEqual(self.product.qty_available, before + 1)
        self.assert_paid_back_once(row, credit)

    # --- policies and roles -----------------------------------------------------------

    def test_by_policy_it_is_paid_back_when_posted(self):
        self.channel.refund_policy = "posted"
        _order, row = self.sold()
        credit = self.credited(row)
        self.poll()
        self.assert_paid_back_once(row, credit)

    def test_refunds_of_the_channel_are_not_sent_back(self):
        self.channel.refund_policy = "posted"
        order, row = self.sold()
        credit = self.credited(row)
        self.poll()
        again = self.env["channel.refund"].search([("order_id", "=", row.id)])
        self.assertEqual(again.move_id, credit)

    def test_in_shadow_it_waits(self):
        self.channel.refund_flow = "shadow"
        _order, row = self.sold()
        refund = self.ask(self.credited(row))
        self.run_jobs()
        self.assertEqual(refund.state, "open")
        self.assertFalse(self.market.refunds)

    def test_off_it_cannot_be_asked_for(self):
        self.channel.refund_flow = "off"
        _order, row = self.sold()
        credit = self.credited(row)
        with self.assertRaises(UserError):
            self.ask(credit)
        self.assertEqual(self.ask(credit, there=True).state, "there")

    def test_asked_for_once(self):
        _order, row = self.sold()
        credit = self.credited(row)
        self.ask(credit)
        with self.assertRaises(UserError):
            self.ask(credit)

    def test_what_is_being_paid_back_stays_posted(self):
        _order, row = self.sold()
        credit = self.credited(row)
        self.ask(credit)
        self._step_refunds()
        with self.assertRaises(UserError):
            credit.button_draft()

    def test_accountants_without_rights_on_channels_post_and_see(self):
        user = new_test_user(
            self.env, "accountant", groups="account.group_account_invoice"
        )
        self.channel.refund_policy = "posted"
        _order, row = self.sold()
        invoice = row.sale_order_id.invoice_ids
        mine = invoice.with_user(user)
        credit = mine._reverse_moves([{"invoice_date": invoice.date}])
        credit.action_post()
        self.assertFalse(credit.channel_refundable)
        self.poll()
        self.assertEqual(credit.sudo().channel_refund_ids.state, "done")
