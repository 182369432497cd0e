"""What an order item brings in: unit price and breakdowns (fact sheet, section 4)."""

from decimal import Decimal

from ..amounts import rounded
from .money import money

PARTS = ("ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE")


def priced(line, marketplace, settings):
    """Return (product price, proceeds, total) of an order line.

    Where prices contain the tax no TAX row is written; in the US, and where Amazon
    collects the tax, it is a row of its own.

    :param line: of the order spec, see README
    :param marketplace: `Marketplace`
    :return: two JSON values and a Decimal
    """
    currency, written = marketplace.currency, _writer(marketplace, settings)
    quantity = line.get("quantity", 1)
    unit = Decimal(str(line["price"]))
    parts = {
        "ITEM": rounded(unit * quantity, currency),
        "SHIPPING": _amount(line.get("shipping"), currency),
        "GIFT_WRAP": _amount((line.get("gift") or {}).get("price"), currency),
        "COD_FEE": _amount(line.get("cod_fee"), currency),
    }
    discounts = {
        "ITEM": _amount(line.get("discount"), currency),
        "SHIPPING": _amount(line.get("shipping_discount"), currency),
    }
    taxes = _taxes(line, marketplace, parts, discounts)
    rows = [
        {"type": kind, "subtotal": written(amount)}
        for kind, amount in parts.items()
        if amount or kind == "ITEM"
    ]
    if any(discounts.values()):
        sign = settings["discount_sign"]
        rows.append(_detailed("DISCOUNT", discounts, written, sign))
    if taxes:
        rows.append(_detailed("TAX", taxes, written))
    total = (
        sum(parts.values()) - sum(discounts.values()) + sum(taxes.values(), Decimal(0))
    )
    price = {"unitPrice": written(unit)}
    if line.get("business_price"):
        price["priceDesignation"] = "BUSINESS_PRICE"
    return price, {"proceedsTotal": written(total), "breakdowns": rows}, total


def _writer(marketplace, settings):
    return lambda amount: money(amount, marketplace.currency, settings["decimals"])


def _amount(value, currency):
    return rounded(Decimal(str(value or 0)), currency)


def _taxes(line, marketplace, parts, discounts):
    """Return the taxes that are written apart, by part."""
    rate = Decimal(str(line.get("tax_rate", 0)))
    apart = not marketplace.tax_included or line.get("facilitator")
    if not apart or not rate:
        return {}
    found = {
        kind: rounded((amount - discounts.get(kind, 0)) * rate, marketplace.currency)
        for kind, amount in parts.items()
    }
    return {kind: amount for kind, amount in found.items() if amount}


def _detailed(kind, amounts, written, sign=1):
    return {
        "type": kind,
        "subtotal": written(sign * sum(amounts.values())),
        "detailedBreakdowns": [
            {"subtype": part, "value": written(sign * amount)}
            for part, amount in amounts.items()
            if amount
        ],
    }
