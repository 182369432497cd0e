"""Random canonical orders whose amounts are right by construction.

Pure Python, shared by the tests of the arithmetic (without Odoo) and of the documents
(through Odoo): the same seed gives the same order.
"""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from ..adapter.canonical import (
    Address,
    Buyer,
    Discount,
    FulfilmentState,
    LineKind,
    Money,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentStatus,
    ShippingLine,
    Tax,
)

# decimals that channels state; Odoo has none of TWD
DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3, "TWD": 2, "XXA": 2}
RATES = {
    "one": (("VAT", "0.19"),),
    "reduced": (("VAT reduced", "0.07"),),
    "stacked": (("State tax", "0.0625"), ("City tax", "0.0225")),
    "twins": (("CGST", "0.09"), ("SGST", "0.09")),
    "none": (),
}
BORN = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


class OrderFactory:
    """Makes orders.

    :param random: source of chance (``random.Random``).
    :param listings: (listing id, SKU) that goods are sold from.
    """

    def __init__(self, random, listings=(("listing-1", "SKU-1"),)):
        self.random = random
        self.listings = listings
        self.number = 0

    def order(self, currency=None, included=None, **values):
        """One paid order of a random shape; ``values`` overrule what was drawn."""
        self.number += 1
        draw = self.random
        name = f"{draw.getrandbits(40):x}-{self.number}"
        currency = currency or draw.choice(("USD", "USD", "USD", "JPY", "KWD"))
        included = draw.random() < 0.5 if included is None else included
        digits = DIGITS[currency]
        bill = Bill(draw, currency, digits, included)
        lines = self._lines(name, bill)
        shipping = self._shipping(name, bill)
        total = Money(bill.total, currency)
        payments = self._payments(name, total, digits)
        order = {
            "external_id": f"order-{name}",
            "name": f"#{self.number}",
            "state": OrderState.OPEN,
            "payment_state": PaymentState.PAID,
            "fulfilment_state": FulfilmentState.UNFULFILLED,
            "ordered_at": BORN + timedelta(minutes=self.number),
            "updated_at": BORN + timedelta(minutes=self.number),
            "total": total,
            "tax_total": Money(bill.tax, currency),
            "tax_included": included,
            "lines": lines,
            "shipping": shipping,
            "payments": payments,
            "buyer": self._buyer(),
            "ship_to": self._address(),
        }
        return Order(**{**order, **values})

    # --- parts ------------------------------------------------------------------------

    def _lines(self, name, bill):
        return tuple(
            self._line(f"line-{name}-{number}", bill)
            for number in range(self.random.randint(1, 5))
        )

    def _line(self, external_id, bill):
        draw = self.random
        kinds = [LineKind.PRODUCT] * 12 + [LineKind.CUSTOM, LineKind.GIFT_CARD]
        kind = draw.choice([*kinds, LineKind.TIP, LineKind.FEE])
        listing, sku = draw.choice(self.listings)
        goods = kind is LineKind.PRODUCT
        quantity = draw.choice((1, 1, 1, 2, 3, 7, 12))
        price = bill.price()
        taxes = () if kind in (LineKind.GIFT_CARD, LineKind.TIP) else bill.rates()
        discounts = bill.discounts(price * quantity)
        return OrderLine(
            external_id=external_id,
            kind=kind,
            title=draw.choice(("Mug", "Ünï 🎈 cup", "كوب", "T-Shirt / L")),
            quantity=quantity,
            unit_price=Money(price, bill.currency),
            sku=sku if goods else "",
            listing=listing if goods else "",
            discounts=discounts,
            taxes=bill.charge(price * quantity, discounts, taxes),
            requires_shipping=goods,
        )

    def _shipping(self, name, bill):
        if self.random.random() < 0.3:
            return ()
        price = bill.price()
        discounts = bill.discounts(price)
        return (
            ShippingLine(
                external_id=f"shipping-{name}",
                title="Standard",
                price=Money(price, bill.currency),
                discounts=discounts,
                taxes=bill.charge(price, discounts, bill.rates()),
            ),
        )

    def _payments(self, name, total, digits):
        if not total.amount:
            return ()
        amounts = [total.amount]
        if self.random.random() < 0.2:
            first = (total.amount / 3).quantize(Decimal(1).scaleb(-digits))
            amounts = [amount for amount in (first, total.amount - first) if amount]
        return tuple(
            Payment(
                external_id=f"payment-{name}-{number}",
                gateway="gift_card" if number else "cards",
                kind=PaymentKind.SALE,
                status=PaymentStatus.SUCCESS,
                amount=Money(amount, total.currency),
                created_at=BORN,
            )
            for number, amount in enumerate(amounts)
        )

    def _buyer(self):
        number = self.random.randint(1, 30)
        if number < 5:
            return None
        return Buyer(
            external_id=f"buyer-{number}",
            name=f"Buyer {number}",
            email=f"buyer{number}@example.com",
        )

    def _address(self):
        number = self.random.randint(1, 30)
        return Address(
            name=f"Buyer {number}",
            street=f"{number} Main Street",
            city="Springfield",
            zip=f"{10000 + number}",
            state_code="NY",
            country_code="US",
        )


class Bill:
    """Adds up what one order charges, in exact amounts of its currency."""

    def __init__(self, draw, currency, digits, included):
        self.draw = draw
        self.currency = currency
        self.digits = digits
        self.included = included
        self.total = Decimal(0)
        self.tax = Decimal(0)

    def rounded(self, amount):
        return amount.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_UP)

    def price(self):
        """A price of the currency, now and then nothing."""
        if self.draw.random() < 0.05:
            return Decimal(0)
        return Decimal(self.draw.randint(1, 150_000)).scaleb(-self.digits)

    def rates(self):
        return RATES[
            self.draw.choice(("one", "one", "reduced", "stacked", "twins", "none"))
        ]

    def discounts(self, gross):
        """None, one or two discounts that leave nothing below zero."""
        left, found = gross, []
        for number in range(self.draw.choice((0, 0, 0, 1, 2))):
            amount = self.rounded(left * self.draw.choice((1, 5, 10, 33)) / 100)
            if self.draw.random() < 0.05:
                amount = left
            if amount:
                found.append(
                    Discount(
                        title=f"Sale {number}", amount=Money(amount, self.currency)
                    )
                )
            left -= amount
        return tuple(found)

    def charge(self, gross, discounts, rates):
        """Charge for a line: what it adds to total and taxes.

        :return: the taxes of the line.
        """
        net = gross - sum((d.amount.amount for d in discounts), Decimal(0))
        sum_of_rates = sum((Decimal(rate) for _title, rate in rates), Decimal(0))
        base = net / (1 + sum_of_rates) if self.included else net
        taxes = tuple(
            Tax(
                title=title,
                rate=Decimal(rate),
                amount=Money(self.rounded(base * Decimal(rate)), self.currency),
            )
            for title, rate in rates
        )
        tax = sum((tax.amount.amount for tax in taxes), Decimal(0))
        self.tax += tax
        self.total += net if self.included else net + tax
        return taxes
