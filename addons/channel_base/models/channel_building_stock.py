from odoo import api, fields, models

from ..services.roles import role


class ChannelBuildingStock(models.Model):
    """What a provider says is in one of its buildings of a product, beside what Odoo
    says: as of the same moment.

    Documents move this stock; the provider's count only corrects what they do not
    explain. Only jobs write these rows.
    """

    _name = "channel.building.stock"
    _description = "Stock in a Building of Others"
    _order = "location_id, id"
    _rec_name = "product_id"
    _log_access = False

    location_id = fields.Many2one(
        "channel.location", string="Place", required=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(
        related="location_id.channel_id", store=True, index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade", index=True
    )
    there = fields.Integer(readonly=True, help="On hand, as the provider counts it.")
    read_at = fields.Datetime(required=True, readonly=True)
    here = fields.Float(
        digits=False, readonly=True, help="On hand in Odoo at the same moment."
    )
    difference = fields.Float(digits=False, readonly=True)
    seen = fields.Integer(
        readonly=True,
        help="How many counts in a row showed this difference: one alone may be goods"
        " whose report is still on its way.",
    )
    compared_at = fields.Datetime(readonly=True, help="The count compared last.")
    to_compare = fields.Boolean(readonly=True)
    accepted = fields.Boolean(
        readonly=True, help="A person says the provider is right."
    )
    adjusted = fields.Float(
        digits=False, readonly=True, string="Last Adjustment", help="Units booked."
    )
    adjusted_at = fields.Datetime(readonly=True)

    _location_product_unique = models.Constraint(
        "UNIQUE(location_id, product_id)", "A building has each product once."
    )
    _compare_index = models.Index("(location_id) WHERE to_compare")

    @role("user")
    def action_open_moves(self):
        """Show what moved these products in and out of their buildings."""
        stock = self.location_id.warehouse_id.lot_stock_id
        lines = self.env["stock.move.line"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("state", "=", "done"),
                "|",
                ("location_id", "child_of", stock.ids),
                ("location_dest_id", "child_of", stock.ids),
            ]
        )
        return lines._get_records_action(name=self.env._("Moves"))

    def _resume_issues(self, issues):
        """People who resolve a difference say that the provider is right."""
        for issue in issues:
            rows = self.search(
                [
                    ("location_id", "=", issue.location_id.id),
                    ("product_id", "=", issue.product_id.id),
                ]
            )
            rows.write({"accepted": True, "to_compare": True})
        self._wake()

    def _wake(self):
        self.env["channel.wakeup"]._after_commit(self.browse(), "_job_compare")

    @api.model
    def _job_compare(self):
        """Compare stock in buildings of others"""
        return self.env["channel.building.compare"]._run()
