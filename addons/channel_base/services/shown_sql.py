"""The statement that tells what channels show now."""

from .pool_sql import after, unsure

# Sales are taken off as the stock lane does it, also of levels that it does not look at
# because they are on their way or wait.
SHOWN_NOW = f"""
SELECT level.id, coalesce(level.target, 0),
       CASE WHEN level.confirmed_at IS NOT NULL
            THEN level.confirmed - sold.units END, sold.unsure,
       level.target IS NOT NULL AND listing.product_id IS NOT NULL
       AND listing.active AND listing.push_stock AND listing.tracked
       AND listing.state <> 'gone' AND channel.stock_master = 'odoo'
  FROM channel_listing_level level
  JOIN channel_listing listing ON listing.id = level.listing_id
  JOIN channel_channel channel ON channel.id = level.channel_id
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(line.quantity - coalesce(line.cancelled, 0))
                       FILTER (WHERE sale.placed_at > level.confirmed_at), 0)::int
                  AS units,
              coalesce(sum(line.quantity - coalesce(line.cancelled, 0))
                       FILTER (WHERE sale.placed_at <= level.confirmed_at), 0)::int
                  AS unsure
         FROM channel_order_line line
         JOIN channel_order sale ON sale.id = line.order_id
          AND ({after("level.confirmed_at", "level.asked_at")}
               OR {unsure("level.asked_at")})
        WHERE line.listing_id = level.listing_id
          AND (line.location_id = level.location_id OR line.location_id IS NULL)
          AND line.stored_at > level.confirmed_at - interval '1 day') sold
 WHERE level.id = ANY(%(levels)s)
"""
