"""What only real transactions show: each test commits, and cleans up behind itself."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.canonical import Buyer
from ..adapter.errors import ProtocolError, RateLimited
from ..adapter.ratelimit import Bucket
from ..adapter.tokens import Token
from ..adapter.trace import Call
from ..adapter.webhook import Resource, WebhookEvent
from ..services.partner_find import Person
from ..services.rate_limiter import TableRateLimiter
from ..services.token_store import TableTokenStore
from ..services.tracer import TableTracer
from .common import FakeProvider
from .fake_adapter import FakeAdapter


@tagged("post_install", "-at_install")
class TestConcurrency(FakeProvider, BaseCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry(get_db_name())
        cls.started = fields.Datetime.now()
        with cls.registry.cursor() as cr:
            cls.env = api.Environment(cr, SUPERUSER_ID, {})
            super().setUpClass()
            cls.warehouse = cls.env["stock.warehouse"].search([], limit=1)
            cls.channel_id = cls.make_channel("parallel").id
        del cls.env
        cls.addClassCleanup(cls.clean)

    @classmethod
    def clean(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["channel.channel"].browse(cls.channel_id).unlink()
            cr.execute(
                "DELETE FROM queue_job"
                " WHERE identity_key LIKE 'channel.%%' AND date_created >= %s",
                (cls.started,),
            )
            cr.execute(
                "DELETE FROM channel_intent WHERE created_at >= %s", (cls.started,)
            )
            key = [("key", "=", "channel_base.identity")]
            env["ir.config_parameter"].search(key).unlink()

    def transaction(self):
        """:return: a cursor of its own, closed after the test, and the channel."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        env = api.Environment(cr, SUPERUSER_ID, {})
        return cr, env["channel.channel"].browse(self.channel_id)

    def together(self, function, number):
        """Run ``function(channel)`` in so many threads, each in its own transaction."""
        barrier = threading.Barrier(number)

        def work(_index):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                barrier.wait(10)
                return function(env["channel.channel"].browse(self.channel_id))

        with ThreadPoolExecutor(number) as pool:
            return list(pool.map(work, range(number)))

    # --- tokens and buckets -----------------------------------------------------------

    def test_a_token_is_renewed_once(self):
        renewals = []

        def renew(_stored):
            renewals.append(1)
            time.sleep(0.2)  # as long as the others need to come and wait
            return Token("fresh", refresh="again")

        tokens = self.together(
            lambda channel: TableTokenStore(channel).renew("api", None, renew), 4
        )
        self.assertEqual(len(renewals), 1)
        self.assertEqual(tokens, [Token("fresh", refresh="again")] * 4)
        _cr, channel = self.transaction()
        self.assertEqual(TableTokenStore(channel).get("api").value, "fresh")

    def test_workers_share_one_bucket(self):
        bucket = Bucket("shared", capacity=10, refill=0.001)

        def take(channel):
            granted = 0
            for _attempt in range(6):
                try:
                    TableRateLimiter(channel).acquire(bucket)
                    granted += 1
                except RateLimited as error:
                    self.assertGreater(error.retry_after, 1)
            return granted

        self.assertEqual(sum(self.together(take, 3)), 10)

    def test_the_sync_log_keeps_what_the_job_undoes(self):
        cr, channel = self.transaction()
        trace = TableTracer(channel, "in", [])
        with channel._call_errors():
            channel.env["channel.cursor"]._lock(channel, "undone")
            trace(Call("kept", "500", 1.0))
            raise ProtocolError("unreadable")
        cr.rollback()
        _cr, channel = self.transaction()
        logs = channel.env["channel.sync.log"]
        self.assertTrue(logs.search([("operation", "=", "kept")]))
        cursors = channel.env["channel.cursor"]
        self.assertFalse(cursors.search([("stream", "=", "undone")]))

    # --- orders -----------------------------------------------------------------------

    def test_orders_that_another_job_works_on_are_read_later(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            channel = env["channel.channel"].browse(self.channel_id)
            market = FakeAdapter.markets["parallel"]
            orders = [
                market.place(market.line(market.offer(sku))) for sku in ("A", "B")
            ]
            channel._job_poll()
            channel._job_fetch()
            ids = [order.external_id for order in orders]
            rows = env["channel.order"].search([("external_id", "in", ids)])
            env["channel.event"]._ask(channel, ids)
        self.addCleanup(self.forget, rows.ids)
        other, _channel = self.transaction()
        other.execute(
            "SELECT 1 FROM channel_order WHERE external_id = %s FOR UPDATE", (ids[0],)
        )
        # the one behind does not wait for the one in front, not even in the next batch
        one_each = patch.object(FakeAdapter, "order_batch", 1)
        with one_each, self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["channel.channel"].browse(self.channel_id)._job_fetch()
        _cr, channel = self.transaction()
        waiting = channel.env["channel.event"].search([("state", "=", "new")])
        self.assertEqual(waiting.mapped("external_id"), ids[:1])
        jobs = channel.env["queue.job"].search([("identity_key", "like", "%:later")])
        self.assertTrue(jobs, "nobody comes back for the order")

    def forget(self, order_ids):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["channel.order"].browse(order_ids).unlink()

    # --- customers --------------------------------------------------------------------

    def make(self, channel, *buyers):
        """Find or make the customers of some buyers, as every import does."""
        Match = channel.env["channel.partner.match"]
        people = {("id", one.external_id): Person(one) for one in buyers}
        return Match._match(channel, people, Match._places_of([]))

    def customers(self, email):
        _cr, channel = self.transaction()
        return channel.env["res.partner"].search([("email", "=", email)])

    def forget_customers(self, email):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["res.partner"].search([("email", "=", email)]).unlink()

    def test_pitfall_23_a_customer_made_since_the_snapshot_is_not_made_again(self):
        """The lock comes after the snapshot, so waiting for it is not enough."""
        self.addCleanup(self.forget_customers, "race@example.com")
        cr, first = self.transaction()
        other_cr, second = self.transaction()
        second.name  # noqa: B018 - its snapshot is older than the first one's commit
        # two ids: no key of the links stands against the second one
        self.make(first, Buyer(external_id="one", email="race@example.com"))
        cr.commit()
        late = Buyer(external_id="two", email="race@example.com")
        with self.assertRaises(RetryableJobError) as raised:
            self.make(second, late)
        self.assertTrue(raised.exception.ignore_retry)
        other_cr.rollback()
        self.make(second, late)
        other_cr.commit()
        known = self.customers("race@example.com")
        self.assertEqual(len(known), 1)
        self.assertEqual(
            set(known.channel_partner_ids.mapped("external_id")), {"one", "two"}
        )

    def test_pitfall_17_orders_and_customers_at_once_make_one_customer(self):
        """Jobs that all began before the first of them was done."""
        self.addCleanup(self.forget_customers, "many@example.com")
        self.addCleanup(self.forget_customers, "other@example.com")
        buyers = [
            Buyer(external_id=f"many-{number}", email=f"{name}@example.com")
            for number, name in enumerate(("many", "other", "many"))
        ]

        begun = threading.Barrier(4)

        def work(channel):
            attempts = 0
            channel.name  # noqa: B018 - takes the snapshot
            begun.wait(10)
            while True:
                attempts += 1
                try:
                    self.make(channel, *buyers)
                    channel.env.cr.commit()
                except RetryableJobError:
                    channel.env.cr.rollback()
                    channel.env.invalidate_all()
                else:
                    return attempts

        attempts = self.together(work, 4)
        self.assertGreaterEqual(sum(attempts), 7, "only one of them saw nobody")
        self.assertEqual(len(self.customers("many@example.com")), 1)
        self.assertEqual(len(self.customers("other@example.com")), 1)

    # --- inbox ------------------------------------------------------------------------

    def test_the_same_webhook_twice_at_once(self):
        event = WebhookEvent(
            event_key="twin", topic="order", resource=Resource.ORDER, external_id="1"
        )
        _cr, first = self.transaction()
        other_cr, second = self.transaction()
        second.name  # noqa: B018 - its snapshot is older than the first one's commit
        first.env["channel.event"]._receive(first, event, b"{}")
        first.env.cr.commit()
        with (
            self.assertRaises(SerializationFailure),
            mute_logger("odoo.sql_db"),
        ):
            second.env["channel.event"]._receive(second, event, b"{}")
        other_cr.rollback()
        self.assertTrue(second.env["channel.event"]._is_stored(second, event))
        second.env["channel.event"]._receive(second, event, b"{}")
        other_cr.commit()
        count = second.env["channel.event"].search_count([("event_key", "=", "twin")])
        self.assertEqual(count, 1)

    # --- stream locks -----------------------------------------------------------------

    def test_a_held_stream_postpones(self):
        _cr, first = self.transaction()
        _cr, second = self.transaction()
        cursors = first.env["channel.cursor"]
        cursors._lock(first, "held")
        first.env.cr.commit()
        cursors._lock(first, "held")
        with self.assertRaises(RetryableJobError) as raised:
            second.env["channel.cursor"]._lock(second, "held")
        self.assertTrue(raised.exception.ignore_retry)

    def test_a_snapshot_older_than_the_last_holder_postpones(self):
        _cr, first = self.transaction()
        _cr, second = self.transaction()
        first.env["channel.cursor"]._lock(first, "left")
        first.env.cr.commit()
        second.name  # noqa: B018 - takes the snapshot
        first.env["channel.cursor"]._lock(first, "left")
        first.env.cr.commit()
        with self.assertRaises(RetryableJobError):
            second.env["channel.cursor"]._lock(second, "left")

    # --- wake-ups ---------------------------------------------------------------------

    def jobs(self, method):
        _cr, channel = self.transaction()
        key = f"channel.channel:{self.channel_id}:{method}"
        return channel.env["queue.job"].search([("identity_key", "=", key)])

    def test_one_bell_for_all_who_ring(self):
        for _round in range(2):
            cr, channel = self.transaction()
            channel.env["channel.wakeup"]._after_commit(channel, "_job_fetch")
            channel.env["channel.wakeup"]._after_commit(channel, "_job_fetch")
            cr.commit()
        job = self.jobs("_job_fetch")
        self.assertEqual(len(job), 1)
        self.assertEqual(job.user_id, job.env.ref("channel_base.user_worker"))
        self.assertEqual((job.max_retries, job.channel), (0, "root.channel_hub.events"))

    def test_a_rolled_back_transaction_rings_nothing(self):
        cr, channel = self.transaction()
        channel.env["channel.wakeup"]._after_commit(channel, "_job_poll")
        cr.rollback()
        cr.commit()
        self.assertFalse(self.jobs("_job_poll"))

    def test_a_running_job_does_not_silence_the_bell(self):
        cr, channel = self.transaction()
        method = "_job_check_drift"
        channel.env["channel.wakeup"]._now(channel, method)
        cr.execute(
            "UPDATE queue_job SET state = 'started' WHERE identity_key = %s",
            (f"channel.channel:{self.channel_id}:{method}",),
        )
        channel.env["channel.wakeup"]._after_commit(channel, method)
        cr.commit()
        states = sorted(self.jobs(method).mapped("state"))
        self.assertEqual(states, ["pending", "started"])
