"""Ways in which connectors fail, one test each; ``docs/pitfalls.md`` lists them all."""

import inspect
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.canonical import (
    Address,
    Discount,
    FulfilmentState,
    Money,
    OrderState,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentStatus,
    Refund,
    RefundLine,
)
from ..adapter.errors import DataError, RateLimited, TransientError
from .common import ChannelCase
from .flow_case import FlowCase
from .order_case import OrderCase
from .order_factory import BORN
from .test_shipment import ShipmentCase


def usd(amount):
    return Money(Decimal(amount), "USD")


@tagged("post_install", "-at_install")
class TestOrderPitfalls(OrderCase):
    def refunded(self, order, units, *, shipped):
        """The same order, of which some units of 10 were given back."""
        line = order.lines[0]
        back = Payment(
            external_id="back",
            gateway="fakepay",
            kind=PaymentKind.REFUND,
            status=PaymentStatus.SUCCESS,
            amount=usd(10 * units),
            created_at=BORN + timedelta(days=1),
        )
        given = RefundLine(
            line=line.external_id,
            quantity=units,
            restock=True,
            amount=usd(10 * units),
            tax=usd(0),
            location="main" if shipped else "",
        )
        refund = Refund(
            external_id="r1",
            created_at=back.created_at,
            total=back.amount,
            lines=(given,),
            payments=(back,),
        )
        gone = {"refunded": units} if shipped else {"cancelled": units}
        whole = units == line.quantity
        state = PaymentState.REFUNDED if whole else PaymentState.PARTIALLY_REFUNDED
        return self.later(
            order,
            lines=(replace(line, **gone),),
            refunds=(refund,),
            payment_state=state,
        )

    def deliver(self, sale):
        sale.picking_ids.move_ids.picked = True
        sale.picking_ids._action_done()

    def to_ship(self, row):
        moves = row.sale_order_id.order_line.move_ids
        return sum(
            m.product_uom_qty for m in moves if m.state not in ("done", "cancel")
        )

    def credited(self, row):
        credits = self.env["account.move"].search(
            [("channel_order_id", "=", row.id), ("move_type", "=", "out_refund")]
        )
        self.assertLessEqual(set(credits.mapped("payment_state")), {"paid"})
        return sum(credits.mapped("amount_total"))

    def test_pitfall_01_a_cancelled_or_refunded_order_does_not_ship(self):
        cancelled = self.simple(quantity=2)
        refunded = self.simple(quantity=2)
        rows = self.bring(cancelled, refunded)
        line = replace(cancelled.lines[0], cancelled=2)
        later = self.later(cancelled, state=OrderState.CANCELLED, lines=(line,))
        self.bring(later, self.refunded(refunded, 2, shipped=False))
        self.assertEqual([self.to_ship(row) for row in rows], [0, 0])
        self.assertEqual(rows[0].sale_order_id.state, "cancel")

    def test_pitfall_02_a_refund_after_delivery_is_credited(self):
        order = self.simple(quantity=5)
        row = self.bring(order)
        self.deliver(row.sale_order_id)
        self.bring(self.refunded(order, 2, shipped=True))
        self.assertEqual(self.credited(row), 20)

    def test_pitfall_02_a_refund_before_delivery_is_taken_off_once(self):
        order = self.simple(quantity=5)
        row = self.bring(order)
        self.bring(self.refunded(order, 2, shipped=False))
        self.assertEqual(self.to_ship(row), 3)
        self.assertEqual(self.credited(row), 20)

    def test_pitfall_03_discounts_are_exact_to_the_cent(self):
        for price, quantity, off in (("10.00", 3, "10.00"), ("1499.99", 1, "100.00")):
            discount = Discount(title="Off", amount=usd(off))
            order = self.simple(price, quantity, line={"discounts": (discount,)})
            sale = self.bring(order).sale_order_id
            self.assertEqual(sale.amount_total, float(order.total.amount))
            self.assertEqual(sale.invoice_ids.payment_state, "paid")

    def test_pitfall_12_a_paid_order_of_goods_invoiced_on_delivery_comes_in(self):
        self.product.invoice_policy = "delivery"
        row = self.bring(self.simple())
        self.assertEqual(row.sale_order_id.state, "sale")
        self.assertEqual(row.sale_order_id.invoice_ids.state, "posted")

    def test_pitfall_12_a_gateway_without_journal_does_not_stop_the_warehouse(self):
        first = self.bring(self.simple())
        journals = self.env["channel.mapping"].search([("kind", "=", "gateway")])
        journals.journal_id = False
        row = self.bring(self.simple())
        self.assertTrue(self.issues("unmapped_gateway"))
        for one in (first, row):
            self.assertEqual(self.to_ship(one), 1)

    def test_pitfall_13_goods_go_where_the_order_says(self):
        bill = Address(name="Ann", street="1 Bill Street", country_code="US")
        ship = Address(name="Bob", street="2 Ship Street", country_code="US")
        sale = self.bring(self.simple(bill_to=bill, ship_to=ship)).sale_order_id
        self.assertEqual(sale.partner_shipping_id.street, "2 Ship Street")
        self.assertEqual(sale.picking_ids.partner_id.street, "2 Ship Street")

    def test_pitfall_14_a_part_shipped_elsewhere_moves_that_part(self):
        order = self.simple(
            quantity=4, line={"fulfilled": 3}, fulfilment_state=FulfilmentState.PARTIAL
        )
        before = self.product.qty_available
        row = self.bring(order)
        self.assertEqual(self.product.qty_available, before - 3)
        self.assertEqual(self.to_ship(row), 1)

    def test_pitfall_17_a_first_time_buyer_is_nobody_s_guest(self):
        guests = self.env["res.partner"].create({"name": "Guests"})
        self.channel.guest_partner_id = guests
        order = next(o for o in iter(self.factory.order, None) if o.buyer)
        row = self.bring(self.simple(buyer=order.buyer))
        self.assertNotEqual(row.sale_order_id.partner_id, guests)
        self.assertEqual(row.sale_order_id.partner_id.email, order.buyer.email)

    def test_pitfall_18_two_taxes_of_one_rate_stay_two(self):
        taxes = [("CGST", "0.09", "9.00"), ("SGST", "0.09", "9.00")]
        self.make_tax("CGST 9%", 9)
        self.make_tax("SGST 9%", 9)
        sale = self.bring(self.simple("100", taxes=taxes)).sale_order_id
        self.assertEqual(len(sale.order_line.tax_ids), 2)
        self.assertEqual(sale.amount_total, 118)

    def test_pitfall_20_a_change_of_an_old_order_is_found_without_a_webhook(self):
        order = self.market.place(self.market.line(self.offer))
        old = order.ordered_at - timedelta(days=50)
        self.market.change(order.external_id, ordered_at=old, placed_at=old)
        self.poll()
        row = self.order_of(order)
        self.market.later(3600)
        self.market.cancel(order.external_id)
        self.poll()
        self.assertEqual(row.sale_order_id.state, "cancel")

    def test_pitfall_21_a_used_address_stops_no_later_order(self):
        ship = Address(name="Bob", street="2 Ship Street", country_code="US")
        first = self.simple(ship_to=ship)
        rows = self.bring(first)
        moved = replace(ship, street="3 New Street")
        rows |= self.bring(replace(self.simple(ship_to=moved), buyer=first.buyer))
        streets = rows.sale_order_id.mapped("partner_shipping_id.street")
        self.assertEqual(streets, ["2 Ship Street", "3 New Street"])

    def test_pitfall_22_a_buyer_without_phone(self):
        order = next(o for o in iter(self.factory.order, None) if o.buyer)
        row = self.bring(self.simple(buyer=replace(order.buyer, phone="")))
        self.assertEqual(row.state, "imported")

    def test_pitfall_29_refunds_are_paid_back_and_booked_where_they_were_sold(self):
        order = self.simple(quantity=2)
        row = self.bring(order)
        self.bring(self.refunded(order, 1, shipped=False))
        out = self.payments(row).filtered(lambda p: p.payment_type == "outbound")
        self.assertEqual(out.amount, 10)
        self.assertEqual(self.credited(row), 10)
        documents = self.env["account.move"].search([("channel_order_id", "=", row.id)])
        self.assertEqual(len(documents), 2)
        self.assertEqual(len(documents.invoice_line_ids.account_id), 1)


@tagged("post_install", "-at_install")
class TestWorkPitfalls(OrderCase):
    """Jobs, lanes and what is left of an error."""

    def test_pitfall_05_an_error_is_kept_and_its_cause_can_be_mended(self):
        order = self.market.place(self.market.line(self.offer))
        self.market.bad_orders[order.external_id] = DataError("not understood")
        self.poll()
        event = self.env["channel.event"].search(
            [("external_id", "=", order.external_id)]
        )
        self.assertEqual(event.state, "failed")
        issue = self.issues().filtered(lambda i: "not understood" in i.message)
        self.market.bad_orders.clear()
        issue.action_resolve()
        self.run_jobs()
        self.assertEqual(self.order_of(order).state, "imported")

    def test_pitfall_11_throttling_is_waited_out(self):
        order = self.market.place(self.market.line(self.offer))
        self.channel._job_poll()
        self.market.errors.append(RateLimited("slow down", retry_after=7))
        with self.assertRaises(RetryableJobError) as raised:
            self.channel._job_fetch()
        self.assertTrue(raised.exception.ignore_retry, "it is no failed attempt")
        self.run_jobs()
        self.assertEqual(self.order_of(order).state, "imported")

    def test_pitfall_15_what_rang_is_counted_whatever_its_topic_is_called(self):
        before = self.channel.waiting_event_count
        self.env["channel.event"].create(
            {
                "channel_id": self.channel.id,
                "event_key": "e1",
                "received_at": fields.Datetime.now(),
                "kind": "hint",
                "origin": "webhook",
                "topic": "orders/create",
                "resource": "order",
                "external_id": "1",
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.channel.waiting_event_count, before + 1)

    def test_pitfall_19_a_job_does_a_part_and_rings_for_the_rest(self):
        """Each part is committed for itself: a worker that is killed loses one."""
        self.store(*(self.simple() for _number in range(51)))
        self.worker("channel.order")._job_import()
        waiting = self.env["channel.order"].search_count([("state", "=", "new")])
        self.assertEqual(waiting, 1)
        self.assertIn("_job_import", {method for *_who, method in self.bells()})

    def test_pitfall_24_orders_do_not_queue_behind_the_catalogue(self):
        functions = self.env["queue.job.function"]

        def lane(model, method):
            name = functions.job_function_name(model, method)
            return functions.job_config(name).channel

        catalogue = {
            lane("channel.channel", "_job_import_catalogue"),
            lane("channel.channel", "_job_check_drift"),
        }
        orders = {
            lane("channel.channel", "_job_fetch"),
            lane("channel.order", "_job_import"),
            lane("channel.order", "_job_account"),
            lane("channel.push.batch", "_job_send"),
        }
        self.assertFalse(catalogue & orders)

    def test_pitfall_28_jobs_carry_no_payload(self):
        """Whatever a job needs it reads from its rows."""
        functions = self.env["queue.job.function"].search(
            [("model_id.model", "=like", "channel.%")]
        )
        self.assertTrue(functions)
        for function in functions:
            model = self.env[function.model_id.model]
            asked = inspect.signature(getattr(model, function.method)).parameters
            self.assertFalse(asked, function.name)


@tagged("post_install", "-at_install")
class TestCataloguePitfalls(ChannelCase):
    def setUp(self):
        """A product of two sizes, both of them listed."""
        super().setUp()
        size = self.env["product.attribute"].create({"name": "Size"})
        values = self.env["product.attribute.value"].create(
            [{"name": name, "attribute_id": size.id} for name in ("S", "M")]
        )
        line = {"attribute_id": size.id, "value_ids": [Command.set(values.ids)]}
        self.template = self.env["product.template"].create(
            {"name": "Tee", "attribute_line_ids": [Command.create(line)]}
        )
        for variant in self.template.product_variant_ids:
            variant.default_code = f"TEE-{variant.id}"
            self.market.offer(variant.default_code)

    def read_twice(self):
        """The catalogue, with other titles the second time."""
        for _time in range(2):
            self.env["channel.catalogue.import"]._run(self.channel)
            for key, offer in self.market.listings.items():
                self.market.listings[key] = replace(offer, title=f"{offer.title} new")

    def test_pitfall_16_reading_the_catalogue_leaves_variants_alone(self):
        variants, lines = (
            self.template.product_variant_ids,
            self.template.attribute_line_ids,
        )
        self.read_twice()
        self.assertEqual(self.template.product_variant_ids, variants)
        self.assertEqual(self.template.attribute_line_ids, lines)
        listings = self.env["channel.listing"].search(
            [("product_id", "in", variants.ids)]
        )
        self.assertEqual(listings.product_id, variants)

    def test_pitfall_27_reading_the_catalogue_sends_nothing_back(self):
        self.channel.stock_flow = "off"
        self.read_twice()
        self.run_jobs()
        self.assertFalse(self.env["channel.push.batch"].search([]))
        self.assertEqual(self.template.name, "Tee")


@tagged("post_install", "-at_install")
class TestShipmentPitfalls(ShipmentCase):
    def test_pitfall_04_a_throttled_shipment_is_told_later(self):
        order = self.make_order((self.product, 1))
        self.deliver(order.sale_order_id.picking_ids)
        self._step_shipments()
        self.market.errors.append(RateLimited("slow down", retry_after=7))
        with self.assertRaises(RetryableJobError):
            self._step_send()
        self.settle()
        self.assertEqual(self.confirmed(order), [1])
        self.assertFalse(self.issues())

    def lose_the_answer(self):
        """The next shipment has its effect, and its answer does not come."""
        confirm = self.market.confirm

        def lost(shipment):
            self.market.confirm = confirm
            confirm(shipment)
            raise TransientError("no answer")

        self.market.confirm = lost
        with self.assertRaises(RetryableJobError):
            self._step_send()

    def test_pitfall_06_a_part_is_not_shipped_twice_after_a_crash(self):
        order = self.make_order((self.product, 10))
        self.deliver(order.sale_order_id.picking_ids, {self.product: 5})
        self._step_shipments()
        self.lose_the_answer()
        self.settle()
        self.assertEqual(self.confirmed(order), [5])
        self.assertEqual(len(self.told()), 1)

    def test_pitfall_07_the_echo_of_our_own_shipment_moves_nothing(self):
        """It may be read before the answer to our own call."""
        order = self.make_order((self.product, 3))
        sale = order.sale_order_id
        self.deliver(sale.picking_ids, {self.product: 1})
        self._step_shipments()
        self.lose_the_answer()
        external = replace(
            self.market.orders[order.external_id],
            updated_at=self.market.clock() + timedelta(minutes=1),
        )
        self.market.orders[order.external_id] = external
        self.poll()
        self.assertEqual(sale.order_line.qty_delivered, 1)
        self.assertEqual(self.confirmed(order), [1])
        self.assertEqual(order.shipment_ids.mapped("state"), ["done"])

    def test_pitfall_08_pick_pack_ship_is_told_when_it_leaves(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.make_order((self.product, 2))
        for step in range(3):
            self.settle()
            self.assertEqual(self.confirmed(order), [0], step)
            picking = order.sale_order_id.order_line.move_ids.picking_id.filtered(
                lambda p: p.state == "assigned"
            )
            self.deliver(picking)
        self.settle()
        self.assertEqual(self.confirmed(order), [2])

    def test_pitfall_30_an_order_in_trouble_is_still_told_what_left(self):
        order = self.make_order((self.product, 1))
        self.env["channel.issue"]._report(
            self.channel, "edit_unsupported", "order:1", "Look.", order=order
        )
        order.accounting_state = "blocked"
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        self.assertEqual(self.confirmed(order), [1])


@tagged("post_install", "-at_install")
class TestStockPitfalls(FlowCase):
    def test_pitfall_09_a_quotation_does_not_raise_what_is_shown(self):
        self.channel.confirm_policy = "quotation"
        self.channel.import_payment = "any"
        self.push()
        self.never_read()
        self.sell_there(3)
        self.poll()
        self.read_orders(self.channel)
        sale = self.env["sale.order"].search([], limit=1)
        self.assertEqual(sale.state, "draft")
        self.touch(self.product)
        self.push()
        self.assertEqual(self.shown(self.listing), 7)

    def test_pitfall_09_a_sale_not_fetched_yet_is_not_made_good(self):
        self.push()
        self.never_read()
        self.sell_there(3)
        self.set_stock(self.product, 11)
        self.push()
        self.assertEqual(self.shown(self.listing), 7)

    def test_pitfall_10_a_change_while_a_quantity_is_sent_is_not_lost(self):
        self.push()
        self.set_stock(self.product, 8)
        self.prepare()
        batch = self.batches("pending")
        self.set_stock(self.product, 6)
        self.assertTrue(batch)
        self.push()
        self.assertEqual(self.shown(self.listing), 6)
        self.assertEqual(self.level.confirmed, 6)
