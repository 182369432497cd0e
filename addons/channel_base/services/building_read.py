from collections import Counter

from odoo import models

from .plain import limited, naive

STORE = """
    INSERT INTO channel_building_stock AS known
           (location_id, channel_id, company_id, product_id, there, read_at, to_compare)
    SELECT %(place)s, %(channel)s, %(company)s, product_id, there, %(moment)s, TRUE
      FROM unnest(%(products)s::int[], %(units)s::int[]) AS told (product_id, there)
    ON CONFLICT (location_id, product_id) DO UPDATE
       SET there = excluded.there, read_at = excluded.read_at, to_compare = TRUE
     WHERE known.read_at < excluded.read_at
"""
# Products that were counted there before, and are not named any more: none is left.
UNNAMED = """
    SELECT product_id FROM channel_building_stock
     WHERE location_id = %s AND NOT product_id = ANY(%s)
"""


class BuildingRead(models.AbstractModel):
    """Reads what a provider has in one building; what follows is done later."""

    _name = "channel.building.read"
    _description = "Read Stock of Buildings"

    def _run(self, place):
        """Store the present count of all products of one place.

        :raises RetryableJobError: when the provider is out of reach for the moment.
        """
        if not place.exists() or not place.channel_id._is_operating("warehouse"):
            return
        channel = place.channel_id._as_worker()
        self = self.with_env(channel.env)
        place = place.with_env(channel.env)
        with channel._call_errors(f"building:{place.external_id}"):
            adapter = channel._adapter()
            # what moves while it is read is looked at as if it came after
            moment = adapter.clock()
            told = Counter()
            for level in adapter.building_stock(place.external_id):
                told[level.sku] += level.on_hand
            self._store(channel, place, told, naive(moment))

    def _store(self, channel, place, told, moment):
        products = self._products(channel, told)
        units = Counter()
        for sku, quantity in told.items():
            if sku in products:
                units[products[sku]] += quantity
        self.env["channel.building.stock"].flush_model()
        self.env.cr.execute(UNNAMED, [place.id, list(units)])
        units.update({row[0]: 0 for row in self.env.cr.fetchall()})
        self.env.cr.execute(
            STORE,
            {
                "place": place.id,
                "channel": channel.id,
                "company": channel.company_id.id,
                "moment": moment,
                "products": list(units),
                "units": [limited(quantity) for quantity in units.values()],
            },
        )
        self.env["channel.building.stock"].invalidate_model(flush=False)
        self._report_unknown(
            channel, place, [sku for sku in told if told[sku] and sku not in products]
        )
        self.env["channel.building.stock"]._wake()

    def _products(self, channel, skus):
        """Ids of products by the provider's SKUs."""
        listings = self.env["channel.listing"].search_fetch(
            [
                ("channel_id", "=", channel.id),
                ("sku", "in", list(skus)),
                ("product_id", "!=", False),
            ],
            ["sku", "product_id"],
        )
        return {listing.sku: listing.product_id.id for listing in listings}

    def _report_unknown(self, channel, place, skus):
        subject = f"building:{place.external_id}"
        if not skus:
            self.env["channel.issue"]._settle(channel, "building_unknown", [subject])
            return
        self.env["channel.issue"]._report(
            channel,
            "building_unknown",
            subject,
            self.env._(
                "%(place)s holds %(count)s SKUs without a product here, %(some)s among"
                " them: their stock is not counted. Link their listings to products;"
                " this closes with the next count.",
                place=place.name,
                count=len(skus),
                some=", ".join(sorted(skus)[:5]),
            ),
            detail="\n".join(sorted(skus)),
            location=place,
        )
