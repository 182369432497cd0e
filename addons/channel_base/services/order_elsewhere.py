from odoo import models


class OrderElsewhere(models.AbstractModel):
    """Goods that the channel calls shipped while their transfer is open here: in the
    marketplace's own admin, say. They could go twice, so a person is told."""

    _name = "channel.order.elsewhere"
    _inherit = "channel.order.watch"
    _description = "Goods Shipped Elsewhere"

    _part = "shipped"

    def _issues(self, orders):
        lines = self._untold(orders)
        self._read_ahead(lines)
        units = {line: self._units(line) for line in lines}
        lines = lines.filtered(lambda line: units[line] and self._open_goods(line))
        return [
            self._issue(order, {line: units[line] for line in same})
            for order, same in lines.grouped("order_id").items()
        ]

    def _untold(self, orders):
        """Lines of which the channel knows more to be shipped than it was told."""
        imported = orders.filtered(lambda order: order.state == "imported")
        return imported.line_ids.filtered(
            lambda line: line.requires_shipping
            and line.kind == "product"
            and line.fulfilled > self._told(line)
        )

    def _units(self, line):
        """Units shipped at the channel that did not leave here.

        What was told is ours, also when it came back meanwhile.
        """
        left = self.env["channel.shipment.quantity"]._delivered(line)
        return max(0, line.fulfilled - max(left, self._told(line)))

    def _open_goods(self, line):
        """Sale order lines whose goods are still to leave: by open transfers, or by
        none yet, where a vendor is to be asked."""
        return (
            self.env["channel.shipment.quantity"]
            ._sale_lines(line)
            .filtered(
                lambda sale_line: sale_line.state == "sale"
                and sale_line.product_uom_qty > 0
                and (not sale_line.move_ids or sale_line._channel_open_moves())
            )
        )

    def _issue(self, order, units_by_line):
        sale = order.sale_order_id
        pickings = sale.order_line._channel_open_moves().picking_id
        goods = ", ".join(
            self.env._(
                "%(units)s of %(product)s",
                units=units,
                product=self._open_goods(line).product_id[:1].display_name,
            )
            for line, units in units_by_line.items()
        )
        message = self.env._(
            "Order %(order)s was shipped at the channel, not from here: %(goods)s. In"
            " %(sale)s this is still to be delivered (%(transfers)s) and could go"
            " twice. If it has really left, validate the transfer, or cancel it where"
            " others have shipped it, and this issue closes by itself; if not, correct"
            " it at the channel, then dismiss this issue.",
            order=order.name,
            goods=goods,
            sale=sale.name,
            transfers=", ".join(pickings.mapped("name"))
            or self.env._("not transferred yet, perhaps to be bought"),
        )
        return self.env["channel.order.trouble"]._value(
            order, "conflict", message, part=self._part
        )
