"""Which mutations set some prices, and what their answers mean: pure functions."""

import re
from dataclasses import dataclass

from odoo.addons.channel_base.adapter.canonical import PushResult, PushStatus

from .ids import gid

CALL_ROWS = 250  # rows of any input array (facts, 3)
ROW = re.compile(r"\d+")
# What was to be taken off a list and is not there.
GONE = {"PRICE_NOT_FIXED", "VARIANT_NOT_FOUND"}
# userErrors[].code that no row of a call escapes
WHOLE = {"PRODUCT_DOES_NOT_EXIST", "PRODUCT_SUSPENDED", "PRICE_LIST_NOT_FOUND"}
HINTS = {
    "PRODUCT_DOES_NOT_EXIST": "The product was deleted in Shopify: import the"
    " catalogue again.",
    "PRODUCT_VARIANT_DOES_NOT_EXIST": "The variant was deleted in Shopify: import the"
    " catalogue again.",
    "VARIANT_NOT_FOUND": "The variant was deleted in Shopify: import the catalogue"
    " again.",
    "PRICE_LIST_NOT_FOUND": "The price list was deleted in Shopify: fetch the price"
    " lists again.",
    "PRICE_LIST_CURRENCY_MISMATCH": "The price list has another currency in Shopify:"
    " fetch the price lists again.",
    "LOCAL_CURRENCY_GIFT_CARD_PRICE_MUST_BE_ZERO": "Shopify prices gift cards itself:"
    " switch prices off for this listing.",
}


@dataclass(frozen=True, slots=True)
class BaseCall:
    """The prices of some variants of one product."""

    targets: tuple
    document = "prices_set"

    @property
    def variables(self):
        return {
            "product": gid("Product", self.targets[0].product),
            "variants": [_variant(target) for target in self.targets],
        }

    def row(self, field):
        """The target that a ``field`` such as ``["variants", "3", "price"]`` names."""
        return _at(self.targets, field)

    def results(self, errors):
        """One result per target; what no error names was set."""
        problems, whole = _problems(self, errors)
        if whole:
            return self.refused(*whole)
        return [_result(target, problems.get(target.key)) for target in self.targets]

    def divided(self, errors):
        """The halves to be tried alone, empty when the errors say whose they are."""
        return _halves(self, errors)

    def refused(self, code, message):
        return [_result(target, (code, message)) for target in self.targets]


@dataclass(frozen=True, slots=True)
class ListCall(BaseCall):
    """Prices that are put on a price list, and prices that are taken off it."""

    document = "list_prices_set"

    @property
    def _set(self):
        return [target for target in self.targets if target.amount is not None]

    @property
    def _removed(self):
        return [target for target in self.targets if target.amount is None]

    @property
    def variables(self):
        return {
            "list": gid("PriceList", self.targets[0].price_list),
            "prices": [_price(target) for target in self._set],
            "removed": [gid("ProductVariant", one.listing) for one in self._removed],
        }

    def row(self, field):
        name = str(field[0]) if field else ""
        return _at(self._removed if "elete" in name else self._set, field)

    def results(self, errors):
        """As one row may have stopped the others, they are sent once more."""
        problems, whole = _problems(self, errors)
        if whole:
            return self.refused(*whole)
        results = []
        for target in self.targets:
            problem = problems.get(target.key)
            if problem and target.amount is None and problem[0] in GONE:
                problem = None
            elif problems and not problem:
                results.append(PushResult(key=target.key, status=PushStatus.SKIPPED))
                continue
            results.append(_result(target, problem))
        return results


def planned(targets):
    """The calls that set some prices, and the results of what cannot be asked for.

    :return: (list of calls, list of ``PushResult``).
    """
    base = [target for target in targets if not target.price_list]
    listed = [target for target in targets if target.price_list]
    homeless = [one for one in base if not one.product or one.amount is None]
    products = {}
    for target in base:
        if target not in homeless:
            products.setdefault(target.product, []).append(target)
    calls = [
        BaseCall(tuple(part)) for rows in products.values() for part in _parts(rows)
    ]
    lists = {}
    for target in listed:
        lists.setdefault(target.price_list, []).append(target)
    calls += [ListCall(tuple(part)) for rows in lists.values() for part in _parts(rows)]
    message = "The product in Shopify is not known: import the catalogue again."
    return calls, [_result(one, ("NO_PRODUCT", message)) for one in homeless]


def _parts(rows):
    return (rows[start : start + CALL_ROWS] for start in range(0, len(rows), CALL_ROWS))


def _variant(target):
    row = {
        "id": gid("ProductVariant", target.listing),
        "price": format(target.amount, "f"),
    }
    if not target.keep_compare_at:
        row["compareAtPrice"] = _text(target.compare_at)
    return row


def _price(target):
    row = {
        "variantId": gid("ProductVariant", target.listing),
        "price": _money(target.amount, target.currency),
    }
    if target.compare_at is not None:
        row["compareAtPrice"] = _money(target.compare_at, target.currency)
    return row


def _money(value, currency):
    return {"amount": format(value, "f"), "currencyCode": currency}


def _text(value):
    return None if value is None else format(value, "f")


def _at(targets, field):
    index = next((int(step) for step in field or () if ROW.fullmatch(str(step))), None)
    known = index is not None and index < len(targets)
    return targets[index] if known else None


def _problems(call, errors):
    """What is wrong with rows, and with the call as a whole.

    :return: (dict key -> (code, message), (code, message) or None).
    """
    problems = {}
    for error in errors:
        code = error.get("code") or ""
        text = (error.get("message") or "").rstrip(".")
        problem = (code, " ".join(filter(None, (f"{text}.", HINTS.get(code)))))
        target = call.row(error.get("field"))
        if target is None or code in WHOLE:
            return {}, problem
        problems.setdefault(target.key, problem)
    return problems, None


def _halves(call, errors):
    unclear = any(
        call.row(error.get("field")) is None and error.get("code") not in WHOLE
        for error in errors
    )
    if not unclear or len(call.targets) == 1:
        return ()
    middle = len(call.targets) // 2
    parts = (call.targets[:middle], call.targets[middle:])
    return tuple(type(call)(part) for part in parts)


def _result(target, problem):
    if not problem:
        return PushResult(key=target.key, status=PushStatus.DONE)
    code, message = problem
    return PushResult(
        key=target.key, status=PushStatus.REJECTED, code=code, message=message
    )
