from odoo import api, fields, models
from odoo.exceptions import UserError

from ..books.lines import Role
from ..services.roles import is_worker


class SaleOrderLine(models.Model):
    """Lines of channel orders: price, taxes and text are the channel's, not
    computed."""

    _inherit = "sale.order.line"

    channel_line_id = fields.Many2one(
        "channel.order.line",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    channel_role = fields.Char(
        readonly=True,
        copy=False,
        help="What the line stands for at the channel: product, discount, shipping, ..."
        " Its price, taxes and text come from there and are not computed again.",
    )

    channel_given_back = fields.Float(
        digits=False,
        readonly=True,
        copy=False,
        help="Units that were refunded at the channel and do not count as delivered:"
        " they are invoiced to be credited.",
    )

    channel_stockless = fields.Boolean(
        compute="_compute_channel_stockless",
        help="Others hold and ship these goods: there are no transfers of them.",
    )

    @api.depends("channel_role", "order_id.channel_order_id.stockless")
    def _compute_channel_stockless(self):
        for line in self:
            # a salesperson need not have rights on channels
            order = line.order_id.channel_order_id.sudo()
            is_goods = line.channel_role == Role.PRODUCT.value
            line.channel_stockless = is_goods and order.stockless

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["channel.order.conflict"]._report_added(lines)
        return lines

    def write(self, vals):
        if "product_uom_qty" in vals and not is_worker(self.env):
            self._channel_check_sent(vals["product_uom_qty"])
        changed = self.env["channel.order.conflict"]._concerns(self, vals)
        result = super().write(vals)
        if changed:
            self.env["channel.order.conflict"]._report_changed(changed)
        return result

    def _channel_check_sent(self, quantity):
        """What a provider was told to ship is not lowered behind its back: Odoo would
        have the difference received from nowhere.

        :raises UserError: as long as the provider has it.
        """
        lowered = self.filtered(lambda line: line.product_uom_qty > quantity)
        sent = lowered.move_ids._channel_sent_pickings()
        if sent:
            raise UserError(
                self.env._(
                    "%(picking)s was sent to %(provider)s. Have it cancelled there"
                    " first, then change the quantity.",
                    picking=sent[0].name,
                    provider=sent[0].shipping_order_id.channel_id.name,
                )
            )

    def _without_channel(self):
        return self.filtered(lambda line: not line.channel_role)

    def _compute_price_unit(self):
        return super(SaleOrderLine, self._without_channel())._compute_price_unit()

    def _compute_discount(self):
        return super(SaleOrderLine, self._without_channel())._compute_discount()

    def _compute_tax_ids(self):
        return super(SaleOrderLine, self._without_channel())._compute_tax_ids()

    def _compute_name(self):
        return super(SaleOrderLine, self._without_channel())._compute_name()

    # --- delivery ---------------------------------------------------------------------

    def _compute_warehouse_id(self):
        """Each line leaves from the place that the channel chose for it, as long as
        nobody has chosen another warehouse for the order."""
        result = super()._compute_warehouse_id()
        for line in self.filtered("channel_line_id"):
            # a salesperson need not have rights on channels
            channel_line = line.channel_line_id.sudo()
            chosen = channel_line.location_id.warehouse_id
            if not chosen or line.route_ids:
                continue
            first = channel_line.order_id.line_ids.location_id.warehouse_id[:1]
            if line.order_id.warehouse_id == first:
                line.warehouse_id = chosen
        return result

    def _prepare_procurement_values(self):
        """An order may be older than the open periods: it is delivered from now on, or
        from the day that the channel says."""
        values = super()._prepare_procurement_values()
        if self.channel_role:
            # a salesperson need not have rights on channels
            day = self.channel_line_id.sudo().ship_after
            names = ("date_planned", "date_deadline") if day else ("date_planned",)
            for name in names:
                values[name] = max(values[name], day or fields.Datetime.now())
        return values

    def _compute_qty_delivered_method(self):
        """What others ship, no transfer tells of."""
        result = super()._compute_qty_delivered_method()
        self.filtered("channel_stockless").qty_delivered_method = "manual"
        return result

    def _action_launch_stock_rule(self, **kwargs):
        lines = self.filtered(lambda line: not line.channel_stockless)
        return super(SaleOrderLine, lines)._action_launch_stock_rule(**kwargs)

    def _channel_is_goods(self):
        """Is the line shipped, by us or by others?"""
        return self.qty_delivered_method == "stock_move" or self.channel_stockless

    def _channel_open_moves(self):
        """Moves of goods that are still to leave, on every step of their way."""
        return self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
            and (move.location_final_id or move.location_dest_id).usage == "customer"
        )

    def _channel_to_be_bought(self):
        """Confirmed goods that have no transfers: a vendor was, or is to be, asked to
        send them, and nothing that we hold says so."""
        return self.filtered(
            lambda line: line.state == "sale"
            and line.qty_delivered_method == "stock_move"
            and line.product_uom_qty > 0
            and not line.move_ids
        )

    # --- invoicing --------------------------------------------------------------------

    @api.depends(
        "order_id.channel_order_id.channel_id.invoice_policy",
        # discounts, delivery and the like follow the goods
        "order_id.order_line.qty_delivered",
        "order_id.order_line.channel_given_back",
    )
    def _compute_qty_to_invoice(self):
        """The channel's policy decides, whatever the products say."""
        channel_lines = self.filtered(
            lambda line: line.channel_role and line.state == "sale"
        )
        for line in channel_lines:
            line.qty_to_invoice = line._channel_invoiceable() - line.qty_invoiced
        return super(SaleOrderLine, self - channel_lines)._compute_qty_to_invoice()

    def _channel_invoiceable(self):
        """Units that may be invoiced by now: what is ordered, or what is shipped and
        with it its share of the discounts; delivery and the like come with the first
        goods."""
        if self.order_id.channel_order_id.channel_id.invoice_policy != "shipped":
            return self.product_uom_qty
        if self._channel_is_goods():
            # what comes back is credited by the channel's refund
            gone = min(
                self.qty_delivered + self.channel_given_back, self.product_uom_qty
            )
            return max(gone, self.qty_delivered, self.qty_invoiced)
        siblings = self.order_id.order_line.filtered(
            lambda line: line._channel_is_goods()
        )
        if self.channel_role == Role.DISCOUNT.value:
            goods = siblings.filtered(
                lambda line: line.channel_line_id == self.channel_line_id
            )
            if goods and self.channel_line_id:
                units = sum(line._channel_invoiceable() for line in goods)
                return min(units, self.product_uom_qty)
        if self.channel_given_back or not siblings:
            return self.product_uom_qty
        shipped = any(line._channel_invoiceable() for line in siblings)
        return self.product_uom_qty if shipped else 0.0

    def _prepare_qty_invoiced(self):
        """What people credit is not invoiced again by itself: the channel's orders are
        invoiced once, and refunded."""
        quantities = super()._prepare_qty_invoiced()
        for line in self.filtered("channel_role"):
            invoiced = sum(
                part.product_uom_id._compute_quantity(
                    part.quantity, line.product_uom_id
                )
                for part in line._get_invoice_lines()
                if part.move_id.move_type == "out_invoice"
                and part.move_id.state != "cancel"
            )
            once = min(invoiced, line.product_uom_qty)
            quantities[line] = max(quantities[line], once)
        return quantities

    def _prepare_invoice_line(self, **optional_values):
        """A part of a line gets its share of the channel's amounts; the last part gets
        what is left."""
        values = super()._prepare_invoice_line(**optional_values)
        if self.channel_role:
            values["channel_role"] = self.channel_role
            values["channel_line_id"] = self.channel_line_id.id
        data = self.extra_tax_data
        if self.channel_role and data and values["quantity"] != data["quantity"]:
            values["extra_tax_data"] = self._channel_part_of(data, values["quantity"])
        return values

    def _channel_part_of(self, data, quantity):
        before = self.qty_invoiced / data["quantity"]
        after = (self.qty_invoiced + quantity) / data["quantity"]

        def part(name, amount):
            company = self.company_id.currency_id
            currency = self.currency_id if name.endswith("_currency") else company
            return currency.round(
                currency.round(amount * after) - currency.round(amount * before)
            )

        totals = ("manual_total_excluded_currency", "manual_total_excluded")
        return {
            **data,
            "quantity": quantity,
            # lines that were made by an earlier version lack the company's amounts
            **{name: part(name, data[name]) for name in totals if name in data},
            "manual_tax_amounts": {
                tax_id: {name: part(name, amount) for name, amount in amounts.items()}
                for tax_id, amounts in data["manual_tax_amounts"].items()
            },
        }
