"""Access scopes that each flow needs (facts, section 2)."""

from datetime import timedelta

import shopify

FLOW_SCOPES = {
    "order": ("read_orders", "read_customers", "read_products", "read_locations"),
    "stock": ("read_inventory", "write_inventory", "read_locations"),
    "shipment": ("write_merchant_managed_fulfillment_orders",),
    "refund": ("write_orders",),
    "return": ("read_returns", "write_returns"),
    "price": ("write_products",),
    "catalogue": (
        "write_products",
        "write_publications",
        "write_inventory",
        "write_translations",
        "read_locales",
    ),
}
# Where an order is to be shipped from is seen with any of these; without, the list is
# silently empty.
FULFILMENT_READ = (
    "read_merchant_managed_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)
HISTORY = timedelta(days=60)  # older orders are shown to apps with read_all_orders only


def missing_scopes(granted, order_age, catalogue=False):
    """Scopes that flows lack.

    :param granted: iterable of handles; writing includes reading.
    :param catalogue: whether products are pushed.
    :param order_age: ``timedelta`` since the oldest order that is wanted.
    :return: {flow: (scope, ...)} of the flows that lack any.
    """
    access = shopify.ApiAccess(
        [scope for scope in granted if shopify.ApiAccess.SCOPE_RE.match(scope)]
    )

    def lacks(scope):
        return not access.covers(shopify.ApiAccess(scope))

    missing = {
        flow: tuple(filter(lacks, scopes))
        for flow, scopes in FLOW_SCOPES.items()
        if flow != "catalogue" or catalogue
    }
    if all(map(lacks, FULFILMENT_READ)):
        missing["order"] += FULFILMENT_READ[:1]
    if order_age > HISTORY and lacks("read_all_orders"):
        missing["order"] += ("read_all_orders",)
    return {flow: scopes for flow, scopes in missing.items() if scopes}
