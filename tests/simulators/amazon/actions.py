"""Control actions: what changes the simulated world from outside the API, and what can
be read of it."""

from . import fba_events, feeds as feeds_api, listing_state, mcf_state, ordering
from .listing_write import settle
from .marketplaces import find
from .order_actions import act
from .order_state import status as status_of


def status(simulator):
    """Return sellers, clock, open sendings, counts."""
    return {
        "sellers": {
            name: {kind: len(rows) for kind, rows in one.tables.items()}
            for name, one in simulator.sellers.items()
        },
        "now": simulator.clock.iso(),
        "deliveries_pending": simulator.courier.pending(),
        "operations": simulator.log.summary(),
        "faults": simulator.faults.describe(),
        "latency": simulator.latency,
        "violations": len(simulator.violations.found),
    }


def violations(simulator):
    """Return what broke the contract: ours and the callers'."""
    return {"violations": simulator.violations.found}


def create_seller(simulator, name, marketplaces=("DE",), settings=None, app=None):
    """Create a seller account with an app."""
    seller = simulator.create_seller(
        name, marketplaces=marketplaces, settings=settings, **(app or {})
    )
    return dump_seller(simulator, seller)


def dump_seller(simulator, seller):
    """Return how to connect to a seller, and its settings."""
    return {
        "name": seller.name,
        "seller_id": seller.id,
        "marketplaces": seller.joined,
        "app": seller.app,
        "refresh_token": f"Atzr|{seller.name}",
        "refresh_tokens": seller.refresh_tokens,
        "settings": seller.settings,
    }


def change_settings(simulator, seller, **settings):
    """Change settings of a seller (`state.DEFAULT_SETTINGS`)."""
    unknown = set(settings) - set(seller.settings)
    if unknown:
        raise ValueError(f"no such settings: {sorted(unknown)}")
    seller.settings.update(settings)
    return seller.settings


def authorise(simulator, seller, region=None):
    """The seller agrees on the consent page; return the code."""
    return {"code": simulator.tokens.authorise(seller, region)}


def expire_tokens(simulator, seller):
    """End all access tokens."""
    simulator.tokens.expire(seller)
    return {}


def revoke(simulator, seller):
    """The seller takes the authorisation back: `invalid_grant` from now on."""
    seller.refresh_tokens.clear()
    simulator.tokens.expire(seller)
    return {}


def add_listings(simulator, seller, items=(), products=0, prefix="SKU", **common):
    """Create listings, by specs or `products` plain ones."""
    plain = [{"sku": f"{prefix}-{number:04d}"} for number in range(1, products + 1)]
    made = [listing_state.add(seller, {**common, **one}) for one in (*items, *plain)]
    return {"listings": [{key: one[key] for key in ("sku", "asin")} for one in made]}


def listings(simulator, seller):
    """Return `{sku: listing}`."""
    settle(seller)
    return {"listings": seller.table("listings")}


def late_issues(simulator, seller, sku, issues):
    """Let issues appear once the next accepted change of a SKU is live."""
    seller.table("listings")[sku]["late_issues"] = issues
    return {}


def set_issues(simulator, seller, sku, issues):
    """Let a listing have these issues now."""
    seller.table("listings")[sku]["issues"] = issues
    return {}


def stock(simulator, seller):
    """Return `{sku: {merchant, fba, reserved}}`."""
    settle(seller)
    found = {}
    for sku, listing in seller.table("listings").items():
        held = seller.table("fba").get(sku, {})
        found[sku] = {
            "merchant": listing_state.quantity(listing)
            if listing_state.channel(listing)
            else None,
            "fba": held.get("fulfillable"),
            "reserved": held.get("reserved"),
        }
    return {"stock": found}


def set_stock(simulator, seller, sku, merchant=None, fba=None):
    """Change units, as somebody else does."""
    listing = seller.table("listings")[sku]
    if merchant is not None:
        listing_state.channel(listing)["quantity"] = merchant
        listing_state.touch(seller, listing)
    if fba is not None:
        seller.table("fba")[sku]["fulfillable"] = fba
    return stock(simulator, seller)["stock"][sku]


def restrict(simulator, seller, asin, reason, marketplace=None):
    """Let a seller need approval for an ASIN (`restriction` reason codes)."""
    place = find(marketplace).id if marketplace else "*"
    seller.table("restrictions").setdefault(asin, {})[place] = reason
    return {}


def defects(simulator, seller):
    """Return what no seller wants, e.g. offers of Amazon's that were converted."""
    return {"defects": list(seller.table("defects").values())}


def place_orders(simulator, seller, items=None, **spec):
    """Place one order, or a list of them."""
    made = [ordering.place(seller, one) for one in (items or [spec])]
    return {"orders": [{"id": one["orderId"]} for one in made]}


def orders(simulator, seller, last=None):
    """Return `{id: compact order}`."""
    rows = list(seller.table("orders").values())[-int(last or 0) :]
    return {"orders": {one["orderId"]: _compact(one) for one in rows}}


def _compact(order):
    return {
        "status": status_of(order),
        "by": order["fulfillment"]["fulfilledBy"],
        "total": order["proceeds"]["grandTotal"],
        "items": {
            one["orderItemId"]: [
                one["product"]["sellerSku"],
                one["quantityOrdered"],
                one["fulfillment"]["quantityFulfilled"],
            ]
            for one in order["orderItems"]
        },
        "packages": order["packages"],
    }


def order(simulator, seller, order):
    """Return everything about an order."""
    return {"order": seller.table("orders")[order]}


def order_action(simulator, seller, order, action, **options):
    """Do something to an order; see `order_actions`."""
    return act(seller, order, action, **options)


def deliveries(simulator, last=500):
    """Return sendings to HTTP endpoints: type, id, attempt, status."""
    return {
        "pending": simulator.courier.pending(),
        "attempts": simulator.courier.attempts[-int(last) :],
    }


def notification_faults(simulator, **settings):
    """Set the delivery faults; see `courier.Courier`."""
    simulator.courier.configure(**settings)
    return simulator.courier.faults


def queue(simulator, seller):
    """Return the notifications in the seller's queue, `{receipt: body}`."""
    return {"messages": dict(seller.table("queue"))}


def take_queue(simulator, seller, count=10):
    """Take notifications out of the queue."""
    rows = list(seller.table("queue").items())[: int(count)]
    for receipt, _body in rows:
        del seller.table("queue")[receipt]
    return {"messages": [body for _receipt, body in rows]}


def feeds(simulator, seller):
    """Return `{id: feed}`, with what came of it."""
    feeds_api.settle(simulator, seller)
    return {"feeds": seller.table("feeds")}


def invoices(simulator, seller):
    """Return the invoices that were uploaded, `{number: options}`."""
    return {
        "invoices": {
            number: {key: value for key, value in one.items() if key != "pdf"}
            for number, one in seller.table("invoices").items()
        }
    }


def fba_event(simulator, seller, event, **options):
    """Something happens in Amazon's warehouse; see `fba_events`."""
    return fba_events.EVENTS[event](seller, **options)


def mcf(simulator, seller):
    """Return `{number: {status, items, shipments}}` of other channels' orders."""
    mcf_state.settle(seller)
    return {
        "orders": {
            number: {
                "status": one["order"]["fulfillmentOrderStatus"],
                "items": one["items"],
                "shipments": one["shipments"],
            }
            for number, one in seller.table("mcf").items()
        }
    }


def mcf_action(simulator, seller, order, action, **options):
    """Do something to such an order: step, ship, cancelled, unfulfillable, deliver."""
    record = seller.table("mcf")[order]
    mcf_state.ACTIONS[action](seller, record, **options)
    return {"status": record["order"]["fulfillmentOrderStatus"]}


def add_catalog(simulator, seller, asin, title, barcode="", product_type="PRODUCT"):
    """Let others sell an ASIN that the seller may offer too."""
    made = {"asin": asin, "title": title, "barcode": barcode}
    seller.table("catalog")[asin] = {**made, "product_type": product_type}
    return made
