"""The set-based statements that find, make and mark levels."""

from .pool_sql import ORDERS_READ, POOLS, came_in, given_back, known_lines, sold_since


def touched(table, marks):
    """Which rows intents speak of; only what they say, so that indexes are used.

    :param table: alias of a table with product and channel. :param marks: ``Marks``.
    """
    if marks.everything:
        return "TRUE"
    parts = ["FALSE"]
    if marks.channels:
        parts.append(f"{table}.channel_id = ANY(%(channels)s)")
    if marks.products:
        parts.append(f"{table}.product_id = ANY(%(products)s)")
    return f"({' OR '.join(parts)})"


def levels(marks):
    """Levels to compute, with all that their rule and the comparison need."""
    return LEVELS.replace("<touched>", touched("level", marks))


LEVELS = f"""
WITH {POOLS},
todo AS MATERIALIZED (
    SELECT level.*, pool.pool_id
      FROM channel_listing_level level
      JOIN channel_location place ON place.id = level.location_id AND place.active
      JOIN pool ON pool.place_id = level.location_id
     WHERE (level.dirty OR <touched>) AND level.batch_id IS NULL
       AND level.channel_id = ANY(%(working)s)
       AND NOT EXISTS (SELECT FROM channel_issue issue
                        WHERE issue.listing_id = level.listing_id
                          AND issue.location_id = level.location_id
                          AND issue.kind = 'push_rejected' AND issue.state = 'open')
)
SELECT todo.id, todo.channel_id, todo.listing_id, todo.location_id, product.id,
       todo.pool_id, template.is_storable, listing.external_id,
       coalesce(nullif(listing.stock_key, ''), listing.external_id), place.external_id,
       CASE WHEN listing.own_stock_rule THEN listing.stock_share
            ELSE channel.stock_share END,
       coalesce(CASE WHEN listing.own_stock_rule THEN listing.stock_buffer
                     ELSE channel.stock_buffer END, 0),
       coalesce(CASE WHEN listing.own_stock_rule THEN listing.stock_cap
                     ELSE channel.stock_cap END, 0),
       todo.target, coalesce(todo.confirmed, 0), todo.confirmed_at,
       todo.sent_at, coalesce(todo.unexplained, 0), todo.unexplained_at,
       todo.decrease_since, coalesce(todo.retries, 0), sold.units,
       -- taken as contained, so that what is shown is never thought to be less
       sold.unsure,
       (NOT sold.anywhere OR NOT EXISTS (
           SELECT FROM channel_listing_level other
            WHERE other.listing_id = todo.listing_id AND other.id <> todo.id))
       AND NOT {given_back("todo")}
  FROM todo
  JOIN channel_listing listing ON listing.id = todo.listing_id
  JOIN channel_channel channel ON channel.id = todo.channel_id
  JOIN channel_location place ON place.id = todo.location_id
  JOIN product_product product ON product.id = listing.product_id
  JOIN product_template template ON template.id = product.product_tmpl_id
 CROSS JOIN LATERAL {sold_since("todo")} sold
 WHERE listing.active AND listing.push_stock AND listing.tracked
   AND listing.state <> 'gone'
 ORDER BY todo.id
"""

# Others may have set quantities there meanwhile. The last ones known are kept, to tell
# of those that are not counted here.
FORGET_CONFIRMED = """
UPDATE channel_listing_level SET confirmed_at = NULL
 WHERE channel_id = ANY(%(channels)s) AND batch_id IS NULL
"""

CONSUME_INTENTS = """
WITH gone AS (
    DELETE FROM channel_intent
     WHERE id IN (SELECT id FROM channel_intent WHERE kind = 'stock'
                     FOR UPDATE SKIP LOCKED)
    RETURNING product_id, channel_id, request
)
SELECT DISTINCT product_id, channel_id, request FROM gone
"""


def make_levels(marks):
    """Levels of listings with a product, at all places that are fed."""
    return f"""
INSERT INTO channel_listing_level
       (listing_id, location_id, channel_id, company_id, product_id, dirty,
        create_uid, create_date, write_uid, write_date)
SELECT listing.id, place.id, listing.channel_id, listing.company_id,
       listing.product_id, TRUE,
       1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
  FROM channel_listing listing
  JOIN channel_location place ON place.channel_id = listing.channel_id
   AND EXISTS (SELECT FROM channel_location_feed feed WHERE feed.location_id = place.id)
 WHERE listing.product_id IS NOT NULL AND {touched("listing", marks)}
   AND NOT EXISTS (SELECT FROM channel_listing_level level
                    WHERE level.listing_id = listing.id
                      AND level.location_id = place.id)
    ON CONFLICT DO NOTHING
"""


def follow_listings(marks):
    """Listings that got another product."""
    return f"""
UPDATE channel_listing_level level SET product_id = listing.product_id, dirty = TRUE
  FROM channel_listing listing
 WHERE listing.id = level.listing_id
   AND listing.product_id IS DISTINCT FROM level.product_id
   AND ({touched("level", marks)} OR {touched("listing", marks)})
"""


def mark_dirty(marks):
    """Levels that can be computed at once bear no mark in between."""
    return f"""
UPDATE channel_listing_level level SET dirty = TRUE
 WHERE NOT dirty AND (batch_id IS NOT NULL OR NOT channel_id = ANY(%(working)s))
   AND {touched("level", marks)}
"""


# Differences are let go when all orders that could explain them have been read, but not
# while they are read anew: that would settle their issue. What is returned of them is
# what orders that came in since do not explain; it is kept, as orders may be told of
# late.
RELEASE_UNEXPLAINED = f"""
WITH {ORDERS_READ},
over AS (
    SELECT level.id, level.unexplained_at AS moment,
           coalesce(level.unexplained, 0) - {came_in("level.unexplained_at")} AS units
      FROM channel_listing_level level
      JOIN orders_read ON orders_read.channel_id = level.channel_id
     WHERE level.unexplained_at <= orders_read.until
       AND NOT EXISTS (SELECT FROM channel_intent intent
                        WHERE intent.channel_id = level.channel_id
                          AND intent.kind = 'stock' AND intent.request = 'read')
       AND NOT EXISTS (SELECT FROM channel_push_batch batch
                        WHERE batch.id = level.batch_id AND batch.verb = 'read')
)
UPDATE channel_listing_level level
   SET unexplained = 0, unexplained_at = NULL, dirty = TRUE,
       vanished = CASE WHEN units > 0 THEN units ELSE vanished END,
       vanished_at = CASE WHEN units > 0 THEN moment ELSE vanished_at END,
       known_lines = CASE WHEN units > 0
                          THEN {known_lines("over.moment")}
                          ELSE known_lines END
  FROM over
 WHERE level.id = over.id
RETURNING level.id, level.product_id, over.units
"""

# Levels whose vanished units were orders that came in after all.
EXPLAINED_LATE = f"""
SELECT level.id
  FROM channel_issue issue
  JOIN channel_listing_level level ON level.listing_id = issue.listing_id
   AND level.location_id = issue.location_id AND level.vanished > 0
 WHERE issue.kind = 'drift' AND issue.state = 'open'
   AND level.vanished <= {came_in("level.vanished_at")}
"""

# Decreases that the run at hand does not look at: they are on their way, or may not be
# sent now.
UNCONFIRMED = """
SELECT level.product_id, level.channel_id, level.decrease_since
  FROM channel_listing_level level
 WHERE level.decrease_since IS NOT NULL AND level.product_id IS NOT NULL
   AND level.company_id = %(company)s AND NOT level.id = ANY(%(levels)s)
"""

SHOWN = """
SELECT channel_id, count(*) FROM channel_listing_level
 WHERE channel_id = ANY(%(channels)s) AND product_id IS NOT NULL
 GROUP BY channel_id
"""
