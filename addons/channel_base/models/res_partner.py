from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    channel_partner_ids = fields.One2many(
        "channel.partner", "partner_id", string="Known To Channels As", readonly=True
    )
