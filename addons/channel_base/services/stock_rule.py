"""The rule that makes a shown quantity out of its inputs: pure, versioned, exact.

The ledger stores the inputs as they are given here, so any number can be made again.
"""

from decimal import Decimal
from fractions import Fraction
from math import floor

RULE_VERSION = 1
MOST = 1_000_000_000  # no marketplace takes more, and neither does an integer column


def shown(inputs, *, version=RULE_VERSION, with_unexplained=True):
    """The quantity that a listing shows at a place.

    :param inputs: ``components``, a list of dicts with exact decimals as text:
        ``on_hand``, ``demand``, ``unimported``, ``unexplained`` in the component's own
        unit, and ``per_unit``, a fraction as text: how much of it one sold unit takes.
        A product that is no kit is its own only component. Then ``share`` (percent, as
        text), ``buffer`` and ``cap`` (whole units, cap 0 = none).
    :param with_unexplained: False for the quantity if all orders were fetched already.
    :return: whole units, never negative.
    :raises KeyError: for a version that is not known here.
    """
    return RULES[version](inputs, with_unexplained)


def _version_1(inputs, with_unexplained):
    whole = min(_whole_units(part, with_unexplained) for part in inputs["components"])
    if whole <= 0:
        return 0
    quantity = floor(whole * Decimal(inputs["share"]) / 100) - inputs["buffer"]
    if inputs["cap"] > 0:
        quantity = min(quantity, inputs["cap"])
    return max(0, min(quantity, MOST))


def _whole_units(part, with_unexplained):
    left = (
        Decimal(part["on_hand"]) - Decimal(part["demand"]) - Decimal(part["unimported"])
    )
    if with_unexplained:
        left -= Decimal(part["unexplained"])
    if part["per_unit"] == "1":
        return floor(left)
    return floor(Fraction(left) / Fraction(part["per_unit"]))


RULES = {1: _version_1}
