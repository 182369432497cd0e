"""The seller that the orders are placed with: marketplaces, catalogue, prices."""

from dataclasses import dataclass, field

MARKETPLACES = {"DE": 6, "FR": 3, "UK": 2, "US": 2, "JP": 2}
RATES = {"DE": 1, "FR": 1.02, "UK": 0.86, "US": 1.1, "JP": 163}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A catalogue of `products` SKUs; every third one is in Amazon's warehouse as well,
    every fifth one is there only.

    :param marketplaces: {code: weight}
    :param prefix: of the SKUs
    :param names: SKUs of a stock that other channels sell too, instead of numbered ones
    :param units: that the merchant, and Amazon, has of each
    """

    marketplaces: dict = field(default_factory=lambda: dict(MARKETPLACES))
    products: int = 15
    prefix: str = "AMZ"
    names: tuple = ()
    units: int = 1_000

    def skus(self, by_amazon=False):
        """Return the SKUs that the merchant, or Amazon, ships."""
        return [
            one["sku"]
            for one in self.catalogue()
            if one["fba" if by_amazon else "quantity"] is not None
        ]

    def catalogue(self):
        """Return listing specs for `POST sellers/<seller>/listings {"items": ...}`."""
        numbered = (f"{self.prefix}-{one:03d}" for one in range(1, self.products + 1))
        names = self.names or numbered
        return [self._listing(number, sku) for number, sku in enumerate(names, 1)]

    def _listing(self, number, sku):
        base = 4 + number * 3.17
        return {
            "sku": sku,
            "title": f"Product {number} – größe „M“",
            "quantity": None if number % 5 == 0 else self.units,
            "fba": self.units if number % 3 == 0 or number % 5 == 0 else None,
            "prices": {code: self._price(base, code) for code in self.marketplaces},
        }

    @staticmethod
    def _price(base, code):
        amount = base * RATES.get(code, 1)
        return str(round(amount)) if code == "JP" else f"{amount:.2f}"
