from odoo import models

OWNED = frozenset(
    {"product_id", "product_uom_qty", "price_unit", "tax_ids", "discount"}
)


class OrderConflict(models.AbstractModel):
    """People change what the channel owns: they may, and it is not overlooked."""

    _name = "channel.order.conflict"
    _description = "Conflicting Changes of Channel Orders"

    def _concerns(self, lines, vals):
        """Lines of confirmed channel orders whose owned fields a person is changing."""
        if not OWNED & vals.keys() or self.env.su:
            return lines.browse()
        if self.env.user.has_group("channel_base.group_worker"):
            return lines.browse()
        return lines.filtered(lambda line: line.channel_role and line.state == "sale")

    def _report(self, lines):
        """One issue per order, by whoever changed it."""
        # a salesperson need not have rights on channels
        orders = lines.order_id.channel_order_id.sudo()
        Trouble = orders.env["channel.order.trouble"]
        Trouble._report(
            [
                Trouble._value(
                    order,
                    "conflict",
                    self.env._(
                        "%(user)s changed %(sale)s, whose products, quantities and"
                        " prices"
                        " the channel owns. Change order %(order)s at the channel"
                        " too, then"
                        " dismiss this issue.",
                        user=self.env.user.name,
                        sale=order.sale_order_id.name,
                        order=order.name,
                    ),
                )
                for order in orders
            ]
        )
