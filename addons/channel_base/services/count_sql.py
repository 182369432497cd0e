"""The set-based statements behind counted stock: quantities that come from a
channel."""

from .pool_sql import ASKED_AT, INSIDE, OPEN, ORDERS_READ, POOLS, UNHELD, after, unsure

# Levels that a channel can be asked for, named as its stock calls name them.
COUNTABLE = """
SELECT level.id, level.channel_id, listing.external_id,
       coalesce(nullif(listing.stock_key, ''), listing.external_id), place.external_id
  FROM channel_listing_level level
  JOIN channel_listing listing ON listing.id = level.listing_id
  JOIN channel_location place ON place.id = level.location_id AND place.active
 WHERE level.channel_id = ANY(%(channels)s) AND listing.product_id IS NOT NULL
   AND listing.active AND listing.tracked AND listing.state <> 'gone'
   AND EXISTS (SELECT FROM channel_location_feed feed WHERE feed.location_id = place.id)
 ORDER BY level.id
"""

# ``behind``: there are answers, and orders have been read up to before them only.
UNFINISHED = """
SELECT batch.channel_id,
       bool_or(coalesce(cursor.watermark, '-infinity') < (
           SELECT max(item.observed_at) FROM channel_push_item item
            WHERE item.batch_id = batch.id)) AS behind
  FROM channel_push_batch batch
  LEFT JOIN channel_cursor cursor
    ON cursor.channel_id = batch.channel_id AND cursor.stream = 'orders'
 WHERE batch.kind = 'stock' AND batch.verb = 'count' AND NOT batch.folded
 GROUP BY batch.channel_id
"""

# Answered, and all orders of before have been read: only then it is known which units
# are sold and still here.
READY = f"""
WITH {ORDERS_READ}
SELECT batch.id, batch.channel_id
  FROM channel_push_batch batch
  JOIN orders_read ON orders_read.channel_id = batch.channel_id
 WHERE batch.kind = 'stock' AND batch.verb = 'count' AND NOT batch.folded
   AND batch.state = 'done'
   AND orders_read.until >= (SELECT max(item.observed_at) FROM channel_push_item item
                              WHERE item.batch_id = batch.id)
 ORDER BY batch.id
"""

# What must be on hand: what the channel offers, and what it has sold and is still here.
COUNTED = f"""
WITH {POOLS},
{INSIDE},
seen AS (
    SELECT DISTINCT ON (item.level_id) level.id AS level_id,
           level.location_id AS place_id, level.listing_id, listing.product_id,
           level.channel_id, pool.pool_id, item.observed, item.observed_at,
           {ASKED_AT} AS asked_at
      FROM channel_push_item item
      JOIN channel_push_batch batch ON batch.id = item.batch_id
      JOIN channel_listing_level level ON level.id = item.level_id
      JOIN channel_listing listing ON listing.id = level.listing_id
      JOIN product_product product ON product.id = listing.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
       AND template.is_storable
      JOIN pool ON pool.place_id = level.location_id
     WHERE item.batch_id = ANY(%(batches)s) AND item.observed IS NOT NULL
     ORDER BY item.level_id, item.observed_at DESC
),
-- Orders that need not be in what was read are taken as placed after it: so no unit
-- that is sold counts as on hand for others.
after AS (
    SELECT seen.level_id,
           sum(line.quantity - coalesce(line.cancelled, 0)) AS units,
           bool_or(sale.placed_at <= seen.observed_at) AS unsure
      FROM seen
      JOIN channel_order_line line ON line.listing_id = seen.listing_id
       AND coalesce(line.location_id, seen.place_id) = seen.place_id
      JOIN channel_order sale ON sale.id = line.order_id
       AND ({after("seen.observed_at", "seen.asked_at")}
            OR {unsure("seen.asked_at")})
     GROUP BY seen.level_id
)
SELECT seen.level_id, seen.place_id, seen.product_id,
       seen.observed - coalesce(after.units, 0)
       + (SELECT coalesce(sum({UNHELD}), 0)
            FROM channel_order_line line
           WHERE line.channel_id = seen.channel_id AND line.product_id = seen.product_id
             AND line.unimported
             AND coalesce(line.location_id, seen.place_id) = seen.place_id)
       + (SELECT coalesce(sum(move.product_qty), 0)
            FROM stock_move move
            JOIN inside ON inside.pool_id = seen.pool_id
             AND inside.location_id = move.location_id
            JOIN sale_order_line sold ON sold.id = move.sale_line_id
            JOIN channel_order_line line ON line.id = sold.channel_line_id
             AND line.channel_id = seen.channel_id
           WHERE move.product_id = seen.product_id
             AND move.state IN {OPEN}),
       (SELECT coalesce(sum(quant.quantity), 0)
          FROM stock_quant quant
          JOIN inside ON inside.pool_id = seen.pool_id
           AND inside.location_id = quant.location_id
         WHERE quant.product_id = seen.product_id),
       coalesce(after.unsure, FALSE) OR EXISTS (
           -- cancelled since: their units may be back there, and are in no order here
           SELECT FROM channel_order_line line
             JOIN channel_order sale ON sale.id = line.order_id
              AND sale.fetched_at >= date_trunc('second', seen.asked_at)
            WHERE line.listing_id = seen.listing_id AND line.cancelled > 0
              AND coalesce(line.location_id, seen.place_id) = seen.place_id)
  FROM seen
  LEFT JOIN after ON after.level_id = seen.level_id
 ORDER BY seen.level_id
"""

CONFIRM = f"""
UPDATE channel_listing_level level
   SET confirmed = item.observed, confirmed_at = item.observed_at,
       asked_at = {ASKED_AT}
  FROM channel_push_item item
  JOIN channel_push_batch batch ON batch.id = item.batch_id
 WHERE item.batch_id = ANY(%(batches)s) AND item.level_id = level.id
   AND item.observed_at > coalesce(level.confirmed_at, '-infinity')
"""
