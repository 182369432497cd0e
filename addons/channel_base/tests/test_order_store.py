"""What a fetch leaves behind, whatever the order of arrival."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo.tests import new_test_user

from ..adapter.canonical import (
    FulfilmentState,
    Hold,
    LineKind,
    Money,
    OrderState,
    PaymentState,
    Refund,
    RiskLevel,
)
from ..adapter.errors import DataError, ProtocolError
from ..adapter.port import OrderRead
from .order_case import OrderCase
from .order_factory import BORN


class TestOrderStore(OrderCase):
    def _read(self, *reads):
        channel = self.channel._as_worker()
        return channel.env["channel.order"]._store_reads(channel, reads)

    # --- arrival ----------------------------------------------------------------------

    def test_newest_state_wins_whatever_the_order_of_arrival(self):
        first = self.simple(quantity=2)
        second = self.later(first, note="second")
        third = self.later(second, note="third")
        for arrival in (
            (first, third, second),
            (third, second, first),
            (second, first, third),
        ):
            rows = self.env["channel.order"]
            for order in arrival:
                rows = self.store(order)
            self.assertEqual(rows.note, "third")
            rows.line_ids.unlink()
            rows.unlink()

    def test_same_state_again_changes_nothing(self):
        order = self.simple()
        row = self.store(order)
        row.fetched_at = "2026-01-01 00:00:00"
        self.assertFalse(self._read(OrderRead(order.external_id, order=order)))
        self.assertEqual(str(row.fetched_at), "2026-01-01 00:00:00")

    def test_states_within_one_second_are_told_apart(self):
        order = self.simple()
        moment = order.updated_at.replace(microsecond=900_000)
        self.store(replace(order, updated_at=moment, note="late"))
        row = self.store(
            replace(order, updated_at=moment.replace(microsecond=1), note="early")
        )
        self.assertEqual(row.note, "late")

    def test_one_read_of_several_states_keeps_the_newest(self):
        order = self.simple()
        later = self.later(order, note="later")
        self._read(
            OrderRead(order.external_id, order=later),
            OrderRead(order.external_id, order=order),
        )
        self.assertEqual(self.order_of(order).note, "later")

    def test_line_ids_decide_when_the_order_id_changes(self):
        order = self.simple(state=OrderState.PENDING)
        row = self.store(order)
        renamed = self.later(order, external_id="another-id", state=OrderState.OPEN)
        self.assertEqual(self.store(renamed), row)
        self.assertEqual(row.external_id, "another-id")
        self.assertEqual(row.state, "new")
        self.assertEqual(len(row.line_ids), 1)

    def test_older_orders_than_wanted_are_left_alone(self):
        order = self.simple()
        self.channel.import_from = (order.ordered_at + timedelta(days=1)).replace(
            tzinfo=None
        )
        self.assertFalse(self.store(order))

    def test_orders_dated_back_count_from_when_they_were_entered(self):
        """Apps date orders back; their units are taken off when they are entered."""
        order = self.simple()
        start = order.ordered_at + timedelta(days=1)
        self.channel.import_from = start.replace(tzinfo=None)
        entered = replace(order, placed_at=start + timedelta(hours=1))
        row = self.store(entered)
        self.assertEqual(row.external_id, order.external_id)
        self.assertLess(row.ordered_at, self.channel.import_from)
        before = replace(
            self.simple(),
            ordered_at=start + timedelta(days=1),
            placed_at=start - timedelta(hours=1),
        )
        self.assertFalse(self.store(before))

    def test_known_order_is_followed_whatever_its_age(self):
        order = self.simple()
        row = self.store(order)
        self.channel.import_from = (order.ordered_at + timedelta(days=1)).replace(
            tzinfo=None
        )
        self.store(self.later(order, note="news"))
        self.assertEqual(row.note, "news")

    def test_queries_do_not_grow_with_the_orders(self):
        def count(size):
            orders = [self.simple() for _number in range(size)]
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.store(*orders)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(1)  # what is loaded once per process
        self.assertLessEqual(count(40), count(2) + 3)

    # --- standing ---------------------------------------------------------------------

    def _standing(self, **values):
        return self.store(self.simple(**values)).state

    def test_states_by_policy(self):
        self.channel.import_payment = "authorized"
        self.assertEqual(self._standing(), "new")
        self.assertEqual(self._standing(payment_state=PaymentState.PENDING), "pending")
        self.assertEqual(self._standing(state=OrderState.PENDING), "pending")
        self.assertEqual(self._standing(payment_state=PaymentState.AUTHORIZED), "new")
        self.channel.import_payment = "paid"
        self.assertEqual(
            self._standing(payment_state=PaymentState.AUTHORIZED), "pending"
        )

    def test_pending_order_goes_on_when_paid(self):
        self.channel.import_payment = "paid"
        order = self.simple(payment_state=PaymentState.PENDING)
        row = self.store(order)
        self.store(self.later(order, payment_state=PaymentState.PAID))
        self.assertEqual(row.state, "new")

    def test_held_orders_say_why_and_can_be_released(self):
        for values, reason in (
            ({"risk": RiskLevel.CANCEL}, "caution"),
            ({"holds": (Hold(code="FRAUD", note="check"),)}, "FRAUD check"),
            ({"test": True}, "test order"),
        ):
            row = self.store(self.simple(**values))
            self.assertEqual(row.state, "held")
            issue = self.issues("hold").filtered(lambda i, o=row: i.order_id == o)
            self.assertIn(reason, issue.message)
            row.action_release()
            self.assertEqual(row.state, "new")
            self.assertEqual(issue.state, "resolved")

    def test_resolving_the_hold_releases(self):
        row = self.store(self.simple(test=True))
        self.issues("hold").action_resolve()
        self.assertEqual(row.state, "new")
        self.assertTrue(row.released_at)

    def test_hold_lifted_at_the_channel_settles_its_issue(self):
        order = self.simple(holds=(Hold(code="X"),))
        row = self.store(order)
        self.store(self.later(order, holds=()))
        self.assertEqual(row.state, "new")
        self.assertFalse(self.issues("hold"))

    def test_other_policies_let_orders_pass_that_wait(self):
        self.channel.import_payment = "paid"
        unpaid = self.simple(payment_state=PaymentState.PENDING, payments=())
        rows = self.store(unpaid, self.simple(test=True))
        self.assertEqual(rows.mapped("state"), ["pending", "held"])
        self.channel.write({"import_payment": "any", "import_test_orders": True})
        self.assertEqual(rows.mapped("state"), ["new", "new"])
        self.assertFalse(self.issues())
        self.assertIn(("channel.order", False, "_job_import"), self.bells())

    def test_test_orders_when_wanted(self):
        self.channel.import_test_orders = True
        self.assertEqual(self._standing(test=True), "new")

    def test_too_many_lines_wait_and_count(self):
        self.channel.max_order_lines = 2
        order = self.simple()
        lines = tuple(
            replace(order.lines[0], external_id=f"many-{n}") for n in range(3)
        )
        row = self.store(replace(order, lines=lines))
        self.assertEqual(row.state, "held")
        self.assertTrue(all(row.line_ids.mapped("unimported")))
        issue = self.issues("order_too_large")
        self.assertEqual(issue.order_id, row)
        self.channel.max_order_lines = 10
        issue.action_resolve()
        self.assertEqual(row.state, "new")

    def test_resolved_too_early_it_waits_and_says_so_again(self):
        self.channel.max_order_lines = 2
        order = self.simple()
        lines = tuple(
            replace(order.lines[0], external_id=f"early-{n}") for n in range(3)
        )
        row = self.store(replace(order, lines=lines))
        self.issues("order_too_large").action_resolve()
        self.assertEqual(row.state, "held")
        self.assertEqual(self.issues("order_too_large").order_id, row)

    def test_first_seen_cancelled_leaves_no_documents(self):
        row = self.bring(self.simple(state=OrderState.CANCELLED))
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(row.sale_order_id)
        self.assertFalse(any(row.line_ids.mapped("unimported")))

    def test_money_of_an_order_first_seen_cancelled_is_told(self):
        order = self.simple(state=OrderState.CANCELLED)
        row = self.bring(order)
        self.assertFalse(row.sale_order_id)
        issue = self.issues()
        self.assertEqual((issue.kind, issue.order_id), ("refund_unsupported", row))
        for name in (row.name, "10.00 USD", "cancelled"):
            self.assertIn(name, issue.message)
        refunds = (
            self._refund("first", "4"),
            self._refund("rest", "6"),
        )
        order = self.later(order, refunds=refunds[:1])
        self.bring(order)
        self.assertIn("6.00 USD", self.issues("refund_unsupported").message)
        self.bring(self.later(order, refunds=refunds))
        self.assertFalse(self.issues())

    def test_cancelled_orders_whose_money_is_nobodys_business(self):
        self.bring(
            self.simple(state=OrderState.CANCELLED, payments=()),
            self.simple(state=OrderState.CANCELLED, refunds=(self._refund("b", "10"),)),
            self.simple(state=OrderState.CANCELLED, test=True),
        )
        self.channel.order_flow = "shadow"
        self.bring(self.simple(state=OrderState.CANCELLED))
        self.assertFalse(self.issues())

    def _refund(self, key, amount):
        total = Money(Decimal(amount), "USD")
        return Refund(external_id=key, created_at=BORN, total=total)

    def test_cancelled_before_the_import(self):
        order = self.simple()
        row = self.store(order)
        self.store(self.later(order, state=OrderState.CANCELLED))
        self.work()
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(row.sale_order_id)
        self.assertFalse(any(row.line_ids.mapped("unimported")))

    # --- lines and demand -------------------------------------------------------------

    def test_lines_count_from_the_fetch_on(self):
        row = self.store(self.simple(quantity=3))
        self.assertEqual(row.line_ids.product_id, self.product)
        self.assertEqual(row.line_ids.open_quantity, 3)
        self.assertTrue(row.line_ids.unimported)
        intents = self.env["channel.intent"].search(
            [("product_id", "=", self.product.id)]
        )
        self.assertTrue(intents)
        self.assertIn(("channel.listing.level", False, "_job_prepare"), self.bells())
        self.assertIn(("channel.order", False, "_job_import"), self.bells())

    def test_only_goods_count(self):
        order = self.simple()
        tip = replace(
            order.lines[0], external_id="tip", kind=LineKind.TIP, listing="", sku=""
        )
        row = self.store(replace(order, lines=(*order.lines, tip)))
        self.assertEqual(
            row.line_ids.filtered("unimported").mapped("kind"), ["product"]
        )

    def test_shipped_and_cancelled_units_are_not_open(self):
        order = self.simple(
            quantity=5,
            line={"fulfilled": 2, "cancelled": 1},
            fulfilment_state=FulfilmentState.PARTIAL,
        )
        self.assertEqual(self.store(order).line_ids.open_quantity, 2)

    def test_line_that_vanished_counts_no_more(self):
        order = self.simple()
        gone = replace(order.lines[0], external_id="gone")
        row = self.store(replace(order, lines=(*order.lines, gone)))
        self.store(self.later(order))
        line = row.line_ids.filtered(lambda x: x.external_id == "gone")
        self.assertEqual((line.open_quantity, line.unimported), (0, False))

    def test_product_by_sku_without_listing(self):
        order = self.simple(line={"listing": "", "sku": "SKU-1"})
        self.assertEqual(self.store(order).line_ids.product_id, self.product)

    def test_ambiguous_product_code_is_no_match(self):
        self.make_product("TWICE")
        self.make_product("TWICE")
        order = self.simple(line={"listing": "", "sku": "TWICE"})
        self.assertFalse(self.store(order).line_ids.product_id)

    def test_product_of_another_company_is_no_match(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.make_product("THEIRS", company_id=other.id)
        order = self.simple(line={"listing": "", "sku": "THEIRS"})
        self.assertFalse(self.store(order).line_ids.product_id)

    def test_place_of_the_line(self):
        order = self.simple(line={"location": "main"})
        self.assertEqual(self.store(order).line_ids.location_id.external_id, "main")

    # --- bad input --------------------------------------------------------------------

    def test_errors_of_single_orders_are_issues(self):
        good = self.simple()
        self._read(
            OrderRead("bad-1", error=ProtocolError("status 'X' is not known")),
            OrderRead("bad-2", error=DataError("line without price")),
            OrderRead(good.external_id, order=good),
        )
        self.assertEqual(self.order_of(good).state, "new")
        self.assertIn("bad-1", self.issues("protocol").message)
        self.assertIn("line without price", self.issues("order_failed").message)

    def test_absurd_quantity_is_blocked_with_an_issue(self):
        row = self.store(self.simple(quantity=10**15))
        self.assertEqual(row.state, "blocked")
        self.assertIn("quantity", self.issues("order_failed").message)

    def test_mixed_currencies_are_blocked_with_an_issue(self):
        order = self.simple()
        row = self.store(replace(order, tax_total=Money(Decimal(0), "EUR")))
        self.assertEqual(row.state, "blocked")
        self.assertIn("currencies", self.issues("order_failed").message)

    def test_texts_of_any_script_and_nul(self):
        order = self.simple(note="🎁 \x00 مرحبا\ud83d", line={"title": "Ta\x00ss"})
        row = self.store(order)
        self.assertEqual(row.note, "🎁  مرحبا")
        self.assertEqual(row.line_ids.title, "Tass")

    def test_order_that_is_gone_still_counts_until_a_person_says_so(self):
        order = self.simple()
        row = self.store(order)
        self._read(OrderRead(order.external_id))
        self.assertTrue(row.line_ids.unimported)
        self.assertIn("not found", self.issues("order_failed").message)
        row.action_cancel()
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(row.line_ids.unimported)
        self.assertFalse(self.issues())

    def test_order_that_a_person_gave_up_stays_given_up(self):
        order = self.simple(test=True)
        row = self.store(order)
        operator = new_test_user(self.env, "giver", "channel_base.group_operator")
        row.with_user(operator).action_cancel()
        self.store(self.later(order, test=False, note="Please hurry"))
        self.assertEqual((row.state, row.note), ("cancelled", "Please hurry"))
        self.assertFalse(row.line_ids.unimported)
        self.assertFalse(self.issues())

    def test_order_that_is_gone_and_not_known_is_nothing(self):
        self._read(OrderRead("never-seen"))
        self.assertFalse(self.issues())
