"""What only real transactions show: each test commits, and cleans up behind itself."""

from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from .fake_adapter import FakeAdapter
from .stock_case import CompareAdapter, CompareProvider


class Killed(BaseException):
    """The process dies: nothing catches it."""


@tagged("post_install", "-at_install")
class TestStockConcurrency(CompareProvider, BaseCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            cls.env = api.Environment(cr, SUPERUSER_ID, {})
            super().setUpClass()
            cls.warehouse = cls.env["stock.warehouse"].search([], limit=1)
            cls.channel_id = cls.make_compare_channel("cas-parallel").id
            cls.product_id = (
                cls.env["product.product"]
                .create({"name": "Parallel", "is_storable": True})
                .id
            )
            cls.make_catalogue()
        del cls.env
        cls.addClassCleanup(cls.clean)

    @classmethod
    def make_catalogue(cls):
        market = FakeAdapter.markets["cas-parallel"]
        offer = market.offer("PARALLEL", 10)
        cls.name = (offer.external_id, "main")
        cls.env["channel.listing"].create(
            {
                "channel_id": cls.channel_id,
                "external_id": offer.external_id,
                "name": offer.title,
                "product_id": cls.product_id,
            }
        )

    @classmethod
    def clean(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["channel.channel"].browse(cls.channel_id).unlink()
            cr.execute(
                "DELETE FROM stock_quant WHERE product_id = %s", [cls.product_id]
            )
            cr.execute("DELETE FROM stock_move WHERE product_id = %s", [cls.product_id])
            env["product.product"].browse(cls.product_id).unlink()
            cr.execute("DELETE FROM queue_job WHERE identity_key LIKE 'channel.%'")
            cr.execute("DELETE FROM channel_intent")
            key = [("key", "=", "channel_base.identity")]
            env["ir.config_parameter"].search(key).unlink()

    def setUp(self):
        super().setUp()
        self.market = FakeAdapter.markets["cas-parallel"]
        self.market.levels[self.name] = 10
        self.market.keys.clear()
        self.market.stock_calls.clear()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cr.execute("DELETE FROM channel_push_batch")
            cr.execute("DELETE FROM channel_listing_level")
            cr.execute("DELETE FROM channel_intent")
            self.set_stock(env, 10)
        for _round in range(3):  # levels are made, read, and equal
            self.prepare()
            self.send_all()

    def transaction(self):
        """:return: an environment in a transaction of its own, closed after the
        test."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})

    def set_stock(self, env, quantity):
        env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": self.product_id,
                "location_id": self.warehouse.with_env(env).lot_stock_id.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def prepare(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})[
                "channel.listing.level"
            ]._job_prepare()

    def batches(self, env, *states):
        return env["channel.push.batch"].search(
            [("channel_id", "=", self.channel_id), ("state", "in", states)], order="id"
        )

    def send_all(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for batch in self.batches(env, "pending", "sent"):
                batch._job_send()

    def work(self):
        for _round in range(4):
            self.prepare()
            self.send_all()

    def changed(self, quantity):
        with self.registry.cursor() as cr:
            self.set_stock(api.Environment(cr, SUPERUSER_ID, {}), quantity)

    # --- preparing --------------------------------------------------------------------

    def test_a_change_during_the_run_is_not_lost(self):
        """The run's snapshot does not have it, so it must not take its intent
        either."""
        self.changed(8)
        run = self.transaction()
        run["channel.listing.level"]._job_prepare()
        self.changed(5)
        run.cr.commit()
        self.send_all()
        self.assertEqual(self.market.levels[self.name], 8)
        self.work()
        self.assertEqual(self.market.levels[self.name], 5)

    def test_a_change_that_commits_late_is_not_lost(self):
        """Its transaction began before the run and found its job waiting (pitfall of
        connectors that look for a waiting job in their own snapshot)."""
        change = self.transaction()
        self.set_stock(change, 4)
        change.cr.flush()
        self.work()
        self.assertEqual(self.market.levels[self.name], 10)
        change.cr.commit()
        self.work()
        self.assertEqual(self.market.levels[self.name], 4)

    def test_two_runs_at_once_send_once(self):
        self.changed(7)
        first, second = self.transaction(), self.transaction()
        second.cr.execute(
            "SELECT 1"
        )  # its snapshot is from before the first one's commit
        first["channel.listing.level"]._job_prepare()
        first.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(OperationalError):
            second["channel.listing.level"]._job_prepare()
        second.cr.rollback()
        self.work()
        self.assertEqual(len(self.market.stock_calls), 1)

    # --- sending ----------------------------------------------------------------------

    def test_killed_after_the_effect(self):
        """The process dies between the call and the commit: same rows, same key."""
        self.changed(7)
        self.prepare()
        original = CompareAdapter.push_stock

        def push_and_die(adapter, key, targets):
            original(adapter, key, targets)
            raise Killed

        sender = self.transaction()
        with (
            patch.object(CompareAdapter, "push_stock", push_and_die),
            self.assertRaises(Killed),
        ):
            self.batches(sender, "pending")._job_send()
        sender.cr.rollback()
        self.age()
        self.changed(3)
        self.prepare()  # may not replace what may have been sent
        self.send_all()
        self.assertEqual(len(set(self.market.keys)), 1)
        self.assertEqual([call[0][3] for call in self.market.stock_calls], [7, 7])
        self.work()
        self.assertEqual(self.market.levels[self.name], 3)

    def age(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "UPDATE channel_push_batch SET create_date = create_date - interval '1 "
                "minute'"
            )

    def test_never_begun_is_replaced(self):
        self.changed(7)
        self.prepare()
        self.age()
        self.changed(3)
        self.work()
        self.assertEqual([call[0][3] for call in self.market.stock_calls], [3])

    def test_what_is_being_sent_is_not_replaced(self):
        self.changed(7)
        self.prepare()
        self.age()
        self.changed(3)
        sender = self.transaction()
        original = CompareAdapter.push_stock

        def push_while_preparing(adapter, key, targets):
            self.prepare()
            return original(adapter, key, targets)

        with patch.object(CompareAdapter, "push_stock", push_while_preparing):
            self.batches(sender, "pending")._job_send()
        sender.cr.commit()
        self.work()
        self.assertEqual([call[0][3] for call in self.market.stock_calls], [7, 3])

    def test_one_sender_per_channel(self):
        self.changed(7)
        self.prepare()
        first, second = self.transaction(), self.transaction()
        first["channel.cursor"]._lock(
            first["channel.channel"].browse(self.channel_id), "push.stock"
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(RetryableJobError) as caught:
            self.batches(second, "pending")._job_send()
        self.assertTrue(caught.exception.ignore_retry)
        self.assertEqual(self.market.stock_calls, [])

    def test_a_batch_sent_meanwhile_is_not_sent_again(self):
        """A second job for the batch, whose snapshot still shows it as pending."""
        self.changed(7)
        self.prepare()
        late = self.transaction()
        batch = self.batches(late, "pending")
        self.send_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(RetryableJobError):
            batch._job_send()
        self.assertEqual(len(self.market.stock_calls), 1)

    def test_put_in_shadow_while_a_sender_begins(self):
        """The sender's own snapshot is older than the switch."""
        self.changed(7)
        self.prepare()
        sender = self.transaction()
        batch = self.batches(sender, "pending")
        self.switch("shadow")
        self.addCleanup(self.switch, "on")
        batch._job_send()
        self.assertEqual(batch.state, "superseded")
        sender.cr.commit()
        self.work()
        self.assertEqual(self.market.stock_calls, [])

    def switch(self, mode):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["channel.channel"].browse(self.channel_id).stock_flow = mode

    # --- hooks ------------------------------------------------------------------------

    def test_intent_and_change_commit_together(self):
        change = self.transaction()
        self.set_stock(change, 6)
        change.cr.rollback()
        env = self.transaction()
        self.assertFalse(env["channel.intent"].search([]))
        self.changed(6)
        env = self.transaction()
        self.assertEqual(
            env["channel.intent"].search([]).product_id.id, self.product_id
        )
        waiting = env["queue.job"].search(
            [("method_name", "=", "_job_prepare"), ("state", "=", "pending")]
        )
        self.assertEqual(len(waiting), 1)
