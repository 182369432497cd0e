"""Orders that are edited at the channel after their import."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from random import Random

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..adapter.canonical import Discount, OrderState, PaymentState, Refund
from ..adapter.totals import control_total
from .change_case import ChangeCase, totalled, twin, usd
from .order_factory import BORN


class TestChange(ChangeCase):
    # --- lines ------------------------------------------------------------------------

    def test_line_added_is_sold_reserved_and_invoiced_when_paid(self):
        order = self.placed()
        row = self.bring(order)
        sale = row.sale_order_id
        self.assertEqual(self.invoiced(row), (36, 6, 0))
        more = self.edited(
            order,
            *order.lines,
            self.line("added", 2, "7.50", offer=self.other_offer),
            payment_state=PaymentState.PARTIALLY_PAID,
        )
        self.bring(more)
        self.assertEqual(self.open_units(row), {"SKU-1": 3, "SKU-2": 2})
        self.assertEqual(set(sale.picking_ids.move_ids.mapped("state")), {"assigned"})
        self.assertFalse(any(row.line_ids.mapped("unimported")))
        self.assertEqual(sale.amount_total, 54)
        self.assertEqual(self.invoiced(row)[0], 36, "the rest is not paid yet")
        self.bring(self.later(self.paid(more)))
        self.assertEqual(self.invoiced(row), (54, 9, 0))
        self.assertEqual(sale.invoice_status, "invoiced")
        self.assertFalse(self.issues())
        change = row.change_ids
        self.assertEqual(
            (change.state, change.step_ids.kind), ("applied", "line_added")
        )
        self.assertEqual((change.total_before, change.total_after), (36, 54))

    def test_pitfall_1_line_taken_off_stays_with_no_units_and_does_not_ship(self):
        """Confirmed lines cannot be deleted; what is cancelled or taken off must
        neither stop the import nor ship."""
        order = self.placed(
            self.line(quantity=3),
            self.line("two", 2, offer=self.other_offer),
            paid=False,
        )
        row = self.bring(order)
        free = self.other.free_qty
        self.bring(self.less(order, units=2, index=1))
        lines = row.sale_order_id.order_line
        self.assertEqual(lines.mapped("product_uom_qty"), [3, 0])
        self.assertEqual(self.open_units(row), {"SKU-1": 3})
        self.assertEqual(row.sale_order_id.amount_total, 36)
        self.env.invalidate_all()
        self.assertEqual(self.other.free_qty, free + 2)
        cancelled = self.later(
            self.less(order, units=3), state=OrderState.CANCELLED, cancelled_at=BORN
        )
        self.bring(self.later(cancelled))
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertFalse(self.open_units(row))
        self.assertFalse(self.issues())

    def test_pitfall_1_order_refunded_in_full_does_not_ship(self):
        order = self.placed()
        row = self.bring(order)
        self.bring(
            self.given_back(
                order,
                "36",
                lines=(self.units_back(order, 3),),
                cancelled=3,
                payment_state=PaymentState.REFUNDED,
            )
        )
        self.assertFalse(self.open_units(row))
        self.assertEqual(self.invoiced(row), (0, 0, 0))
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 3)
        self.assertFalse(row.change_ids)
        self.assertFalse(self.issues())

    def test_pitfall_2_refund_after_delivery_takes_nothing_off_twice(self):
        order = self.placed()
        row = self.bring(order)
        self.leave(row)
        line = replace(order.lines[0], fulfilled=3)
        shipped = self.later(order, lines=(line,))
        self.bring(shipped)
        back = self.given_back(shipped, "12", lines=(self.units_back(order, 1),))
        line = replace(line, refunded=1)
        self.bring(replace(back, lines=(line,)))
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 3)
        self.assertEqual(self.invoiced(row), (24, 4, 0))
        self.assertFalse(row.change_ids)
        self.assertFalse(self.issues())

    def test_pitfall_2_refund_before_the_invoice_is_deducted_once(self):
        order = self.placed(paid=False)
        row = self.bring(order)
        paid = self.paid(order)
        back = self.given_back(
            paid,
            "12",
            lines=(self.units_back(order, 1),),
            cancelled=1,
            payment_state=PaymentState.PARTIALLY_REFUNDED,
        )
        self.bring(back)
        self.assertEqual(self.open_units(row), {"SKU-1": 2})
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 3)
        self.assertEqual(self.invoiced(row), (24, 4, 0))
        self.assertFalse(self.issues())

    def test_units_added_and_taken_off_before_the_invoice(self):
        order = self.placed(paid=False)
        row = self.bring(order)
        more = self.edited(
            order, replace(self.line("", 5), external_id=order.lines[0].external_id)
        )
        self.bring(more)
        self.assertEqual(self.open_units(row), {"SKU-1": 5})
        self.assertEqual(row.sale_order_id.amount_total, 60)
        self.bring(self.less(more, units=4))
        self.assertEqual(self.open_units(row), {"SKU-1": 1})
        self.assertEqual(row.sale_order_id.amount_total, 12)
        self.assertEqual(row.sale_order_id.amount_tax, 2)
        self.assertFalse(self.issues())

    def test_units_taken_off_an_invoiced_order_are_credited_and_paid_back(self):
        order = self.placed()
        row = self.bring(order)
        fewer = self.less(order)
        self.bring(fewer)
        self.assertEqual(self.invoiced(row)[:2], (24, 4))
        credit = row.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_refund"
        )
        self.assertEqual(credit.amount_total, 12)
        self.assertEqual(row.sale_order_id.order_line.qty_invoiced, 2)
        self.assertIn("too much", self.issues("accounting_failed").message)
        self.bring(
            self.given_back(fewer, "12", payment_state=PaymentState.PARTIALLY_REFUNDED)
        )
        self.assertEqual(self.invoiced(row), (24, 4, 0))
        self.assertEqual(len(row.sale_order_id.invoice_ids), 2, "credited once")
        self.assertFalse(self.issues())

    def test_refund_after_units_were_taken_off(self):
        order = self.placed()
        row = self.bring(order)
        fewer = self.less(order)
        self.bring(fewer)
        both = self.given_back(fewer, "12", key="surplus")
        both = self.given_back(
            both, "12", key="unit", lines=(self.units_back(order, 1),), cancelled=1
        )
        self.bring(replace(both, payment_state=PaymentState.PARTIALLY_REFUNDED))
        self.assertEqual(self.invoiced(row), (12, 2, 0))
        self.assertEqual(self.open_units(row), {"SKU-1": 1})
        self.assertFalse(self.issues())

    def test_units_that_have_left_are_not_taken_off(self):
        order = self.placed(paid=False)
        row = self.bring(order)
        self.leave(row)
        self.bring(self.less(order, units=2))
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 3)
        issue = self.issues("edit_unsupported")
        self.assertEqual(issue.order_id, row)
        self.assertIn("have left", issue.message)
        self.assertEqual(row.change_ids.step_ids.way, "hand")

    def test_rest_of_a_partly_shipped_line_is_taken_off(self):
        order = self.placed(paid=False)
        row = self.bring(order)
        self.leave(row, units=1)
        self.assertEqual(self.open_units(row), {"SKU-1": 2})
        self.bring(self.less(order, units=2))
        self.assertFalse(self.open_units(row))
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 1)
        self.assertEqual(row.sale_order_id.amount_total, 12)
        self.assertFalse(self.issues())

    def test_every_step_on_the_way_follows(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.placed(paid=False)
        row = self.bring(order)
        more = self.edited(
            order, replace(self.line("", 6), external_id=order.lines[0].external_id)
        )
        self.bring(more)
        self.bring(self.less(more, units=5))
        self.assertEqual(self.open_units(row), {"SKU-1": 1})
        for _step in range(3):
            self.leave(row)
        self.assertEqual(row.sale_order_id.order_line.qty_delivered, 1)
        self.assertFalse(self.issues())

    def test_locked_sale_orders_follow_and_stay_locked(self):
        order = self.placed(paid=False)
        row = self.bring(order)
        row.sale_order_id.action_lock()
        self.bring(self.less(order))
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 2)
        self.assertTrue(row.sale_order_id.locked)

    def test_quotation_follows_without_the_line(self):
        self.channel.confirm_policy = "quotation"
        order = self.placed(
            self.line(quantity=3),
            self.line("two", 2, offer=self.other_offer),
            paid=False,
        )
        row = self.bring(order)
        self.bring(self.less(order, units=2, index=1))
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 3)
        self.assertEqual(row.sale_order_id.state, "draft")
        row.sale_order_id.action_confirm()
        self.assertEqual(self.open_units(row), {"SKU-1": 3})

    def test_unknown_product_of_an_added_line_waits_for_it(self):
        order = self.placed()
        row = self.bring(order)
        strange = replace(self.line("strange", 1), sku="NEW", listing="")
        self.bring(self.paid(self.edited(order, *order.lines, strange)))
        self.assertEqual(self.issues().mapped("kind"), ["unmapped_sku"])
        self.assertEqual(row.change_ids.state, "approved")
        self.assertEqual(row.sale_order_id.amount_total, 36)
        self.make_product("NEW", quantity=5)
        self.issues().action_resolve()
        self.work()
        self.assertEqual(self.open_units(row), {"SKU-1": 3, "NEW": 1})
        self.assertEqual(self.invoiced(row), (48, 8, 0))
        self.assertEqual(row.change_ids.state, "applied")
        self.assertFalse(self.issues())

    # --- amounts ----------------------------------------------------------------------

    def test_discount_and_price_changed_after_the_invoice(self):
        order = self.placed()
        row = self.bring(order)
        line = self.line(
            "",
            3,
            "9.99",
            discounts=(Discount(title="Sorry", amount=usd("3.33")),),
        )
        line = replace(line, external_id=order.lines[0].external_id)
        line = replace(line, taxes=(replace(line.taxes[0], amount=usd("5.33")),))
        self.bring(self.edited(order, line))
        self.assertEqual(row.sale_order_id.amount_total, 31.97)
        self.assertEqual(self.invoiced(row)[:2], (31.97, 5.33))
        self.assertEqual(row.change_ids.step_ids.kind, "price")
        self.assertEqual(self.open_units(row), {"SKU-1": 3})

    def test_delivery_added_changed_and_taken_off(self):
        order = self.placed()
        row = self.bring(order)
        state = order
        for price, total in (("5", 41), ("4", 40), (None, 36)):
            shipping = (self.delivery(price),) if price else ()
            state = self.paid(totalled(self.later(state, shipping=shipping)))
            self.bring(state)
            self.assertEqual(row.sale_order_id.amount_total, total)
            self.assertEqual(self.invoiced(row)[:2], (total, 6))
        kinds = ["shipping_added", "shipping", "shipping_removed"]
        self.assertEqual(row.change_ids.step_ids.mapped("kind"), kinds)

    def test_invoices_of_people_are_theirs_to_correct(self):
        self.channel.invoice_policy = "manual"
        order = self.placed()
        row = self.bring(order)
        row.sale_order_id._create_invoices().action_post()
        self.work()
        self.bring(self.less(order))
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 2)
        self.assertEqual(len(row.sale_order_id.invoice_ids), 1)
        self.assertIn("by a person", self.issues("edit_unsupported").message)

    def test_parts_invoiced_when_shipped_come_to_the_new_total(self):
        self.channel.invoice_policy = "shipped"
        order = self.placed(self.line("", 3, "3.33"))
        row = self.bring(order)
        self.leave(row, units=1)
        self.work()
        self.assertEqual(len(row.sale_order_id.invoice_ids), 1)
        self.bring(self.less(order))
        self.leave(row)
        self.work()
        sale = row.sale_order_id
        self.assertEqual(sale.order_line.product_uom_qty, 2)
        self.assertEqual(self.invoiced(row)[:2], (sale.amount_total, sale.amount_tax))

    # --- the order itself -------------------------------------------------------------

    def test_address_changed_before_shipping(self):
        order = self.placed()
        row = self.bring(order)
        sale = row.sale_order_id
        before = sale.partner_shipping_id
        street = before.street
        moved = replace(order.ship_to, street="Elsewhere 5")
        self.bring(self.later(order, ship_to=moved))
        self.assertEqual(sale.partner_shipping_id.street, "Elsewhere 5")
        self.assertEqual(sale.picking_ids.partner_id, sale.partner_shipping_id)
        self.assertEqual(before.street, street, "no address is overwritten")
        self.assertFalse(self.issues())
        self.bring(self.later(self.later(order)))
        self.assertEqual(sale.partner_shipping_id, before, "found again")

    def test_address_changed_after_shipping(self):
        order = self.placed()
        row = self.bring(order)
        before = row.sale_order_id.partner_shipping_id
        self.leave(row, units=1)
        moved = self.later(order, ship_to=replace(order.ship_to, street="Elsewhere 5"))
        self.bring(moved)
        self.assertIn("old address", self.issues("edit_unsupported").message)
        self.assertEqual(row.sale_order_id.partner_shipping_id, before)
        self.issues().action_dismiss()
        self.leave(row)
        again = replace(order.ship_to, street="Elsewhere 6")
        self.bring(self.later(moved, ship_to=again))
        self.assertFalse(self.issues(), "nothing is left to ship")

    def test_invoice_address_and_reference(self):
        order = self.placed(paid=False)
        row = self.bring(order)
        other = replace(order.ship_to, name="Head Office", street="Bank Street 1")
        self.bring(self.later(order, bill_to=other, po_number="PO-77"))
        sale = row.sale_order_id
        self.assertEqual(sale.partner_invoice_id.street, "Bank Street 1")
        self.assertEqual(sale.client_order_ref, "PO-77")
        self.assertFalse(self.issues())

    def test_sale_order_cancelled_here_is_left_to_people(self):
        order = self.placed(paid=False)
        row = self.bring(order)
        row.sale_order_id.with_context(disable_cancel_warning=True).action_cancel()
        self.bring(self.less(order))
        self.assertIn("is cancelled here", self.issues("edit_unsupported").message)

    # --- approval ---------------------------------------------------------------------

    def _waiting(self, order, later):
        self.channel.change_policy = "approve"
        row = self.bring(order)
        self.bring(later)
        return row, row.open_change_id

    def _available(self):
        self.env.flush_all()
        self.env["channel.intent"]._note_products(self.product.ids)
        self.run_jobs(("prepare", "send"))
        return self.listing.level_ids.computed

    def _operator(self):
        return new_test_user(self.env, "approver", groups="channel_base.group_operator")

    def test_change_waits_for_approval_and_its_units_count(self):
        before = self._available()
        order = self.placed()
        more = self.paid(self.edited(order, *order.lines, self.line("added", 2)))
        row, change = self._waiting(order, more)
        self.assertEqual(change.state, "proposed")
        self.assertEqual(row.sale_order_id.amount_total, 36)
        self.assertEqual(self._available(), before - 5, "never sold twice")
        issue = self.issues()
        self.assertEqual((issue.kind, issue.order_id), ("change_waiting", row))
        self.assertIn("Add 2 x", issue.message)
        action = issue.action_open_change()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (change._name, change.id)
        )
        with self.assertRaises(UserError):
            issue.action_dismiss()
        operator = self._operator()
        change.with_user(operator).action_approve()
        self.assertEqual(change.state, "approved")
        self.work()
        self.assertEqual((change.state, change.decided_by_id), ("applied", operator))
        self.assertEqual(row.sale_order_id.amount_total, 60)
        self.assertEqual(self.invoiced(row), (60, 10, 0))
        self.assertEqual(self._available(), before - 5)
        self.assertFalse(self.issues())

    def test_resolving_the_issue_approves(self):
        order = self.placed(paid=False)
        row, change = self._waiting(order, self.less(order))
        self.issues("change_waiting").action_resolve()
        self.work()
        self.assertEqual(change.state, "applied")
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 2)

    def test_dismissed_change_counts_no_more(self):
        before = self._available()
        order = self.placed()
        more = self.edited(order, *order.lines, self.line("added", 2))
        row, change = self._waiting(order, more)
        change.with_user(self._operator()).action_dismiss()
        self.work()
        self.bring(self.later(more, note="x"))
        self.assertEqual(change.state, "dismissed")
        self.assertEqual(len(row.change_ids), 1)
        self.assertEqual(row.sale_order_id.amount_total, 36)
        self.assertEqual(self._available(), before - 3)
        self.assertFalse(self.issues("change_waiting"))

    def test_what_was_taken_off_does_not_ship_while_it_waits(self):
        before = self._available()
        order = self.placed(paid=False)
        row, change = self._waiting(order, self.less(order))
        self.assertEqual(self.open_units(row), {"SKU-1": 2})
        self.assertEqual(row.sale_order_id.order_line.product_uom_qty, 3)
        self.assertEqual(self._available(), before - 2)
        # the merchant thinks better of it
        self.bring(self.later(self.later(order)))
        self.assertEqual(change.state, "superseded")
        self.assertEqual(self.open_units(row), {"SKU-1": 3})
        self.assertEqual(self._available(), before - 3)
        self.assertFalse(row.open_change_id)
        self.assertFalse(self.issues())

    def test_later_state_supersedes_the_waiting_plan(self):
        order = self.placed(paid=False)
        more = self.edited(order, *order.lines, self.line("added", 2))
        row, first = self._waiting(order, more)
        self.bring(self.edited(more, *more.lines, self.line("third", 1)))
        second = row.open_change_id
        self.assertEqual((first.state, second.state), ("superseded", "proposed"))
        self.assertEqual(second.step_ids.mapped("kind"), ["line_added"] * 2)
        self.assertEqual(len(self.issues("change_waiting")), 1)
        first.action_approve()
        self.work()
        self.assertEqual(first.state, "superseded", "too late for this one")

    def test_nothing_is_invoiced_while_a_change_waits(self):
        order = self.placed(paid=False)
        row, change = self._waiting(order, self.less(order))
        self.bring(self.later(self.less(self.paid(order)), note="paid"))
        self.assertFalse(row.sale_order_id.invoice_ids)
        row.open_change_id.action_approve()
        self.work()
        self.assertEqual(self.invoiced(row)[:2], (24, 4))

    def test_cancellation_waits_for_nobody(self):
        order = self.placed(paid=False)
        row, change = self._waiting(order, self.less(order))
        gone = self.later(
            self.less(order, units=3), state=OrderState.CANCELLED, cancelled_at=BORN
        )
        self.bring(self.later(gone))
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertEqual(change.state, "superseded")
        self.assertFalse(self.issues())

    def test_reference_alone_needs_no_approval(self):
        order = self.placed(paid=False)
        row, change = self._waiting(order, self.later(order, po_number="PO-1"))
        self.assertFalse(change)
        self.assertEqual(row.sale_order_id.client_order_ref, "PO-1")

    def test_readers_do_not_decide(self):
        order = self.placed(paid=False)
        _row, change = self._waiting(order, self.less(order))
        reader = new_test_user(self.env, "reader", groups="channel_base.group_user")
        self.assertIn("2 instead of 3", change.with_user(reader).step_ids.in_words)
        for action in ("action_approve", "action_dismiss"):
            with self.assertRaises(AccessError):
                getattr(change.with_user(reader), action)()

    # --- cancellations ----------------------------------------------------------------

    def test_cancelled_unpaid_invoice_is_credited_in_full(self):
        self.channel.invoice_policy = "manual"
        order = self.placed(paid=False)
        row = self.bring(order)
        row.sale_order_id._create_invoices().action_post()
        self.channel.invoice_policy = "paid"
        gone = self.later(
            self.less(order, units=3), state=OrderState.CANCELLED, cancelled_at=BORN
        )
        self.bring(replace(gone, payment_state=PaymentState.VOIDED))
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertEqual(self.invoiced(row), (0, 0, 0))
        self.assertEqual(row.accounting_state, "done")
        self.assertFalse(self.issues())

    def test_cancelled_and_paid_back_in_one_sum(self):
        order = self.placed()
        row = self.bring(order)
        gone = self.later(
            self.less(order, units=3), state=OrderState.CANCELLED, cancelled_at=BORN
        )
        gone = replace(
            gone, refunds=(Refund(external_id="e", created_at=BORN, total=usd(0)),)
        )
        self.bring(gone)
        self.assertIn("pay back", self.issues("cancel_failed").message)
        self.bring(self.given_back(gone, "36", payment_state=PaymentState.REFUNDED))
        self.assertEqual(self.invoiced(row), (0, 0, 0))
        self.assertFalse(self.issues())

    def test_refunds_of_several_orders_at_once_are_settled_each_with_its_own(self):
        """Odoo pairs what is posted together by place, one invoice and one credit."""
        rows = []
        for name in ("p", "q", "r"):
            order = self.placed(self.line(name, 4), self.line(name + "2", 2))
            unit = replace(self.units_back(order, 1), line=name)
            other = replace(self.units_back(order, 2), line=name + "2")
            order = self.given_back(order, "12", lines=(unit,), cancelled=1)
            order = self.given_back(order, "24", key="b2", lines=(other,))
            lines = (order.lines[0], replace(order.lines[1], cancelled=2))
            state = PaymentState.PARTIALLY_REFUNDED
            rows.append(self.store(replace(order, lines=lines, payment_state=state)))
        self.work()
        self.assertFalse(self.issues(), self.issues().mapped("message"))
        for row in rows:
            moves = self.env["account.move"].search([("channel_order_id", "=", row.id)])
            self.assertEqual(self.invoiced(row), (36, 6, 0))
            lines = moves.line_ids
            partials = lines.matched_debit_ids | lines.matched_credit_ids
            settled = (partials.debit_move_id | partials.credit_move_id).move_id
            owners = (
                settled.channel_order_id | settled.origin_payment_id.channel_order_id
            )
            self.assertEqual(owners, row)

    def test_cancelled_while_a_change_waits_for_approval(self):
        """What was added there is paid back, and is not on the sale order."""
        self.channel.change_policy = "approve"
        order = self.placed(self.line(quantity=3))
        row = self.bring(order)
        edited = self.paid(self.edited(order, *order.lines, self.line("c", 2)))
        added = replace(self.units_back(order, 2), line="c")
        gone = self.given_back(edited, "60", lines=(self.units_back(order, 3), added))
        lines = tuple(replace(x, cancelled=x.quantity) for x in gone.lines)
        self.bring(
            replace(gone, lines=lines, state=OrderState.CANCELLED, cancelled_at=BORN)
        )
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertIn("was added there", self.issues("refund_unsupported").message)

    def test_edited_and_cancelled_before_anybody_looked(self):
        """The refund names what was never invoiced here, or less than was."""
        for edit in ("more", "less"):
            with self.subTest(edit=edit):
                order = self.placed(self.line(quantity=3))
                row = self.bring(order)
                if edit == "more":
                    edited = self.edited(order, *order.lines, self.line("b" + edit, 2))
                    edited, counts = self.paid(edited), (3, 2)
                else:
                    edited = self.less(order)
                    edited = self.given_back(edited, "12", key="surplus")
                    counts = (2,)
                back = tuple(
                    replace(self.units_back(order, count), line=line.external_id)
                    for line, count in zip(edited.lines, counts, strict=True)
                )
                gone = self.given_back(edited, str(12 * sum(counts)), lines=back)
                lines = tuple(replace(x, cancelled=x.quantity) for x in gone.lines)
                self.bring(
                    replace(
                        gone,
                        lines=lines,
                        state=OrderState.CANCELLED,
                        cancelled_at=BORN,
                        payment_state=PaymentState.REFUNDED,
                    )
                )
                self.assertFalse(self.issues(), self.issues().mapped("message"))
                self.assertEqual(row.sale_order_id.state, "cancel")
                self.assertEqual(self.invoiced(row), (0, 0, 0))
                self.assertFalse(self.open_units(row))

    # --- any order of arrival ---------------------------------------------------------

    def test_first_look_after_an_edit_is_like_an_edit_after_the_first_look(self):
        order = self.placed(paid=False)
        edited = self.paid(
            self.less(self.edited(order, *order.lines, self.line("b", 2)))
        )
        row, later = self.bring(order), edited
        self.bring(later)
        fresh = self.bring(twin(edited))
        self.assertEqual(self.sold_lines(row), self.sold_lines(fresh))
        self.assertEqual(self.open_units(row), self.open_units(fresh))
        self.assertEqual(self.invoiced(row)[:2], self.invoiced(fresh)[:2])

    def test_random_edits_end_like_a_fresh_import(self):
        self.make_taxes()
        for seed in range(8):
            factory = self.make_factory(f"edits {seed}")
            draw = Random(seed)
            included = draw.random() < 0.5
            order = factory.order(currency="USD", included=included)
            donor = factory.order(currency="USD", included=included)
            if not (order.total.amount and donor.total.amount):
                continue
            states = [order]
            for _edit in range(3):
                states.append(self._random_edit(draw, states[-1], donor))
            final = states[-1]
            with self.subTest(seed=seed):
                for state in states:
                    row = self.bring(state)
                fresh = self.bring(twin(final))
                self.assertEqual(self.sold_lines(row), self.sold_lines(fresh))
                self.assertEqual(self.open_units(row), self.open_units(fresh))
                self.assertEqual(
                    row.sale_order_id.amount_total, fresh.sale_order_id.amount_total
                )
                self.assertEqual(self.invoiced(row)[:2], self.invoiced(fresh)[:2])
                self.assertFalse(
                    self.issues().filtered(
                        lambda i: i.kind not in ("accounting_failed",)
                    )
                )

    def _random_edit(self, draw, order, donor):
        lines = list(order.lines)
        index = draw.randrange(len(lines))
        line = lines[index]
        edit = draw.choice(("add", "less", "shipping", "price"))
        shipping = order.shipping
        if edit == "add":
            given = draw.choice(donor.lines)
            key = f"{order.external_id}-{len(lines)}"
            lines.append(replace(given, external_id=key))
        elif edit == "less" and line.quantity > line.cancelled:
            units = draw.randint(1, line.quantity - line.cancelled)
            lines[index] = replace(line, cancelled=line.cancelled + units)
        elif edit == "shipping":
            shipping = () if shipping else donor.shipping
        elif line.kind.value == "product":
            given = draw.choice([x for x in donor.lines])
            lines[index] = replace(
                line,
                unit_price=given.unit_price,
                quantity=given.quantity,
                cancelled=0,
                discounts=given.discounts,
                taxes=given.taxes,
            )
        later = totalled(
            self.later(order, lines=tuple(lines), shipping=shipping, edited=True)
        )
        self.assertEqual(later.total, control_total(later))
        return self.paid(later)

    def test_any_order_of_arrival_ends_in_the_same(self):
        """An edit, its payment back, a refund and news of a shipment, fetched in any
        order, with the documents made before, between or after."""
        outcomes = set()
        for arrival in permutations(range(4)):
            first = self.placed(self.line(quantity=4))
            fewer = self.less(first)
            surplus = self.given_back(fewer, "12", key="surplus")
            last = self.given_back(
                surplus,
                "12",
                key="unit",
                lines=(self.units_back(first, 1),),
                cancelled=1,
            )
            last = replace(last, payment_state=PaymentState.PARTIALLY_REFUNDED)
            states = (first, fewer, surplus, last)
            for number, index in enumerate(arrival):
                row = self.store(states[index])
                if number % 2:
                    self.work()
            self.work()
            sale = row.sale_order_id
            outcomes.add(
                (
                    sale.amount_total,
                    tuple(self.open_units(row).items()),
                    self.invoiced(row),
                    row.state,
                    row.accounting_state,
                    any(row.line_ids.mapped("unimported")),
                    len(self.issues()),
                )
            )
        units = (("SKU-1", 2),)
        self.assertEqual(
            outcomes, {(36, units, (24, 4, 0), "imported", "done", False, 0)}
        )

    def test_many_edits_take_no_more_queries_each_than_one(self):
        def queries(number):
            orders = [self.placed(paid=False) for _number in range(number)]
            self.bring(*orders)
            self.store(*(self.less(order) for order in orders))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_jobs(("import",))
            return (self.env.cr.sql_log_count - before) / number

        self.assertLess(queries(8), queries(1))

    def test_amounts_of_units_left_are_exact(self):
        line = self.line(
            "", 7, "1.43", discounts=(Discount(title="d", amount=usd("1")),)
        )
        order = self.placed(
            replace(line, taxes=(replace(line.taxes[0], amount=usd("1.80")),)),
            paid=False,
        )
        row = self.bring(order)
        for units in (1, 2, 3):
            order = self.less(order, units=1)
            self.bring(order)
            sale = row.sale_order_id
            left = 7 - units
            net = Decimal("9.01") - round(Decimal("9.01") * units / 7, 2)
            tax = Decimal("1.80") - round(Decimal("1.80") * units / 7, 2)
            self.assertEqual(sale.order_line[0].product_uom_qty, left)
            self.assertAlmostEqual(sale.amount_untaxed, float(net), 2)
            self.assertAlmostEqual(sale.amount_tax, float(tax), 2)
