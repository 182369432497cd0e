"""Canonical objects without the persons in them, as ``privacy_sql`` leaves them."""

from dataclasses import replace

from ..adapter.canonical import Address


def of_order(order):
    """What may be stored of an order that has forgotten whose it is: countries and
    states decide taxes."""
    return replace(
        order,
        buyer=None,
        note="",
        attributes=(),
        ship_to=_place(order.ship_to),
        bill_to=_place(order.bill_to),
        lines=tuple(replace(line, attributes=()) for line in order.lines),
        refunds=tuple(replace(refund, note="") for refund in order.refunds),
    )


def of_return(found):
    """The same of goods that come back."""
    lines = tuple(replace(line, note="") for line in found.lines)
    return replace(found, decline_note="", lines=lines)


def _place(address):
    return address and Address(
        country_code=address.country_code, state_code=address.state_code
    )
