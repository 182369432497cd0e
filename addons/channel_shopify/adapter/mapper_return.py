"""Returns: what a buyer sends back, why, and what he gets instead."""

from odoo.addons.channel_base.adapter.canonical import (
    DeclineReason,
    ExchangeLine,
    Money,
    Parcel,
    Resolution,
    Return,
    ReturnLine,
    ReturnState,
)

from .ids import digits
from .mapper_common import lookup, moment, money, nodes, readable

STATES = {
    "REQUESTED": ReturnState.REQUESTED,
    "OPEN": ReturnState.OPEN,
    "CLOSED": ReturnState.CLOSED,
    "CANCELED": ReturnState.CANCELLED,
    "DECLINED": ReturnState.DECLINED,
}
DECLINE_REASONS = {
    "FINAL_SALE": DeclineReason.FINAL_SALE,
    "RETURN_PERIOD_ENDED": DeclineReason.PERIOD_ENDED,
    "OTHER": DeclineReason.OTHER,
}


def return_(payload):
    """One return, its lists complete.

    Shopify does not say when it changed, nor what the buyer wants: exchange lines tell.
    """
    with readable(f"The return {payload.get('name') or payload.get('id')}"):
        exchanges = tuple(
            _exchange(part) for part in nodes(payload.get("exchangeLineItems"))
        )
        decline = payload.get("decline")
        return Return(
            external_id=digits(payload["id"]),
            name=payload["name"],
            state=lookup(STATES, payload["status"], "return status"),
            requested_at=moment(payload["createdAt"]),
            closed_at=moment(payload.get("closedAt")),
            order=digits(payload["order"]["id"]),
            lines=tuple(_line(part) for part in nodes(payload.get("returnLineItems"))),
            exchanges=exchanges,
            resolution=Resolution.EXCHANGE if exchanges else Resolution.REFUND,
            parcels=tuple(_parcels(payload)),
            fee=_fee(payload),
            refunds=tuple(digits(one["id"]) for one in nodes(payload.get("refunds"))),
            decline_reason=lookup(DECLINE_REASONS, decline["reason"], "decline reason")
            if decline
            else None,
            decline_note=(decline or {}).get("note") or "",
        )


def _line(part):
    """Goods that no order line is known of have no fulfilment."""
    shipped = part.get("fulfillmentLineItem") or {}
    reason = part.get("returnReasonDefinition") or {}
    notes = (part.get("returnReasonNote"), part.get("customerNote"))
    return ReturnLine(
        external_id=digits(part["id"]),
        line=digits((shipped.get("lineItem") or {}).get("id")),
        quantity=part["quantity"],
        processed=part["processedQuantity"],
        refunded=part["refundedQuantity"],
        reason=reason.get("handle") or "",
        reason_name=reason.get("name") or "",
        note=" / ".join(note for note in notes if note),
    )


def _fee(payload):
    """For the way back and for restocking; None without any."""
    fees = [*(payload.get("returnShippingFees") or ())]
    lines = nodes(payload.get("returnLineItems"))
    fees += [line["restockingFee"] for line in lines if line.get("restockingFee")]
    amounts = [money(fee["amountSet"]) for fee in fees]
    if not amounts:
        return None
    return Money(sum(one.amount for one in amounts), amounts[0].currency)


def _exchange(part):
    sold = nodes(part.get("lineItems") or [])
    # it becomes a line of the order only when it is processed
    first = sold[0] if sold else {}
    variant = (first.get("variant") or {}).get("id") or part.get("variantId")
    return ExchangeLine(
        external_id=digits(part["id"]),
        quantity=part["quantity"],
        processed=part["processedQuantity"],
        listing=digits(variant),
        sku=first.get("sku") or "",
        title=first.get("title") or "",
        lines=tuple(digits(line["id"]) for line in sold),
    )


def _parcels(payload):
    for order in nodes(payload.get("reverseFulfillmentOrders")):
        for delivery in nodes(order.get("reverseDeliveries")):
            tracking = (delivery.get("deliverable") or {}).get("tracking") or {}
            if tracking.get("number"):
                yield Parcel(
                    tracking_number=tracking["number"],
                    tracking_url=tracking.get("url") or "",
                    carrier=tracking.get("carrierName") or "",
                )
