"""The set-based statements behind stock quantities.

A *pool* is a set of Odoo locations that feed one or more places of one company's
channels; it bears the smallest of these places' ids.
"""

POOLS = """
feed AS (
    SELECT feed.location_id AS place_id,
           array_agg(feed.stock_location_id ORDER BY feed.stock_location_id) AS roots
      FROM channel_location_feed feed
      JOIN channel_channel channel ON channel.id = feed.channel_id
     WHERE channel.company_id = %(company)s
     GROUP BY feed.location_id
),
pool AS (
    SELECT place_id, roots, min(place_id) OVER (PARTITION BY roots) AS pool_id FROM feed
)"""

# All Odoo locations of each pool.
INSIDE = """
root AS (
    SELECT DISTINCT pool.pool_id, location.id, location.parent_path
      FROM pool, unnest(pool.roots) AS root_id
      JOIN stock_location location ON location.id = root_id
),
inside AS MATERIALIZED (
    SELECT DISTINCT root.pool_id, location.id AS location_id
      FROM root
      JOIN stock_location location ON location.parent_path LIKE root.parent_path || '%%'
     WHERE location.usage IN ('internal', 'view')
       AND coalesce(location.company_id, %(company)s) = %(company)s
)"""


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
     WHERE (level.dirty OR <touched>)
       AND level.batch_id IS NULL AND level.channel_id = ANY(%(working)s)
       AND NOT EXISTS (SELECT FROM channel_issue issue
                        WHERE issue.listing_id = level.listing_id
                          AND issue.location_id = level.location_id
                          AND issue.kind = 'push_rejected' AND issue.state = 'open')
),
sold AS (
    SELECT todo.id, sum(line.quantity - coalesce(line.cancelled, 0)) AS units,
           bool_or(line.location_id IS NULL) AS somewhere
      FROM todo
      JOIN channel_order_line line ON line.listing_id = todo.listing_id
       AND (line.location_id = todo.location_id OR line.location_id IS NULL)
      JOIN channel_order sale ON sale.id = line.order_id
       AND sale.ordered_at > todo.confirmed_at
     GROUP BY todo.id
)
SELECT todo.id, todo.channel_id, todo.listing_id, todo.location_id, product.id, todo.pool_id,
       template.is_storable, listing.external_id,
       coalesce(nullif(listing.stock_key, ''), listing.external_id), place.external_id,
       CASE WHEN listing.own_stock_rule THEN listing.stock_share
            ELSE channel.stock_share END,
       coalesce(CASE WHEN listing.own_stock_rule THEN listing.stock_buffer
                     ELSE channel.stock_buffer END, 0),
       coalesce(CASE WHEN listing.own_stock_rule THEN listing.stock_cap
                     ELSE channel.stock_cap END, 0),
       todo.target, coalesce(todo.confirmed, 0), todo.confirmed_at,
       todo.sent_at, coalesce(todo.unexplained, 0), todo.unexplained_at,
       todo.decrease_since, coalesce(todo.retries, 0), coalesce(sold.units, 0)::int,
       NOT coalesce(sold.somewhere, FALSE) OR NOT EXISTS (
           SELECT FROM channel_listing_level other
            WHERE other.listing_id = todo.listing_id AND other.id <> todo.id)
  FROM todo
  JOIN channel_listing listing ON listing.id = todo.listing_id
  JOIN channel_channel channel ON channel.id = todo.channel_id
  JOIN channel_location place ON place.id = todo.location_id
  JOIN product_product product ON product.id = listing.product_id AND product.active
  JOIN product_template template ON template.id = product.product_tmpl_id
  LEFT JOIN sold ON sold.id = todo.id
 WHERE listing.active AND listing.push_stock AND listing.tracked AND listing.state <> 'gone'
 ORDER BY todo.id
"""

# Units that are as good as sold: orders without a confirmed sale order, and units that
# vanished from a level without an order. Both will leave from the warehouse that ships.
PROMISED = """
promised AS (
    SELECT line.product_id, line.open_quantity AS units, NULL::int AS place_id,
           coalesce(place.warehouse_id, channel.warehouse_id) AS warehouse_id,
           channel.company_id
      FROM channel_order_line line
      JOIN channel_channel channel ON channel.id = line.channel_id
      LEFT JOIN channel_location place ON place.id = line.location_id
     WHERE line.unimported AND line.open_quantity > 0
     UNION ALL
    SELECT level.product_id, level.unexplained, level.location_id,
           coalesce(place.warehouse_id, channel.warehouse_id), channel.company_id
      FROM channel_listing_level level
      JOIN channel_channel channel ON channel.id = level.channel_id
      JOIN channel_location place ON place.id = level.location_id
     WHERE level.unexplained > 0
)"""

PROMISED_PRODUCTS = f"""
WITH {PROMISED} SELECT DISTINCT product_id FROM promised WHERE product_id IS NOT NULL
"""

BALANCES = f"""
WITH {POOLS},
wanted AS MATERIALIZED (
    SELECT * FROM unnest(%(pools)s::int[], %(products)s::int[]) AS w (pool_id, product_id)
),
kit AS MATERIALIZED (
    SELECT * FROM unnest(%(kits)s::int[], %(components)s::int[],
                         %(units)s::numeric[], %(per)s::numeric[])
             AS k (kit_id, component_id, units, per)
),
{INSIDE},
above AS MATERIALIZED (
    SELECT root.pool_id, location.id AS location_id
      FROM root
      JOIN stock_location location ON root.parent_path LIKE location.parent_path || '_%%'
     WHERE location.usage IN ('internal', 'view')
    EXCEPT SELECT pool_id, location_id FROM inside
),
on_hand AS (
    SELECT wanted.pool_id, wanted.product_id, sum(quant.quantity) AS units
      FROM wanted
      JOIN stock_quant quant ON quant.product_id = wanted.product_id
      JOIN inside USING (pool_id, location_id)
     GROUP BY 1, 2
),
leaving AS (
    -- What waits to leave the pool. A move that only prepares another one counts once,
    -- as that other one. Where it ends counts, not the next step on the way.
    SELECT wanted.pool_id, wanted.product_id, sum(move.product_qty) AS units
      FROM wanted
      JOIN stock_move move ON move.product_id = wanted.product_id
       AND move.state IN ('waiting', 'confirmed', 'partially_available', 'assigned')
      JOIN inside ON inside.pool_id = wanted.pool_id
       AND inside.location_id = move.location_id
     WHERE NOT EXISTS (
            SELECT FROM inside target
             WHERE target.pool_id = wanted.pool_id
               AND target.location_id
                   = coalesce(move.location_final_id, move.location_dest_id))
       AND NOT EXISTS (
            SELECT FROM stock_move_move_rel chain
              JOIN stock_move next ON next.id = chain.move_dest_id
              JOIN inside start ON start.pool_id = wanted.pool_id
               AND start.location_id = next.location_id
             WHERE chain.move_orig_id = move.id
               AND next.state IN ('waiting', 'confirmed', 'partially_available', 'assigned'))
     GROUP BY 1, 2
),
leaving_above AS (
    -- Moves from a location that holds the pool and more: what they reserve in the pool,
    -- and all that they have not reserved yet, as it may be taken from here.
    SELECT wanted.pool_id, wanted.product_id,
           sum(greatest(move.product_qty - reserved.units, 0) + reserved.here) AS units
      FROM wanted
      JOIN stock_move move ON move.product_id = wanted.product_id
       AND move.state IN ('waiting', 'confirmed', 'partially_available', 'assigned')
      JOIN above ON above.pool_id = wanted.pool_id
       AND above.location_id = move.location_id
     CROSS JOIN LATERAL (
            SELECT coalesce(sum(line.quantity_product_uom), 0) AS units,
                   coalesce(sum(line.quantity_product_uom)
                            FILTER (WHERE inside.location_id IS NOT NULL), 0) AS here
              FROM stock_move_line line
              LEFT JOIN inside ON inside.pool_id = wanted.pool_id
               AND inside.location_id = line.location_id
             WHERE line.move_id = move.id) AS reserved
     WHERE NOT EXISTS (
            SELECT FROM inside target
             WHERE target.pool_id = wanted.pool_id
               AND target.location_id
                   = coalesce(move.location_final_id, move.location_dest_id))
     GROUP BY 1, 2
),
{PROMISED},
needed AS (
    SELECT coalesce(kit.component_id, promised.product_id) AS product_id,
           promised.units * coalesce(kit.units / kit.per, 1) AS units,
           promised.place_id, promised.warehouse_id, promised.company_id
      FROM promised
      LEFT JOIN kit ON kit.kit_id = promised.product_id
),
reach AS (
    SELECT pool_id, location_id FROM inside UNION SELECT pool_id, location_id FROM above
),
held AS (
    SELECT wanted.pool_id, wanted.product_id,
           sum(needed.units) FILTER (WHERE needed.place_id IS NULL) AS unimported,
           sum(needed.units) FILTER (WHERE needed.place_id IS NOT NULL) AS unexplained
      FROM wanted
      JOIN needed USING (product_id)
      LEFT JOIN stock_warehouse warehouse ON warehouse.id = needed.warehouse_id
      LEFT JOIN pool own ON own.place_id = needed.place_id
     WHERE own.pool_id = wanted.pool_id
        OR needed.warehouse_id IS NULL AND needed.company_id = %(company)s
        OR (wanted.pool_id, warehouse.lot_stock_id) IN (SELECT * FROM reach)
     GROUP BY 1, 2
)
SELECT wanted.pool_id, wanted.product_id,
       round(coalesce(on_hand.units, 0)::numeric, %(digits)s)::text,
       round((coalesce(leaving.units, 0)
              + coalesce(leaving_above.units, 0))::numeric, %(digits)s)::text,
       round(coalesce(held.unimported, 0), %(digits)s)::text,
       round(coalesce(held.unexplained, 0), %(digits)s)::text
  FROM wanted
  LEFT JOIN on_hand USING (pool_id, product_id)
  LEFT JOIN leaving USING (pool_id, product_id)
  LEFT JOIN leaving_above USING (pool_id, product_id)
  LEFT JOIN held USING (pool_id, product_id)
"""

CONSUME_INTENTS = """
WITH gone AS (
    DELETE FROM channel_intent
     WHERE id IN (SELECT id FROM channel_intent WHERE kind = 'stock' FOR UPDATE SKIP LOCKED)
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
SELECT listing.id, place.id, listing.channel_id, listing.company_id, listing.product_id, TRUE,
       1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
  FROM channel_listing listing
  JOIN channel_location place ON place.channel_id = listing.channel_id
   AND EXISTS (SELECT FROM channel_location_feed feed WHERE feed.location_id = place.id)
 WHERE listing.product_id IS NOT NULL AND {touched("listing", marks)}
   AND NOT EXISTS (SELECT FROM channel_listing_level level
                    WHERE level.listing_id = listing.id AND level.location_id = place.id)
    ON CONFLICT DO NOTHING
"""


def follow_listings(marks):
    """Listings that got another product."""
    return f"""
UPDATE channel_listing_level level SET product_id = listing.product_id, dirty = TRUE
  FROM channel_listing listing
 WHERE listing.id = level.listing_id AND listing.product_id IS DISTINCT FROM level.product_id
   AND ({touched("level", marks)} OR {touched("listing", marks)})
"""


def mark_dirty(marks):
    """Levels that can be computed at once bear no mark in between."""
    return f"""
UPDATE channel_listing_level level SET dirty = TRUE
 WHERE NOT dirty AND (batch_id IS NOT NULL OR NOT channel_id = ANY(%(working)s))
   AND {touched("level", marks)}
"""


# Until when all orders of a channel have been read: polls leave everything that changed in
# the inbox, and there nothing of it waits or is kept by an open issue. A channel whose
# orders do not come in here has nothing to wait for.
ORDERS_READ = """
orders_read AS (
    SELECT channel.id AS channel_id,
           CASE WHEN channel.order_flow <> 'on' THEN 'infinity' ELSE cursor.watermark END
           AS until
      FROM channel_channel channel
      LEFT JOIN channel_cursor cursor
        ON cursor.channel_id = channel.id AND cursor.stream = 'orders'
     WHERE channel.order_flow <> 'on'
        OR NOT EXISTS (
            SELECT FROM channel_event event
             WHERE event.channel_id = channel.id AND event.resource = 'order'
               AND event.origin = 'poll' AND event.state = 'new')
       AND NOT EXISTS (
            SELECT FROM channel_event event
              JOIN channel_issue issue ON issue.event_id = event.id
               AND issue.kind = 'event_failed' AND issue.state = 'open'
             WHERE event.channel_id = channel.id AND event.resource = 'order'
               AND event.state = 'failed')
)"""

# Differences are let go when all orders that could explain them have been read. What is
# returned of them is what orders that came in since do not explain.
RELEASE_UNEXPLAINED = f"""
WITH {ORDERS_READ}
UPDATE channel_listing_level level
   SET unexplained = 0, unexplained_at = NULL, dirty = TRUE
  FROM orders_read, channel_listing_level before
 WHERE before.unexplained_at <= orders_read.until
   AND before.channel_id = orders_read.channel_id
   AND level.id = before.id
RETURNING level.id, level.product_id, coalesce(before.unexplained, 0) - (
       SELECT coalesce(sum(line.quantity - coalesce(line.cancelled, 0)), 0)
         FROM channel_order_line line
         JOIN channel_order sale ON sale.id = line.order_id
          AND sale.ordered_at <= before.unexplained_at
        WHERE line.listing_id = level.listing_id AND line.id > before.known_line
          AND coalesce(line.location_id, level.location_id) = level.location_id)
"""

FOLD = """
WITH answer AS (
    SELECT DISTINCT ON (item.level_id)
           item.level_id, item.status, item.quantity, batch.verb, batch.sent_at,
           item.observed, coalesce(item.observed_at, batch.answered_at) AS moment
      FROM channel_push_item item
      JOIN channel_push_batch batch ON batch.id = item.batch_id
     WHERE batch.id = ANY(%(batches)s) AND item.level_id IS NOT NULL
     ORDER BY item.level_id, moment DESC
),
sold AS (
    SELECT level.id, sum(line.quantity - coalesce(line.cancelled, 0)) AS units
      FROM channel_listing_level level
      JOIN channel_order_line line ON line.listing_id = level.listing_id
       AND (line.location_id = level.location_id OR line.location_id IS NULL)
      JOIN channel_order sale ON sale.id = line.order_id
       AND sale.ordered_at > level.confirmed_at
     WHERE level.id IN (SELECT level_id FROM answer)
     GROUP BY level.id
),
news AS (
    SELECT answer.*, answer.verb = 'write' AND answer.status = 'done' AS written,
           -- found there, other than by our own writing
           answer.observed IS NOT NULL
               AND (answer.verb <> 'write' OR answer.status = 'stale') AS found,
           level.confirmed - coalesce(sold.units, 0) - answer.observed AS gap
      FROM answer
      JOIN channel_listing_level level ON level.id = answer.level_id
      LEFT JOIN sold ON sold.id = answer.level_id
)
UPDATE channel_listing_level level
   SET batch_id = NULL,
       sent = CASE WHEN verb = 'write' AND status <> 'skipped' AND news.sent_at IS NOT NULL
                   THEN news.quantity ELSE sent END,
       sent_at = CASE WHEN verb = 'write' AND status <> 'skipped'
                      THEN coalesce(news.sent_at, level.sent_at) ELSE level.sent_at END,
       confirmed = CASE WHEN written THEN news.quantity
                        WHEN found THEN observed ELSE confirmed END,
       confirmed_at = CASE WHEN written OR found THEN moment
                           -- out of step: read it before the next call
                           WHEN status = 'stale' OR status = 'skipped' AND retries >= 2
                           THEN NULL ELSE confirmed_at END,
       unexplained = coalesce(unexplained, 0)
                     + CASE WHEN found AND confirmed_at IS NOT NULL
                            THEN greatest(gap, 0) ELSE 0 END,
       unexplained_at = CASE WHEN found AND (confirmed_at IS NULL OR gap > 0)
                             THEN moment ELSE unexplained_at END,
       known_line = CASE WHEN found AND unexplained_at IS NULL
                         THEN (SELECT coalesce(max(id), 0) FROM channel_order_line)
                         ELSE known_line END,
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
       level.unexplained_at IS NOT NULL
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
