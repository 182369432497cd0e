"""In `odoo shell`: what it takes to compute and batch changed quantities.

Expects SIZES, a list of numbers of changed listings, the smallest first.
"""

import json
import time

from odoo import Command

RAW = """
    WITH RECURSIVE place AS (
        SELECT id FROM stock_location WHERE id = %(location)s
         UNION ALL
        SELECT child.id FROM stock_location child
          JOIN place ON child.location_id = place.id
    ), on_hand AS (
        SELECT product_id, sum(quantity) AS units FROM stock_quant
         WHERE location_id IN (SELECT id FROM place) GROUP BY product_id
    ), demand AS (
        SELECT product_id, sum(product_qty) AS units FROM stock_move
         WHERE state IN ('confirmed', 'waiting', 'partially_available', 'assigned')
           AND location_id IN (SELECT id FROM place) GROUP BY product_id
    ), unimported AS (
        SELECT product_id, sum(open_quantity) AS units FROM channel_order_line
         WHERE unimported GROUP BY product_id
    )
    SELECT level.id,
           coalesce(on_hand.units, 0) - coalesce(demand.units, 0)
           - coalesce(unimported.units, 0)
      FROM channel_listing_level level
      LEFT JOIN on_hand USING (product_id)
      LEFT JOIN demand USING (product_id)
      LEFT JOIN unimported USING (product_id)
     WHERE level.dirty
"""


def make_catalogue(env, size):
    """A channel with so many listings; everything that is slow by SQL."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    provider = env["channel.channel"]._fields["provider"].get_values(env)[0]
    channel = env["channel.channel"].create(
        {
            "name": "Bench",
            "provider": provider,
            "run_state": "connected",
            "stock_fuse": 0,
        }
    )
    place = env["channel.location"].create(
        {
            "channel_id": channel.id,
            "external_id": "1",
            "name": "Bench",
            "feed_ids": [
                Command.create({"stock_location_id": warehouse.lot_stock_id.id})
            ],
        }
    )
    products = env["product.product"]
    for start in range(0, size, 1000):
        products |= env["product.product"].create(
            [
                {"name": f"Bench {n}", "default_code": f"B{n}", "is_storable": True}
                for n in range(start, min(start + 1000, size))
            ]
        )
        env["channel.listing"].create(
            [
                {
                    "channel_id": channel.id,
                    "external_id": str(product.id),
                    "stock_key": str(product.id),
                    "name": product.default_code,
                    "sku": product.default_code,
                    "product_id": product.id,
                }
                for product in products[start:]
            ]
        )
        env.cr.commit()
    env.cr.execute(
        "INSERT INTO stock_quant (product_id, location_id, company_id, quantity,"
        " reserved_quantity, in_date) SELECT unnest(%s), %s, %s, 100, 0, now()",
        (products.ids, warehouse.lot_stock_id.id, env.company.id),
    )
    env.cr.execute(
        "INSERT INTO channel_listing_level (listing_id, location_id, channel_id,"
        " company_id, product_id, dirty) SELECT id, %s, channel_id, company_id,"
        " product_id, false FROM channel_listing WHERE channel_id = %s"
        " ON CONFLICT (listing_id, location_id) DO NOTHING",
        (place.id, channel.id),
    )
    env.cr.execute("DELETE FROM channel_intent")
    env.cr.commit()
    return channel, warehouse.lot_stock_id


def change(env, channel, size, units):
    """Let the stock of so many listings differ, and nothing else wait."""
    env.cr.execute(
        "UPDATE channel_listing_level SET dirty = id IN (SELECT id FROM"
        " channel_listing_level WHERE channel_id = %s ORDER BY id LIMIT %s)",
        (channel.id, size),
    )
    env.cr.execute("UPDATE stock_quant SET quantity = %s WHERE quantity > 0", (units,))
    env.cr.execute("DELETE FROM channel_push_batch")
    env.cr.execute("UPDATE channel_listing_level SET batch_id = NULL")
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()


def drain(env):
    """Run the prepare job until it has nothing to compute."""
    while True:
        env["channel.listing.level"]._job_prepare()
        env.cr.commit()
        env.cr.execute("SELECT count(*) FROM channel_listing_level WHERE dirty")
        if not env.cr.fetchone()[0]:
            return


def measure(env, channel, location, size, units):
    change(env, channel, size, units)
    wall = time.perf_counter()
    env.cr.execute(RAW, {"location": location.id})
    raw_rows = len(env.cr.fetchall())
    raw = time.perf_counter() - wall
    queries, cpu, wall = env.cr.sql_log_count, time.process_time(), time.perf_counter()
    drain(env)
    found = {
        "size": size,
        "raw": raw,
        "raw_rows": raw_rows,
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "queries": env.cr.sql_log_count - queries,
    }
    env.cr.execute("SELECT count(*) FROM channel_push_batch")
    found["batches"] = env.cr.fetchone()[0]
    env.cr.execute("SELECT count(*) FROM channel_push_item")
    found["items"] = env.cr.fetchone()[0]
    return found


def run(env):
    channel, location = make_catalogue(env, SIZES[-1])  # noqa: F821
    measure(env, channel, location, SIZES[0], 90)  # noqa: F821  (warm)
    sizes = enumerate(SIZES)  # noqa: F821
    return [measure(env, channel, location, size, 80 - n) for n, size in sizes]


print(json.dumps(run(env)))  # noqa: F821
