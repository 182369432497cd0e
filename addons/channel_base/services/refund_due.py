from datetime import UTC
from decimal import Decimal

from odoo import models

from ..books.edited import paybacks_of_surplus
from ..books.lines import Role
from ..books.money import rounded
from ..books.payments import received
from ..books.refund import is_settled, paid_back
from ..books.refund_credit import credit
from ..books.totals import Books
from .refund_draft import RefundDraft

CANCELLED = "cancel"


class RefundDue(models.AbstractModel):
    """Which refunds of the channel are to be credited now, which of them wait for an
    invoice, and which a person must enter."""

    _name = "channel.refund.due"
    _description = "Channel Refunds To Credit"

    def _drafts(self, channel, externals):
        """Refunds whose money is not under way any more, and that are worth a credit
        note or have one.

        :param externals: dict order -> canonical order.
        """
        refunding = [order for order, external in externals.items() if external.refunds]
        orders = self.env["channel.order"].concat(*refunding)
        if not orders:
            return []
        moves = self.env["account.move"].search(
            [("channel_order_id", "in", orders.ids), ("state", "!=", "cancel")]
        )
        by_order = moves.grouped("channel_order_id")
        drafts = [
            self._draft(
                channel, order, externals[order], refund, by_order.get(order, moves[:0])
            )
            for order in orders
            for refund in externals[order].refunds
            if is_settled(refund)
            and refund.external_id not in paybacks_of_surplus(externals[order])
        ]
        self._recognise(drafts)
        return [
            draft for draft in drafts if draft.due or draft.credit or draft.absorbed
        ]

    def _draft(self, channel, order, external, refund, moves):
        posted = moves.filtered(lambda move: move.state == "posted")
        draft = RefundDraft(
            order,
            external,
            currency=order.currency_id,
            rate=order.currency_rate,
            refund=refund,
            # along with what corrects them after an edit
            invoices=posted.filtered(
                lambda move: move.move_type == "out_invoice" or move.channel_corrects
            ),
            credit=moves.filtered(
                lambda move: move.channel_refund_key == refund.external_id
            ),
            products={
                line.channel_line_id.external_id: line.product_id
                for line in order.sale_order_id.order_line
                if line.channel_role == "product"
            },
        )
        self._fill(channel, draft)
        return draft

    def _fill(self, channel, draft):
        """What is to be credited; ``obstacle`` where that is not certain."""
        digits = draft.currency.decimal_places
        draft.due = rounded(draft.refund.total.amount, digits)
        limit = rounded(Decimal(channel.rounding_limit * draft.rate), digits)
        try:
            made = credit(
                draft.external,
                draft.refund,
                digits,
                limit,
                self.env._("Rounding difference"),
            )
        except LookupError as error:
            draft.obstacle = self.env._("line %s of it is not known", error.args[0])
            return
        if made.gap > 0:
            explained = self.env["channel.return.credit"]._with_fee(
                draft.order, draft.refund, made.gap
            )
            if explained is not draft.refund:
                draft.refund = explained
                self._fill(channel, draft)
                return
        if added := self._added(draft, made):
            draft.obstacle = self.env._(
                "it gives back line %s, which was added there and is not on the sale"
                " order",
                ", ".join(added),
            )
            return
        draft.due, draft.absorbed = made.due, made.absorbed
        draft.books = Books(made.lines, Decimal(0), Decimal(0))
        if made.gap:
            draft.obstacle = self.env._(
                "what was given back is worth %(worth)s, and %(paid)s are paid back",
                worth=made.worth,
                paid=made.due,
            )

    def _added(self, draft, made):
        """Ids of lines that it gives back and that the sale order does not have."""
        named = {line.source for line in made.lines if line.role is Role.PRODUCT}
        return sorted(named - draft.products.keys())

    def _recognise(self, drafts):
        """Refunds that were asked for here have credit notes, and need no others."""
        unknown = [draft for draft in drafts if draft.due and not draft.credit]
        orders = self.env["channel.order"].concat(*{draft.order for draft in unknown})
        asked = self.env["channel.refund"].search(
            [("order_id", "in", orders.ids), ("state", "!=", "done")]
        )
        Push = self.env["channel.refund.push"]
        for draft in unknown:
            mine = asked.filtered(
                lambda row, draft=draft: row.order_id == draft.order
                and row.state != "done"
            )
            if mine:
                row, draft.waits = Push._recognise(mine, draft.refund, draft.due)
                if row:
                    row._adopt(draft.refund.external_id)
                    draft.credit = row.move_id

    # --- what forbids or delays it ----------------------------------------------------

    def _examine(self, draft):
        """Whether a draft can be credited: else it waits, or a person is told why."""
        if draft.credit:
            if draft.currency.compare_amounts(
                draft.credit.amount_total, float(draft.due + draft.absorbed)
            ):
                draft.problems.append(self._issue_credited(draft))
            return
        if draft.waits or self._is_never_invoiced(draft):
            draft.waits = True
            return
        obstacle = draft.obstacle or self._obstacle(draft)
        if obstacle:
            draft.problems.append(self._issue(draft, obstacle))
        elif not self._is_invoiced(draft):
            draft.waits = True

    def _is_never_invoiced(self, draft):
        """Nothing was invoiced of an order that was cancelled: money that comes back
        settles with what was paid."""
        return draft.order.sale_order_id.state == CANCELLED and not draft.invoices

    def _obstacle(self, draft):
        total = rounded(draft.external.total.amount, draft.currency.decimal_places)
        if draft.due and not draft.refund.payments:
            return self.env._("the channel names no payments of it")
        if self._paid(draft.external) > total:
            return self.env._("more had been paid than its total")
        if by_hand := self._by_hand(draft):
            return self.env._(
                "%s was entered by hand; if it is for this refund, say so on it"
                " (Refund at the Channel) instead",
                ", ".join(by_hand.mapped("display_name")),
            )
        invoiced = sum(draft.invoices.mapped("amount_total_in_currency_signed"))
        complete = draft.order.sale_order_id.invoice_status == "invoiced"
        if complete and draft.currency.compare_amounts(invoiced, float(total)):
            return self.env._("it is not invoiced as it was ordered")
        return ""

    def _paid(self, external):
        """What was received and did not go back as too much."""
        surplus = paybacks_of_surplus(external)
        back = [r for r in external.refunds if r.external_id in surplus]
        return received(external) - sum(map(paid_back, back), Decimal(0))

    def _is_invoiced(self, draft):
        """Whether all that it gives back is: of orders that are invoiced in parts, or
        not yet."""
        if not draft.invoices:
            return False
        units = {}
        for refund in draft.external.refunds:
            for part in refund.lines if is_settled(refund) else ():
                units[part.line] = units.get(part.line, 0) + part.quantity
        lines = draft.order.sale_order_id.order_line
        return all(
            line.qty_invoiced >= units.get(line.channel_line_id.external_id, 0)
            for line in lines
            if line.channel_role == "product"
        ) and not (
            draft.refund.shipping
            and lines.filtered(
                lambda line: line.channel_role == "shipping" and not line.qty_invoiced
            )
        )

    def _by_hand(self, draft):
        credits_ = (
            draft.invoices.reversal_move_ids | draft.order.sale_order_id.invoice_ids
        )
        return credits_.filtered(
            lambda move: move.move_type == "out_refund"
            and move.state != "cancel"
            and not move.channel_refund_key
            # what is prepared here for a return gives way to the channel's refund
            and not (move.state == "draft" and move.channel_return_id)
            # one that is under way is another one: it would have been recognised
            and move.channel_refund_ids.state != "sent"
            and not move.channel_corrects
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
            moment=draft.refund.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M"),
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
