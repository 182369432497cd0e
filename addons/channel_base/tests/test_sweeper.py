from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..adapter.webhook import Resource, WebhookEvent
from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestSweeper(ChannelCase):
    def setUp(self):
        super().setUp()
        self.quieten()

    def quieten(self):
        """As if all work of setting up had been done."""
        self.env["channel.intent"].search([]).unlink()
        self.env["channel.listing.level"].search([]).dirty = False
        self.env["queue.job"].search([("identity_key", "like", "channel.")]).unlink()

    def ring(self, resource=Resource.ORDER):
        event = WebhookEvent(
            event_key="e", topic="t", resource=resource, external_id="1"
        )
        self.env["channel.event"]._note(self.channel, [event], "webhook")

    def sweep(self):
        """:return: methods of the jobs that the sweeper made."""
        jobs = self.env["queue.job"]
        before = jobs.search([])
        self.env["channel.sweeper"].with_user(self.channel.user_id)._run()
        return sorted((jobs.search([]) - before).mapped("method_name"))

    def make_order(self, **values):
        return self.env["channel.order"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "1",
                "name": "#1",
                "placed_at": fields.Datetime.now(),
                **values,
            }
        )

    def make_batch(self, **values):
        return self.env["channel.push.batch"].create(
            {
                "channel_id": self.channel.id,
                "kind": "stock",
                "key": "k",
                "folded": False,
                **values,
            }
        )

    def test_quiet(self):
        self.assertEqual(self.sweep(), [])
        self.assertTrue(self.channel._is_quiet())

    def test_waiting_events(self):
        self.ring()
        self.assertFalse(self.channel._is_quiet())
        self.assertEqual(self.sweep(), ["_job_fetch"])
        self.assertEqual(self.sweep(), [])

    def test_orders(self):
        order = self.make_order()
        self.assertEqual(self.sweep(), ["_job_import"])
        order.write({"state": "imported", "accounting_state": "ready"})
        self.assertEqual(self.sweep(), ["_job_account"])

    def test_stock(self):
        self.env["channel.intent"].create(
            {
                "kind": "stock",
                "product_id": self.product.id,
                "created_at": fields.Datetime.now(),
            }
        )
        self.assertEqual(self.sweep(), ["_job_prepare"])

    def test_batches(self):
        batch = self.make_batch()
        self.assertEqual(self.sweep(), ["_job_send"])
        soon = fields.Datetime.now() + timedelta(minutes=5)
        self.env["queue.job"].search([("method_name", "=", "_job_send")]).unlink()
        batch.write({"state": "sent", "poll_at": soon})
        self.assertEqual(self.sweep(), [])
        batch.write({"poll_at": fields.Datetime.now()})
        self.assertEqual(self.sweep(), ["_job_send"])
        batch.write({"state": "done"})
        self.assertEqual(self.sweep(), ["_job_prepare"])

    def test_failed_and_lost_jobs_are_made_again(self):
        self.ring()
        self.sweep()
        job = self.env["queue.job"].search([("method_name", "=", "_job_fetch")])
        self.env.cr.execute("UPDATE queue_job SET state = 'failed'")
        self.assertEqual(self.sweep(), [], "what has just failed rests for a while")
        long_ago = fields.Datetime.now() - timedelta(minutes=3)
        self.env.cr.execute("UPDATE queue_job SET date_created = %s", (long_ago,))
        self.assertEqual(self.sweep(), ["_job_fetch"])
        job.unlink()

    def test_jobs_that_lost_the_database_are_made_again_at_once(self):
        self.ring()
        self.sweep()
        self.env.cr.execute(
            "UPDATE queue_job SET state = 'failed', exc_name = %s",
            ("psycopg2.InterfaceError",),
        )
        self.assertEqual(self.sweep(), ["_job_fetch"])

    def test_later_is_asked_for_once(self):
        wakeup = self.env["channel.wakeup"]
        key = f"channel.channel:{self.channel.id}:_job_poll:later"
        jobs = self.env["queue.job"]
        for _time in range(3):
            wakeup._later(self.channel, "_job_poll", 60)
        self.assertTrue(jobs.search([("identity_key", "=", key)]).ensure_one().eta)
        wakeup._now(self.channel, "_job_poll")
        now = jobs.search([("identity_key", "=", key.removesuffix(":later"))])
        self.assertEqual(len(now), 1)

    def test_paused_channels_are_left_alone(self):
        self.ring()
        self.make_order()
        self.channel.action_pause()
        self.assertEqual(self.sweep(), [])

    def test_flows_that_are_off_are_left_alone(self):
        self.ring()
        self.make_order()
        self.make_batch()
        self.channel.write({"order_flow": "off", "stock_flow": "off"})
        self.assertEqual(self.sweep(), [])

    def test_resuming_wakes_everything(self):
        self.channel.action_pause()
        self.ring()
        self.make_order()
        batch = self.make_batch()
        self.env.cr.postcommit.clear()
        self.channel.action_resume()
        self.assertLessEqual(
            {
                ("channel.channel", self.channel.id, "_job_poll"),
                ("channel.channel", self.channel.id, "_job_fetch"),
                ("channel.order", False, "_job_import"),
                ("channel.push.batch", batch.id, "_job_send"),
            },
            self.bells(),
        )

    def test_crons(self):
        jobs = self.env["queue.job"]
        before = jobs.search([])
        self.env["channel.channel"]._cron_poll()
        self.channel.reconcile_nightly = False
        self.env["channel.channel"]._cron_daily()
        made = (jobs.search([]) - before).mapped("method_name")
        self.assertEqual(
            sorted(made),
            [
                "_job_check_connection",
                "_job_check_drift",
                "_job_poll",
                "_job_poll_returns",
            ],
        )

    @mute_logger("odoo.addons.queue_job")
    def test_each_job_is_declared(self):
        functions = self.env["queue.job.function"]
        for model, method in (
            ("channel.channel", "_job_fetch"),
            ("channel.channel", "_job_poll"),
            ("channel.channel", "_job_check_connection"),
            ("channel.channel", "_job_import_catalogue"),
            ("channel.channel", "_job_check_drift"),
            ("channel.reconciliation", "_job_reconcile"),
            ("channel.order", "_job_import"),
            ("channel.order", "_job_account"),
            ("channel.listing.level", "_job_prepare"),
            ("channel.push.batch", "_job_prepare_shipments"),
            ("channel.push.batch", "_job_send"),
        ):
            config = functions.job_config(functions.job_function_name(model, method))
            self.assertTrue(config.channel.startswith("root.channel_hub."), method)
            self.assertIn(0, config.retry_pattern)

    def test_orders_never_wait_long_for_an_old_error(self):
        """A postponed job stands for all bells that ring meanwhile."""
        functions = self.env["queue.job.function"]
        for method in ("_job_fetch", "_job_poll"):
            name = functions.job_function_name("channel.channel", method)
            pattern = functions.job_config(name).retry_pattern
            self.assertLessEqual(max(pattern.values()), 60, method)


@tagged("post_install", "-at_install")
class TestRetention(ChannelCase):
    def setUp(self):
        super().setUp()
        # the test's own cursor cannot commit between the batches
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1)

    def event(self, key, days, **values):
        received = fields.Datetime.now() - timedelta(days=days)
        return self.env["channel.event"].create(
            {
                "channel_id": self.channel.id,
                "event_key": key,
                "topic": "t",
                "state": "done",
                "body": "sealed",
                "received_at": received,
                **values,
            }
        )

    def test_bodies_then_rows_of_events(self):
        young = self.event("young", 29)
        old = self.event("old", 31)
        waiting = self.event("waiting", 31, state="new")
        document = self.event("document", 100, kind="document")
        ancient = self.event("ancient", 91)
        self.env.flush_all()
        self.env["channel.retention"]._run()
        self.env.invalidate_all()
        self.assertFalse(ancient.exists())
        self.assertFalse(old.body)
        for event in (young, waiting, document):
            self.assertEqual(event.body, "sealed", event.event_key)

    def test_log_and_ledger(self):
        moment = fields.Datetime.now() - timedelta(days=400)
        log = self.env["channel.sync.log"].create(
            {
                "channel_id": self.channel.id,
                "created_at": moment,
                "direction": "in",
                "operation": "old",
            }
        )
        level = self.env["channel.listing.level"].create(
            {"listing_id": self.listing.id, "location_id": self.channel.location_ids.id}
        )
        entries = self.env["channel.stock.entry"].create(
            [
                {
                    "level_id": level.id,
                    "listing_id": self.listing.id,
                    "location_id": level.location_id.id,
                    "channel_id": self.channel.id,
                    "created_at": moment,
                    "rule_version": 1,
                    "quantity": quantity,
                }
                for quantity in (1, 2)
            ]
        )
        self.env.flush_all()
        self.env["channel.retention"]._run()
        self.env.invalidate_all()
        self.assertFalse(log.exists())
        self.assertEqual(entries.exists().quantity, 2)
