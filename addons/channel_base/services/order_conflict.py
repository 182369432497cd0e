from odoo import fields, models

from .order_trouble import BY_HAND

OWNED = frozenset(
    {"product_id", "product_uom_qty", "price_unit", "tax_ids", "discount"}
)
# What these issues ask for is no conflict.
ASKED = {*BY_HAND, "cancel_failed"}


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

    def _report_added(self, lines):
        """Lines were created; it matters where a person sells more with a confirmed
        order than the channel knows of. What Odoo adds itself does not."""
        if not self._is_person():
            return
        added = lines.filtered(
            lambda line: line.order_id.channel_order_id
            and line.state == "sale"
            and line.product_id
            and not line.is_downpayment
            and not line.is_expense
            and not line._is_delivery()
        )
        if added:
            self._report(
                added.order_id,
                self.env._(
                    "%(products)s was added here by %(user)s on %(moment)s UTC, and the"
                    " channel knows nothing of it. Add it to the order at the channel"
                    " too, or set its quantity to 0; then dismiss this issue.",
                    products=", ".join(added.product_id.mapped("display_name")),
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
        """One issue per order that is open at the channel, but for those that an issue
        asks to be changed by hand."""
        # a salesperson need not have rights on channels
        orders = sales.channel_order_id.sudo()
        Trouble = orders.env["channel.order.trouble"]
        values_list = []
        for order in orders.filtered(lambda order: order.state == "imported"):
            if self._is_asked(order):
                continue
            message = f"{order.name}, {order.sale_order_id.name}: {what}"
            values_list.append(Trouble._value(order, "conflict", message))
        Trouble._report(values_list)

    def _is_asked(self, order):
        """Does an open issue ask people to change this order by hand?"""
        opened = order.issue_ids.filtered(lambda issue: issue.state == "open")
        return bool(set(opened.mapped("kind")) & ASKED)
