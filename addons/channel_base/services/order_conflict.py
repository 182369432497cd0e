from odoo import fields, models

OWNED = frozenset(
    {"product_id", "product_uom_qty", "price_unit", "tax_ids", "discount"}
)


class OrderConflict(models.AbstractModel):
    """People change what the channel owns: they may, and it is not overlooked."""

    _name = "channel.order.conflict"
    _description = "Conflicting Changes of Channel Orders"

    def _concerns(self, lines, vals):
        """Lines of confirmed channel orders whose owned fields a person is changing."""
        if not OWNED & vals.keys() or not self._is_person():
            return lines.browse()
        return lines.filtered(lambda line: line.channel_role and line.state == "sale")

    def _is_person(self):
        return not (self.env.su or self.env.user.has_group("channel_base.group_worker"))

    def _report_changed(self, lines):
        """Lines were changed by a person."""
        self._report(
            lines.order_id,
            self.env._(
                "Its products, quantities and prices were changed here by %(user)s on"
                " %(moment)s UTC, and the channel owns them. Change the order at the"
                " channel too, then dismiss this issue.",
                **self._who(),
            ),
        )

    def _report_cancelled(self, sales):
        """Sale orders were cancelled; it matters where a person did it."""
        if self._is_person():
            self._report(
                sales,
                self.env._(
                    "It was cancelled here by %(user)s on %(moment)s UTC, and the"
                    " channel still waits for the goods. Cancel the order at the"
                    " channel too, then dismiss this issue.",
                    **self._who(),
                ),
            )

    def _who(self):
        # a dismissed issue speaks up again only with another message
        return {"user": self.env.user.name, "moment": fields.Datetime.now()}

    def _report(self, sales, what):
        """One issue per order that is open at the channel."""
        # a salesperson need not have rights on channels
        orders = sales.channel_order_id.sudo()
        Trouble = orders.env["channel.order.trouble"]
        values_list = []
        for order in orders.filtered(lambda order: order.state == "imported"):
            message = f"{order.name}, {order.sale_order_id.name}: {what}"
            values_list.append(Trouble._value(order, "conflict", message))
        Trouble._report(values_list)
