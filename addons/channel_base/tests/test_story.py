from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestStory(ChannelCase):
    def test_the_whole_story_of_an_order(self):
        external = self.market.place(self.market.line(self.offer, 2))
        self.poll()
        order = self.order_of(external)
        sale = order.sale_order_id
        self.env["channel.issue"]._report(
            self.channel, "conflict", "c", "Look at this.", order=order
        )
        story = order._story()
        for part in (
            external.name,
            "imported",
            "poll event poll, done",
            f"sale order {sale.name}, sale",
            sale.picking_ids.name,
            sale.invoice_ids.name,
            "payment",
            "issue conflict, open: Look at this.",
        ):
            self.assertIn(part, story)
        moments = [line[:19] for line in story.splitlines()[1:] if line[:4].isdigit()]
        self.assertEqual(moments, sorted(moments))
        self.assertGreater(len(moments), 6)


@tagged("post_install", "-at_install")
class TestOrderRequest(ChannelCase):
    def request(self, text):
        operator = new_test_user(
            self.env, "operator", groups="channel_base.group_operator"
        )
        wizard = self.env["channel.order.request"].with_user(operator)
        return wizard.create({"channel_id": self.channel.id, "external_ids": text})

    def test_fetching_by_id(self):
        first = self.market.place(self.market.line(self.offer))
        second = self.market.place(self.market.line(self.offer))
        text = f" {first.external_id}\n{second.external_id}\n{first.external_id}\n"
        self.request(text).action_fetch()
        self.channel._job_fetch()
        self.assertTrue(self.order_of(first))
        self.assertTrue(self.order_of(second))
        self.assertEqual(self.market.calls["read_orders"], 1)

    def test_nothing_entered(self):
        with self.assertRaises(UserError):
            self.request(" \n ").action_fetch()

    def test_reading_a_known_order_again(self):
        external = self.market.place(self.market.line(self.offer))
        self.poll()
        order = self.order_of(external)
        self.market.change(external.external_id, note="changed")
        order.action_fetch()
        self.channel._job_fetch()
        self.assertIn("changed", order.snapshot)
