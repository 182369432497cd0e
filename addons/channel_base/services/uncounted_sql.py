"""The set-based statements behind quantities that are shown and not counted."""

from .level_sql import touched


def uncounted(marks):
    """What channels show and what the formula cannot count, by listing; of places that
    nothing feeds, by place, and only when all of a channel is looked at."""
    return UNCOUNTED.replace("<touched>", touched("level", marks)).replace(
        "<whole>",
        "TRUE" if marks.everything else "level.channel_id = ANY(%(channels)s)",
    )


UNCOUNTED = """
SELECT level.channel_id, CASE WHEN feed.fed THEN level.listing_id END,
       CASE WHEN NOT feed.fed THEN level.location_id END,
       CASE WHEN feed.fed THEN listing.product_id END,
       sum(level.confirmed)::int, array_agg(level.id ORDER BY level.id)
  FROM channel_listing_level level
  JOIN channel_listing listing ON listing.id = level.listing_id
  JOIN channel_location place ON place.id = level.location_id AND place.active
  LEFT JOIN product_product product ON product.id = listing.product_id
  LEFT JOIN product_template template ON template.id = product.product_tmpl_id
 CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM channel_location_feed feed
                        WHERE feed.location_id = place.id) AS fed) feed
 WHERE (level.dirty OR <touched> OR level.listing_id = ANY(%(listings)s))
   AND level.channel_id = ANY(%(working)s) AND level.batch_id IS NULL
   AND level.confirmed > 0 AND NOT level.id = ANY(%(counted)s)
   AND listing.active AND listing.push_stock AND listing.tracked
   AND listing.state IN ('active', 'unlisted')
   AND CASE WHEN feed.fed THEN template.is_storable IS NOT TRUE ELSE <whole> END
 GROUP BY 1, 2, 3, 4
 ORDER BY 1, 2, 3
"""

LOOKED_AT = """
SELECT level.id, level.channel_id, listing.external_id,
       coalesce(nullif(listing.stock_key, ''), listing.external_id), place.external_id
  FROM channel_listing_level level
  JOIN channel_listing listing ON listing.id = level.listing_id
  JOIN channel_location place ON place.id = level.location_id
 WHERE level.id = ANY(%(levels)s)
 ORDER BY level.id
"""
