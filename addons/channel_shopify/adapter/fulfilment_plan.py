"""What is still to be told about one delivery; pure functions over an order's present
state."""

from collections import Counter
from dataclasses import dataclass

from odoo.addons.channel_base.adapter.errors import RejectedError

from .ids import digits
from .mapper_common import lookup, nodes
from .mapper_order import shipped_quantities
from .mapper_status import FULFILMENT_DONE, FULFILMENT_ORDER_OPEN

LINES_MOST = 512  # of one fulfilment order in one call (official schema)


@dataclass(frozen=True, slots=True)
class Existing:
    """A fulfilment that the order has.

    :param units: (line, units) pairs; :param reached: (line, units up to and with
        this one) pairs.
    """

    gid: str
    units: tuple
    reached: tuple
    numbers: tuple
    urls: tuple
    company: str


def missing_units(payload, shipment):
    """Units by line that Shopify does not count as shipped yet; empty when all is told.

    :param payload: order with complete fulfilments;
    :param shipment: canonical ``Shipment``.
    """
    shipped = shipped_quantities(payload)
    lacking = {
        line.line: line.cumulative - shipped[line.line] for line in shipment.lines
    }
    return {line: units for line, units in lacking.items() if units > 0}


def allocate(payload, shipment, missing):
    """Share missing units out to fulfilment orders.

    :return: {location digits: {fulfilment order gid: [(its line gid, units), ...]}}: a
        call may name fulfilment orders of one location only (facts, 8).
    :raises RejectedError: when not every unit has a fulfilment order that may be
        shipped from where the goods left; nothing is to be sent then.
    """
    wanted, plan, obstacles = dict(missing), {}, []
    for order in nodes(payload.get("fulfillmentOrders")):
        if not lookup(FULFILMENT_ORDER_OPEN, order["status"], "fulfilment order"):
            continue
        obstacle = _obstacle(order, shipment.location)
        for line in nodes(order["lineItems"]):
            line_id = digits(line["lineItem"]["id"])
            units = min(wanted.get(line_id, 0), line["remainingQuantity"])
            if units <= 0:
                continue
            if obstacle:
                obstacles.append(obstacle)
                continue
            wanted[line_id] -= units
            part = plan.setdefault(_place(order), {}).setdefault(order["id"], [])
            part.append((line["id"], units))
    if any(wanted.values()):
        raise obstacles[0] if obstacles else _closed(wanted)
    return plan


def line_items(payload, part):
    """What one call says of the fulfilment orders of one location.

    It may name 512 lines of each; naming none means all that remain. Few lines are
    always named, so that nothing is shipped that was added to the order meanwhile.

    :param part: one value of ``allocate``.
    :return: list of ``FulfillmentOrderLineItemsInput``, and the units they tell of.
    """
    remaining = {
        order["id"]: {
            line["id"]: line["remainingQuantity"]
            for line in nodes(order["lineItems"])
            if line["remainingQuantity"]
        }
        for order in nodes(payload["fulfillmentOrders"])
    }
    inputs, units = [], 0
    for order, lines in part.items():
        told = {"fulfillmentOrderId": order}
        if len(lines) <= LINES_MOST or dict(lines) != remaining[order]:
            lines = lines[:LINES_MOST]
            told["fulfillmentOrderLineItems"] = [
                {"id": line, "quantity": quantity} for line, quantity in lines
            ]
        inputs.append(told)
        units += sum(quantity for _line, quantity in lines)
    return inputs, units


def _obstacle(order, location):
    """Why a fulfilment order cannot be shipped from a location, None when it can."""
    actions = {part["action"] for part in nodes(order.get("supportedActions"))}
    place = (order.get("assignedLocation") or {}).get("name") or "another location"
    if order["status"] == "ON_HOLD":
        reasons = [hold["reason"] for hold in nodes(order.get("fulfillmentHolds"))]
        why = ", ".join(reasons) or "no reason given"
        return RejectedError(
            f"Shopify holds the order ({why}): release the hold there.", code="ON_HOLD"
        )
    if "CREATE_FULFILLMENT" not in actions:
        return RejectedError(
            f"Shopify lets nobody but {place} ship this, or not yet "
            f"(fulfillment order {order['status']}).",
            code="NOT_ALLOWED",
        )
    if location and _place(order) not in ("", location):
        return RejectedError(
            f"Shopify expects the goods from {place}: move the fulfillment order to "
            "the location that they left from.",
            code="WRONG_LOCATION",
        )
    return None


def _closed(wanted):
    units = sum(wanted.values())
    return RejectedError(
        f"{units} shipped unit(s) are no longer open in Shopify: they were cancelled "
        "or refunded there.",
        code="NOT_OPEN",
    )


def _place(order):
    return digits(
        ((order.get("assignedLocation") or {}).get("location") or {}).get("id")
    )


def existing(payload):
    """An order's fulfilments that count as shipped, the oldest first."""
    found, reached = [], Counter()
    for part in sorted(nodes(payload.get("fulfillments")), key=_age):
        if not lookup(FULFILMENT_DONE, part["status"], "fulfilment"):
            continue
        units = Counter()
        for line in nodes(part["fulfillmentLineItems"]):
            units[digits(line["lineItem"]["id"])] += line.get("quantity") or 0
        reached.update(units)
        tracking = nodes(part.get("trackingInfo"))
        found.append(
            Existing(
                gid=part["id"],
                units=_sorted(units),
                reached=_sorted({line: reached[line] for line in units}),
                numbers=tuple(t["number"] for t in tracking if t.get("number")),
                urls=tuple(t.get("url") or "" for t in tracking),
                company=next((t["company"] for t in tracking if t.get("company")), ""),
            )
        )
    return found


def _age(fulfilment):
    """Ids grow: the older fulfilment has the lower one."""
    number = digits(fulfilment["id"])
    return int(number) if number.isdigit() else 0


def _sorted(units):
    return tuple(sorted(units.items()))


def counterpart(fulfilments, shipment):
    """The fulfilments that tell of a shipment; none when that is not certain.

    Known are the ids it has, else its tracking numbers; else it is the one that brought
    these lines to this cumulative total, or the only one with its very units.
    """
    ids = {part for part in shipment.external_id.split(",") if part}
    if ids:
        return [part for part in fulfilments if digits(part.gid) in ids]
    numbers = tracking_numbers(shipment)
    named = [part for part in fulfilments if numbers and part.numbers == numbers]
    if named:
        return named
    units = _sorted({line.line: line.quantity for line in shipment.lines})
    reached = _sorted({line.line: line.cumulative for line in shipment.lines})
    alike = [part for part in fulfilments if part.units == units]
    exact = [part for part in alike if part.reached == reached]
    return exact or (alike if len(alike) == 1 else [])


def tracking_numbers(shipment):
    """The tracking numbers of all parcels."""
    return tuple(
        parcel.tracking_number for parcel in shipment.parcels if parcel.tracking_number
    )


def tracking_input(shipment):
    """``FulfillmentTrackingInput``, None for a shipment without tracking.

    Shopify pairs numbers and addresses by their places in the lists: addresses are told
    of all numbers or of none, and Shopify then makes those of carriers that it knows.
    """
    numbers = tracking_numbers(shipment)
    tracked = [p for p in shipment.parcels if p.tracking_number or p.tracking_url]
    urls = [parcel.tracking_url for parcel in tracked if parcel.tracking_url]
    company = next(
        (parcel.carrier for parcel in shipment.parcels if parcel.carrier), ""
    )
    if not tracked:
        return None
    if numbers and not len(numbers) == len(urls) == len(tracked):
        urls = []
    fields = {"company": company, "numbers": list(numbers), "urls": urls}
    return {name: value for name, value in fields.items() if value}


def tracking_differs(fulfilment, shipment):
    """Whether a fulfilment shows other tracking than the shipment has.

    A shipment without tracking takes none away: what is there may be somebody else's.
    """
    wanted = tracking_input(shipment)
    if wanted is None:
        return False
    company, urls = wanted.get("company", ""), tuple(wanted.get("urls", ()))
    return (
        fulfilment.numbers != tuple(wanted.get("numbers", ()))
        or (bool(urls) and fulfilment.urls != urls)
        or (bool(company) and fulfilment.company != company)
    )
