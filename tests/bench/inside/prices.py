"""In `odoo shell`: what it takes to compare and send a catalogue's prices.

Expects SHOP (url, credentials, variants) and SIZE, the number of its variants.
"""

import json
import time


def make_channel(env):
    """A connected channel with a listing and a product for each variant."""
    channel = env["channel.channel"].create(
        {
            "name": "Bench",
            "provider": "shopify",
            "account": SHOP["domain"],  # noqa: F821
            "base_url": SHOP["url"],  # noqa: F821
            "shopify_client_id": SHOP["client_id"],  # noqa: F821
            "price_fuse": 0,
        }
    )
    channel._set_secret("client_secret", SHOP["client_secret"])  # noqa: F821
    channel.action_adopt_database()
    channel.write({"run_state": "connected", "price_flow": "on"})
    currency = env.ref("base.EUR")
    channel.company_id.currency_id = currency
    env.cr.commit()  # tokens and buckets are written beside this transaction
    env["channel.price.list"]._store(channel, channel._adapter().price_lists())
    for start in range(0, SIZE, 1000):  # noqa: F821
        part = SHOP["variants"][start : start + 1000]  # noqa: F821
        products = env["product.product"].create(
            [
                {"name": f"B{variant}", "list_price": 10, "taxes_id": [(5,)]}
                for variant, _product in part
            ]
        )
        env["channel.listing"].create(
            [
                {
                    "channel_id": channel.id,
                    "external_id": variant,
                    "external_product_id": product,
                    "name": variant,
                    "product_id": ours.id,
                    "price": 10,
                    "currency_id": currency.id,
                }
                for (variant, product), ours in zip(part, products, strict=True)
            ]
        )
        env.cr.commit()
    return channel


def prepare(env):
    """Run the job until nothing is left to compute."""
    queries, wall = env.cr.sql_log_count, time.perf_counter()
    more = True
    while more:
        # what is computed in full parts is frozen by the run behind the last one
        env.cr.execute("SELECT count(*) FROM channel_listing_price WHERE dirty")
        more = env.cr.fetchone()[0]
        env["channel.listing.price"]._job_prepare()
        env.cr.commit()
    return {
        "queries": env.cr.sql_log_count - queries,
        "wall": time.perf_counter() - wall,
        "calls": 0,
    }


def ask_all(env):
    """What the nightly run asks for."""
    env.invalidate_all()
    env.cr.execute("UPDATE channel_listing_price SET dirty = TRUE")
    env.cr.commit()


def calls(env, operation):
    env.cr.execute(
        "SELECT count(*) FROM channel_sync_log WHERE operation = %s", (operation,)
    )
    return env.cr.fetchone()[0]


def send(env):
    wall = time.perf_counter()
    batches = env["channel.push.batch"].search([("state", "=", "pending")], order="id")
    for batch in batches:
        batch._job_send()
        env.cr.commit()
    return time.perf_counter() - wall


def run(env):
    channel = make_channel(env)
    prepare(env)  # makes the rows
    prepare(env)  # computes them, and warms up
    ask_all(env)
    found = {"same": prepare(env)}
    env.cr.execute("UPDATE product_template SET list_price = 11 WHERE list_price = 10")
    ask_all(env)
    found["changed"] = prepare(env)
    found["changed"]["send"] = send(env)
    found["changed"]["calls"] = calls(env, "PricesSet")
    prepare(env)  # the answers
    wall = time.perf_counter()
    for _part in range(SIZE // 5000 + 1):  # noqa: F821
        channel._job_check_prices()
        env.cr.commit()
    found["check"] = {
        "wall": time.perf_counter() - wall,
        "calls": calls(env, "VariantPrices"),
    }
    prepare(env)
    env.cr.execute("SELECT count(*) FROM channel_listing_price WHERE state = 'same'")
    found["in_sync"] = env.cr.fetchone()[0]
    return found


print(json.dumps(run(env)))  # noqa: F821
