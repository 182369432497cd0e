from odoo import fields, models
from odoo.fields import Command

from ..books.lines import Role
from .order_cancel import BOOKED
from .plain import clean


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
        Due = self.env["channel.refund.due"]
        drafts = Due._drafts(channel, externals)
        for draft in drafts:
            Due._examine(draft)
        ready = [d for d in drafts if not (d.credit or d.waits or d.problems)]
        self.env["channel.tax.match"]._fill(channel, ready)
        ready = [draft for draft in ready if not draft.problems]
        credits_ = self.env["account.move"].with_context(tracking_disable=True)
        credits_ = credits_.create([self._prepare_credit(channel, d) for d in ready])
        self._post(credits_)
        for draft, credit in zip(ready, credits_, strict=True):
            self._check_total(draft, credit)
        problems = {}
        for draft in drafts:
            problems.setdefault(draft.order, []).extend(draft.problems)
        return {order: issues for order, issues in problems.items() if issues}

    # --- credit notes -----------------------------------------------------------------

    def _post(self, credits_):
        """Odoo settles credit notes that are posted together with the invoices that
        they reverse pair by pair: of one invoice there may only be one at a time."""
        while credits_:
            several = credits_.filtered("reversed_entry_id").grouped(
                "reversed_entry_id"
            )
            later = credits_.browse().concat(*(same[1:] for same in several.values()))
            (credits_ - later).action_post()
            credits_ = later

    def _prepare_credit(self, channel, draft):
        invoice = draft.invoices.filtered(lambda m: m.move_type == "out_invoice")[:1]
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
        sold = draft.order.line_ids.filtered(lambda row: row.external_id == line.source)
        return {
            "channel_role": line.role.value,
            "channel_line_id": sold.id,
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "name": self._label(line) or product.display_name,
            "quantity": line.quantity,
            "price_unit": float(line.unit_price),
            "tax_ids": [Command.set(list(taxes))],
            "extra_tax_data": Values._prepare_tax_data(draft, line, taxes),
        }

    def _label(self, line):
        """Adjustments are named by the channel's codes."""
        if line.role is not Role.ADJUSTMENT:
            return clean(line.name)
        labels = {
            "customer": self.env._("Agreed with the customer"),
            "damage": self.env._("Damaged goods"),
            "restock": self.env._("Restocking fee"),
            "refund_discrepancy": self.env._("Refund adjustment"),
            "full_return_balancing_adjustment": self.env._("Balance of the return"),
            "pending_refund_discrepancy": self.env._("Refund under way"),
            "cash_rounding": self.env._("Cash rounding"),
        }
        return labels.get(line.name, clean(line.name))

    def _check_total(self, draft, credit):
        should = draft.due + draft.absorbed
        if draft.currency.compare_amounts(credit.amount_total, float(should)):
            raise ValueError(
                self.env._(
                    "The credit note comes to %(computed)s %(currency)s, the channel"
                    " gave %(paid)s back. Look for what makes it differ: taxes that"
                    " were changed, and apps that change invoices.",
                    computed=credit.amount_total,
                    paid=should,
                    currency=draft.currency.name,
                )
            )

    def _settle_cancelled(self, orders):
        """Nothing is left to do for the books of cancelled orders that were credited
        and paid back."""
        orders = orders.filtered(lambda order: order.state == "cancelled")
        if not orders:
            return
        moves = self.env["account.move"].search(
            [("channel_order_id", "in", orders.ids), ("state", "=", "posted")]
        )
        payments = self.env["account.payment"].search(
            [("channel_order_id", "in", (orders - moves.channel_order_id).ids)]
        )
        found = moves.grouped("channel_order_id")
        paid = payments.grouped("channel_order_id")
        for channel, same in orders.grouped("channel_id").items():
            even = same.filtered(
                lambda order: self._is_even(
                    order, found.get(order, moves[:0]), paid.get(order, payments[:0])
                )
            )
            subjects = [f"order:{order.external_id}:{BOOKED}" for order in even]
            self.env["channel.issue"]._settle(channel, "cancel_failed", subjects)

    def _is_even(self, order, moves, payments):
        """Whether its invoices, or its payments where there are none, come to
        nothing."""
        amounts = moves.mapped("amount_total_signed")
        settled = not any(moves.mapped("amount_residual"))
        if not moves:
            amounts = payments.mapped("amount_company_currency_signed")
            settled = bool(payments)
        return settled and order.company_id.currency_id.is_zero(sum(amounts))
