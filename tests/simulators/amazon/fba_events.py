"""What happens in Amazon's warehouse: returns, losses, removals, arrivals; reports tell
of them."""

from .money import money

DISPOSITIONS = ("SELLABLE", "DEFECTIVE", "CUSTOMER_DAMAGED", "CARRIER_DAMAGED")


def _held(seller, sku):
    found = seller.table("fba").get(sku)
    if found is None:
        raise LookupError(f"Amazon holds nothing of {sku}")
    return found


def _noted(seller, table, /, **row):
    number = str(seller.next_id())
    made = {"id": number, "at": seller.clock.iso(), **row}
    seller.table(table)[number] = made
    return made


def _moved(seller, sku, units, disposition="SELLABLE"):
    """Put units on, or off, a shelf."""
    held = _held(seller, sku)
    if disposition == "SELLABLE":
        held["fulfillable"] += units
    else:
        bad = held["unfulfillable"]
        bad[disposition] = bad.get(disposition, 0) + units
    held["updated"] = seller.clock.iso()
    facts = {"held": held}
    seller.announce(seller, "FBA_INVENTORY_AVAILABILITY_CHANGES", **facts)


def customer_return(
    seller, order, sku, units=1, disposition="SELLABLE", reason="UNWANTED_ITEM"
):
    """A customer's units are back at Amazon."""
    if disposition not in DISPOSITIONS:
        raise ValueError(f"dispositions are {DISPOSITIONS}")
    _moved(seller, sku, units, disposition)
    return _noted(
        seller,
        "fba_returns",
        order=order,
        sku=sku,
        units=units,
        disposition=disposition,
        reason=reason,
    )


def reimburse(
    seller, sku, cash=0, inventory=0, amount="0", reason="Lost_Warehouse", order=""
):
    """Amazon pays for units it lost, or puts others in their place."""
    if inventory:
        _moved(seller, sku, inventory)
    return _noted(
        seller,
        "reimbursements",
        sku=sku,
        cash=cash,
        inventory=inventory,
        amount=money(amount, "EUR"),
        reason=reason,
        order=order,
    )


def lose(seller, sku, units=1):
    """Units are gone without a word."""
    _moved(seller, sku, -units)
    return {}


def remove(seller, sku, units=1, kind="Return", disposition="SELLABLE"):
    """Units are sent back to the seller, or disposed of.

    :param kind: Return or Disposal
    """
    _moved(seller, sku, -units, disposition)
    return _noted(
        seller,
        "removals",
        sku=sku,
        units=units,
        kind=kind,
        disposition=disposition,
    )


def receive(seller, sku, units=1):
    """A delivery of the seller's has arrived."""
    _moved(seller, sku, units)
    return {}


def seller_return(seller, order, sku, units=1, reason="CR-UNWANTED_ITEM"):
    """A buyer asks to return units that the merchant has shipped."""
    number = len(seller.table("seller_returns")) + 1
    return _noted(
        seller,
        "seller_returns",
        order=order,
        sku=sku,
        units=units,
        reason=reason,
        rma=f"D{number:08d}RRMA",
    )


EVENTS = {
    one.__name__: one
    for one in (customer_return, reimburse, lose, remove, receive, seller_return)
}
