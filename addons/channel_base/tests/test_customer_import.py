"""Customers and companies without orders: imported, updated, merged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo.tools import mute_logger

from ..adapter.canonical import (
    Address,
    Buyer,
    Company,
    CompanyContact,
    CompanyLocation,
    Customer,
)
from ..adapter.webhook import Resource, WebhookEvent
from .order_case import OrderCase

START = datetime(2026, 1, 1, tzinfo=UTC)


class TestCustomerImport(OrderCase):
    HOME = Address(
        name="Ann",
        street="Main 1",
        city="Albany",
        zip="12203",
        state_code="NY",
        country_code="US",
    )
    ANN = Customer(
        external_id="c-1",
        name="Ann",
        email="ann@example.com",
        phone="+1 518 555 0100",
        address=HOME,
        updated_at=START,
    )
    CORP = Company(
        external_id="7",
        name="Corp",
        reference="C-7",
        contacts=(
            CompanyContact(external_id="c-1", name="Ann", email="ann@corp.example"),
            CompanyContact(external_id="c-2", name="Bob"),
        ),
        locations=(
            CompanyLocation(external_id="70", name="Store", ship_to=HOME),
            CompanyLocation(
                external_id="71", name="Quay", ship_to=replace(HOME, street="Quay 9")
            ),
        ),
        updated_at=START,
    )

    def setUp(self):
        super().setUp()
        self.channel.customer_import = "all"

    def have(self, *customers, companies=()):
        self.market.customers = {one.external_id: one for one in customers}
        self.market.companies = {one.external_id: one for one in companies}

    def import_all(self):
        """All parts, one after the other, and what is left to do behind them."""
        for _part in range(50):
            self.channel._job_import_customers()
            if not self.cursor().position:
                break
        self.apply()

    def apply(self):
        self.worker("channel.customer")._job_apply()

    def ring(self, resource, external_id, key="e"):
        event = WebhookEvent(
            event_key=f"{key}:{external_id}:{resource}",
            topic="t",
            resource=resource,
            external_id=external_id,
        )
        self.env["channel.event"]._note(self.channel, [event], "webhook")
        self.channel._job_fetch()
        self.apply()

    def change(self, customer, **values):
        """The customer changes at the channel, and the webhook rings."""
        changed = replace(customer, updated_at=datetime.now(UTC), **values)
        self.market.customers[customer.external_id] = changed
        self.ring(Resource.CUSTOMER, customer.external_id, str(changed.updated_at))
        return changed

    def cursor(self):
        return self.env["channel.cursor"].search(
            [("channel_id", "=", self.channel.id), ("stream", "=", "customers")]
        )

    def partner(self, external_id="c-1"):
        Link = self.env["channel.partner"]
        links = Link._by_id(self.channel, [external_id])
        return links[external_id].partner_id if links else Link.partner_id

    # --- import -----------------------------------------------------------------------

    def test_a_customer_who_never_ordered(self):
        self.have(self.ANN)
        self.import_all()
        partner = self.partner()
        self.assertEqual((partner.name, partner.email), ("Ann", "ann@example.com"))
        self.assertEqual((partner.street, partner.state_id.code), ("Main 1", "NY"))
        self.assertFalse(self.env["channel.customer"].search([]))

    def test_only_those_who_have_ordered(self):
        self.channel.customer_import = "orders"
        self.have(self.ANN, replace(self.ANN, external_id="c-2", email="", orders=3))
        self.import_all()
        self.assertFalse(self.partner("c-1"))
        self.assertTrue(self.partner("c-2"))

    def test_nobody_is_asked_for_where_they_are_not_wanted(self):
        self.channel.customer_import = "off"
        self.have(self.ANN)
        self.import_all()
        self.ring(Resource.CUSTOMER, "c-1")
        self.assertFalse(self.partner())
        self.assertFalse(self.market.calls["customers"])
        self.assertFalse(self.market.calls["read_customers"])

    def test_the_import_goes_on_where_it_was_interrupted(self):
        ids = [f"c-{number:03}" for number in range(10)]
        self.have(*(replace(self.ANN, external_id=one, email=one) for one in ids))
        with patch("odoo.addons.channel_base.services.customer_import.ENOUGH", 4):
            self.channel._job_import_customers()
            self.assertEqual(self.cursor().position, "4")
            bells = self.worker("channel.sweeper")._bells(self.channel)
            self.assertIn((self.channel, "_job_import_customers"), bells)
            self.import_all()
        self.assertFalse(self.cursor().position)
        self.assertTrue(all(self.partner(one) for one in ids))

    def test_queries_do_not_grow_with_the_customers(self):
        def run(prefix, number):
            ids = [f"{prefix}-{index}" for index in range(number)]
            found = [
                replace(self.ANN, external_id=one, email=f"{one}@example.com")
                for one in ids
            ]
            importer = self.env["channel.customer.import"]
            importer._store(self.channel._as_worker(), found, ())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.apply()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        run("warm", 2)
        few, many = run("few", 5), run("many", 100)
        self.assertLess(many, few + 60)

    def test_a_bad_one_stops_no_other(self):
        self.have(self.ANN, replace(self.ANN, external_id="c-2", email="b@example.com"))
        Match = type(self.env["channel.partner.match"])
        real = Match._prepare_customer

        def refuse(match, channel, person, *args):
            if person.buyer.external_id == "c-1":
                raise ValueError("Nobody is called that.")
            return real(match, channel, person, *args)

        isolator = "odoo.addons.channel_base.services.isolator"
        with (
            patch.object(Match, "_prepare_customer", refuse),
            mute_logger(isolator),
            self.assertIssue("customer_failed"),
        ):
            self.import_all()
        self.assertTrue(self.partner("c-2"))
        self.issues("customer_failed").action_resolve()
        self.apply()
        self.assertTrue(self.partner("c-1"))

    # --- updates ----------------------------------------------------------------------

    def test_a_customer_follows_the_channel(self):
        self.have(self.ANN)
        self.import_all()
        moved = replace(self.HOME, street="Side 2", zip="12204")
        self.change(self.ANN, name="Ann Lee", email="new@example.com", address=moved)
        partner = self.partner()
        self.assertEqual((partner.name, partner.email), ("Ann Lee", "new@example.com"))
        self.assertEqual((partner.street, partner.zip), ("Side 2", "12204"))
        self.assertFalse(partner.child_ids)

    def test_an_older_state_changes_nothing(self):
        self.have(self.ANN)
        self.import_all()
        importer = self.env["channel.customer.import"]
        worker = self.channel._as_worker()
        late = replace(self.ANN, name="New", updated_at=START + timedelta(hours=2))
        early = replace(self.ANN, name="Old", updated_at=START + timedelta(hours=1))
        importer._store(worker, (late,), ())
        importer._store(worker, (early,), ())
        self.apply()
        self.assertEqual(self.partner().name, "New")

    def test_what_the_channel_does_not_tell_takes_nothing_away(self):
        """Protected data: null may be all that there is."""
        self.have(self.ANN)
        self.import_all()
        self.change(self.ANN, name="", email="", phone="", address=None)
        partner = self.partner()
        self.assertEqual((partner.name, partner.email), ("Ann", "ann@example.com"))
        self.assertEqual(partner.street, "Main 1")

    def test_what_people_here_have_entered_is_filled_in_only(self):
        known = self.env["res.partner"].create(
            {"name": "Annie", "email": "ann@example.com"}
        )
        self.have(self.ANN)
        self.import_all()
        self.assertEqual(self.partner(), known)
        self.assertEqual((known.name, known.phone), ("Annie", self.ANN.phone))
        self.assertEqual(known.street, "Main 1")
        self.change(self.ANN, phone="+1 518 555 9999")
        self.assertEqual(known.phone, self.ANN.phone)

    def test_pitfall_13_and_21_addresses_on_documents_are_never_changed(self):
        """Nor deleted: the new one becomes a contact, once."""
        self.have(self.ANN)
        self.import_all()
        buyer = Buyer(external_id="c-1", name="Ann", email="ann@example.com")
        order = self.simple(buyer=buyer, ship_to=self.HOME, bill_to=self.HOME)
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.partner_shipping_id, self.partner())
        self.assertEqual(sale.invoice_ids.state, "posted")
        moved = replace(self.HOME, street="Side 2", zip="12204")
        changed = self.change(
            self.ANN, name="Ann Lee", email="new@example.com", address=moved
        )
        self.change(changed, phone="+1 518 555 0199")
        partner = self.partner()
        self.assertEqual((partner.name, partner.street), ("Ann", "Main 1"))
        self.assertEqual(partner.email, "new@example.com")
        self.assertEqual(partner.phone, "+1 518 555 0199")
        self.assertEqual(partner.child_ids.mapped("street"), ["Side 2"])
        self.assertEqual(sale.partner_shipping_id.street, "Main 1")

    def test_pitfall_22_a_customer_without_any_phone(self):
        """Odoo 19 knows no mobile number."""
        self.have(replace(self.ANN, phone=""))
        self.import_all()
        self.assertFalse(self.partner().phone)
        self.change(self.ANN, phone="+1 518 555 0100")
        self.assertEqual(self.partner().phone, "+1 518 555 0100")

    def test_pitfall_17_the_customer_comes_after_the_order(self):
        """The buyer of the order is the customer, not a guest for ever."""
        buyer = Buyer(external_id="c-1", name="Ann", email="ann@example.com")
        sale = self.bring(self.simple(buyer=buyer)).sale_order_id
        self.have(self.ANN)
        self.ring(Resource.CUSTOMER, "c-1")
        self.assertEqual(self.partner(), sale.partner_id)
        email = [("email", "=", "ann@example.com")]
        self.assertEqual(self.env["res.partner"].search_count(email), 1)

    def test_consent_is_neither_read_nor_written(self):
        self.have(self.ANN)
        fields = set()
        Partner = type(self.env["res.partner"])
        create, write = Partner.create, Partner.write

        def noted(partners, vals_list):
            for vals in vals_list:
                fields.update(vals)
            return create(partners, vals_list)

        def written(partners, vals):
            fields.update(vals)
            return write(partners, vals)

        with (
            patch.object(Partner, "create", noted),
            patch.object(Partner, "write", written),
        ):
            self.import_all()
            self.change(self.ANN, email="new@example.com")
        self.assertTrue({"email", "name"} <= fields)
        told = ("blacklist", "opt_out", "consent", "message_bounce", "subscri")
        self.assertFalse([name for name in fields if any(x in name for x in told)])
        consent = [name for name in Customer.__slots__ if "consent" in name]
        self.assertFalse(consent)

    # --- merges -----------------------------------------------------------------------

    def test_merged_customers_are_the_survivor_from_now_on(self):
        other = replace(self.ANN, external_id="c-2", email="b@example.com", name="B")
        self.have(self.ANN, other)
        self.import_all()
        survivor = self.partner("c-1")
        gone = self.partner("c-2")
        del self.market.customers["c-2"]
        self.ring(Resource.CUSTOMER_MERGE, "c-2>c-1")
        self.assertEqual(self.partner("c-2"), survivor)
        self.assertTrue(gone.exists())
        buyer = Buyer(external_id="c-2", name="B")
        self.assertEqual(
            self.bring(self.simple(buyer=buyer)).sale_order_id.partner_id, survivor
        )

    def test_a_survivor_who_is_not_known_here_yet(self):
        self.have(self.ANN)
        self.import_all()
        del self.market.customers["c-1"]
        self.ring(Resource.CUSTOMER_MERGE, "c-1>c-9")
        self.assertEqual(self.partner("c-9"), self.partner("c-1"))

    def test_a_merge_that_failed_makes_nobody_somebody_else(self):
        """It is told with both ids, like one that was made."""
        other = replace(self.ANN, external_id="c-2", email="b@example.com", name="B")
        self.have(self.ANN, other)
        self.import_all()
        before = self.partner("c-2")
        self.ring(Resource.CUSTOMER_MERGE, "c-2>c-1")
        self.assertEqual(self.partner("c-2"), before)
        self.assertNotEqual(self.partner("c-2"), self.partner("c-1"))

    # --- prices of companies ----------------------------------------------------------

    def price_lists(self, *names):
        rows = self.env["channel.price.list"]
        for name in names:
            pricelist = self.env["product.pricelist"].create({"name": f"{name} here"})
            rows += rows.create(
                {
                    "channel_id": self.channel.id,
                    "external_id": name,
                    "name": name,
                    "kind": "company",
                    "pricelist_id": pricelist.id,
                }
            )
        return rows

    def corp(self, *price_lists, days=0):
        """The company, its two locations buying at some price lists each."""
        pairs = zip(self.CORP.locations, price_lists, strict=True)
        places = tuple(replace(place, price_lists=told) for place, told in pairs)
        moment = START + timedelta(days=days)
        return replace(self.CORP, locations=places, updated_at=moment)

    def take(self, company):
        self.have(companies=(company,))
        self.import_all()
        return self.partner("company:7").with_company(self.channel.company_id)

    def link(self, external_id="location:70"):
        Link = self.env["channel.partner"]
        return Link._by_id(self.channel, [external_id])[external_id]

    def test_a_company_buys_here_at_the_prices_that_it_has_there(self):
        b2b, vip = self.price_lists("B2B", "VIP")
        company = self.take(self.corp(("B2B",), ("B2B",)))
        self.assertEqual(self.link().price_list_id, b2b)
        self.assertEqual(company.specific_property_product_pricelist, b2b.pricelist_id)
        buyer = Buyer(
            external_id="c-1",
            company="Corp",
            company_external_id="7",
            location_external_id="70",
        )
        order = self.simple(buyer=buyer, ship_to=self.HOME, bill_to=self.HOME)
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.pricelist_id, b2b.pricelist_id)
        self.take(self.corp(("VIP",), ("VIP",), days=1))
        self.assertEqual(company.specific_property_product_pricelist, vip.pricelist_id)
        # at prices of their own each
        self.take(self.corp(("VIP",), ("B2B",), days=2))
        self.assertFalse(company.specific_property_product_pricelist)
        self.assertEqual(self.link("location:71").price_list_id, b2b)
        # several at one location, then none at all
        self.take(self.corp(("VIP", "B2B"), (), days=3))
        self.assertFalse(self.link().price_list_id)
        self.assertFalse(self.link("location:71").price_list_id)

    def test_what_is_not_told_of_prices_changes_nothing(self):
        b2b = self.price_lists("B2B")
        self.take(self.corp(("B2B",), ("B2B",)))
        company = self.take(self.corp(None, None, days=1))
        self.assertEqual(self.link().price_list_id, b2b)
        self.assertEqual(company.specific_property_product_pricelist, b2b.pricelist_id)

    def test_prices_that_a_person_chose_stay(self):
        b2b, vip = self.price_lists("B2B", "VIP")
        company = self.take(self.corp((), ()))
        company.specific_property_product_pricelist = vip.pricelist_id
        self.take(self.corp(("B2B",), ("B2B",), days=1))
        self.assertEqual(company.specific_property_product_pricelist, vip.pricelist_id)
        self.assertEqual(self.link().price_list_id, b2b)

    def test_what_has_to_be_assigned_there_is_said(self):
        b2b, vip = self.price_lists("B2B", "VIP")
        self.take(self.corp(("B2B",), ()))
        link, other = self.link(), self.link("location:71")
        self.assertFalse(link.prices_differ)
        link.pricelist_id = vip.pricelist_id
        self.assertEqual(link._pricelist(), vip.pricelist_id)
        self.assertIn(
            "Assign VIP to this location there, instead of B2B", link.prices_differ
        )
        other.pricelist_id = b2b.pricelist_id
        self.assertIn("Assign B2B", other.prices_differ)
        link.pricelist_id = self.env["product.pricelist"].create({"name": "Odd"})
        self.assertIn("No price list", link.prices_differ)

    # --- companies --------------------------------------------------------------------

    def test_a_company_with_contacts_and_locations(self):
        self.have(companies=(self.CORP,))
        self.import_all()
        company = self.partner("company:7")
        self.assertEqual((company.name, company.ref), ("Corp", "C-7"))
        children = company.child_ids
        self.assertEqual(
            sorted(children.mapped(lambda x: (x.type, x.name))),
            [
                ("contact", "Ann"),
                ("contact", "Bob"),
                ("delivery", "Quay"),
                ("delivery", "Store"),
            ],
        )
        self.assertEqual(self.partner("location:71").street, "Quay 9")
        self.assertEqual(self.partner("contact:7:c-2").name, "Bob")
        self.import_all()
        self.assertEqual(company.child_ids, children)

    def test_an_order_goes_to_the_location_that_was_imported(self):
        self.have(companies=(self.CORP,))
        self.import_all()
        buyer = Buyer(
            external_id="c-2",
            name="Bob",
            company="Corp",
            company_external_id="7",
            location_external_id="71",
        )
        quay = replace(self.HOME, street="Quay 9", name="Whoever")
        sale = self.bring(self.simple(buyer=buyer, ship_to=quay)).sale_order_id
        self.assertEqual(sale.partner_shipping_id, self.partner("location:71"))
        self.assertEqual(sale.channel_contact_id, self.partner("contact:7:c-2"))
        return sale

    def test_a_location_that_moves_leaves_documents_alone(self):
        sale = self.test_an_order_goes_to_the_location_that_was_imported()
        before = sale.partner_shipping_id
        places = (
            replace(self.CORP.locations[0], ship_to=replace(self.HOME, street="A 1")),
            replace(self.CORP.locations[1], ship_to=replace(self.HOME, street="B 2")),
        )
        unused = self.partner("location:70")
        moved = replace(self.CORP, locations=places, updated_at=datetime.now(UTC))
        self.have(companies=(moved,))
        self.ring(Resource.COMPANY, "7")
        # nobody has used the one: it has simply moved
        self.assertEqual(self.partner("location:70"), unused)
        self.assertEqual(unused.street, "A 1")
        # the other one is on an order
        self.assertEqual((before.street, before.active), ("Quay 9", False))
        self.assertEqual(self.partner("location:71").street, "B 2")
        self.assertEqual(sale.partner_shipping_id, before)
