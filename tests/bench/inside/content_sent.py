"""In `odoo shell`: what it takes to send changed titles of a catalogue.

Expects SHOP (url, credentials, variants) and SIZE, the number of its products.
"""

import json
import time

# As after the first publication: all is in step.
IN_STEP = """
UPDATE channel_product
   SET state = 'done', dirty = FALSE, pending = NULL, approved = TRUE, confirmed = sent
 WHERE channel_id = %s
"""


def make_channel(env):
    """A connected channel with a product and a listing for each product there."""
    channel = env["channel.channel"].create(
        {
            "name": "Bench",
            "provider": "shopify",
            "account": SHOP["domain"],  # noqa: F821
            "base_url": SHOP["url"],  # noqa: F821
            "shopify_client_id": SHOP["client_id"],  # noqa: F821
            "stock_flow": "off",
        }
    )
    channel._set_secret("client_secret", SHOP["client_secret"])  # noqa: F821
    channel.action_adopt_database()
    channel.company_id.currency_id = env.ref("base.EUR")
    channel.write({"run_state": "connected", "catalogue_flow": "on"})
    env.cr.commit()  # tokens and buckets are written beside this transaction
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
                }
                for (variant, product), ours in zip(part, products, strict=True)
            ]
        )
        env.cr.commit()
    env["channel.content.link"]._run(channel)
    return channel


def drain(env, channel):
    """Run the prepare job until nothing is left to be compared or taken over."""
    mine = [("channel_id", "=", channel.id)]
    dirty = [*mine, ("dirty", "=", True), ("approved", "=", True)]
    answered = [*mine, ("state", "=", "done"), ("folded", "=", False)]
    started = time.perf_counter()
    while True:
        env.invalidate_all()
        env["channel.product"]._job_prepare_content()
        env.cr.commit()
        left = env["channel.product"].search_count(dirty)
        if not left + env["channel.push.batch"].search_count(answered):
            return time.perf_counter() - started


def count(env, query, *values):
    env.cr.execute(query, values)
    return env.cr.fetchone()[0]


def run(env):
    channel = make_channel(env)
    env.cr.execute("UPDATE channel_product SET approved = TRUE, state = 'open'")
    drain(env, channel)
    env.cr.execute("DELETE FROM channel_push_batch")
    env.cr.execute(IN_STEP, [channel.id])
    env.cr.execute(
        "UPDATE product_template SET name = jsonb_build_object('en_US', 'New ' || id)"
        " WHERE id IN (SELECT product_tmpl_id FROM channel_product)"
    )
    env.cr.execute("UPDATE channel_product SET dirty = TRUE")
    env.cr.commit()
    drain(env, channel)
    started = time.perf_counter()
    for batch in env["channel.push.batch"].search([("state", "=", "pending")]):
        batch._job_send()
        env.cr.commit()
    send = time.perf_counter() - started
    calls = count(
        env,
        "SELECT count(*) FROM channel_sync_log"
        " WHERE operation IN ('ContentState', 'ProductSet')",
    )
    fold = drain(env, channel)
    in_step = count(env, "SELECT count(*) FROM channel_product WHERE state = 'done'")
    return {"send": send, "calls": calls, "fold": fold, "in_step": in_step}


print(json.dumps(run(env)))  # noqa: F821
