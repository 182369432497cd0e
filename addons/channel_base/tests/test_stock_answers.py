from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..adapter.errors import RejectedError, TransientError
from ..adapter.port import Capability
from .fake_adapter import FakeAdapter
from .flow_case import FlowCase
from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockAnswers(FlowCase):
    """What channels answer to quantities, or do not."""

    def test_all_or_nothing_answers(self):
        """Stale rows stay behind, the others go at once under a new key."""
        second = self.make_offer(
            self.channel, self.make_product("SECOND", quantity=4), 4
        )
        self.push()
        self.set_stock(self.product, 9)
        self.set_stock(second.product_id, 3)
        self.market.levels[self.listing.stock_key, "main"] = 12
        self.push()
        self.assertEqual([sorted(call) for call in self.calls()], [[3, 9], [3, 9]])
        self.assertEqual(len(set(self.market.keys)), 2)
        self.assertEqual((self.shown(self.listing), self.shown(second)), (9, 3))
        again, first = self.batches("done")
        self.assertEqual(again.parent_id, first)

    def test_stale_again_and_again_is_read_first(self):
        """After two stale rounds the rest is read before it is sent again."""
        second = self.make_offer(
            self.channel, self.make_product("SECOND", quantity=4), 4
        )
        self.push()
        self.set_stock(self.product, 9)
        self.set_stock(second.product_id, 3)
        reads = self.market.calls["stock_levels"]
        for shown in (12, 13, 14):
            self.prepare()
            self.market.levels[self.listing.stock_key, "main"] = shown
            self._step_send()
        self.assertEqual(len(self.calls()), 3)
        self.push()
        self.assertEqual(self.market.calls["stock_levels"], reads + 1)
        self.assertEqual((self.shown(self.listing), self.shown(second)), (9, 3))

    def test_rejected_row_waits_for_a_person(self):
        second = self.make_offer(
            self.channel, self.make_product("SECOND", quantity=4), 4
        )
        self.push()
        self.market.refused.add(second.stock_key)
        self.set_stock(self.product, 9)
        self.set_stock(second.product_id, 3)
        with self.assertIssue("push_rejected"):
            self.push()
        issue = self.issues("push_rejected")
        self.assertEqual(issue.listing_id, second)
        self.assertEqual(self.shown(self.listing), 9, "the others go on")
        self.set_stock(second.product_id, 2)
        before = len(self.calls())
        self.push()
        self.assertEqual(len(self.calls()), before, "not before a person has looked")
        self.market.refused.clear()
        issue.action_resolve()
        self.push()
        self.assertEqual(self.shown(second), 2)

    def test_what_is_gone_is_not_refused_any_more(self):
        """The answer to a call that was under way when the listing went."""
        self.push()
        self.market.refused.add(self.listing.stock_key)
        self.set_stock(self.product, 9)
        self.prepare()
        self._step_send()
        item = self.level.batch_id.item_ids
        self.assertEqual(item.status, "rejected")
        self.listing._mark_gone()
        self.prepare()
        self.assertFalse(self.issues("push_rejected"))

    def test_refused_call(self):
        self.push()
        self.set_stock(self.product, 9)
        self.market.errors = [RejectedError("no", code="NO")]
        with self.assertIssue("push_rejected"):
            self.push()
        self.assertEqual(self.batches("rejected").item_ids.code, "NO")

    def test_same_key_after_a_lost_answer(self):
        """The call had its effect and the answer was lost: the same rows, the same
        key."""
        self.push()
        self.set_stock(self.product, 9)
        self.prepare()
        batch = self.batches("pending")
        self.market.lost_answers = [TransientError("no answer")]
        self.send_in_vain(batch)
        self.assertEqual(self.shown(self.listing), 9)
        self.assertEqual(batch.state, "pending")
        self.assertEqual(len(batch.attempt_ids), 1)
        self.set_stock(self.product, 5)
        self.prepare()
        self.assertEqual(
            batch.state, "pending", "it may have been sent: it keeps its key"
        )
        batch._job_send()
        self.assertEqual(self.market.keys, [batch.key] * 2)
        self.push()
        self.assertEqual(self.shown(self.listing), 5)

    def test_replaced_before_anyone_began(self):
        self.push()
        self.set_stock(self.product, 9)
        self.prepare()
        batch = self.batches("pending")
        self.set_stock(self.product, 5)
        self.prepare()
        self.assertEqual(batch.state, "pending", "young batches are on their way")
        self.age(batch, 20)
        self.touch(self.product)
        self.prepare()
        self.assertEqual(batch.state, "superseded")
        self.assertTrue(self.level.entry_ids[-1].shadow, "it was never sent")
        batch._job_send()
        self.push()
        self.assertEqual(self.calls(), [[5]])
        self.assertFalse(self.level.entry_ids[0].shadow)

    def age(self, batch, seconds):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE channel_push_batch SET create_date = create_date"
            " - make_interval(secs => %s) WHERE id = %s",
            [seconds, batch.id],
        )
        batch.invalidate_recordset()

    def test_old_quantities_are_not_sent(self):
        """What waited in a paused channel is computed again, not sent."""
        self.push()
        self.set_stock(self.product, 9)
        self.prepare()
        batch = self.batches("pending")
        self.age(batch, 3600)
        batch._job_send()
        self.assertEqual(batch.state, "superseded")
        self.assertEqual(self.calls(), [])
        self.push()
        self.assertEqual(self.shown(self.listing), 9)

    def test_forgotten_answers_are_asked_for_again(self):
        self.push()
        self.set_stock(self.product, 9)
        self.prepare()
        batch = self.batches("pending")
        original = type(self.channel._adapter()).push_stock
        with patch.object(
            type(self.channel._adapter()), "push_stock", _forget(original)
        ):
            batch._job_send()
        self.assertEqual(batch.state, "sent")
        batch._job_send()
        self.assertEqual(batch.state, "done")
        self.assertEqual(self.market.keys, [batch.key] * 2)

    def test_one_name_once_in_a_call(self):
        """Two listings of one stock item are never in one call."""
        twin = self.make_offer(self.channel, self.product, 10)
        twin.stock_key = self.listing.stock_key
        self.push()
        self.set_stock(self.product, 8)
        self.push()
        self.assertEqual(self.calls(), [[8], [8]])

    def test_calls_are_full(self):
        for number in range(6):
            self.make_offer(
                self.channel, self.make_product(f"C-{number}", quantity=4), 0
            )
        self.push()
        self.assertEqual([len(call) for call in self.calls()], [5, 1])

    def test_batches_are_sent_one_after_the_other(self):
        """One bell for the first; each that is sent rings for the next."""
        for number in range(11):
            self.make_offer(self.channel, self.make_product(f"C-{number}", quantity=4))
        self.push()
        for number in range(11):
            self.set_stock(
                self.env["product.product"].search(
                    [("default_code", "=", f"C-{number}")]
                ),
                3,
            )
        self.env.cr.postcommit.data.clear()
        self.env.cr.postcommit.clear()
        self.prepare()
        batches = self.batches("pending").sorted("id")
        self.assertEqual(len(batches), 3)
        for batch, following in zip(batches, batches[1:], strict=False):
            self.assertEqual(self.send_bells(), {batch.id})
            self.env.cr.postcommit.clear()
            batch._job_send()
            self.assertEqual(self.send_bells(), {following.id})

    def send_bells(self):
        return {record_id for _m, record_id, job in self.bells() if job == "_job_send"}


def _forget(original):
    def push_stock(adapter, key, targets):
        answer = original(adapter, key, targets)
        return type(answer)(results=())

    return push_stock


@tagged("post_install", "-at_install")
class TestStockFlowLater(StockCase):
    """The same with a marketplace that compares nothing and answers by tickets."""

    def test_answers_by_ticket(self):
        self.market.ticket_delay = 3
        self.push()
        self.set_stock(self.product, 7)
        self.prepare()
        batch = self.env["channel.push.batch"].search([("state", "=", "pending")])
        batch._job_send()
        self.assertEqual((batch.state, bool(batch.ticket)), ("sent", True))
        self.assertEqual(batch.item_ids.status, "pending")
        for _look in range(2):
            batch._job_send()
            self.assertEqual(batch.state, "sent")
        batch._job_send()
        self.assertEqual(batch.state, "done")
        self.push()
        self.assertEqual(self.listing.level_ids.confirmed, 7)
        self.assertEqual(len(self.market.stock_calls), 1)

    def test_answers_are_asked_for_in_shadow_too(self):
        """The call was made: what came of it is known before and after."""
        self.push()
        self.set_stock(self.product, 6)
        self.prepare()
        batch = self.env["channel.push.batch"].search([("state", "=", "pending")])
        batch._job_send()
        self.assertEqual(batch.state, "sent")
        self.channel.stock_flow = "off"
        batch._job_send()
        self.assertEqual(batch.state, "sent")
        self.channel.stock_flow = "shadow"
        batch._job_send()
        self.assertEqual(batch.state, "done")
        self.push()
        self.assertEqual(self.listing.level_ids.confirmed, 6)

    def test_sale_between_call_and_answer(self):
        """Without compare-and-set the answer's moment counts: a sale in between is told
        again rather than forgotten."""
        self.push()
        self.set_stock(self.product, 7)
        self.push()
        line = self.fetch_line(self.listing, 1)
        line.order_id.placed_at = self.listing.level_ids.confirmed_at - timedelta(
            seconds=5
        )
        self.touch(self.product)
        self.push()
        self.assertEqual(self.shown(self.listing), 6)

    def test_what_cannot_be_read_is_sent_at_once(self):
        capabilities = FakeAdapter.capabilities - {Capability.STOCK_READ}
        with patch.object(FakeAdapter, "capabilities", capabilities):
            self.push()
            self.assertEqual(self.market.calls["stock_levels"], 0)
            self.assertEqual(self.shown(self.listing), 10)
            self.channel._job_check_drift()
            self.push()
            self.assertEqual(len(self.market.stock_calls), 1)

    def test_archived_products_are_shown_as_they_are(self):
        self.push()
        self.product.active = False
        self.set_stock(self.product, 2)
        self.push()
        self.assertEqual(self.shown(self.listing), 2)

    def test_unknown_offer_is_refused(self):
        self.market.levels.pop((self.offer.external_id, "main"))
        with self.assertIssue("push_rejected"):
            self.push()
        self.assertEqual(self.issues("push_rejected").detail, "UNKNOWN_OFFER")

    def test_the_whole_way(self):
        self.push()
        self.read_orders(self.channel, "2000-01-01 00:00:00")
        self.market.place(self.market.line(self.offer, 2))
        self.poll()
        self.assertEqual(self.shown(self.listing), 8)
        self.assertEqual(self.listing.level_ids.target, 8)
