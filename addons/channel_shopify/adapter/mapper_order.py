"""Orders: payloads of ``queries/orders.graphql``, completed by ``orders.py``, to
canonical ones."""

from collections import Counter
from dataclasses import replace
from decimal import ROUND_HALF_UP

from odoo.addons.channel_base.adapter.canonical import (
    FulfilmentState,
    Hold,
    LineKind,
    Money,
    Order,
    OrderState,
)
from odoo.addons.channel_base.adapter.errors import ProtocolError
from odoo.addons.channel_base.adapter.totals import control_total

from . import mapper_line
from .ids import digits
from .mapper_buyer import address, buyer
from .mapper_common import amount, attributes, lookup, moment, money, nodes, readable
from .mapper_company import order_terms
from .mapper_payment import payments, received
from .mapper_refund import refund
from .mapper_status import (
    CANCEL_REASONS,
    DELIVERY_PICKUP,
    FULFILMENT_DONE,
    FULFILMENT_ORDER_OPEN,
    FULFILMENT_STATES,
    PAYMENT_STATES,
    RISKS,
)
from .mapper_tax import settle_taxes, taxes, unit_of


def order(payload):
    """One order.

    :raises ProtocolError: for an unknown status, naming field and value, or a payload
        that does not have the form of the schema.
    """
    with readable(f"Order {payload.get('name')}"):
        return _order(payload)


def _order(payload):
    fulfilled = shipped_quantities(payload)
    lines, shipping = _lines(payload, fulfilled)
    fulfilment_state = lookup(
        FULFILMENT_STATES, payload["displayFulfillmentStatus"], "fulfilment status"
    )
    if fulfilment_state is FulfilmentState.UNFULFILLED and any(fulfilled.values()):
        fulfilment_state = FulfilmentState.PARTIAL
    total = money(payload["totalPriceSet"])
    mapped = Order(
        external_id=digits(payload["id"]),
        name=payload["name"],
        state=order_state(payload),
        payment_state=lookup(
            PAYMENT_STATES, payload.get("displayFinancialStatus"), "payment status"
        ),
        fulfilment_state=fulfilment_state,
        # apps may date orders back (OrderCreateOrderInput.processedAt)
        ordered_at=moment(payload["processedAt"]),
        placed_at=moment(payload["createdAt"]),
        updated_at=_revised_at(payload),
        total=total,
        tax_total=money(payload.get("totalTaxSet"))
        or replace(total, amount=total.amount * 0),
        tax_included=bool(payload["taxesIncluded"]),
        lines=tuple(lines),
        shipping=tuple(shipping),
        payments=payments(payload.get("transactions")),
        refunds=tuple(
            refund(part, total.currency, lines, bool(payload["taxesIncluded"]))
            for part in nodes(payload.get("refunds"))
        ),
        buyer=buyer(payload),
        ship_to=address(payload.get("shippingAddress")),
        bill_to=address(payload.get("billingAddress")),
        current_total=money(payload.get("currentTotalPriceSet")),
        shop_total=amount(payload["totalPriceSet"]["shop"]),
        rate=_rate(payload),
        converted=payload.get("presentmentCurrencyCode", total.currency)
        != total.currency,
        cancelled_at=moment(payload.get("cancelledAt")),
        cancel_reason=_cancel_reason(payload),
        edited=bool(payload.get("edited")),
        test=bool(payload.get("test")),
        risk=lookup(RISKS, (payload.get("risk") or {}).get("recommendation"), "risk"),
        holds=_holds(payload),
        source=payload.get("sourceName") or "",
        source_name=(payload.get("app") or {}).get("name") or "",
        note=payload.get("note") or "",
        po_number=payload.get("poNumber") or "",
        terms=order_terms(payload),
        tags=tuple(payload.get("tags") or ()),
        attributes=attributes(payload.get("customAttributes")),
    )
    for adjust in (_with_tax, _with_tips, _with_cash_rounding):
        mapped = adjust(mapped, payload)
    return mapped


def _revised_at(payload):
    """Holds and moves change a fulfilment order, but not its order (facts, 7)."""
    parts = [payload, *nodes(payload.get("fulfillmentOrders"))]
    return max(moment(part["updatedAt"]) for part in parts)


def _rate(payload):
    """What the discounts tell of the rate where the total cannot, or less exactly: an
    order may cost nothing, or a cent, because of them."""
    total, discounts = payload["totalPriceSet"], payload.get("totalDiscountsSet")
    if not discounts:
        return None
    taken, in_shop_money = money(discounts).amount, amount(discounts["shop"]).amount
    if not in_shop_money or taken <= money(total).amount:
        return None
    rate, in_shop_total = taken / in_shop_money, amount(total["shop"])
    # the order's own total has to come out in the shop's currency, too
    unit = unit_of(in_shop_total.currency)
    agrees = (money(total).amount / rate).quantize(unit, ROUND_HALF_UP)
    return rate if agrees == in_shop_total.amount else None


def order_state(payload):
    """Where an order stands, as lists and the order itself say it."""
    if payload.get("cancelledAt"):
        return OrderState.CANCELLED
    return OrderState.CLOSED if payload.get("closed") else OrderState.OPEN


def _cancel_reason(payload):
    reason = payload.get("cancelReason")
    if reason not in CANCEL_REASONS:
        raise ProtocolError(
            f"Shopify's cancel reason has the unknown value {reason!r}.",
            code=str(reason),
        )
    return (reason or "").lower()


def shipped_quantities(payload):
    """Units shipped by digits of the line id, over all fulfilments that count."""
    shipped = Counter()
    for fulfilment in nodes(payload.get("fulfillments")):
        if lookup(FULFILMENT_DONE, fulfilment["status"], "fulfilment"):
            for line in nodes(fulfilment.get("fulfillmentLineItems")):
                shipped[digits(line["lineItem"]["id"])] += line.get("quantity") or 0
    return shipped


def _lines(payload, fulfilled):
    """Items, fees and duties; shipping lines."""
    places, fallback = (
        _places(payload),
        digits((payload.get("retailLocation") or {}).get("id")),
    )
    pickups, dates = _pickups(payload), _dates(payload)
    lines = []
    for item in nodes(payload.get("lineItems")):
        line_id = digits(item["id"])
        shipped = min(fulfilled[line_id], item["quantity"])
        mapped = mapper_line.line(item, shipped, places.get(line_id) or fallback)
        lines.append(
            replace(mapped, pickup=line_id in pickups, ship_after=dates.get(line_id))
        )
    lines += mapper_line.charges(payload, digits(payload["id"]))
    shipping = [
        mapper_line.shipping(part) for part in nodes(payload.get("shippingLines"))
    ]
    return lines, shipping


def _places(payload):
    """The place that is to ship each line: of the fulfilment order with most units
    left."""
    best = {}
    for part in nodes(payload.get("fulfillmentOrders")):
        is_open = lookup(FULFILMENT_ORDER_OPEN, part["status"], "fulfilment order")
        place = digits(
            ((part.get("assignedLocation") or {}).get("location") or {}).get("id")
        )
        for line in nodes(part.get("lineItems")):
            rank = (is_open, line.get("remainingQuantity") or 0)
            line_id = digits(line["lineItem"]["id"])
            if place and rank > best.get(line_id, ((False, -1), ""))[0]:
                best[line_id] = (rank, place)
    return {line_id: place for line_id, (_rank, place) in best.items()}


def _pickups(payload):
    """Ids of the lines that the buyer fetches at a place."""
    found = set()
    for part in nodes(payload.get("fulfillmentOrders")):
        method = (part.get("deliveryMethod") or {}).get("methodType")
        if lookup(DELIVERY_PICKUP, method, "delivery method"):
            found |= _line_ids(part)
    return found


def _dates(payload):
    """When each line of a scheduled fulfilment order may be shipped: pre-orders and
    prepaid subscriptions."""
    dates = {}
    for part in nodes(payload.get("fulfillmentOrders")):
        date = moment(part.get("fulfillAt"))
        if part["status"] == "SCHEDULED" and date:
            for line_id in _line_ids(part):
                dates[line_id] = min(date, dates.get(line_id, date))
    return dates


def _line_ids(part):
    return {digits(line["lineItem"]["id"]) for line in nodes(part.get("lineItems"))}


def _holds(payload):
    """Why the order may not be shipped yet; a scheduled fulfilment order without a date
    waits for one."""
    holds = []
    for part in nodes(payload.get("fulfillmentOrders")):
        if part["status"] == "ON_HOLD":
            reasons = nodes(part.get("fulfillmentHolds")) or [{"reason": "ON_HOLD"}]
            holds += [
                Hold(code=h["reason"], note=h.get("reasonNotes") or "") for h in reasons
            ]
        elif part["status"] == "SCHEDULED" and not part.get("fulfillAt"):
            holds.append(Hold(code="SCHEDULED"))
    return tuple(dict.fromkeys(holds))


def _with_tax(mapped, payload):
    untaxed = {
        digits(item["id"])
        for item in nodes(payload.get("lineItems"))
        if item.get("taxable") is False
    }
    lines, shipping = settle_taxes(
        list(mapped.lines),
        list(mapped.shipping),
        taxes(payload.get("taxLines")),
        mapped.tax_total,
        included=mapped.tax_included,
        untaxed=untaxed,
    )
    return replace(mapped, lines=tuple(lines), shipping=tuple(shipping))


def _with_tips(mapped, payload):
    tip = money(payload.get("totalTipReceivedSet"))
    if not tip or not tip.amount:
        return mapped
    gap = mapped.total.amount - control_total(mapped).amount
    return replace(
        mapped,
        lines=tuple(mapper_line.mark_tips(mapped.lines, tip, gap, mapped.external_id)),
    )


def _with_cash_rounding(mapped, payload):
    """A till rounds what is handed over in cash; the order's total and its transactions
    may be stated before or after that, which their sums tell."""
    stated = (payload.get("totalCashRoundingAdjustment") or {}).get("paymentSet")
    rounding = money(stated)
    if not rounding or not rounding.amount:
        return mapped
    line = mapper_line.extra(
        LineKind.ROUNDING, f"rounding:{mapped.external_id}", "Cash rounding", rounding
    )
    total, shop_total = mapped.total, mapped.shop_total
    if control_total(mapped) == total:
        total = Money(total.amount + rounding.amount, total.currency)
        if stated.get("shop"):  # both totals tell the rate
            in_shop_money = amount(stated["shop"]).amount
            shop_total = replace(shop_total, amount=shop_total.amount + in_shop_money)
    paid = mapped.payments
    if received(paid) == mapped.total.amount != total.amount:
        paid = payments(payload.get("transactions"), rounded=True)
    return replace(
        mapped,
        lines=(*mapped.lines, line),
        total=total,
        shop_total=shop_total,
        payments=paid,
    )
