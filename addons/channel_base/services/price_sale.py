from odoo import fields, models

from . import price_sql


class PriceSale(models.AbstractModel):
    """Sales begin and end by their dates, without anybody writing anything."""

    _name = "channel.price.sale"
    _description = "Sales That Begin and End"

    def _run(self):
        """Have the prices computed again of which a rule began or ended to hold.

        One cursor a channel remembers the last look; the oldest counts for all.
        """
        channels = self.env["channel.channel"].sudo()._operating("price")
        if not channels:
            return
        now = fields.Datetime.now()
        cursors = self._cursors(channels)
        known = [cursor.watermark for cursor in cursors if cursor.watermark]
        if len(known) < len(channels):
            self.env["channel.intent"]._note_prices(channels=channels)
        elif self._turned(min(known), now):
            self._note(min(known), now)
        cursors.watermark = now

    def _cursors(self, channels):
        cursors = self.env["channel.cursor"].sudo()  # of all companies
        found = cursors.search(
            [("channel_id", "in", channels.ids), ("stream", "=", "price_dates")]
        )
        new = channels - found.channel_id
        return found | cursors.create(
            [{"channel_id": one.id, "stream": "price_dates"} for one in new]
        )

    def _turned(self, since, now):
        self.env["product.pricelist.item"].flush_model()
        self.env.cr.execute(price_sql.TURNED, {"since": since, "now": now})
        return self.env.cr.fetchall()

    def _note(self, since, now):
        """Of what a rule names, or of everything where it names no product."""
        rows = self._turned(since, now)
        if not all(template for _product, template in rows):
            self.env["channel.intent"]._note_prices()
            return
        templates = self.env["product.template"].browse({row[1] for row in rows})
        variants = templates.sudo().with_context(active_test=False).product_variant_ids
        self.env["channel.intent"]._note_prices(variants.ids)
