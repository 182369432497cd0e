from odoo import models


class OrderShipped(models.AbstractModel):
    """Kits in kits may take one component by several lines of their bills."""

    _inherit = "channel.order.shipped"

    def _part(self, move):
        return move.bom_line_id or super()._part(move)
