from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..adapter.errors import TransientError
from .price_case import PriceCase

TEN, FIFTEEN = Decimal("10.00"), Decimal("15.00")


@tagged("post_install", "-at_install")
class TestPrices(PriceCase):
    """From a price here to what the channel asks."""

    # --- there and back ---------------------------------------------------------------

    def test_what_is_asked_already_is_not_sent(self):
        self.push()
        self.assertEqual(self.price_of().state, "same")
        self.assertEqual(self.calls(), [])

    def test_a_changed_sales_price_arrives(self):
        self.push()
        self.product.list_price = 12.5
        self.push()
        self.assertEqual(self.asked(), (Decimal("12.50"), None))
        price = self.price_of()
        self.assertEqual(
            (price.state, price.sent, price.confirmed), ("same", 12.5, 12.5)
        )
        self.assertFalse(price.dirty or price.batch_id)
        self.push()
        self.assertEqual(len(self.calls()), 1, "only differences are sent")

    def test_hooks_only_note(self):
        """No price is computed where it is changed."""
        self.push()
        self.product.list_price = 12.5
        self.env.cr.flush()
        self.assertEqual(self.price_of().amount, 10)
        intent = self.env["channel.intent"].search([("kind", "=", "price")])
        self.assertEqual(intent.product_id, self.product)
        self.assertIn(("channel.listing.price", False, "_job_prepare"), self.bells())

    def test_many_products_go_in_few_calls(self):
        products = [self.make_product(f"MANY-{n}") for n in range(11)]
        listings = [self.make_priced(product, 10) for product in products]
        self.push()
        for product in products:
            product.list_price = 11
        self.push()
        self.assertEqual([len(call) for call in self.calls()], [5, 5, 1])
        self.assertEqual(
            {self.asked(one) for one in listings}, {(Decimal("11.00"), None)}
        )

    def test_the_pricelist_of_the_channel_is_the_base(self):
        self.channel.pricelist_id = self.make_pricelist(
            compute_price="percentage", percent_price=20, applied_on="3_global"
        )
        self.push()
        self.assertEqual(self.asked()[0], Decimal("8.00"))
        self.channel.pricelist_id.item_ids.percent_price = 10
        self.push()
        self.assertEqual(self.asked()[0], Decimal("9.00"))

    def test_rules_for_larger_quantities_are_no_price(self):
        self.channel.pricelist_id = self.make_pricelist(
            compute_price="fixed", fixed_price=6, min_quantity=10, applied_on="3_global"
        )
        self.push()
        self.assertEqual(self.price_of().amount, 10)

    def test_a_listing_without_prices_is_left_alone(self):
        self.listing.push_price = False
        self.product.list_price = 12
        self.push()
        self.assertEqual(self.calls(), [])
        self.listing.push_price = True
        self.push()
        self.assertEqual(self.asked()[0], Decimal("12.00"))

    def test_archived_products_are_skipped_and_drafts_are_not(self):
        self.push()
        self.listing.sudo().state = "archived"
        self.product.list_price = 12
        self.push()
        self.assertEqual((self.calls(), self.price_of().state), ([], "idle"))
        self.listing.sudo().state = "draft"
        self.push()
        self.assertEqual(self.asked()[0], Decimal("12.00"))

    # --- other lists ------------------------------------------------------------------

    def test_a_list_without_pricelist_is_left_alone(self):
        self.push()
        self.assertFalse(self.price_of(price_list=self.europe))

    def test_another_currency_by_the_rate_of_the_day(self):
        self.rate("0.9")
        self.europe.pricelist_id = self.make_pricelist(self.eur)
        self.push()
        self.assertEqual(self.asked(price_list="eu"), (Decimal("9.00"), None))
        self.rate("0.95", days=0)
        self.push()
        self.assertEqual(self.asked(price_list="eu")[0], Decimal("9.50"))

    def test_without_a_rate_nothing_is_sent(self):
        self.env["res.currency.rate"].search([]).unlink()
        with self.assertIssue("price_list"):
            self.europe.pricelist_id = self.make_pricelist(self.eur)
            self.push()
        self.assertIsNone(self.asked(price_list="eu"))
        self.assertIn("EUR", self.issues("price_list").message)
        self.rate("0.9")
        self.push()
        self.assertEqual(self.asked(price_list="eu")[0], Decimal("9.00"))
        self.assertFalse(self.issues("price_list"))

    def test_prices_of_the_lists_own_currency_need_no_rate(self):
        self.env["res.currency.rate"].search([]).unlink()
        self.europe.pricelist_id = self.make_pricelist(
            self.eur, compute_price="fixed", fixed_price=8, applied_on="3_global"
        )
        self.push()
        self.assertEqual(self.asked(price_list="eu")[0], Decimal("8.00"))

    def test_prices_that_no_rule_names_are_taken_off_the_list(self):
        pricelist = self.make_pricelist(
            self.eur,
            compute_price="fixed",
            fixed_price=11,
            applied_on="1_product",
            product_tmpl_id=self.product.product_tmpl_id.id,
        )
        self.europe.write({"pricelist_id": pricelist.id, "only_with_rule": True})
        other = self.make_priced(self.make_product("SKU-2"), 10)
        self.push()
        self.assertEqual(self.asked(price_list="eu")[0], Decimal("11.00"))
        self.assertIsNone(self.asked(other, "eu"))
        pricelist.item_ids.unlink()
        self.push()
        self.assertIsNone(self.asked(price_list="eu"))
        self.assertEqual(self.price_of(price_list=self.europe).state, "same")

    def rate(self, value, days=30):
        today = fields.Date.today()
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.eur.id,
                "name": today - timedelta(days=days),
                "rate": float(value),
                "company_id": self.company.id,
            }
        )

    # --- tax --------------------------------------------------------------------------

    def test_tax_is_added_where_the_channels_prices_hold_it(self):
        self.tax(price_include_override="tax_excluded")
        self.push()
        self.assertEqual(self.asked()[0], Decimal("12.00"))
        self.base.tax_mode = "plain"
        self.push()
        self.assertEqual(self.asked()[0], TEN)

    def test_tax_is_taken_off_where_they_do_not(self):
        self.tax(price_include_override="tax_included")
        self.push()
        self.assertEqual(self.calls(), [], "included on both sides")
        self.base.sudo().tax_there = "excluded"
        self.push()
        self.assertEqual(self.asked()[0], Decimal("8.33"))

    def tax(self, **values):
        self.product.taxes_id = self.env["account.tax"].create(
            {"name": "VAT", "amount": 20, "type_tax_use": "sale", **values}
        )

    # --- sales ------------------------------------------------------------------------

    def test_a_sale_begins_and_ends_by_its_dates(self):
        now = fields.Datetime.now()
        self.channel.pricelist_id = self.make_pricelist(
            compute_price="percentage",
            percent_price=20,
            applied_on="3_global",
            date_start=now + timedelta(hours=1),
            date_end=now + timedelta(hours=2),
        )
        self.push()
        self.assertEqual(self.asked(), (TEN, None))
        self.look(now + timedelta(minutes=1))
        self.look(now + timedelta(minutes=61))
        self.assertEqual(self.asked(), (Decimal("8.00"), TEN))
        self.look(now + timedelta(minutes=62))
        self.assertEqual(len(self.calls()), 1)
        self.look(now + timedelta(minutes=121))
        self.assertEqual(self.asked(), (TEN, None))

    def look(self, moment):
        """The cron at some moment; what it sends arrives at once."""
        with patch.object(fields.Datetime, "now", staticmethod(lambda *_a: moment)):
            self.worker("channel.channel")._cron_sales()
            self._step_prices()
        self.push()

    def test_the_compare_at_price_follows_the_policy(self):
        pricelist = self.make_pricelist(
            compute_price="fixed", fixed_price=15, applied_on="3_global"
        )
        self.market.asked["", self.listing.external_id] = (TEN, Decimal("13.00"))
        self.base.write({"compare_at": "keep"})
        self.product.list_price = 9
        self.push()
        self.assertEqual(self.asked(), (Decimal("9.00"), Decimal("13.00")))
        self.base.write(
            {"compare_at": "pricelist", "compare_pricelist_id": pricelist.id}
        )
        self.push()
        self.assertEqual(self.asked(), (Decimal("9.00"), FIFTEEN))
        self.base.compare_at = "none"
        self.push()
        self.assertEqual(self.asked(), (Decimal("9.00"), None))

    # --- the fuse ---------------------------------------------------------------------

    def test_a_large_change_waits_for_a_person(self):
        self.push()
        self.product.list_price = 100
        with self.assertIssue("price_fuse"):
            self.push()
        price = self.price_of()
        self.assertEqual((price.state, price.unusual), ("held", "change"))
        self.assertEqual(self.asked()[0], TEN)
        issue = self.issues("price_fuse")
        self.assertIn("SKU-1", issue.detail)
        with self.assertRaises(UserError):
            issue.action_dismiss()
        issue.action_resolve()
        self.push()
        self.assertEqual(self.asked()[0], Decimal("100.00"))

    def test_a_corrected_price_closes_the_issue(self):
        self.push()
        self.product.list_price = 100
        self.push()
        self.product.list_price = 11
        self.push()
        self.assertFalse(self.issues("price_fuse"))
        self.assertEqual(self.asked()[0], Decimal("11.00"))

    def test_free_goods_and_goods_below_cost_wait(self):
        other = self.make_priced(self.make_product("SKU-2"), 10)
        self.push()
        self.channel.price_change_max = 0
        self.product.list_price = 0
        other.product_id.standard_price = 10.5
        self.push()
        self.assertEqual(self.calls(), [])
        self.assertEqual(self.price_of().unusual, "zero")
        self.assertEqual(self.price_of(other).state, "same", "that is what is asked")
        other.product_id.list_price = 10.2
        self.push()
        self.assertEqual(self.price_of(other).unusual, "floor")
        self.price_of(other).action_approve()
        self.push()
        self.assertEqual(self.asked(other)[0], Decimal("10.20"))
        self.assertEqual(self.price_of().state, "held")

    def test_a_large_run_waits_as_a_whole(self):
        products = [self.make_product(f"RUN-{n}") for n in range(30)]
        for product in products:
            self.make_priced(product, 10)
        self.push()
        for product in products:
            product.list_price = 11
        self.push()
        self.assertEqual(self.calls(), [])
        self.assertEqual(set(self.held().mapped("unusual")), {"run"})
        self.issues("price_fuse").action_resolve()
        self.push()
        self.assertEqual(sum(len(call) for call in self.calls()), 30)

    def held(self):
        return self.env["channel.listing.price"].search([("state", "=", "held")])

    # --- answers ----------------------------------------------------------------------

    def test_a_refused_price_is_told_and_not_sent_each_night(self):
        self.push()
        self.market.refused.add(self.listing.external_id)
        self.product.list_price = 12
        with self.assertIssue("price_rejected"):
            self.push()
        self.assertEqual(self.price_of().error, "Not for sale.")
        self.env["channel.intent"]._note_prices(channels=self.channel)
        self.push()
        self.assertEqual(len(self.calls()), 1)
        self.market.refused.clear()
        self.issues("price_rejected").action_resolve()
        self.push()
        self.assertEqual(self.asked()[0], Decimal("12.00"))
        self.assertFalse(self.issues("price_rejected"))

    def test_a_lost_call_is_made_again_with_its_key(self):
        self.push()
        self.product.list_price = 12
        self.env.cr.flush()
        self._step_prices()
        batch = self.env["channel.push.batch"].search([("kind", "=", "price")])
        self.market.errors.append(TransientError("gone"))
        try:
            batch._job_send()
        except Exception as error:  # noqa: BLE001  queue_job's own
            self.assertEqual(type(error).__name__, "RetryableJobError")
        self.push()
        self.assertEqual(self.asked()[0], Decimal("12.00"))

    # --- shadow, off ------------------------------------------------------------------

    def test_in_shadow_the_ledger_tells_and_nothing_is_sent(self):
        self.channel.price_flow = "shadow"
        self.product.list_price = 12
        self.push()
        entry = self.price_of().entry_ids
        self.assertEqual((entry.amount, entry.expected, entry.shadow), (12, 10, True))
        self.env["channel.intent"]._note_prices(channels=self.channel)
        self.push()
        self.assertEqual(len(self.price_of().entry_ids), 1)
        self.assertEqual(self.calls(), [])
        self.channel.price_flow = "on"
        self.push()
        self.assertEqual(self.asked()[0], Decimal("12.00"))

    def test_off_by_default(self):
        channel = self.make_channel("priced-2")
        self.assertEqual(channel.price_flow, "off")
        self.channel.price_flow = "off"
        self.env.cr.flush()
        self.env["channel.intent"].search([]).unlink()
        self.product.list_price = 12
        self.env.cr.flush()
        self.assertFalse(self.env["channel.intent"].search([("kind", "=", "price")]))
        self.channel.price_flow = "on"
        self.push()
        self.assertEqual(self.asked()[0], Decimal("12.00"))

    def test_the_sweeper_rings_for_what_was_left(self):
        self.product.list_price = 12
        self.env.cr.flush()
        bells = self.env["channel.sweeper"]._bells(self.channel)
        self.assertIn(("channel.listing.price", "_job_prepare"), names(bells))
        self.push()
        bells = self.env["channel.sweeper"]._bells(self.channel)
        self.assertNotIn(("channel.listing.price", "_job_prepare"), names(bells))

    # --- changed there ----------------------------------------------------------------

    def test_a_price_changed_there_is_set_right(self):
        self.product.list_price = 12
        self.push()
        self.market.asked["", self.listing.external_id] = (Decimal("0.01"), None)
        self.channel._job_check_prices()
        self.push()
        self.assertEqual(self.asked()[0], Decimal("12.00"))
        self.assertFalse(self.held())

    def test_or_it_is_told(self):
        self.channel.price_drift = "report"
        self.product.list_price = 12
        self.push()
        self.market.asked["", self.listing.external_id] = (Decimal("7.00"), None)
        self.channel._job_check_prices()
        self.push()
        self.assertEqual(self.held().unusual, "drift")
        self.assertEqual(self.asked()[0], Decimal("7.00"))
        self.issues("price_fuse").action_resolve()
        self.push()
        self.assertEqual(self.asked()[0], Decimal("12.00"))

    # --- people -----------------------------------------------------------------------

    def test_why_this_price(self):
        rule = {"compute_price": "percentage", "percent_price": 20}
        pricelist = self.make_pricelist(applied_on="3_global", **rule)
        self.channel.pricelist_id = pricelist
        self.push()
        html = self.price_of().explanation
        for part in ("8.00", "Prices", "20"):
            self.assertIn(part, html)
        self.channel.pricelist_id = False
        pricelist.unlink()
        entry = self.price_of().entry_ids[-1:]
        self.assertIn("a deleted rule", entry.explanation)

    def test_forms(self):
        self.push()
        Form(self.price_of())
        Form(self.base)
        Form(self.channel)
        Form(self.listing)

    def test_price_lists_are_taken_over_and_archived(self):
        self.market.price_lists = self.market.price_lists[:1]
        self.worker("channel.channel").browse(self.channel.id)._job_check_connection()
        self.assertFalse(self.europe.active)
        self.assertTrue(self.base.active)

    def test_as_many_queries_for_many_listings_of_a_part(self):
        self.push()
        few = self.queries(3)
        many = self.queries(60)
        self.assertLessEqual(many, few + 2)

    def queries(self, count):
        products = [self.make_product(f"Q{count}-{n}") for n in range(count)]
        for product in products:
            self.make_priced(product, 10)
        self.push()
        self.channel.price_flow = "shadow"
        for product in products:
            product.list_price = 11
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._step_prices()
        return self.env.cr.sql_log_count - before


def names(bells):
    return {(target._name, method) for target, method in bells}
