from odoo import models

PART = "shipped"


class OrderElsewhere(models.AbstractModel):
    """Goods that the channel calls shipped while their transfer is open here: in the
    marketplace's own admin, say. They could go twice, so a person is told."""

    _name = "channel.order.elsewhere"
    _description = "Goods Shipped Elsewhere"

    def _check(self, orders):
        """Open an issue for each order of which more is shipped at the channel than
        here, and close those that no longer hold."""
        values_list = self._issues(orders)
        self._close(self._opened([("order_id", "in", orders.ids)]), values_list)
        self.env["channel.order.trouble"]._report(values_list)

    def _recheck(self):
        """Close the issues, of all channels, that transfers have overtaken which were
        done or cancelled since."""
        # one job for all companies: below, each channel's own user goes on
        for channel, issues in self.sudo()._opened([]).grouped("channel_id").items():
            worker = channel._as_worker()
            here = self.with_env(worker.env)
            issues = issues.with_env(worker.env)
            here._close(issues, here._issues(issues.order_id))

    def _opened(self, domain):
        return self.env["channel.issue"].search(
            [
                ("kind", "=", "conflict"),
                ("state", "=", "open"),
                ("subject", "=like", f"%:{PART}"),
                *domain,
            ]
        )

    def _close(self, issues, holding):
        orders = {values["order"] for values in holding}
        over = issues.filtered(lambda issue: issue.order_id not in orders)
        for channel, same in over.grouped("channel_id").items():
            over._settle(channel, "conflict", same.mapped("subject"))

    # --- which orders -----------------------------------------------------------------

    def _issues(self, orders):
        """:return: issues of the orders that are concerned."""
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

    def _read_ahead(self, lines):
        """What is looked at below one by one is read at once."""
        moves = lines.sale_line_ids.move_ids
        moves.fetch()
        moves.picking_id.fetch(["name"])

    def _told(self, line):
        return sum(line.shipment_line_ids.mapped("quantity"))

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
            order, "conflict", message, part=PART
        )
