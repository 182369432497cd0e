"""What happens to orders of the demo later: one is edited, one cancelled, of one a part
is refunded and put back on the shelf, and buyers ask to send something back."""

import itertools
from collections.abc import Iterator

from tests.simulators.control_client import ControlClient

from .server import Hub

IMPORTED = "SELECT name FROM channel_order WHERE state = 'imported'"


def play(hub: Hub, control: ControlClient, shop: str) -> list[str]:
    """Do it to the first orders that are fit for it.

    :return: what was done, in words.
    """
    imported = {name for (name,) in hub.sql(IMPORTED)}
    orders = {
        name: order
        for name, order in control.get(f"shops/{shop}/orders")["orders"].items()
        if name in imported and order["financial"] == "PAID" and not order["edited"]
    }
    open_ones = _with_several(orders, "UNFULFILLED")
    shipped = _with_several(orders, "FULFILLED")
    done = []
    for name, index, line in _first(open_ones):
        rows = [{"line": index, "quantity": line["current"] - 1}]
        control.order(shop, name, "edit", set=rows)
        done.append(f"{name} was edited: one unit of {line['sku']} less")
    for name, _index, _line in _first(open_ones):
        control.order(shop, name, "cancel")
        done.append(f"{name} was cancelled before it was shipped")
    for name, index, line in _first(shipped):
        control.order(shop, name, "refund", lines=[{"line": index, "quantity": 1}])
        done.append(f"{name}: one unit of {line['sku']} was refunded and put back")
    for name, index, line in itertools.islice(shipped, 2):
        rows = [{"line": index, "quantity": 1, "note": "does not fit"}]
        control.order(shop, name, "ask_back", lines=rows)
        done.append(f"{name}: the buyer wants to send {line['sku']} back")
    return done


def _with_several(orders: dict, fulfilment: str) -> Iterator[tuple[str, int, dict]]:
    """Orders in some state with more than one unit of a product: each with the index
    of that line, and the line."""
    for name, order in orders.items():
        for index, line in enumerate(order["lines"]):
            shipped = fulfilment == "FULFILLED"
            if (
                order["fulfilment"] == fulfilment
                and line["sku"]
                and line["current"] > 1
                and line["fulfilled"] == (line["quantity"] if shipped else 0)
            ):
                yield name, index, line
                break


def _first(found: Iterator) -> Iterator:
    """The next one, if there is any."""
    for one in found:
        yield one
        return
