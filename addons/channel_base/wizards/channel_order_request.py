from odoo import fields, models
from odoo.exceptions import UserError

from ..services.roles import role


class ChannelOrderRequest(models.TransientModel):
    """Asks for orders by id, for one that is missed although it should be there."""

    _name = "channel.order.request"
    _description = "Fetch Orders by Id"

    channel_id = fields.Many2one("channel.channel", required=True, readonly=True)
    external_ids = fields.Text(
        string="Order Ids",
        required=True,
        help="One a line, as they are in the addresses of the marketplace's own pages.",
    )

    @role("operator")
    def action_fetch(self):
        """Have the present state of these orders read."""
        self.ensure_one()
        ids = list(dict.fromkeys(self.external_ids.split()))
        if not ids:
            raise UserError(self.env._("Enter at least one order id."))
        self.channel_id.check_access("read")
        self.channel_id._fetch_orders(ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%s order(s) will be read in a moment.", len(ids)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
