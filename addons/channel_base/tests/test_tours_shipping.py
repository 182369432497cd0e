"""Screens of transfers that a provider ships, in a real browser."""

from odoo.tests import HttpCase, new_test_user, tagged

from .shipping_case import ShippingCase


@tagged("post_install", "-at_install")
class TestShippingTours(ShippingCase, HttpCase):
    registry_test_mode = False  # ``ChannelCase`` enters it already

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "tours_operator",
            "channel_base.group_operator,sales_team.group_sale_salesman_all_leads",
        )

    def tour(self, name):
        screen = "/odoo/channel-shipping-orders"
        self.start_tour(screen, name, login="tours_operator")
        self.env.invalidate_all()

    def test_ask_to_cancel_and_send_again(self):
        self.sell(2)
        self.work()
        order = self.sent()
        self.tour("channel_base_shipping_cancel")
        self.work()
        self.assertEqual((order.state, order.cancel_state), ("cancelled", "accepted"))
        self.tour("channel_base_shipping_again")
        self.work()
        self.assertEqual(self.sent().reference, f"{order.reference}-2")
        self.assertEqual(self.sent().state, "accepted")
