"""What an item brings: goods, delivery, charges, discounts and taxes.

Of an item, ``ITEM`` is what all its units cost. Amazon does not say whether its amounts
hold the tax; the stated totals tell.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from .mapper_common import lookup, money, parts
from .mapper_status import CHARGES, DISCOUNT, PROCEEDS, REMITTED, SHIPPING, TAX

ITEM = "ITEM"


@dataclass(slots=True)
class Proceeds:
    """One item's amounts, without currency.

    :param charged: by type, without taxes and discounts.
    :param taxes: and :param discounts: by what they are on; discounts are positive.
    :param remitted: Amazon pays its taxes to the state.
    """

    charged: dict = field(default_factory=dict)
    taxes: dict = field(default_factory=dict)
    discounts: dict = field(default_factory=dict)
    remitted: bool = False

    @property
    def untaxed(self):
        """What it comes to without the taxes that are stated apart."""
        charged = sum(self.charged.values(), Decimal(0))
        return charged - sum(self.discounts.values(), Decimal(0))

    @property
    def tax(self):
        return sum(self.taxes.values(), Decimal(0))


def proceeds(item):
    """The amounts of one order item.

    :raises ProtocolError: for a category that nobody has heard of.
    """
    found = Proceeds(remitted=_remitted(item))
    breakdowns = parts((item.get("proceeds") or {}).get("breakdowns"))
    for part in breakdowns:
        lookup(dict.fromkeys(PROCEEDS), part.get("type"), "proceeds category")
        amount = money(part.get("subtotal"))
        if not amount:
            continue
        if part["type"] == TAX:
            _add(found.taxes, _shares(part, amount.amount))
        elif part["type"] == DISCOUNT:
            # the models do not say whether it is negative
            _add(found.discounts, _shares(part, amount.amount), abs)
        else:
            _add(found.charged, {part["type"]: amount.amount})
    if not breakdowns:
        found.charged[ITEM] = _goods(item)
    for sums in (found.taxes, found.discounts):
        # a charge that is not there has no line to carry them
        for on in [on for on in sums if on in CHARGES and not found.charged.get(on)]:
            sums[ITEM] = sums.get(ITEM, Decimal(0)) + sums.pop(on)
    return found


def _goods(item):
    """What the goods cost where nothing is broken down: pending orders, missing
    roles."""
    stated = money((item.get("proceeds") or {}).get("proceedsTotal"))
    if stated:
        return stated.amount
    price = money(((item.get("product") or {}).get("price") or {}).get("unitPrice"))
    return price.amount * (item.get("quantityOrdered") or 0) if price else Decimal(0)


def _remitted(item):
    collections = parts((item.get("tax") or {}).get("taxCollections"))
    return any(
        lookup(REMITTED, one["model"], "tax collection model")
        if one.get("model")
        else bool(one.get("responsibleParty"))
        for one in collections
    )


def _shares(part, total):
    """What a tax or a discount is on; what is not broken down is on the goods."""
    shares, left = {}, total
    for detail in parts(part.get("detailedBreakdowns")):
        value = money(detail.get("value"))
        if value:
            on = detail.get("subtype") or ITEM
            shares[on] = shares.get(on, Decimal(0)) + value.amount
            left -= value.amount
    if left or not shares:
        shares[ITEM] = shares.get(ITEM, Decimal(0)) + left
    return shares


def _add(sums, amounts, sign=lambda amount: amount):
    for on, amount in amounts.items():
        # of taxes on discounts nobody knows more than that they are on goods
        on = on if on in CHARGES or on == SHIPPING else ITEM
        sums[on] = sums.get(on, Decimal(0)) + sign(amount)


def is_included(items, total, default):
    """Whether amounts hold the taxes, and whether the stated taxes count at all.

    :param items: ``Proceeds`` of all items; :param total: the stated one, without tips,
        or None; :param default: how the marketplace states prices.
    :return: pair (included, counted): taxes that neither add to the total nor are part
        of tax-free prices are Amazon's affair alone.
    """
    untaxed = sum((one.untaxed for one in items), Decimal(0))
    tax = sum((one.tax for one in items), Decimal(0))
    if not tax or total is None:
        return default, True
    if untaxed + tax == total:
        return False, True
    if untaxed == total:
        return default, default
    return default, True
