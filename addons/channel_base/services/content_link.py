from odoo import models

# A product there whose variants all belong to one product here. Of several such, the
# first is the product's: the others stay listings that are only sold.
LINK = """
INSERT INTO channel_product
       (channel_id, company_id, product_tmpl_id, key, external_id, state, approved,
        withdrawn, dirty, create_date, write_date, create_uid, write_uid)
SELECT listing.channel_id, listing.company_id, min(product.product_tmpl_id),
       gen_random_uuid()::varchar, listing.external_product_id, 'draft', FALSE, FALSE,
       TRUE, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', %(user)s, %(user)s
  FROM channel_listing listing
  JOIN product_product product ON product.id = listing.product_id
 WHERE listing.channel_id = %(channel)s AND listing.state <> 'gone'
   AND coalesce(listing.external_product_id, '') <> ''
 GROUP BY listing.channel_id, listing.company_id, listing.external_product_id
HAVING count(DISTINCT product.product_tmpl_id) = 1
 ORDER BY min(listing.id)
    ON CONFLICT DO NOTHING
"""
# A row that somebody made by looking at the preview before the catalogue was read.
ADOPT = """
UPDATE channel_product product SET external_id = found.external_product_id, dirty = TRUE
  FROM (SELECT DISTINCT ON (template_id) template_id, external_product_id
          FROM (SELECT min(variant.product_tmpl_id) AS template_id,
                       listing.external_product_id, min(listing.id) AS first
                  FROM channel_listing listing
                  JOIN product_product variant ON variant.id = listing.product_id
                 WHERE listing.channel_id = %(channel)s AND listing.state <> 'gone'
                   AND coalesce(listing.external_product_id, '') <> ''
                 GROUP BY listing.external_product_id
                HAVING count(DISTINCT variant.product_tmpl_id) = 1) AS whole
         ORDER BY template_id, first) AS found
 WHERE product.channel_id = %(channel)s AND product.external_id IS NULL
   AND product.state IN ('draft', 'open', 'error')
   AND product.product_tmpl_id = found.template_id
   AND NOT EXISTS (SELECT FROM channel_product other
                    WHERE other.channel_id = product.channel_id
                      AND other.external_id = found.external_product_id)
"""
HANG = """
UPDATE channel_listing listing SET channel_product_id = product.id
  FROM channel_product product
 WHERE product.channel_id = %(channel)s AND listing.channel_id = product.channel_id
   AND listing.external_product_id = product.external_id
   AND listing.channel_product_id IS DISTINCT FROM product.id
"""


class ContentLink(models.AbstractModel):
    """Finds products that the channel has already: they are changed, never doubled."""

    _name = "channel.content.link"
    _description = "Products a Channel Has"

    def _run(self, channel):
        """Make rows of what the catalogue has, three statements."""
        self.env.flush_all()
        values = {"channel": channel.id, "user": self.env.uid}
        self.env.cr.execute(ADOPT, values)
        self.env.cr.execute(LINK, values)
        self.env.cr.execute(HANG, values)
        self.env["channel.product"].invalidate_model()
        self.env["channel.listing"].invalidate_model(["channel_product_id"])
