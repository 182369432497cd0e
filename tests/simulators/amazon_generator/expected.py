"""What a correct hub makes of an order."""

from dataclasses import asdict, dataclass, field
from decimal import Decimal

from ..amazon.money import amount
from ..amazon.order_state import by_amazon, status

IMPORTED = ("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED")


@dataclass(slots=True, kw_only=True)
class Expected:
    """The outcome. Amounts are decimal texts in `currency`.

    :param state: imported, pending, cancelled or blocked
    :param by: MERCHANT or AMAZON, whose warehouse the units leave
    :param total: the control sum, `grandTotal`
    :param remitted: tax in it that Amazon collects and pays: never ours
    :param quantities: units sold by SKU
    :param lines: [[SKU, units, total]]
    :param asks_cancel: SKUs whose buyer asked for cancellation
    :param replaces: order that this one replaces for free
    :param issues: [[kind, part]]; the subject is `order:<id>`, with `:<part>` if any
    """

    state: str
    by: str
    marketplace: str
    currency: str
    total: str
    remitted: str
    quantities: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)
    asks_cancel: list = field(default_factory=list)
    replaces: str | None = None
    purchase_order: str | None = None
    gift_messages: list = field(default_factory=list)
    issues: list = field(default_factory=list)

    def as_dict(self):
        return asdict(self)


def expect(order, known):
    """Return the `Expected` of an order as it is.

    :param order: record of the simulator
    :param known: SKUs that the hub knows
    """
    items = order["orderItems"]
    lacking = [
        one["product"]["sellerSku"]
        for one in items
        if one["product"]["sellerSku"] not in known
    ]
    grand = order["proceeds"]["grandTotal"]
    state = _state(order)
    if state == "imported" and lacking:
        state = "blocked"
    return Expected(
        state=state,
        by="AMAZON" if by_amazon(order) else "MERCHANT",
        marketplace=order["salesChannel"]["marketplaceId"],
        currency=grand["currencyCode"],
        total=grand["amount"],
        remitted=str(sum((_remitted(one) for one in items), Decimal(0))),
        quantities={} if state == "cancelled" else _quantities(items, known),
        lines=[
            [
                one["product"]["sellerSku"],
                one["quantityOrdered"],
                one["proceeds"]["proceedsTotal"]["amount"],
            ]
            for one in items
        ],
        asks_cancel=[
            one["product"]["sellerSku"]
            for one in items
            if one.get("cancellation", {}).get("cancellationRequest")
            and one["quantityOrdered"]
        ],
        replaces=_replaced(order),
        purchase_order=order["buyer"].get("buyerPurchaseOrderNumber"),
        gift_messages=[text for one in items if (text := _message(one))],
        issues=[["unmapped_sku", sku] for sku in lacking] if state == "blocked" else [],
    )


def _state(order):
    if status(order) in IMPORTED:
        return "imported"
    return "cancelled" if status(order) == "CANCELLED" else "pending"


def _quantities(items, known):
    found = {}
    for one in items:
        sku = one["product"]["sellerSku"]
        if sku in known and one["quantityOrdered"]:
            found[sku] = found.get(sku, 0) + one["quantityOrdered"]
    return found


def _remitted(item):
    """The TAX row of an item whose tax Amazon collects."""
    if not item.get("tax", {}).get("taxCollections"):
        return Decimal(0)
    rows = item["proceeds"]["breakdowns"]
    return sum(
        (amount(one["subtotal"]) for one in rows if one["type"] == "TAX"), Decimal(0)
    )


def _replaced(order):
    links = order.get("associatedOrders") or [{}]
    return links[0].get("orderId")


def _message(item):
    packing = item["fulfillment"].get("packing", {})
    return packing.get("giftOption", {}).get("giftMessage")
