from odoo import models


class ChangeGoods(models.AbstractModel):
    """Transfers follow the units of an edited order, before its lines do."""

    _name = "channel.change.goods"
    _description = "Goods of Changed Orders"

    def _take_off(self, lines):
        """Free the units that nobody wants any more.

        :param lines: ``channel.order.line``.
        :return: lines whose units a person must take off: parts of kits, and what a
            vendor is to send.
        """
        take_off = self.env["channel.refund.goods"]._take_off
        goods = lines.filtered(lambda line: line.kind == "product")
        return goods.filtered(lambda line: take_off(line))

    def _put_back(self, line):
        """Let units leave again that were taken off for a plan that came to nothing."""
        sale_lines = self.env["channel.shipment.quantity"]._sale_lines(line)
        sale_lines.filtered("move_ids")._action_launch_stock_rule()
        # but for those that a refund has taken off meanwhile
        self._take_off(line)
