from odoo import models

from ..adapter.port import Capability

ASKED = "asked"  # position of a run whose prices are being read
LOOK_SECONDS = 10

CHECKED = """
SELECT coalesce(watermark, '-infinity') >= %(started)s, coalesce(position, '') <> ''
  FROM channel_cursor WHERE channel_id = %(channel)s AND stream = 'price_check'
"""
COUNT = """
UPDATE channel_reconciliation run
   SET compared = (SELECT count(*) FROM channel_listing_price price
                    WHERE price.channel_id = run.channel_id
                      AND price.confirmed_at >= run.started_at)
 WHERE id = %(run)s
"""
NAME = "coalesce(list.external_id, '') || ' / ' || listing.external_id"
GAPS = f"""
INSERT INTO channel_reconciliation_line
       (run_id, channel_id, company_id, external_id, name, listing_id, cause, ours,
        theirs, outcome)
SELECT run.id, run.channel_id, run.company_id, {NAME},
       listing.name || ' / ' || list.name, listing.id, 'price',
       jsonb_build_object('price', given.known, 'compare_at', given.known_compare),
       jsonb_build_object('price', given.seen, 'compare_at', given.seen_compare),
       'pending'
  FROM unnest(%(prices)s::int[], %(known)s::numeric[], %(known_compare)s::numeric[],
              %(seen)s::numeric[], %(seen_compare)s::numeric[])
       AS given (price_id, known, known_compare, seen, seen_compare)
  JOIN channel_listing_price price ON price.id = given.price_id
  JOIN channel_price_list list ON list.id = price.price_list_id
  JOIN channel_listing listing ON listing.id = price.listing_id
  JOIN channel_reconciliation run ON run.channel_id = price.channel_id
   AND run.stream = 'prices' AND run.state = 'running'
    ON CONFLICT (run_id, external_id) DO NOTHING
"""
PRICE = f"""
  JOIN channel_listing listing ON listing.id = line.listing_id
  JOIN channel_listing_price price ON price.listing_id = listing.id
  JOIN channel_price_list list ON list.id = price.price_list_id
   AND line.external_id = {NAME}
"""
OPEN = """(price.dirty OR price.batch_id IS NOT NULL
           OR price.state IN ('open', 'sent'))"""
# What waits for approval is told by one issue for all.
SETTLE = f"""
UPDATE channel_reconciliation_line AS done
   SET outcome = CASE price.state WHEN 'same' THEN 'repaired' ELSE done.outcome END,
       issue_id = CASE price.state WHEN 'held' THEN (
           SELECT id FROM channel_issue issue
            WHERE issue.channel_id = done.channel_id AND issue.state = 'open'
              AND issue.kind = 'price_fuse' ORDER BY id DESC LIMIT 1) END
  FROM channel_reconciliation_line line {PRICE}
 WHERE done.id = line.id AND line.run_id = %(run)s AND line.outcome = 'pending'
   AND NOT {OPEN}
"""
WAITING = f"""
SELECT EXISTS (
    SELECT FROM channel_reconciliation_line line {PRICE}
     WHERE line.run_id = %(run)s AND line.outcome = 'pending' AND {OPEN})
"""


class ReconcilePrices(models.AbstractModel):
    """Prices that the channel asks beside those that it was told.

    Reading, judging and setting them right is the price lane's work, by its policy.
    This one asks for it, and tells what came of it.
    """

    _name = "channel.reconcile.prices"
    _inherit = "channel.reconcile.stream"
    _description = "Reconciliation of Prices"

    _flow = "price"

    def _is_offered(self, channel):
        return (
            Capability.PRICE_READ in channel._capabilities()
            and channel in channel._sending(self._flow)
        )

    def _expected(self, channel, since):
        return self.env["channel.listing.price"].search_count(
            [("channel_id", "=", channel.id), ("state", "!=", "idle")]
        )

    def _read(self, channel, run):
        values = {"channel": channel.id, "started": run.started_at}
        self.env.cr.execute(CHECKED, values)
        begun, under_way = self.env.cr.fetchone() or (False, False)
        self.env.cr.execute(COUNT, {"run": run.id})
        run.invalidate_recordset(["compared"], flush=False)
        if begun and not under_way:
            return None, 0
        self.env["channel.wakeup"]._after_commit(channel, "_job_check_prices")
        return ASKED, LOOK_SECONDS

    def _note_differing(self, gaps):
        """Prices were read that differ.

        :param gaps: list of (price id, amount known, compare-at price known, amount
            there, compare-at price there).
        """
        if gaps:
            names = ("prices", "known", "known_compare", "seen", "seen_compare")
            columns = map(list, zip(*gaps, strict=True))
            self.env.cr.execute(GAPS, dict(zip(names, columns, strict=True)))

    def _settle(self, channel, run):
        self.env.cr.execute(SETTLE, {"run": run.id})

    def _is_waiting(self, run):
        self.env.cr.execute(WAITING, {"run": run.id})
        return self.env.cr.fetchone()[0]

    def _message(self, line):
        return self.env._(
            "%(channel)s asks another price of %(what)s than it was told. Here:"
            " %(ours)s. There: %(theirs)s. It is not set right yet: look at the"
            " listing's prices and their issues, then resolve this issue.",
            channel=line.channel_id.name,
            what=line.name,
            ours=line.ours_text,
            theirs=line.theirs_text,
        )
