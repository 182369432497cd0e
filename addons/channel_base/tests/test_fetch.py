from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.canonical import LineKind, Money, OrderLine
from ..adapter.errors import (
    AuthError,
    ConfigError,
    DataError,
    ProtocolError,
    RateLimited,
    TransientError,
)
from ..adapter.port import OrderRead
from ..adapter.webhook import Resource, WebhookEvent
from ..services import fetch
from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestFetch(ChannelCase):
    def ring(self, external_id, resource=Resource.ORDER, key=None):
        event = WebhookEvent(
            event_key=key or f"{external_id}-{len(self.events())}",
            topic="test",
            resource=resource,
            external_id=external_id,
        )
        self.env["channel.event"]._note(self.channel, [event], "webhook")

    def events(self, state=None):
        domain = [("channel_id", "=", self.channel.id)]
        domain += [("state", "=", state)] if state else []
        return self.env["channel.event"].search(domain)

    def states(self):
        return {event.external_id: event.state for event in self.events()}

    def test_many_bells_are_one_read(self):
        order = self.market.place(self.market.line(self.offer))
        for _bell in range(3):
            self.ring(order.external_id)
        self.channel._job_fetch()
        self.assertEqual(self.market.calls["read_orders"], 1)
        self.assertEqual(set(self.events().mapped("state")), {"done"})
        self.assertTrue(self.order_of(order))

    def test_batches_and_goes_on(self):
        orders = [self.market.place(self.market.line(self.offer)) for _i in range(12)]
        for order in orders:
            self.ring(order.external_id)
        self.env.cr.postcommit.clear()
        self.channel._job_fetch()
        self.assertEqual(len(self.events("done")), 10)
        bell = ("channel.channel", self.channel.id, "_job_fetch")
        self.assertIn(bell, self.bells())
        self.env.cr.postcommit.clear()
        self.channel._job_fetch()
        self.assertEqual(len(self.events("done")), 12)
        self.assertNotIn(bell, self.bells())

    def test_what_was_not_looked_at_is_not_forgotten(self):
        """However many bells there are for something else, orders come first."""
        order = self.market.place(self.market.line(self.offer))
        for _bell in range(4):
            self.ring("offer-1", Resource.LISTING)
        self.ring(order.external_id)
        bell = ("channel.channel", self.channel.id, "_job_fetch")
        with patch.object(fetch, "LOOK_AHEAD", 2):
            for waiting in (4, 2, 0):
                self.env.cr.postcommit.clear()
                self.channel._job_fetch()
                self.assertEqual(len(self.events("new")), waiting)
                self.assertTrue(self.order_of(order))
                self.assertIn(bell, self.bells())
            self.env.cr.postcommit.clear()
            self.channel._job_fetch()
            self.assertNotIn(bell, self.bells())

    def test_one_bad_order_stops_no_other(self):
        good = self.market.place(self.market.line(self.offer))
        bad = self.market.place(self.market.line(self.offer))
        self.market.bad_orders[bad.external_id] = DataError("half of it is missing")
        self.ring(good.external_id)
        self.ring(bad.external_id)
        self.channel._job_fetch()
        self.assertEqual(
            self.states(), {good.external_id: "done", bad.external_id: "failed"}
        )
        self.assertTrue(self.order_of(good))
        self.assertIn(bad.external_id, " ".join(self.issues().mapped("subject")))

    def test_an_order_that_is_late_waits(self):
        good = self.market.place(self.market.line(self.offer))
        late = self.market.place(self.market.line(self.offer))
        self.market.bad_orders[late.external_id] = TransientError(
            "later", retry_after=9
        )
        self.ring(good.external_id)
        self.ring(late.external_id)
        self.env.cr.postcommit.clear()
        self.channel._job_fetch()
        bell = ("channel.channel", self.channel.id, "_job_fetch")
        self.assertNotIn(bell, self.bells(), "it is not asked for again and again")
        self.assertEqual(
            self.states(), {good.external_id: "done", late.external_id: "new"}
        )
        self.assertFalse(self.issues())
        key = f"channel.channel:{self.channel.id}:_job_fetch:later"
        self.assertTrue(self.env["queue.job"].search([("identity_key", "=", key)]).eta)

    def test_a_batch_not_understood_is_taken_apart(self):
        """Whatever one order's answer breaks, the others of its batch come in."""
        orders = [self.market.place(self.market.line(self.offer)) for _i in range(4)]
        poison = orders[1].external_id
        for order in orders:
            self.ring(order.external_id)
        adapter = self.channel._adapter_class()

        def read_orders(this, ids):
            if poison in ids:
                raise KeyError("currency")
            for external_id in ids:
                yield OrderRead(external_id, order=self.market.orders[external_id])

        self.patch(adapter, "read_orders", read_orders)
        with self.assertLogs("odoo.addons.channel_base", "ERROR"):
            self.channel._job_fetch()
        states = self.states()
        self.assertEqual(states.pop(poison), "failed")
        self.assertEqual(set(states.values()), {"done"})
        issue = self.issues("event_failed")
        self.assertEqual(issue.subject, f"order:{poison}")
        self.assertEqual(issue.event_id.external_id, poison)

    def test_resolving_reads_again_and_success_settles(self):
        order = self.market.place(self.market.line(self.offer))
        self.ring(order.external_id)
        events = self.events()
        fetch = self.env["channel.fetch"]
        fetch._fail(events, ProtocolError("unreadable"))
        self.issues("event_failed").action_resolve()
        self.assertEqual(events.state, "new")
        fetch._fail(events, ProtocolError("unreadable"))
        self.ring(order.external_id, key="another bell")
        self.channel._job_fetch()
        self.assertFalse(self.issues("event_failed"))

    def test_a_gone_order_is_done(self):
        self.ring("never-heard-of")
        self.channel._job_fetch()
        self.assertEqual(self.states(), {"never-heard-of": "done"})
        self.assertFalse(self.issues())

    # --- errors of the whole call -----------------------------------------------------

    def fetch_with(self, error):
        order = self.market.place(self.market.line(self.offer))
        self.ring(order.external_id)
        self.market.errors.append(error)
        self.channel._job_fetch()

    def test_throttled(self):
        with self.assertRaises(RetryableJobError) as raised:
            self.fetch_with(RateLimited("slow down", retry_after=7))
        self.assertEqual(
            (raised.exception.seconds, raised.exception.ignore_retry), (7, True)
        )

    def test_out_of_reach(self):
        with self.assertRaises(RetryableJobError) as raised:
            self.fetch_with(TransientError("no answer"))
        self.assertIsNone(raised.exception.seconds)

    def test_refused_credentials_stop_the_channel(self):
        self.fetch_with(AuthError("revoked", code="401"))
        issue = self.issues("auth")
        self.assertTrue(issue.blocking)
        self.assertEqual(set(self.events().mapped("state")), {"new"})
        self.assertFalse(self.channel._is_operating())
        self.assertEqual(self.channel.state, "failing")
        self.env.cr.postcommit.clear()
        issue.action_resolve()
        self.assertEqual(self.channel.state, "connected")
        bell = ("channel.channel", self.channel.id, "_job_fetch")
        self.assertIn(bell, self.bells())

    def test_config_error_of_one_read_stops_the_channel_too(self):
        order = self.market.place(self.market.line(self.offer))
        self.market.bad_orders[order.external_id] = ConfigError("scope")
        self.ring(order.external_id)
        self.channel._job_fetch()
        self.assertTrue(self.issues("config").blocking)

    # --- when nothing is to be done ---------------------------------------------------

    def test_a_paused_channel_reads_nothing(self):
        self.ring("any")
        self.channel.action_pause()
        self.channel._job_fetch()
        self.assertFalse(self.market.calls["read_orders"])
        self.assertEqual(self.states(), {"any": "new"})

    def test_orders_wait_while_their_flow_is_off(self):
        self.ring("any")
        self.channel.order_flow = "off"
        self.channel._job_fetch()
        self.assertEqual(self.states(), {"any": "new"})

    def test_a_deleted_channel(self):
        channel = self.make_channel("gone")
        channel.unlink()
        channel._job_fetch()

    # --- other resources --------------------------------------------------------------

    def test_places_are_taken_over(self):
        self.market.places["second"] = type(self.market.places["main"])(
            external_id="second", name="Second place"
        )
        self.ring("second", Resource.LOCATION)
        self.channel._job_fetch()
        places = self.channel.location_ids.mapped("external_id")
        self.assertEqual(sorted(places), ["main", "second"])
        self.assertEqual(
            self.issues("location_unmapped").location_id.name, "Second place"
        )

    def test_a_lost_connection_is_found_out(self):
        self.channel._set_secret("password", "")
        self.ring("", Resource.CONNECTION)
        self.channel._job_fetch()
        self.assertTrue(self.issues("auth").blocking)

    # --- polling ----------------------------------------------------------------------

    def test_polling_finds_what_no_webhook_told(self):
        order = self.market.place(self.market.line(self.offer))
        self.channel._job_poll()
        self.assertEqual(self.events().mapped("origin"), ["poll"])
        self.channel._job_fetch()
        self.assertTrue(self.order_of(order))

    def test_polling_twice_finds_nothing_new(self):
        self.market.place(self.market.line(self.offer))
        self.channel._job_poll()
        self.channel._job_poll()
        self.assertEqual(len(self.events()), 1)

    def test_a_held_order_is_looked_at_again(self):
        order = self.market.place(self.market.line(self.offer), test=True)
        self.ring(order.external_id)
        self.channel._job_fetch()
        self.assertEqual(self.order_of(order).state, "held")
        self.channel._job_poll()
        self.assertIn("held", self.events().mapped("topic"))

    def test_a_held_order_is_looked_at_once_in_half_an_hour(self):
        order = self.market.place(self.market.line(self.offer), test=True)
        self.ring(order.external_id)
        self.channel._job_fetch()

        def keys(hour, minute):
            now = datetime(2026, 1, 1, hour, minute, tzinfo=UTC)
            events = self.env["channel.poll"]._waiting(self.channel, now)
            return [event.event_key for event in events]

        self.assertEqual(keys(10, 0), keys(10, 29))
        self.assertNotEqual(keys(10, 0), keys(10, 30))

    def test_of_very_many_held_orders_each_has_its_turn(self):
        held = [
            self.market.place(self.market.line(self.offer), test=True)
            for _number in range(5)
        ]
        for order in held:
            self.ring(order.external_id)
        self.channel._job_fetch()
        self.patch(type(self.env["channel.poll"]), "_page_size", 2)
        asked = set()
        for hour in range(3):
            now = datetime(2026, 1, 1, hour, 0, tzinfo=UTC)
            events = self.env["channel.poll"]._waiting(self.channel, now)
            self.assertEqual(len(events), 2)
            asked.update(event.external_id for event in events)
        self.assertGreater(len(asked), 2)

    def cursor(self):
        return self.env["channel.cursor"].search(
            [("channel_id", "=", self.channel.id), ("stream", "=", "orders")]
        )

    def test_the_watermark_moves_and_steps_back(self):
        asked = []
        changes = self.market.changes

        def note(since):
            asked.append(since)
            return changes(since)

        self.market.changes = note
        self.channel._job_poll()
        first = self.cursor().watermark
        self.channel._job_poll()
        self.assertEqual(asked[0].replace(tzinfo=None), self.channel.import_from)
        self.assertEqual(asked[1].replace(tzinfo=None), first - timedelta(seconds=300))

    def test_a_crowded_moment_does_not_hold_up(self):
        moment = datetime(2026, 5, 1, tzinfo=UTC)
        for number in range(7):
            order = self.market.place(self.market.line(self.offer), paid=False)
            late = moment + timedelta(seconds=number // 5)
            self.market.change(order.external_id, updated_at=late)
        self.patch(type(self.env["channel.poll"]), "_page_size", 2)
        self.channel._job_poll()
        self.assertEqual(len(self.events()), 5)
        self.assertTrue(self.cursor().position)
        self.channel._job_poll()
        self.assertEqual(len(self.events()), 7)
        self.channel._job_poll()
        self.assertFalse(self.cursor().position)

    def test_an_earlier_start_reads_again(self):
        self.channel._job_poll()
        self.channel.import_from = "2019-01-01 00:00:00"
        self.assertFalse(self.cursor().watermark)

    def test_orders_read_until(self):
        self.assertFalse(self.channel._orders_read_until())
        self.channel._job_poll()
        self.assertEqual(self.channel._orders_read_until(), self.cursor().watermark)
        self.ring("waiting")
        event = self.events("new")
        event.received_at = "2026-01-01 00:00:00"
        self.assertEqual(self.channel._orders_read_until(), event.received_at)

    # --- people -----------------------------------------------------------------------

    def test_a_person_asks_for_an_order(self):
        order = self.market.place(self.market.line(self.offer))
        self.channel._fetch_orders([order.external_id])
        self.channel._fetch_orders([order.external_id])
        self.assertEqual(self.events().mapped("origin"), ["person", "person"])
        self.channel._job_fetch()
        self.assertTrue(self.order_of(order))

    def test_custom_lines_need_no_listing(self):
        line = OrderLine(
            external_id="typed-in",
            kind=LineKind.CUSTOM,
            title="Engraving 🦊 שלום",
            quantity=1,
            unit_price=Money(Decimal("5.00"), "USD"),
        )
        order = self.market.place(line)
        self.channel._job_poll()
        self.channel._job_fetch()
        self.assertEqual(self.order_of(order).line_ids.title, "Engraving 🦊 שלום")
