"""Imported orders are invoiced, posted and paid, by the channel's policies."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from psycopg2 import InterfaceError

from odoo import fields
from odoo.exceptions import UserError

from ..adapter.canonical import (
    Buyer,
    Discount,
    LineKind,
    Money,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentStatus,
    Refund,
    ShippingLine,
    Tax,
)
from .order_case import OrderCase
from .order_factory import BORN

ISOLATOR = "odoo.addons.channel_base.services.isolator"


def usd(amount):
    return Money(Decimal(amount), "USD")


class TestOrderAccount(OrderCase):
    def _payment(
        self, amount, gateway="cards", kind=PaymentKind.SALE, currency="USD", **values
    ):
        number = len(self.env["account.payment"].search([])) + self.market.calls.total()
        self.market.calls["payment"] += 1
        return Payment(
            **{
                "external_id": f"tx-{number}-{gateway}",
                "gateway": gateway,
                "kind": kind,
                "status": PaymentStatus.SUCCESS,
                "amount": Money(Decimal(amount), currency),
                "created_at": BORN,
                **values,
            }
        )

    def _deliver(self, sale, quantity):
        """Ship so many units of each open move; the rest goes on a backorder."""
        for picking in sale.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        ):
            for move in picking.move_ids:
                move.quantity = quantity
                move.picked = True
            picking._action_done()

    # --- invoices ---------------------------------------------------------------------

    def test_discount_for_early_payment_is_not_the_channels(self):
        """It would lower the taxes that the channel has charged."""
        term = self.env["account.payment.term"].create(
            {
                "name": "2/7 Net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "early_pay_discount_computation": "mixed",
            }
        )
        self.env["res.partner"].create(
            {
                "name": "Known",
                "email": "known@example.com",
                "property_payment_term_id": term.id,
            }
        )
        self.make_tax("VAT 19%", 19)
        order = self.simple(
            price="100.00",
            taxes=(("VAT", "0.19", "19.00"),),
            buyer=Buyer(name="Known", email="known@example.com"),
        )
        invoice = self.bring(order).sale_order_id.invoice_ids
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (119, 19))
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(invoice.invoice_payment_term_id)

    def test_invoice_is_dated_the_day_it_is_posted(self):
        invoice = self.bring(self.simple()).sale_order_id.invoice_ids
        self.assertEqual(invoice.invoice_date, fields.Date.today())
        self.assertEqual(invoice.ref, invoice.channel_order_id.name)

    def test_jobs_leave_no_note_of_each_payment(self):
        sale = self.bring(self.simple()).sale_order_id
        self.assertEqual(sale.invoice_ids.payment_state, "paid")
        before = sale.message_ids
        self.assertNotIn("paid", str(before.mapped("body")))
        note = sale.message_post(body="ready for pick-up")
        self.assertEqual(sale.message_ids - before, note)

    def test_payments_of_a_batch_cost_few_queries_each(self):
        """Their entries are made, linked and told together."""

        def queries(count):
            rows = self.store(*(self.simple() for _number in range(count)))
            self.worker("channel.order")._job_import()
            before = self.env.cr.sql_log_count
            self.worker("channel.order")._job_account()
            self.assertEqual(set(rows.mapped("accounting_state")), {"done"})
            return self.env.cr.sql_log_count - before

        queries(1)  # gateways and journals are there from now on
        each = (queries(12) - queries(2)) / 10
        self.assertLess(each, 14)

    def test_each_order_has_its_own_invoice(self):
        """Also several of one buyer in one job."""
        rows = self.bring(*(self.simple(buyer=None) for _number in range(4)))
        self.assertEqual(len(rows.sale_order_id.invoice_ids), 4)

    def test_paid_policy_invoices_whatever_the_product_says(self):
        self.product.invoice_policy = "delivery"
        row = self.bring(self.simple())
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")

    def test_authorised_order_waits_for_the_money(self):
        order = self.simple(payment_state=PaymentState.AUTHORIZED, payments=())
        row = self.bring(order)
        self.assertEqual(row.sale_order_id.state, "sale")
        self.assertFalse(row.sale_order_id.invoice_ids)
        self.assertEqual(row.accounting_state, "waiting")
        capture = self._payment("10", kind=PaymentKind.CAPTURE)
        self.bring(
            self.later(order, payment_state=PaymentState.PAID, payments=(capture,))
        )
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
        self.assertEqual(row.accounting_state, "done")

    def test_an_order_without_anything_to_invoice_is_done(self):
        nothing = Money(Decimal(0), "USD")
        values = {"total": nothing, "tax_total": nothing, "payments": ()}
        bare = replace(self.simple(), lines=(), **values)
        order = self.simple()
        line = replace(order.lines[0], quantity=0)
        rows = self.bring(bare, replace(order, lines=(line,), **values))
        self.assertEqual(set(rows.mapped("accounting_state")), {"done"})
        self.assertFalse(rows.sale_order_id.invoice_ids)
        self.assertFalse(self.issues())

    def test_an_empty_quotation_is_not_done(self):
        self.channel.confirm_policy = "quotation"
        nothing = Money(Decimal(0), "USD")
        order = replace(self.simple(), lines=(), total=nothing, payments=())
        self.assertEqual(self.bring(order).accounting_state, "waiting")

    def test_manual_policy_leaves_the_invoice_to_people(self):
        self.channel.invoice_policy = "manual"
        row = self.bring(self.simple())
        sale = row.sale_order_id
        self.assertFalse(sale.invoice_ids)
        self.assertEqual(sum(self.payments(row).mapped("amount")), 10)
        invoice = sale._create_invoices()
        invoice.action_post()
        self.assertEqual((invoice.amount_total, invoice.channel_order_id), (10, row))
        self.assertIn(("channel.order", False, "_job_account"), self.bells())
        self.work()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(row.accounting_state, "done")
        self.assertTrue(row.invoiced_at)

    def test_another_policy_invoices_orders_that_waited(self):
        self.channel.invoice_policy = "shipped"
        row = self.bring(self.simple())
        self.assertFalse(row.sale_order_id.invoice_ids)
        self.channel.invoice_policy = "paid"
        self.assertIn(("channel.order", False, "_job_account"), self.bells())
        self.work()
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
        self.assertEqual(row.accounting_state, "done")

    def test_orders_of_one_customer_are_invoiced_apart_by_people_too(self):
        self.channel.invoice_policy = "manual"
        buyer = Buyer(external_id="same", name="Same buyer")
        orders = [self.simple(buyer=buyer, ship_to=None) for _number in range(2)]
        rows = self.bring(*orders)
        other = rows.sale_order_id[0].copy()
        other.action_confirm()
        invoices = (rows.sale_order_id | other)._create_invoices()
        self.assertEqual(invoices.channel_order_id, rows)
        invoices.action_post()
        self.work()
        ours = invoices.filtered("channel_order_id")
        self.assertEqual(ours.mapped("payment_state"), ["paid", "paid"])

    def test_shipped_policy_invoices_what_has_left(self):
        self.channel.invoice_policy = "shipped"
        row = self.bring(self.simple(quantity=3))
        sale = row.sale_order_id
        self.assertFalse(sale.invoice_ids)
        self.assertEqual(sum(self.payments(row).mapped("amount")), 30)
        self._deliver(sale, 1)
        self.env.cr.precommit.run()
        self.assertIn(("channel.order", False, "_job_account"), self.bells())
        self.work()
        self.assertEqual(sale.invoice_ids.mapped("amount_total"), [10])
        self._deliver(sale, 2)
        self.work()
        self.assertEqual(sorted(sale.invoice_ids.mapped("amount_total")), [10, 20])
        self.assertEqual(set(sale.invoice_ids.mapped("payment_state")), {"paid"})
        self.assertEqual(row.accounting_state, "done")

    def test_partial_invoices_add_up_to_the_channels_amounts(self):
        """Three units at 33.33 with odd taxes and a discount that does not divide."""
        self.channel.invoice_policy = "shipped"
        self.make_tax("VAT 19.5%", 19.5)
        line = replace(
            self.market.line(self.offer, quantity=3, price="33.33"),
            discounts=(Discount(title="Ten", amount=usd("10.00")),),
            taxes=(Tax(title="VAT", rate=Decimal("0.195"), amount=usd("17.55")),),
        )
        delivery = ShippingLine(external_id="s", title="Post", price=usd("4.99"))
        total = Decimal("99.99") - 10 + Decimal("17.55") + Decimal("4.99")
        order = self.simple(
            total=Money(total, "USD"),
            tax_total=usd("17.55"),
            payments=(self._payment(total),),
        )
        row = self.bring(replace(order, lines=(line,), shipping=(delivery,)))
        sale = row.sale_order_id
        for _unit in range(3):
            self._deliver(sale, 1)
            self.work()
        invoices = sale.invoice_ids
        self.assertEqual(len(invoices), 3)
        self.assertAlmostEqual(sum(invoices.mapped("amount_total")), float(total), 6)
        self.assertAlmostEqual(sum(invoices.mapped("amount_tax")), 17.55, 6)
        self.assertEqual(set(invoices.mapped("payment_state")), {"paid"})
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_parts_of_a_discount_that_does_not_divide_without_taxes(self):
        self.channel.invoice_policy = "shipped"
        discount = Discount(title="Sale", amount=usd("1.01"))
        order = self.simple(quantity=2, line={"discounts": (discount,)})
        sale = self.bring(order).sale_order_id
        for _number in range(2):
            self._deliver(sale, 1)
            self.work()
        totals = sale.invoice_ids.mapped("amount_total")
        self.assertEqual(len(totals), 2)
        self.assertAlmostEqual(sum(totals), 18.99)
        self.assertEqual(set(sale.invoice_ids.mapped("payment_state")), {"paid"})

    def test_sales_journal_of_the_channel(self):
        journal = self.env["account.journal"].create(
            {"name": "Shop sales", "type": "sale", "code": "SHOPS"}
        )
        self.channel.journal_id = journal
        self.assertEqual(
            self.bring(self.simple()).sale_order_id.invoice_ids.journal_id, journal
        )

    # --- payments ---------------------------------------------------------------------

    def test_one_payment_per_transaction_as_at_the_channel(self):
        first = self._payment("4", reference="AUTH-1")
        second = self._payment(
            "6", gateway="wallet", created_at=BORN + timedelta(days=2)
        )
        row = self.bring(self.simple(payments=(first, second)))
        payments = self.payments(row).sorted("amount")
        self.assertEqual(payments.mapped("amount"), [4, 6])
        self.assertEqual(
            payments.mapped("date"), [BORN.date(), second.created_at.date()]
        )
        self.assertEqual(payments[0].payment_reference, "AUTH-1")
        self.assertEqual(len(payments.journal_id), 2)
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")

    def test_journal_per_gateway_and_currency_is_made_once(self):
        rows = self.bring(self.simple(), self.simple())
        rows |= self.bring(self.simple())
        journal = self.payments(rows[0]).journal_id
        for row in rows:
            self.assertEqual(self.payments(row).journal_id, journal)
        mapping = self.env["channel.mapping"].search([("kind", "=", "gateway")])
        self.assertEqual(mapping.external_code, "fakepay:USD")
        self.assertEqual(mapping.journal_id, journal)
        self.assertEqual(self.payments(rows[0]).state, "paid")

    def test_partly_paid(self):
        order = self.simple(
            payment_state=PaymentState.PARTIALLY_PAID, payments=(self._payment("4"),)
        )
        row = self.bring(order)
        self.assertEqual(self.payments(row).amount, 4)
        self.assertFalse(row.sale_order_id.invoice_ids)
        rest = self._payment("6", gateway="rest")
        self.bring(
            self.later(
                order, payment_state=PaymentState.PAID, payments=(*order.payments, rest)
            )
        )
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
        self.assertEqual(len(self.payments(row)), 2)

    def test_pending_and_failed_money_is_not_booked(self):
        pending = self._payment("10", status=PaymentStatus.PENDING)
        failed = self._payment("10", gateway="x", status=PaymentStatus.FAILURE)
        void = self._payment("10", gateway="y", kind=PaymentKind.VOID)
        row = self.bring(self.simple(payments=(pending, failed, void)))
        self.assertFalse(self.payments(row))

    def test_paid_order_whose_payments_are_less_than_its_total(self):
        order = self.simple(payments=(self._payment("9.99"),))
        row = self.bring(order)
        invoice = row.sale_order_id.invoice_ids
        self.assertEqual(invoice.payment_state, "partial")
        self.assertEqual(row.accounting_state, "blocked")
        issue = self.issues()
        self.assertEqual((issue.kind, issue.order_id), ("accounting_failed", row))
        for name in (row.name, invoice.name, "9.99 of 10.00 USD"):
            self.assertIn(name, issue.message)
        issue.action_resolve()
        self.work()
        self.assertEqual(self.issues().message, issue.message)
        payments = (*order.payments, self._payment("0.01", gateway="rest"))
        self.bring(self.later(order, payments=payments))
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(row.accounting_state, "done")
        self.assertFalse(self.issues())

    def test_cent_lost_by_conversion_is_no_missing_payment(self):
        order = self.simple(
            quantity=7, total=usd("70.04"), payments=(self._payment("70.03"),)
        )
        row = self.bring(replace(order, converted=True))
        self.assertEqual(row.sale_order_id.amount_total, 70.04)
        rounding = row.sale_order_id.order_line.filtered(
            lambda line: line.channel_role == "rounding"
        )
        self.assertEqual(rounding.price_total, 0.04)
        self.assertEqual(self.payments(row).amount, 70.03)
        self.assertEqual(row.accounting_state, "done")
        self.assertFalse(self.issues())

    def test_order_that_was_paid_twice(self):
        payments = (self._payment("10"), self._payment("5.50", gateway="wallet"))
        row = self.bring(self.simple(payments=payments))
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
        issue = self.issues()
        self.assertEqual((issue.kind, issue.order_id), ("accounting_failed", row))
        for name in (row.name, "15.50", "10.00", "5.50 USD"):
            self.assertIn(name, issue.message)
        issue.action_resolve()
        self.work()
        self.assertTrue(self.issues("accounting_failed"), "it is still a credit")
        credit = self.payments(row).move_id.line_ids.filtered(
            lambda x: x.account_id.account_type == "asset_receivable"
            and not x.reconciled
        )
        back = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": credit.partner_id.id,
                "amount": 5.5,
                "journal_id": self.payments(row)[:1].journal_id.id,
            }
        )
        back.action_post()
        (credit | back.move_id.line_ids).filtered(
            lambda x: x.account_id == credit.account_id
        ).reconcile()
        self.issues().action_resolve()
        self.work()
        self.assertEqual(row.accounting_state, "done")
        self.assertFalse(self.issues())

    def test_more_paid_than_was_shipped_yet_is_no_surplus(self):
        self.channel.invoice_policy = "shipped"
        row = self.bring(self.simple(quantity=2, payments=(self._payment("25"),)))
        self._deliver(row.sale_order_id, 1)
        self.work()
        self.assertEqual(row.accounting_state, "waiting")
        self.assertFalse(self.issues())
        self._deliver(row.sale_order_id, 1)
        self.work()
        self.assertEqual(self.issues("accounting_failed").order_id, row)

    def test_surplus_that_was_paid_back_is_the_refunds_business(self):
        order = self.simple(payments=(self._payment("15"),))
        row = self.bring(order)
        self.assertTrue(self.issues("accounting_failed"))
        refund = Refund(external_id="back", created_at=BORN, total=usd("5"))
        self.bring(
            self.later(
                order,
                refunds=(refund,),
                payment_state=PaymentState.PARTIALLY_REFUNDED,
            )
        )
        self.assertFalse(self.issues("accounting_failed"))
        self.assertEqual(self.issues("refund_unsupported").order_id, row)

    def test_paid_order_without_payments_is_settled_by_hand(self):
        row = self.bring(self.simple(payments=()))
        invoice = row.sale_order_id.invoice_ids
        self.assertEqual(row.accounting_state, "blocked")
        self.assertIn("0 of 10.00 USD", self.issues("accounting_failed").message)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertTrue(invoice.currency_id.is_zero(invoice.amount_residual))
        self.issues().action_resolve()
        self.work()
        self.assertEqual(row.accounting_state, "done")
        self.assertFalse(self.issues())

    def test_order_that_costs_nothing_lacks_no_payment(self):
        row = self.bring(self.simple("0.00"))
        self.assertEqual(row.accounting_state, "done")
        self.assertFalse(self.issues())

    def test_missing_payment_does_not_stop_later_invoices(self):
        self.channel.invoice_policy = "shipped"
        row = self.bring(self.simple(quantity=2, payments=(self._payment("9.99"),)))
        sale = row.sale_order_id
        self._deliver(sale, 1)
        self.work()
        self.assertEqual(row.accounting_state, "waiting")
        self.assertFalse(self.issues())
        self._deliver(sale, 1)
        self.work()
        self.assertEqual(len(sale.invoice_ids), 2)
        self.assertEqual(self.issues("accounting_failed").order_id, row)

    def test_change_is_taken_off(self):
        tendered = self._payment("20", gateway="till")
        change = self._payment("10", gateway="till", kind=PaymentKind.CHANGE)
        row = self.bring(self.simple(payments=(tendered, change)))
        self.assertEqual(self.payments(row).amount, 10)
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")

    def test_booking_again_books_nothing_twice(self):
        row = self.bring(self.simple())
        row.accounting_state = "ready"
        self.work()
        self.assertEqual(len(self.payments(row)), 1)
        self.assertEqual(len(row.sale_order_id.invoice_ids), 1)

    def test_gateway_without_journal_stops_the_payment_only(self):
        self.bring(self.simple())
        mapping = self.env["channel.mapping"].search([("kind", "=", "gateway")])
        journal = mapping.journal_id
        mapping.journal_id = False
        row = self.bring(self.simple())
        self.assertEqual(row.state, "imported")
        self.assertEqual(row.sale_order_id.picking_ids.state, "assigned")
        self.assertEqual(row.sale_order_id.invoice_ids.state, "posted")
        self.assertFalse(self.payments(row))
        self.assertEqual(self.issues("unmapped_gateway").order_id, row)
        mapping.journal_id = journal
        self.assertEqual(row.accounting_state, "ready")
        self.work()
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
        self.assertFalse(self.issues())

    # --- gift cards -------------------------------------------------------------------

    def test_gift_card_sold_is_a_liability_and_pays_later(self):
        sold = self.bring(
            self.simple(
                "50", line={"kind": LineKind.GIFT_CARD, "listing": "", "sku": ""}
            )
        )
        invoice = sold.sale_order_id.invoice_ids
        liability = invoice.invoice_line_ids.account_id
        self.assertEqual(liability.account_type, "liability_current")
        row = self.bring(
            self.simple("50", payments=(self._payment("50", gateway="gift_card"),))
        )
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
        lines = self.env["account.move.line"].search(
            [("account_id", "=", liability.id)]
        )
        self.assertEqual(sum(lines.mapped("balance")), 0)

    # --- currencies -------------------------------------------------------------------

    def _eur_order(self, amount, shop_total, payments, **values):
        """An order in a foreign currency, at the rate that its two totals give."""
        price = Money(Decimal(amount), "EUR")
        line = replace(self.market.line(self.offer, quantity=1), unit_price=price)
        return replace(
            self.factory.order(currency="EUR", included=False),
            lines=(line,),
            shipping=(),
            total=price,
            tax_total=Money(Decimal(0), "EUR"),
            shop_total=usd(shop_total),
            payments=tuple(payments),
            **values,
        )

    def test_foreign_order_leaves_no_exchange_difference(self):
        """Invoice and payments are booked at the order's own rate."""
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.ref("base.EUR").id,
                "name": "2026-01-01",
                "rate": 0.5,
            }
        )
        parts = (
            self._payment("33.33", currency="EUR"),
            self._payment("66.66", "w", currency="EUR"),
        )
        row = self.bring(self._eur_order("99.99", "117.63", parts))
        invoice = row.sale_order_id.invoice_ids
        self.assertEqual(invoice.currency_id.name, "EUR")
        self.assertAlmostEqual(invoice.amount_total_signed, 117.63, 2)
        self.assertEqual(invoice.payment_state, "paid")
        exchange = self.env["account.partial.reconcile"].search(
            [("exchange_move_id", "!=", False)]
        )
        self.assertFalse(exchange)
        self.assertEqual(set(self.payments(row).mapped("currency_id.name")), {"EUR"})

    def test_rounded_payments_in_a_foreign_currency_leave_no_exchange_difference(self):
        """Three times 11.51 is a cent more than the invoice; the last one is less."""
        parts = [self._payment("10.01", "g", currency="EUR") for _part in range(3)]
        partly = PaymentState.PARTIALLY_PAID
        order = self._eur_order("30.03", "34.52", parts[:2], payment_state=partly)
        self.channel.import_payment = "any"
        row = self.bring(order)
        paid = {"payment_state": PaymentState.PAID, "payments": tuple(parts)}
        self.bring(self.later(order, **paid))
        payments = self.payments(row).sorted("id")
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
        self.assertAlmostEqual(
            sum(payments.move_id.mapped("amount_total_signed")), 34.52, 2
        )
        partials = self.env["account.partial.reconcile"].search([])
        self.assertFalse(partials.exchange_move_id)
        self.assertFalse(payments.move_id.message_ids)

    def test_late_payment_in_another_currency_is_not_booked(self):
        self.channel.import_payment = "any"
        pending = self._payment("10", status=PaymentStatus.PENDING, currency="EUR")
        order = self.simple(payments=(pending,), payment_state=PaymentState.PENDING)
        row = self.bring(order)
        paid = replace(pending, status=PaymentStatus.SUCCESS)
        self.bring(self.later(order, payment_state=PaymentState.PAID, payments=(paid,)))
        invoice = row.sale_order_id.invoice_ids
        self.assertFalse(self.payments(row))
        self.assertEqual(row.accounting_state, "blocked")
        for name in (row.name, invoice.name, "10 EUR", "USD"):
            self.assertIn(name, self.issues("accounting_failed").message)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.issues().action_resolve()
        self.work()
        self.assertEqual(row.accounting_state, "done")
        self.assertFalse(self.issues())

    # --- one bad order never stops the others -----------------------------------------

    def test_offender_is_isolated_and_named(self):
        rows = self.store(*(self.simple() for _number in range(5)))
        self._step_import()
        bad = rows[2]
        Move = type(self.env["account.move"])
        real = Move.action_post

        def post(moves):
            if bad in moves.channel_order_id:
                raise UserError("The period is closed.")
            return real(moves)

        with (
            patch.object(Move, "action_post", post),
            self.assertLogs(ISOLATOR, "ERROR"),
        ):
            self._step_account()
        self.assertEqual(bad.accounting_state, "blocked")
        self.assertEqual(bad.state, "imported")
        self.assertEqual(set((rows - bad).mapped("accounting_state")), {"done"})
        issue = self.issues("accounting_failed")
        self.assertIn("period is closed", issue.message)
        issue.action_resolve()
        self.work()
        self.assertEqual(bad.sale_order_id.invoice_ids.payment_state, "paid")

    def test_lost_connection_is_nobody_s_fault(self):
        """It concerns the whole job, which is done again."""
        self.store(*(self.simple() for _number in range(3)))
        self._step_import()
        Move = type(self.env["account.move"])
        gone = InterfaceError("connection already closed")
        with (
            patch.object(Move, "action_post", side_effect=gone),
            self.assertRaises(InterfaceError),
        ):
            self._step_account()
        self.assertFalse(self.issues())

    def test_invoice_that_differs_says_what_and_why(self):
        row = self.store(self.simple())
        self._step_import()
        Sale = type(self.env["sale.order"])
        real = Sale._create_invoices

        def create(sales, **options):
            invoices = real(sales, **options)
            invoices.invoice_line_ids.price_unit = 11
            return invoices

        with (
            patch.object(Sale, "_create_invoices", create),
            self.assertLogs(ISOLATOR, "ERROR"),
        ):
            self._step_account()
        message = self.issues("accounting_failed").message
        sale = row.sale_order_id.name
        self.assertIn(f"{sale} comes to a total of 11.00 USD instead of 10.00", message)
        self.assertIn("fiscal position", message)

    def test_sale_order_that_differs_says_what_and_why(self):
        Import = type(self.env["channel.order.import"])
        real = Import._create_sales

        def create(service, values_list):
            sales = real(service, values_list)
            sales.order_line.price_unit = 11
            return sales

        with (
            patch.object(Import, "_create_sales", create),
            self.assertLogs(ISOLATOR, "ERROR"),
        ):
            row = self.bring(self.simple())
        issue = self.issues("order_failed")
        self.assertEqual(issue.order_id, row)
        self.assertIn("comes to 11.00 USD, the channel charged 10.00", issue.message)
        self.assertIn("taxes", issue.message)
