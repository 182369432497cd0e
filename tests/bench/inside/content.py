"""In `odoo shell`: what it takes to compare products and to batch those that differ.

Expects SIZES, a list of numbers of products.
"""

import json
import time

FOLDED = """
UPDATE channel_product
   SET state = 'done', dirty = FALSE, pending = NULL, external_id = id::varchar,
       confirmed = sent
 WHERE channel_id = %s
"""


def make(env, size):
    """A channel with so many published products."""
    provider = env["channel.channel"]._fields["provider"].get_values(env)[0]
    channel = env["channel.channel"].create(
        {
            "name": f"Bench {size}",
            "account": f"bench-{size}",
            "provider": provider,
            "run_state": "connected",
            "stock_flow": "off",
            "catalogue_flow": "on",
        }
    )
    for start in range(0, size, 1000):
        templates = env["product.template"].create(
            [
                {
                    "name": f"Bench {size} {n}",
                    "default_code": f"B{size}-{n}",
                    "description_sale": "A line\nand another one",
                    "weight": 0.5,
                }
                for n in range(start, min(start + 1000, size))
            ]
        )
        env["channel.product"].create(
            [
                {
                    "channel_id": channel.id,
                    "product_tmpl_id": one.id,
                    "approved": True,
                    "state": "open",
                }
                for one in templates
            ]
        )
        env.cr.commit()
    return channel


def drain(env, channel):
    """Run the prepare job until nothing is left to be compared; (seconds, queries a
    job)."""
    jobs, queries, started = 0, env.cr.sql_log_count, time.perf_counter()
    domain = [("channel_id", "=", channel.id), ("dirty", "=", True)]
    while env["channel.product"].search_count(domain):
        env.invalidate_all()
        env["channel.product"]._job_prepare_content()
        env.cr.commit()
        jobs += 1
    return time.perf_counter() - started, (env.cr.sql_log_count - queries) / jobs


def measure(env, size):
    channel = make(env, size)
    drain(env, channel)
    env.cr.execute("DELETE FROM channel_push_batch")
    env.cr.execute(FOLDED, [channel.id])
    env.cr.execute(
        "UPDATE channel_product SET dirty = TRUE WHERE channel_id = %s", [channel.id]
    )
    env.cr.execute("DELETE FROM channel_intent")
    env.cr.commit()
    env.invalidate_all()
    same, queries = drain(env, channel)
    env.cr.execute(
        "UPDATE product_template SET name = jsonb_build_object('en_US', 'New ' || id)"
        " WHERE id IN (SELECT product_tmpl_id FROM channel_product"
        " WHERE channel_id = %s)",
        [channel.id],
    )
    env.cr.execute(
        "UPDATE channel_product SET dirty = TRUE WHERE channel_id = %s", [channel.id]
    )
    env.cr.commit()
    env.invalidate_all()
    changed, _queries = drain(env, channel)
    env.cr.execute("SELECT count(*) FROM channel_push_batch WHERE kind = 'product'")
    return {
        "size": size,
        "same": same,
        "queries": queries,
        "all": changed,
        "batches": env.cr.fetchone()[0],
    }


print(json.dumps([measure(env, size) for size in SIZES]))  # noqa: F821
