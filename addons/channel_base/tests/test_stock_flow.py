from odoo.tests import tagged

from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestStockFlow(ChannelCase):
    """From a change of stock to the quantity that the channel confirms."""

    def setUp(self):
        super().setUp()
        self.env.cr.flush()  # the hooks write what they collected
        self.env["channel.channel"].search([("id", "!=", self.channel.id)]).write(
            {"run_state": "paused"}
        )

    @property
    def level(self):
        return self.listing.level_ids

    def test_change_arrives(self):
        self.run_jobs()
        self.env["channel.cursor"].create(
            {"channel_id": self.channel.id, "stream": "orders", "watermark": "2100-01-01"}
        )
        self.set_stock(self.product, 7)
        self.env.cr.flush()
        self.run_jobs()
        self.assertEqual(self.market.levels[self.offer.external_id, "main"], 7)
        self.assertEqual(self.level.confirmed, 7)
        self.assertFalse(self.level.dirty)
        self.assertFalse(self.level.batch_id)
