"""Refunds of the channel become credit notes, payments back, and freed stock."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import fields

from ..adapter.canonical import (
    Money,
    OrderState,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentStatus,
    Refund,
    RefundAdjustment,
    RefundLine,
    RefundShipping,
    ShippingLine,
    Tax,
)
from .order_case import OrderCase
from .order_factory import BORN


def usd(amount):
    return Money(Decimal(amount), "USD")


class TestRefund(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls.make_tax("VAT 20%", 20)

    def sold(self, quantity=3, **values):
        """An imported order of some units at 10 and 20 % tax: 12 each."""
        taxes = [("VAT", "0.2", str(2 * quantity))]
        order = self.simple(quantity=quantity, taxes=taxes, **values)
        return order, self.bring(order)

    def payback(self, key, amount, **values):
        return Payment(
            **{
                "external_id": key,
                "gateway": "fakepay",
                "kind": PaymentKind.REFUND,
                "status": PaymentStatus.SUCCESS,
                "amount": amount if isinstance(amount, Money) else usd(amount),
                "created_at": BORN + timedelta(days=1),
                **values,
            }
        )

    def refund(self, order, key="r1", units=1, paid=None, **values):
        """A refund of some units of an order's only line."""
        lines = (
            RefundLine(
                line=order.lines[0].external_id,
                quantity=units,
                restock=True,
                amount=usd(10 * units),
                tax=usd(2 * units),
            ),
        )
        paid = paid or (self.payback(f"{key}-tx", 12 * units),)
        total = sum(
            (p.amount.amount for p in paid if p.status is PaymentStatus.SUCCESS),
            Decimal(),
        )
        base = {
            "external_id": key,
            "created_at": BORN + timedelta(days=1),
            "total": usd(total),
            "lines": lines if units else (),
            "payments": paid,
        }
        return Refund(**{**base, **values})

    def refunded(self, order, *refunds, cancelled=0, given_back=0, **values):
        line = replace(order.lines[0], cancelled=cancelled, refunded=given_back)
        state = PaymentState.PARTIALLY_REFUNDED
        base = {"lines": (line,), "refunds": refunds, "payment_state": state}
        return self.later(order, **{**base, **values})

    def credits(self, row):
        return self.env["account.move"].search(
            [("channel_order_id", "=", row.id), ("move_type", "=", "out_refund")]
        )

    # --- money ------------------------------------------------------------------------

    def test_unit_is_credited_and_paid_back(self):
        order, row = self.sold()
        self.bring(self.refunded(order, self.refund(order), cancelled=1))
        credit = self.credits(row)
        self.assertEqual((credit.state, credit.payment_state), ("posted", "paid"))
        self.assertEqual((credit.amount_total, credit.amount_tax), (12, 2))
        self.assertEqual(credit.reversed_entry_id, row.sale_order_id.invoice_ids)
        self.assertEqual(credit.invoice_line_ids.channel_line_id, row.line_ids)
        back = self.payments(row).filtered(lambda p: p.payment_type == "outbound")
        self.assertEqual((back.amount, back.channel_payment_key), (12, "r1-tx"))
        self.assertEqual(back.date, (BORN + timedelta(days=1)).date())
        self.assertEqual(len(self.payments(row).journal_id), 1)
        self.assertFalse(self.issues())
        self.assertEqual(row.sale_order_id.invoice_status, "invoiced")

    def test_credited_once_whatever_comes_again(self):
        order, row = self.sold()
        later = self.refunded(order, self.refund(order), cancelled=1)
        for _time in range(3):
            self.bring(later)
            later = self.later(later, note=later.note + "x")
            row.accounting_state = "ready"
            self.work()
        self.assertEqual(len(self.credits(row)), 1)
        self.assertEqual(len(self.payments(row)), 2)

    def test_all_units_one_by_one_leave_nothing(self):
        order, row = self.sold()
        refunds = [self.refund(order, f"r{number}") for number in range(3)]
        later = order
        for number in range(1, 4):
            later = self.refunded(later, *refunds[:number], cancelled=number)
            self.bring(later)
        documents = self.credits(row) | row.sale_order_id.invoice_ids
        self.assertEqual(sum(documents.mapped("amount_total_signed")), 0)
        self.assertEqual(sum(documents.mapped("amount_tax_signed")), 0)
        self.assertEqual(set(documents.mapped("payment_state")), {"paid"})
        self.assertFalse(self.issues())

    def test_shipping_and_what_the_merchant_keeps(self):
        shipping = ShippingLine(
            external_id="ship",
            title="Post",
            price=usd("5"),
            taxes=(Tax(title="VAT", rate=Decimal("0.2"), amount=usd("1")),),
        )
        order = self.simple(taxes=[("VAT", "0.2", "2")])
        order = replace(
            order,
            shipping=(shipping,),
            total=usd("18"),
            tax_total=usd("3"),
            payments=(replace(order.payments[0], amount=usd("18")),),
        )
        row = self.bring(order)
        refund = self.refund(
            order,
            shipping=(RefundShipping(line="ship", amount=usd("5"), tax=usd("1")),),
            adjustments=(
                RefundAdjustment(reason="RESTOCK", amount=usd("3"), tax=usd("0")),
            ),
            paid=(self.payback("tx", "15"),),
        )
        self.bring(self.refunded(order, refund, cancelled=1))
        credit = self.credits(row)
        self.assertEqual((credit.amount_total, credit.amount_tax), (15, 3))
        self.assertEqual(credit.payment_state, "paid")

    def test_money_only(self):
        order, row = self.sold()
        refund = self.refund(
            order,
            units=0,
            paid=(self.payback("tx", "7"),),
            adjustments=(
                RefundAdjustment(
                    reason="REFUND_DISCREPANCY", amount=usd("-7"), tax=usd("0")
                ),
            ),
        )
        self.bring(self.refunded(order, refund))
        credit = self.credits(row)
        self.assertEqual((credit.amount_total, credit.amount_tax), (7, 0))
        self.assertEqual(credit.payment_state, "paid")
        self.assertFalse(self.issues())

    def test_pending_money_is_credited_when_it_has_left(self):
        order, row = self.sold()
        pending = self.payback("tx", "12", status=PaymentStatus.PENDING)
        refund = self.refund(order, paid=(pending,))
        later = self.refunded(order, refund, cancelled=1)
        self.bring(later)
        self.assertFalse(self.credits(row))
        self.assertEqual(len(self.payments(row)), 1)
        done = replace(
            refund,
            payments=(replace(pending, status=PaymentStatus.SUCCESS),),
            total=usd("12"),
        )
        self.bring(self.later(later, refunds=(done,)))
        self.assertEqual(self.credits(row).payment_state, "paid")
        self.assertFalse(self.issues())

    def test_money_that_fails_in_the_end_is_not_credited(self):
        order, row = self.sold()
        pending = self.payback("tx", "12", status=PaymentStatus.PENDING)
        refund = self.refund(order, paid=(pending,))
        later = self.refunded(order, refund, cancelled=1)
        self.bring(later)
        failed = replace(
            refund, payments=(replace(pending, status=PaymentStatus.FAILURE),)
        )
        self.bring(self.later(later, refunds=(failed,)))
        self.assertFalse(self.credits(row))

    def test_money_that_is_taken_back_after_its_credit_note_is_told(self):
        order, row = self.sold()
        refund = self.refund(order)
        later = self.refunded(order, refund, cancelled=1)
        self.bring(later)
        failed = replace(
            refund,
            payments=tuple(
                replace(payment, status=PaymentStatus.FAILURE)
                for payment in refund.payments
            ),
        )
        self.bring(self.later(later, refunds=(failed,)))
        self.assertIn(self.credits(row).name, self.issues("refund_unsupported").message)

    def test_without_money_nothing_is_credited(self):
        """Units taken away by an edit leave a refund without money."""
        order, row = self.sold()
        failed = self.payback("tx", "12", status=PaymentStatus.FAILURE)
        self.bring(
            self.refunded(order, self.refund(order, paid=(failed,)), cancelled=1)
        )
        self.assertFalse(self.credits(row))

    def test_refund_before_the_first_look(self):
        order = self.simple(quantity=3, taxes=[("VAT", "0.2", "6")])
        row = self.bring(self.refunded(order, self.refund(order), given_back=1))
        self.assertEqual(self.credits(row).payment_state, "paid")
        self.assertFalse(self.issues())

    def test_foreign_refund_leaves_no_exchange_difference(self):
        order = self.simple(quantity=3)
        eur = {"shop_total": usd("35.29")}
        lines = (replace(order.lines[0], unit_price=Money(Decimal("10"), "EUR")),)
        paid = (replace(order.payments[0], amount=Money(Decimal("30"), "EUR")),)
        zero = Money(Decimal(0), "EUR")
        total = Money(Decimal(30), "EUR")
        order = replace(
            order, lines=lines, payments=paid, total=total, tax_total=zero, **eur
        )
        row = self.bring(order)
        self.env["res.currency.rate"].search([]).unlink()
        backs = tuple(
            self.payback(f"tx{n}", Money(Decimal(5), "EUR")) for n in range(2)
        )
        line = RefundLine(
            line=order.lines[0].external_id,
            quantity=1,
            restock=True,
            amount=Money(Decimal(10), "EUR"),
            tax=zero,
        )
        refund = self.refund(
            order, paid=backs, lines=(line,), total=Money(Decimal(10), "EUR")
        )
        self.bring(self.refunded(order, refund, cancelled=1))
        credit = self.credits(row)
        self.assertAlmostEqual(abs(credit.amount_total_signed), 11.76, 2)
        self.assertEqual(credit.payment_state, "paid")
        partials = self.env["account.partial.reconcile"].search([])
        self.assertFalse(partials.exchange_move_id)

    # --- what is left to people -------------------------------------------------------

    def test_what_does_not_add_up_is_left_to_people(self):
        order, row = self.sold()
        refund = self.refund(order, paid=(self.payback("tx", "11"),))
        self.bring(self.refunded(order, refund, cancelled=1))
        self.assertFalse(self.credits(row))
        for text in (row.name, "12", "11"):
            self.assertIn(text, self.issues("refund_unsupported").message)

    def test_credit_note_entered_by_hand_is_not_doubled(self):
        order, row = self.sold()
        invoice = row.sale_order_id.invoice_ids
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).refund_moves()
        self.bring(self.refunded(order, self.refund(order), cancelled=1))
        self.assertIn("by hand", self.issues("refund_unsupported").message)
        self.assertFalse(self.credits(row).filtered("channel_refund_key"))

    def test_not_invoiced_yet(self):
        """Whoever invoices by hand is not troubled: the credit note comes by itself."""
        self.channel.invoice_policy = "manual"
        order, row = self.sold()
        self.bring(self.refunded(order, self.refund(order), cancelled=1))
        self.assertFalse(self.issues())
        self.assertFalse(self.credits(row))
        row.sale_order_id._create_invoices().action_post()
        self.work()
        self.assert_even(row, 24)

    def assert_even(self, row, kept):
        """What is invoiced less what is credited was paid, less what was paid back;
        nothing is open."""
        documents = self.credits(row) | row.sale_order_id.invoice_ids
        self.assertEqual(sum(documents.mapped("amount_total_signed")), kept)
        signs = {"inbound": 1, "outbound": -1}
        payments = self.payments(row)
        paid = sum(p.amount * signs[p.payment_type] for p in payments)
        self.assertAlmostEqual(paid, kept)
        # an invoice whose credit note comes to all of it counts as reversed
        self.assertLessEqual(
            set(documents.mapped("payment_state")), {"paid", "reversed"}
        )
        open_ones = (payments.move_id | documents).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertTrue(all(open_ones.mapped("reconciled")))
        self.assertFalse(self.issues())

    # --- before the invoice, and before the first look --------------------------------

    def test_units_given_back_before_they_are_shipped_and_invoiced(self):
        self.channel.invoice_policy = "shipped"
        order, row = self.sold()
        self.bring(self.refunded(order, self.refund(order), cancelled=1))
        credit = self.credits(row)
        self.assertEqual((credit.amount_total, credit.payment_state), (12, "paid"))
        self.assertEqual(row.sale_order_id.invoice_ids.amount_total, 12)
        self.ship(row)
        self.work()
        self.assert_even(row, 24)
        self.assertEqual(row.accounting_state, "done")

    def test_units_come_back_before_they_are_invoiced(self):
        self.channel.invoice_policy = "shipped"
        order, row = self.sold()
        self.ship(row)
        self.bring(self.refunded(order, self.refund(order), given_back=1))
        self.assert_even(row, 24)
        self.assertEqual(row.sale_order_id.order_line.qty_delivered, 2)

    def test_delivery_given_back_before_anything_leaves(self):
        self.channel.invoice_policy = "shipped"
        shipping = ShippingLine(external_id="ship", title="Post", price=usd("5"))
        order = self.simple()
        order = replace(
            order,
            shipping=(shipping,),
            total=usd("15"),
            payments=(replace(order.payments[0], amount=usd("15")),),
        )
        row = self.bring(order)
        refund = self.refund(
            order,
            units=0,
            shipping=(RefundShipping(line="ship", amount=usd("5"), tax=usd("0")),),
            paid=(self.payback("tx", "5"),),
        )
        self.bring(self.refunded(order, refund))
        self.assertEqual(self.credits(row).amount_total, 5)
        self.ship(row)
        self.work()
        self.assert_even(row, 10)

    def test_units_taken_off_an_unpaid_order(self):
        """Nothing is paid back: the buyer owes less."""
        order = self.simple(
            quantity=3,
            taxes=[("VAT", "0.2", "6")],
            payment_state=PaymentState.PENDING,
            payments=(),
        )
        row = self.bring(order)
        refund = self.refund(order, paid=(), total=usd("0"))
        refund = replace(refund, payments=())
        pending = PaymentState.PENDING
        later = self.refunded(order, refund, cancelled=1, payment_state=pending)
        self.bring(later)
        self.assertFalse(self.issues())
        payment = replace(self.simple().payments[0], amount=usd("24"))
        paid = self.later(later, payment_state=PaymentState.PAID, payments=(payment,))
        self.bring(paid)
        self.assertEqual(self.credits(row).amount_total, 12)
        self.assert_even(row, 24)

    def test_cancelled_before_it_was_invoiced(self):
        self.channel.invoice_policy = "shipped"
        order, row = self.sold()
        self.bring(
            self.refunded(
                order,
                self.refund(order, units=3),
                cancelled=3,
                state=OrderState.CANCELLED,
                cancelled_at=order.updated_at + timedelta(hours=1),
                payment_state=PaymentState.REFUNDED,
            )
        )
        self.assertFalse(row.sale_order_id.invoice_ids | self.credits(row))
        payments = self.payments(row)
        self.assertEqual(sorted(payments.mapped("amount")), [36, 36])
        lines = payments.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertTrue(all(lines.mapped("reconciled")))
        self.assertFalse(self.issues())

    def test_first_seen_with_units_gone(self):
        order = self.simple(quantity=3, taxes=[("VAT", "0.2", "6")])
        row = self.bring(self.refunded(order, self.refund(order), cancelled=1))
        self.assert_even(row, 24)
        moves = row.sale_order_id.picking_ids.move_ids
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 2)

    def test_first_seen_refunded_without_any_refund(self):
        order = self.simple(payment_state=PaymentState.REFUNDED)
        row = self.bring(order)
        self.assertIn(row.name, self.issues("refund_unsupported").message)

    def test_refunds_and_shipments_in_any_order_of_arrival(self):
        """Two refunds of a shipped order, told one by one, at once, or at first
        sight."""
        ends = []
        for told in ((1, 2), (2,), (0, 2)):
            order = self.simple(quantity=3, taxes=[("VAT", "0.2", "6")])
            refunds = (self.refund(order, "r1"), self.refund(order, "r2"))
            line = replace(order.lines[0], fulfilled=3)
            order = replace(order, lines=(line,))
            seen = order
            for count in told:
                if count:
                    seen = self.refunded(seen, *refunds[:count], given_back=count)
                row = self.bring(seen)
            self.assert_even(row, 12)
            lines = row.sale_order_id.order_line
            ends.append((sum(lines.mapped("qty_delivered")), row.accounting_state))
        self.assertEqual(ends, [(1, "done")] * 3)

    # --- odd money --------------------------------------------------------------------

    def test_more_is_paid_back_than_was_charged(self):
        order, row = self.sold(1)
        extra = RefundAdjustment(
            reason="REFUND_DISCREPANCY", amount=usd("-3"), tax=usd("0")
        )
        refund = self.refund(
            order, adjustments=(extra,), paid=(self.payback("tx", "15"),)
        )
        self.bring(self.refunded(order, refund, cancelled=1))
        self.assert_even(row, -3)

    def test_cents_of_conversion(self):
        order = self.simple(quantity=3, taxes=[("VAT", "0.2", "6")], converted=True)
        row = self.bring(order)
        refund = self.refund(order, paid=(self.payback("tx", "12.01"),))
        self.bring(self.refunded(order, refund, cancelled=1))
        self.assertEqual(self.credits(row).amount_total, 12.01)
        self.assertEqual(self.credits(row).payment_state, "paid")

    def test_adjustment_that_was_kept_until_the_money_moved(self):
        order, row = self.sold()
        kept = RefundAdjustment(
            reason="pending_refund_discrepancy", amount=usd("12"), tax=usd("0")
        )
        self.bring(
            self.refunded(order, self.refund(order, adjustments=(kept,)), cancelled=1)
        )
        self.assert_even(row, 24)

    def test_adjustments_are_named(self):
        order, row = self.sold()
        fee = RefundAdjustment(reason="restock", amount=usd("2"), tax=usd("0"))
        refund = self.refund(order, adjustments=(fee,), paid=(self.payback("t", "10"),))
        self.bring(self.refunded(order, refund, cancelled=1))
        self.assertIn("Restocking fee", self.credits(row).line_ids.mapped("name"))

    def test_store_credit_goes_to_a_journal_of_its_own(self):
        order, row = self.sold()
        credit = self.payback("tx", "12", gateway="store_credit")
        self.bring(
            self.refunded(order, self.refund(order, paid=(credit,)), cancelled=1)
        )
        journals = self.payments(row).journal_id
        self.assertEqual(len(journals), 2)
        self.assert_even(row, 24)

    # --- goods ------------------------------------------------------------------------

    def test_units_that_were_not_shipped_do_not_leave(self):
        order, row = self.sold()
        free = self.product.free_qty
        self.bring(self.refunded(order, self.refund(order), cancelled=1))
        moves = row.sale_order_id.picking_ids.move_ids
        self.assertEqual((moves.product_uom_qty, moves.quantity), (2, 2))
        self.product.invalidate_recordset()
        self.assertEqual(self.product.free_qty, free + 1)
        self.assertFalse(self.issues())

    def test_nothing_is_left_to_ship(self):
        order, row = self.sold()
        self.bring(self.refunded(order, self.refund(order, units=3), cancelled=3))
        self.assertEqual(row.sale_order_id.picking_ids.state, "cancel")
        self.assertFalse(self.issues())

    def test_every_step_is_lowered(self):
        self.channel.warehouse_id.delivery_steps = "pick_pack_ship"
        order, row = self.sold()
        self.bring(self.refunded(order, self.refund(order), cancelled=1))
        moves = row.sale_order_id.order_line.move_ids
        self.assertEqual(set(moves.mapped("product_uom_qty")), {2})

    def shipped(self, quantity=3, **values):
        order, row = self.sold(quantity, **values)
        self.ship(row)
        return order, row

    def ship(self, row):
        picking = row.sale_order_id.picking_ids.filtered(
            lambda one: one.state not in ("done", "cancel")
        )
        picking.move_ids.picked = True
        picking._action_done()

    def test_goods_that_come_back_are_received(self):
        order, row = self.shipped()
        before = self.product.qty_available
        refund = self.refund(order)
        later = self.refunded(order, refund, given_back=1)
        self.bring(later)
        self.bring(self.later(later, note="again"))
        self.assertEqual(self.credits(row).payment_state, "paid")
        self.product.invalidate_recordset()
        self.assertEqual(self.product.qty_available, before + 1)
        self.assertEqual(row.sale_order_id.order_line.qty_delivered, 2)
        self.assertEqual(row.sale_order_id.invoice_status, "invoiced")
        self.assertFalse(self.issues())

    def test_each_refund_brings_its_own_goods(self):
        order, row = self.shipped()
        before = self.product.qty_available
        first, second = self.refund(order, "r1"), self.refund(order, "r2", units=2)
        once = self.refunded(order, first, given_back=1)
        self.bring(once)
        self.bring(self.refunded(once, first, second, given_back=3))
        self.product.invalidate_recordset()
        self.assertEqual(self.product.qty_available, before + 3)
        self.assertEqual(sum(self.credits(row).mapped("amount_total")), 36)

    def test_what_is_not_restocked_does_not_come_back(self):
        order, row = self.shipped()
        refund = self.refund(order)
        refund = replace(refund, lines=(replace(refund.lines[0], restock=False),))
        before = self.product.qty_available
        self.bring(self.refunded(order, refund, given_back=1))
        self.product.invalidate_recordset()
        self.assertEqual(self.product.qty_available, before)
        self.assertEqual(len(row.sale_order_id.picking_ids), 1)

    def test_goods_come_back_to_the_place_that_the_channel_names(self):
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": self.company.id}
        )
        self.env["channel.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "second",
                "name": "Second",
                "warehouse_id": warehouse.id,
            }
        )
        order, _row = self.shipped()
        refund = self.refund(order)
        part = replace(refund.lines[0], location="second")
        self.bring(self.refunded(order, replace(refund, lines=(part,)), given_back=1))
        there = self.product.with_context(warehouse_id=warehouse.id)
        self.assertEqual(there.qty_available, 1)

    def test_lots_are_received_by_people(self):
        self.product.tracking = "lot"
        lot = self.env["stock.lot"].create({"product_id": self.product.id, "name": "L"})
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.channel.warehouse_id.lot_stock_id, 5, lot_id=lot
        )
        order, _row = self.shipped()
        self.bring(self.refunded(order, self.refund(order), given_back=1))
        self.assertIn("1 x", self.issues("refund_unsupported").message)

    def test_invoiced_when_shipped(self):
        self.channel.invoice_policy = "shipped"
        order, row = self.shipped()
        self.work()
        self.bring(self.refunded(order, self.refund(order), given_back=1))
        self.assertEqual(self.credits(row).amount_total, 12)
        self.assertEqual(row.sale_order_id.invoice_status, "invoiced")
        self.assertEqual(row.accounting_state, "done")
        self.assertFalse(self.issues())

    # --- cancelled orders -------------------------------------------------------------

    def test_cancelled_and_refunded_order_is_credited(self):
        order, row = self.sold()
        refund = self.refund(order, units=3)
        self.bring(
            self.refunded(
                order,
                refund,
                cancelled=3,
                state=OrderState.CANCELLED,
                cancelled_at=order.updated_at + timedelta(hours=1),
                payment_state=PaymentState.REFUNDED,
            )
        )
        credit = self.credits(row)
        self.assertEqual((row.state, credit.payment_state), ("cancelled", "paid"))
        self.assertEqual(credit.amount_total, 36)
        self.assertFalse(self.issues())
        self.assertEqual(credit.invoice_date, fields.Date.today())

    # --- how other connectors fail ----------------------------------------------------

    def test_pitfall_2_refund_after_delivery_is_imported(self):
        """A returned unit differs from what is kept of the line: it is credited, and
        received, all the same."""
        order, row = self.shipped()
        line = replace(order.lines[0], fulfilled=3, refunded=1)
        refunded = self.refunded(order, self.refund(order))
        self.bring(replace(refunded, lines=(line,)))
        self.assertEqual(self.credits(row).payment_state, "paid")
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 3)
        self.assertEqual(row.sale_order_id.order_line.qty_delivered, 2)
        self.assert_even(row, 24)

    def test_pitfall_2_units_are_deducted_once(self):
        """Neither invoiced nor delivered: 5 less 2 are 3 to ship, and to pay for."""
        self.channel.invoice_policy = "shipped"
        order, row = self.sold(5)
        later = self.refunded(order, self.refund(order, units=2), cancelled=2)
        self.bring(later)
        for note in ("again", "and again"):
            later = self.later(later, note=note)
            self.bring(later)
        moves = row.sale_order_id.picking_ids.move_ids
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 3)
        self.ship(row)
        self.work()
        self.assert_even(row, 36)

    def test_pitfall_29_refunds_are_booked_as_what_they_give_back(self):
        """Delivery and fees keep their taxes and accounts, and the money that left
        settles the credit note."""
        account = self.env["account.account"].create(
            {
                "name": "Delivery income",
                "code": "410999",
                "account_type": "income",
            }
        )
        self.channel.shipping_product_id.property_account_income_id = account
        shipping = ShippingLine(
            external_id="ship",
            title="Post",
            price=usd("5"),
            taxes=(Tax(title="VAT", rate=Decimal("0.2"), amount=usd("1")),),
        )
        order = self.simple(taxes=[("VAT", "0.2", "2")])
        order = replace(
            order,
            shipping=(shipping,),
            total=usd("18"),
            tax_total=usd("3"),
            payments=(replace(order.payments[0], amount=usd("18")),),
        )
        row = self.bring(order)
        fee = RefundAdjustment(reason="restock", amount=usd("1"), tax=usd("0.2"))
        refund = self.refund(
            order,
            shipping=(RefundShipping(line="ship", amount=usd("5"), tax=usd("1")),),
            adjustments=(fee,),
            paid=(self.payback("tx", "16.80"),),
        )
        self.bring(self.refunded(order, refund, cancelled=1))
        credit = self.credits(row)
        self.assertEqual((credit.amount_total, credit.amount_tax), (16.8, 2.8))
        self.assertEqual(credit.payment_state, "paid")
        products = (
            self.product
            | self.channel.shipping_product_id
            | self.channel.adjustment_product_id
        )
        self.assertEqual(credit.invoice_line_ids.product_id, products)
        self.assertTrue(all(credit.invoice_line_ids.mapped("tax_ids")))
        delivery = credit.invoice_line_ids.filtered(
            lambda line: line.product_id == self.channel.shipping_product_id
        )
        self.assertEqual(delivery.account_id, account)
