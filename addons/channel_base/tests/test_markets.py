from dataclasses import replace

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..adapter.canonical import Market
from ..adapter.port import Capability
from .fake_adapter import FakeAdapter
from .order_case import OrderCase

HERE = Market(external_id="us", name="Here", currency="USD", country_code="US")
THERE = Market(external_id="fr", name="There", currency="EUR", country_code="FR")


class ManyMarkets(FakeAdapter):
    """The fake marketplace, if one account sold in several."""

    capabilities = FakeAdapter.capabilities | {Capability.MARKETS}
    stockless_sources = frozenset({"theirs"})
    told = (HERE, THERE)

    def marketplaces(self):
        return iter(self.told)


@tagged("post_install", "-at_install")
class TestMarkets(OrderCase):
    """What one account's marketplaces say of their orders."""

    def setUp(self):
        super().setUp()
        model = type(self.env["channel.channel"])
        self.patch(model, "_adapter_class", lambda channel: ManyMarkets)
        self.patch(ManyMarkets, "told", (HERE, THERE))
        self.channel.action_connect()

    def market_row(self, external_id):
        return self.channel.market_ids.filtered(
            lambda row: row.external_id == external_id
        )

    def test_connecting_stores_them(self):
        self.assertEqual(set(self.channel.market_ids.mapped("name")), {"Here", "There"})
        self.assertEqual(self.market_row("fr").currency_id.name, "EUR")
        self.assertEqual(self.market_row("fr").country_id.code, "FR")

    def test_what_people_chose_is_kept_when_they_are_told_again(self):
        position = self.env["account.fiscal.position"].create({"name": "There"})
        self.market_row("fr").write({"in_use": False, "fiscal_position_id": position})
        ManyMarkets.told = (HERE, replace(THERE, name="Over there"))
        self.channel._job_check_connection()
        row = self.market_row("fr")
        self.assertEqual((row.name, row.in_use), ("Over there", False))
        self.assertEqual(row.fiscal_position_id, position)

    def test_one_that_the_account_left_is_archived_and_comes_back(self):
        ManyMarkets.told = (HERE, replace(THERE, active=False))
        self.channel._job_check_connection()
        self.assertEqual(self.channel.market_ids, self.market_row("us"))
        ManyMarkets.told = (HERE, THERE)
        self.channel._job_check_connection()
        self.assertTrue(self.market_row("fr"))

    def test_an_order_has_the_books_of_its_marketplace(self):
        journal = self.env["account.journal"].create(
            {"name": "Here", "type": "sale", "code": "HERE"}
        )
        position = self.env["account.fiscal.position"].create({"name": "Here"})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Here", "currency_id": self.env.ref("base.USD").id}
        )
        self.market_row("us").write(
            {
                "journal_id": journal.id,
                "fiscal_position_id": position.id,
                "pricelist_id": pricelist.id,
            }
        )
        order = self.bring(self.simple(market="us"))
        sale = order.sale_order_id
        self.assertEqual(order.market_id, self.market_row("us"))
        self.assertEqual(
            (sale.journal_id, sale.fiscal_position_id, sale.pricelist_id),
            (journal, position, pricelist),
        )
        other = self.bring(self.simple(market="fr")).sale_order_id
        self.assertNotEqual(other.journal_id, journal)
        self.assertNotEqual(other.fiscal_position_id, position)

    def test_orders_without_marketplace_go_on_as_before(self):
        self.assertFalse(self.bring(self.simple()).market_id)

    def test_goods_of_others_take_nothing_off_our_stock_by_default(self):
        order = self.bring(self.simple(source="theirs", source_name="Theirs"))
        self.assertTrue(order.stockless)
        self.assertFalse(order.sale_order_id.picking_ids)
        self.channel.new_source_policy = "hold"
        held = self.bring(self.simple(source="theirs-too"))
        self.assertEqual(held.state, "held")

    def test_only_managers_change_them(self):
        user = new_test_user(
            self.env, "market_user", groups="channel_base.group_operator"
        )
        with self.assertRaises(AccessError):
            self.market_row("us").with_user(user).in_use = False
