"""What is asked of Shopify for one refund: pure functions over its own suggestion."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.channel_base.adapter.canonical import Restock
from odoo.addons.channel_base.adapter.errors import RejectedError

from .ids import gid
from .mapper_common import money, nodes
from .mapper_tax import unit_of

RESTOCK_TYPES = {
    Restock.NONE: "NO_RESTOCK",
    Restock.CANCEL: "CANCEL",
    Restock.RETURN: "RETURN",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One payment that money can be paid back to, in the buyer's currency.

    :param suggested: what Shopify would pay back to it. :param most: what it can.
    """

    gateway: str
    parent: str
    suggested: Decimal
    most: Decimal


def line_items(refund):
    """``RefundLineItemInput``s; a place is named where units go back to one."""
    return [
        {
            "lineItemId": gid("LineItem", line.line),
            "quantity": line.quantity,
            "restockType": RESTOCK_TYPES[line.restock],
            **({"locationId": gid("Location", line.location)} if line.location else {}),
        }
        for line in refund.lines
    ]


def payable(refund, suggestion):
    """What is to be paid back in the buyer's currency, after comparing the refund with
    what Shopify suggests.

    :raises RejectedError: with the numbers, when they differ.
    """
    amounts, most = suggestion["amountSet"], suggestion["maximumRefundableSet"]
    found, total = money(amounts), refund.total
    if found.currency != total.currency:
        raise RejectedError(
            f"Shopify counts this refund in {found.currency}, not {total.currency}.",
            code="CURRENCY",
        )
    cents = unit_of(total.currency) * (len(refund.lines) + bool(refund.shipping))
    # what is suggested may end at what can be paid back
    capped = found.amount == money(most).amount < refund.worth.amount
    if not capped and abs(found.amount - refund.worth.amount) > cents:
        raise RejectedError(
            f"What is given back is worth {found.amount} {found.currency} in Shopify,"
            f" and {refund.worth.amount} here.",
            code="DIFFERS",
        )
    if total.amount > money(most).amount and not refund.over:
        raise RejectedError(
            f"Shopify can pay back {money(most).amount} {total.currency} at most, not"
            f" {total.amount}.",
            code="TOO_MUCH",
        )
    return _in_paid_currency(total, amounts, most)


def _in_paid_currency(total, amounts, most):
    """An amount in the order's currency as the buyer's one: the same, or by Shopify's
    own ratio of both."""
    paid = money({"money": amounts["paid"]})
    if paid.currency == total.currency:
        return total
    ours = money(amounts).amount
    if total.amount == ours:
        return paid
    ours, theirs = (
        (ours, paid.amount)
        if ours
        else (money(most).amount, Decimal(most["paid"]["amount"]))
    )
    rate = theirs / ours if ours else Decimal(1)
    unit = unit_of(paid.currency)
    amount = (total.amount * rate).quantize(unit, ROUND_HALF_UP)
    return type(total)(amount, paid.currency)


def sources(suggestion):
    """The payments that Shopify suggests to pay back to."""
    found = []
    for one in nodes(suggestion.get("suggestedTransactions")):
        parent = one.get("parentTransaction") or {}
        suggested = Decimal(one["amountSet"]["paid"]["amount"])
        most = one.get("maximumRefundableSet") or one["amountSet"]
        gateway = one.get("gateway") or parent.get("gateway")
        if gateway:
            found.append(
                Source(
                    gateway=gateway,
                    parent=parent.get("id") or "",
                    suggested=suggested,
                    most=max(suggested, Decimal(most["paid"]["amount"])),
                )
            )
    return found


def split(total, found, over):
    """Share an amount among payments as suggested, more or less on the first that can.

    :param over: what none of them can takes the first one.
    :return: [(source, amount)] of those that get any.
    :raises RejectedError: when they cannot take all of it.
    """
    shares = [min(one.suggested, total) for one in found]
    left = total - sum(shares, Decimal(0))
    for index in range(len(shares) - 1, -1, -1):  # too much: the last ones give less
        if left < 0:
            less = min(shares[index], -left)
            shares[index] -= less
            left += less
    for index, one in enumerate(found):
        more = max(Decimal(0), min(left, one.most - shares[index]))
        shares[index] += more
        left -= more
    if left and found and over:
        shares[0], left = shares[0] + left, Decimal(0)
    if left:
        raise RejectedError(
            f"No payment is left that {left} of this refund could go back to.",
            code="NO_PAYMENT",
        )
    return [pair for pair in zip(found, shares, strict=True) if pair[1]]


def refund_input(refund, order, total, parts):
    """``RefundInput``.

    :param order: global id. :param total: in the buyer's currency.
    :param parts: [(source, amount)].
    """
    differs = refund.total.amount != refund.worth.amount
    return {
        "orderId": order,
        "note": note(refund),
        "notify": refund.notify,
        "currency": total.currency,
        "refundLineItems": line_items(refund),
        "transactions": [
            {
                "orderId": order,
                "kind": "REFUND",
                "gateway": source.gateway,
                "amount": str(amount),
                **({"parentId": source.parent} if source.parent else {}),
            }
            for source, amount in parts
        ],
        **(
            {"shipping": {"amount": str(refund.shipping.amount)}}
            if refund.shipping
            else {}
        ),
        **({"discrepancyReason": "OTHER"} if differs else {}),
        **({"allowOverRefunding": True} if refund.over else {}),
    }


def note(refund):
    """What staff read there; the key tells the refund from others for ever."""
    return f"{refund.note} [{refund.key}]".strip()
