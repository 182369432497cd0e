from odoo import models

KIND = "content_left"


class ContentLeft(models.AbstractModel):
    """Variants that were archived here and are for sale at the channel still.

    Nothing is deleted there by a job: orders, carts and statistics hang on variants.
    A person hears of it.
    """

    _name = "channel.content.left"
    _description = "Variants Left at Channels"

    def _run(self, channel, rows):
        """Tell of the products that have such variants, and close what is over."""
        Product = self.env["product.product"].with_context(active_test=False)
        listings = self.env["channel.listing"].search(
            [
                ("channel_product_id", "in", rows.ids),
                ("state", "in", ("active", "draft")),
                ("product_id", "in", Product._search([("active", "=", False)])),
            ]
        )
        left = listings.filtered(
            lambda one: one.channel_product_id.product_tmpl_id.active
        ).grouped("channel_product_id")
        issues = self.env["channel.issue"]
        issues._report_many(
            [self._prepare_values(channel, row, same) for row, same in left.items()]
        )
        over = [row._subject() for row in rows if row not in left]
        issues._settle(channel, KIND, over)

    def _prepare_values(self, channel, row, listings):
        return {
            "channel": channel,
            "kind": KIND,
            "subject": row._subject(),
            "message": self.env._(
                "%(product)s: %(variants)s were archived here and are for sale at"
                " %(channel)s still. Delete them there, or make them active here again;"
                " dismiss this issue if they are to be sold out.",
                product=row.display_name,
                variants=", ".join(listings.mapped("display_name")),
                channel=channel.name,
            ),
            "listing": listings[:1],
            "product": listings[:1].product_id,
        }
