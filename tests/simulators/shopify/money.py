"""Money as Shopify writes it: decimal strings, each amount in shop and presentment
currency."""

from dataclasses import dataclass
from decimal import Decimal

from ..amounts import DIGITS, rounded


def text(amount, currency):
    """Return the amount as the API prints it: `10.0`, `12.34`, JPY `7480` (fact sheet,
    section 7, Money)."""
    amount = rounded(amount, currency)
    if amount == 0:
        amount = abs(amount)
    if not DIGITS.get(currency, 2):
        return str(amount)
    whole, _, cents = f"{amount:f}".partition(".")
    return f"{whole}.{cents.rstrip('0') or '0'}"


def money(amount, currency):
    """Return a `MoneyV2`."""
    return {"amount": text(amount, currency), "currencyCode": currency}


@dataclass(frozen=True, slots=True, kw_only=True)
class Currencies:
    """The two currencies of an order.

    :param shop: currency code of the shop
    :param presentment: what the customer pays in; the order is priced in it
    :param rate: presentment units for one shop unit
    """

    shop: str
    presentment: str
    rate: Decimal = Decimal(1)

    def to_shop(self, amount):
        """Return the presentment amount in shop currency, rounded by itself (fact
        sheet, section 7, Money)."""
        if self.shop == self.presentment:
            return amount
        return rounded(amount / self.rate, self.shop)

    def bag(self, amount):
        """Return a `MoneyBag` for a presentment amount."""
        return {
            "shopMoney": money(self.to_shop(amount), self.shop),
            "presentmentMoney": money(amount, self.presentment),
        }


def presentment(bag):
    """Return the presentment amount of a `MoneyBag` as Decimal."""
    return Decimal(bag["presentmentMoney"]["amount"])


def currencies(order):
    """Return the `Currencies` of an order node."""
    return Currencies(
        shop=order["currencyCode"],
        presentment=order["presentmentCurrencyCode"],
        rate=Decimal(order["rate"]),
    )
