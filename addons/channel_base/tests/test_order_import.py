"""Stored orders become sale orders, by the channel's policies."""

from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from ..adapter.canonical import (
    Discount,
    FulfilmentState,
    LineKind,
    Money,
    ShippingLine,
)
from ..books.lines import Role
from .order_case import OrderCase

ISOLATOR = "odoo.addons.channel_base.services.isolator"


def usd(amount):
    return Money(Decimal(amount), "USD")


class TestOrderImport(OrderCase):
    # --- the sale order ---------------------------------------------------------------

    def test_what_the_channel_decides_is_on_the_sale_order(self):
        order = self.simple(po_number="PO-7")
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.origin, order.name)
        self.assertEqual(sale.client_order_ref, "PO-7")
        self.assertEqual(sale.warehouse_id, self.warehouse)
        self.assertEqual(sale.state, "sale")

    def test_confirming_keeps_the_order_date(self):
        order = self.simple()
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.date_order, order.ordered_at.replace(tzinfo=None))

    def test_order_of_a_closed_period_is_imported(self):
        order = self.simple()
        self.company.fiscalyear_lock_date = order.ordered_at.date()
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.date_order, order.ordered_at.replace(tzinfo=None))
        self.assertGreater(sale.picking_ids.scheduled_date, sale.date_order)
        self.assertEqual(sale.invoice_ids.payment_state, "paid")

    def test_confirming_several_sale_orders_keeps_only_the_channels_dates(self):
        self.channel.confirm_policy = "quotation"
        order = self.simple()
        ours = self.bring(order).sale_order_id
        other = self.env["sale.order"].create(
            {"partner_id": ours.partner_id.id, "date_order": "2020-01-01 00:00:00"}
        )
        (ours | other).action_confirm()
        self.assertEqual(ours.date_order, order.ordered_at.replace(tzinfo=None))
        self.assertGreater(other.date_order.year, 2020)

    def test_quotation_policy_counts_until_a_person_confirms(self):
        self.channel.confirm_policy = "quotation"
        row = self.bring(self.simple())
        self.assertEqual(row.sale_order_id.state, "draft")
        self.assertTrue(row.line_ids.unimported)
        self.assertFalse(row.sale_order_id.invoice_ids)
        row.sale_order_id.action_confirm()
        self.assertFalse(row.line_ids.unimported)
        self.assertTrue(row.confirmed_at)
        self.work()
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")

    def test_price_is_protected_from_pricelists(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Half price",
                "item_ids": [
                    (0, 0, {"compute_price": "percentage", "percent_price": 50})
                ],
            }
        )
        self.channel.confirm_policy = "quotation"
        self.channel.pricelist_id = pricelist
        line = self.bring(
            self.simple(price="7.77", quantity=2)
        ).sale_order_id.order_line
        self.assertEqual(line.order_id.pricelist_id, pricelist)
        line.product_uom_qty = 3
        self.assertEqual((line.price_unit, line.discount), (7.77, 0.0))
        line.order_id.action_update_prices()
        self.assertEqual((line.price_unit, line.discount), (7.77, 0.0))
        line.order_id.action_update_taxes()
        self.assertEqual(line.name, "Offer of SKU-1")

    def test_pricelist_in_another_currency_is_not_used(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.channel.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        sale = self.bring(self.simple()).sale_order_id
        self.assertEqual(sale.currency_id.name, "USD")
        self.assertFalse(sale.pricelist_id)

    def test_place_decides_the_warehouse(self):
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "W2"})
        self.make_place(self.channel, "second", second.lot_stock_id)
        sale = self.bring(self.simple(line={"location": "second"})).sale_order_id
        self.assertEqual(sale.warehouse_id, second)

    def test_lines_leave_from_the_places_that_the_channel_chose(self):
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "W2"})
        self.make_place(self.channel, "second", second.lot_stock_id)
        order = self.simple(line={"location": "main"})
        other = self.market.line(self.offer, location="second")
        order = replace(order, lines=(*order.lines, other), total=usd(20), payments=())
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.warehouse_id, self.warehouse)
        self.assertEqual(
            sale.order_line.move_ids.mapped("warehouse_id"), self.warehouse | second
        )
        self.assertEqual(
            sale.order_line.mapped("move_ids.location_id"),
            self.warehouse.lot_stock_id | second.lot_stock_id,
        )

    def test_warehouse_that_a_person_chooses_is_that_of_all_lines(self):
        self.channel.confirm_policy = "quotation"
        second, third = self.env["stock.warehouse"].create(
            [{"name": "Second", "code": "W2"}, {"name": "Third", "code": "W3"}]
        )
        self.make_place(self.channel, "second", second.lot_stock_id)
        order = self.simple(line={"location": "main"})
        other = self.market.line(self.offer, location="second")
        order = replace(order, lines=(*order.lines, other), total=usd(20), payments=())
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.order_line.warehouse_id, self.warehouse | second)
        seller = new_test_user(
            self.env, "seller-warehouse", "sales_team.group_sale_salesman_all_leads"
        )
        sale.with_user(seller).warehouse_id = third
        self.assertEqual(sale.order_line.warehouse_id, third)

    def test_no_mail_of_our_own_to_the_buyer(self):
        sale = self.bring(self.simple()).sale_order_id
        with patch.object(type(sale), "message_post_with_source") as sent:
            sale._send_order_confirmation_mail()
            sale._send_payment_succeeded_for_order_mail()
        sent.assert_not_called()

    def test_long_orders_come_alone(self):
        short = self.simple()
        order = self.simple()
        lines = tuple(
            replace(order.lines[0], external_id=f"long-{n}") for n in range(501)
        )
        long = replace(order, lines=lines, total=usd(10 * 501), payments=())
        rows = self.store(short, long)
        self.worker("channel.order")._job_import()
        self.assertEqual(rows.mapped("state"), ["imported", "new"])
        self.assertIn(("channel.order", False, "_job_import"), self.bells())
        self.worker("channel.order")._job_import()
        self.assertEqual(rows.mapped("state"), ["imported", "imported"])
        self.assertEqual(len(rows[1].sale_order_id.order_line), 501)

    def test_one_job_takes_fifty(self):
        rows = self.store(*(self.simple() for _number in range(51)))
        self.worker("channel.order")._job_import()
        self.assertEqual(rows.mapped("state").count("imported"), 50)

    def test_paused_channel_is_left_alone(self):
        row = self.store(self.simple())
        self.channel.run_state = "paused"
        self.worker("channel.order")._job_import()
        self.assertEqual(row.state, "new")

    def test_channels_of_two_companies_in_one_job(self):
        other = self.env["res.company"].create({"name": "Second company"})
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=other, install_demo=False
        )
        warehouses = self.env["stock.warehouse"]
        place = warehouses.search([("company_id", "=", other.id)], limit=1)
        with patch.object(type(self), "warehouse", place):
            theirs = self.make_channel(
                "fake-2", company_id=other.id, import_payment="any"
            )
        ours = self.store(self.simple())
        first, self.channel = self.channel, theirs
        second = self.store(self.simple())
        self.channel = first
        self.work()
        self.assertEqual((ours | second).mapped("state"), ["imported", "imported"])
        self.assertEqual(second.sale_order_id.company_id, other)
        self.assertEqual(second.sale_order_id.invoice_ids.company_id, other)
        self.assertEqual(second.sale_order_id.invoice_ids.payment_state, "paid")
        self.assertEqual(second.sale_order_id.warehouse_id.company_id, other)

    def test_change_of_what_the_channel_owns_is_not_overlooked(self):
        sale = self.bring(self.simple(quantity=2)).sale_order_id
        person = self.env.ref("base.user_admin")
        sale.with_user(person).order_line.write({"sequence": 5})
        self.assertFalse(self.issues())
        sale.with_user(person).order_line.write({"product_uom_qty": 1})
        self.assertIn(sale.name, self.issues("conflict").message)
        self.assertIn(person.name, self.issues("conflict").message)

    def _add_line(self, sale, product, **values):
        # a salesperson has no rights on channels
        seller = self.env["res.users"].search([("login", "=", "seller")])
        seller = seller or new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        return (
            self.env["sale.order.line"]
            .with_user(seller)
            .create({"order_id": sale.id, "product_id": product.id, **values})
        )

    def test_line_that_a_person_adds_is_not_overlooked(self):
        row = self.bring(self.simple())
        sale = row.sale_order_id
        self._add_line(sale, self.product.browse(), display_type="line_note", name="x")
        self._add_line(sale, self.product, is_downpayment=True, product_uom_qty=0)
        self._add_line(sale, self.product, is_delivery=True)
        self.assertFalse(self.issues())
        self._add_line(sale, self.product)
        issue = self.issues("conflict")
        self.assertEqual(issue.order_id, row)
        self.assertIn(f"{self.product.display_name} was added here", issue.message)

    def test_lines_of_quotations_and_of_other_orders_are_no_conflict(self):
        self.channel.confirm_policy = "quotation"
        sale = self.bring(self.simple()).sale_order_id
        self._add_line(sale, self.product)
        other = self.env["sale.order"].create({"partner_id": sale.partner_id.id})
        other.action_confirm()
        self._add_line(other, self.product)
        self.assertFalse(self.issues())

    def test_confirmed_lines_are_not_deleted(self):
        """Odoo itself forbids it, so a person can only change them."""
        sale = self.bring(self.simple()).sale_order_id
        with self.assertRaises(UserError):
            sale.with_user(self.env.ref("base.user_admin")).order_line.unlink()

    def test_what_an_issue_asks_for_is_no_conflict(self):
        row = self.bring(self.simple(quantity=2))
        sale = row.sale_order_id
        Trouble = self.env["channel.order.trouble"]
        Trouble._report([Trouble._value(row, "edit_unsupported", "By hand, please")])
        person = self.env.ref("base.user_admin")
        sale.with_user(person).order_line.write({"product_uom_qty": 3})
        self._add_line(sale, self.product)
        self.assertEqual(self.issues().mapped("kind"), ["edit_unsupported"])
        self.issues().action_dismiss()
        sale.with_user(person).order_line[0].write({"product_uom_qty": 4})
        self.assertTrue(self.issues("conflict"))

    def test_cancelling_here_alone_is_not_overlooked(self):
        sale = self.bring(self.simple()).sale_order_id
        sale.with_user(self.env.ref("base.user_admin"))._action_cancel()
        self.assertIn("cancelled here", self.issues("conflict").message)

    # --- one bad order never stops the others -----------------------------------------

    def test_offender_is_isolated_and_named(self):
        rows = self.store(*(self.simple() for _number in range(7)))
        bad = rows[4]
        Sale = type(self.env["sale.order"])
        real = Sale.action_confirm

        def confirm(sales):
            if bad in sales.channel_order_id:
                raise UserError("The moon is in the wrong house.")
            return real(sales)

        with (
            patch.object(Sale, "action_confirm", confirm),
            self.assertLogs(ISOLATOR, "ERROR"),
        ):
            self.worker("channel.order")._job_import()
        self.assertEqual(bad.state, "blocked")
        self.assertFalse(bad.sale_order_id)
        self.assertEqual(set((rows - bad).mapped("state")), {"imported"})
        issue = self.issues("order_failed")
        self.assertEqual(issue.order_id, bad)
        self.assertIn("wrong house", issue.message)
        self.assertTrue(bad.line_ids.unimported)
        issue.action_resolve()
        self.work()
        self.assertEqual(bad.state, "imported")

    # --- unknown SKUs -----------------------------------------------------------------

    def _unknown(self):
        return self.simple(
            line={"listing": "nowhere", "sku": "UNKNOWN", "title": "Strange mug"}
        )

    def test_unknown_sku_holds_the_order_until_mapped(self):
        row = self.bring(self._unknown())
        self.assertEqual(row.state, "blocked")
        issue = self.issues("unmapped_sku")
        self.assertEqual(issue.order_id, row)
        self.assertIn("Strange mug", issue.message)
        product = self.make_product("UNKNOWN", quantity=5)
        issue.action_resolve()
        self.work()
        self.assertEqual(row.state, "imported")
        self.assertEqual(row.sale_order_id.order_line.product_id, product)

    def test_choosing_the_listings_product_lets_the_order_go_on(self):
        listing = self.make_listing(self.channel, self.market.offer("NEW"))
        row = self.bring(
            self.simple(line={"listing": listing.external_id, "sku": "NEW"})
        )
        self.assertEqual(row.state, "blocked")
        self.assertEqual(self.issues("unmapped_sku").listing_id, listing)
        listing.product_id = self.product
        self.assertEqual(row.state, "new")
        self.assertEqual(row.line_ids.product_id, self.product)
        self.assertFalse(self.issues("unmapped_sku"))
        self.work()
        self.assertEqual(row.state, "imported")

    def test_product_of_another_company_is_named(self):
        order = self.simple()
        row = self.store(order)
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.env.flush_all()
        # Odoo forbids it by its own rights only as long as there is stock
        self.env.cr.execute(
            "UPDATE product_template SET company_id = %s WHERE id = %s",
            [other.id, self.product.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        self.work()
        self.assertEqual(row.state, "blocked")
        issue = self.issues()
        self.assertEqual((issue.kind, issue.order_id), ("unmapped_sku", row))
        for name in (row.name, "Sister Ltd", self.company.name, self.product.name):
            self.assertIn(name, issue.message)
        self.listing.product_id = self.make_product("HERE", quantity=5)
        self.work()
        self.assertEqual(row.state, "imported")
        self.assertEqual(row.sale_order_id.order_line.product_id.name, "Product HERE")
        self.assertFalse(self.issues())

    def test_product_of_another_company_that_is_shared_again(self):
        row = self.store(self.simple())
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        for company_id in (other.id, None):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE product_template SET company_id = %s WHERE id = %s",
                [company_id, self.product.product_tmpl_id.id],
            )
            self.env.invalidate_all()
            self.issues().action_resolve()
            self.work()
        self.assertEqual(row.state, "imported")
        self.assertEqual(row.sale_order_id.order_line.product_id, self.product)

    def test_combo_of_an_unlisted_sku_is_named(self):
        choice = self.env["product.combo"].create(
            {
                "name": "Choice",
                "combo_item_ids": [Command.create({"product_id": self.product.id})],
            }
        )
        combo = self.make_product(
            "COMBO",
            type="combo",
            is_storable=False,
            combo_ids=[Command.set(choice.ids)],
        )
        for policy in ("hold", "create", "placeholder"):
            self.channel.unknown_sku_policy = policy
            row = self.bring(self.simple(line={"listing": "", "sku": "COMBO"}))
            self.assertEqual(row.state, "blocked", policy)
            self.assertFalse(row.line_ids.product_id)
            issue = row.issue_ids.filtered(lambda issue: issue.state == "open")
            self.assertIn(combo.display_name, issue.message)

    def test_unknown_sku_creates_the_product(self):
        self.channel.unknown_sku_policy = "create"
        rows = self.bring(self._unknown(), self._unknown())
        self.assertEqual(rows.mapped("state"), ["imported", "imported"])
        product = rows.sale_order_id.order_line.product_id
        self.assertEqual(
            (product.default_code, product.name), ("UNKNOWN", "Strange mug")
        )
        self.assertEqual(rows.line_ids.product_id, product)
        self.assertTrue(product.is_storable)

    def test_unknown_sku_uses_the_placeholder(self):
        self.channel.unknown_sku_policy = "placeholder"
        sale = self.bring(self._unknown()).sale_order_id
        self.assertEqual(
            sale.order_line.product_id, self.channel.placeholder_product_id
        )
        self.assertEqual(sale.order_line.name, "Strange mug")

    # --- kinds of lines ---------------------------------------------------------------

    def _kind(self, kind, **line):
        return self.simple(line={"kind": kind, "listing": "", "sku": "", **line})

    def test_every_kind_of_line_has_its_product(self):
        for kind, field in (
            (LineKind.TIP, "tip_product_id"),
            (LineKind.FEE, "fee_product_id"),
            (LineKind.DUTY, "fee_product_id"),
            (LineKind.CUSTOM, "custom_product_id"),
            (LineKind.GIFT_CARD, "gift_card_product_id"),
            (LineKind.ROUNDING, "rounding_product_id"),
        ):
            with self.subTest(kind.value):
                sale = self.bring(self._kind(kind)).sale_order_id
                self.assertEqual(sale.order_line.product_id, self.channel[field])
                self.assertEqual(sale.amount_total, 10)

    def test_discounts_and_delivery_are_lines_of_their_own(self):
        discount = Discount(title="Sale", code="TEN", amount=usd("1.00"))
        delivery = ShippingLine(external_id="s1", title="Express", price=usd("5.00"))
        order = self.simple(
            line={"discounts": (discount,)}, total=usd("14.00"), payments=()
        )
        sale = self.bring(replace(order, shipping=(delivery,))).sale_order_id
        found = [(x.channel_role, x.name, x.price_unit) for x in sale.order_line]
        self.assertEqual(
            found,
            [
                ("product", "Offer of SKU-1", 10.0),
                ("discount", "Sale (TEN)", -1.0),
                ("shipping", "Express", 5.0),
            ],
        )
        self.assertEqual(sale.amount_total, 14)

    def test_zero_total(self):
        discount = Discount(title="Gift", amount=usd("10.00"))
        row = self.bring(self.simple(line={"discounts": (discount,)}))
        self.assertEqual(row.sale_order_id.amount_total, 0)
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
        self.assertEqual(row.accounting_state, "done")

    # --- totals -----------------------------------------------------------------------

    def test_difference_within_the_limit_is_one_visible_line(self):
        sale = self.bring(self.simple(total=usd("10.04"), payments=())).sale_order_id
        rounding = sale.order_line.filtered(
            lambda x: x.channel_role == Role.ROUNDING.value
        )
        self.assertEqual(rounding.price_unit, 0.04)
        self.assertEqual(sale.amount_total, 10.04)

    def test_difference_beyond_the_limit_blocks_and_counts(self):
        row = self.bring(self.simple(total=usd("12.00")))
        self.assertEqual(row.state, "blocked")
        self.assertFalse(row.sale_order_id)
        self.assertTrue(row.line_ids.unimported)
        issue = self.issues("total_mismatch")
        self.assertIn("2.00", issue.message)
        self.channel.rounding_limit = 5
        issue.action_resolve()
        self.work()
        self.assertEqual(row.state, "imported")

    def test_limit_is_an_amount_of_the_companys_currency(self):
        """Five cents of yen are nothing."""
        for currency, limit in (("base.JPY", 1.0), ("base.EUR", 0.05)):
            values = {"name": currency, "currency_id": self.env.ref(currency).id}
            company = self.env["res.company"].create(values)
            Channel = self.env["channel.channel"].with_company(company)
            given = Channel.default_get(["rounding_limit"])["rounding_limit"]
            self.assertEqual(given, limit)

    # --- currencies -------------------------------------------------------------------

    def _foreign(self, currency="EUR", **values):
        order = self.factory.order(currency=currency, included=False)
        line = replace(
            self.market.line(self.offer, quantity=1, price="10"),
            unit_price=Money(Decimal(10), currency),
        )
        return replace(
            order,
            lines=(line,),
            shipping=(),
            total=Money(Decimal(10), currency),
            tax_total=Money(Decimal(0), currency),
            payments=(),
            **values,
        )

    def test_missing_rate_is_an_issue_never_one(self):
        self.env["res.currency.rate"].search([]).unlink()
        row = self.bring(self._foreign())
        self.assertEqual(row.state, "blocked")
        issue = self.issues("missing_rate")
        self.assertIn("EUR", issue.message)
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.ref("base.EUR").id,
                "name": "2026-01-01",
                "rate": 0.8,
            }
        )
        issue.action_resolve()
        self.work()
        self.assertAlmostEqual(row.sale_order_id.currency_rate, 0.8)

    def test_rate_of_a_later_day_does_not_count(self):
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.ref("base.EUR").id,
                "name": "2030-01-01",
                "rate": 0.8,
            }
        )
        self.assertEqual(self.bring(self._foreign()).state, "blocked")

    def test_rate_from_the_orders_own_totals(self):
        self.env["res.currency.rate"].search([]).unlink()
        sale = self.bring(self._foreign(shop_total=usd("12.50"))).sale_order_id
        self.assertEqual(sale.currency_id.name, "EUR")
        self.assertAlmostEqual(sale.currency_rate, 0.8)
        sale.date_order = "2026-01-01 00:00:00"
        self.assertAlmostEqual(sale.currency_rate, 0.8)

    def _free(self, shop_total):
        """An order in EUR that a discount makes free, and that tells its rate."""
        order = self._foreign(shop_total=shop_total, rate=Decimal("0.8"))
        free = Discount(title="Gift", amount=order.total)
        line = replace(order.lines[0], discounts=(free,))
        return replace(order, total=Money(Decimal(0), "EUR"), lines=(line,))

    def test_rate_of_an_order_whose_total_is_too_small_to_tell(self):
        self.env["res.currency.rate"].search([]).unlink()
        row = self.bring(self._free(usd("0.00")))
        self.assertAlmostEqual(row.sale_order_id.currency_rate, 0.8)
        self.assertFalse(self.issues())

    def test_rate_of_an_order_whose_total_tells_it_badly(self):
        """A cent in one currency is a cent in the other, too."""
        self.env["res.currency.rate"].search([]).unlink()
        order = self._foreign(shop_total=usd("0.01"), rate=Decimal("0.8"))
        cent = Money(Decimal("0.01"), "EUR")
        most = Money(order.total.amount - cent.amount, "EUR")
        line = replace(order.lines[0], discounts=(Discount(title="Gift", amount=most),))
        row = self.bring(replace(order, total=cent, lines=(line,)))
        self.assertAlmostEqual(row.sale_order_id.currency_rate, 0.8)

    def test_rate_to_another_currency_than_the_companys_does_not_count(self):
        self.env["res.currency.rate"].search([]).unlink()
        row = self.bring(self._free(Money(Decimal(0), "CHF")))
        self.assertEqual(row.state, "blocked")
        self.assertEqual(self.issues().kind, "missing_rate")

    def test_unknown_currency_is_an_issue(self):
        row = self.bring(self._foreign("XXA"))
        self.assertEqual(row.state, "blocked")
        self.assertIn("XXA", self.issues("missing_rate").message)

    # --- seen late --------------------------------------------------------------------

    def test_units_that_had_left_are_delivered_at_once(self):
        before = self.product.qty_available
        order = self.simple(
            quantity=3,
            line={"fulfilled": 3},
            fulfilment_state=FulfilmentState.FULFILLED,
        )
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.picking_ids.mapped("state"), ["done"])
        self.assertEqual(self.product.qty_available, before - 3)

    def test_half_of_it_had_left_in_two_steps(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.simple(
            quantity=4, line={"fulfilled": 2}, fulfilment_state=FulfilmentState.PARTIAL
        )
        sale = self.bring(order).sale_order_id
        self.assertEqual(sale.order_line.qty_delivered, 2)
        waiting = sale.order_line.move_ids.filtered(
            lambda m: m.state not in ("done", "cancel")
        )
        self.assertEqual(sum(waiting.mapped("product_uom_qty")), 2)

    def test_lots_that_had_left_and_nobody_knows_are_entered_by_people(self):
        """Which lot has left is known here only if it is reserved."""
        lots = self.make_product("LOTS", tracking="lot")
        self.make_listing(self.channel, self.market.offer("LOTS"), lots)
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": lots.id})
        self.env["stock.quant"]._update_available_quantity(
            lots, self.warehouse.lot_stock_id, 1, lot_id=lot
        )
        order = self.simple(
            quantity=3,
            line={"fulfilled": 3, "sku": "LOTS", "listing": ""},
            fulfilment_state=FulfilmentState.FULFILLED,
        )
        row = self.bring(order)
        sale = row.sale_order_id
        self.assertEqual(row.state, "imported")
        self.assertEqual(sale.order_line.qty_delivered, 1)
        self.assertEqual(self.issues("conflict").order_id, row)
        rest = sale.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertIn(rest.name, self.issues("conflict").message)

    def test_units_removed_before_the_first_look_are_not_sold(self):
        row = self.bring(self.simple(quantity=2, line={"cancelled": 1}))
        self.assertEqual(row.state, "imported")
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 1)
        self.assertEqual(row.sale_order_id.amount_total, 10)
        self.assertEqual(row.sale_order_id.picking_ids.move_ids.product_uom_qty, 1)
        self.assertFalse(row.line_ids.unimported)

    # --- shadow -----------------------------------------------------------------------

    def test_shadow_makes_nothing_and_keeps_the_outcome(self):
        self.channel.order_flow = "shadow"
        sales = self.env["sale.order"].search_count([])
        good, bad = self.bring(self.simple(), self._unknown())
        self.assertEqual({good.state, bad.state}, {"shadow"})
        self.assertEqual(self.env["sale.order"].search_count([]), sales)
        self.assertIn("10.0 USD", good.shadow_result)
        self.assertIn("UNKNOWN", bad.shadow_result)
        self.assertFalse(any((good | bad).line_ids.mapped("unimported")))

    def test_shadow_orders_stay_with_the_incumbent(self):
        self.channel.order_flow = "shadow"
        order = self.simple()
        row = self.bring(order)
        self.channel.order_flow = "on"
        self.bring(self.later(order, note="x"))
        self.assertEqual(row.state, "shadow")
        self.assertFalse(row.line_ids.unimported)
        row.action_import_now()
        self.work()
        self.assertEqual(row.state, "imported")
