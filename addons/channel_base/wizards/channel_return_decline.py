from odoo import fields, models

from ..services.roles import as_workers, role


class ChannelReturnDecline(models.TransientModel):
    """Asks why a return is declined: the buyer is told."""

    _name = "channel.return.decline"
    _description = "Decline Returns"

    return_ids = fields.Many2many("channel.return", required=True)
    reason = fields.Selection(
        [
            ("final_sale", "Final sale"),
            ("period_ended", "Return period has ended"),
            ("other", "Another reason"),
        ],
        required=True,
        default="other",
    )
    note = fields.Char(string="What the Buyer Is Told")

    @role("operator")
    def action_decline(self):
        """Refuse what the buyers ask for."""
        self.ensure_one()
        self.return_ids.check_access("read")
        for rows in as_workers(self.return_ids):
            rows._decide("decline", self.env.user, self.reason, self.note)
        return {"type": "ir.actions.act_window_close"}
