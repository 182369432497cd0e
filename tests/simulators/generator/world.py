"""The shop that the generated orders are placed in: catalogue, taxes, currencies,
people."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """One tax as the shop charges it.

    :param rate: fraction, e.g. Decimal("0.19")
    """

    title: str
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """How one market taxes.

    :param country: ISO code of the buyers
    :param included: prices contain the taxes
    :param classes: tax class of a product -> its taxes
    :param shipping: taxes of delivery
    """

    country: str
    included: bool
    classes: dict
    shipping: tuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A sellable variant.

    :param tax_class: key of `Regime.classes`
    """

    sku: str
    title: str
    price: str
    tax_class: str = "standard"
    digital: bool = False
    gift_card: bool = False


def _tax(title, rate):
    return Tax(title=title, rate=Decimal(rate))


GERMAN_STANDARD, GERMAN_REDUCED = _tax("MwSt 19%", "0.19"), _tax("MwSt 7%", "0.07")
INDIA = (_tax("CGST", "0.09"), _tax("SGST", "0.09"))  # equal rates, two taxes
NEW_YORK = (
    _tax("New York State Tax", "0.04"),
    _tax("New York City Tax", "0.045"),
    _tax("MCTD Tax", "0.00375"),
)
REGIMES = (
    Regime(
        country="DE",
        included=True,
        classes={"standard": (GERMAN_STANDARD,), "reduced": (GERMAN_REDUCED,)},
        shipping=(GERMAN_STANDARD,),
    ),
    Regime(
        country="DE",
        included=False,
        classes={"standard": (GERMAN_STANDARD,), "reduced": (GERMAN_REDUCED,)},
        shipping=(GERMAN_STANDARD,),
    ),
    Regime(
        country="IN",
        included=False,
        classes={"standard": INDIA, "reduced": INDIA},
        shipping=INDIA,
    ),
    Regime(
        country="IN",
        included=True,
        classes={"standard": INDIA, "reduced": ()},
        shipping=INDIA,
    ),
    Regime(
        country="US",
        included=False,
        classes={"standard": NEW_YORK, "reduced": ()},
        shipping=(),
    ),
)
PRODUCTS = (
    Product(sku="TEE-S", title="Organic tee, S", price="24.90"),
    Product(sku="TEE-M", title="Organic tee, M", price="24.90"),
    Product(sku="TEE-L", title="Organic tee, L", price="24.90"),
    Product(sku="MUG-01", title="Enamel mug", price="12.50"),
    Product(sku="MUG-02", title="Caffè ☕ mug", price="14.95"),
    Product(sku="BOOK-7", title="Paperback", price="9.99", tax_class="reduced"),
    Product(sku="BOOK-8", title="كتاب الطبخ", price="31.40", tax_class="reduced"),
    Product(sku="LAMP-XL", title="Desk lamp “Nørd”", price="189.00"),
    Product(sku="CABLE-2M", title="USB-C cable 2 m", price="0.99"),
    Product(sku="SOFA-3", title="Sofa, three seats", price="1499.99"),
    Product(sku="SOAP", title="Soap 🧼", price="3.33"),
    Product(sku="TEA-100", title="Tea 100 g", price="7.77", tax_class="reduced"),
    Product(sku="EBOOK", title="E-book", price="5.00", digital=True),
    Product(sku="GIFT", title="Gift card", price="50.00", gift_card=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that orders are drawn from.

    :param currency: of the shop
    :param rates: presentment currency -> its units for one unit of the shop's currency
    :param regimes: markets to draw from
    :param many_lines: lines of the long order
    """

    currency: str = "EUR"
    rates: dict = field(
        default_factory=lambda: {"USD": "1.0837", "JPY": "163.21", "KWD": "0.3312"}
    )
    regimes: tuple = REGIMES
    products: tuple = PRODUCTS
    many_lines: int = 120
    stock: int = 100_000

    def catalogue(self):
        """Return product specs for `POST /_sim/shops/<shop>/catalogue`."""
        return [
            {
                "title": one.title,
                "gift_card": one.gift_card,
                "variants": [
                    {
                        "sku": one.sku,
                        "barcode": f"4012345{number:06d}",
                        "price": one.price,
                        "stock": self.stock,
                        "requires_shipping": not (one.digital or one.gift_card),
                        "tracked": not (one.digital or one.gift_card),
                    }
                ],
            }
            for number, one in enumerate(self.products, 1)
        ]

    def taxes(self):
        """Return what an ERP must know: [{title, rate, included, country}], unique."""
        found = {
            (tax.title, tax.rate, one.included, one.country)
            for one in self.regimes
            for taxes in (*one.classes.values(), one.shipping)
            for tax in taxes
        }
        keys = ("title", "rate", "included", "country")
        return [dict(zip(keys, one, strict=True)) for one in sorted(found)]

    def currencies(self):
        """Return all currencies that orders may be in."""
        return [self.currency, *self.rates]

    def shippable(self):
        return [one for one in self.products if not (one.digital or one.gift_card)]

    def find(self, **wanted):
        """Return the first product with these attributes."""
        return next(
            one
            for one in self.products
            if all(getattr(one, key) == value for key, value in wanted.items())
        )
