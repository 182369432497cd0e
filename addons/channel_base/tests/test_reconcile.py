"""Everything is compared with the channel: what differs is repaired or told."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.canonical import ListingState, Money, OrderState
from ..adapter.errors import AuthError, ProtocolError, RateLimited
from ..adapter.port import Capability
from .common import ROUNDS, ChannelCase
from .fake_adapter import FakeAdapter
from .price_case import PriceCase

LATER = timedelta(hours=1)


class ReconcileCase(ChannelCase):
    def start(self, *streams):
        """Begin runs; all when none is named."""
        worker = self.channel._as_worker()
        self.env.flush_all()
        return worker.env["channel.reconcile"]._start(worker, "person", streams or None)

    def step(self, runs):
        """The next step of each run that is under way."""
        for run in runs.filtered(lambda run: run.state == "running"):
            run._job_reconcile()
            self.env.flush_all()

    def reconcile(self, *streams):
        """Compare until all has ended, with the work that it rings for.

        :return: dict stream -> run.
        """
        runs = self.start(*streams)
        for _round in range(ROUNDS):
            self.step(runs)
            self.work()
        self.assertNotIn("running", runs.mapped("state"), runs.mapped("phase"))
        return {run.stream: run for run in runs}

    def work(self):
        """What is rung for; polls are not, so that nothing else finds what is lost."""
        self.run_jobs()

    def told(self, run):
        """(cause, outcome) of a run's lines."""
        return [(line.cause, line.outcome) for line in run.line_ids.sorted("id")]

    def bought(self, quantity=1, **values):
        """An order that the channel has, and nobody here was told of."""
        return self.market.place(self.market.line(self.offer, quantity), **values)

    def deliver(self, order, quantity=None):
        picking = order.sale_order_id.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        picking._action_done()
        self.env.cr.flush()
        return picking

    def assertEqualNow(self, *streams):
        for stream, run in self.reconcile(*streams).items():
            self.assertEqual((run.state, self.told(run)), ("equal", []), stream)


@tagged("post_install", "-at_install")
class TestOrders(ReconcileCase):
    def test_a_lost_order_comes_in(self):
        external = self.bought(2)
        run = self.reconcile("orders")["orders"]
        self.assertEqual(self.order_of(external).state, "imported")
        self.assertEqual((run.state, run.compared, run.repaired), ("equal", 1, 1))
        self.assertEqual(self.told(run), [("missing", "repaired")])
        self.assertIn("1 compared, 1 repaired", run.summary)
        self.assertEqualNow("orders")

    def test_pitfall_20_an_old_order_s_change_is_found(self):
        """A refund or cancellation of an order that was placed long ago, whose webhook
        got lost: the moment of the change counts, not that of the order."""
        old = self.market.clock() - timedelta(days=300)
        external = self.bought(2, ordered_at=old, placed_at=old)
        self.poll()
        order = self.order_of(external)
        self.assertEqual(order.state, "imported")
        self.market.later(3600)
        self.market.cancel(external.external_id)
        run = self.reconcile("orders")["orders"]
        self.assertEqual(self.told(run), [("differs", "repaired")])
        self.assertNotRegex(run.line_ids.theirs_text, r"\dT\d", "no text for people")
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_what_changed_before_the_days_is_left_alone(self):
        self.channel.reconcile_days = 5
        external = self.bought()
        long_ago = self.market.clock() - timedelta(days=9)
        self.market.change(external.external_id, updated_at=long_ago)
        run = self.reconcile("orders")["orders"]
        self.assertEqual((run.compared, run.line_ids.ids), (0, []))

    def test_an_order_that_was_paid_has_another_id(self):
        external = self.bought(paid=False)
        self.poll()
        order = self.order_of(external)
        self.market.later(3600)
        paid = self.market.pay(external.external_id)
        run = self.reconcile("orders")["orders"]
        self.assertEqual(order.external_id, paid.external_id)
        self.assertEqual((run.state, run.issue_count), ("equal", 0))

    def test_a_deleted_order_is_a_person_s(self):
        external = self.bought()
        self.poll()
        order = self.order_of(external)
        order.revised_at = order.revised_at - LATER
        del self.market.orders[external.external_id]
        with self.assertIssue("reconcile"):
            run = self.reconcile("orders")["orders"]
        self.assertEqual(self.told(run), [("gone", "issue")])
        issue = run.line_ids.issue_id
        self.assertEqual((issue.order_id, run.state), (order, "different"))
        self.assertIn("deleted", issue.message)

    def test_an_order_that_is_only_not_listed_is_no_difference(self):
        external = self.bought()
        self.poll()
        self.order_of(external).revised_at -= LATER
        order = self.market.orders[external.external_id]
        self.market.orders[external.external_id] = replace(
            order, updated_at=order.updated_at - timedelta(days=90)
        )
        self.assertEqualNow("orders")

    def test_an_order_that_cannot_be_read_is_told_once(self):
        external = self.bought()
        self.market.bad_orders[external.external_id] = ProtocolError("unheard of")
        with self.assertIssue("reconcile", count=0):
            run = self.reconcile("orders")["orders"]
        self.assertEqual(self.told(run), [("missing", "issue")])
        self.assertIn("unheard of", run.line_ids.issue_id.message)
        self.market.bad_orders.clear()
        run.action_run_again()
        again = self.env["channel.reconciliation"].search([], limit=1)
        self.assertEqual((again.state, again.origin), ("running", "person"))
        for _round in range(ROUNDS):
            self.step(again)
            self.run_jobs()
        self.assertEqual((again.state, again.repaired), ("equal", 1))

    def test_orders_of_before_the_import_are_left_alone(self):
        old = self.market.clock() - timedelta(days=10)
        self.channel.import_from = (old + LATER).replace(tzinfo=None)
        self.bought(ordered_at=old, placed_at=old)
        run = self.reconcile("orders")["orders"]
        self.assertEqual((run.state, run.line_ids.ids), ("equal", []))

    def test_nothing_is_repaired_where_nobody_wants_it(self):
        self.channel.reconcile_repair = False
        external = self.bought()
        with self.assertIssue("reconcile", count=0):
            run = self.reconcile("orders")["orders"]
        self.assertFalse(self.order_of(external))
        self.assertEqual(self.told(run), [("missing", "left")])
        self.assertEqual((run.state, run.issue_count), ("different", 1))


@tagged("post_install", "-at_install")
class TestListings(ReconcileCase):
    def change(self, offer, **values):
        self.market.listings[offer.external_id] = replace(offer, **values)

    def test_changes_are_imported_from_what_was_read(self):
        self.assertEqual(self.reconcile("listings")["listings"].repaired, 1)
        new = self.market.offer("SKU-2")
        self.change(
            self.offer,
            barcode="4001",
            title="New title",
            price=Money(Decimal("12.50"), "USD"),
        )
        self.market.calls.clear()
        run = self.reconcile("listings")["listings"]
        self.assertEqual(
            set(self.told(run)), {("differs", "repaired"), ("missing", "repaired")}
        )
        self.assertEqual(
            (self.listing.barcode, self.listing.name, self.listing.price),
            ("4001", "New title", 12.5),
        )
        self.assertEqual(self.listing.currency_id.name, "USD")
        found = self.env["channel.listing"].search(
            [("external_id", "=", new.external_id)]
        )
        self.assertEqual(found.sku, "SKU-2")
        self.assertEqual(set(self.market.calls), {"listings"})
        self.assertEqualNow("listings")

    def test_what_is_gone_is_marked(self):
        self.reconcile("listings")
        other = self.market.offer("SKU-2")
        self.reconcile("listings")
        del self.market.listings[other.external_id]
        run = self.reconcile("listings")["listings"]
        gone = self.env["channel.listing"].search(
            [("external_id", "=", other.external_id)]
        )
        self.assertEqual(gone.state, "gone")
        self.assertEqual(self.told(run), [("gone", "repaired")])
        self.assertEqualNow("listings")

    def test_what_was_only_not_listed_is_not_gone(self):
        """Lists may end early; nothing is given up before it was asked for."""
        self.reconcile("listings")
        self.listing.seen_at -= LATER
        run = self.start("listings")
        offers = dict(self.market.listings)
        self.market.listings.clear()
        self.step(run)
        self.market.listings.update(offers)
        for _round in range(5):
            self.step(run)
        self.assertEqual((run.state, self.told(run)), ("equal", []))
        self.assertEqual(self.listing.state, "active")

    def test_what_is_sold_again_is_found(self):
        self.reconcile("listings")
        self.listing._mark_gone()
        self.reconcile("listings")
        self.assertEqual(self.listing.state, "active")

    def test_a_sku_of_another_product_is_a_person_s(self):
        self.reconcile("listings")
        other = self.make_product("SKU-9")
        self.change(self.offer, sku="SKU-9")
        with self.assertIssue("reconcile"):
            run = self.reconcile("listings")["listings"]
        self.assertEqual(self.told(run), [("product", "issue")])
        self.assertEqual(self.listing.sku, "SKU-9")
        self.assertEqual(self.listing.product_id, self.product)
        issue = self.issues("reconcile")
        self.assertEqual(issue.listing_id, self.listing)
        self.listing.product_id = other
        self.assertEqualNow("listings")
        self.assertEqual(issue.state, "resolved", "by itself")

    def test_newer_knowledge_is_not_overwritten(self):
        self.reconcile("listings")
        run = self.start("listings")
        self.change(self.offer, title="Old news")
        self.step(run)
        self.change(self.offer, title="Newest")
        listings = tuple(self.market.listings.values())
        self.env["channel.listing.store"]._store(self.channel, listings)
        for _round in range(5):
            self.step(run)
        self.assertEqual(self.listing.name, "Newest")
        self.assertEqual(run.state, "equal")

    def test_a_listing_in_an_unknown_currency_is_equal(self):
        self.change(self.offer, price=Money(Decimal("1.00"), "XQZ"))
        self.reconcile("listings")
        self.assertEqualNow("listings")

    def test_states_are_compared(self):
        self.reconcile("listings")
        self.change(self.offer, state=ListingState.ARCHIVED)
        self.reconcile("listings")
        self.assertEqual(self.listing.state, "archived")


@tagged("post_install", "-at_install")
class TestFulfilments(ReconcileCase):
    def order(self, quantity=2):
        external = self.bought(quantity)
        self.poll()
        return self.order_of(external)

    def there(self, order):
        return self.market.orders[order.external_id]

    def lose(self, order):
        """The channel forgets what was shipped."""
        external = self.there(order)
        lines = tuple(replace(line, fulfilled=0) for line in external.lines)
        self.market.later(3600)
        self.market.change(order.external_id, lines=lines)
        order.shipment_ids.confirmed_at -= LATER
        self.poll()

    def test_all_told_is_equal(self):
        order = self.order()
        self.deliver(order)
        self.run_jobs()
        self.assertEqual(self.there(order).lines[0].fulfilled, 2)
        self.poll()
        self.assertEqualNow("orders", "fulfilments")

    def test_what_was_never_told_is_told(self):
        order = self.order()
        self.deliver(order)
        self.env["channel.intent"].search([("kind", "=", "shipment")]).unlink()
        self.run_jobs()
        self.assertFalse(self.market.shipments)
        run = self.reconcile("orders", "fulfilments")["fulfilments"]
        self.assertEqual(self.there(order).lines[0].fulfilled, 2)
        self.assertEqual(self.told(run), [("not_told", "repaired")])
        self.assertEqualNow("fulfilments")

    def test_what_was_taken_back_there_is_a_person_s(self):
        order = self.order()
        self.deliver(order)
        self.run_jobs()
        self.lose(order)
        calls = len(self.market.shipments)
        with self.assertIssue("reconcile"):
            run = self.reconcile("fulfilments")["fulfilments"]
        self.assertEqual(self.told(run), [("taken_back", "issue")])
        self.assertEqual(len(self.market.shipments), calls, "nobody is told twice")

    def test_what_was_shipped_there_is_told_once(self):
        order = self.order()
        external = self.there(order)
        lines = tuple(replace(line, fulfilled=1) for line in external.lines)
        self.market.later(3600)
        self.market.change(order.external_id, lines=lines)
        with self.assertIssue("reconcile", count=0):
            runs = self.reconcile("orders", "fulfilments")
        run = runs["fulfilments"]
        self.assertEqual(self.told(run), [("shipped_there", "issue")])
        self.assertEqual(run.line_ids.issue_id.kind, "conflict")

    def test_it_waits_for_the_orders(self):
        runs = self.start("orders", "fulfilments")
        fulfilments = runs.filtered(lambda run: run.stream == "fulfilments")
        self.step(fulfilments)
        self.assertEqual((fulfilments.page, fulfilments.phase), (0, "read"))

    def test_not_where_shipments_are_not_told(self):
        self.channel.shipment_flow = "shadow"
        self.assertFalse(self.start("fulfilments"))


@tagged("post_install", "-at_install")
class TestBooks(ReconcileCase):
    def order(self, quantity=2):
        external = self.bought(quantity)
        self.poll()
        mapping = self.env["channel.mapping"].search([("kind", "=", "gateway")])
        return self.order_of(external), mapping

    def setUp(self):
        super().setUp()
        _order, mapping = self.order(1)
        journal = self.env["account.journal"].create(
            {"name": "Clearing", "type": "bank", "code": "CLR"}
        )
        mapping.journal_id = journal
        self.issues("unmapped_gateway").action_resolve()
        self.run_jobs()

    def test_books_as_charged_are_equal(self):
        order, _mapping = self.order()
        self.assertEqual(order.accounting_state, "done")
        runs = self.reconcile("orders", "refunds")
        self.assertEqual(runs["refunds"].compared, 2)
        self.assertEqual(runs["refunds"].state, "equal")

    def test_a_forgotten_invoice_is_made(self):
        order, _mapping = self.order()
        invoice = order.sale_order_id.invoice_ids
        invoice.button_draft()
        invoice.button_cancel()
        order.accounting_state = "done"
        run = self.reconcile("orders", "refunds")["refunds"]
        self.assertEqual(run.repaired, 1)
        posted = order.sale_order_id.invoice_ids.filtered(lambda m: m.state == "posted")
        self.assertEqual(posted.amount_total, 20)
        self.assertEqualNow("orders", "refunds")

    def test_what_an_edit_took_off_is_not_owed(self):
        """Its total is told as it was ordered, and nothing was paid back."""
        there = self.bought(3)
        (line,) = there.lines
        paid = replace(there.payments[0].amount, amount=Decimal(20))
        self.market.change(
            there.external_id,
            edited=True,
            lines=(replace(line, cancelled=1),),
            payments=(replace(there.payments[0], amount=paid),),
        )
        self.poll()
        order = self.order_of(there)
        self.assertEqual(order.sale_order_id.invoice_ids.amount_total, 20)
        self.assertEqualNow("orders", "refunds")

    def test_what_a_person_credited_is_not_invoiced_again(self):
        order, _mapping = self.order()
        reversal = self.env["account.move.reversal"].create(
            {
                "move_ids": order.sale_order_id.invoice_ids.ids,
                "journal_id": order.sale_order_id.invoice_ids.journal_id.id,
            }
        )
        credit = self.env["account.move"].browse(reversal.reverse_moves()["res_id"])
        credit.action_post()
        with self.assertIssue("reconcile"):
            run = self.reconcile("orders", "refunds")["refunds"]
        line = run.line_ids
        self.assertEqual((line.cause, line.outcome), ("books", "issue"))
        self.assertEqual(line.ours["invoiced"], 0)
        self.assertEqual(line.theirs["invoiced"], 20)
        self.assertEqual(line.theirs_text, "Invoiced less credited: 20.00")


@tagged("post_install", "-at_install")
class TestQuantities(ReconcileCase):
    def setUp(self):
        super().setUp()
        self.env["channel.intent"]._note_channels(self.channel)
        self.run_jobs()

    def work(self):
        self.poll()

    @property
    def shown(self):
        return self.market.levels[self.offer.external_id, "main"]

    def test_what_others_set_is_set_again(self):
        self.market.levels[self.offer.external_id, "main"] = 99
        with self.assertIssue("reconcile", count=0):
            run = self.reconcile("quantities")["quantities"]
        self.assertEqual(self.shown, 10)
        self.assertEqual((run.state, run.compared, run.repaired), ("equal", 1, 1))
        self.assertEqual(self.told(run), [("quantity", "repaired")])
        self.assertEqual(run.line_ids.theirs["quantity"], 99)
        self.assertEqual(run.line_ids.ours["quantity"], 10)
        self.assertEqualNow("quantities")

    def test_equal_quantities_are_counted(self):
        run = self.reconcile("quantities")["quantities"]
        self.assertEqual((run.state, run.compared), ("equal", 1))

    def test_not_where_a_marketplace_cannot_tell(self):
        kept = FakeAdapter.capabilities - {Capability.STOCK_READ, Capability.LISTINGS}
        self.patch(FakeAdapter, "capabilities", kept)
        begun = self.start().mapped("stream")
        self.assertNotIn("quantities", begun)
        self.assertNotIn("listings", begun)
        self.assertIn("orders", begun)


@tagged("post_install", "-at_install")
class TestPrices(ReconcileCase, PriceCase):
    def setUp(self):
        super().setUp()
        self.product.list_price = 12
        self.push()

    def work(self):
        bell = ("channel.channel", self.channel.id, "_job_check_prices")
        if bell in self.bells():
            self.channel._job_check_prices()
        self.env.cr.postcommit.clear()
        self.push()

    def change(self, amount):
        self.market.asked["", self.listing.external_id] = (Decimal(amount), None)

    def test_what_others_asked_is_set_right(self):
        self.change("0.01")
        run = self.reconcile("prices")["prices"]
        self.assertEqual(self.asked()[0], Decimal("12.00"))
        self.assertEqual(self.told(run), [("price", "repaired")])
        self.assertEqual((run.state, run.repaired), ("equal", 1))
        self.assertGreaterEqual(run.compared, 1)
        self.assertIn("Price: 0.01", run.line_ids.theirs_text)
        self.assertIn("Price: 12", run.line_ids.ours_text)
        self.assertEqualNow("prices")

    def test_what_waits_for_approval_is_told_once(self):
        self.channel.price_drift = "report"
        self.push()
        self.change("7.00")
        with self.assertIssue("reconcile", count=0):
            run = self.reconcile("prices")["prices"]
        self.assertEqual(self.told(run), [("price", "issue")])
        self.assertEqual(run.line_ids.issue_id.kind, "price_fuse")
        self.assertEqual(self.asked()[0], Decimal("7.00"))


@tagged("post_install", "-at_install")
class TestRuns(ReconcileCase):
    def test_two_runs_of_one_stream_never_run_at_once(self):
        first = self.start("orders")
        self.assertFalse(self.start("orders"))
        self.channel._reconcile("person", {"orders"})
        found = self.env["channel.reconciliation"].search([])
        self.assertEqual(found, first)

    def test_pitfall_19_each_job_reads_one_part(self):
        """However long the list, no job lives long: one part each, gone on with from
        where the last one stopped."""
        for number in range(5):
            self.market.later(60 * number)
            self.bought()
        self.patch_page(2)
        run = self.start("orders")
        self.market.calls.clear()
        self.step(run)
        self.assertEqual((run.page, run.phase), (1, "compare"))
        self.assertTrue(run.position)
        self.step(run)
        self.assertEqual(run.compared, 2)
        self.assertEqual(self.market.calls["order_changes"], 1)
        self.assertIn(
            ("channel.reconciliation", run.id, "_job_reconcile"), self.bells()
        )
        for _round in range(ROUNDS):
            self.step(run)
            self.run_jobs()
        self.assertEqual((run.state, run.compared, run.repaired), ("equal", 5, 5))

    def patch_page(self, size):
        from ..services import reconcile_orders

        self.patch(reconcile_orders, "PAGE", size)

    def test_throttling_pauses_and_never_fails(self):
        run = self.start("orders")
        self.market.errors.append(RateLimited("slow down", retry_after=7))
        with self.assertRaises(RetryableJobError) as raised:
            run._job_reconcile()
        self.assertEqual(raised.exception.seconds, 7)
        self.assertTrue(raised.exception.ignore_retry)
        self.step(run)
        self.step(run)
        self.step(run)
        self.step(run)
        self.assertEqual(run.state, "equal")

    def test_a_paused_channel_goes_on_later(self):
        run = self.start("orders")
        self.channel.run_state = "paused"
        self.step(run)
        self.assertEqual((run.state, run.page), ("running", 0))
        self.env.cr.postcommit.clear()
        self.channel.action_resume()
        bell = ("channel.reconciliation", run.id, "_job_reconcile")
        self.assertIn(bell, self.bells())
        for _round in range(5):
            self.step(run)
        self.assertEqual(run.state, "equal")

    def test_refused_credentials_let_it_go_on_later(self):
        run = self.start("orders")
        self.market.errors.append(AuthError("refused"))
        self.step(run)
        self.assertEqual(run.state, "running")
        self.issues("auth").action_resolve()
        for _round in range(5):
            self.step(run)
        self.assertEqual(run.state, "equal")

    def test_an_answer_that_nobody_understands_stops_it(self):
        run = self.start("listings")
        self.market.errors.append(ProtocolError("unheard of"))
        with (
            self.assertLogs("odoo.addons.channel_base", "ERROR"),
            self.assertIssue("protocol"),
        ):
            self.step(run)
        self.assertEqual(run.state, "stopped")
        self.assertTrue(run.note)
        self.assertIn("stopped", run.summary)

    def test_the_sweeper_goes_on(self):
        run = self.start("orders")
        bells = self.env["channel.sweeper"]._bells(self.channel)
        self.assertIn((run, "_job_reconcile"), bells)
        self.channel.order_flow = "off"
        bells = self.env["channel.sweeper"]._bells(self.channel)
        self.assertNotIn((run, "_job_reconcile"), bells)

    def test_each_night(self):
        self.env["channel.channel"]._cron_reconcile()
        runs = self.env["channel.reconciliation"].search([])
        self.assertEqual(
            sorted(runs.mapped("stream")),
            ["fulfilments", "listings", "orders", "quantities", "refunds"],
        )
        self.assertEqual(set(runs.mapped("origin")), {"night"})
        runs.unlink()
        self.channel.reconcile_nightly = False
        self.env["channel.channel"]._cron_reconcile()
        self.assertFalse(self.env["channel.reconciliation"].search([]))

    def test_people_begin_and_stop(self):
        action = self.channel.action_reconcile()
        self.assertEqual(action["res_model"], "channel.reconciliation")
        run = self.env["channel.reconciliation"].search([("stream", "=", "orders")])
        self.bought()
        self.step(run)
        run.action_stop()
        self.assertEqual(run.state, "stopped")
        self.assertFalse(self.env["channel.reconciliation.seen"].search([]))
        with self.assertRaises(UserError):
            run.action_stop()
        run.action_run_again()
        again = self.channel.reconciliation_ids.filtered(
            lambda one: one.stream == "orders"
        )
        self.assertEqual((again.state, again.origin), ("running", "person"))
        self.assertNotEqual(again, run)

    def test_nothing_is_kept_of_what_was_read(self):
        self.bought()
        self.reconcile("orders", "listings")
        self.assertFalse(self.env["channel.reconciliation.seen"].search([]))

    def test_old_reports_are_forgotten(self):
        old = [self.reconcile("orders")["orders"] for _number in range(3)]
        days = self.channel.report_days
        self.env.cr.execute(
            "UPDATE channel_reconciliation SET ended_at = ended_at - %s * interval"
            " '1 day'",
            [days + 1],
        )
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1)
        self.env["channel.retention"]._run()
        self.assertFalse((old[0] | old[1]).exists())
        self.assertTrue(old[2].exists(), "the last one")

    def test_the_number_of_queries_does_not_depend_on_the_catalogue(self):
        def queries(size):
            while len(self.market.listings) < size:
                self.market.offer(f"MANY-{len(self.market.listings)}")
            self.reconcile("listings")
            for offer in list(self.market.listings.values()):
                changed = replace(offer, title=f"{offer.title} again")
                self.market.listings[offer.external_id] = changed
            run = self.start("listings")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.step(run)
            self.step(run)
            return self.env.cr.sql_log_count - before

        queries(5)
        few = queries(10)
        self.assertLessEqual(queries(60), few)

    def test_cancelled_state_is_compared(self):
        """Were a channel to change an order without saying when, its state would still
        tell; the marketplace in memory says moments only."""
        external = self.bought()
        self.poll()
        order = self.order_of(external)
        run = self.start("orders")
        moment = order.revised_at.isoformat()
        changed = {"state": OrderState.CANCELLED.value, "updated_at": moment}
        run.page = 1
        self.env["channel.reconcile.orders"]._stage(run, {order.external_id: changed})
        run.phase = "compare"
        self.step(run)
        self.assertEqual(run.line_ids.theirs, {"state": "cancelled"})
        self.assertEqual(run.line_ids.ours, {"state": "open"})
