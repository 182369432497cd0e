from odoo import fields, models

from .plain import clean

UPSERT = """
INSERT INTO channel_listing AS listing
       (channel_id, company_id, external_id, external_product_id, stock_key, name, sku,
        barcode, state, tracked, price, currency_id, seen_at, active, push_stock,
        push_price, own_stock_rule, stock_share, stock_buffer, stock_cap,
        create_uid, create_date, write_uid, write_date)
VALUES %s
    ON CONFLICT (channel_id, external_id) DO UPDATE
   SET external_product_id = excluded.external_product_id,
       stock_key = excluded.stock_key, name = excluded.name, sku = excluded.sku,
       barcode = excluded.barcode, state = excluded.state,
       tracked = excluded.tracked, price = excluded.price,
       currency_id = excluded.currency_id, seen_at = excluded.seen_at,
       write_date = excluded.write_date
RETURNING id
"""
TEMPLATE = """(
    %(channel_id)s, %(company_id)s, %(external_id)s, %(product)s, %(stock_key)s,
    %(name)s, %(sku)s, %(barcode)s, %(state)s, %(tracked)s, %(price)s, %(currency_id)s,
    clock_timestamp() AT TIME ZONE 'UTC',
    TRUE, TRUE, TRUE, FALSE, 100, 0, 0, %(user)s, %(now)s, %(user)s, %(now)s)"""


class ListingStore(models.AbstractModel):
    """Stores what was read of a catalogue; people's own choices on listings stay."""

    _name = "channel.listing.store"
    _description = "Store Listings"

    def _store(self, channel, listings):
        """Make and update listings by one statement, then find their products.

        :param listings: canonical ``Listing``s; of doubles the last one counts.
        :return: the listings' rows.
        """
        by_id = {clean(listing.external_id): listing for listing in listings}
        rows = [self._prepare_row(channel, listing) for listing in by_id.values()]
        return self._store_rows(channel, rows)

    def _store_facts(self, channel, facts):
        """Store what a reconciliation has read.

        :param facts: dict external id -> the row's values, see ``_prepare_row``, with
            the code of its currency as ``currency``.
        """
        fixed = self._prepare_fixed(channel)
        self._store_rows(
            channel,
            [
                {
                    **fixed,
                    **values,
                    "external_id": external_id,
                    "currency_id": values["currency"],
                }
                for external_id, values in facts.items()
            ],
        )

    def _store_rows(self, channel, rows):
        Listing = self.env["channel.listing"]
        if not rows:
            return Listing
        Listing.flush_model()
        before = self._before(channel, [row["external_id"] for row in rows])
        currencies = self._currencies({row["currency_id"] for row in rows})
        for row in rows:
            row["currency_id"] = currencies.get(row["currency_id"])
        found = self.env.cr.execute_values(
            UPSERT, rows, TEMPLATE, page_size=len(rows), fetch=True
        )
        Listing.invalidate_model(flush=False)
        stored = Listing.browse(row_id for (row_id,) in found)
        self._note_changes(stored, before)
        self.env["channel.listing.match"]._match(channel, stored)
        return stored

    def _before(self, channel, external_ids):
        rows = (
            self.env["channel.listing"]
            .with_context(active_test=False)
            .search_fetch(
                [("channel_id", "=", channel.id), ("external_id", "in", external_ids)],
                ["state", "tracked"],
            )
        )
        return {row.id: (row.state, row.tracked) for row in rows}

    def _note_changes(self, listings, before):
        """Quantities of listings that are tracked now, or sold again, are wanted."""
        changed = listings.filtered(
            lambda row: row.id in before and before[row.id] != (row.state, row.tracked)
        )
        if changed.product_id:
            self.env["channel.intent"]._note_products(changed.product_id.ids)
            self.env["channel.intent"]._collect_prices(changed.product_id.ids)

    def _prepare_row(self, channel, listing):
        return {
            **self._prepare_fixed(channel),
            "external_id": clean(listing.external_id),
            "product": clean(listing.product) or None,
            "stock_key": clean(listing.stock_key) or None,
            "name": clean(listing.title)
            or clean(listing.sku)
            or clean(listing.external_id),
            "sku": clean(listing.sku).strip() or None,
            "barcode": clean(listing.barcode).strip() or None,
            "state": listing.state.value,
            "tracked": listing.tracked,
            "price": float(listing.price.amount) if listing.price else None,
            "currency_id": listing.price.currency if listing.price else None,
        }

    def _prepare_fixed(self, channel):
        return {
            "channel_id": channel.id,
            "company_id": channel.company_id.id,
            "now": fields.Datetime.now(),
            "user": self.env.uid,
        }

    def _currencies(self, codes):
        Currency = self.env["res.currency"].with_context(active_test=False)
        found = Currency.search_fetch(
            [("name", "in", [c for c in codes if c])], ["name"]
        )
        return {currency.name: currency.id for currency in found}
