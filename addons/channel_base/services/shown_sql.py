"""The statement that tells what channels show now."""

from .pool_sql import sold_since

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
 CROSS JOIN LATERAL {sold_since("level")} sold
 WHERE level.id = ANY(%(levels)s)
"""
