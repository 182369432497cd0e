"""Companies that buy: contacts, locations, prices of their own, and when they pay."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from odoo import fields

from ..adapter.canonical import (
    Address,
    Buyer,
    PaymentState,
    PaymentTerms,
    TermsKind,
)
from .order_case import OrderCase


class TestCompanies(OrderCase):
    BUYER = Buyer(
        external_id="c-1",
        name="Ann",
        email="ann@corp.example",
        company="Corp",
        company_external_id="7",
        company_reference="C-7",
        location="Albany store",
        location_external_id="70",
    )
    STORE = Address(
        name="Ann",
        company="Corp",
        street="Store 1",
        city="Albany",
        zip="12203",
        state_code="NY",
        country_code="US",
    )
    OFFICE = replace(STORE, street="Office 2")
    NET = PaymentTerms(kind=TermsKind.NET, name="Net 33", days=33)

    def _order(self, buyer=BUYER, ship_to=STORE, bill_to=OFFICE, **values):
        return self.simple(buyer=buyer, ship_to=ship_to, bill_to=bill_to, **values)

    def _unpaid(self, terms, **values):
        return self._order(
            terms=terms, payment_state=PaymentState.PENDING, payments=(), **values
        )

    def _link(self, external_id):
        Link = self.env["channel.partner"]
        return Link._by_id(self.channel, [external_id])[external_id]

    def test_company_contact_location_and_number(self):
        sale = self.bring(self._order(po_number="PO-5")).sale_order_id
        company = sale.partner_id
        self.assertEqual((company.name, company.ref), ("Corp", "C-7"))
        self.assertTrue(company.is_company)
        contact = sale.channel_contact_id
        self.assertEqual((contact.name, contact.parent_id), ("Ann", company))
        self.assertEqual(contact.type, "contact")
        self.assertEqual(sale.partner_shipping_id.street, "Store 1")
        self.assertEqual(sale.partner_shipping_id.parent_id, company)
        self.assertEqual(sale.client_order_ref, "PO-5")
        self.assertEqual(self._link("location:70").partner_id, sale.partner_shipping_id)
        self.assertEqual(self._link("contact:7:c-1").partner_id, contact)

    def test_contact_of_a_company_buys_for_himself_too(self):
        """A private order must not be billed to the company."""
        sales = self.bring(
            self._order(),
            self._order(
                Buyer(external_id="c-1", name="Ann", email="ann@home.example"),
                bill_to=self.STORE,
            ),
        ).mapped("sale_order_id")
        self.assertNotEqual(
            sales[0].partner_id.commercial_partner_id,
            sales[1].partner_id.commercial_partner_id,
        )

    def test_a_known_location_is_used_whatever_names_are_on_the_address(self):
        first = self.bring(self._order()).sale_order_id
        other = replace(self.STORE, name="Bob", company="Corp, backyard")
        second = self.bring(self._order(ship_to=other)).sale_order_id
        self.assertEqual(second.partner_shipping_id, first.partner_shipping_id)

    def test_several_locations_and_contacts_are_one_company(self):
        there = replace(self.BUYER, external_id="c-2", name="Bob", email="")
        there = replace(there, location="Boston", location_external_id="71")
        sales = self.bring(
            self._order(), self._order(there, replace(self.STORE, street="Quay 9"))
        ).mapped("sale_order_id")
        self.assertEqual(len(sales.partner_id), 1)
        self.assertEqual(len(sales.partner_shipping_id), 2)
        self.assertEqual(set(sales.channel_contact_id.mapped("name")), {"Ann", "Bob"})
        again = self.bring(self._order(there)).sale_order_id
        self.assertEqual(again.channel_contact_id.name, "Bob")

    def test_pricelist_of_the_location_wins_over_the_companys(self):
        self.bring(self._order())
        lists = self.env["product.pricelist"].create(
            [
                {"name": name, "currency_id": self.env.ref("base.USD").id}
                for name in ("Company", "Location")
            ]
        )
        self._link("company:7").pricelist_id = lists[0]
        sale = self.bring(self._order()).sale_order_id
        self.assertEqual(sale.pricelist_id, lists[0])
        self._link("location:70").pricelist_id = lists[1]
        sale = self.bring(self._order()).sale_order_id
        self.assertEqual(sale.pricelist_id, lists[1])
        # prices are those that were charged
        self.assertEqual(sale.order_line[0].price_unit, 10.0)

    # --- payment terms ----------------------------------------------------------------

    def test_terms_of_as_many_days_are_found_and_the_invoice_falls_due(self):
        term = self.env["account.payment.term"].create(
            {"name": "33", "line_ids": [fields.Command.create({"nb_days": 33})]}
        )
        with self.assertIssue("unmapped_terms", 0):
            row = self.bring(self._unpaid(self.NET))
        self.assertEqual(row.state, "imported")
        invoice = row.sale_order_id.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.invoice_payment_term_id, term)
        self.assertEqual(
            invoice.invoice_date_due, invoice.invoice_date + timedelta(days=33)
        )

    def test_unknown_terms_stop_nothing_and_are_asked_for(self):
        due = datetime.now(UTC) + timedelta(days=33)
        self.channel.invoice_policy = "manual"
        with self.assertIssue("unmapped_terms"):
            row = self.bring(self._unpaid(replace(self.NET, due_at=due)))
        self.assertEqual(row.sale_order_id.state, "sale")
        self.assertFalse(row.sale_order_id.payment_term_id)
        term = self.env["account.payment.term"].create({"name": "Later"})
        self.issues("unmapped_terms").mapping_id.payment_term_id = term
        self.assertEqual(row.sale_order_id.payment_term_id, term)
        self.assertFalse(self.issues("unmapped_terms"))

    def test_a_date_that_is_set_is_the_due_date(self):
        due = datetime.now(UTC) + timedelta(days=12)
        terms = PaymentTerms(kind=TermsKind.FIXED, name="Fixed date", due_at=due)
        with self.assertIssue("unmapped_terms"):
            row = self.bring(self._unpaid(terms))
        invoice = row.sale_order_id.invoice_ids
        self.assertEqual(invoice.invoice_date_due, due.date())

    def test_terms_from_the_shipment_wait_for_it(self):
        terms = PaymentTerms(kind=TermsKind.FULFILMENT, name="Due on fulfillment")
        row = self.bring(self._unpaid(terms))
        self.assertEqual(row.sale_order_id.state, "sale")
        self.assertFalse(row.sale_order_id.invoice_ids)

    def test_whoever_wants_to_be_paid_first_is(self):
        self.channel.import_payment = "paid"
        row = self.bring(self._unpaid(self.NET))
        self.assertEqual(row.state, "pending")
