from datetime import UTC, datetime, timedelta
from typing import ClassVar

from odoo.tests import tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.errors import RateLimited
from ..adapter.port import OrderChange, OrderPage
from .fake_adapter import FakeAdapter
from .order_case import OrderCase

START = datetime(2026, 11, 1, tzinfo=UTC)


class PagingAdapter(FakeAdapter):
    """The fake marketplace, if it told whole orders by pages, seldom."""

    pages_orders = True
    asked: ClassVar[list] = []  # (since, position) of each sweep
    read: ClassVar[list] = []  # ids that were read one by one
    until = START
    budget = 100  # pages that may be asked for

    def order_pages(self, since, position=None):
        self.asked.append((since, position))
        orders = list(self._market("order_pages").orders.values())
        number = int(position or 0)
        while True:
            if type(self).budget == 0:
                raise RateLimited("no more", retry_after=170)
            type(self).budget -= 1
            order = orders[number]
            number += 1
            change = OrderChange(order.external_id, order.updated_at, order=order)
            if number == len(orders):
                yield OrderPage((change,), until=self.until)
                return
            yield OrderPage((change,), until=self.until, position=str(number))

    def read_orders(self, external_ids):
        self.read.extend(external_ids)
        return super().read_orders(external_ids)


@tagged("post_install", "-at_install")
class TestOrderPages(OrderCase):
    """Marketplaces that tell their orders by pages, in any order."""

    def setUp(self):
        super().setUp()
        model = type(self.env["channel.channel"])
        self.patch(model, "_adapter_class", lambda channel: PagingAdapter)
        self.patch(PagingAdapter, "asked", [])
        self.patch(PagingAdapter, "read", [])
        self.patch(PagingAdapter, "budget", 100)
        for _number in range(3):
            self.market.place(self.market.line(self.offer))

    def cursor(self):
        return self.env["channel.cursor"].search(
            [("channel_id", "=", self.channel.id), ("stream", "=", "orders")]
        )

    def orders(self):
        return self.env["channel.order"].search([("channel_id", "=", self.channel.id)])

    def events(self):
        return self.env["channel.event"].search([("channel_id", "=", self.channel.id)])

    def test_whole_orders_are_stored_without_reading_them_again(self):
        self.channel._job_poll()
        self.assertEqual(self.cursor().watermark, START.replace(tzinfo=None))
        self.channel._job_fetch()
        self.assertEqual(
            set(self.orders().mapped("external_id")), set(self.market.orders)
        )
        self.assertFalse(PagingAdapter.read)
        self.assertEqual(set(self.events().mapped("state")), {"done"})

    def test_a_throttled_sweep_keeps_its_pages_and_goes_on_behind_them(self):
        PagingAdapter.budget = 2
        self.channel._job_poll()
        self.assertEqual(len(self.events()), 2)
        self.assertFalse(self.cursor().watermark)
        with self.assertRaises(RetryableJobError) as caught:
            self.channel._job_poll()
        self.assertEqual(caught.exception.seconds, 170)
        PagingAdapter.budget = 100
        self.channel._job_poll()
        self.assertEqual(PagingAdapter.asked[-1][1], "2")
        self.assertEqual(len(self.events()), 3)
        self.assertEqual(self.cursor().watermark, START.replace(tzinfo=None))
        self.assertFalse(self.cursor().position)

    def test_a_bell_for_a_told_order_has_it_read(self):
        self.channel._job_poll()
        rung = next(iter(self.market.orders))
        self.env["channel.event"]._ask(self.channel, [rung])
        self.channel._job_fetch()
        self.assertEqual(PagingAdapter.read, [rung])
        self.assertEqual(len(self.orders()), 3)

    def test_the_next_sweep_begins_a_little_before_the_last_ones_end(self):
        self.channel._job_poll()
        self.channel._job_poll()
        overlap = timedelta(seconds=self.cursor().overlap)
        self.assertEqual(PagingAdapter.asked[-1], (START - overlap, None))

    def test_what_was_told_is_kept_encrypted(self):
        self.channel._job_poll()
        bodies = self.events().sudo().mapped("body")
        self.assertTrue(all(bodies))
        self.assertFalse([body for body in bodies if "external_id" in body])
