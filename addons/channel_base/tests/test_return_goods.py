"""Goods that come back: once, whatever brings them, and where the warehouse says."""

from dataclasses import replace
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..adapter.canonical import ReturnState
from .return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnGoods(ReturnCase):
    def test_an_agreed_return_is_received_and_told(self):
        external, order = self.sold()
        before = self.on_hand()
        row = self.agreed(external)
        self.assertEqual(row.state, "receiving")
        move = row.picking_ids.move_ids
        self.assertEqual((move.product_uom_qty, move.state), (1, "assigned"))
        self.assertEqual(move.location_id.usage, "customer")
        self.inspect(row)
        self.assertEqual(self.on_hand(), before + 1)
        self.assertEqual(order.sale_order_id.order_line.qty_delivered, 1)
        self.assertEqual((row.state, row.line_ids.received), ("inspected", 1))
        self.assertEqual(self.there(row).lines[0].processed, 1)
        line = replace(self.there(row).lines[0], refunded=1)
        self.market.change_return(row.external_id, lines=(line,))
        self.poll_returns()
        self.assertEqual(row.state, "done")
        self.assertIs(self.there(row).state, ReturnState.CLOSED)
        self.assertFalse(self.issues())

    def test_inspection_by_quantity(self):
        shelf = self.env["stock.location"].create(
            {"name": "Seconds", "location_id": self.warehouse.view_location_id.id}
        )
        external, _order = self.sold(4)
        before = self.on_hand()
        row = self.agreed(external, 4)
        self.inspect(
            row, (1, "restock"), (1, "scrap"), (1, "other", shelf), (1, "missing")
        )
        self.assertEqual(self.on_hand(), before + 1)
        self.assertEqual(self.on_hand(shelf), 1)
        scrap = self.env["stock.scrap"].search([("origin", "=", row.name)])
        self.assertEqual((scrap.state, scrap.scrap_qty), ("done", 1))
        line = row.line_ids
        self.assertEqual(
            (line.received, line.discarded, line.missing, row.state),
            (3, 2, 1, "inspected"),
        )
        self.assertEqual(len(row.inspection_ids), 4)
        self.assertEqual(row.inspection_ids.user_id, self.env.user)
        self.assertEqual(self.there(row).lines[0].processed, 4)

    def test_part_by_part(self):
        external, _order = self.sold(3)
        row = self.agreed(external, 3)
        self.inspect(row, (1, "restock"))
        self.assertEqual((row.state, row.line_ids.received), ("receiving", 1))
        self.assertEqual(self.there(row).lines[0].processed, 1)
        self.inspect(row, (2, "scrap"))
        self.assertEqual((row.state, row.line_ids.received), ("inspected", 3))
        self.assertEqual(self.there(row).lines[0].processed, 3)

    def test_received_in_the_inventory_app(self):
        external, _order = self.sold()
        row = self.agreed(external)
        row.picking_ids.button_validate()
        self.commit()
        self.assertEqual((row.state, row.line_ids.received), ("inspected", 1))

    def test_no_more_than_is_awaited(self):
        external, _order = self.sold()
        row = self.agreed(external)
        with self.assertRaises(UserError):
            self.inspect(row, (2, "restock"))
        with self.assertRaises(UserError):
            self.inspect(row, (1, "other"))

    def test_lots_that_were_delivered_come_back(self):
        self.product.tracking = "lot"
        stock = self.warehouse.lot_stock_id
        quants = self.env["stock.quant"]
        quants._update_available_quantity(
            self.product, stock, -quants._get_available_quantity(self.product, stock)
        )
        lot, other = self.env["stock.lot"].create(
            [{"product_id": self.product.id, "name": name} for name in ("L1", "L2")]
        )
        quants._update_available_quantity(self.product, stock, 5, lot_id=lot)
        external, _order = self.sold(2)
        row = self.agreed(external, 1)
        wizard = self.env["channel.return.inspect"].create({"return_id": row.id})
        self.assertEqual(wizard.line_ids.lot_id, lot)
        wizard.line_ids.lot_id = other
        with self.assertRaises(UserError):
            wizard.action_apply()
        wizard.line_ids.lot_id = lot
        wizard.action_apply()
        self.commit()
        self.assertEqual(row.state, "inspected")
        self.assertEqual(row.inspection_ids.lot_id, lot)
        self.assertEqual(row.picking_ids.move_line_ids.lot_id, lot)

    def test_several_deliveries(self):
        external, order = self.sell(3)
        picking = order.sale_order_id.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking._action_done()
        self.commit()
        row = self.agreed(external, 3)
        self.assertEqual(row.line_ids._open_moves().product_uom_qty, 2)
        self.assertTrue(row.unmade)
        self.deliver(order)
        self.assertEqual(sum(row.line_ids._open_moves().mapped("product_uom_qty")), 3)
        self.assertFalse(row.unmade)

    def test_two_lines_of_one_delivery_come_by_one_transfer(self):
        mug = self.make_product("SKU-2", quantity=5)
        offer = self.market.offer("SKU-2")
        self.make_listing(self.channel, offer, mug)
        external = self.market.place(
            self.market.line(self.offer), self.market.line(offer)
        )
        self.poll()
        self.deliver(self.order_of(external))
        found = self.market.send_back(
            *((line, 1, "regret") for line in external.lines), state=ReturnState.OPEN
        )
        self.poll_returns()
        row = self.row_of(found)
        self.assertEqual(len(row.picking_ids), 1)
        self.assertEqual(row.picking_ids.move_ids.product_id, self.product | mug)
        self.inspect(row)
        self.assertEqual((row.state, row.picking_ids.state), ("inspected", "done"))

    def test_every_step_of_the_way_in(self):
        self.warehouse.reception_steps = "two_steps"
        external, _order = self.sold(3)
        before = self.on_hand()
        row = self.agreed(external, 2)
        self.inspect(row, (1, "restock"), (1, "scrap"))
        self.assertEqual(row.state, "inspected")
        self.assertEqual(self.on_hand(), before)
        self.assertEqual(self.on_hand(self.warehouse.wh_input_stock_loc_id), 1)

    def test_a_persons_transfer_is_taken_over(self):
        external, order = self.sold(3)
        picking = order.sale_order_id.picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        by_hand = wizard._create_return()
        row = self.agreed(external, 1)
        self.assertEqual(row.picking_ids, by_hand)
        self.assertEqual(row.line_ids._open_moves().product_uom_qty, 1)

    def test_a_cancelled_transfer_is_not_made_again_by_itself(self):
        external, _order = self.sold()
        row = self.agreed(external)
        row.picking_ids.action_cancel()
        self.commit()
        self.assertTrue(row.transfer_cancelled)
        self.assertFalse(row.line_ids._open_moves())
        issue = self.issues("return_transfer")
        issue.action_resolve()
        self.run_jobs()
        self.assertTrue(row.line_ids._open_moves())
        self.assertFalse(self.issues())

    def test_marked_as_done(self):
        external, _order = self.sold()
        row = self.agreed(external)
        row.action_finish()
        self.run_jobs()
        self.assertEqual((row.state, row.picking_ids.state), ("done", "cancel"))
        self.assertIs(self.there(row).state, ReturnState.CLOSED)

    def test_more_returns_than_goods_left(self):
        external, _order = self.sold(1)
        first, second = self.agreed(external), self.agreed(external)
        self.assertTrue(first.picking_ids)
        self.assertFalse(second.picking_ids)
        self.assertIn("as many are back", self.issues("return_transfer").message)

    def test_delivered_while_the_return_was_looked_at(self):
        external, order = self.sell()
        row = self.agreed(external)
        self.assertEqual((row.state, row.unmade), ("approved", True))
        self.deliver(order)
        row.line_ids.move_ids.picking_id.action_cancel()
        self.env["channel.intent"].search([]).unlink()
        row.write({"unmade": True, "to_apply": False, "transfer_cancelled": False})
        self.env["channel.return"]._look_unseen(self.channel)
        self.assertTrue(row.to_apply)


@tagged("post_install", "-at_install")
class TestReturnAndRefund(ReturnCase):
    """A refund that restocks and a return of the same units: received once."""

    def check_end(self, row, before, back=1):
        self.assertEqual(self.on_hand(), before + back)
        self.assertEqual(row.line_ids._settled(), back)
        self.assertIn(row.state, ("inspected", "done"))
        self.assertFalse(row.line_ids._open_moves())
        self.assertFalse(self.issues("return_transfer"))

    def test_refund_first(self):
        external, _order = self.sold()
        before = self.on_hand()
        self.refund(external)
        self.assertEqual(self.on_hand(), before + 1)
        row = self.agreed(external)
        self.assertEqual(row.line_ids.taken, 1)
        self.check_end(row, before)

    def test_return_first(self):
        external, _order = self.sold()
        before = self.on_hand()
        row = self.agreed(external)
        self.refund(external)
        self.assertEqual(row.line_ids.received, 1)
        self.check_end(row, before)

    def test_return_received_first(self):
        external, _order = self.sold()
        before = self.on_hand()
        row = self.agreed(external)
        self.inspect(row)
        self.refund(external)
        self.check_end(row, before)

    def test_scrapped_goods_are_not_received_again(self):
        external, _order = self.sold()
        before = self.on_hand()
        row = self.agreed(external)
        self.inspect(row, (1, "scrap"))
        self.refund(external)
        self.assertEqual(self.on_hand(), before)
        self.assertEqual(row.line_ids.received, 1)

    def test_refund_of_more_than_the_return(self):
        external, order = self.sold(3)
        before = self.on_hand()
        row = self.agreed(external, 1)
        self.refund(external, 3)
        self.check_end(row, before + 2)
        self.assertEqual(order.sale_order_id.order_line.qty_delivered, 0)

    def test_refund_of_less_than_the_return(self):
        external, _order = self.sold(3)
        before = self.on_hand()
        row = self.agreed(external, 2)
        self.refund(external, 1)
        self.assertEqual((self.on_hand(), row.state), (before + 1, "receiving"))
        self.inspect(row)
        self.check_end(row, before, back=2)

    def test_refund_before_the_return_is_decided(self):
        external, _order = self.sold()
        before = self.on_hand()
        row = self.ask(external)
        self.refund(external)
        row.action_approve()
        self.run_jobs()
        self.check_end(row, before)

    def test_lots_wait_for_the_return(self):
        self.product.tracking = "lot"
        lot = self.env["stock.lot"].create({"product_id": self.product.id, "name": "L"})
        stock = self.warehouse.lot_stock_id
        quants = self.env["stock.quant"]
        quants._update_available_quantity(self.product, stock, 5, lot_id=lot)
        quants.search(
            [("product_id", "=", self.product.id), ("lot_id", "=", False)]
        ).unlink()
        external, _order = self.sold()
        row = self.agreed(external)
        self.refund(external)
        self.assertFalse(
            self.issues("refund_unsupported").filtered(
                lambda issue: "nobody but a person" in issue.message
            )
        )
        self.assertEqual(row.state, "receiving")

    def test_goods_are_credited_from_here(self):
        external, order = self.sold(2)
        row = self.agreed(external, 1)
        with self.assertRaises(UserError):
            row.action_credit()
        self.inspect(row)
        row.action_credit()
        credit = row.credit_ids
        self.assertEqual((credit.state, credit.amount_total), ("draft", 10))
        self.assertEqual(credit.reversed_entry_id, order.sale_order_id.invoice_ids)
        with self.assertRaises(UserError):
            row.action_credit()
        credit.action_post()
        self.run_jobs()
        self.assertEqual(row.state, "done")
        self.assertIs(self.there(row).state, ReturnState.CLOSED)
        with self.assertRaises(UserError):
            row.action_credit()

    def test_closed_there_after_long(self):
        external, _order = self.sold()
        row = self.agreed(external)
        self.market.change_return(
            row.external_id,
            state=ReturnState.CLOSED,
            updated_at=self.market.clock() + timedelta(seconds=5),
        )
        self.poll_returns()
        self.assertEqual(row.state, "receiving")
        self.inspect(row, (1, "missing"))
        self.assertEqual(row.state, "done")
