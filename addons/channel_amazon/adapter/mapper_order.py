"""Orders of the API 2026-01-01 as the hub's own: pure functions."""

from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import (
    FulfilmentState,
    LineKind,
    Money,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentStatus,
)

from . import mapper_line
from .mapper_address import address, bill_to, buyer
from .mapper_common import lookup, moment, money, needed, parts, readable
from .mapper_money import is_included, proceeds
from .mapper_status import (
    FULFILMENT_STATES,
    ORDER_STATES,
    PAYMENT_STATES,
    SOURCE_NAMES,
    SOURCES,
    TIP,
    TIP_STATES,
)
from .networks import network
from .regions import MARKETPLACES

GATEWAY = "amazon"
# What Amazon ships for other shops has pseudo orders: they are no sales of Amazon's.
OWN = {"AMAZON": True, "NON_AMAZON": False}


def is_own(payload):
    """Whether an order was placed at Amazon."""
    channel = (payload.get("salesChannel") or {}).get("channelName")
    return lookup(OWN, channel, "sales channel")


def order(payload):
    """One order.

    :raises ProtocolError: for an unknown status, naming field and value, or a payload
        that does not have the form of the model.
    """
    with readable(f"Order {payload.get('orderId')}"):
        return _order(payload)


def _order(payload):
    status = status_of(payload)
    state = lookup(ORDER_STATES, status, "fulfilment status")
    items = parts(payload["orderItems"])
    amounts = [proceeds(item) for item in items]
    tip = _tip(payload)
    total, currency = _total(payload, amounts, tip)
    goods_total = total and total.amount - (tip.amount if tip else 0)
    included, counted = is_included(amounts, goods_total, _is_included(payload))
    lines = [
        line
        for item, one in zip(items, amounts, strict=True)
        for line in mapper_line.lines(
            item,
            one,
            currency,
            counted=counted,
            shipped=state is OrderState.CLOSED,
            location=_location(payload),
        )
    ]
    shipping = mapper_line.shipping(payload, amounts, currency, counted=counted)
    tax_total = sum(
        (t.amount.amount for line in (*lines, *shipping) for t in line.taxes),
        Decimal(0),
    )
    if tip:
        lines.append(_tip_line(payload, tip))
    if total is None:
        total = Money(_computed(amounts, tax_total, included), currency)
    fulfilment = payload.get("fulfillment") or {}
    told = payload.get("buyer") or {}
    return Order(
        external_id=needed(payload, "orderId"),
        name=payload["orderId"],
        state=state,
        payment_state=PAYMENT_STATES[status],
        fulfilment_state=_fulfilment_state(status, lines),
        ordered_at=moment(needed(payload, "createdTime")),
        updated_at=moment(needed(payload, "lastUpdatedTime")),
        total=total,
        tax_total=Money(tax_total, currency),
        tax_included=included,
        taxes_stated=not included or any(one.tax or one.remitted for one in amounts),
        lines=tuple(lines),
        shipping=shipping,
        payments=_payments(payload, status, total),
        buyer=buyer(payload),
        ship_to=address((payload.get("recipient") or {}).get("deliveryAddress")),
        bill_to=bill_to(payload),
        cancelled_at=_cancelled_at(payload, state),
        cancel_reason=_cancel_reason(items) if state is OrderState.CANCELLED else "",
        cancel_wish=_cancel_wish(items, state),
        source=source_of(payload),
        source_name=SOURCE_NAMES.get(source_of(payload), ""),
        market=(payload.get("salesChannel") or {}).get("marketplaceId") or "",
        ship_by=_latest(fulfilment.get("shipByWindow")),
        deliver_by=_latest(fulfilment.get("deliverByWindow")),
        original=_original(payload),
        note=_instruction(payload),
        po_number=told.get("buyerPurchaseOrderNumber") or "",
        tags=tuple(parts(payload.get("programs"))),
        attributes=_attributes(payload),
    )


def status_of(payload):
    """The order's status; without the dataset it is not known.

    :raises ProtocolError: when the answer does not tell it.
    """
    status = (payload.get("fulfillment") or {}).get("fulfillmentStatus")
    lookup(ORDER_STATES, status, "fulfilment status")
    return status


def source_of(payload):
    """Who ships it, as the code of a source; orders without a word are the seller's."""
    by = (payload.get("fulfillment") or {}).get("fulfilledBy") or "MERCHANT"
    return lookup(SOURCES, by, "fulfilment party")


def _location(payload):
    """The network that ships it, where that is Amazon's."""
    market = (payload.get("salesChannel") or {}).get("marketplaceId")
    return network(market) if source_of(payload) == "FBA" else ""


def _is_included(payload):
    """How the order's marketplace states prices; most of the world: with the tax."""
    market = (payload.get("salesChannel") or {}).get("marketplaceId")
    known = MARKETPLACES.get(market)
    return known.tax_included if known else True


def _total(payload, amounts, tip):
    """The stated total, None where there is none, and the order's currency."""
    stated = money((payload.get("proceeds") or {}).get("grandTotal"))
    if stated:
        return stated, stated.currency
    for item in parts(payload["orderItems"]):
        price = money(((item.get("product") or {}).get("price") or {}).get("unitPrice"))
        total = money((item.get("proceeds") or {}).get("proceedsTotal"))
        if price or total:
            return None, (price or total).currency
    market = MARKETPLACES.get((payload.get("salesChannel") or {}).get("marketplaceId"))
    if not market:
        raise ValueError("neither amounts nor a known marketplace tell its currency")
    return None, market.currency


def _computed(amounts, tax_total, included):
    untaxed = sum((one.untaxed for one in amounts), Decimal(0))
    return untaxed if included else untaxed + tax_total


def _tip(payload):
    """The driver's tip, once it is charged."""
    for part in parts((payload.get("proceeds") or {}).get("breakdowns")):
        amount = money(part.get("subtotal"))
        if part.get("type") == TIP and amount and amount.amount:
            return amount if lookup(TIP_STATES, part.get("status"), "tip") else None
    return None


def _tip_line(payload, tip):
    return OrderLine(
        external_id=f"{payload['orderId']}:{TIP}",
        kind=LineKind.TIP,
        title="Delivery tip",
        quantity=1,
        unit_price=tip,
        requires_shipping=False,
    )


def _fulfilment_state(status, lines):
    state = FULFILMENT_STATES[status]
    if state is FulfilmentState.UNFULFILLED and any(x.fulfilled for x in lines):
        return FulfilmentState.PARTIAL
    return state


def _payments(payload, status, total):
    """What Amazon took for the seller: it is paid out by settlements. Free orders have
    none."""
    if PAYMENT_STATES[status] is not PaymentState.PAID or not total.amount:
        return ()
    return (
        Payment(
            external_id=f"{payload['orderId']}:payment",
            gateway=GATEWAY,
            kind=PaymentKind.SALE,
            status=PaymentStatus.SUCCESS,
            amount=total,
            created_at=moment(payload["createdTime"]),
            reference=payload["orderId"],
        ),
    )


def _cancelled_at(payload, state):
    if state is not OrderState.CANCELLED:
        return None
    return moment(payload["lastUpdatedTime"])


def _cancel_reason(items):
    executions = [
        (item.get("cancellation") or {}).get("cancellationExecution") or {}
        for item in items
    ]
    texts = [
        " ".join(filter(None, (one.get("cancelledBy"), one.get("cancelReason"))))
        for one in executions
    ]
    return next(filter(None, texts), "").lower()


def _cancel_wish(items, state):
    """The buyer's wish to cancel what has not left; None where there is none."""
    if state is not OrderState.OPEN:
        return None
    reasons = [reason for item in items if (reason := _wish(item)) is not None]
    return "; ".join(dict.fromkeys(filter(None, reasons))) if reasons else None


def _wish(item):
    """Why the buyer wants an open item cancelled; None where he does not."""
    cancellation = item.get("cancellation") or {}
    request = cancellation.get("cancellationRequest")
    done = (item.get("fulfillment") or {}).get("quantityFulfilled") or 0
    is_open = item["quantityOrdered"] > done
    if not request or cancellation.get("cancellationExecution") or not is_open:
        return None
    return request.get("cancelReason") or ""


def _latest(window):
    window = window or {}
    return moment(window.get("latestDateTime"))


def _original(payload):
    """The order that this one replaces, where it is a replacement or an exchange."""
    kinds = {"REPLACEMENT_ORIGINAL_ID", "EXCHANGE_ORIGINAL_ID"}
    for one in parts(payload.get("associatedOrders")):
        if one.get("associationType") in kinds and one.get("orderId"):
            return one["orderId"]
    return ""


def _instruction(payload):
    preference = (payload.get("recipient") or {}).get("deliveryPreference") or {}
    names = ("addressInstruction", "dropOffLocation")
    return "\n".join(filter(None, map(preference.get, names)))


def _attributes(payload):
    fulfilment = payload.get("fulfillment") or {}
    aliases = [one.get("aliasId") or "" for one in parts(payload.get("orderAliases"))]
    invoicing = (payload.get("tax") or {}).get("taxInvoicing") or {}
    pairs = {
        "_Shipping service": fulfilment.get("fulfillmentServiceLevel"),
        "_Seller's order number": ", ".join(filter(None, aliases)),
        "_Invoice wanted": invoicing.get("buyerInvoicePreference"),
    }
    return tuple((name, str(value)) for name, value in pairs.items() if value)
