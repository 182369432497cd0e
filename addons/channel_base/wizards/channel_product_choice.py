from odoo import api, fields, models

from ..services.roles import role


class ChannelProductChoice(models.TransientModel):
    """Says which product an order line sells that belongs to no listing."""

    _name = "channel.product.choice"
    _description = "Choose the Product of an Order Line"

    issue_id = fields.Many2one("channel.issue", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="issue_id.company_id")
    message = fields.Char(related="issue_id.message")
    line_ids = fields.Many2many("channel.order.line", compute="_compute_line_ids")
    sku = fields.Char(compute="_compute_line_ids", string="SKU")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        domain="[('company_id', 'in', (company_id, False)), ('type', '!=', 'combo')]",
    )

    @api.depends("issue_id")
    def _compute_line_ids(self):
        for choice in self:
            part = choice.issue_id.subject.rpartition(":")[2]
            choice.line_ids = choice.issue_id.order_id.line_ids.filtered(
                lambda line, part=part: not line.product_id
                and part in (line.sku, line.external_listing_id, line.external_id)
            )
            choice.sku = choice.line_ids[:1].sku

    @role("operator")
    def action_apply(self):
        """Use the product for these lines, and let the order go on."""
        self.ensure_one()
        self.issue_id.check_access("write")
        # what waited goes on as the channel's own work, whoever chose the product
        worker = self.issue_id.channel_id.sudo()._as_worker()
        self.line_ids.with_env(worker.env).product_id = self.product_id.id
        worker.env["channel.order.demand"]._note(self.product_id.with_env(worker.env))
        self.issue_id.action_resolve()
        return {"type": "ir.actions.act_window_close"}
