"""Later states of orders that have documents."""

from dataclasses import replace
from decimal import Decimal

from odoo import Command
from odoo.tests import new_test_user

from ..adapter.canonical import (
    Money,
    OrderState,
    PaymentState,
    Refund,
)
from .order_case import OrderCase
from .order_factory import BORN


class TestOrderRevise(OrderCase):
    def _cancelled(self, order):
        lines = tuple(replace(line, cancelled=line.quantity) for line in order.lines)
        return self.later(order, state=OrderState.CANCELLED, lines=lines)

    def _unpaid(self):
        return self.simple(payment_state=PaymentState.AUTHORIZED, payments=())

    def test_cancellation_cancels_the_sale_order_and_frees_the_stock(self):
        order = self._unpaid()
        row = self.bring(order)
        self.assertEqual(row.sale_order_id.picking_ids.state, "assigned")
        reserved = self.product.stock_quant_ids.mapped("reserved_quantity")
        self.bring(self._cancelled(order))
        self.assertEqual(row.state, "cancelled")
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertEqual(row.sale_order_id.picking_ids.state, "cancel")
        freed = self.product.stock_quant_ids.mapped("reserved_quantity")
        self.assertEqual(sum(reserved) - sum(freed), 1)
        self.assertFalse(self.issues())
        self.assertFalse(row.to_apply)

    def test_cancellation_of_a_locked_sale_order(self):
        order = self._unpaid()
        row = self.bring(order)
        row.sale_order_id.action_lock()
        self.bring(self._cancelled(order))
        self.assertEqual(row.sale_order_id.state, "cancel")

    def test_cancellation_after_the_invoice_frees_stock_and_asks_for_a_credit_note(
        self,
    ):
        order = self.simple()
        row = self.bring(order)
        self.bring(self._cancelled(order))
        self.assertEqual(row.sale_order_id.picking_ids.state, "cancel")
        issue = self.issues("cancel_failed")
        self.assertEqual(issue.order_id, row)
        self.assertIn(row.sale_order_id.invoice_ids.name, issue.message)
        self.assertEqual(row.sale_order_id.invoice_ids.state, "posted")

    def test_cancellation_before_the_payment_is_booked_tells_of_the_money(self):
        order = self.simple()
        row = self.store(order)
        self.run_jobs(("import",))
        self.store(self._cancelled(order))
        self.run_jobs(("import",))
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.work()
        self.assertFalse(self.payments(row))
        self.assertIn("10.00 USD", self.issues("cancel_failed").message)

    def test_cancellation_after_shipping_is_left_to_people(self):
        order = self._unpaid()
        row = self.bring(order)
        picking = row.sale_order_id.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking._action_done()
        self.bring(self._cancelled(order))
        self.assertEqual(row.sale_order_id.state, "sale")
        self.assertEqual(row.state, "imported")
        issue = self.issues("cancel_failed")
        self.assertIn("goods have left", issue.message)
        action = issue.action_return_goods()
        self.assertEqual(action["res_model"], "stock.return.picking")
        wizard = self.env["stock.return.picking"].with_context(action["context"])
        wizard = wizard.create({})
        self.assertEqual(wizard.picking_id, picking)
        self.assertEqual(wizard.product_return_moves.product_id, self.product)

    def _part_leaves(self, picking, units):
        picking.move_ids.write({"quantity": units, "picked": True})
        picking.with_context(skip_backorder=True)._action_done()

    def _reserved(self):
        self.env.flush_all()
        quants = self.product.stock_quant_ids
        return sum(
            quants.filtered(lambda q: q.quantity > 0).mapped("reserved_quantity")
        )

    def test_cancellation_after_a_part_has_left_frees_the_rest(self):
        before = self._reserved()
        order = self.simple(
            quantity=3, payment_state=PaymentState.AUTHORIZED, payments=()
        )
        row = self.bring(order)
        sale = row.sale_order_id
        self._part_leaves(sale.picking_ids, 1)
        self.assertEqual(self._reserved() - before, 2)
        self.run_jobs(("prepare",))
        self.bring(self._cancelled(order))
        self.assertEqual(sorted(sale.picking_ids.mapped("state")), ["cancel", "done"])
        self.assertEqual(self._reserved(), before)
        self.env.cr.precommit.run()
        noted = self.env["channel.intent"].search([("kind", "=", "stock")])
        self.assertIn(self.product, noted.product_id)
        self.assertEqual(sale.state, "sale")
        self.assertIn("its stock is free", self.issues("cancel_failed").message)
        self.assertNotIn("vendor", self.issues("cancel_failed").message)

    def test_cancellation_frees_every_step_on_the_way(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        before = self._reserved()
        order = self.simple(
            quantity=5, payment_state=PaymentState.AUTHORIZED, payments=()
        )
        row = self.bring(order)
        sale = row.sale_order_id
        for units in (3, 2, 1):  # picked, packed, shipped
            [todo] = sale.picking_ids.filtered(
                lambda p: p.state == "assigned" and not p.backorder_id
            )
            self._part_leaves(todo, units)
        self.bring(self._cancelled(order))
        self.assertEqual(set(sale.picking_ids.mapped("state")), {"cancel", "done"})
        self.assertEqual(self._reserved(), before)
        self.assertEqual(sale.order_line.qty_delivered, 1)

    def test_cancellation_leaves_what_a_vendor_sends_to_people(self):
        other = self.make_product("SKU-2", quantity=5)
        offer = self.market.offer("SKU-2")
        self.make_listing(self.channel, offer, other)
        order = self.simple(payment_state=PaymentState.AUTHORIZED, payments=())
        line = self.market.line(offer)
        total = Money(Decimal(20), "USD")
        order = replace(order, lines=(*order.lines, line), total=total)
        row = self.bring(order)
        sale = row.sale_order_id
        supplier = self.env.ref("stock.stock_location_suppliers")
        sent = sale.order_line.move_ids.filtered(lambda m: m.product_id == other)
        sent._do_unreserve()
        sent.picking_id.copy({"move_ids": []}).move_ids = sent
        sent.write({"location_id": supplier.id, "state": "assigned"})
        self._part_leaves((sale.order_line.move_ids - sent).picking_id, 1)
        self.bring(self._cancelled(order))
        self.assertEqual(sent.state, "assigned")
        message = self.issues("cancel_failed").message
        self.assertIn(f"from a vendor: {other.display_name}", message)

    def test_cancellation_names_what_a_vendor_is_still_to_be_asked_for(self):
        route = self.env.ref(
            "stock_dropshipping.route_drop_shipping", raise_if_not_found=False
        )
        if not route:
            self.skipTest("stock_dropshipping is not installed")
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        drop = self.make_product(
            "DROP",
            route_ids=[Command.set(route.ids)],
            seller_ids=[Command.create({"partner_id": vendor.id, "price": 5})],
        )
        offer = self.market.offer("DROP")
        self.make_listing(self.channel, offer, drop)
        order = self.simple(payment_state=PaymentState.AUTHORIZED, payments=())
        lines = (*order.lines, self.market.line(offer))
        order = replace(order, lines=lines, total=Money(Decimal(20), "USD"))
        row = self.bring(order)
        self.assertFalse(row.sale_order_id.order_line[1].move_ids)
        self._part_leaves(row.sale_order_id.picking_ids, 1)
        self.bring(self._cancelled(order))
        message = self.issues("cancel_failed").message
        self.assertIn(f"from a vendor: {drop.display_name}", message)

    def test_cancellation_of_what_was_shipped_at_the_channel_asks_for_the_stock(self):
        order = self._unpaid()
        row = self.bring(order)
        order = self._fulfilled(order, 1)
        self.bring(order)
        self.assertTrue(self.issues("conflict"))
        self.bring(self.later(order, state=OrderState.CANCELLED))
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertEqual(self.issues().mapped("kind"), ["cancel_failed"])
        self.assertIn("was shipped there", self.issues().message)

    def test_cancelling_twice_is_once(self):
        order = self._unpaid()
        row = self.bring(order)
        cancelled = self._cancelled(order)
        self.bring(cancelled)
        self.bring(self.later(cancelled, note="again"))
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(self.issues())

    def test_refund_changes_no_document_and_leaves_one_issue(self):
        order = self.simple(quantity=2)
        row = self.bring(order)
        refund = Refund(
            external_id="r1", created_at=BORN, total=Money(Decimal(10), "USD")
        )
        line = replace(order.lines[0], refunded=1, cancelled=1)
        refunded = self.later(
            order,
            lines=(line,),
            refunds=(refund,),
            payment_state=PaymentState.PARTIALLY_REFUNDED,
        )
        self.bring(refunded)
        self.bring(self.later(refunded, note="x"))
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 2)
        self.assertEqual(len(self.issues()), 1)
        self.assertEqual(self.issues("refund_unsupported").order_id, row)
        self.assertEqual(self.issues().count, 1)
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")

    def _available(self):
        """What the formula says of the listing."""
        self.env.flush_all()
        self.env["channel.intent"]._note_products(self.product.ids)
        self.run_jobs(("prepare", "send"))
        return self.listing.level_ids.computed

    def _raised(self, order, quantity, **values):
        line = replace(order.lines[0], quantity=quantity, **values)
        total = Money(line.unit_price.amount * quantity, "USD")
        return self.later(order, lines=(line,), total=total, edited=True)

    def test_units_added_to_a_line_count_until_they_are_entered(self):
        self.channel.change_policy = "approve"
        before = self._available()
        order = self.simple(quantity=2)
        row = self.bring(order)
        self.assertEqual(self._available(), before - 2)
        raised = self._raised(order, 5)
        self.bring(raised)
        self.assertTrue(self.issues("change_waiting"))
        self.assertEqual(self._available(), before - 5)
        self.bring(self.later(raised, note="x"))
        self.assertEqual(self._available(), before - 5)
        row.sale_order_id.order_line.product_uom_qty = 4
        self.assertEqual(self._available(), before - 5)
        row.sale_order_id.order_line.product_uom_qty = 5
        self.assertEqual(self._available(), before - 5, "and nothing counts twice")

    def test_units_added_to_a_line_count_until_a_person_dismisses_them(self):
        self.channel.change_policy = "approve"
        before = self._available()
        order = self.simple(quantity=2)
        row = self.bring(order)
        raised = self._raised(order, 5)
        self.bring(raised)
        row.open_change_id.action_dismiss()
        self.bring(self.later(raised, note="x"))
        self.assertEqual(self._available(), before - 2)
        again = self._raised(self.later(raised), 6)
        self.bring(again)
        self.assertEqual(self._available(), before - 6)
        self.bring(self.later(again, lines=order.lines, total=order.total))
        self.assertEqual(self._available(), before - 2, "taken off again")
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 2)

    def test_units_added_to_a_line_of_which_some_have_left(self):
        before = self._available()
        order = self.simple(quantity=2)
        row = self.bring(order)
        self._part_leaves(row.sale_order_id.picking_ids, 2)
        self.assertEqual(self._available(), before - 2)
        self.bring(self._raised(order, 3))
        self.assertEqual(self._available(), before - 3)
        self.bring(self.later(self._raised(order, 3, fulfilled=2)))
        self.assertEqual(self._available(), before - 3)

    def test_units_added_to_a_quotation(self):
        self.channel.confirm_policy = "quotation"
        self.channel.change_policy = "approve"
        before = self._available()
        order = self.simple(quantity=2)
        row = self.bring(order)
        self.bring(self._raised(order, 5))
        self.assertEqual(self._available(), before - 5)
        row.sale_order_id.action_confirm()
        self.assertEqual(self._available(), before - 5)
        row.open_change_id.action_dismiss()
        self.assertEqual(self._available(), before - 2)

    def test_units_entered_into_a_quotation(self):
        self.channel.confirm_policy = "quotation"
        self.channel.change_policy = "approve"
        before = self._available()
        order = self.simple(quantity=2)
        row = self.bring(order)
        added = replace(order.lines[0], external_id="added")
        self.bring(self.later(order, lines=(*order.lines, added), edited=True))
        self.assertEqual(self._available(), before - 4)
        row.open_change_id.action_dismiss()
        row.sale_order_id.action_confirm()
        self.assertEqual(self._available(), before - 2)
        self.assertFalse(any(row.line_ids.mapped("unimported")))

    def test_voided_payment_is_an_issue_until_paid(self):
        paid = self.simple()
        order = replace(paid, payment_state=PaymentState.AUTHORIZED, payments=())
        row = self.bring(order)
        voided = self.later(order, payment_state=PaymentState.VOIDED)
        self.bring(voided)
        self.assertEqual(self.issues("unpaid").order_id, row)
        self.assertEqual(row.sale_order_id.state, "sale")
        self.bring(self.later(self.later(paid)))
        self.assertFalse(self.issues())

    def test_payment_voided_before_the_first_look_is_an_issue_until_paid(self):
        for state in (PaymentState.VOIDED, PaymentState.EXPIRED):
            paid = self.simple()
            row = self.bring(replace(paid, payment_state=state, payments=()))
            self.assertEqual(row.sale_order_id.state, "sale")
            self.assertEqual(self.issues("unpaid").order_id, row)
            self.assertIn(state.value, self.issues("unpaid").message)
            self.bring(self.later(paid))
            self.assertFalse(self.issues())

    # --- shipped at the channel -------------------------------------------------------

    def _fulfilled(self, order, units):
        line = replace(order.lines[0], fulfilled=units)
        return self.later(order, lines=(line, *order.lines[1:]))

    def _deliver(self, sale, units=None):
        """Validate the open transfer, and tell the market."""
        [picking] = sale.picking_ids.filtered(lambda p: p.state == "assigned")
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty if units is None else units
            move.picked = True
        picking.with_context(skip_backorder=True)._action_done()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.run_jobs(("shipments", "send"))
        return picking

    def test_goods_shipped_at_the_channel_could_go_twice(self):
        order = self.simple(quantity=3)
        row = self.bring(order)
        self.bring(self._fulfilled(order, 2))
        self.assertEqual(row.line_ids.fulfilled, 2)
        self.assertFalse(row.to_apply)
        self.assertFalse(row.line_ids.unimported)
        issue = self.issues("conflict")
        self.assertEqual(issue.order_id, row)
        for name in (
            row.name,
            row.sale_order_id.name,
            row.sale_order_id.picking_ids.name,
            f"2 of {self.product.display_name}",
        ):
            self.assertIn(name, issue.message)
        self.bring(self.later(self._fulfilled(order, 2), note="again"))
        self.assertEqual(len(self.issues()), 1)
        self.assertEqual(row.sale_order_id.picking_ids.state, "assigned")

    def test_goods_shipped_at_the_channel_are_not_told_when_they_leave_here(self):
        order = self.simple(quantity=2)
        row = self.bring(order)
        order = self._fulfilled(order, 2)
        self.bring(order)
        self.market.orders[order.external_id] = order
        self._deliver(row.sale_order_id)
        self.assertEqual(row.shipment_ids.state, "done")
        [told] = self.market.shipments.values()
        # not beyond what the channel has already: done there, and no second time
        self.assertEqual(told.lines[0].cumulative, 2)
        self.run_jobs(("prepare",))
        self.assertFalse(self.issues())

    def test_conflict_ends_with_the_transfer_that_is_cancelled(self):
        order = self.simple(quantity=2)
        row = self.bring(order)
        self.bring(self._fulfilled(order, 2))
        self.assertTrue(self.issues("conflict"))
        row.sale_order_id.picking_ids.action_cancel()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.run_jobs(("prepare",))
        self.assertFalse(self.issues())

    def test_what_left_here_is_no_conflict_whenever_the_channel_says_so(self):
        order = self.simple(quantity=3)
        row = self.bring(order)
        self.market.orders[order.external_id] = order
        self._deliver(row.sale_order_id, units=2)
        self.assertEqual(len(row.sale_order_id.picking_ids), 2, "a backorder is open")
        told = self.market.orders[order.external_id]
        self.bring(self.later(self._fulfilled(order, 1)))
        self.bring(self.later(self.later(told)))
        self.assertEqual(row.line_ids.fulfilled, 2)
        self.assertFalse(self.issues())

    def test_what_left_here_and_is_not_told_yet_is_no_conflict(self):
        order = self.simple(quantity=3)
        row = self.bring(order)
        self.channel.shipment_flow = "off"
        self._deliver(row.sale_order_id, units=2)
        self.bring(self._fulfilled(order, 2))
        self.assertFalse(self.issues())
        self.bring(self.later(self._fulfilled(order, 3)))
        self.assertIn("1 of", self.issues("conflict").message)

    def test_exchange_of_what_was_told_is_no_conflict(self):
        order = self.simple(quantity=1)
        row = self.bring(order)
        self.market.orders[order.external_id] = order
        picking = self._deliver(row.sale_order_id)
        back = picking.move_ids.copy(
            {
                "location_id": picking.location_dest_id.id,
                "location_dest_id": picking.location_id.id,
                "location_final_id": False,
                "origin_returned_move_id": picking.move_ids.id,
                "to_refund": True,
                "quantity": 1,
                "picked": True,
            }
        )
        back._action_done()
        self.assertEqual(row.sale_order_id.order_line.qty_delivered, 0)
        row.sale_order_id.order_line._action_launch_stock_rule()
        self.assertTrue(row.sale_order_id.order_line._channel_open_moves())
        self.bring(self.later(self._fulfilled(order, 1)))
        self.assertFalse(self.issues())

    def test_what_needs_no_shipping_is_no_conflict(self):
        order = self.simple(line={"requires_shipping": False})
        row = self.bring(order)
        self.assertTrue(row.sale_order_id.picking_ids)
        self.bring(self._fulfilled(order, 1))
        self.assertFalse(self.issues())

    def test_services_are_no_conflict(self):
        self.listing.product_id = self.make_product(
            "SERVICE", type="service", is_storable=False
        )
        order = self.simple()
        row = self.bring(order)
        self.assertFalse(row.sale_order_id.picking_ids)
        self.bring(self._fulfilled(order, 1))
        self.assertFalse(self.issues())

    def test_quotation_confirmed_after_the_goods_have_left(self):
        self.channel.confirm_policy = "quotation"
        order = self.simple()
        row = self.bring(order)
        self.bring(self._fulfilled(order, 1))
        self.assertFalse(self.issues())
        row.sale_order_id.action_confirm()
        self.assertEqual(self.issues("conflict").order_id, row)

    # --- people end transfers ---------------------------------------------------------

    def _person(self):
        return new_test_user(self.env, "warehouse_only", "stock.group_stock_user")

    def _commit(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_transfer_that_a_person_cancels_while_the_channel_waits(self):
        row = self.bring(self.simple(quantity=3))
        picking = row.sale_order_id.picking_ids
        picking.with_user(self._person()).action_cancel()
        self._commit()
        issue = self.issues()
        self.assertEqual((issue.kind, issue.order_id), ("conflict", row))
        for name in (
            row.name,
            row.sale_order_id.name,
            f"3 of {self.product.display_name}",
            "warehouse_only",
        ):
            self.assertIn(name, issue.message)
        row.sale_order_id.order_line._action_launch_stock_rule()
        self.assertTrue(row.sale_order_id.order_line._channel_open_moves())
        self.run_jobs(("prepare",))
        self.assertFalse(self.issues())

    def test_delivery_without_backorder_while_the_channel_waits(self):
        other = self.make_product("SKU-2", quantity=5)
        offer = self.market.offer("SKU-2", quantity=5)
        self.make_listing(self.channel, offer, other)
        base = self.simple(quantity=3)
        lines = (*base.lines, self.market.line(offer, quantity=1, price="0"))
        base = replace(base, lines=lines)
        row = self.bring(base)
        self.channel.shipment_flow = "off"
        picking = row.sale_order_id.picking_ids.with_user(self._person())
        moves = picking.move_ids
        moves.filtered(lambda m: m.product_id == other).quantity = 0
        moves.filtered(lambda m: m.product_id == self.product).quantity = 2
        moves.filtered("quantity").picked = True
        picking.with_context(cancel_backorder=True)._action_done()
        self._commit()
        message = self.issues("conflict").message
        self.assertIn(f"1 of {self.product.display_name}", message)
        self.assertIn(f"1 of {other.display_name}", message)
        cancelled = tuple(replace(line, cancelled=1) for line in lines)
        self.bring(self.later(base, lines=cancelled))
        self.run_jobs(("prepare",))
        self.assertFalse(self.issues("conflict"))

    def test_backorder_and_delivery_in_steps_wait_for_nobody(self):
        self.warehouse.delivery_steps = "pick_ship"
        row = self.bring(self.simple(quantity=2))
        self.channel.shipment_flow = "off"
        person = self._person()
        for _transfer in range(4):
            picking = row.sale_order_id.picking_ids.filtered(
                lambda p: p.state == "assigned"
            )[:1].with_user(person)
            picking.move_ids.quantity = 1
            picking.move_ids.picked = True
            picking._action_done()
            self._commit()
            self.assertFalse(self.issues())
        self.assertEqual(row.sale_order_id.order_line.qty_delivered, 2)

    def test_transfers_that_end_as_they_should_are_no_conflict(self):
        """Shipped by others, asked for by an issue, or cancelled with the sale order,
        which has its own issue."""
        person = self._person()
        elsewhere = self.simple(quantity=2)
        first = self.bring(elsewhere)
        self.bring(self._fulfilled(elsewhere, 2))
        first.sale_order_id.picking_ids.with_user(person).action_cancel()
        second = self.bring(self.simple(quantity=2))
        Trouble = self.env["channel.order.trouble"]
        Trouble._report([Trouble._value(second, "edit_unsupported", "By hand, please")])
        second.sale_order_id.picking_ids.with_user(person).action_cancel()
        third = self.bring(self.simple())
        roles = "sales_team.group_sale_manager,stock.group_stock_user"
        seller = new_test_user(self.env, "seller", roles)
        third.sale_order_id.with_user(seller).with_context(
            disable_cancel_warning=True
        ).action_cancel()
        self._commit()
        self.run_jobs(("prepare",))
        self.assertEqual(self.issues("edit_unsupported").order_id, second)
        self.assertEqual(self.issues("conflict").order_id, third)
        self.assertIn("cancelled here by", self.issues("conflict").message)

    def test_many_revisions_take_no_more_queries_each(self):
        def queries(number):
            orders = [self.simple() for _number in range(number)]
            self.bring(*orders)
            rows = self.store(*(self._fulfilled(order, 1) for order in orders))
            self.env.invalidate_all()
            Elsewhere = self.env["channel.order.elsewhere"]
            before = self.env.cr.sql_log_count
            self.assertEqual(len(Elsewhere._issues(rows)), number)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(20))

    def test_states_that_arrive_in_any_order_end_in_the_same(self):
        paid = {"payment_state": PaymentState.PAID}
        outcomes = []
        for arrival in ((0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)):
            first = self._unpaid()
            second = self.later(first, payments=self.simple().payments, **paid)
            third = self._cancelled(second)
            states = (first, second, third)
            for index in arrival:
                row = self.store(states[index])
            self.work()
            outcomes.append(
                (row.state, bool(row.sale_order_id), row.line_ids.unimported)
            )
        self.assertEqual(set(outcomes), {("cancelled", False, False)})
