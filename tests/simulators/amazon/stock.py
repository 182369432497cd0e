"""Units that orders take and give back: the merchant's and Amazon's."""

from . import listing_state


class OutOfStock(Exception):
    """Nobody can order what is not there."""


def take(seller, order_lines, by_amazon, oversell):
    """Take the units of order lines, all or none.

    :param order_lines: [(sku, units)]
    :raises OutOfStock: unless `oversell`
    """
    wanted = {}
    for sku, units in order_lines:
        wanted[sku] = wanted.get(sku, 0) + units
    if not oversell:
        for sku, units in wanted.items():
            if available(seller, sku, by_amazon) < units:
                raise OutOfStock(f"{sku}: {available(seller, sku, by_amazon)} left")
    for sku, units in wanted.items():
        _move(seller, sku, -units, by_amazon)


def give_back(seller, sku, units, by_amazon):
    """Return units of a cancelled line; the merchant's are on offer again too."""
    _move(seller, sku, units, by_amazon)


def available(seller, sku, by_amazon):
    """Return the units that can be ordered."""
    if by_amazon:
        held = seller.table("fba").get(sku)
        return held["fulfillable"] if held else 0
    listing = seller.table("listings").get(sku)
    return listing_state.quantity(listing) if listing else 0


def _move(seller, sku, units, by_amazon):
    if by_amazon:
        held = seller.table("fba").get(sku)
        if held:
            held["fulfillable"] += units
            held["reserved"] -= units
            held["updated"] = seller.clock.iso()
        return
    listing = seller.table("listings").get(sku)
    entry = listing and listing_state.channel(listing)
    if entry:
        entry["quantity"] = max(0, entry.get("quantity", 0) + units)


def left(seller, sku, units):
    """Note that reserved units have left Amazon's warehouse."""
    held = seller.table("fba").get(sku)
    if held:
        held["reserved"] -= units
