"""The formula's sums: on hand, open demand, and what is as good as sold."""

from .pool_sql import INSIDE, OPEN, POOLS, UNHELD

# Units that are as good as sold: those without a confirmed sale order, and those that
# vanished from a level without an order. Both will leave from the warehouse that ships.
PROMISED = f"""
promised AS (
    SELECT line.product_id, {UNHELD} AS units, NULL::int AS place_id,
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
    SELECT *
      FROM unnest(%(pools)s::int[], %(products)s::int[]) AS w (pool_id, product_id)
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
      JOIN stock_location location
        ON root.parent_path LIKE location.parent_path || '_%%'
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
       AND move.state IN {OPEN}
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
               AND next.state IN {OPEN})
     GROUP BY 1, 2
),
leaving_above AS (
    -- Moves from a location that holds the pool and more: what they reserve in the
    -- pool, and all that they have not reserved yet, as it may be taken from here.
    SELECT wanted.pool_id, wanted.product_id,
           sum(greatest(move.product_qty - reserved.units, 0) + reserved.here) AS units
      FROM wanted
      JOIN stock_move move ON move.product_id = wanted.product_id
       AND move.state IN {OPEN}
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
