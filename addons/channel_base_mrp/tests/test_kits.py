from fractions import Fraction

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.channel_base.tests.stock_case import StockCase


@tagged("post_install", "-at_install")
class TestKits(StockCase):
    """Kits show what their components allow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.stock_flow = "shadow"
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.bolt = cls.make_product("BOLT", quantity=100)
        cls.plate = cls.make_product("PLATE", quantity=7)
        cls.kit = cls.make_kit("KIT", [(cls.bolt, 4), (cls.plate, 1)])
        cls.kit_listing = cls.make_offer(cls.channel, cls.kit)

    @classmethod
    def make_kit(cls, sku, parts, quantity=1, uom=None, **values):
        """A kit of (product, quantity) or (product, quantity, unit)."""
        kit = cls.make_product(sku, is_storable=False, type="consu")
        cls.make_bom(kit, parts, quantity, uom, **values)
        return kit

    @classmethod
    def make_bom(cls, kit, parts, quantity=1, uom=None, **values):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "product_qty": quantity,
                "product_uom_id": (uom or kit.uom_id).id,
                "bom_line_ids": [
                    Command.create(
                        {
                            "product_id": part[0].id,
                            "product_qty": part[1],
                            "product_uom_id": (part[2:] or (part[0].uom_id,))[0].id,
                        }
                    )
                    for part in parts
                ],
                **values,
            }
        )

    def offer_kit(self, kit):
        return self.make_offer(self.channel, kit)

    def test_the_scarcest_component_decides(self):
        self.assertEqual(self.quantity(self.kit_listing), 7)
        self.set_stock(self.bolt, 11)
        self.assertEqual(self.quantity(self.kit_listing), 2)

    def test_change_of_a_component_reaches_the_kit(self):
        self.quantity(self.kit_listing)
        self.set_stock(self.plate, 3)
        self.prepare()
        self.assertEqual(self.kit_listing.level_ids.target, 3)

    def test_sold_kits_move_components(self):
        self.sell(self.kit, 2)
        plate_listing = self.make_offer(self.channel, self.plate)
        self.assertEqual(self.quantity(self.kit_listing), 5)
        self.assertEqual(self.quantity(plate_listing), 5)

    def test_unimported_kits_hold_components(self):
        plate_listing = self.make_offer(self.channel, self.plate)
        self.fetch_line(self.kit_listing, 2)
        self.assertEqual(self.quantity(plate_listing), 5)
        self.assertEqual(self.quantity(self.kit_listing), 5)
        self.fetch_line(plate_listing, 1)
        self.assertEqual(self.quantity(self.kit_listing), 4)

    def test_nested_kits_with_shared_components(self):
        # an outer kit takes a kit (4 bolts, 1 plate) twice, and 2 bolts more: 10 and 2
        outer = self.make_kit("OUTER", [(self.kit, 2), (self.bolt, 2)])
        listing = self.offer_kit(outer)
        self.assertEqual(self.quantity(listing), 3)
        self.set_stock(self.plate, 100)
        self.assertEqual(self.quantity(listing), 10)
        self.set_stock(self.bolt, 9)
        self.assertEqual(self.quantity(listing), 0)
        parts = self.env["channel.stock.kit"]._components([outer.id], self.company)
        self.assertEqual(parts[outer.id], {self.bolt.id: 10, self.plate.id: 2})

    def test_change_of_a_nested_component_reaches_all(self):
        outer = self.make_kit("OUTER", [(self.kit, 2)])
        listing = self.offer_kit(outer)
        self.quantity(listing)
        self.set_stock(self.plate, 4)
        self.prepare()
        self.assertEqual(listing.level_ids.target, 2)
        self.assertEqual(self.kit_listing.level_ids.target, 4)

    def test_units_of_measure(self):
        # a dozen of these kits takes 3 dozen bolts and half a dozen plates
        kit = self.make_kit(
            "DOZEN",
            [(self.bolt, 3, self.dozen), (self.plate, 0.5, self.dozen)],
            1,
            self.dozen,
        )
        parts = self.env["channel.stock.kit"]._components([kit.id], self.company)
        self.assertEqual(
            parts[kit.id], {self.bolt.id: 3, self.plate.id: Fraction(1, 2)}
        )
        self.assertEqual(self.quantity(self.offer_kit(kit)), 14)

    def test_several_kits_of_one_bill(self):
        # one bar makes three kits: a third each, and no cent of it is lost
        bar = self.make_product("BAR", quantity=1)
        kit = self.make_kit("THIRD", [(bar, 1)], quantity=3)
        listing = self.offer_kit(kit)
        self.assertEqual(self.quantity(listing), 3)
        self.fetch_line(listing, 3)
        self.assertEqual(self.quantity(listing), 0)

    def test_fractions_people_enter(self):
        # 0.1 is no binary number: 10 / 0.1 must be 100
        glue = self.make_product("GLUE", quantity=10)
        kit = self.make_kit("GLUED", [(glue, 0.1)])
        self.assertEqual(self.quantity(self.offer_kit(kit)), 100)

    def test_components_that_are_not_stored(self):
        paint = self.make_product("PAINT", is_storable=False)
        kit = self.make_kit("PAINTED", [(self.plate, 1), (paint, 2)])
        self.assertEqual(self.quantity(self.offer_kit(kit)), 7)
        only = self.make_kit("ONLY", [(paint, 1)])
        listing = self.offer_kit(only)
        self.quantity(listing)
        self.assertFalse(listing.level_ids.entry_ids)

    def test_changes_of_the_bill(self):
        self.quantity(self.kit_listing)
        bom = self.kit.bom_ids
        bom.bom_line_ids.filtered(
            lambda line: line.product_id == self.plate
        ).product_qty = 2
        self.prepare()
        self.assertEqual(self.kit_listing.level_ids.target, 3)
        bom.bom_line_ids.filtered(lambda line: line.product_id == self.plate).unlink()
        self.prepare()
        self.assertEqual(self.kit_listing.level_ids.target, 25)

    def test_a_kit_no_more(self):
        self.quantity(self.kit_listing)
        self.kit.bom_ids.type = "normal"
        self.kit.is_storable = True
        self.prepare()
        self.assertEqual(self.kit_listing.level_ids.target, 0)

    def test_a_kit_whose_bill_is_archived_is_told_of(self):
        """What it shows stays for sale, and nothing tells how many there are."""
        self.channel.stock_flow = "on"
        self.push()
        self.assertEqual(self.shown(self.kit_listing), 7)
        self.kit_listing.stock_buffer = 1  # looked at again: nothing to tell
        self.push()
        self.assertFalse(self.issues("uncounted"))
        self.kit.bom_ids.active = False
        self.push()
        self.assertEqual(self.issues("uncounted").listing_id, self.kit_listing)
        self.kit.with_context(active_test=False).bom_ids.active = True
        self.push()
        self.assertFalse(self.issues("uncounted"))

    def test_variants_with_components_of_their_own(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "value_ids": [Command.create({"name": n}) for n in ("red", "blue")],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Coloured kit",
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        red, blue = template.product_variant_ids
        bom = self.make_bom(red, [(self.plate, 1), (self.bolt, 50)])
        bom.bom_line_ids[
            1
        ].bom_product_template_attribute_value_ids = (
            blue.product_template_attribute_value_ids
        )
        parts = self.env["channel.stock.kit"]._components(
            [red.id, blue.id], self.company
        )
        self.assertEqual(parts[red.id], {self.plate.id: 1})
        self.assertEqual(parts[blue.id], {self.plate.id: 1, self.bolt.id: 50})

    def test_bills_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Another company"})
        kit = self.make_kit("THEIRS", [(self.plate, 1)], company_id=other.id)
        parts = self.env["channel.stock.kit"]._components([kit.id], self.company)
        self.assertFalse(parts)

    def test_explained_to_the_component(self):
        self.fetch_line(self.kit_listing, 1)
        self.quantity(self.kit_listing)
        entry = self.kit_listing.level_ids.entry_ids[:1]
        self.assertEqual(entry._recompute(), 6)
        parts = {part["product"]: part for part in entry.inputs["components"]}
        self.assertEqual(parts[self.bolt.id]["per_unit"], "4")
        self.assertEqual(parts[self.bolt.id]["unimported"], "4.00")

    def test_number_of_queries(self):
        kits = [
            self.make_kit(f"K-{n}", [(self.bolt, 1), (self.kit, 1)]) for n in range(12)
        ]
        for kit in kits:
            self.offer_kit(kit)
        self.prepare()
        counts = []
        for part in (kits[:2], kits):
            self.touch(*part)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.worker("channel.listing.level")._job_prepare()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
