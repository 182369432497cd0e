"""Edits, cancellations and refunds of orders whose documents are far already."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo.fields import Command

from ..adapter.canonical import (
    OrderState,
    PaymentState,
    PaymentStatus,
    RefundShipping,
    Tax,
)
from .change_case import ChangeCase, usd
from .order_factory import BORN


class TestChangeLate(ChangeCase):
    def cancelled(self, order, **values):
        return self.later(
            order, state=OrderState.CANCELLED, cancelled_at=BORN, **values
        )

    def bill(self, row):
        """A person invoices the order."""
        invoice = row.sale_order_id._create_invoices()
        invoice.action_post()
        self.work()
        return invoice

    # --- units and delivery -----------------------------------------------------------

    def test_units_are_raised_again_after_they_were_taken_off(self):
        """Marketplaces say so in two ways: with fewer units taken off, or with more
        ordered."""
        for quantity, cancelled in ((3, 0), (4, 1)):
            order = self.placed()
            row = self.bring(order)
            fewer = self.less(order)
            self.bring(fewer)
            again = replace(
                self.line("", quantity),
                external_id=order.lines[0].external_id,
                cancelled=cancelled,
            )
            self.bring(self.edited(fewer, again))
            with self.subTest(quantity=quantity):
                self.assertEqual(self.open_units(row), {"SKU-1": 3})
                self.assertEqual(self.invoiced(row), (36, 6, 0))
                self.assertFalse(self.issues())

    def test_delivery_taken_off_and_paid_back(self):
        order = self.placed(shipping=(self.delivery(),))
        row = self.bring(order)
        gone = self.edited(order, shipping=())
        self.bring(gone)
        self.assertEqual(self.invoiced(row)[:2], (36, 6))
        self.bring(
            self.given_back(gone, "5", payment_state=PaymentState.PARTIALLY_REFUNDED)
        )
        self.assertEqual(self.invoiced(row), (36, 6, 0))
        self.assertFalse(self.issues())

    def test_delivery_alone_is_given_back_with_its_tax(self):
        tax = Tax(title="VAT", rate=Decimal("0.2"), amount=usd("1"))
        order = self.placed(shipping=(replace(self.delivery(), taxes=(tax,)),))
        row = self.bring(order)
        back = self.given_back(order, "6")
        part = RefundShipping(line="standard", amount=usd("5"), tax=usd("1"))
        refund = replace(back.refunds[0], shipping=(part,))
        self.bring(
            replace(
                back, refunds=(refund,), payment_state=PaymentState.PARTIALLY_REFUNDED
            )
        )
        self.assertEqual(self.invoiced(row), (36, 6, 0))
        self.assertFalse(self.issues())

    def test_address_changed_between_the_steps_of_the_way(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.placed()
        row = self.bring(order)
        self.leave(row)
        moved = replace(order.ship_to, street="Elsewhere 5")
        self.bring(self.later(order, ship_to=moved))
        self.leave(row)
        self.leave(row)
        last = row.sale_order_id.picking_ids.filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
        )
        self.assertEqual(last.partner_id.street, "Elsewhere 5")
        self.assertFalse(self.issues())

    def test_lines_of_people_do_not_stop_what_was_changed(self):
        order = self.placed(paid=False)
        row = self.bring(order)
        row.sale_order_id.order_line = [
            Command.create(
                {
                    "product_id": self.other.id,
                    "product_uom_qty": 1,
                    "price_unit": 3,
                    "tax_ids": False,
                }
            )
        ]
        self.bring(self.less(order))
        self.assertEqual(self.open_units(row), {"SKU-1": 2, "SKU-2": 1})
        self.assertEqual(row.sale_order_id.amount_total, 27)
        self.assertIn("SKU-2", self.issues("edit_unsupported").message)
        self.assertEqual(row.change_ids.state, "applied")

    def test_total_that_the_channel_rounds_otherwise(self):
        """Shares of taxes are the channel's to round: its own total of what is left
        counts, invoiced before and after the edit."""
        tax = Tax(title="VAT", rate=Decimal("0.2"), amount=usd("0.40"))
        line = replace(self.line(quantity=3, price="0.67"), taxes=(tax,))
        order = self.placed(line)
        rows = [self.bring(order)]
        fewer = self.less(order)
        # two thirds of the tax are 0.27, and the channel says 0.26
        fewer = replace(fewer, current_total=usd("1.60"))
        self.bring(fewer)
        rows.append(self.bring(self._twin(fewer)))
        for row in rows:
            sale = row.sale_order_id
            self.assertEqual((sale.amount_total, sale.amount_tax), (1.6, 0.26))
            self.assertEqual(self.invoiced(row)[:2], (1.6, 0.26))
        kinds = self.issues().mapped("kind")
        self.assertEqual(set(kinds), {"accounting_failed"}, "paid too much so far")

    def _twin(self, order):
        other = self.placed()
        lines = tuple(
            replace(line, external_id=f"{line.external_id}-twin")
            for line in order.lines
        )
        payments = tuple(
            replace(payment, external_id=f"{payment.external_id}-twin")
            for payment in order.payments
        )
        return replace(
            order,
            external_id=other.external_id,
            name=other.name,
            lines=lines,
            payments=payments,
        )

    def test_total_that_nothing_explains_is_told(self):
        order = self.placed(paid=False)
        row = self.bring(order)
        self.bring(replace(self.less(order), current_total=usd("20")))
        self.assertIn("its lines lack -4.00", self.issues().message)
        self.assertEqual(row.change_ids.state, "approved", "it waits")
        self.issues().action_dismiss()

    # --- vendors ----------------------------------------------------------------------

    def ask_vendor(self):
        """An order of goods that a vendor sends, and the purchase of them."""
        route = self.env.ref(
            "stock_dropshipping.route_drop_shipping", raise_if_not_found=False
        )
        if not route:
            self.skipTest("stock_dropshipping is not installed")
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        self.product.write(
            {
                "route_ids": [Command.set(route.ids)],
                "seller_ids": [Command.create({"partner_id": vendor.id, "price": 1})],
            }
        )
        order = self.placed(paid=False)
        row = self.bring(order)
        purchase = self.env["purchase.order"].search([("partner_id", "=", vendor.id)])
        self.assertEqual(purchase.order_line.product_qty, 3)
        return order, row, purchase

    def test_units_taken_off_that_a_vendor_is_to_be_asked_for(self):
        order, row, _purchase = self.ask_vendor()
        self.bring(self.less(order))
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 2)
        self.assertIn("purchases", self.issues("edit_unsupported").message)

    def test_units_given_back_that_a_vendor_is_to_be_asked_for(self):
        order, _row, _purchase = self.ask_vendor()
        self.bring(
            self.given_back(
                self.paid(order), "12", lines=(self.units_back(order, 1),), cancelled=1
            )
        )
        self.assertIn("purchases", self.issues("refund_unsupported").message)

    def test_cancelled_order_that_a_vendor_is_to_be_asked_for(self):
        order, row, _purchase = self.ask_vendor()
        self.bring(self.cancelled(order))
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertIn("Cancel that purchase", self.issues("cancel_failed").message)

    def test_cancelled_order_that_a_vendor_was_asked_for(self):
        order, row, purchase = self.ask_vendor()
        purchase.button_confirm()
        self.bring(self.cancelled(order))
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertIn("Cancel that purchase", self.issues("cancel_failed").message)

    def test_vendor_hears_of_the_new_address(self):
        order, _row, purchase = self.ask_vendor()
        moved = replace(order.ship_to, street="Elsewhere 5")
        self.bring(self.later(order, ship_to=moved))
        self.assertEqual(purchase.dest_address_id.street, "Elsewhere 5")

    # --- invoices of people -----------------------------------------------------------

    def test_draft_of_a_person_is_told_of_what_was_changed(self):
        self.channel.invoice_policy = "manual"
        order = self.placed(paid=False)
        row = self.bring(order)
        draft = row.sale_order_id._create_invoices()
        self.bring(self.less(order))
        self.assertEqual((draft.state, draft.amount_total), ("draft", 36))
        self.assertIn("by a person", self.issues("edit_unsupported").message)

    def test_cancelled_order_with_an_invoice_of_a_person(self):
        self.channel.invoice_policy = "manual"
        order = self.placed(paid=False)
        row = self.bring(order)
        invoice = self.bill(row)
        self.bring(self.cancelled(order))
        self.assertEqual(row.state, "cancelled")
        self.assertIn(invoice.name, self.issues("cancel_failed").message)

    def test_cancelled_unpaid_order_of_which_a_part_has_left(self):
        self.channel.invoice_policy = "manual"
        order = self.placed(paid=False)
        row = self.bring(order)
        self.leave(row, units=1)
        invoice = self.bill(row)
        self.bring(self.cancelled(order))
        self.assertFalse(self.open_units(row))
        self.assertIn(
            f"{invoice.name} charges for what did not leave",
            self.issues("cancel_failed").message,
        )

    # --- money ------------------------------------------------------------------------

    def test_cancelled_order_of_which_a_part_was_shipped_and_invoiced(self):
        self.channel.invoice_policy = "shipped"
        order = self.placed()
        row = self.bring(order)
        self.leave(row, units=1)
        self.work()
        self.assertEqual(self.invoiced(row)[0], 12)
        line = replace(order.lines[0], fulfilled=1)
        back = self.given_back(
            self.later(order, lines=(line,)),
            "24",
            lines=(self.units_back(order, 2),),
            cancelled=2,
            payment_state=PaymentState.PARTIALLY_REFUNDED,
        )
        self.bring(self.cancelled(back))
        self.assertEqual(self.invoiced(row), (12, 2, 0))
        self.assertFalse(self.open_units(row))
        self.assertNotIn("charges", self.issues("cancel_failed").message)

    def test_money_back_that_is_pending_fails_and_comes_after_all(self):
        order = self.placed()
        row = self.bring(order)
        back = self.given_back(
            order, "12", lines=(self.units_back(order, 1),), cancelled=1
        )
        refund = back.refunds[0]
        steps = ("PENDING", 36), ("FAILURE", 36), ("SUCCESS", 24), ("SUCCESS", 24)
        for hours, (name, invoiced) in enumerate(steps, 1):
            payment = replace(refund.payments[0], status=PaymentStatus[name])
            total = refund.total if name == "SUCCESS" else usd(0)
            refunds = (replace(refund, payments=(payment,), total=total),)
            moment = order.updated_at + timedelta(hours=hours)
            self.bring(replace(back, refunds=refunds, updated_at=moment))
            self.assertEqual(self.invoiced(row)[::2], (invoiced, 0), name)
            self.assertEqual(self.open_units(row), {"SKU-1": 2})
            self.assertFalse(self.issues())
