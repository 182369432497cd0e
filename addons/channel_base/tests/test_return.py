"""Requests of buyers: rules, people's decisions, and what the channel hears of them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..adapter.canonical import (
    DeclineReason,
    Discount,
    ExchangeLine,
    Money,
    Parcel,
    Resolution,
    ReturnState,
)
from ..adapter.errors import RejectedError
from ..adapter.webhook import Resource
from .return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnDecision(ReturnCase):
    def test_a_request_without_rules_waits_for_a_person(self):
        external, order = self.sold()
        until = (self.market.clock() + timedelta(days=2)).replace(microsecond=0)
        row = self.ask(external, answer_until=until)
        self.assertEqual((row.state, row.order_id), ("requested", order))
        issue = self.issues("return_decision")
        self.assertEqual(issue.channel_return_id, row)
        self.assertEqual(issue.deadline, until.replace(tzinfo=None))
        self.assertIn("No rule fits: 0 days since delivery", row.rule_text)
        self.assertEqual(row.line_ids.reason_id.external_name, "Regret")
        self.assertFalse(row.picking_ids)

    def test_a_person_approves(self):
        external, _order = self.sold()
        row = self.ask(external)
        row.action_approve()
        self.run_jobs()
        self.assertIs(self.there(row).state, ReturnState.OPEN)
        self.assertEqual((row.state, row.decided_by), ("receiving", "person"))
        self.assertFalse(self.issues())

    def test_a_person_declines(self):
        external, _order = self.sold()
        row = self.ask(external)
        wizard = self.env["channel.return.decline"].create(
            {
                "return_ids": [(6, 0, row.ids)],
                "reason": "final_sale",
                "note": "Worn.",
            }
        )
        wizard.action_decline()
        self.run_jobs()
        there = self.there(row)
        self.assertIs(there.state, ReturnState.DECLINED)
        self.assertIs(there.decline_reason, DeclineReason.FINAL_SALE)
        self.assertEqual(there.decline_note, "Worn.")
        self.assertEqual((row.state, row.external_state), ("declined", "declined"))
        self.assertFalse(row.picking_ids)
        self.assertFalse(self.issues())

    def test_what_is_decided_there_is_not_decided_here(self):
        external, _order = self.sold()
        row = self.agreed(external)
        self.assertEqual((row.decision, row.decided_by), ("approve", "channel"))
        with self.assertRaises(UserError):
            row.action_approve()

    def test_the_channel_has_the_last_word(self):
        external, _order = self.sold()
        self.channel.return_flow = "shadow"
        row = self.ask(external)
        row._decide("decline", self.env.user, "other")
        self.market.change_return(row.external_id, state=ReturnState.OPEN)
        self.channel.return_flow = "on"
        self.poll_returns()
        self.assertEqual((row.decision, row.decided_by), ("approve", "channel"))
        self.assertEqual(row.state, "receiving")

    def test_told_once_and_what_is_known_there_is_done(self):
        external, _order = self.sold()
        self.add_rule()
        row = self.ask(external)
        calls = self.market.calls["push_returns"]
        for _time in range(2):
            self.market.change_return(row.external_id, name="again")
            self.poll_returns()
        self.assertEqual(self.market.calls["push_returns"], calls)
        self.assertFalse(row.push_state)

    def test_a_refused_decision_is_an_issue_and_is_sent_again(self):
        external, _order = self.sold()
        row = self.ask(external)
        self.market.errors.append(RejectedError("Not today.", code="NOT_TODAY"))
        row.action_approve()
        self.run_jobs()
        self.assertEqual(row.push_state, "rejected")
        issue = self.issues("return_rejected")
        self.assertIn("Not today.", issue.message)
        issue.action_resolve()
        self.run_jobs()
        self.assertIs(self.there(row).state, ReturnState.OPEN)
        self.assertFalse(self.issues())

    def test_in_shadow_nothing_is_decided_nor_received(self):
        self.channel.return_flow = "shadow"
        self.add_rule()
        external, _order = self.sold()
        asked, open_ = self.ask(external), self.agreed(external)
        self.assertIn("Approve", asked.rule_text)
        self.assertEqual((asked.state, asked.decision), ("requested", False))
        self.assertFalse((asked | open_).picking_ids)
        self.assertFalse(self.market.calls["push_returns"])
        self.channel.return_flow = "on"
        self.run_jobs()
        self.assertEqual(asked.state, "receiving")
        self.assertTrue(open_.picking_ids)

    def test_without_rights_nothing_is_asked(self):
        self.channel.env["channel.issue"]._report(
            self.channel, "config", "rights:return", "No rights."
        )
        self.channel._job_poll_returns()
        self.assertFalse(self.market.calls["return_changes"])

    def test_off_leaves_returns_in_the_inbox(self):
        self.channel.return_flow = "off"
        external, _order = self.sold()
        found = self.market.send_back((external.lines[0], 1, "regret"))
        self.env["channel.event"]._ask(
            self.channel, [found.external_id], Resource.RETURN
        )
        self.channel._job_fetch()
        self.assertFalse(self.row_of(found))
        self.channel.return_flow = "on"
        self.run_jobs()
        self.assertTrue(self.row_of(found))

    def test_the_same_state_again_changes_nothing(self):
        external, _order = self.sold()
        row = self.agreed(external)
        fetched, applied = row.fetched_at, row.applied_at
        row.action_fetch()
        self.run_jobs()
        self.assertEqual((row.fetched_at, row.applied_at), (fetched, applied))
        self.assertEqual(len(row.picking_ids), 1)

    def test_an_older_state_is_not_taken(self):
        external, _order = self.sold()
        row = self.agreed(external)
        stale = replace(
            self.there(row),
            state=ReturnState.REQUESTED,
            updated_at=self.there(row).updated_at - timedelta(hours=1),
        )
        worker = self.channel._as_worker()
        worker.env["channel.return.store"]._store(worker, (stale,))
        self.assertEqual(row.external_state, "open")

    def test_tracking_of_the_parcel_is_shown(self):
        external, _order = self.sold()
        row = self.agreed(external, parcels=(Parcel(tracking_number="BACK-1"),))
        self.assertEqual(row.tracking, "BACK-1")


@tagged("post_install", "-at_install")
class TestReturnRules(ReturnCase):
    def test_within_days_and_value(self):
        rule = self.add_rule(within_days=30, value_up_to=15)
        external, _order = self.sold()
        row = self.ask(external)
        self.assertEqual((row.rule_id, row.decided_by), (rule, "rule"))
        self.assertIn("worth 10.00 USD", row.rule_text)
        self.assertIs(self.there(row).state, ReturnState.OPEN)

    def test_above_the_value_a_person_decides(self):
        self.add_rule(value_up_to=15)
        external, _order = self.sold()
        row = self.ask(external, quantity=2)
        self.assertEqual(row.state, "requested")
        self.assertTrue(self.issues("return_decision"))

    def test_discounts_lower_the_value(self):
        self.add_rule(value_up_to=6)
        sale = Discount(title="Sale", amount=Money(Decimal(8), "USD"))
        line = self.market.line(self.offer, 2, discounts=(sale,))
        external = self.market.place(line, total=Money(Decimal(12), "USD"))
        self.poll()
        self.deliver(self.order_of(external))
        self.assertEqual(self.ask(external).decision, "approve")
        dear, _order = self.sold()
        self.assertEqual(self.ask(dear).state, "requested")

    def test_too_late_is_declined_by_the_next_rule(self):
        self.add_rule(within_days=30, sequence=1)
        late = self.add_rule(
            "decline", sequence=2, decline_reason="period_ended", decline_note="Late."
        )
        external, order = self.sold()
        order.sale_order_id.picking_ids.date_done -= timedelta(days=40)
        row = self.ask(external)
        self.assertEqual((row.state, row.rule_id), ("declined", late))
        self.assertIs(self.there(row).decline_reason, DeclineReason.PERIOD_ENDED)
        self.assertEqual(self.there(row).decline_note, "Late.")

    def test_not_delivered_does_not_fit_days(self):
        self.add_rule(within_days=30)
        external, _order = self.sell()
        self.assertEqual(self.ask(external).state, "requested")

    def test_reasons(self):
        external, _order = self.sold()
        first = self.ask(external, reason="broken")
        self.add_rule(reason_ids=[(6, 0, first.line_ids.reason_id.ids)])
        self.assertEqual(self.ask(external, reason="regret").state, "requested")
        self.assertEqual(self.ask(external, reason="broken").decision, "approve")

    def test_products_and_categories(self):
        parent = self.env["product.category"].create({"name": "Clothes"})
        child = parent.create({"name": "Shirts", "parent_id": parent.id})
        rule = self.add_rule(category_ids=[(6, 0, parent.ids)])
        external, _order = self.sold()
        self.assertEqual(self.ask(external).state, "requested")
        self.product.categ_id = child
        self.assertEqual(self.ask(external).rule_id, rule)

    def test_a_rule_leaves_it_to_people(self):
        rule = self.add_rule("escalate", sequence=1)
        self.add_rule("approve", sequence=2)
        external, _order = self.sold()
        row = self.ask(external)
        self.assertEqual((row.state, row.rule_id), ("requested", rule))


@tagged("post_install", "-at_install")
class TestReturnOrder(ReturnCase):
    """Whatever comes first."""

    def test_return_before_its_order(self):
        external = self.market.place(self.market.line(self.offer, 2))
        found = self.market.send_back(
            (external.lines[0], 1, "regret"), state=ReturnState.OPEN
        )
        self.poll_returns()
        row = self.row_of(found)
        self.assertFalse(row.order_id)
        self.assertTrue(self.issues("return_unmatched"))
        self.poll()
        order = self.order_of(external)
        self.assertEqual((row.order_id, row.state), (order, "approved"))
        self.assertFalse(self.issues())
        self.deliver(order)
        self.assertEqual(row.state, "receiving")

    def test_return_of_an_order_that_was_renamed(self):
        external = self.market.place(self.market.line(self.offer, 2), paid=False)
        self.channel.import_payment = "any"
        self.poll()
        found = self.market.send_back(
            (external.lines[0], 1, "regret"), order=external.external_id
        )
        self.market.pay(external.external_id)
        self.poll()
        self.poll_returns()
        self.assertTrue(self.row_of(found).order_id)

    def test_returns_of_orders_from_before_are_left_alone(self):
        external = self.market.place(self.market.line(self.offer, 2))
        found = self.market.send_back((external.lines[0], 1, "regret"))
        moment = found.requested_at + timedelta(hours=1)
        self.channel.import_from = moment.replace(tzinfo=None)
        worker = self.channel._as_worker()
        worker.env["channel.return.store"]._store(worker, (found,))
        self.assertFalse(self.row_of(found))

    def test_cancelled_there_takes_the_transfer_back(self):
        external, _order = self.sold()
        row = self.agreed(external)
        self.market.change_return(row.external_id, state=ReturnState.CANCELLED)
        self.poll_returns()
        self.assertEqual(row.state, "cancelled")
        self.assertEqual(row.picking_ids.state, "cancel")
        self.assertFalse(self.issues())

    def test_exchange_is_linked_and_ends_the_return(self):
        external, order = self.sold(2)
        row = self.agreed(
            external,
            resolution=Resolution.EXCHANGE,
            exchanges=(
                ExchangeLine(external_id="x1", quantity=1, sku="SKU-1", title="Mug"),
            ),
        )
        self.assertEqual(row.exchange_ids.title, "Mug")
        self.inspect(row)
        self.assertEqual(row.state, "inspected")
        line = order.line_ids
        self.market.change_return(
            row.external_id,
            exchanges=(
                ExchangeLine(
                    external_id="x1",
                    quantity=1,
                    processed=1,
                    lines=(line.external_id,),
                ),
            ),
        )
        self.poll_returns()
        self.assertEqual(row.exchange_ids.line_ids, line)
        self.assertEqual(row.state, "done")
        self.assertIs(self.there(row).state, ReturnState.CLOSED)

    def test_the_story_of_the_order_tells_of_it(self):
        external, order = self.sold()
        row = self.ask(external)
        self.assertIn(f"return {row.name}, requested", order._story())
        action = order.sale_order_id.action_open_channel_returns()
        self.assertEqual(action["res_model"], "channel.return")
