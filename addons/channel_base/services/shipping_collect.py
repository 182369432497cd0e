from collections import Counter

from odoo import models

from .isolator import isolate

BATCH = 200  # transfers that one job collects
# Its own orders a marketplace ships without being told.
READY = """
    SELECT place.channel_id, place.id, picking.id
      FROM stock_picking picking
      JOIN stock_picking_type type ON type.id = picking.picking_type_id
       AND type.code = 'outgoing'
      JOIN channel_location place ON place.warehouse_id = type.warehouse_id
       AND place.ships_orders AND place.active AND place.channel_id = ANY(%(channels)s)
      JOIN channel_channel channel ON channel.id = place.channel_id
     WHERE picking.state = 'assigned' AND picking.shipping_order_id IS NULL
       AND picking.create_date <= (now() AT TIME ZONE 'UTC')
           - make_interval(mins => channel.shipping_delay)
       AND NOT EXISTS (
            SELECT FROM stock_move move
              JOIN sale_order_line line ON line.id = move.sale_line_id
              JOIN channel_order_line sold ON sold.id = line.channel_line_id
             WHERE move.picking_id = picking.id AND sold.channel_id = place.channel_id)
     ORDER BY picking.id
     LIMIT %(limit)s
"""


class ShippingCollect(models.AbstractModel):
    """Turn transfers that are ready in a provider's building into shipping orders."""

    _name = "channel.shipping.collect"
    _description = "Collect Transfers to Ship"

    def _run(self):
        channels = self.env["channel.channel"]._operating("warehouse")
        by_place = {}
        for channel_id, place_id, picking_id in self._ready(channels, BATCH):
            by_place.setdefault((channel_id, place_id), []).append(picking_id)
        for (channel_id, place_id), ids in by_place.items():
            worker = channels.browse(channel_id)._as_worker()
            place = self.env["channel.location"].with_env(worker.env).browse(place_id)
            self.with_env(worker.env)._collect(worker, place, ids)

    def _ready(self, channels, limit=1):
        """Transfers that wait to be collected: (channel, place, transfer) ids."""
        self.env.flush_all()
        self.env.cr.execute(READY, {"channels": channels.ids, "limit": limit})
        return self.env.cr.fetchall()

    def _collect(self, channel, place, picking_ids):
        isolate(
            self.env,
            self.env["stock.picking"].browse(picking_ids),
            lambda pickings: self._make(channel, place, pickings),
            lambda picking, error: self._fail(channel, picking, error),
        )

    def _fail(self, channel, picking, error):
        self.env["channel.shipping.trouble"]._unsendable(
            channel, picking, str(error).strip() or type(error).__name__
        )

    def _make(self, channel, place, pickings):
        references = self._references(channel, pickings)
        listings = self._listings(channel, place, pickings.move_ids.product_id)
        values = [
            {
                "channel_id": channel.id,
                "location_id": place.id,
                "picking_id": picking.id,
                "reference": references[picking],
                "line_ids": [
                    (0, 0, line) for line in self._prepare_lines(picking, listings)
                ],
            }
            for picking in pickings
        ]
        orders = self.env["channel.shipping.order"].create(values)
        for order in orders:
            # nothing may join what was sent: Odoo merges into what is not printed
            order.picking_id.write({"shipping_order_id": order.id, "printed": True})

    def _references(self, channel, pickings):
        """A transfer's name; with a number where it was sent before. References are
        parts of addresses at some providers: a slash would be taken for a folder's."""
        before = self.env["channel.shipping.order"]._read_group(
            [("channel_id", "=", channel.id), ("picking_id", "in", pickings.ids)],
            ["picking_id"],
            ["__count"],
        )
        counts = {picking.id: count for picking, count in before}
        names = {picking: picking.name.replace("/", "-") for picking in pickings}
        return {
            picking: f"{name}-{counts[picking.id] + 1}"
            if picking.id in counts
            else name
            for picking, name in names.items()
        }

    def _listings(self, channel, place, products):
        """What the provider calls our products: an offer that it holds goods of comes
        before any other one.

        :return: {product: listing}.
        """
        offers = self.env["channel.listing"].search(
            [
                ("channel_id", "=", channel.id),
                ("product_id", "in", products.ids),
                ("sku", "not in", (False, "")),
            ],
            order="id desc",
        )
        held = self.env["channel.listing.level"].search(
            [("listing_id", "in", offers.ids), ("location_id", "=", place.id)]
        )
        best = {offer.product_id: offer for offer in offers - held.listing_id}
        return best | {offer.product_id: offer for offer in offers & held.listing_id}

    def _prepare_lines(self, picking, listings):
        """Units by product and line of the sale."""
        units = Counter()
        for move in picking.move_ids.filtered(lambda move: move.state != "cancel"):
            units[move.product_id, move.sale_line_id] += move.product_qty
        rows = sorted(units.items(), key=lambda row: (row[0][1].id, row[0][0].id))
        for number, ((product, sale_line), quantity) in enumerate(rows, start=1):
            listing = listings.get(product, self.env["channel.listing"])
            yield {
                "key": str(number),
                "product_id": product.id,
                "sale_line_id": sale_line.id,
                "listing_id": listing.id,
                "sku": listing.sku,
                "quantity": self._whole(product, quantity),
            }

    def _whole(self, product, quantity):
        """:raises ValueError: for parts of units, which no provider ships."""
        if product.uom_id.compare(quantity, round(quantity)):
            raise ValueError(
                self.env._(
                    "%(quantity)s %(unit)s of %(product)s are no whole units",
                    quantity=quantity,
                    unit=product.uom_id.name,
                    product=product.display_name,
                )
            )
        return round(quantity)
