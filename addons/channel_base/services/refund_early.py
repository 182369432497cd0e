from odoo import models

from ..books.refund import is_settled


class RefundEarly(models.AbstractModel):
    """Units and delivery that are given back before they are invoiced, of orders that
    are invoiced when shipped."""

    _name = "channel.refund.early"
    _description = "Refunds Before the Invoice"

    def _note(self, channel, externals):
        """Have units invoiced that were given back before they could be: they are
        credited right after, so that the books tell what was paid, and paid back."""
        if channel.invoice_policy != "shipped":
            return
        for draft in self.env["channel.refund.due"]._drafts(channel, externals):
            if not draft.credit and not draft.obstacle:
                self._mark_given_back(draft)

    def _mark_given_back(self, draft):
        parts = {}
        for refund in draft.external.refunds:
            for part in refund.lines if is_settled(refund) else ():
                parts.setdefault(part.line, []).append(part)
        lines = draft.order.sale_order_id.order_line
        for line in lines.filtered("channel_line_id"):
            channel_line = line.channel_line_id
            given_back = parts.get(channel_line.external_id, ())
            units = min(
                self._not_delivered(channel_line, given_back), line.product_uom_qty
            )
            if line.channel_role == "product" and units > line.channel_given_back:
                line.channel_given_back = units
        if draft.refund.shipping:
            delivery = lines.filtered(lambda line: line.channel_role == "shipping")
            delivery.channel_given_back = 1

    def _not_delivered(self, line, parts):
        """Units given back that do not count as delivered: they have not left, or are
        back."""
        units = sum(part.quantity for part in parts)
        back = sum(part.quantity for part in parts if part.restock)
        return min(units, line.cancelled + min(line.refunded, back))
