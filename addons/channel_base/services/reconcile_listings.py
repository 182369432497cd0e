from odoo import models

from ..adapter.port import Capability

ENOUGH = 5000  # listings that one step reads
ASK = 50  # products that one step asks for
# What the channel says of a listing, by columns.
FACTS = (
    "product",
    "stock_key",
    "name",
    "sku",
    "barcode",
    "state",
    "tracked",
    "price",
    "currency",
)
# What was read again since is newer than what was seen. A SKU that is another product's
# means that the listing sells one thing, and takes another one from stock.
OURS = """
SELECT CASE WHEN listing.seen_at >= run.read_at THEN seen.facts
            ELSE jsonb_build_object(
                'product', listing.external_product_id, 'stock_key', listing.stock_key,
                'name', listing.name, 'sku', listing.sku, 'barcode', listing.barcode,
                'state', listing.state, 'tracked', listing.tracked,
                'price', listing.price,
                -- one that is not known here cannot be stored
                'currency', CASE WHEN listing.currency_id IS NULL AND NOT EXISTS (
                        SELECT FROM res_currency
                         WHERE name = seen.facts ->> 'currency')
                    THEN seen.facts -> 'currency' ELSE to_jsonb(currency.name) END
            ) END AS facts,
       CASE WHEN other.id IS NOT NULL THEN 'product' END AS cause,
       listing.name, NULL::int AS order_id, listing.id AS listing_id
  FROM channel_listing listing
  LEFT JOIN res_currency currency ON currency.id = listing.currency_id
  LEFT JOIN product_product product ON product.id = listing.product_id
  LEFT JOIN LATERAL (
        SELECT min(named.id) AS id FROM product_product named
          JOIN product_template template ON template.id = named.product_tmpl_id
         WHERE named.default_code = seen.facts ->> 'sku' AND named.active
           AND coalesce(template.company_id, run.company_id) = run.company_id
        HAVING count(*) = 1) other
    ON product.id IS NOT NULL AND product.default_code IS DISTINCT FROM
       seen.facts ->> 'sku'
 WHERE listing.channel_id = run.channel_id AND listing.external_id = seen.external_id
"""
CHANGED = """
SELECT seen.external_id, seen.facts
  FROM channel_reconciliation_line line
  JOIN channel_reconciliation_seen seen ON seen.run_id = line.run_id
   AND seen.external_id = line.external_id AND seen.page = %(page)s
 WHERE line.run_id = %(run)s AND line.outcome = 'pending' AND line.theirs IS NOT NULL
"""
# Products that look otherwise there, though nobody has told of it.
LOOKED_AT = """
SELECT DISTINCT seen.facts ->> 'product'
  FROM channel_reconciliation_line line
  JOIN channel_reconciliation_seen seen ON seen.run_id = line.run_id
   AND seen.external_id = line.external_id AND seen.page = %(page)s
 WHERE line.run_id = %(run)s AND line.outcome = 'pending'
   AND line.theirs ?| array['name', 'sku', 'barcode', 'state', 'tracked']
"""
UNSEEN = """
INSERT INTO channel_reconciliation_line
       (run_id, channel_id, company_id, external_id, name, listing_id, cause, outcome)
SELECT run.id, run.channel_id, run.company_id, listing.external_id, listing.name,
       listing.id, 'unseen', %(outcome)s
  FROM channel_reconciliation run
  JOIN channel_listing listing ON listing.channel_id = run.channel_id
   AND listing.state <> 'gone'
   AND coalesce(listing.seen_at, '-infinity') < run.started_at
 WHERE run.id = %(run)s
   AND NOT EXISTS (SELECT FROM channel_reconciliation_seen seen
                    WHERE seen.run_id = run.id
                      AND seen.external_id = listing.external_id)
    ON CONFLICT (run_id, external_id) DO NOTHING
"""


class ReconcileListings(models.AbstractModel):
    """The catalogue of the channel beside the listings that are known here. What
    differs is imported from what was just read."""

    _name = "channel.reconcile.listings"
    _inherit = "channel.reconcile.stream"
    _description = "Reconciliation of Listings"

    _ours = OURS

    def _is_offered(self, channel):
        listed = Capability.LISTINGS in channel._capabilities()
        return listed and super()._is_offered(channel)

    def _expected(self, channel, since):
        return self.env["channel.listing"].search_count(
            [("channel_id", "=", channel.id), ("state", "!=", "gone")]
        )

    # --- reading ----------------------------------------------------------------------

    def _read(self, channel, run):
        Store = self.env["channel.listing.store"]
        self._note_reading(run)
        facts, page = {}, None
        for page in channel._adapter().listings(run.position or None):
            for listing in page.listings:
                row = Store._prepare_row(channel, listing)
                row["currency"] = row["currency_id"]
                facts[row["external_id"]] = {name: row[name] for name in FACTS}
            if len(facts) >= ENOUGH or page.wait:
                break
        self._stage(run, facts)
        return (page.position, page.wait) if page else (None, 0)

    def _note_reading(self, run):
        # beside the ORM, which knows whole seconds only
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE channel_reconciliation"
            "   SET read_at = clock_timestamp() AT TIME ZONE 'UTC' WHERE id = %s",
            [run.id],
        )

    # --- repairing --------------------------------------------------------------------

    def _repair(self, channel, run):
        values = {"run": run.id, "page": run.page}
        self.env.cr.execute(CHANGED, values)
        self.env["channel.listing.store"]._store_facts(
            channel, dict(self.env.cr.fetchall())
        )
        self.env.cr.execute(LOOKED_AT, values)
        products = tuple(product for (product,) in self.env.cr.fetchall())
        if products:
            self.env["channel.content.echo"]._look(
                channel, channel._adapter(), products
            )

    def _find_unseen(self, channel, run):
        asked = "asking" if channel.reconcile_repair else "left"
        self.env.cr.execute(UNSEEN, {"run": run.id, "outcome": asked})

    def _ask_batch(self, channel):
        return ASK

    def _ask(self, channel, run, lines):
        """What is not there any more is marked as gone."""
        listings = lines.listing_id
        named = [row.external_product_id or row.external_id for row in listings]
        self.env["channel.catalogue.import"]._refresh(
            channel, channel._adapter(), tuple(dict.fromkeys(named))
        )
        gone = lines.filtered(lambda line: line.listing_id.state == "gone")
        gone.write({"cause": "gone", "outcome": "repaired"})
        (lines - gone).unlink()

    def _message(self, line):
        if line.cause != "product":
            return super()._message(line)
        return self.env._(
            "%(listing)s of %(channel)s has the SKU of another product than"
            " %(product)s, which it is linked to: what is sold and what leaves the"
            " stock are two things. Choose the listing's product, or correct the SKU"
            " there, then resolve this issue; dismiss it if it is meant so.",
            listing=line.listing_id.display_name,
            channel=line.channel_id.name,
            product=line.listing_id.product_id.display_name,
        )
