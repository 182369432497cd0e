from decimal import Decimal

from odoo import models

from ..books.edited import paybacks_of_surplus
from ..books.payments import bookable, paybacks, receipts
from .bulk import assign


class PaymentBook(models.AbstractModel):
    """One payment per transaction of the channel, received or paid back, dated and
    referenced as there, on the clearing journal of its gateway and currency."""

    _name = "channel.payment.book"
    _description = "Book Channel Payments"

    def _book(self, channel, externals):
        """Book what was received, and paid back of credited refunds, and is not booked
        yet; then settle the invoices and credit notes with it.

        :param externals: dict order -> canonical order.
        :return: dict order -> issues, for payments that no journal is known for.
        """
        booked, credited = self._booked(externals), self._credited(externals)
        wanted = [
            (order, receipt)
            for order, external in externals.items()
            for receipt in self._bookable(
                order, external, booked.get(order, {}), credited.get(order, ())
            )
        ]
        journals = self._journals(channel, wanted)
        problems, prepared = {}, []
        for order, receipt in wanted:
            mapping = journals[self._code(receipt)]
            if mapping.journal_id:
                prepared.append((order, receipt, mapping.journal_id))
            else:
                problems.setdefault(order, []).append(
                    self._issue(order, receipt, mapping)
                )
        self._create(prepared).action_post()
        self._reconcile(externals)
        return problems

    def _bookable(self, order, external, booked, credited):
        digits = order.sale_order_id.currency_id.decimal_places
        return [
            *bookable(receipts(external), digits, booked),
            *bookable(
                paybacks(external, {*credited, *paybacks_of_surplus(external)}),
                digits,
                booked,
            ),
        ]

    def _booked(self, externals):
        """Amounts by order and the channel's key."""
        orders = self.env["channel.order"].concat(*externals)
        payments = self.env["account.payment"].search_fetch(
            [("channel_order_id", "in", orders.ids)],
            ["channel_order_id", "channel_payment_key", "amount"],
        )
        return {
            order: {p.channel_payment_key: Decimal(str(p.amount)) for p in same}
            for order, same in payments.grouped("channel_order_id").items()
        }

    def _credited(self, externals):
        """External ids of the refunds that have a credit note, by order."""
        refunding = [order for order, external in externals.items() if external.refunds]
        orders = self.env["channel.order"].concat(*refunding)
        if not orders:
            return {}
        moves = self.env["account.move"].search(
            [
                ("channel_order_id", "in", orders.ids),
                ("channel_refund_key", "!=", False),
                ("state", "=", "posted"),
            ]
        )
        credited = {
            order: set(same.mapped("channel_refund_key"))
            for order, same in moves.grouped("channel_order_id").items()
        }
        return credited | self._never_invoiced(orders, externals)

    def _never_invoiced(self, orders, externals):
        """Refunds of orders that were cancelled before they were invoiced: what was
        paid back settles with what was paid."""
        cancelled = orders.filtered(lambda order: order.sale_order_id.state == "cancel")
        invoices = cancelled.sale_order_id.invoice_ids
        invoiced = invoices.filtered(lambda move: move.state == "posted")
        return {
            order: {refund.external_id for refund in externals[order].refunds}
            for order in cancelled - invoiced.channel_order_id
        }

    # --- journals ---------------------------------------------------------------------

    def _code(self, receipt):
        return f"{receipt.gateway}:{receipt.currency}"

    def _journals(self, channel, wanted):
        """Mappings by code; a gateway seen for the first time gets a clearing
        journal."""
        codes = {self._code(receipt): receipt for _order, receipt in wanted}
        Mapping = self.env["channel.mapping"]
        known = Mapping.search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", "gateway"),
                ("external_code", "in", list(codes)),
            ]
        )
        found = {mapping.external_code: mapping for mapping in known}
        for code, receipt in codes.items():
            if code not in found:
                found[code] = Mapping.create(
                    self._prepare_mapping(channel, code, receipt)
                )
        return found

    def _prepare_mapping(self, channel, code, receipt):
        currency = self.env["res.currency"].search([("name", "=", receipt.currency)])
        ledger = self.env["channel.ledger"]
        return {
            "channel_id": channel.id,
            "kind": "gateway",
            "external_code": code,
            "external_name": f"{receipt.gateway} ({receipt.currency})",
            "journal_id": ledger._gateway_journal(
                channel, receipt.gateway, currency
            ).id,
        }

    # --- payments ---------------------------------------------------------------------

    def _create(self, prepared):
        """Payments with their entries, both made in one batch: left to itself, Odoo
        makes the entries one by one.

        :param prepared: list of (order, receipt, journal).
        """
        payments = self.env["account.payment"].with_context(tracking_disable=True)
        payments = payments.create([self._prepare_payment(*one) for one in prepared])
        moves = (
            self.env["account.move"]
            .with_context(tracking_disable=True)
            .create(
                [
                    payment._generate_move_vals(force_balance=balance)
                    for payment, balance in zip(
                        payments, self._balances(prepared), strict=True
                    )
                ]
            )
        )
        assign(payments, "move_id", moves)
        return payments

    def _prepare_payment(self, order, receipt, journal):
        sale = order.sale_order_id
        partner = sale.partner_invoice_id.commercial_partner_id
        way = "outbound" if receipt.outbound else "inbound"
        method = journal[f"{way}_payment_method_line_ids"][:1]
        return {
            "channel_order_id": order.id,
            "channel_payment_key": receipt.key,
            "payment_type": way,
            "partner_type": "customer",
            "partner_id": partner.id,
            "company_id": sale.company_id.id,
            "journal_id": journal.id,
            "payment_method_line_id": method.id,
            "outstanding_account_id": (
                method.payment_account_id or journal.default_account_id
            ).id,
            "currency_id": sale.currency_id.id,
            "amount": float(receipt.amount),
            "date": receipt.received_at.date(),
            "memo": f"{sale.origin} {receipt.reference or receipt.key}",
            "payment_reference": receipt.reference or receipt.key,
        }

    def _balances(self, prepared):
        """What payments come to in the company's currency: at their orders' own rates,
        and the one that completes an invoice takes what is left of it. So there is no
        exchange difference.

        :return: a list like ``prepared``; None for orders in the company's currency.
        """
        orders = self.env["channel.order"].concat(
            *(order for order, *_rest in prepared)
        )
        foreign = orders.filtered(
            lambda order: order.sale_order_id.currency_id
            != order.sale_order_id.company_id.currency_id
        )
        paid = {(order, way): (0.0, 0.0) for order in foreign for way in (False, True)}
        for payment in self.env["account.payment"].search(
            [("channel_order_id", "in", foreign.ids), ("move_id", "!=", False)]
        ):
            key = (payment.channel_order_id, payment.payment_type == "outbound")
            before = paid[key]
            paid[key] = (
                before[0] + payment.amount,
                before[1] + abs(payment.amount_company_currency_signed),
            )
        documents = self._documents(foreign)
        balances = []
        for order, receipt, _journal in prepared:
            balance, key = None, (order, receipt.outbound)
            if key in paid:
                settled = documents.get(key, self.env["account.move"])
                balance = self._balance(order, receipt, settled, *paid[key])
                amount = paid[key][0] + float(receipt.amount)
                paid[key] = (amount, paid[key][1] + balance)
            balances.append(balance)
        return balances

    def _documents(self, orders):
        """Posted invoices and credit notes by order and way of what settles them."""
        moves = self.env["account.move"].search(
            [("channel_order_id", "in", orders.ids), ("state", "=", "posted")]
        )
        return moves.grouped(
            lambda move: (move.channel_order_id, move.move_type == "out_refund")
        )

    def _balance(self, order, receipt, documents, paid, paid_balance):
        """One payment in the company's currency.

        :param documents: what it settles. :param paid: what came before it.
        :param paid_balance: what that came to.
        """
        sale, amount = order.sale_order_id, float(receipt.amount)
        company_currency = sale.company_id.currency_id
        total = sum(documents.mapped("amount_total"))
        if documents and not sale.currency_id.compare_amounts(total, paid + amount):
            left = abs(sum(documents.mapped("amount_total_signed"))) - paid_balance
            return company_currency.round(left)
        return company_currency.round(amount / sale.currency_rate)

    # --- reconciliation ---------------------------------------------------------------

    def _reconcile(self, externals):
        """Settle every credit note with what was paid back for it, and every invoice
        with the payments of its order."""
        orders = self.env["channel.order"].concat(*externals)
        payments = self.env["account.payment"].search(
            [("channel_order_id", "in", orders.ids)]
        )
        invoices = self.env["account.move"].search(
            [("channel_order_id", "in", orders.ids), ("state", "=", "posted")]
        )
        moves = (payments.move_id | invoices).with_context(tracking_disable=True)
        owner = {payment.move_id: payment.channel_order_id for payment in payments}
        owner |= {invoice: invoice.channel_order_id for invoice in invoices}
        credits_ = invoices.filtered(lambda move: move.move_type == "out_refund")
        paid_back = payments.filtered(lambda pay: pay.payment_type == "outbound")
        if credits_ and paid_back:
            self._match(moves & (credits_ | paid_back.move_id), owner)
        self._match(moves, owner)

    def _match(self, moves, owner):
        """Reconcile what is open of some entries, order by order.

        :param owner: dict entry -> order.
        """
        lines = moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
            and not line.reconciled
            and line.parent_state == "posted"
        )
        plan = [
            same
            for same in lines.grouped(
                lambda x: (owner[x.move_id], x.account_id)
            ).values()
            if any(line.balance > 0 for line in same)
            and any(line.balance < 0 for line in same)
        ]
        if plan:
            lines._reconcile_plan(plan)

    def _issue(self, order, receipt, mapping):
        return self.env["channel.order.trouble"]._value(
            order,
            "unmapped_gateway",
            self.env._(
                "A payment of order %(order)s came through %(gateway)s, which has no"
                " journal. Choose one in the channel's mappings, then resolve this"
                " issue.",
                order=order.name,
                gateway=mapping.external_name,
            ),
            part=mapping.external_code,
            mapping=mapping,
        )
