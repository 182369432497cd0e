from contextlib import closing
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockHooks(StockCase):
    """Hooks note what changed, in the transaction of the change, and cost next to
    nothing."""

    def setUp(self):
        super().setUp()
        self.forget()

    def forget(self):
        """Everything so far has been worked on."""
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM channel_intent")

    def noted(self):
        """Products that a commit would note now."""
        self.env.cr.flush()
        self.env["channel.intent"].invalidate_model()
        return self.env["channel.intent"].search([]).product_id

    def receive(self, lines):
        """A receipt of so many products, done.

        :return: number of queries that it took, with what comes before the commit.
        """
        products = self.env["product.product"].create(
            [{"name": f"Received {n}", "is_storable": True} for n in range(lines)]
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 3,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                    for product in products
                ],
            }
        )
        picking.action_confirm()
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        picking.move_ids.picked = True
        picking.button_validate()
        self.env.cr.flush()
        self.assertEqual(picking.state, "done")
        return self.env.cr.sql_log_count - before

    def extra(self, lines):
        """Queries that the hooks add to a receipt."""
        intents = type(self.env["channel.intent"])
        self.receive(lines)  # caches of the registry are warm from here on
        with patch.object(intents, "_collect_products", lambda self, product_ids: None):
            without = self.receive(lines)
        return self.receive(lines) - without

    def test_cost_of_a_receipt(self):
        few, many = self.extra(10), self.extra(60)
        self.assertLessEqual(many, 4)
        self.assertLessEqual(few, 4)

    def test_received_products_are_noted(self):
        self.receive(3)
        self.assertEqual(len(self.noted()), 3)
        self.assertIn(("channel.listing.level", False, "_job_prepare"), self.bells())

    def test_reservation_is_no_news(self):
        move = self.sell(self.product, 2).picking_ids.move_ids
        move._do_unreserve()
        self.assertEqual(move.state, "confirmed")
        self.forget()
        move._action_assign()
        self.assertEqual(move.state, "assigned")
        self.assertFalse(self.noted())

    def test_every_change_of_demand_is_noted(self):
        order = self.sell(self.product, 2)
        self.assertEqual(self.noted(), self.product)
        self.forget()
        order.order_line.product_uom_qty = 3
        self.assertEqual(self.noted(), self.product)
        self.forget()
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.view_location_id.id}
        )
        order.picking_ids.location_id = shelf
        self.assertEqual(self.noted(), self.product)
        self.forget()
        order._action_cancel()
        self.assertEqual(self.noted(), self.product)

    def test_scrap_is_noted(self):
        self.env["stock.scrap"].create(
            {"product_id": self.product.id, "scrap_qty": 1}
        ).action_validate()
        self.assertEqual(self.noted(), self.product)

    def test_what_is_rolled_back_is_forgotten(self):
        other = self.make_product("OTHER", quantity=1)
        self.forget()
        self.set_stock(self.product, 3)
        with closing(self.env.cr.savepoint()):  # closed without an end: rolled back
            self.set_stock(other, 7)
        self.assertEqual(self.noted(), self.product)

    def test_a_product_deleted_in_the_same_transaction(self):
        product = self.env["product.product"].create(
            {"name": "Short", "is_storable": True}
        )
        self.env["channel.intent"]._collect_products([product.id])
        product.unlink()
        self.assertFalse(self.noted())

    def test_without_channels_nothing_is_written(self):
        self.env["channel.channel"].search([]).unlink()
        self.env.cr.postcommit.clear()
        self.set_stock(self.product, 3)
        self.assertFalse(self.noted())
        self.assertFalse(self.bells())
