from odoo import models

from .isolator import isolate


class OrderShadow(models.AbstractModel):
    """Tries orders beside an incumbent connector: everything is made and undone, and
    what came of it is kept, so that nothing is doubled."""

    _name = "channel.order.shadow"
    _description = "Try Orders in Shadow"

    def _try(self, channel, orders):
        """Make the documents of some orders, note the outcome, and undo them."""
        results = {}
        isolate(
            self.env,
            orders,
            lambda batch: results.update(self._outcomes(channel, batch)),
            lambda order, error: results.update({order.id: str(error)}),
        )
        for order in orders:
            order.write(
                {
                    "state": "shadow",
                    "to_apply": False,
                    "shadow_result": results[order.id],
                }
            )
        orders.line_ids.write({"unimported": False})
        self.env["channel.order.demand"]._note(orders.line_ids.product_id)

    def _outcomes(self, channel, orders):
        Values = self.env["channel.order.values"]
        drafts = Values._prepare(channel, orders)
        outcomes = {
            draft.order.id: "\n".join(problem["message"] for problem in draft.problems)
            for draft in drafts
        }
        ready = [draft for draft in drafts if not draft.problems]
        if ready:
            outcomes |= self._trial(channel, ready)
        return outcomes

    def _trial(self, channel, drafts):
        outcomes = {}
        with self.env.cr.savepoint() as savepoint:
            sales = self.env["channel.order.import"]._confirmed_sales(channel, drafts)
            for draft, sale in zip(drafts, sales, strict=True):
                outcomes[draft.order.id] = self._outcome(draft, sale)
            savepoint.rollback()
        return outcomes

    def _outcome(self, draft, sale):
        lacking = [
            f"{move.product_id.display_name}:"
            f" {move.product_uom_qty - move.quantity:.15g}"
            for move in sale.order_line.move_ids
            if move.quantity < move.product_uom_qty
        ]
        return self.env._(
            "Total %(total)s %(currency)s as at the channel, %(lines)s lines, ships"
            " from %(warehouse)s. Not in stock: %(lacking)s.",
            total=sale.amount_total,
            currency=sale.currency_id.name,
            lines=len(sale.order_line),
            warehouse=sale.warehouse_id.name,
            lacking=", ".join(lacking) or self.env._("nothing"),
        )
