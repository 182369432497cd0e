from odoo.tests import tagged

from odoo.addons.channel_base.tests.test_content import ContentCase

from . import test_kits


@tagged("post_install", "-at_install")
class TestKitContent(ContentCase):
    def test_a_published_kit_is_counted_there(self):
        """Odoo stores no kits; a channel that is told so sells them without end."""
        bolt = self.make_product("BOLT")
        self.set_stock(bolt, 8)
        kit = self.make_product("KIT", is_storable=False, type="consu")
        test_kits.TestKits.make_bom.__func__(self, kit, [(bolt, 4)])
        self.publish(kit.product_tmpl_id)
        self.work()
        shown = self.there(kit.product_tmpl_id)
        self.assertTrue(shown.variants[0].tracked)
        self.assertTrue(shown.locations)
        listing = self.row(kit.product_tmpl_id).listing_ids
        self.assertTrue(listing.tracked)
        self.assertEqual(listing.level_ids.target, 2)
