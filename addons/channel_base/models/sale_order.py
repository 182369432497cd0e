from odoo import api, fields, models

from ..services.roles import role


class SaleOrder(models.Model):
    """Sale orders of channels keep what the channel decided."""

    _inherit = "sale.order"

    channel_order_id = fields.Many2one(
        "channel.order", readonly=True, copy=False, ondelete="restrict"
    )

    order_remarks = fields.Text(related="channel_order_id.remarks")
    channel_contact_id = fields.Many2one(
        "res.partner",
        string="Ordered By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who ordered for the company.",
    )

    channel_return_count = fields.Integer(
        compute="_compute_channel_return_count", compute_sudo=True
    )

    _channel_order_unique = models.UniqueIndex(
        "(channel_order_id) WHERE channel_order_id IS NOT NULL",
        "A channel order has one sale order.",
    )

    def _compute_channel_return_count(self):
        for order in self:
            order.channel_return_count = order.channel_order_id.return_count

    @api.depends("channel_order_id")
    def _compute_currency_id(self):
        """The channel's currency, also without a pricelist in it."""
        channel_orders = self.filtered("channel_order_id")
        for order in channel_orders:
            order.currency_id = order.channel_order_id.currency_id
        return super(SaleOrder, self - channel_orders)._compute_currency_id()

    @api.depends("channel_order_id.currency_rate")
    def _compute_currency_rate(self):
        """The rate of the channel's order: it need not be the one of Odoo's table."""
        channel_orders = self.filtered("channel_order_id")
        for order in channel_orders:
            order.currency_rate = order.channel_order_id.currency_rate
        return super(SaleOrder, self - channel_orders)._compute_currency_rate()

    def _compute_payment_term_id(self):
        """Without discounts for early payment: they would lower taxes that the channel
        has charged already."""
        result = super()._compute_payment_term_id()
        for order in self.filtered("channel_order_id"):
            if order.payment_term_id.early_discount:
                order.payment_term_id = False
        return result

    def _get_update_prices_lines(self):
        """Prices that a buyer has agreed to are not made anew from a pricelist."""
        return (
            super()
            ._get_update_prices_lines()
            .filtered(lambda line: not line.channel_role)
        )

    def _prepare_confirmation_values(self):
        """The order date of channel orders stays the day they were placed."""
        values = super()._prepare_confirmation_values()
        if self and self == self.filtered("channel_order_id"):
            values.pop("date_order", None)
        return values

    def action_confirm(self):
        channel_orders = self.filtered("channel_order_id")
        if channel_orders and channel_orders != self:
            channel_orders.action_confirm()
            return (self - channel_orders).action_confirm()
        result = super().action_confirm()
        channel_orders._channel_note_confirmed()
        return result

    def _channel_note_confirmed(self):
        """From now on the sale order holds the stock, not the fetched lines."""
        # whoever may confirm a quotation need not have rights on channels
        orders = self.channel_order_id.sudo().filtered(
            lambda order: not order.confirmed_at
        )
        if not orders:
            return
        orders.line_ids._note_held()
        orders.write(
            {"confirmed_at": fields.Datetime.now(), "accounting_state": "ready"}
        )
        orders.env["channel.order.demand"]._note(orders.line_ids.product_id)
        orders.env["channel.wakeup"]._after_commit(orders.browse(), "_job_account")
        # a quotation that a person confirms: goods may have left meanwhile
        imported = orders.filtered(lambda order: order.state == "imported")
        orders.env["channel.order.elsewhere"]._check(imported)
        gone = imported.line_ids.filtered("cancelled").order_id
        if gone:
            orders.env["channel.refund.goods"]._apply_newest(gone)

    def _action_cancel(self):
        result = super()._action_cancel()
        self.env["channel.order.conflict"]._report_cancelled(self)
        return result

    def _prepare_invoice(self):
        """Invoices of channel orders keep the order's rate."""
        values = super()._prepare_invoice()
        values["channel_order_id"] = self.channel_order_id.id
        if self.channel_order_id:
            values["invoice_currency_rate"] = self.currency_rate
        return values

    def _get_invoice_grouping_keys(self):
        """An invoice that people make settles with the payments of one order."""
        return [*super()._get_invoice_grouping_keys(), "channel_order_id"]

    def _send_order_notification_mail(self, mail_template, allow_deferred_sending=True):
        """The marketplace tells its buyers; Odoo's own mails to them are left out."""
        if self.channel_order_id:
            return None
        return super()._send_order_notification_mail(
            mail_template, allow_deferred_sending=allow_deferred_sending
        )

    def message_post(self, **kwargs):
        """Jobs leave no note of every step: a note takes longer than the step."""
        if self.channel_order_id and self.env.context.get("tracking_disable"):
            return self.env["mail.message"]
        return super().message_post(**kwargs)

    @role("user")
    def action_open_channel_returns(self):
        self.ensure_one()
        return self.channel_order_id.action_open_returns()

    @role("user")
    def action_open_channel_order(self):
        self.ensure_one()
        return self.channel_order_id._get_records_action()
