from odoo import fields, models

from ..adapter import codec
from ..adapter.canonical import LineKind, Order
from ..books import gate
from .order_trouble import ACCOUNTING, BY_HAND, IMPORT, WAITING


class OrderResume(models.AbstractModel):
    """Lets orders go on after a person has fixed what they waited for."""

    _name = "channel.order.resume"
    _description = "Resume Channel Orders"

    def _resume(self, issues):
        """Go on with the orders of resolved issues."""
        booked = issues.filtered(lambda issue: issue.kind in ACCOUNTING).order_id
        booked.filtered(
            lambda o: o.accounting_state == "blocked"
        ).accounting_state = "ready"
        released = issues.filtered(lambda issue: issue.kind == "hold").order_id
        released.released_at = fields.Datetime.now()
        self._stand(
            issues.filtered(lambda issue: issue.kind not in ACCOUNTING).order_id
        )
        self._wake(issues.order_id)

    def _read_again(self, issues):
        """Read the orders of resolved issues that could not be read before: there is
        nothing of them here to go on with."""
        prefix = "order:"
        unread = issues.filtered(
            lambda issue: issue.kind in ("order_failed", "protocol")
            and not issue.order_id
            and issue.subject.startswith(prefix)
        )
        for channel, same in unread.grouped("channel_id").items():
            ids = [issue.subject.removeprefix(prefix) for issue in same]
            self.env["channel.event"]._ask(channel, ids)

    def _release(self, orders):
        """Let held orders pass."""
        held = orders.filtered(lambda order: order.state == "held")
        held.released_at = fields.Datetime.now()
        self._stand(held)
        self._settle(held)
        self._wake(held)

    def _reconsider(self, orders):
        """See whether orders that wait may pass by now."""
        self._stand(orders, ("pending", "held"))
        passed = orders.filtered(lambda order: order.state in ("new", "ignored"))
        self._settle(passed)
        self._wake(orders)

    def _retry(self, orders):
        """Try again what is blocked, in either lane, and bring in what was in
        shadow or ignored."""
        orders.filtered(
            lambda o: o.accounting_state == "blocked"
        ).accounting_state = "ready"
        ignored = orders.filtered(lambda order: order.state == "ignored")
        ignored.released_at = fields.Datetime.now()
        self._stand(orders, ("blocked", "held", "shadow", "ignored"))
        self._wake(orders)

    def _cancel(self, orders):
        """Give up orders without documents: they count no more."""
        waiting = orders.filtered(lambda order: not order.sale_order_id)
        waiting.write({"state": "cancelled", "cancelled_at": fields.Datetime.now()})
        # only jobs write lines; whoever may write their order may give it up
        waiting.line_ids.sudo().write({"unimported": False})
        self.env["channel.order.demand"]._note(waiting.line_ids.product_id)
        self._settle(waiting, (*IMPORT, *BY_HAND))

    def _count(self, order):
        """The goods of an order count against stock from now on, or no more."""
        goods = order.line_ids.filtered(lambda line: line.kind == LineKind.PRODUCT)
        goods.sudo().write({"unimported": order._holds_stock()})  # as above
        self.env["channel.order.demand"]._note(goods.product_id)

    def _resume_listings(self, listings):
        """Products were chosen for listings: their lines count from now on, and orders
        that waited for nothing else go on."""
        lines = self.env["channel.order.line"].search(
            [("listing_id", "in", listings.ids), ("product_id", "=", False)]
        )
        for listing, same in lines.grouped("listing_id").items():
            same.product_id = listing.product_id
        self.env["channel.order.demand"]._note(lines.product_id)
        orders = lines.order_id.filtered(
            lambda order: order.state == "blocked" or order.open_change_id
        )
        self._settle(orders, ("unmapped_sku",))
        self._stand(orders)
        self._wake(orders)

    def _stand(self, orders, states=("blocked", "held")):
        """Put orders without documents back where their last state belongs; those that
        still wait say so again."""
        store, Trouble = (
            self.env["channel.order.store"],
            self.env["channel.order.trouble"],
        )
        waiting = []
        policies = {channel: store._policy(channel) for channel in orders.channel_id}
        for order in orders.filtered(
            lambda o: not o.sale_order_id and o.state in states
        ):
            external = codec.loads(Order, order.snapshot)
            policy = policies[order.channel_id]
            released, counted = bool(order.released_at), order._holds_stock()
            order.state, reasons = gate.standing(external, policy, released=released)
            order.stockless = policy.sources.get(external.source) == "books"
            if order._holds_stock() != counted:
                self._count(order)
            if reasons:
                waiting.append(Trouble._waiting(external, order, policy))
        Trouble._report(waiting)
        for order in orders.filtered(
            lambda o: o.sale_order_id and o.snapshot != o.applied_snapshot
        ):
            order.to_apply = True

    def _settle(self, orders, kinds=WAITING):
        self.env["channel.order.trouble"]._settle(orders, kinds)

    def _wake(self, orders):
        Wakeup = self.env["channel.wakeup"]
        if orders.filtered(lambda order: order.state == "new" or order.to_apply):
            Wakeup._after_commit(self.env["channel.order"], "_job_import")
        if orders.filtered(lambda order: order.accounting_state == "ready"):
            Wakeup._after_commit(self.env["channel.order"], "_job_account")
