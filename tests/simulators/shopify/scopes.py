"""Which access scope opens which type and mutation (fact sheet, section 2;
`offline_scopes` of the contract)."""

from graphql import get_named_type

from .errors import access_denied

TYPES = {
    "Order": "read_orders",
    "Refund": "read_orders",
    "Return": "read_returns",
    "Customer": "read_customers",
    "Company": "read_customers|read_companies",
    "PaymentTerms": "read_payment_terms",
    "Product": "read_products",
    "ProductVariant": "read_products",
    "PriceList": "read_products",
    "InventoryItem": "read_inventory",
    "InventoryLevel": "read_inventory",
    "Location": "read_locations",
}
SHIP = "|".join(
    f"write_{kind}_fulfillment_orders"
    for kind in ("merchant_managed", "assigned", "third_party")
)
MUTATIONS = {
    "productVariantsBulkUpdate": "write_products",
    "priceListFixedPricesAdd": "write_products",
    "priceListFixedPricesUpdate": "write_products",
    "priceListFixedPricesDelete": "write_products",
    "inventorySetQuantities": "write_inventory",
    "inventoryAdjustQuantities": "write_inventory",
    "inventoryActivate": "write_inventory",
    "inventoryItemUpdate": "write_inventory",
    "inventoryBulkToggleActivation": "write_inventory",
    "metafieldDefinitionCreate": "write_products",
    "productSet": "write_products",
    "publishablePublish": "write_publications",
    "publishableUnpublish": "write_publications",
    "stagedUploadsCreate": "write_products|write_files",
    "translationsRegister": "write_translations",
    "orderCancel": "write_orders",
    "orderUpdate": "write_orders",
    "orderMarkAsPaid": "write_orders",
    "orderCapture": "write_orders",
    "orderClose": "write_orders",
    "returnApproveRequest": "write_returns",
    "returnDeclineRequest": "write_returns",
    "returnProcess": "write_returns",
    "returnClose": "write_returns",
    "returnCancel": "write_returns",
    "refundCreate": "write_orders",  # not listed in the contract
    "tagsAdd": "write_orders",
    "tagsRemove": "write_orders",
    "fulfillmentCreate": SHIP,
    "fulfillmentTrackingInfoUpdate": SHIP,
    "fulfillmentCancel": SHIP,
    "fulfillmentOrderMove": SHIP,
    "fulfillmentOrderHold": SHIP,
    "fulfillmentOrderReleaseHold": SHIP,
}
ORDER_DAYS = 60
FULFILLMENT_ORDERS = (
    "read_merchant_managed_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)


def covers(granted, wanted):
    """Return whether granted scopes include the wanted one (alternatives: `a|b`); write
    implies read."""
    return any(
        scope in granted
        or (scope.startswith("read_") and f"write_{scope[5:]}" in granted)
        for scope in wanted.split("|")
    )


def guard(path, field_type, resolve):
    """Return the resolver, refusing with ACCESS_DENIED when the app lacks the scope of
    the mutation or the type."""
    parent, name = path.split(".")
    needed = (
        MUTATIONS.get(name) if parent == "Mutation" else _type_scope(parent, field_type)
    )
    if not needed:
        return resolve

    def checked(source, info, **arguments):
        if not covers(info.context.scopes, needed):
            raise access_denied(name, needed.replace("|", "` or `"))
        return resolve(source, info, **arguments)

    return checked


def _type_scope(parent, field_type):
    if parent.endswith(
        ("Connection", "Edge")
    ):  # the field that led to the connection has been checked
        return None
    return TYPES.get(get_named_type(field_type).name.removesuffix("Connection"))


def sees_fulfillment_orders(context):
    """Return whether fulfillment orders are visible; without a scope they are simply
    missing, no error."""
    return any(covers(context.scopes, scope) for scope in FULFILLMENT_ORDERS)


def sees(context, node):
    """Return the node, or None for what is too old: orders of the last 60 days are open
    to every app, older ones only with read_all_orders (fact sheet, section 2)."""
    if node is None or "/Order/" not in node["id"]:
        return node
    if "read_all_orders" in context.scopes:
        return node
    since = context.shop.clock.iso(-ORDER_DAYS * 86400)
    return node if node["createdAt"] >= since else None
