from odoo import fields, models


class ChannelCustomerClaim(models.Model):
    """A lock on making one customer, see ``channel.partner.claim``."""

    _name = "channel.customer.claim"
    _description = "Claim of a New Customer"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True)
    claimed_at = fields.Datetime(required=True, index=True)

    _key_unique = models.Constraint("UNIQUE(key)", "A customer is claimed once.")
