from odoo import fields, models

NOTED = "channel.order.undelivered"


class OrderUndelivered(models.AbstractModel):
    """Transfers that people cancel, or end without a backorder, while the channel still
    waits for the goods."""

    _name = "channel.order.undelivered"
    _inherit = "channel.order.watch"
    _description = "Goods That Nothing Delivers Any More"

    _part = "undelivered"

    def _note(self, sale_lines):
        """Look at these lines before the commit: a transfer is ended in several steps,
        and a backorder comes and goes on the way."""
        precommit = self.env.cr.precommit
        noted = precommit.data.setdefault(NOTED, set())
        if not noted:
            precommit.add(self._check_noted)
        noted.update(sale_lines.ids)

    def _check_noted(self):
        # warehouse staff need not have rights on orders and channels
        lines = self.env["sale.order.line"].sudo()
        lines = lines.browse(self.env.cr.precommit.data.pop(NOTED, ())).exists()
        is_asked = self.env["channel.order.conflict"]._is_asked
        orders = lines.order_id.channel_order_id.filtered(
            lambda order: not is_asked(order)
        )
        if orders:
            self.sudo()._check(orders)

    def _issues(self, orders):
        lines = orders.filtered(
            lambda order: order.state == "imported" and not order.cancelled_at
        ).line_ids.filtered(
            lambda line: line.requires_shipping and line.kind == "product"
        )
        self._read_ahead(lines)
        units = {line: self._units(line) for line in lines}
        lines = lines.filtered(lambda line: units[line] > 0)
        return [
            self._issue(order, {line: units[line] for line in same})
            for order, same in lines.grouped("order_id").items()
        ]

    def _units(self, line):
        """Whole units that the channel waits for, that the sale order has, and that no
        transfer is to deliver."""
        Quantity = self.env["channel.shipment.quantity"]
        sale_lines = Quantity._sale_lines(line).filtered(lambda s: s.state == "sale")
        if not sale_lines.move_ids or sale_lines._channel_open_moves():
            return 0
        left = Quantity._delivered(line)
        # what came back later was shipped all the same, here or elsewhere
        shipped = max(left, line.fulfilled, self._told(line))
        return min(line._wanted() - shipped, Quantity._ordered(line) - left)

    def _issue(self, order, units_by_line):
        goods = ", ".join(
            self.env._(
                "%(units)s of %(product)s",
                units=units,
                product=line.product_id.display_name or line.title,
            )
            for line, units in units_by_line.items()
        )
        message = self.env._(
            "Order %(order)s: the channel still waits for %(goods)s, and no transfer of"
            " %(sale)s is to deliver it any more, since %(user)s ended the last one on"
            " %(moment)s UTC. Cancel it at the channel, too, or deliver it from"
            " %(sale)s again, and this issue closes by itself; or dismiss it.",
            order=order.name,
            goods=goods,
            sale=order.sale_order_id.name,
            # a dismissed issue speaks up again only with another message
            user=self.env.user.name,
            moment=fields.Datetime.now(),
        )
        return self.env["channel.order.trouble"]._value(
            order, "conflict", message, part=self._part
        )
