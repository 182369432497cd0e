"""Transfers that a provider ships: from the reserved delivery to its booking."""

from dataclasses import replace

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..adapter.errors import TransientError
from ..adapter.shipping import CancelOutcome, ShippingState
from .shipping_case import ADDRESS, ShippingCase


def reference(picking):
    """What providers know a transfer by."""
    return picking.name.replace("/", "-")


@tagged("post_install", "-at_install")
class TestShipping(ShippingCase):
    def test_a_reserved_delivery_is_sent_once(self):
        order = self.sell(3)
        picking = order.sale_order_id.picking_ids
        self.work()
        sent = self.sent()
        self.assertEqual(
            (sent.state, sent.external_id), ("accepted", f"W{reference(picking)}")
        )
        told = self.warehouse.orders[reference(picking)]
        self.assertEqual([(li.sku, li.quantity) for li in told.lines], [("SKU-1", 3)])
        self.assertEqual((told.service, told.location), ("Standard", "FC1"))
        self.assertEqual(
            (told.number, told.recipient.city), (order.name, "Springfield")
        )
        self.work()
        self.assertEqual(len(self.warehouse.orders), 1)
        self.assertTrue(picking.printed)

    def test_the_wait_before_sending(self):
        self.provider.shipping_delay = 15
        picking = self.sell(1).sale_order_id.picking_ids
        self.work()
        self.assertFalse(self.warehouse.orders)
        self.env.cr.execute(
            "UPDATE stock_picking SET create_date = create_date - interval '16 minutes'"
            " WHERE id = %s",
            [picking.id],
        )
        self.work()
        self.assertIn(reference(picking), self.warehouse.orders)

    def test_what_left_is_booked_and_told(self):
        order = self.sell(3)
        self.work()
        reference = self.sent().reference
        self.warehouse.ship(reference, {"SKU-1": 3})
        self.report()
        picking = order.sale_order_id.picking_ids
        self.assertEqual((picking.state, picking.move_ids.quantity), ("done", 3))
        self.assertEqual(picking.carrier_tracking_ref, "T1")
        self.assertEqual(str(picking.date_done), "2026-11-20 10:00:00")
        self.assertEqual(self.sent().state, "shipped")
        self.run_jobs()
        (told,) = self.market.shipments.values()
        self.assertEqual([p.tracking_number for p in told.parcels], ["T1"])

    def test_the_same_report_again_changes_nothing(self):
        order = self.sell(3)
        self.work()
        reference = self.sent().reference
        self.warehouse.ship(reference, {"SKU-1": 1}, final=False)
        self.report()
        for _time in range(2):
            self.warehouse.tell(reference, ShippingState.PART_SHIPPED)
            self.report()
        self.assertEqual(self.sent().state, "part_shipped")
        self.assertEqual(order.sale_order_id.order_line.qty_delivered, 1)
        self.assertEqual(len(self.warehouse.orders), 1, "the rest is there already")
        self.warehouse.ship(reference, {"SKU-1": 2}, tracking="T2")
        self.report()
        self.assertEqual(order.sale_order_id.order_line.qty_delivered, 3)
        self.assertEqual(self.sent().state, "shipped")
        tracked = order.sale_order_id.picking_ids.mapped("carrier_tracking_ref")
        self.assertEqual(sorted(tracked), ["T1", "T2"])

    def test_a_tracking_number_that_comes_later(self):
        order = self.sell(1)
        self.work()
        reference = self.sent().reference
        self.warehouse.ship(reference, {"SKU-1": 1}, tracking="", key="S1")
        self.report()
        self.assertFalse(order.sale_order_id.picking_ids.carrier_tracking_ref)
        self.warehouse.reports.pop(reference)
        self.warehouse.tell(reference, ShippingState.ACCEPTED)
        self.warehouse.ship(reference, {"SKU-1": 1}, tracking="T9", key="S1")
        self.report()
        self.assertEqual(order.sale_order_id.picking_ids.carrier_tracking_ref, "T9")
        self.assertEqual(order.sale_order_id.order_line.qty_delivered, 1)

    def test_the_provider_is_right_about_what_left(self):
        """More than there was, and goods that nobody had reserved."""
        order = self.sell(2)
        self.work()
        self.set_stock(self.product, 1, self.building.lot_stock_id)
        self.warehouse.ship(self.sent().reference, {"SKU-1": 2})
        self.report()
        self.assertEqual(order.sale_order_id.picking_ids.state, "done")
        self.assertEqual(self.on_hand(), -1)

    @mute_logger("odoo.addons.channel_base.services.isolator")
    def test_goods_that_were_not_ordered_are_an_issue(self):
        order = self.sell(2)
        self.work()
        reference = self.sent().reference
        with self.assertIssue("shipping_report"):
            self.warehouse.ship(reference, {"OTHER": 1}, final=False)
            self.warehouse.ship(reference, {"SKU-1": 2})
            self.report()
        self.assertEqual(order.sale_order_id.order_line.qty_delivered, 2)

    def test_closed_short(self):
        order = self.sell(3)
        self.work()
        first = self.sent()
        with self.assertIssue("shipping_refused"):
            self.warehouse.ship(first.reference, {"SKU-1": 1}, final=False)
            self.warehouse.tell(first.reference, ShippingState.CLOSED_SHORT, "no stock")
            self.report()
        self.assertEqual(first.state, "closed_short")
        rest = order.sale_order_id.picking_ids.filtered(lambda p: p.state != "done")
        self.assertEqual(rest.move_ids.product_uom_qty, 2)
        self.work()
        self.assertEqual(self.sent(), first, "not before a person says so")
        self.issues("shipping_refused").action_resolve()
        self.work()
        again = self.sent()
        self.assertNotEqual(again, first)
        self.assertEqual(self.warehouse.orders[again.reference].lines[0].quantity, 2)

    def test_a_refused_order_is_sent_again_under_another_reference(self):
        picking = self.sell(1).sale_order_id.picking_ids
        self.warehouse.refusals[reference(picking)] = "bad address"
        with self.assertIssue("shipping_refused"):
            self.work()
        self.assertEqual(
            (self.sent().state, self.sent().reason), ("refused", "bad address")
        )
        self.issues("shipping_refused").action_resolve()
        self.work()
        self.assertEqual(self.sent().reference, f"{reference(picking)}-2")
        self.assertEqual(self.sent().state, "accepted")

    def test_missing_data_is_an_issue(self):
        order = self.sell(1)
        order.sale_order_id.picking_ids.partner_id.city = False
        with self.assertIssue("shipping_blocked"):
            self.work()
        self.assertFalse(self.warehouse.orders)
        self.assertIn("city", self.issues("shipping_blocked").message)
        order.sale_order_id.picking_ids.partner_id.city = "Springfield"
        self.issues("shipping_blocked").action_resolve()
        self.work()
        self.assertEqual(self.sent().state, "accepted")

    def test_a_lost_answer_ships_once(self):
        self.sell(1)
        self.warehouse.errors = [TransientError("gone")]
        self.worker("channel.shipping.order")._job_work()
        batch = self.env["channel.push.batch"].search([("kind", "=", "shipping_order")])
        self.send_in_vain(batch)
        self.work()
        self.assertEqual(len(self.warehouse.orders), 1)
        self.assertEqual(self.sent().state, "accepted")

    def test_in_shadow_nothing_is_sent(self):
        self.provider.warehouse_flow = "shadow"
        self.sell(1)
        self.work()
        self.assertFalse(self.warehouse.orders)
        self.provider.warehouse_flow = "on"
        self.work()
        self.assertTrue(self.warehouse.orders)

    def test_its_own_orders_are_not_sent(self):
        """A marketplace ships what it has sold from there without being told."""
        self.channel = self.provider
        self.market = self.market_of(self.provider)
        self.sell(1)
        self.work()
        self.assertFalse(self.warehouse.orders)


@tagged("post_install", "-at_install")
class TestShippingCancelled(ShippingCase):
    def test_before_it_was_sent(self):
        self.provider.shipping_delay = 15
        order = self.sell(2)
        self.cancel_there(order)
        self.assertEqual(order.sale_order_id.picking_ids.state, "cancel")
        self.work()
        self.assertFalse(self.warehouse.orders)

    def test_the_provider_agrees(self):
        order = self.sell(2)
        self.work()
        self.cancel_there(order)
        picking = order.sale_order_id.picking_ids
        self.assertEqual((order.state, picking.state), ("cancelled", "assigned"))
        self.work()
        self.assertEqual(self.warehouse.cancels, [reference(picking)])
        self.assertEqual((picking.state, self.sent().state), ("cancel", "cancelled"))
        self.assertFalse(self.issues("shipping_cancel"))

    def test_the_provider_refuses(self):
        self.warehouse.outcome = CancelOutcome.REFUSED
        order = self.sell(2)
        self.work()
        self.cancel_there(order)
        with self.assertIssue("shipping_cancel"):
            self.work()
        self.warehouse.ship(self.sent().reference, {"SKU-1": 2})
        self.report()
        picking = order.sale_order_id.picking_ids
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.on_hand(), 18)

    def test_unsure_is_alive_until_a_report_says_so(self):
        self.warehouse.outcome = CancelOutcome.UNSURE
        order = self.sell(2)
        self.work()
        self.cancel_there(order)
        with self.assertIssue("shipping_cancel"):
            self.work()
        picking = order.sale_order_id.picking_ids
        self.assertEqual(
            (picking.state, self.sent().cancel_state), ("assigned", "unsure")
        )
        self.warehouse.tell(reference(picking), ShippingState.CANCELLED)
        self.report()
        self.assertEqual(picking.state, "cancel")
        self.assertFalse(self.issues("shipping_cancel"))

    def test_shipped_before_the_cancellation_arrived(self):
        order = self.sell(2)
        self.work()
        self.warehouse.outcome = CancelOutcome.UNSURE
        self.warehouse.ship(self.sent().reference, {"SKU-1": 2})
        self.cancel_there(order)
        with self.assertIssue("shipping_cancel"):
            self.report()
        self.assertEqual(order.sale_order_id.picking_ids.state, "done")

    def test_units_taken_off_leave_with_a_new_order(self):
        order = self.sell(3)
        self.work()
        first = self.sent()
        self.refund_unshipped(order, 1)
        self.work()
        self.assertEqual(
            (first.state, self.warehouse.cancels), ("cancelled", [first.reference])
        )
        self.work()
        again = self.sent()
        self.assertNotEqual(again, first)
        self.assertEqual(self.warehouse.orders[again.reference].lines[0].quantity, 2)

    def test_a_person_may_not_go_behind_the_providers_back(self):
        order = self.sell(3)
        self.work()
        clerk = new_test_user(
            self.env,
            "clerk",
            groups="stock.group_stock_user,sales_team.group_sale_salesman_all_leads",
        )
        picking = order.sale_order_id.picking_ids.with_user(clerk)
        with self.assertRaisesRegex(UserError, "whose report completes it"):
            picking.button_validate()
        line = order.sale_order_id.order_line.with_user(clerk)
        with self.assertRaisesRegex(UserError, "Have it cancelled there"):
            line.product_uom_qty = 1
        picking.action_cancel()
        self.assertEqual(picking.state, "assigned")
        self.work()
        self.assertEqual(picking.state, "cancel")

    def test_a_person_asks_to_cancel_and_sends_again(self):
        self.sell(1)
        self.work()
        first = self.sent()
        with self.assertRaises(UserError):
            first.action_send_again()
        first.action_cancel()
        self.work()
        self.assertEqual(first.state, "cancelled")
        self.assertEqual(first.picking_id.state, "assigned")
        first.action_send_again()
        self.work()
        self.assertEqual(self.sent().reference, f"{first.reference}-2")


@tagged("post_install", "-at_install")
class TestShippedThere(ShippingCase):
    """Orders that a marketplace ships from its own building."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.provider
        cls.market = cls.market_of(cls.provider)
        cls.place.ships_itself = True

    def sell_there(self, quantity):
        offer = self.market.listings[self.offer_there.external_id]
        line = self.market.line(offer, quantity, location="FC1")
        external = self.market.place(line, ship_to=ADDRESS)
        self.poll()
        return self.order_of(external)

    def ship_there(self, order, units):
        (line,) = self.market.orders[order.external_id].lines
        lines = (replace(line, fulfilled=units),)
        self.market.change(order.external_id, lines=lines)
        self.poll()

    def test_its_transfers_follow_what_the_channel_says(self):
        order = self.sell_there(3)
        line = order.sale_order_id.order_line
        self.assertEqual(line.warehouse_id, self.building)
        for units in (1, 1, 3):
            self.ship_there(order, units)
            self.assertEqual(line.qty_delivered, units)
        self.assertEqual(set(line.move_ids.mapped("state")), {"done"})
        self.assertEqual(self.on_hand(), 17)
        self.assertFalse(self.market.shipments, "the channel knows")
        self.assertFalse(self.issues("conflict"))

    def test_nobody_else_validates_them(self):
        picking = self.sell_there(1).sale_order_id.picking_ids
        clerk = new_test_user(self.env, "clerk", groups="stock.group_stock_user")
        with self.assertRaisesRegex(UserError, "ships by itself"):
            picking.with_user(clerk).button_validate()

    def test_without_a_warehouse_of_its_own_a_person_decides(self):
        self.place.ships_orders = False
        self.place.warehouse_id = False
        order = self.sell_there(1)
        with self.assertIssue("conflict"):
            self.ship_there(order, 1)


@tagged("post_install", "-at_install")
class TestShippingPlaces(ShippingCase):
    def test_one_step_only(self):
        with self.assertRaisesRegex(ValidationError, "one step"):
            other = self.env["stock.warehouse"].create(
                {"name": "W2", "code": "W2", "delivery_steps": "pick_ship"}
            )
            place = self.make_place(self.provider, "FC2", other.lot_stock_id)
            place.ships_orders = True

    def test_providers_labels_are_not_ours_to_buy(self):
        self.assertFalse(self.building.out_type_id.print_label)

    def test_the_sweeper_finds_what_waits(self):
        def bells():
            self.env.flush_all()
            channels = self.env["channel.channel"]._operating()
            pairs = self.worker("channel.sweeper")._bells(channels)
            return [method for target, method in pairs if method == "_job_work"]

        self.work()
        before = len(bells())
        self.sell(1)
        self.assertEqual(len(bells()), before + 1)
        self.work()
        self.assertEqual(len(bells()), before)
