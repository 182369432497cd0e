"""From the transfer that is done to the channel that knows of it."""

from contextlib import suppress
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.canonical import PushResult, PushStatus
from ..adapter.errors import TransientError
from .common import ChannelCase
from .fake_adapter import FakeAdapter


def refuse(shipment):
    """A market's answer to a shipment that it does not take."""
    return PushResult(
        key=shipment.key, status=PushStatus.REJECTED, code="ON_HOLD", message="On hold"
    )


class ShipmentCase(ChannelCase):
    """Channel orders with confirmed sale orders, made without the importer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Swift Parcels",
                "product_id": cls.make_product(
                    "CARRIER", type="service", is_storable=False
                ).id,
                "tracking_url": "https://track.example/<shipmenttrackingnumber>",
            }
        )

    def setUp(self):
        super().setUp()
        self.market.shipments.clear()
        self.market.calls.clear()

    def make_order(self, *lines, **values):
        """An order at the market, its rows, and its confirmed sale order.

        :param lines: (product, quantity), each of them one order line.
        """
        external = self.market.place(
            *(
                self.market.line(self.market.offer(product.default_code), quantity)
                for product, quantity in lines
            )
        )
        order = self.env["channel.order"].create(
            {
                "channel_id": self.channel.id,
                "external_id": external.external_id,
                "name": external.name,
                "placed_at": fields.Datetime.now(),
                "state": "imported",
                "line_ids": [
                    Command.create(
                        {
                            "channel_id": self.channel.id,
                            "external_id": line.external_id,
                            "kind": "product",
                            "quantity": line.quantity,
                            "product_id": product.id,
                        }
                    )
                    for line, (product, _quantity) in zip(
                        external.lines, lines, strict=True
                    )
                ],
            }
        )
        order.sale_order_id = self.make_sale_order(order, **values)
        order.sale_order_id.action_confirm()
        return order

    def make_sale_order(self, order, **values):
        partner = self.env["res.partner"].create(
            {"name": "Buyer", "email": "buyer@example.com", "phone": "+12025550123"}
        )
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "channel_order_id": order.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_qty": line.quantity,
                            "channel_line_id": line.id,
                        }
                    )
                    for line in order.line_ids
                ],
                **values,
            }
        )

    def deliver(self, picking, quantities=None, tracking=None):
        """Validate a transfer.

        :param quantities: {product: units}; the rest goes to a backorder.
        """
        for move in picking.move_ids:
            if quantities is not None:
                move.quantity = quantities.get(move.product_id, 0)
            move.picked = bool(move.quantity)
        if tracking:
            picking.write(
                {"carrier_id": self.carrier.id, "carrier_tracking_ref": tracking}
            )
        picking.with_context(skip_backorder=True, cancel_backorder=False)._action_done()
        self.env.flush_all()
        self.env.cr.precommit.run()

    def confirmed(self, order):
        """{line id at the market: units shipped} of an order, as the market says."""
        external = self.market.orders[order.external_id]
        return [line.fulfilled for line in external.lines]

    def told(self):
        """What the market was told, in its order."""
        return list(self.market.shipments.values())

    def settle(self):
        self.run_jobs(("shipments", "send"))


@tagged("post_install", "-at_install")
class TestShipment(ShipmentCase):
    def test_delivery_is_confirmed_with_tracking(self):
        order = self.make_order((self.product, 3))
        self.deliver(order.sale_order_id.picking_ids, tracking="T-1")
        self.assertIn(
            ("channel.push.batch", False, "_job_prepare_shipments"), self.bells()
        )
        self.settle()
        [shipment] = self.told()
        [parcel] = shipment.parcels
        self.assertEqual(parcel.tracking_number, "T-1")
        self.assertEqual(parcel.tracking_url, "https://track.example/T-1")
        self.assertEqual(parcel.carrier, "Swift Parcels")
        self.assertTrue(shipment.notify)
        self.assertEqual(shipment.location, "main")
        self.assertEqual(self.confirmed(order), [3])
        row = order.shipment_ids
        self.assertEqual(row.state, "done")
        self.assertEqual(row.external_id, f"ship-{row.key}")
        self.assertTrue(order.shipped_at)
        self.assertFalse(self.env["channel.intent"].search([("kind", "=", "shipment")]))

    def test_nothing_is_told_twice(self):
        order = self.make_order((self.product, 3))
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        order.sale_order_id.picking_ids._channel_note_shipment()
        self.env.cr.precommit.run()
        self.settle()
        self.assertEqual(self.market.calls["push_shipments"], 1)

    def test_partial_delivery_and_backorder(self):
        other = self.make_product("SKU-2", quantity=5)
        order = self.make_order((self.product, 5), (other, 2))
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.product: 3})
        self.settle()
        self.assertEqual(self.confirmed(order), [3, 0])
        self.assertFalse(order.shipped_at)
        self.deliver(order.sale_order_id.picking_ids - first, tracking="T-2")
        self.settle()
        self.assertEqual(self.confirmed(order), [5, 2])
        self.assertTrue(order.shipped_at)
        quantities = [
            [(li.quantity, li.cumulative) for li in s.lines] for s in self.told()
        ]
        self.assertEqual(quantities, [[(3, 3)], [(2, 5), (2, 2)]])

    def test_deliveries_of_one_order_go_one_after_the_other(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.product: 3})
        self.deliver(order.sale_order_id.picking_ids - first)
        self._step_shipments()
        self.assertEqual(sorted(order.shipment_ids.mapped("state")), ["open", "sent"])
        self.settle()
        self.assertEqual([s.lines[0].quantity for s in self.told()], [3, 2])
        self.assertEqual(self.confirmed(order), [5])

    def test_only_the_last_of_three_steps_is_told(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.make_order((self.product, 2))
        for step in range(3):
            self.assertFalse(self.told(), f"told after step {step}")
            [todo] = order.sale_order_id.picking_ids.filtered(
                lambda p: p.state == "assigned"
            )
            self.deliver(todo)
            self.settle()
        self.assertEqual(self.confirmed(order), [2])
        self.assertEqual(order.shipment_ids.picking_id.picking_type_code, "outgoing")

    def test_several_parcels(self):
        order = self.make_order((self.product, 2))
        self.deliver(order.sale_order_id.picking_ids, tracking="A 1, B2;B2")
        self.settle()
        [shipment] = self.told()
        self.assertEqual([p.tracking_number for p in shipment.parcels], ["A 1", "B2"])
        self.assertEqual(shipment.parcels[1].tracking_url, "https://track.example/B2")

    def test_edited_tracking_updates_the_same_shipment(self):
        order = self.make_order((self.product, 2))
        picking = order.sale_order_id.picking_ids
        self.deliver(picking, tracking="WRONG")
        self.settle()
        external_id = order.shipment_ids.external_id
        picking.carrier_tracking_ref = "RIGHT"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.settle()
        [shipment] = self.told()
        self.assertEqual(shipment.external_id, external_id)
        self.assertEqual(shipment.parcels[0].tracking_number, "RIGHT")
        self.assertEqual(shipment.lines[0].cumulative, 2)
        self.assertEqual(order.shipment_ids.state, "done")

    def test_tracking_edited_while_the_call_is_under_way(self):
        order = self.make_order((self.product, 2))
        picking = order.sale_order_id.picking_ids
        self.deliver(picking, tracking="FIRST")
        self._step_shipments()
        picking.carrier_tracking_ref = "SECOND"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.settle()
        self.assertEqual(self.told()[0].parcels[0].tracking_number, "SECOND")
        self.assertEqual(order.shipment_ids.state, "done")

    def correct(self, picking, units):
        """Set what a done transfer of one product has really delivered."""
        picking.move_ids.quantity = units
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.settle()

    def test_quantity_corrected_after_it_was_told(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.product: 3})
        self.settle()
        self.correct(first, 4)
        self.assertEqual(self.confirmed(order), [4])
        rest = order.sale_order_id.picking_ids - first
        self.deliver(rest, {self.product: 1})
        self.settle()
        self.assertEqual(self.confirmed(order), [5])
        self.assertTrue(order.shipped_at)
        units = order.shipment_ids.line_ids.mapped("quantity")
        self.assertEqual(sorted(units), [1, 4])
        self.assertFalse(self.issues())

    def test_quantity_corrected_after_the_rest_was_told(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.product: 3})
        self.deliver(order.sale_order_id.picking_ids - first, {self.product: 1})
        self.settle()
        first.move_ids.move_line_ids.quantity = 4
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.settle()
        self.assertEqual(self.confirmed(order), [5])
        self.assertTrue(order.shipped_at)

    def test_quantity_corrected_while_the_call_is_under_way(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.product: 3})
        self._step_shipments()
        self.correct(first, 4)
        self.assertEqual(self.confirmed(order), [4])
        self.assertEqual(order.shipment_ids.state, "done")

    def test_quantity_corrected_before_it_is_told(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        self.channel.run_state = "paused"
        self.deliver(first, {self.product: 3})
        self.settle()
        self.correct(first, 2)
        self.assertFalse(self.issues())
        self.channel.run_state = "connected"
        self.settle()
        self.assertEqual(self.confirmed(order), [2])

    def test_nothing_is_left_to_tell_after_a_correction(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        self.channel.run_state = "paused"
        self.deliver(first, {self.product: 3})
        self.settle()
        self.correct(first, 0)
        self.assertFalse(order.shipment_ids)
        self.channel.run_state = "connected"
        self.correct(first, 1)
        self.assertEqual(self.confirmed(order), [1])

    def test_less_than_was_told_is_an_issue_until_it_is_right(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.product: 3})
        self.settle()
        self.correct(first, 2)
        self.assertEqual(self.confirmed(order), [3])
        issue = self.issues()
        self.assertEqual((issue.kind, issue.order_id), ("conflict", order))
        for name in (order.name, first.name, self.product.display_name, "2", "3"):
            self.assertIn(name, issue.message)
        self.correct(first, 3)
        self.assertFalse(self.issues())
        self.assertEqual(self.market.calls["push_shipments"], 1)

    def test_returns_confirm_nothing(self):
        order = self.make_order((self.product, 2))
        delivery = order.sale_order_id.picking_ids
        self.deliver(delivery)
        self.settle()
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.write({"quantity": 1, "to_refund": True})
        self.deliver(wizard._create_return())
        self.settle()
        self.assertEqual(len(order.shipment_ids), 1)
        self.assertEqual(self.market.calls["push_shipments"], 1)

    def test_drop_shipping(self):
        """Goods go from the supplier to the customer, and no transfer is outgoing."""
        route = self.env.ref(
            "stock_dropshipping.route_drop_shipping", raise_if_not_found=False
        )
        if not route:
            self.skipTest("stock_dropshipping is not installed")
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        product = self.make_product(
            "DROP",
            route_ids=[Command.set(route.ids)],
            seller_ids=[Command.create({"partner_id": vendor.id, "price": 5})],
        )
        order = self.make_order((product, 2))
        purchase = self.env["purchase.order.line"].search(
            [("product_id", "=", product.id)]
        )
        purchase.order_id.button_confirm()
        [picking] = purchase.order_id.picking_ids
        self.assertEqual(picking.picking_type_code, "dropship")
        self.deliver(picking, tracking="FROM-VENDOR")
        self.settle()
        self.assertEqual(self.confirmed(order), [2])
        [shipment] = self.told()
        self.assertEqual(shipment.location, "")
        self.assertEqual(shipment.parcels[0].tracking_number, "FROM-VENDOR")

    def test_one_transfer_of_two_orders(self):
        orders = self.make_order((self.product, 2)) | self.make_order((self.product, 1))
        pickings = orders.sale_order_id.picking_ids
        pickings[1].move_ids.picking_id = pickings[0]
        self.deliver(pickings[0], tracking="T-1")
        self.settle()
        self.assertEqual([self.confirmed(order) for order in orders], [[2], [1]])

    def test_two_sale_lines_of_one_channel_line(self):
        order = self.make_order((self.product, 4))
        line = order.sale_order_id.order_line
        line.product_uom_qty = 3
        line.copy(
            {"order_id": line.order_id.id, "product_uom_qty": 1}
        ).channel_line_id = order.line_ids
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        self.assertEqual(self.confirmed(order), [4])

    def test_units_that_the_channel_shipped_itself_count(self):
        order = self.make_order((self.product, 5))
        order.line_ids.fulfilled = 2
        order.sale_order_id.order_line.product_uom_qty = 3
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        [line] = self.told()[0].lines
        self.assertEqual((line.quantity, line.cumulative), (3, 5))
        self.assertTrue(order.shipped_at)

    def test_units_that_the_channel_shipped_itself_are_remembered(self):
        order = self.make_order((self.product, 5))
        order.line_ids.fulfilled = 2
        order.sale_order_id.order_line.product_uom_qty = 3
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.product: 1})
        self.settle()
        self.deliver(order.sale_order_id.picking_ids - first)
        self.settle()
        self.assertEqual([s.lines[0].cumulative for s in self.told()], [3, 5])

    def test_quantity_that_a_person_reduced_is_not_made_up_for(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.product: 2})
        self.settle()
        order.line_ids.fulfilled = 2  # fetched again
        order.sale_order_id.order_line.product_uom_qty = 3
        self.deliver((order.sale_order_id.picking_ids - first).filtered("move_ids"))
        self.settle()
        self.assertEqual(self.told()[-1].lines[0].cumulative, 3)

    def test_no_more_than_the_channel_wants(self):
        order = self.make_order((self.product, 3))
        order.line_ids.cancelled = 1
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        self.assertEqual(self.told()[0].lines[0].quantity, 2)

    def test_what_needs_no_shipping_is_not_told(self):
        """The marketplace holds no such units open: it would refuse the whole call."""
        extra = self.make_product("ENGRAVING", quantity=5)
        self.market.offer("ENGRAVING", quantity=5)
        order = self.make_order((self.product, 1), (extra, 1))
        engraving = order.line_ids.filtered(lambda line: line.product_id == extra)
        engraving.requires_shipping = False
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        (told,) = self.told()
        goods = order.line_ids - engraving
        self.assertEqual([line.line for line in told.lines], [goods.external_id])

    def test_units_cancelled_since_they_left_are_not_asked_for(self):
        order = self.make_order((self.product, 3))
        self.channel.run_state = "paused"
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        order.line_ids.cancelled = 1
        self.channel.run_state = "connected"
        self._step_shipments()
        self.settle()
        self.assertEqual(self.confirmed(order), [2])

    def test_many_transfers_take_no_more_queries_each(self):
        counts = []
        product = self.make_product("MANY", quantity=100)
        for orders in (3, 12):
            for _n in range(orders):
                order = self.make_order((product, 1))
                self.deliver(order.sale_order_id.picking_ids)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.worker("channel.push.batch")._job_prepare_shipments()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.settle()
        few, many = counts
        self.assertLess((many - few) / 9, 1, counts)

    def test_quiet_when_the_channel_shall_not_notify(self):
        self.channel.notify_customer = False
        order = self.make_order((self.product, 1))
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        self.assertFalse(self.told()[0].notify)


@tagged("post_install", "-at_install")
class TestShipmentOfWarehouseStaff(ShipmentCase):
    def test_they_need_no_rights_for_channels(self):
        user = new_test_user(self.env, "warehouse_only", "stock.group_stock_user")
        order = self.make_order((self.product, 2))
        picking = order.sale_order_id.picking_ids.with_user(user)
        self.deliver(picking)
        picking.carrier_tracking_ref = "LATER"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.settle()
        self.assertEqual(self.confirmed(order), [2])
        self.assertEqual(self.told()[0].parcels[0].tracking_number, "LATER")

    def test_they_are_not_asked_about_messages_that_are_not_sent(self):
        """Odoo asks so once a company, but not while it is tested."""
        if "confirm.stock.sms" not in self.env:
            self.skipTest("Without stock_sms nobody asks")
        self.company.write(
            {
                "stock_text_confirmation": True,
                "stock_confirmation_type": "sms",
                "has_received_warning_stock_sms": False,
            }
        )
        user = new_test_user(self.env, "warehouse_only", "stock.group_stock_user")
        ours = self.make_order((self.product, 2)).sale_order_id
        others = ours.copy({"channel_order_id": False})
        others.order_line.channel_line_id = False
        others.action_confirm()
        pickings = (ours | others).picking_ids.with_user(user)
        with patch("odoo.modules.module.current_test", False):
            self.assertEqual(pickings._check_warn_sms(), others.picking_ids)


@tagged("post_install", "-at_install")
class TestShipmentTrouble(ShipmentCase):
    def test_refused_shipment_waits_for_a_person(self):
        order = self.make_order((self.product, 2))
        with (
            self.assertIssue("shipment_rejected"),
            patch.object(self.market, "confirm", refuse),
        ):
            self.deliver(order.sale_order_id.picking_ids)
            self.settle()
        self.assertEqual(order.shipment_ids.state, "rejected")
        [issue] = self.issues("shipment_rejected")
        self.assertIn("On hold", issue.message)
        self.assertEqual(issue.order_id, order)
        issue.action_resolve()
        self.env.cr.precommit.run()
        self.settle()
        self.assertEqual(order.shipment_ids.state, "done")
        self.assertEqual(self.confirmed(order), [2])

    def test_refused_shipment_does_not_stop_the_next(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        with patch.object(self.market, "confirm", refuse):
            self.deliver(first, {self.product: 3})
            self.settle()
        self.deliver(order.sale_order_id.picking_ids - first)
        self.settle()
        self.assertEqual(self.told()[0].lines[0].cumulative, 2)
        self.issues("shipment_rejected").action_resolve()
        self.settle()
        self.assertEqual(self.confirmed(order), [5])

    def test_broken_transfer_stops_no_other(self):
        orders = self.make_order((self.product, 1)) | self.make_order((self.product, 1))
        bad, good = orders.sale_order_id.picking_ids
        real = type(self.env["channel.shipment.parcel"])._read

        def read(service, picking):
            if picking == bad:
                raise ValueError("unreadable tracking")
            return real(service, picking)

        self.deliver(bad)
        self.deliver(good)
        with (
            self.assertIssue("shipment_failed"),
            patch.object(type(self.env["channel.shipment.parcel"]), "_read", read),
            self.assertLogs("odoo.addons.channel_base.services.isolator", "ERROR"),
        ):
            self.settle()
        self.assertEqual([self.confirmed(order) for order in orders], [[0], [1]])
        self.issues("shipment_failed").action_resolve()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.settle()
        self.assertEqual(self.confirmed(orders[0]), [1])

    def test_nothing_is_sent_in_shadow_nor_while_paused(self):
        order = self.make_order((self.product, 1))
        self.channel.shipment_flow = "shadow"
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        wanted = [
            method for _t, method in self.env["channel.sweeper"]._bells(self.channel)
        ]
        self.assertNotIn("_job_prepare_shipments", wanted)
        self.channel.write({"shipment_flow": "on", "run_state": "paused"})
        self.settle()
        self.assertEqual(order.shipment_ids.state, "open")
        self.assertFalse(self.market.calls["push_shipments"])
        self.channel.run_state = "connected"
        self._step_shipments()
        self.settle()
        self.assertEqual(self.confirmed(order), [1])

    def test_what_was_frozen_before_shadow_is_taken_back(self):
        order = self.make_order((self.product, 1))
        self.deliver(order.sale_order_id.picking_ids)
        self._step_shipments()
        self.assertEqual(order.shipment_ids.state, "sent")
        self.channel.shipment_flow = "shadow"
        self.settle()
        self.assertFalse(self.told())
        self.assertEqual(order.shipment_ids.state, "open")
        self.channel.shipment_flow = "on"
        self.assertIn(
            ("channel.push.batch", False, "_job_prepare_shipments"), self.bells()
        )
        self.settle()
        self.assertEqual(self.confirmed(order), [1])

    def test_what_may_have_left_before_shadow_waits(self):
        order = self.make_order((self.product, 1))
        self.deliver(order.sale_order_id.picking_ids)
        self._step_shipments()
        self.market.errors.append(TransientError("no answer"))
        with suppress(RetryableJobError):  # assertRaises would undo the attempt
            self._step_send()
        self.assertFalse(self.market.errors)
        self.channel.shipment_flow = "shadow"
        self.settle()
        self.assertFalse(self.told())
        self.assertEqual(order.shipment_ids.state, "sent")
        self.channel.shipment_flow = "on"
        self.settle()
        self.assertEqual(self.confirmed(order), [1])

    def deliver_untold(self, *lines, **quantities):
        """An order whose transfer is done while the flow is off."""
        self.channel.shipment_flow = "off"
        order = self.make_order(*lines)
        self.deliver(order.sale_order_id.picking_ids, **quantities)
        self.settle()
        self.assertFalse(order.shipment_ids)
        return order

    def test_deliveries_while_the_flow_was_off_are_told_once(self):
        order = self.deliver_untold((self.product, 3), quantities={self.product: 2})
        for _turn in range(2):
            self.channel.shipment_flow = "on"
            self.settle()
            self.channel.shipment_flow = "off"
        self.assertEqual(self.market.calls["push_shipments"], 1)
        self.assertEqual(self.confirmed(order), [2])
        self.channel.shipment_flow = "on"
        backorder = order.sale_order_id.picking_ids.filtered(
            lambda p: p.state != "done"
        )
        self.deliver(backorder)
        self.settle()
        self.assertEqual(self.confirmed(order), [3])

    def test_quantity_corrected_while_the_flow_was_off(self):
        order = self.make_order((self.product, 5))
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.product: 3})
        self.settle()
        self.channel.shipment_flow = "off"
        first.move_ids.quantity = 4
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.settle()
        self.assertEqual(self.confirmed(order), [3])
        self.channel.shipment_flow = "on"
        self.settle()
        self.assertEqual(self.confirmed(order), [4])

    def test_what_the_channel_shows_as_shipped_is_not_told_later(self):
        other = self.make_product("SKU-2", quantity=5)
        whole = self.deliver_untold((self.product, 2))
        whole.line_ids.fulfilled = 2
        part = self.deliver_untold((other, 3), quantities={other: 1})
        part.line_ids.fulfilled = 1
        cancelled = self.deliver_untold((other, 1))
        cancelled.line_ids.cancelled = 1
        self.channel.shipment_flow = "on"
        self.assertFalse(self.env["channel.intent"].search([("kind", "=", "shipment")]))
        self.settle()
        self.assertFalse(self.told())

    def test_units_of_others_do_not_hide_those_untold(self):
        """What the channel shipped itself and never came into Odoo is not ours."""
        order = self.deliver_untold((self.product, 3))
        order.line_ids.write({"quantity": 5, "fulfilled": 2})
        self.channel.shipment_flow = "on"
        self.settle()
        self.assertEqual(self.told()[0].lines[0].cumulative, 5)

    def test_many_untold_transfers_are_found_by_one_query(self):
        self.channel.shipment_flow = "off"

        def queries(orders):
            for _order in range(orders):
                order = self.make_order((self.product, 1))
                self.deliver(order.sale_order_id.picking_ids)
            before = self.env.cr.sql_log_count
            self.env["channel.shipment"]._note_untold(self.channel)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(1), queries(4))

    def test_carrier_that_the_marketplace_must_know(self):
        order = self.make_order((self.product, 1))
        with (
            patch.object(FakeAdapter, "carriers_required", True),
            self.assertIssue("carrier_unmapped"),
        ):
            self.deliver(order.sale_order_id.picking_ids, tracking="T-1")
            self.settle()
            self.assertEqual(order.shipment_ids.state, "blocked")
            [issue] = self.issues("carrier_unmapped")
            issue.mapping_id.carrier_code = "SWIFT"
            issue.action_resolve()
            self.settle()
            self.assertEqual(self.told()[0].parcels[0].carrier, "SWIFT")
            self.env["channel.issue"]._report(
                self.channel, "carrier_unmapped", "other", "counted by the check above"
            )

    def test_lost_answer_is_no_final_error(self):
        order = self.make_order((self.product, 1))
        self.deliver(order.sale_order_id.picking_ids)
        self._step_shipments()
        self.market.errors.append(TransientError("no answer"))
        with self.assertRaises(Exception) as caught:
            self._step_send()
        self.assertEqual(type(caught.exception).__name__, "RetryableJobError")
        self.settle()
        self.assertEqual(self.confirmed(order), [1])

    def test_buyers_get_no_mail_from_odoo(self):
        self.company.stock_move_email_validation = True
        order = self.make_order((self.product, 1))
        picking = order.sale_order_id.picking_ids
        plain = self.make_order((self.product, 1))
        plain.sale_order_id.channel_order_id = False
        other = plain.sale_order_id.picking_ids
        before = picking.message_ids
        self.deliver(picking)
        self.deliver(other)
        subtype = self.env.ref("mail.mt_comment")
        self.assertNotIn(subtype, (picking.message_ids - before).subtype_id)
        self.assertIn(subtype, other.message_ids.subtype_id)
