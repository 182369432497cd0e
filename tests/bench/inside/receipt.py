"""In `odoo shell`: a receipt of 1,000 lines, with our addons and without, turn about.

Expects WITHOUT (a database that never had our addons), LINES and PAIRS.
"""

import gc
import json
import time

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry


def make_products(env, count):
    """Storable products, each with a SKU."""
    values = [
        {"name": f"Bench {number}", "default_code": f"BENCH-{number}", "type": "consu"}
        for number in range(count)
    ]
    products = env["product.product"].create(
        [{**value, "is_storable": True} for value in values]
    )
    env.cr.commit()
    return products.ids


def map_products(env, product_ids):
    """A connected channel that sells them all, fed by the warehouse's stock."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    provider = env["channel.channel"]._fields["provider"].get_values(env)[0]
    channel = env["channel.channel"].create(
        {"name": "Bench", "provider": provider, "run_state": "connected"}
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
    listings = env["channel.listing"].create(
        [
            {
                "channel_id": channel.id,
                "external_id": str(product_id),
                "name": str(product_id),
                "product_id": product_id,
            }
            for product_id in product_ids
        ]
    )
    known = env["channel.listing.level"].search([("location_id", "=", place.id)])
    env["channel.listing.level"].create(
        [
            {"listing_id": listing.id, "location_id": place.id}
            for listing in listings - known.listing_id
        ]
    )
    env.cr.commit()


def make_receipt(env, product_ids):
    """A receipt that is ready to be validated."""
    kind = env["stock.picking.type"].search([("code", "=", "incoming")], limit=1)
    source = env.ref("stock.stock_location_suppliers")
    unit = env.ref("uom.product_uom_unit")
    common = {
        "product_uom": unit.id,
        "product_uom_qty": 3,
        "location_id": source.id,
        "location_dest_id": kind.default_location_dest_id.id,
    }
    picking = env["stock.picking"].create(
        {
            "picking_type_id": kind.id,
            "location_id": source.id,
            "location_dest_id": kind.default_location_dest_id.id,
            "move_ids": [
                Command.create({**common, "product_id": product_id})
                for product_id in product_ids
            ],
        }
    )
    picking.action_confirm()
    picking.move_ids.write({"quantity": 3, "picked": True})
    env.cr.commit()
    env.invalidate_all()
    gc.collect()
    return picking


def validate(env, product_ids):
    """Validate a receipt up to the commit: (CPU seconds, wall seconds, queries)."""
    picking = make_receipt(env, product_ids)
    queries, cpu, wall = env.cr.sql_log_count, time.process_time(), time.perf_counter()
    picking.button_validate()
    env.cr.commit()
    measured = (
        time.process_time() - cpu,
        time.perf_counter() - wall,
        env.cr.sql_log_count - queries,
    )
    assert picking.state == "done", picking.state
    return measured


def measure(env, lines, pairs):
    """Pairs of measurements: ours and plain Odoo's."""
    with Registry(WITHOUT).cursor() as cr:  # noqa: F821
        plain = api.Environment(cr, SUPERUSER_ID, {})
        plain_ids, our_ids = make_products(plain, lines), make_products(env, lines)
        map_products(env, our_ids)
        validate(env, our_ids), validate(plain, plain_ids)
        rounds = []
        for number in range(pairs):
            order = [("ours", env, our_ids), ("plain", plain, plain_ids)]
            if number % 2:
                order.reverse()
            rounds.append({name: validate(where, ids) for name, where, ids in order})
        few = {
            name: validate(where, ids[: lines // 10])[2]
            for name, where, ids in (
                ("ours", env, our_ids),
                ("plain", plain, plain_ids),
            )
        }
    return {"rounds": rounds, "few": few}


print(json.dumps(measure(env, LINES, PAIRS)))  # noqa: F821
