from odoo import models


class OrderWatch(models.AbstractModel):
    """A conflict between transfers and channel that closes by itself when transfers or
    the channel have overtaken it."""

    _name = "channel.order.watch"
    _description = "Conflicts of Transfers and Channels"

    _part = None  # tells the issues apart from other conflicts of the same order

    def _check(self, orders):
        """Open an issue for each order that is concerned, and close those of the others
        of them."""
        values_list = self._issues(orders)
        self._close(self._opened([("order_id", "in", orders.ids)]), values_list)
        self.env["channel.order.trouble"]._report(values_list)

    def _recheck(self):
        """Close the issues, of all channels, that no longer hold."""
        # one job for all companies: below, each channel's own user goes on
        for channel, issues in self.sudo()._opened([]).grouped("channel_id").items():
            worker = channel._as_worker()
            here = self.with_env(worker.env)
            issues = issues.with_env(worker.env)
            here._close(issues, here._issues(issues.order_id))

    def _issues(self, orders):
        """:return: issues of the orders that are concerned."""
        raise NotImplementedError

    def _opened(self, domain):
        return self.env["channel.issue"].search(
            [
                ("kind", "=", "conflict"),
                ("state", "=", "open"),
                ("subject", "=like", f"%:{self._part}"),
                *domain,
            ]
        )

    def _close(self, issues, holding):
        orders = {values["order"] for values in holding}
        over = issues.filtered(lambda issue: issue.order_id not in orders)
        for channel, same in over.grouped("channel_id").items():
            over._settle(channel, "conflict", same.mapped("subject"))

    def _read_ahead(self, lines):
        """What is looked at one by one is read at once."""
        moves = lines.sale_line_ids.move_ids
        moves.fetch()
        moves.picking_id.fetch(["name"])

    def _told(self, line):
        """Units that the channel was told of, or is to be."""
        return sum(line.shipment_line_ids.mapped("quantity"))
