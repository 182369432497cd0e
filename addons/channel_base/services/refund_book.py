from datetime import UTC
from decimal import Decimal

from odoo import fields, models
from odoo.fields import Command

from ..books.money import rounded
from ..books.payments import received
from ..books.refund import credit_lines, is_settled, paid_back
from ..books.totals import Books
from .order_cancel import BOOKED
from .plain import clean
from .refund_draft import RefundDraft


class RefundBook(models.AbstractModel):
    """One posted credit note for each refund of the channel that moved money, exact to
    the cent, once none of it is under way any more. What cannot be credited for certain
    is left to people."""

    _name = "channel.refund.book"
    _description = "Credit Channel Refunds"

    def _credit(self, channel, externals):
        """Credit the refunds of invoiced orders that are not credited yet.

        :param externals: dict order -> canonical order.
        :return: dict order -> issues, for refunds that a person must enter.
        """
        drafts = self._drafts(externals)
        for draft in drafts:
            self._examine(draft)
        credited = [draft for draft in drafts if draft.credit]
        drafts = [draft for draft in drafts if not draft.credit]
        ready = [draft for draft in drafts if not draft.problems]
        self.env["channel.tax.match"]._fill(channel, ready)
        ready = [draft for draft in ready if not draft.problems]
        credits_ = self.env["account.move"].with_context(tracking_disable=True)
        credits_ = credits_.create([self._prepare_credit(channel, d) for d in ready])
        credits_.action_post()
        for draft, credit in zip(ready, credits_, strict=True):
            self._check_total(draft, credit)
        problems = {}
        for draft in drafts + credited:
            problems.setdefault(draft.order, []).extend(draft.problems)
        return {order: issues for order, issues in problems.items() if issues}

    # --- what is to be credited -------------------------------------------------------

    def _drafts(self, externals):
        refunding = [order for order, external in externals.items() if external.refunds]
        orders = self.env["channel.order"].concat(*refunding)
        if not orders:
            return []
        moves = self.env["account.move"].search(
            [("channel_order_id", "in", orders.ids), ("state", "!=", "cancel")]
        )
        by_order = moves.grouped("channel_order_id")
        drafts = [
            self._draft(order, externals[order], refund, by_order.get(order, moves[:0]))
            for order in orders
            for refund in externals[order].refunds
            if is_settled(refund)
        ]
        return [draft for draft in drafts if draft.due or draft.credit]

    def _draft(self, order, external, refund, moves):
        posted = moves.filtered(lambda move: move.state == "posted")
        return RefundDraft(
            order,
            external,
            currency=order.currency_id,
            rate=order.currency_rate,
            refund=refund,
            due=rounded(paid_back(refund), order.currency_id.decimal_places),
            invoices=posted.filtered(lambda move: move.move_type == "out_invoice"),
            credit=moves.filtered(
                lambda move: move.channel_refund_key == refund.external_id
            ),
            products={
                line.channel_line_id.external_id: line.product_id
                for line in order.sale_order_id.order_line
                if line.channel_role == "product"
            },
        )

    def _examine(self, draft):
        """Gather the lines, or say why a person must enter this refund."""
        if draft.credit:
            if draft.currency.compare_amounts(draft.credit.amount_total, draft.due):
                draft.problems.append(self._issue_credited(draft))
            return
        obstacle = self._obstacle(draft)
        if obstacle:
            draft.problems.append(self._issue(draft, obstacle))

    def _obstacle(self, draft):
        digits = draft.currency.decimal_places
        total = rounded(draft.external.total.amount, digits)
        invoiced = sum(draft.invoices.mapped("amount_total"))
        if draft.currency.compare_amounts(invoiced, float(total)):
            return self.env._("it is not invoiced as it was ordered")
        if not draft.refund.payments:
            return self.env._("the channel names no payments of it")
        if received(draft.external) > total:
            return self.env._("more had been paid than its total")
        if self._by_hand(draft):
            return self.env._("a credit note was entered by hand")
        try:
            lines = credit_lines(draft.external, draft.refund, digits)
        except LookupError as error:
            return self.env._("line %s of it is not known", error.args[0])
        worth = sum((line.payable for line in lines), Decimal(0))
        if worth != draft.due:
            return self.env._(
                "what was given back is worth %(worth)s, and %(paid)s are paid back",
                worth=worth,
                paid=draft.due,
            )
        draft.books = Books(lines, Decimal(0), Decimal(0))
        return ""

    def _by_hand(self, draft):
        credits_ = (
            draft.invoices.reversal_move_ids | draft.order.sale_order_id.invoice_ids
        )
        return credits_.filtered(
            lambda move: move.move_type == "out_refund"
            and move.state != "cancel"
            and not move.channel_refund_key
        )

    # --- credit notes -----------------------------------------------------------------

    def _prepare_credit(self, channel, draft):
        invoice = draft.invoices[:1]
        return {
            "move_type": "out_refund",
            "channel_order_id": draft.order.id,
            "channel_refund_key": draft.refund.external_id,
            "company_id": channel.company_id.id,
            "journal_id": invoice.journal_id.id,
            "partner_id": invoice.partner_id.id,
            "partner_shipping_id": invoice.partner_shipping_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "currency_id": draft.currency.id,
            "invoice_currency_rate": draft.rate,
            "invoice_date": fields.Date.context_today(self),
            "invoice_origin": invoice.invoice_origin,
            "invoice_payment_term_id": False,
            "reversed_entry_id": invoice.id if len(draft.invoices) == 1 else False,
            "ref": clean(draft.refund.note) or draft.order.name,
            "team_id": channel.team_id.id,
            "invoice_line_ids": [
                Command.create(self._prepare_line(channel, draft, line))
                for line in draft.books.lines
            ],
        }

    def _prepare_line(self, channel, draft, line):
        Values = self.env["channel.order.values"]
        product = Values._product(channel, draft, line)
        taxes = Values._tax_amounts(draft, line)
        return {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "name": clean(line.name) or product.display_name,
            "quantity": line.quantity,
            "price_unit": float(line.unit_price),
            "tax_ids": [Command.set(list(taxes))],
            "extra_tax_data": Values._prepare_tax_data(draft, line, taxes),
        }

    def _check_total(self, draft, credit):
        if draft.currency.compare_amounts(credit.amount_total, float(draft.due)):
            raise ValueError(
                self.env._(
                    "The credit note comes to %(computed)s %(currency)s, the channel"
                    " paid %(paid)s back. Look for what makes it differ: taxes that"
                    " were changed, and apps that change invoices.",
                    computed=credit.amount_total,
                    paid=draft.due,
                    currency=draft.currency.name,
                )
            )

    def _settle_cancelled(self, orders):
        """Nothing is left to do for the books of cancelled orders that were credited
        and paid back."""
        orders = orders.filtered(lambda order: order.state == "cancelled")
        moves = self.env["account.move"].search(
            [("channel_order_id", "in", orders.ids), ("state", "=", "posted")]
        )
        for order, same in moves.grouped("channel_order_id").items():
            left = sum(same.mapped("amount_total_signed"))
            if order.currency_id.is_zero(left) and not any(
                same.mapped("amount_residual")
            ):
                subject = f"order:{order.external_id}:{BOOKED}"
                self.env["channel.issue"]._settle(
                    order.channel_id, "cancel_failed", [subject]
                )

    # --- what is left to people -------------------------------------------------------

    def _issue(self, draft, why):
        message = self.env._(
            "Order %(order)s: %(amount)s %(currency)s were refunded at the channel on"
            " %(moment)s UTC, and no credit note is made for it here: %(why)s. Enter"
            " the credit note and the payment by hand, then dismiss this issue.",
            order=draft.order.name,
            amount=draft.due,
            currency=draft.currency.name,
            moment=draft.refund.created_at.astimezone(UTC).replace(tzinfo=None),
            why=why,
        )
        return self.env["channel.order.trouble"]._value(
            draft.order, "refund_unsupported", message, part=draft.refund.external_id
        )

    def _issue_credited(self, draft):
        message = self.env._(
            "Order %(order)s: %(credit)s credits %(credited)s %(currency)s, and by now"
            " the channel pays %(amount)s back. See there what became of the payment;"
            " pay it again there, or reverse the credit note here, then dismiss this"
            " issue.",
            order=draft.order.name,
            credit=draft.credit.name,
            credited=draft.credit.amount_total,
            amount=draft.due,
            currency=draft.currency.name,
        )
        return self.env["channel.order.trouble"]._value(
            draft.order, "refund_unsupported", message, part=draft.refund.external_id
        )
