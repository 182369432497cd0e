from odoo.tests import new_test_user, tagged

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockWhy(StockCase):
    """What the screens say of a quantity is what is so now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.run_state = "paused"
        cls.channel = cls.make_compare_channel()
        cls.market = cls.market_of(cls.channel)
        cls.listing = cls.make_offer(cls.channel, cls.product, 10)
        cls.user = new_test_user(cls.env, "looks_on", "channel_base.group_user")

    def setUp(self):
        super().setUp()
        self.push()

    @property
    def level(self):
        """The quantity, as somebody sees it who opens the screen now."""
        self.env.invalidate_all()
        return self.level_of(self.listing).with_user(self.user)

    def sell_here(self, units):
        """Units are sold at the channel; the order comes in and is computed."""
        self.fetch_line(self.listing, units)
        self.market.levels[self.listing.stock_key, "main"] -= units
        self.touch(self.product)
        self.push()

    def why(self, *texts):
        explanation = self.level.explanation
        for text in texts:
            self.assertIn(text, explanation)

    # --- what is shown ----------------------------------------------------------------

    def test_own_sales_are_taken_off_what_is_shown(self):
        self.sell_here(2)
        level = self.level
        self.assertEqual(self.market.stock_calls, [], "nothing had to be sent")
        self.assertEqual((level.target, level.shown, level.confirmed), (8, 8, 10))
        self.assertEqual(level.shown, level.expected, "as the stock lane sees it")

    def test_shown_follows_what_was_sent(self):
        self.set_stock(self.product, 7)
        self.push()
        self.assertEqual(self.level.shown, 7)

    def test_shown_while_a_quantity_is_on_its_way(self):
        self.sell_here(2)
        self.set_stock(self.product, 20)
        self.prepare()
        self.assertTrue(self.level.batch_id)
        self.assertEqual((self.level.target, self.level.shown), (18, 8))

    def test_a_page_of_quantities_takes_one_statement(self):
        for number in range(4):
            product = self.make_product(f"MANY-{number}", quantity=5)
            self.make_offer(self.channel, product, 5)
        self.push()
        self.env.invalidate_all()
        levels = self.env["channel.listing.level"].search(
            [("channel_id", "=", self.channel.id)]
        )
        with self.assertQueryCount(1):
            shown = levels.mapped("shown")
        self.assertEqual(sorted(shown), [5, 5, 5, 5, 10])

    def test_what_is_not_pushed_has_no_quantity(self):
        self.assertTrue(self.level.pushed)
        product = self.make_product("GIFT", is_storable=False)
        gift = self.make_offer(self.channel, product)
        gift.tracked = False
        self.push()
        level = self.level_of(gift)
        self.assertFalse(level.pushed)
        self.assertIn("keeps no quantity", level.explanation)

    # --- why --------------------------------------------------------------------------

    def test_why_nothing_had_to_be_sent(self):
        self.sell_here(2)
        self.assertFalse(self.level.entry_ids, "nothing was ever sent")
        self.why(
            "<strong>8</strong> to be shown", "has sold 2 since", "Nothing has to be"
        )
        self.assertNotIn("computed on", self.level.explanation)

    def test_why_tells_of_now_not_of_what_was_sent_last(self):
        self.set_stock(self.product, 7)
        self.push()
        self.sell_here(3)
        self.assertEqual(self.level.entry_ids.quantity, 7)
        self.why("<strong>4</strong> to be shown", "showed 7")

    def test_why_writes_nothing(self):
        self.set_stock(self.product, 3)
        self.env.flush_all()
        before = self.level.read(["target", "dirty", "computed"])
        self.why("<strong>3</strong> to be shown", "shows 10", "sent")
        self.assertEqual(self.level.read(["target", "dirty", "computed"]), before)
        self.assertFalse(self.level.entry_ids)

    def test_why_while_it_is_on_its_way(self):
        self.set_stock(self.product, 6)
        self.prepare()
        self.why("<strong>6</strong> to be shown", "on its way")

    def test_why_it_was_refused(self):
        self.market.refused.add(self.listing.stock_key)
        self.set_stock(self.product, 6)
        self.push()
        self.why("<strong>6</strong> to be shown", "refused")

    def test_why_nothing_is_pushed(self):
        for values, reason in (
            ({"push_stock": False}, "switched off for this listing"),
            ({"state": "gone"}, "deleted"),
            ({"product_id": False}, "no product"),
        ):
            with self.subTest(reason=reason):
                before = {name: self.listing[name] for name in values}
                self.listing.write(values)
                self.why(reason)
                self.assertNotIn("to be shown", self.level.explanation)
                self.assertFalse(self.level.pushed)
                self.listing.write(before)

    def test_why_right_after_a_product_was_chosen(self):
        other = self.make_product("OTHER", quantity=4)
        self.listing.product_id = other
        self.why("<strong>4</strong> to be shown")
        self.listing.product_id = False
        self.prepare()
        self.listing.product_id = other
        self.why("next run")

    def test_why_nothing_is_sent_from_a_channel_that_is_off(self):
        self.set_stock(self.product, 6)
        for values in ({"stock_flow": "shadow"}, {"run_state": "paused"}):
            self.channel.write(values)
            self.why("<strong>6</strong> to be shown", "Nothing is sent")

    def test_why_it_is_not_raised_yet(self):
        self.read_orders(self.channel, "2000-01-01 00:00:00")
        self.market.levels[self.listing.stock_key, "main"] = 9
        self.env["channel.intent"]._note_channels(self.channel, "read")
        self.push()
        self.set_stock(self.product, 20)
        self.prepare()
        self.why("orders until")
