from odoo import fields, models


class ChannelMapping(models.Model):
    """One external code and what it means here; appears by itself when first seen."""

    _name = "channel.mapping"
    _description = "Channel Mapping"
    _order = "channel_id, kind, external_code"
    _rec_name = "external_name"

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("tax", "Tax"),
            ("gateway", "Payment gateway"),
            ("shipping", "Shipping method"),
            ("carrier", "Carrier"),
        ],
        required=True,
    )
    external_code = fields.Char(required=True)
    external_name = fields.Char()
    tax_id = fields.Many2one("account.tax", check_company=True)
    journal_id = fields.Many2one("account.journal", check_company=True)
    carrier_id = fields.Many2one("delivery.carrier", check_company=True)
    carrier_code = fields.Char(help="The carrier's name as the marketplace spells it.")

    _channel_kind_code_unique = models.Constraint(
        "UNIQUE(channel_id, kind, external_code)", "Each external code is mapped once."
    )
