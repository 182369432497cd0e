from odoo import models

from ..adapter.canonical import OrderState
from ..books.conversion import payment_slack
from ..books.payments import kept
from .order_trouble import BY_HAND


class OrderKept(models.AbstractModel):
    """Money of orders that were cancelled before anything was booked: the gateway's
    payout would have no counterpart here, and nobody might pay it back."""

    _name = "channel.order.kept"
    _description = "Money Kept of Cancelled Orders"

    def _check(self, channel, stored):
        """Tell of the cancelled orders whose money was not paid back, and close the
        issues of those whose money was.

        :param stored: pairs of canonical order and row.
        """
        cancelled = [
            (external, order)
            for external, order in stored
            if external.state is OrderState.CANCELLED
            and order.state == "cancelled"
            and not order.sale_order_id
            and (channel.import_test_orders or not external.test)
        ]
        # in shadow the money is the business of whoever has the orders
        if not cancelled or channel.order_flow == "shadow":
            return
        # and so is that of ignored ones
        sources = self.env["channel.order.source"]._policies(channel)
        cancelled = [
            pair for pair in cancelled if sources.get(pair[0].source) != "ignore"
        ]
        keeping = [pair for pair in cancelled if self._keeps(*pair)]
        over = [pair[1] for pair in cancelled if pair not in keeping]
        Trouble = self.env["channel.order.trouble"]
        Trouble._settle(self.env["channel.order"].concat(*over), BY_HAND)
        Trouble._report(
            [
                Trouble._value(
                    order, "refund_unsupported", self._message(external, order)
                )
                for external, order in keeping
            ]
        )

    def _keeps(self, external, order):
        slack = payment_slack(external, order.currency_id.decimal_places)
        return kept(external) > slack

    def _message(self, external, order):
        return self.env._(
            "Order %(order)s was cancelled at the channel, and %(amount)s %(currency)s"
            " that were paid for it are not paid back. Nothing is booked here. Pay"
            " them back there; or enter what you keep by hand, on the journal of its"
            " gateway, then dismiss this issue.",
            order=order.name,
            amount=kept(external),
            currency=external.total.currency,
        )
