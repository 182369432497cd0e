from odoo import models

from ..adapter import codec
from ..adapter.canonical import Order, OrderState

KIND = "cancel_request"


class OrderCancelWish(models.AbstractModel):
    """Buyers who ask to cancel: a person accepts, or ships all the same.

    An order that is not imported yet waits for that; of an imported one, whoever ships
    reads it on the transfer.
    """

    _name = "channel.order.cancel.wish"
    _description = "Cancellations That Buyers Ask For"

    def _reason(self, order):
        """Why an order waits, for its issue.

        :param order: canonical.
        """
        return self.env._(
            "the buyer asks to cancel it (%s); accept that, or ship it all the same",
            order.cancel_wish or self.env._("without a reason"),
        )

    def _follow(self, orders):
        """Tell of wishes that came after the import, and forget those that are
        overtaken: the order was cancelled, or has left."""
        values_list, over = [], orders.browse()
        for order in orders:
            external = codec.loads(Order, order.snapshot)
            cancelled = external.state is OrderState.CANCELLED
            if cancelled or external.cancel_wish is None:
                over |= order
            elif order.state != "cancelled":
                values_list.append(self._issue(order, external))
        Trouble = self.env["channel.order.trouble"]
        Trouble._settle(over, (KIND,))
        Trouble._report(values_list)

    def _issue(self, order, external):
        message = self.env._(
            "Of order %(order)s %(reason)s.",
            order=order.name,
            reason=self._reason(external),
        )
        return self._value(order, message)

    def _value(self, order, message):
        pickings = order.sale_order_id.picking_ids
        open_ones = pickings.filtered(lambda p: p.state not in ("done", "cancel"))
        return self.env["channel.order.trouble"]._value(
            order, KIND, message, picking=open_ones[:1]
        )

    # --- what people decide -----------------------------------------------------------

    def _accept(self, orders):
        """Nothing of these orders is shipped any more. The issue stays until the
        channel says that it knows."""
        waiting = orders.filtered(lambda order: not order.sale_order_id)
        if waiting:
            self.env["channel.order.resume"]._cancel(waiting)
        imported = (orders - waiting).filtered(lambda o: o.state != "cancelled")
        for order in imported:
            external = codec.loads(Order, order.snapshot)
            issues = self.env["channel.order.cancel"]._cancel(order, external)
            self.env["channel.order.trouble"]._report(issues)
        self.env["channel.order.trouble"]._report(
            [self._value(order, self._to_tell(order)) for order in orders]
        )

    def _to_tell(self, order):
        return self.env._(
            "Order %(order)s is cancelled here. Cancel it at %(channel)s too: this"
            " closes by itself when it is.",
            order=order.name,
            channel=order.channel_id.name,
        )

    def _decline(self, issues):
        """These orders are shipped all the same; the buyer's wish is not told again."""
        held = issues.order_id.filtered(lambda order: order.state == "held")
        self.env["channel.order.resume"]._release(held)
        issues.filtered(lambda issue: issue.state == "open")._end("dismissed")
