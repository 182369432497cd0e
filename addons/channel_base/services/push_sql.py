"""The set-based statements behind batches."""

# Younger batches are on their way.
REPLACEABLE = """
SELECT batch.id FROM channel_push_batch batch
 WHERE batch.kind = 'stock' AND batch.verb = 'write' AND batch.state = 'pending'
   AND batch.channel_id = ANY(%(channels)s)
   AND batch.create_date < clock_timestamp() AT TIME ZONE 'UTC' - interval '10 seconds'
   AND EXISTS (SELECT FROM channel_listing_level level
                WHERE level.batch_id = batch.id AND level.dirty)
   FOR NO KEY UPDATE SKIP LOCKED
"""

# One sender goes from batch to batch: only the first is woken, each wakes the next.
FIRST_PENDING = """
SELECT DISTINCT ON (channel_id) id FROM channel_push_batch
 WHERE kind = 'stock' AND state = 'pending' AND channel_id = ANY(%(channels)s)
 ORDER BY channel_id, id
"""

NEXT_PENDING = """
SELECT min(id) FROM channel_push_batch
 WHERE channel_id = %(channel)s AND kind = %(kind)s AND state = 'pending'
   AND id > %(batch)s
"""

ATTEMPTED = """
SELECT DISTINCT batch_id FROM channel_push_attempt WHERE batch_id = ANY(%(batches)s)
"""

SUPERSEDE = """
WITH gone AS (
    UPDATE channel_push_batch SET state = 'superseded', folded = TRUE
     WHERE id = ANY(%(batches)s)
)
UPDATE channel_listing_level SET batch_id = NULL, dirty = TRUE
 WHERE batch_id = ANY(%(batches)s)
"""

# The ledger tells what was never sent.
NOT_SENT = """
UPDATE channel_stock_entry entry SET shadow = TRUE
  FROM channel_push_batch batch
  JOIN channel_push_item item ON item.batch_id = batch.id
 WHERE batch.id = ANY(%(batches)s) AND batch.state = 'superseded'
   AND entry.level_id = item.level_id AND entry.item_id = item.id
"""

FINISHED = """
SELECT id, verb FROM channel_push_batch
 WHERE kind = 'stock' AND verb <> 'count'
   AND NOT folded AND state NOT IN ('pending', 'sent')
 ORDER BY id
"""

MARK_FOLDED = "UPDATE channel_push_batch SET folded = TRUE WHERE id = ANY(%(batches)s)"

STORE_LEVELS = """
UPDATE channel_listing_level level
   SET computed = given.computed, target = given.target, expected = given.expected,
       dirty = given.dirty, batch_id = given.batch_id, decrease_since = given.since
  FROM unnest(%(levels)s::int[], %(computed)s::int[], %(targets)s::int[],
              %(expected)s::int[], %(dirty)s::boolean[], %(batches)s::int[],
              %(since)s::timestamp[])
       AS given (id, computed, target, expected, dirty, batch_id, since)
 WHERE level.id = given.id
"""

# Levels without a quantity to show (no product, not stored, not wanted) wait for a
# change.
FORGET_OTHERS = """
UPDATE channel_listing_level SET dirty = FALSE, decrease_since = NULL
 WHERE dirty AND batch_id IS NULL AND channel_id = ANY(%(channels)s)
   AND NOT id = ANY(%(levels)s)
"""

# Nothing is shown at channels that are themselves the master of stock.
FORGET_MASTERS = """
UPDATE channel_listing_level level SET dirty = FALSE, decrease_since = NULL
  FROM channel_channel channel
 WHERE level.dirty AND channel.id = level.channel_id
   AND channel.stock_master = 'channel'
"""

LOCK = "SELECT id FROM channel_push_batch WHERE id = %(batch)s FOR NO KEY UPDATE NOWAIT"

ATTEMPT = """
INSERT INTO channel_push_attempt (batch_id, channel_id, company_id, started_at)
SELECT id, channel_id, company_id, clock_timestamp() AT TIME ZONE 'UTC'
  FROM channel_push_batch WHERE id = %(batch)s
"""

STORE_RESULTS = """
UPDATE channel_push_item item
   SET status = given.status, code = given.code, message = given.message,
       observed = given.observed, observed_at = given.observed_at,
       external_id = coalesce(given.external_id, item.external_id),
       outcome = coalesce(given.outcome, item.outcome)
  FROM unnest(%(keys)s::varchar[], %(statuses)s::varchar[], %(codes)s::varchar[],
              %(messages)s::varchar[], %(observed)s::int[], %(moments)s::timestamp[],
              %(ids)s::varchar[], %(outcomes)s::text[])
       AS given (key, status, code, message, observed, observed_at, external_id,
                 outcome)
 WHERE item.batch_id = %(batch)s AND item.key = given.key
"""
