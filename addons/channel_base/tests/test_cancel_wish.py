from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..adapter.canonical import OrderState
from .order_case import OrderCase


@tagged("post_install", "-at_install")
class TestCancelWish(OrderCase):
    """Buyers who ask to cancel."""

    def issue(self):
        return self.issues("cancel_request").filtered(lambda i: i.state == "open")

    def test_an_order_with_a_wish_waits_and_counts(self):
        order = self.bring(self.simple(cancel_wish="twice"))
        self.assertEqual(order.state, "held")
        self.assertTrue(order.line_ids.unimported)
        self.assertIn("twice", self.issue().message)

    def test_declined_it_is_imported(self):
        order = self.bring(self.simple(cancel_wish=""))
        self.issue().action_decline_cancel()
        self.work()
        self.assertEqual(order.state, "imported")
        self.assertFalse(self.issue())

    def test_accepted_it_counts_no_more_until_the_channel_knows(self):
        external = self.simple(cancel_wish="twice")
        order = self.bring(external)
        self.issue().action_accept_cancel()
        self.assertEqual(order.state, "cancelled")
        self.assertFalse(order.line_ids.unimported)
        self.assertIn(self.channel.name, self.issue().message)
        self.bring(self.later(external, state=OrderState.CANCELLED, cancel_wish=None))
        self.assertFalse(self.issue())

    def test_a_wish_after_the_import_is_told_where_it_is_shipped(self):
        external = self.simple()
        order = self.bring(external)
        self.bring(self.later(external, cancel_wish="too late?"))
        (picking,) = order.sale_order_id.picking_ids
        self.assertEqual(self.issue().picking_id, picking)
        self.assertIn("do not ship", picking.order_remarks)
        self.assertEqual(order.state, "imported")

    def test_declined_after_the_import_it_stays_quiet(self):
        external = self.simple()
        order = self.bring(external)
        wish = self.later(external, cancel_wish="x")
        self.bring(wish)
        self.issue().action_decline_cancel()
        self.bring(self.later(wish))
        self.assertFalse(self.issue())
        self.assertNotEqual(order.sale_order_id.picking_ids.state, "cancel")

    def test_accepted_after_the_import_nothing_is_shipped(self):
        external = self.simple()
        order = self.bring(external)
        wish = self.later(external, cancel_wish="x")
        self.bring(wish)
        self.issue().action_accept_cancel()
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(order.sale_order_id.picking_ids.state, "cancel")
        self.assertIn("Cancel it at", self.issue().message)
        self.bring(self.later(wish, state=OrderState.CANCELLED, cancel_wish=None))
        self.assertFalse(self.issue())
        self.assertEqual(order.state, "cancelled")

    def test_a_wish_that_is_overtaken_is_forgotten(self):
        external = self.simple()
        self.bring(external)
        wish = self.later(external, cancel_wish="x")
        self.bring(wish)
        self.assertTrue(self.issue())
        self.bring(self.later(wish, cancel_wish=None))
        self.assertFalse(self.issue())

    def test_readers_decide_nothing(self):
        self.bring(self.simple(cancel_wish="x"))
        user = new_test_user(self.env, "wish", groups="channel_base.group_user")
        for method in ("action_accept_cancel", "action_decline_cancel"):
            with self.assertRaises(AccessError):
                getattr(self.issue().with_user(user), method)()
