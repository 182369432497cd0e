from odoo import fields, models

from ..services.overview import COUNTED
from ..services.roles import role

OVERVIEW = (*COUNTED, "polled_at", "exposed_since")


class ChannelGauge(models.AbstractModel):
    """How a channel is doing: computed from rows, for no job writes the channel."""

    _name = "channel.gauge"
    _description = "Gauges of a Channel"

    open_issue_count = fields.Integer(string="Open Issues", compute="_compute_overview")
    order_count = fields.Integer(string="Orders", compute="_compute_overview")
    attention_count = fields.Integer(
        string="Orders That Need a Person", compute="_compute_overview"
    )
    listing_count = fields.Integer(string="Listings", compute="_compute_overview")
    unmatched_count = fields.Integer(
        string="Listings Without Product", compute="_compute_overview"
    )
    unconfirmed_count = fields.Integer(
        string="Shipments to Confirm", compute="_compute_overview"
    )
    waiting_event_count = fields.Integer(
        string="Events to Fetch", compute="_compute_overview"
    )
    polled_at = fields.Datetime(string="Last Polled", compute="_compute_overview")
    exposed_since = fields.Datetime(
        string="Oldest Unconfirmed Decrease",
        compute="_compute_overview",
        help="Since then the channel may sell units that are gone.",
    )

    def _compute_overview(self):
        saved = self.filtered("id")
        values = self.env["channel.overview"]._read(saved)
        for channel in self:
            channel.update(values.get(channel) or dict.fromkeys(OVERVIEW, False))

    @role("user")
    def action_open_orders(self):
        return self._open("channel_base.channel_order_action")

    @role("user")
    def action_open_listings(self):
        return self._open("channel_base.channel_listing_action")

    @role("user")
    def action_open_issues(self):
        return self._open("channel_base.channel_issue_action", search_default_open=1)

    @role("user")
    def action_open_shipments(self):
        return self._open("channel_base.channel_shipment_action")

    def _open(self, action, **context):
        """A screen of the hub, with what belongs to this channel."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(action),
            "context": {**context, "search_default_channel_id": self.id},
        }
