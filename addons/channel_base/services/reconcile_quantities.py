from odoo import models

from ..adapter.port import Capability

ASKED = "asked"  # position of a run whose quantities are being read
LOOK_SECONDS = 10

UNREAD = """
SELECT EXISTS (SELECT FROM channel_intent
                WHERE channel_id = %(channel)s AND request IN ('read', 'count'))
    OR EXISTS (SELECT FROM channel_push_batch
                WHERE channel_id = %(channel)s AND kind = 'stock'
                  AND verb IN ('read', 'count')
                  AND (state IN ('pending', 'sent') OR NOT folded))
"""
COUNT = """
UPDATE channel_reconciliation run
   SET compared = (
        SELECT count(DISTINCT item.level_id) FROM channel_push_item item
          JOIN channel_push_batch batch ON batch.id = item.batch_id
         WHERE batch.channel_id = run.channel_id AND batch.verb IN ('read', 'count')
           AND batch.create_date >= run.started_at AND item.observed IS NOT NULL)
 WHERE id = %(run)s
"""
GAPS = """
INSERT INTO channel_reconciliation_line
       (run_id, channel_id, company_id, external_id, name, listing_id, cause, ours,
        theirs, outcome)
SELECT run.id, run.channel_id, run.company_id,
       listing.external_id || ' / ' || place.external_id,
       listing.name || ' / ' || place.name, listing.id, 'quantity',
       jsonb_build_object('quantity', level.confirmed + given.gap),
       jsonb_build_object('quantity', level.confirmed), 'pending'
  FROM unnest(%(levels)s::int[], %(gaps)s::int[]) AS given (level_id, gap)
  JOIN channel_listing_level level ON level.id = given.level_id
  JOIN channel_listing listing ON listing.id = level.listing_id
  JOIN channel_location place ON place.id = level.location_id
  JOIN channel_reconciliation run ON run.channel_id = level.channel_id
   AND run.stream = 'quantities' AND run.state = 'running'
    ON CONFLICT (run_id, external_id) DO NOTHING
"""
LEVEL = """
  JOIN channel_listing listing ON listing.id = line.listing_id
  JOIN channel_location place ON place.channel_id = line.channel_id
   AND line.external_id = listing.external_id || ' / ' || place.external_id
  JOIN channel_listing_level level ON level.listing_id = listing.id
   AND level.location_id = place.id
"""
OPEN = """(level.dirty OR level.batch_id IS NOT NULL
           OR level.unexplained_at IS NOT NULL)"""
SETTLE = f"""
UPDATE channel_reconciliation_line AS done SET outcome = 'repaired'
  FROM channel_reconciliation_line line {LEVEL}
 WHERE done.id = line.id AND line.run_id = %(run)s AND line.outcome = 'pending'
   AND NOT {OPEN} AND level.confirmed = level.target
"""
WAITING = f"""
SELECT EXISTS (
    SELECT FROM channel_reconciliation_line line {LEVEL}
     WHERE line.run_id = %(run)s AND line.outcome = 'pending' AND {OPEN})
"""


class ReconcileQuantities(models.AbstractModel):
    """Quantities that the channel shows beside those that it was told.

    Reading, judging and setting them again is the stock lane's work, as for all
    quantities: what is sold meanwhile is no difference. This one asks for it, and tells
    what came of it.
    """

    _name = "channel.reconcile.quantities"
    _inherit = "channel.reconcile.stream"
    _description = "Reconciliation of Quantities"

    _flow = "stock"

    def _is_offered(self, channel):
        readable = Capability.STOCK_READ in channel._capabilities()
        return readable and super()._is_offered(channel)

    def _expected(self, channel, since):
        return self.env["channel.listing.level"].search_count(
            [("channel_id", "=", channel.id), ("product_id", "!=", False)]
        )

    def _read(self, channel, run):
        if run.position != ASKED:
            self.env["channel.stock.drift"]._run(channel)
            return ASKED, LOOK_SECONDS
        self.env.cr.execute(COUNT, {"run": run.id})
        self.env.cr.execute(UNREAD, {"channel": channel.id})
        unread = self.env.cr.fetchone()[0]
        run.invalidate_recordset(["compared"], flush=False)
        return (ASKED, LOOK_SECONDS) if unread else (None, 0)

    def _note_gaps(self, gaps):
        """The stock lane has found quantities that differ.

        :param gaps: dict level id -> units missing at the channel.
        """
        found = {level_id: gap for level_id, gap in gaps.items() if gap}
        if found:
            values = {"levels": list(found), "gaps": list(found.values())}
            self.env.cr.execute(GAPS, values)

    def _settle(self, channel, run):
        self.env.cr.execute(SETTLE, {"run": run.id})

    def _is_waiting(self, run):
        self.env.cr.execute(WAITING, {"run": run.id})
        return self.env.cr.fetchone()[0]

    def _message(self, line):
        return self.env._(
            "%(channel)s shows %(theirs)s of %(what)s where %(ours)s were expected, and"
            " the right quantity is not set yet. Look at the quantity's issues and"
            " pushes, then resolve this issue.",
            channel=line.channel_id.name,
            what=line.name,
            ours=(line.ours or {}).get("quantity"),
            theirs=(line.theirs or {}).get("quantity"),
        )
