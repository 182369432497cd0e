"""Who buys, and where to: customers and addresses of channel orders."""

from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from ..adapter.canonical import Address, Buyer
from .order_case import OrderCase


class TestCustomers(OrderCase):
    def _from(self, buyer=None, ship_to=None, bill_to=None, **values):
        return self.simple(buyer=buyer, ship_to=ship_to, bill_to=bill_to, **values)

    def _buyer(self, **values):
        return Buyer(**{"external_id": "c-1", "name": "Ann", **values})

    ADDRESS = Address(
        name="Ann",
        street="Main 1",
        city="Albany",
        zip="12203",
        state_code="NY",
        country_code="US",
    )

    def test_first_time_buyer_becomes_a_customer(self):
        """Not a guest for ever because the customer's own message comes later."""
        sale = self.bring(
            self._from(self._buyer(email="ann@example.com"), self.ADDRESS)
        ).sale_order_id
        partner = sale.partner_id
        self.assertEqual((partner.name, partner.email), ("Ann", "ann@example.com"))
        self.assertEqual(partner.channel_partner_ids.external_id, "c-1")
        self.assertEqual(partner.state_id.code, "NY")

    def test_same_buyer_in_one_batch_is_one_customer(self):
        sales = self.bring(
            *(self._from(self._buyer(), self.ADDRESS) for _n in range(3))
        ).sale_order_id
        self.assertEqual(len(sales.partner_id), 1)
        self.assertEqual(sales.partner_shipping_id, sales.partner_id)

    def test_marketplace_id_wins_over_a_changed_email(self):
        first = self.bring(
            self._from(self._buyer(email="old@example.com"))
        ).sale_order_id
        second = self.bring(
            self._from(self._buyer(email="new@example.com"))
        ).sale_order_id
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertEqual(first.partner_id.email, "old@example.com")

    def test_known_customer_by_email_whatever_the_case(self):
        known = self.env["res.partner"].create(
            {"name": "Known", "email": "Ann@Example.com"}
        )
        buyer = self._buyer(email="ANN@example.COM")
        self.assertEqual(self.bring(self._from(buyer)).sale_order_id.partner_id, known)
        self.assertEqual(known.channel_partner_ids.external_id, "c-1")

    def test_email_does_not_count_by_id_policy(self):
        self.channel.customer_match = "id"
        known = self.env["res.partner"].create(
            {"name": "Known", "email": "ann@example.com"}
        )
        buyer = self._buyer(email="ann@example.com")
        self.assertNotEqual(
            self.bring(self._from(buyer)).sale_order_id.partner_id, known
        )

    def test_known_customer_by_phone(self):
        self.channel.customer_match = "id_email_phone"
        known = self.env["res.partner"].create(
            {"name": "Known", "phone": "+1 (518) 555-0100"}
        )
        buyer = self._buyer(phone="001 518 5550100")
        self.assertEqual(self.bring(self._from(buyer)).sale_order_id.partner_id, known)

    def test_known_company_by_tax_number_however_it_is_spelled(self):
        self.channel.customer_match = "id_tax"
        german = self.env.ref("base.de").id
        known = self.env["res.partner"].create(
            {"name": "Known GmbH", "is_company": True, "country_id": german}
        )
        # whether the number is right is not what this is about
        self.env.cr.execute(
            "UPDATE res_partner SET vat = 'de 123.456.788' WHERE id = %s", [known.id]
        )
        known.invalidate_recordset()
        home = replace(self.ADDRESS, country_code="DE", state_code="")
        for number, tax_id in enumerate(("DE123456788", "123 456 788")):
            buyer = Buyer(
                company="K", company_external_id=f"tax-{number}", tax_id=tax_id
            )
            sale = self.bring(self._from(buyer, home)).sale_order_id
            self.assertEqual(sale.partner_id, known, tax_id)

    def test_equal_digits_of_another_country_are_another_company(self):
        self.channel.customer_match = "id_tax"
        known = self.env["res.partner"].create({"name": "Known", "is_company": True})
        self.env.cr.execute(
            "UPDATE res_partner SET vat = 'ATU12345678' WHERE id = %s", [known.id]
        )
        known.invalidate_recordset()
        buyer = Buyer(company="K", company_external_id="8", tax_id="U12345678")
        home = replace(self.ADDRESS, country_code="FR", state_code="")
        with patch.object(type(known), "_run_vat_checks", create=True):
            sale = self.bring(self._from(buyer, home)).sale_order_id
        self.assertNotEqual(sale.partner_id, known)

    def test_known_company_by_its_number_in_our_books(self):
        self.channel.customer_match = "id_tax"
        known = self.env["res.partner"].create({"name": "Known", "ref": "C-1001"})
        buyer = Buyer(company="K", company_external_id="9", company_reference="C-1001")
        sale = self.bring(self._from(buyer, self.ADDRESS)).sale_order_id
        self.assertEqual(sale.partner_id, known)

    def test_what_is_entered_for_want_of_a_tax_number_is_nobody(self):
        self.channel.customer_match = "id_tax"
        home = replace(self.ADDRESS, country_code="DE", state_code="")
        for number, tax_id in enumerate(("n/a", "none", "000000", "-", "DE")):
            pair = [
                self._from(
                    Buyer(
                        name=name,
                        company=f"{name} {number}",
                        external_id=f"{name}-{number}",
                        tax_id=tax_id,
                    ),
                    home,
                )
                for name in ("One", "Two")
            ]
            with mute_logger("odoo.addons.channel_base"):
                sales = self.bring(*pair).sale_order_id
            self.assertEqual(len(sales.partner_id), 2, tax_id)

    def test_one_batch_makes_one_customer_of_one_email(self):
        """A guest who then opened an account, both orders fetched at once."""
        email = "twice@example.com"
        sales = self.bring(
            self._from(self._buyer(external_id="", email=email)),
            self._from(self._buyer(external_id="c-9", email=email.upper())),
        ).sale_order_id
        self.assertEqual(len(sales.partner_id), 1)

    def test_guests_share_the_collective_customer_but_not_the_address(self):
        guests = self.env["res.partner"].create({"name": "Guests"})
        self.channel.guest_partner_id = guests
        other = replace(self.ADDRESS, name="Bob", street="Elsewhere 2")
        rows = self.bring(
            self._from(ship_to=self.ADDRESS),
            self._from(ship_to=other),
            self._from(ship_to=self.ADDRESS),
        )
        sales = rows.mapped("sale_order_id")
        self.assertEqual(sales.partner_id, guests)
        self.assertEqual(sales[0].partner_shipping_id.street, "Main 1")
        self.assertEqual(sales[1].partner_shipping_id.name, "Bob")
        self.assertEqual(sales[0].partner_shipping_id, sales[2].partner_shipping_id)

    def test_collective_customer_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        partner = self.env["res.partner"].create(
            {"name": "Guests there", "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self.channel.guest_partner_id = partner

    def test_guest_without_collective_customer_is_one_of_his_own(self):
        sale = self.bring(self._from(ship_to=self.ADDRESS)).sale_order_id
        self.assertEqual(sale.partner_id.name, "Ann")
        self.assertEqual(sale.partner_id.street, "Main 1")

    def test_order_without_any_person(self):
        order = self._from()
        self.assertEqual(self.bring(order).sale_order_id.partner_id.name, order.name)

    def test_ship_to_is_what_the_order_says(self):
        """One address typed invoice or a non-default one must never be used instead."""
        partner = self.bring(
            self._from(self._buyer(), self.ADDRESS)
        ).sale_order_id.partner_id
        self.env["res.partner"].create(
            {
                "name": "Wrong",
                "type": "delivery",
                "parent_id": partner.id,
                "street": "Wrong 1",
            }
        )
        moved = replace(self.ADDRESS, street="New Street 9")
        sale = self.bring(self._from(self._buyer(), moved)).sale_order_id
        self.assertEqual(sale.partner_id, partner)
        self.assertEqual(sale.partner_shipping_id.street, "New Street 9")
        self.assertEqual(sale.picking_ids.partner_id, sale.partner_shipping_id)
        self.assertEqual(partner.street, "Main 1")

    def test_equal_address_is_used_again_whatever_case_and_spaces(self):
        self.bring(self._from(self._buyer(), self.ADDRESS))
        first = self.bring(
            self._from(self._buyer(), replace(self.ADDRESS, street="Side 2"))
        )
        again = replace(self.ADDRESS, street="Side 2", city="ALBANY ", name="ann")
        second = self.bring(self._from(self._buyer(), again))
        self.assertEqual(
            first.sale_order_id.partner_shipping_id,
            second.sale_order_id.partner_shipping_id,
        )

    def test_posting_leaves_customers_alone(self):
        """Written while other jobs use them, they would be thrown back."""
        office = replace(self.ADDRESS, street="Office 3")
        row = self.store(self._from(self._buyer(), self.ADDRESS, bill_to=office))
        self.run_jobs(("import",))
        sale = row.sale_order_id
        people = sale.partner_id | sale.partner_invoice_id
        self.env.flush_all()
        before = people.mapped("customer_rank")
        self.run_jobs(("account",))
        self.assertEqual(sale.invoice_ids.state, "posted")
        self.assertEqual(people.mapped("customer_rank"), before)
        waiting = "account.res.partner.increase_rank.customer_rank"
        self.assertFalse(self.env.cr.postcommit.data.get(waiting))

    def test_invoice_address_is_a_contact_of_its_own(self):
        bill = replace(self.ADDRESS, street="Office 3", company="Ann Ltd")
        sale = self.bring(self._from(self._buyer(), self.ADDRESS, bill)).sale_order_id
        self.assertEqual(sale.partner_invoice_id.street, "Office 3")
        self.assertEqual(sale.partner_shipping_id.street, "Main 1")

    def test_company_buys(self):
        buyer = self._buyer(
            company="Big Corp", company_external_id="77", tax_id="DE123456788"
        )
        rows = self.bring(
            self._from(buyer, self.ADDRESS),
            self._from(replace(buyer, external_id="c-2")),
        )
        partner = rows.sale_order_id.partner_id
        self.assertEqual(len(partner), 1)
        self.assertTrue(partner.is_company)
        self.assertEqual((partner.name, partner.vat), ("Big Corp", "DE123456788"))
        self.assertEqual(partner.channel_partner_ids.external_id, "company:77")

    def test_company_without_a_name_is_called_as_its_buyer(self):
        buyer = self._buyer(company="", company_external_id="78")
        partner = self.bring(self._from(buyer, self.ADDRESS)).sale_order_id.partner_id
        self.assertTrue(partner.is_company)
        self.assertEqual(partner.name, buyer.name)

    def test_unknown_country_and_state_do_not_stop_an_order(self):
        odd = replace(self.ADDRESS, country_code="ZZ", state_code="??")
        sale = self.bring(self._from(self._buyer(), odd)).sale_order_id
        self.assertFalse(sale.partner_id.country_id)

    def test_refused_tax_id_stops_no_order_and_takes_no_other_one_away(self):
        orders = [
            self._from(
                Buyer(company=name, company_external_id=name, tax_id=tax_id),
                self.ADDRESS,
            )
            for name, tax_id in (
                ("Good Ltd", "DE123456788"),
                ("Odd Ltd", "WRONG"),
                ("Fine Ltd", "DE129273398"),
                ("Bare Ltd", ""),
            )
        ]
        Partner = type(self.env["res.partner"])
        real = Partner.create

        def create(partners, vals_list):
            values_list = [vals_list] if isinstance(vals_list, dict) else vals_list
            if any(vals.get("vat") == "WRONG" for vals in values_list):
                raise ValidationError("This is no tax id.")
            return real(partners, vals_list)

        with patch.object(Partner, "create", create), self.assertIssue("tax_number"):
            rows = self.bring(*orders)
        self.assertEqual(
            rows.sale_order_id.partner_id.mapped(lambda x: (x.name, x.vat)),
            [
                ("Good Ltd", "DE123456788"),
                ("Odd Ltd", False),
                ("Fine Ltd", "DE129273398"),
                ("Bare Ltd", False),
            ],
        )
        self.assertEqual(set(rows.mapped("accounting_state")), {"done"})
        issue = self.issues("tax_number")
        self.assertEqual(issue.order_id, rows[1])
        self.assertEqual(issue.detail, "This is no tax id.")
        self.assertIn("WRONG", issue.message)
        self.assertIn("Odd Ltd", issue.message)

    def test_other_refusals_of_a_customer_are_no_tax_number(self):
        Partner = type(self.env["res.partner"])

        def create(partners, vals_list):
            raise ValidationError("No customers today.")

        with (
            patch.object(Partner, "create", create),
            self.assertIssue("order_failed"),
            self.assertIssue("tax_number", 0),
            mute_logger("odoo.addons.channel_base.services.isolator"),
        ):
            self.bring(self._from(self._buyer(tax_id="DE123456788"), self.ADDRESS))

    def test_person_of_a_company_by_email(self):
        company = self.env["res.partner"].create({"name": "Corp", "is_company": True})
        person = self.env["res.partner"].create(
            {"name": "Eve", "parent_id": company.id, "email": "eve@corp.example"}
        )
        buyer = self._buyer(email="eve@corp.example")
        sale = self.bring(self._from(buyer)).sale_order_id
        self.assertEqual(sale.partner_id, person)
        self.assertEqual(self.payments(sale.channel_order_id).partner_id, company)

    def test_pick_up_order_makes_no_empty_contact(self):
        self.bring(self._from(self._buyer(), self.ADDRESS))
        pick_up = Address(name="Ann", country_code="US")
        sale = self.bring(self._from(self._buyer(), pick_up)).sale_order_id
        self.assertEqual(sale.partner_shipping_id, sale.partner_id)
