from collections import Counter

from odoo import fields, models

from ..books.payments import received

BOOKED = "books"  # tells issues about money and invoices of cancelled orders


class OrderCancel(models.AbstractModel):
    """Cancels sale orders whose orders were cancelled at the channel, as far as their
    goods have not left."""

    _name = "channel.order.cancel"
    _description = "Cancel Channel Orders"

    def _cancel(self, order, external):
        """Free all stock that has not left, and cancel the sale order if none has.

        :return: issues.
        """
        self.env["channel.change.plan"]._drop(order)
        moment = external.cancelled_at or external.updated_at
        order.write({"cancelled_at": fields.Datetime.to_string(moment)})
        if self._has_left(order.sale_order_id):
            return self._cancel_rest(order)
        return self._cancel_all(order, external)

    def _has_left(self, sale):
        """Of kits, parts may have left that are no whole one yet."""
        balance = Counter()
        for move in sale.order_line.move_ids.filtered(lambda m: m.state == "done"):
            if move.location_dest_id.usage == "customer":
                balance[move.product_id] += move.quantity
            if move.location_id.usage == "customer":
                balance[move.product_id] -= move.quantity
        delivered = sale.order_line.mapped("qty_delivered")
        return any(units > 0 for units in (*delivered, *balance.values()))

    def _cancel_all(self, order, external):
        sale = order.sale_order_id
        # a locked order is no obstacle: it was cancelled where it was placed
        sale.filtered("locked").action_unlock()
        sale.with_context(disable_cancel_warning=True).action_cancel()
        order.state = "cancelled"
        order.line_ids.write({"unimported": False})
        self.env["channel.order.demand"]._note(order.line_ids.product_id)
        self.env["channel.order.trouble"]._settle(order)
        posted = sale.invoice_ids.filtered(lambda move: move.state == "posted")
        paid = self.env["account.payment"].search_count(
            [("channel_order_id", "=", order.id)], limit=1
        )
        Kept = self.env["channel.order.kept"]
        issues = []
        # an invoice of which nothing was paid is credited in its own lane
        order.accounting_state = "ready" if posted else "done"
        if paid or (posted and received(external)):
            issues.append(self._issue(order, self._booked(order, posted), part=BOOKED))
        elif not posted and Kept._keeps(external, order):
            message = Kept._message(external, order)
            issues.append(self._issue(order, message, part=BOOKED))
        if order.line_ids.filtered(
            lambda line: line.requires_shipping and line.fulfilled
        ):
            issues.append(self._issue(order, self._shipped_there(order)))
        return issues

    def _cancel_rest(self, order):
        """What a vendor is to send is not ours to stop: a person must ask him."""
        lines = order.sale_order_id.order_line
        moves = lines._channel_open_moves()
        sent_by_vendor = moves.filtered(lambda m: m.location_id.usage == "supplier")
        (moves - sent_by_vendor)._action_cancel()
        wanted = lines.filtered(
            lambda line: line.qty_delivered_method == "stock_move"
            and line.product_uom_qty > 0
            and not line.move_ids
        )
        products = sent_by_vendor.product_id | wanted.product_id
        left = lines.move_ids.filtered(
            lambda m: m.state == "done" and m.location_dest_id.usage == "customer"
        )
        message = self._shipped(order, products)
        return [self._issue(order, message, picking=left.picking_id[-1:])]

    # --- what is left to people -------------------------------------------------------

    def _shipped(self, order, bought):
        """:param bought: products that a vendor was or is to be asked to send."""
        message = self.env._(
            "Order %(order)s was cancelled at the channel, but goods have left with"
            " %(sale)s. What had not left is cancelled here, and its stock is free."
            " Take the others back with the button for it, or agree otherwise; then"
            " dismiss this issue.",
            order=order.name,
            sale=order.sale_order_id.name,
        )
        if not bought:
            return message
        return message + self.env._(
            " Still to come from a vendor: %s. Cancel that purchase, too.",
            ", ".join(bought.mapped("display_name")),
        )

    def _shipped_there(self, order):
        return self.env._(
            "Order %(order)s was shipped there before it was cancelled, and nothing"
            " left with %(sale)s, which is cancelled. Correct the stock if the goods"
            " were yours, then dismiss this issue.",
            order=order.name,
            sale=order.sale_order_id.name,
        )

    def _booked(self, order, invoices):
        return self.env._(
            "Order %(order)s was cancelled at the channel. Its stock is free again;"
            " reverse %(invoices)s with a credit note and pay back what was paid, then"
            " dismiss this issue.",
            order=order.name,
            invoices=", ".join(invoices.mapped("name")) or self.env._("its payments"),
        )

    def _issue(self, order, message, part="", **links):
        return self.env["channel.order.trouble"]._value(
            order, "cancel_failed", message, part=part, **links
        )
