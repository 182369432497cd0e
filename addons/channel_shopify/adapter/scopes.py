"""Access scopes that each flow needs (facts, section 2)."""

import shopify

FLOW_SCOPES = {
    "orders": ("read_orders", "read_customers", "read_products", "read_locations"),
    "order_history": ("read_all_orders",),  # orders older than 60 days
    "catalogue": ("read_products", "read_inventory"),
    "stock": ("write_inventory", "read_locations"),
    "shipments": ("write_merchant_managed_fulfillment_orders",),
}
# Orders assigned to a location are seen with any of these; without, the list is
# silently empty.
FULFILMENT_READ = (
    "read_merchant_managed_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)


def missing_scopes(granted):
    """Scopes that flows lack.

    :param granted: iterable of handles; writing includes reading.
    :return: {flow: (scope, ...)} of the flows that lack any.
    """
    granted = [scope for scope in granted if shopify.ApiAccess.SCOPE_RE.match(scope)]
    access = shopify.ApiAccess(granted)
    missing = {
        flow: tuple(
            scope for scope in scopes if not access.covers(shopify.ApiAccess(scope))
        )
        for flow, scopes in FLOW_SCOPES.items()
    }
    if not any(access.covers(shopify.ApiAccess(scope)) for scope in FULFILMENT_READ):
        missing["orders"] += (FULFILMENT_READ[0],)
    return {flow: scopes for flow, scopes in missing.items() if scopes}
