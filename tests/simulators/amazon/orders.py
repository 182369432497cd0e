"""Orders API 2026-01-01: searchOrders, getOrder (fact sheet, sections 2 and 4)."""

from datetime import timedelta

from ..clock import iso, parse
from . import paging
from .errors import denied, invalid, missing
from .marketplaces import asked
from .operations import operation
from .order_state import by_amazon, status
from .order_view import view

LAG = timedelta(minutes=2)
AXES = {"created": "createdTime", "lastUpdated": "lastUpdatedTime"}


@operation("searchOrders", "GET", "/orders/2026-01-01/orders", 0.0056, 20)
def search(call):
    """Return a page of orders, oldest first."""
    _may_read(call)
    axis, after, before = _window(call)
    size = call.query.number("maxResultsPerPage", 100)
    if not 1 <= size <= 100:
        raise invalid("maxResultsPerPage must be between 1 and 100.")
    key = AXES[axis]
    found = sorted(
        (
            one
            for one in _matching(call)
            if after <= parse(one[key]) <= before and _is_indexed(call, one)
        ),
        key=lambda one: (one[key], one["orderId"]),
    )
    return _page(call, found, key, size, axis, before)


def _page(call, found, key, size, axis, before):
    token = call.query.one("paginationToken")
    position = paging.read(call, token) if token else None
    if position:
        found = [one for one in found if _follows(call, one, key, position)]
    elif found and token is None and call.seller.settings["empty_pages"]:
        return _answer([], paging.make(call, ["", ""]), axis, before)
    page, rest = found[:size], found[size:]
    last = page and [page[-1][key], page[-1]["orderId"]]
    wanted = call.query.get("includedData", ())
    seen = [view(call.seller, one, wanted) for one in page]
    return _answer(seen, paging.make(call, last) if rest else None, axis, before)


def _follows(call, order, key, position):
    """Return whether an order is on the page after a position; with the habit, the one
    at the position is there again."""
    here = [order[key], order["orderId"]]
    again = here == position and "duplicates" in call.seller.settings["habits"]
    return here > position or again


def _answer(orders, token, axis, before):
    answer = {"orders": orders, f"{axis}Before": iso(before)}
    if token:
        answer["pagination"] = {"nextToken": token}
    return answer


@operation("getOrder", "GET", "/orders/2026-01-01/orders/{orderId}", 0.5, 30)
def get(call, orderId):
    """Return one order."""
    _may_read(call)
    order = call.seller.table("orders").get(orderId)
    reach = call.token.marketplaces(call.seller)
    if (
        order is None
        or order["salesChannel"]["marketplaceId"] not in reach
        or call.clock.timestamp() < order["_placed"] + call.seller.settings["get_lag"]
    ):
        raise missing(f"Order {orderId} is not found.")
    return {"order": view(call.seller, order, call.query.get("includedData", ()))}


def _may_read(call):
    if "orders" not in call.seller.settings["roles"]:  # [I 5319]
        raise denied()


def _window(call):
    """Return (axis, after, before).

    :raises ApiError: not exactly one axis; the end is too young or before the start
    """
    given = {
        axis: [call.query.one(f"{axis}{end}") for end in ("After", "Before")]
        for axis in AXES
    }
    used = [axis for axis, (after, _before) in given.items() if after]
    if len(used) != 1:
        raise invalid("Exactly one of createdAfter and lastUpdatedAfter is required.")
    (axis,) = used
    if any(any(ends) for name, ends in given.items() if name != axis):
        raise invalid(f"Only {axis} dates may be given together.")
    start, latest = _date(given[axis][0]), call.clock.now() - LAG
    end = _date(given[axis][1]) if given[axis][1] else latest
    if end > latest:
        raise invalid(f"{axis}Before must be at least two minutes before now.")
    if given[axis][1] and end < start:
        raise invalid(f"{axis}Before must not be before {axis}After.")
    return axis, start, end


def _date(text):
    try:
        return parse(text)
    except ValueError as error:
        raise invalid("Invalid Input", "Invalid Input") from error


def _matching(call):
    """Yield the orders that the filters let through, as far as the token reaches."""
    places = asked(call, at_most=50) or call.token.marketplaces(call.seller)
    statuses = call.query.get("fulfillmentStatuses")
    by = call.query.get("fulfilledBy")
    for order in call.seller.table("orders").values():
        who = "AMAZON" if by_amazon(order) else "MERCHANT"
        if (
            order["salesChannel"]["marketplaceId"] in places
            and (not statuses or status(order) in statuses)
            and (not by or who in by)
        ):
            yield order


def _is_indexed(call, order):
    return order.get("_seen", 0) <= call.clock.timestamp()
