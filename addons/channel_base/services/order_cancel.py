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
            return self._cancel_rest(order, external)
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
        bought = self._bought(sale.order_line)
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
        by_hand = order.channel_id.invoice_policy == "manual"
        if paid or (posted and (by_hand or received(external))):
            issues.append(self._issue(order, self._booked(order, posted), part=BOOKED))
        elif not posted and Kept._keeps(external, order):
            message = Kept._message(external, order)
            issues.append(self._issue(order, message, part=BOOKED))
        if order.line_ids.filtered(
            lambda line: line.requires_shipping and line.fulfilled
        ):
            issues.append(self._issue(order, self._shipped_there(order)))
        if bought:
            message = self._purchased(order, bought)
            issues.append(self._issue(order, message, part="vendor"))
        return issues

    def _bought(self, lines):
        """Products that a vendor was, or is to be, asked to send to the buyer."""
        sent_by_vendor = lines._channel_open_moves().filtered(
            lambda move: move.location_id.usage == "supplier"
        )
        return sent_by_vendor.product_id | lines._channel_to_be_bought().product_id

    def _cancel_rest(self, order, external):
        """What a vendor is to send is not ours to stop: a person must ask him."""
        lines = order.sale_order_id.order_line
        moves = lines._channel_open_moves()
        bought = self._bought(lines)
        moves.filtered(lambda m: m.location_id.usage != "supplier")._action_cancel()
        left = lines.move_ids.filtered(
            lambda m: m.state == "done" and m.location_dest_id.usage == "customer"
        )
        message = self._shipped(order, bought, self._overcharging(order, external))
        return [self._issue(order, message, picking=left.picking_id[-1:])]

    def _overcharging(self, order, external):
        """Posted invoices of units that will never leave, where no refund says what of
        them is to be credited."""
        sale = order.sale_order_id
        if external.refunds or not any(
            line.qty_invoiced > line.qty_delivered
            for line in sale.order_line
            if line.qty_delivered_method == "stock_move"
        ):
            return sale.invoice_ids.browse()
        return sale.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )

    # --- what is left to people -------------------------------------------------------

    def _shipped(self, order, bought, invoices):
        """:param bought: products that a vendor was or is to be asked to send.
        :param invoices: they charge for what did not leave.
        """
        message = self.env._(
            "Order %(order)s was cancelled at the channel, but goods have left with"
            " %(sale)s. What had not left is cancelled here, and its stock is free."
            " Take the others back with the button for it, or agree otherwise; then"
            " dismiss this issue.",
            order=order.name,
            sale=order.sale_order_id.name,
        )
        if bought:
            message += self.env._(
                " Still to come from a vendor: %s. Cancel that purchase, too.",
                ", ".join(bought.mapped("display_name")),
            )
        if invoices:
            message += self.env._(
                " %s charges for what did not leave, too: credit that part.",
                ", ".join(invoices.mapped("name")),
            )
        return message

    def _purchased(self, order, bought):
        return self.env._(
            "Order %(order)s was cancelled at the channel, and so is %(sale)s here. But"
            " a vendor was, or is to be, asked to send a part of it: %(goods)s. Cancel"
            " that purchase, then dismiss this issue.",
            order=order.name,
            sale=order.sale_order_id.name,
            goods=", ".join(bought.mapped("display_name")),
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
