from collections import defaultdict

from odoo import models

from ..adapter.canonical import LineKind


class ProductResolve(models.AbstractModel):
    """Which product an external order line sells: listing, then SKU, then product
    code."""

    _name = "channel.product.resolve"
    _description = "Products of Order Lines"

    def _resolve(self, channel, lines):
        """Find listing and product of external lines: three queries for any number.

        :param lines: canonical ``OrderLine``s.
        :return: dict external line id -> (listing id or False, product id or False).
        """
        goods = [line for line in lines if line.kind is LineKind.PRODUCT]
        by_listing, by_sku = self._listings(channel, goods)
        found = {}
        for line in goods:
            listing = by_listing.get(line.listing) or by_sku.get(line.sku)
            found[line.external_id] = (
                listing.id if listing else False,
                listing.product_id.id if listing else False,
            )
        missing = [
            line for line in goods if not found[line.external_id][1] and line.sku
        ]
        by_code = self._products(channel, {line.sku for line in missing})
        for line in missing:
            found[line.external_id] = (
                found[line.external_id][0],
                by_code.get(line.sku, False),
            )
        return found

    def _listings(self, channel, lines):
        """Listings by external id, and by those SKUs that only one product answers
        to."""
        Listing = self.env["channel.listing"].with_context(active_test=False)
        listings = Listing.search_fetch(
            [
                ("channel_id", "=", channel.id),
                "|",
                ("external_id", "in", [line.listing for line in lines if line.listing]),
                (
                    "sku",
                    "in",
                    [line.sku for line in lines if line.sku and not line.listing],
                ),
            ],
            ["external_id", "sku", "product_id"],
        )
        by_external = {listing.external_id: listing for listing in listings}
        by_sku = defaultdict(listings.browse)
        for listing in listings:
            if listing.sku and listing.product_id:
                by_sku[listing.sku] |= listing
        unique = {
            sku: same[0] for sku, same in by_sku.items() if len(same.product_id) == 1
        }
        return by_external, unique

    def _products(self, channel, codes):
        """Products of the company or shared ones by internal reference, unique ones
        only; a combo is not delivered itself."""
        if not codes:
            return {}
        products = self.env["product.product"].search_fetch(
            [
                ("default_code", "in", list(codes)),
                ("company_id", "in", (channel.company_id.id, False)),
                ("type", "!=", "combo"),
            ],
            ["default_code"],
        )
        by_code = products.grouped("default_code")
        return {code: same.id for code, same in by_code.items() if len(same) == 1}
