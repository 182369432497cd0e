"""Taxes as the channel charged them, on the taxes that are meant."""

from dataclasses import replace
from decimal import Decimal

from ..adapter.canonical import Discount, Money
from .order_case import OrderCase


def usd(amount):
    return Money(Decimal(amount), "USD")


class TestOrderTaxes(OrderCase):
    def test_equal_rates_are_told_apart_by_title(self):
        central = self.make_tax("CGST 9%", 9)
        state = self.make_tax("SGST 9%", 9)
        order = self.simple(
            "100", taxes=[("CGST", "0.09", "9.00"), ("SGST", "0.09", "9.00")]
        )
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.order_line.tax_ids, central | state)
        self.assertEqual(self.tax_by_title(sale), {"CGST": 9.0, "SGST": 9.0})
        self.assertEqual(sale.amount_total, 118)

    def test_equal_rates_never_collapse_into_one_tax(self):
        self.make_tax("Nine", 9)
        order = self.simple(
            "100", taxes=[("CGST", "0.09", "9.00"), ("SGST", "0.09", "9.00")]
        )
        row = self.bring(order)
        self.assertEqual(row.state, "blocked")
        self.assertTrue(self.issues("unmapped_tax"))

    def test_only_tax_of_its_rate_needs_no_title(self):
        tax = self.make_tax("Ust", 19.5)
        sale = self.bring(
            self.simple("100", taxes=[("VAT", "0.195", "19.50")])
        ).sale_order_id
        self.assertEqual(sale.order_line.tax_ids, tax)

    def test_a_tax_without_rate_is_never_taken_for_a_tax_of_zero(self):
        zero = self.make_tax("Zero rated", 0)
        others = self.env["account.tax"].search(
            [("amount", "=", 0), ("type_tax_use", "=", "sale"), ("id", "!=", zero.id)]
        )
        others.active = False
        row = self.bring(self.simple("100", taxes=[("Levy", None, "19.00")]))
        self.assertEqual(row.state, "blocked")
        mapping = self.issues("unmapped_tax").mapping_id
        mapping.tax_id = self.make_tax("Levy 19", 19)
        self.work()
        self.assertEqual(row.sale_order_id.amount_tax, 19.0)

    def test_default_tax_of_the_company_is_meant_among_equals(self):
        default = self.make_tax("Regular", 18)
        self.make_tax("Special", 18)
        self.company.account_sale_tax_id = default
        sale = self.bring(
            self.simple("100", taxes=[("VAT", "0.18", "18")])
        ).sale_order_id
        self.assertEqual(sale.order_line.tax_ids, default)

    def test_tax_made_later_is_found_when_tried_again(self):
        row = self.bring(self.simple("100", taxes=[("VAT", "0.171", "17.10")]))
        tax = self.make_tax("Seventeen one", 17.1)
        self.issues("unmapped_tax").action_resolve()
        self.work()
        self.assertEqual(row.sale_order_id.order_line.tax_ids, tax)

    def test_included_and_excluded_are_different_taxes(self):
        self.make_tax("Out", 21.5)
        inside = self.make_tax("In", 21.5, included=True)
        order = self.simple("121.50", taxes=[("VAT", "0.215", "21.50")], included=True)
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.order_line.tax_ids, inside)
        self.assertEqual((sale.amount_untaxed, sale.amount_total), (100.0, 121.5))

    def test_unknown_tax_waits_for_the_mapping_and_resumes(self):
        row = self.bring(self.simple("100", taxes=[("Moon tax", "0.031", "3.10")]))
        self.assertEqual(row.state, "blocked")
        mapping = self.issues("unmapped_tax").mapping_id
        self.assertEqual((mapping.external_name, mapping.tax_rate), ("Moon tax", 3.1))
        tax = self.make_tax("Lunar", 3.1)
        self.assertEqual(mapping.suggested_tax_ids[:1], tax)
        mapping.tax_id = tax
        self.assertFalse(self.issues("unmapped_tax"))
        self.work()
        self.assertEqual(row.state, "imported")
        self.assertEqual(row.sale_order_id.amount_tax, 3.1)

    def test_tax_can_be_made_from_the_mapping(self):
        row = self.bring(self.simple("100", taxes=[("Moon tax", "0.031", "3.10")]))
        self.issues("unmapped_tax").mapping_id.action_create_tax()
        self.work()
        self.assertEqual(row.sale_order_id.order_line.tax_ids.amount, 3.1)
        default = (
            self.company.account_sale_tax_id.invoice_repartition_line_ids.account_id
        )
        made = (
            row.sale_order_id.order_line.tax_ids.invoice_repartition_line_ids.account_id
        )
        self.assertEqual(made, default)

    def test_amount_policy_makes_one_tax_per_title(self):
        self.channel.tax_policy = "amount"
        rows = self.bring(
            self.simple(
                "100", taxes=[("NY State", "0.04", "4.00"), ("City", "0.045", "4.51")]
            ),
            self.simple(
                "100", taxes=[("NY State", "0.041", "4.10"), ("County", None, "0.37")]
            ),
        )
        taxes = rows.sale_order_id.order_line.tax_ids
        self.assertEqual(
            sorted(taxes.mapped("invoice_label")), ["City", "County", "NY State"]
        )
        invoices = rows.sale_order_id.invoice_ids
        self.assertEqual(sorted(invoices.mapped("amount_tax")), [4.47, 8.51])
        self.assertEqual(set(invoices.mapped("payment_state")), {"paid"})

    def test_remitted_tax_is_no_liability_of_ours(self):
        order = self.simple("100", taxes=[("Facilitated", "0.07", "7.00")])
        line = order.lines[0]
        taxes = tuple(replace(tax, remitted=True) for tax in line.taxes)
        row = self.bring(replace(order, lines=(replace(line, taxes=taxes),)))
        invoice = row.sale_order_id.invoice_ids
        self.assertEqual(invoice.amount_total, 107)
        tax_line = invoice.line_ids.filtered("tax_line_id")
        self.assertEqual(tax_line.balance, -7)
        self.assertEqual(tax_line.account_id.account_type, "asset_current")
        own = self.company.account_sale_tax_id.invoice_repartition_line_ids.account_id
        self.assertNotIn(tax_line.account_id, own)
        self.assertFalse(tax_line.tax_tag_ids)

    def test_tax_that_was_not_charged_is_left_out(self):
        sale = self.bring(
            self.simple("100", taxes=[("VAT", "0.15", "0.00")])
        ).sale_order_id
        self.assertFalse(sale.order_line.tax_ids)

    def test_whole_tax_on_the_first_line(self):
        """Some shops state it so; the amounts are the truth."""
        self.make_tax("VAT 19.5%", 19.5)
        order = self.simple("100", taxes=[("VAT", "0.195", "39.00")])
        second = replace(order.lines[0], external_id="second", taxes=())
        order = replace(
            order, lines=(*order.lines, second), total=usd("239.00"), payments=()
        )
        sale = self.bring(order).sale_order_id
        self.assertEqual((sale.amount_tax, sale.amount_total), (39.0, 239.0))

    def test_discounts_in_cents_are_exact(self):
        """Three at 10.00 less 10.00, and 1499.99 less 100.00: never by percentage."""
        for price, quantity, off in (("10.00", 3, "10.00"), ("1499.99", 1, "100.00")):
            discount = Discount(title="Fixed", amount=usd(off))
            sale = self.bring(
                self.simple(price, quantity, line={"discounts": (discount,)})
            ).sale_order_id
            self.assertEqual(
                sale.amount_total, float(Decimal(price) * quantity - Decimal(off))
            )

    def test_credit_note_reverses_what_was_charged(self):
        self.make_tax("VAT 17%", 17)
        order = self.simple("100", taxes=[("VAT", "0.17", "16.98")])
        invoice = self.bring(order).sale_order_id.invoice_ids
        note = invoice._reverse_moves()
        self.assertEqual((note.amount_tax, note.amount_total), (16.98, 116.98))

    def test_line_that_a_person_changes_is_computed_by_odoo(self):
        self.channel.confirm_policy = "quotation"
        self.make_tax("VAT 17%", 17)
        order = self.simple("100", taxes=[("VAT", "0.17", "16.98")])
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.amount_tax, 16.98)
        sale.order_line.product_uom_qty = 2
        self.assertEqual((sale.amount_untaxed, sale.amount_tax), (200, 34))
