from odoo import models

WANTED = ("active", "unlisted")  # states in which a listing without product is an issue


class ListingMatch(models.AbstractModel):
    """Finds the products of listings: by barcode, then by SKU, never by likeness.

    Products of the channel's company and shared ones count, archived ones do not. What
    more than one product answers to is left to a person, and so are combos: they are
    not delivered themselves, and have no price.
    """

    _name = "channel.listing.match"
    _description = "Match Listings to Products"

    def _match(self, channel, listings):
        """Link listings without product, and leave issues for those that stay so.

        :param listings: of one channel.
        """
        open_ones = listings.filtered(
            lambda row: not row.product_id and row.state != "gone"
        )
        by_barcode = self._products(channel, "barcode", open_ones.mapped("barcode"))
        by_code = self._products(channel, "default_code", open_ones.mapped("sku"))
        product_ids, reasons = {}, {}
        for row in open_ones:
            found = by_barcode.get(row.barcode) or by_code.get(row.sku) or ()
            if len(found) > 1:
                reasons[row.id] = self.env._("several products have its barcode or SKU")
            elif found and found.type == "combo":
                reasons[row.id] = self.env._(
                    "%s has its barcode or SKU, and a combo cannot be sold as one"
                    " product: use a kit instead",
                    found.display_name,
                )
            elif found:
                product_ids[row.id] = found.id
        self._link(open_ones, product_ids)
        unmatched = open_ones.filtered(
            lambda row: row.id not in product_ids and row.state in WANTED
        )
        self._report(channel, unmatched, reasons)
        (listings - unmatched)._settle_unmapped()

    def _products(self, channel, field, values):
        """:return: dict value -> products."""
        values = [value for value in values if value]
        if not values:
            return {}
        products = self.env["product.product"].search_fetch(
            [
                (field, "in", values),
                ("company_id", "in", (channel.company_id.id, False)),
            ],
            [field],
        )
        return products.grouped(field)

    def _link(self, listings, product_ids):
        if not product_ids:
            return
        self.env.cr.execute(
            """
            UPDATE channel_listing listing
               SET product_id = product.id, product_type = template.type
              FROM unnest(%s::int[], %s::int[]) AS given (id, product_id)
              JOIN product_product product ON product.id = given.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE listing.id = given.id
            """,
            [list(product_ids), list(product_ids.values())],
        )
        linked = listings.browse(product_ids)
        linked.invalidate_recordset(["product_id", "product_type"], flush=False)
        linked._follow_product()

    def _report(self, channel, listings, reasons):
        """:param reasons: texts by listing id; the others have no product at all."""
        none = self.env._("no product has its barcode or SKU")
        self.env["channel.issue"]._report_many(
            [
                {
                    "channel": channel,
                    "kind": "unmapped_listing",
                    "subject": row._subject(),
                    "message": self.env._(
                        "%(listing)s of %(channel)s has no product here: %(reason)s. "
                        "Choose its product in the listing, or create one.",
                        listing=row.display_name,
                        channel=channel.name,
                        reason=reasons.get(row.id, none),
                    ),
                    "listing": row,
                }
                for row in listings
            ]
        )
