"""The statement that takes answers over into levels."""

from .pool_sql import ASKED_AT, added_since, after, came_in, known_lines, unsure

# Units are missing for certain only below what is left when all sales in question are
# taken off, those with them that were cancelled since. What is missing otherwise may be
# these sales or others: it is no difference, but nothing is raised before the orders
# have been read.
FOLD = f"""
WITH answer AS (
    SELECT DISTINCT ON (item.level_id)
           item.level_id, item.status, item.quantity, item.batch_id, batch.verb,
           batch.sent_at,
           item.observed, coalesce(item.observed_at, batch.answered_at) AS moment,
           {ASKED_AT} AS asked_at
      FROM channel_push_item item
      JOIN channel_push_batch batch ON batch.id = item.batch_id
     WHERE batch.id = ANY(%(batches)s) AND item.level_id IS NOT NULL
     ORDER BY item.level_id, moment DESC
),
sold AS (
    SELECT level.id,
           sum(line.quantity - coalesce(line.cancelled, 0))
               FILTER (WHERE sale.placed_at > level.confirmed_at
                         AND NOT {unsure("answer.asked_at")}) AS units,
           sum(line.quantity) AS most
      FROM channel_listing_level level
      JOIN answer ON answer.level_id = level.id
      JOIN channel_order_line line ON line.listing_id = level.listing_id
       AND (line.location_id = level.location_id OR line.location_id IS NULL)
      JOIN channel_order sale ON sale.id = line.order_id
       AND ({after("level.confirmed_at", "level.asked_at")}
            OR {unsure("level.asked_at")}
            OR {added_since("level.asked_at")})
     WHERE line.stored_at > level.confirmed_at - interval '1 day'
     GROUP BY level.id
),
news AS (
    SELECT answer.*, answer.verb = 'write' AND answer.status = 'done' AS written,
           -- found there, other than by our own writing
           answer.observed IS NOT NULL
               AND (answer.verb <> 'write' OR answer.status = 'stale') AS found,
           CASE WHEN level.confirmed_at IS NOT NULL
                THEN greatest(level.confirmed - coalesce(sold.most, 0) - observed, 0)
                     + least(level.confirmed - coalesce(sold.units, 0) - observed, 0)
           END AS gap,
           level.confirmed_at IS NULL
               OR observed < level.confirmed - coalesce(sold.units, 0) AS fewer
      FROM answer
      JOIN channel_listing_level level ON level.id = answer.level_id
      LEFT JOIN sold ON sold.id = answer.level_id
)
UPDATE channel_listing_level level
   SET batch_id = NULL,
       sent = CASE WHEN verb = 'write' AND status <> 'skipped'
                    AND news.sent_at IS NOT NULL
                   THEN news.quantity ELSE sent END,
       sent_at = CASE WHEN verb = 'write' AND status <> 'skipped'
                      THEN coalesce(news.sent_at, level.sent_at) ELSE level.sent_at END,
       confirmed = CASE WHEN written THEN news.quantity
                        WHEN found THEN observed ELSE confirmed END,
       asked_at = CASE WHEN written OR found THEN news.asked_at
                       ELSE level.asked_at END,
       confirmed_at = CASE WHEN written OR found THEN moment
                           -- out of step: read it before the next call
                           WHEN status = 'stale' OR status = 'skipped' AND retries >= 2
                           THEN NULL ELSE confirmed_at END,
       unexplained = CASE WHEN found AND fewer
                          THEN greatest(coalesce(unexplained, 0)
                                        - {came_in("level.unexplained_at")}, 0)
                               + greatest(coalesce(gap, 0), 0)
                          ELSE coalesce(unexplained, 0) END,
       unexplained_at = CASE WHEN found AND fewer
                             THEN moment ELSE unexplained_at END,
       known_lines = CASE WHEN found AND fewer THEN {known_lines("moment")}
                          ELSE known_lines END,
       vanished = CASE WHEN found AND verb = 'read' THEN 0 ELSE vanished END,
       decrease_since = CASE WHEN written THEN NULL ELSE decrease_since END,
       retries = CASE WHEN written OR verb <> 'write' THEN 0
                      WHEN status IN ('stale', 'skipped') THEN coalesce(retries, 0) + 1
                      ELSE retries END,
       -- refused quantities wait for a person, what has been sent for the next change
       dirty = dirty OR CASE verb WHEN 'write' THEN status NOT IN ('done', 'rejected')
                                  WHEN 'read' THEN TRUE ELSE gap IS DISTINCT FROM 0 END
  FROM news
 WHERE level.id = news.level_id
       -- what the channel tells unasked may be older than what we know, or our own echo
   AND (verb <> 'note' OR level.batch_id IS NULL
                      AND moment > coalesce(level.confirmed_at, '-infinity'))
RETURNING level.id, level.channel_id, level.product_id, verb, gap,
       level.unexplained_at IS NOT NULL,
       CASE WHEN status IN ('stale', 'skipped') THEN news.batch_id END
"""
