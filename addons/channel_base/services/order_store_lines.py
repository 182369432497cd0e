from odoo import models

from ..adapter.canonical import LineKind, OrderState
from .plain import clean, limited, naive


class OrderStoreLines(models.AbstractModel):
    """Stores the lines of fetched orders: from here on they count against stock."""

    _name = "channel.order.store.lines"
    _description = "Store Lines of Fetched Orders"

    def _store(self, channel, news, stored):
        """Write the lines and tell the stock lane which products they concern."""
        orders = [order for order, _text in news]
        external_lines = [line for order in orders for line in order.lines]
        found = self.env["channel.product.resolve"]._resolve(channel, external_lines)
        locations = self._locations(channel, external_lines)
        rows = self.env["channel.order.line"].search(
            [("order_id", "in", [row.id for row in stored.values()])]
        )
        rows.fetch(
            [
                "external_id",
                "order_id",
                "product_id",
                "quantity",
                "cancelled",
                "unimported",
                "sale_line_ids",
            ]
        )
        by_id = {row.external_id: row for row in rows}
        touched, values_list = rows.browse(), []
        for order in orders:
            row = stored[order.external_id]
            for line in order.lines:
                known = by_id.pop(line.external_id, None)
                listing_id, product_id = found.get(line.external_id, (False, False))
                values = self._prepare_line(order, line, known, row)
                values["location_id"] = locations.get(line.location, False)
                if not (known and known.sale_line_ids):
                    values |= {"listing_id": listing_id, "product_id": product_id}
                if known:
                    known.write(values)
                    touched |= known
                else:
                    values_list.append(
                        values
                        | {
                            "order_id": row.id,
                            "channel_id": channel.id,
                            "external_id": clean(line.external_id),
                        }
                    )
        touched |= rows.create(values_list)
        touched |= self._close_removed(rows.browse(row.id for row in by_id.values()))
        self.env["channel.order.demand"]._note(touched.product_id)

    def _locations(self, channel, lines):
        codes = {line.location for line in lines if line.location}
        locations = self.env["channel.location"].search_fetch(
            [("channel_id", "=", channel.id), ("external_id", "in", list(codes))],
            ["external_id"],
        )
        return {location.external_id: location.id for location in locations}

    def _prepare_line(self, order, line, known, row):
        open_quantity = limited(line.quantity - line.cancelled - line.fulfilled)
        demands = (
            line.kind is LineKind.PRODUCT
            and order.state is not OrderState.CANCELLED
            and row._holds_stock()
        )
        wanted = limited(line.quantity) - limited(line.cancelled)
        held_here = (
            bool(known and row.confirmed_at)
            and not known.unimported
            # of a line that grew, the sale order holds a part only
            and wanted <= known.quantity - known.cancelled
        )
        return {
            "kind": line.kind.value,
            "sku": clean(line.sku),
            "title": clean(line.title),
            "external_listing_id": clean(line.listing),
            "requires_shipping": line.requires_shipping,
            "bundle": clean(line.group_title),
            "plan": clean(line.plan),
            "pickup": line.pickup,
            "ship_after": naive(line.ship_after),
            "quantity": limited(line.quantity),
            "cancelled": limited(line.cancelled),
            "refunded": limited(line.refunded),
            "fulfilled": limited(line.fulfilled),
            "open_quantity": max(0, open_quantity),
            "unimported": demands and not held_here,
        }

    def _close_removed(self, lines):
        """Lines that are no longer part of their order."""
        for line in lines:
            line.write(
                {"cancelled": line.quantity, "open_quantity": 0, "unimported": False}
            )
        return lines
