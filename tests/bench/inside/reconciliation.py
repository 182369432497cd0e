"""In `odoo shell`: a catalogue compared with a shop, step by step as jobs would do it.

The shop answers at once and from memory, so that what is measured is the hub. Expects
SIZE (listings of the shop), CHANGED (listings that are made to differ).
"""

import json
import resource
import time
from collections import Counter
from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import Listing, ListingState, Money
from odoo.addons.channel_base.adapter.port import (
    Capability,
    ListingPage,
    MarketplaceAdapter,
)

PAGE = 500  # listings that the shop hands over at once
PRODUCTS = """
INSERT INTO product_product (product_tmpl_id, default_code, active, combination_indices)
SELECT %s, 'BENCH-' || number, TRUE, number::text FROM generate_series(0, %s) number
"""
DIFFER = """
UPDATE channel_listing SET name = name || ' once'
 WHERE id IN (SELECT id FROM channel_listing WHERE channel_id = %s ORDER BY id LIMIT %s)
"""


class Catalogue(MarketplaceAdapter):
    """A shop with SIZE listings, which exist only while they are looked at."""

    provider = "shopify"
    capabilities = frozenset({Capability.LISTINGS})

    def connect(self):
        raise NotImplementedError

    def order_changes(self, since):
        return iter(())

    def read_orders(self, external_ids):
        return iter(())

    def listings(self, position=None):
        for start in range(int(position or 0), SIZE, PAGE):  # noqa: F821
            end = min(start + PAGE, SIZE)  # noqa: F821
            yield ListingPage(
                tuple(map(listing, range(start, end))),
                position=str(end) if end < SIZE else None,  # noqa: F821
            )


def listing(number):
    return Listing(
        external_id=str(number),
        title=f"Product {number // 50}, size {number % 50}",
        state=ListingState.ACTIVE,
        sku=f"BENCH-{number}",
        barcode=f"40{number:010d}",
        product=str(number // 50),
        stock_key=str(10**6 + number),
        price=Money(Decimal("19.90"), "EUR"),
    )


def connect(env):
    channels = type(env["channel.channel"])
    channels._adapter_class = lambda _channel: Catalogue
    channel = env["channel.channel"].create(
        {
            "name": "Bench",
            "provider": "shopify",
            "account": "bench.myshopify.com",
            "run_state": "connected",
            "stock_flow": "off",
        }
    )
    env.cr.commit()
    return channel._as_worker()


def memory():
    """Peak resident memory of this process, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def reconcile(channel):
    """One run; seconds by what was done in them."""
    env, before = channel.env, memory()
    (run,) = env["channel.reconcile"]._start(channel, "person", {"listings"})
    env.cr.commit()
    steps, seconds = 0, Counter()
    queries, cpu = env.cr.sql_log_count, time.process_time()
    while run.state == "running":
        phase, started = run.phase, time.perf_counter()
        run._job_reconcile()
        env.cr.commit()
        env.invalidate_all()
        seconds[phase] += time.perf_counter() - started
        steps += 1
    return {
        "compared": run.compared,
        "repaired": run.repaired,
        "issues": run.issue_count,
        "steps": steps,
        "reading": seconds["read"],
        "wall": sum(seconds.values()),
        "cpu": time.process_time() - cpu,
        "queries": env.cr.sql_log_count - queries,
        "memory": memory(),
        "grown": memory() - before,
    }


def settled(env):
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()


def run(env):
    channel = connect(env)
    template = env["product.template"].create({"name": "Bench", "type": "consu"})
    env.cr.execute(PRODUCTS, (template.id, SIZE - 1))  # noqa: F821
    settled(env)
    taken_in = reconcile(channel)
    env.cr.execute(DIFFER, (channel.id, CHANGED))  # noqa: F821
    settled(env)
    return [taken_in, reconcile(channel)]


print(json.dumps(run(env)))  # noqa: F821
