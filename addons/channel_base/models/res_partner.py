from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    channel_partner_ids = fields.One2many(
        "channel.partner", "partner_id", string="Known To Channels As", readonly=True
    )

    # what customers are looked for by, beside their e-mail
    _channel_vat_index = models.Index(
        "(regexp_replace(upper(vat), '[^A-Z0-9]', '', 'g')) WHERE vat IS NOT NULL"
    )
    _channel_phone_index = models.Index(
        "(ltrim(regexp_replace(phone, '\\D', '', 'g'), '0')) WHERE phone IS NOT NULL"
    )

    def _increase_rank(self, field, n=1):
        """Who is a customer already is not counted again by jobs.

        Counting would write the customer and all contacts below it, in a transaction
        beside the next job: thousands of rows for a guests' collective customer.
        """
        ranked = self.browse()
        if self.env.user.has_group("channel_base.group_worker"):
            ranked = self.filtered(field)
        return super(ResPartner, self - ranked)._increase_rank(field, n)
