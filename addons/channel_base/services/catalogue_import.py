from odoo import models

ENOUGH = 1000  # listings that one job takes in

# Beside the ORM, which knows whole seconds only.
BEGIN = """
UPDATE channel_cursor SET watermark = clock_timestamp() AT TIME ZONE 'UTC'
 WHERE id = %s
"""
UNSEEN = """
SELECT listing.id FROM channel_listing listing
  JOIN channel_cursor cursor
    ON cursor.id = %s AND cursor.channel_id = listing.channel_id
 WHERE listing.state <> 'gone'
   AND coalesce(listing.seen_at, '-infinity') < cursor.watermark
"""


class CatalogueImport(models.AbstractModel):
    """Reads a channel's catalogue into listings, part by part."""

    _name = "channel.catalogue.import"
    _description = "Import of Catalogues"

    def _run(self, channel):
        """Take in the next part of the catalogue; the cursor knows where to go on.

        While it is under way the cursor's watermark is the moment when it began. What
        has not been seen since then is gone when it ends.

        :raises RetryableJobError: when the channel is out of reach for the moment.
        """
        if not channel.exists() or not channel._is_operating():
            return
        channel = channel._as_worker()
        self = self.with_env(channel.env)
        cursor = self.env["channel.cursor"]._lock(channel, "listings")
        with channel._call_errors("catalogue"):
            self._read(channel, cursor)

    def _read(self, channel, cursor):
        if not cursor.position:
            self.env.cr.execute(BEGIN, [cursor.id])
        listings, page = [], None
        for page in channel._adapter().listings(cursor.position or None):
            listings += page.listings
            if len(listings) >= ENOUGH or page.wait:
                break
        self.env["channel.listing.store"]._store(channel, listings)
        if page and page.position:
            cursor.position = page.position
            self._go_on(channel, page.wait)
        else:
            cursor.position = False
            self._finish(cursor)

    def _go_on(self, channel, wait):
        Wakeup = self.env["channel.wakeup"]
        if wait:
            Wakeup._later(channel, "_job_import_catalogue", wait)
        else:
            Wakeup._after_commit(channel, "_job_import_catalogue")

    def _finish(self, cursor):
        self.env.cr.execute(UNSEEN, [cursor.id])
        unseen = [listing_id for (listing_id,) in self.env.cr.fetchall()]
        self.env["channel.listing"].browse(unseen)._mark_gone()

    def _refresh(self, channel, adapter, external_ids):
        """Read some products again, as the channel said that they changed.

        :param external_ids: as webhooks name them; what is not there any more is gone.
        """
        listings = tuple(adapter.read_listings(external_ids))
        self.env["channel.listing.store"]._store(channel, listings)
        rows = self.env["channel.listing"].search(
            [
                ("channel_id", "=", channel.id),
                ("state", "!=", "gone"),
                "|",
                ("external_product_id", "in", external_ids),
                ("external_id", "in", external_ids),
            ]
        )
        seen = {listing.external_id for listing in listings}
        rows.filtered(lambda row: row.external_id not in seen)._mark_gone()
        self.env["channel.content.echo"]._look(channel, adapter, external_ids)
