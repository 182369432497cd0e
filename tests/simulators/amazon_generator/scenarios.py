"""What an order may be, and what may happen to it (README, Amazon's order spec)."""

from collections.abc import Callable
from dataclasses import dataclass

TEXTS = ("Alles Gute!\nDeine Oma 🎁", "Für dich <3 & mich", "お誕生日おめでとう")


def _nothing(_rng, _spec):
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One story.

    :param weight: share among the randomly drawn ones
    :param shape: (rng, spec) changes the spec
    :param places: marketplace codes it happens in; none = all
    :param later: [(action, options)] once the hub is quiet
    """

    weight: float
    shape: Callable = _nothing
    places: tuple = ()
    later: tuple = ()
    by_amazon: bool = False


def _business(rng, spec):
    number = rng.randrange(5)
    spec["business"] = {
        "company": f"ACME {number} GmbH",
        "po": f"PO-{rng.randrange(10_000)}",
        "vat": f"DE{100_000_000 + number}",
    }
    for line in spec["lines"]:
        line["business_price"] = True


def _gift(rng, spec):
    line = spec["lines"][0]
    line["gift"] = {"message": rng.choice(TEXTS), "level": "Classic", "price": "3"}


def _promotion(rng, spec):
    line = spec["lines"][0]
    line.update(discount="1", promotions=["SUMMER-10"], shipping="4")
    if rng.random() < 0.5:
        line["shipping_discount"] = "4"


def _points(rng, spec):
    units = rng.randrange(1, 200)
    spec["lines"][0]["points"] = {"number": units, "value": str(units)}


def _ioss(_rng, spec):
    for line in spec["lines"]:
        line.update(ioss="IM2760000742", facilitator=True, tax_rate="0.19")


def _us_tax(rng, spec):
    rate = rng.choice(("0.0825", "0.07", "0.1025"))
    for line in spec["lines"]:
        line.update(facilitator=True, tax_rate=rate)
    spec["lines"][0]["shipping"] = "5.99"


def _uk_tax(_rng, spec):
    for line in spec["lines"]:
        line.update(facilitator=True, tax_rate="0.2")


def _cash(_rng, spec):
    spec["lines"][0]["cod_fee"] = "330"
    spec["payment_method"] = "CashOnDelivery"


def _pending(_rng, spec):
    spec["status"] = "PENDING"


def _preorder(_rng, spec):
    spec.update(status="PENDING_AVAILABILITY", programs=["PREORDER"])


def _prime(_rng, spec):
    spec.update(prime=True, service_level="NEXT_DAY", ship_days=1, deliver_days=2)


def _thirds(_rng, spec):
    """A unit price that is no whole number of cents: 2 x 22.495 = 44.99."""
    spec["lines"] = [{**spec["lines"][0], "price": "22.495", "quantity": 2}]


def _long(rng, spec):
    known = spec["lines"][0]
    spec["lines"] = [{**known, "quantity": rng.randint(1, 3)} for _line in range(25)]


def _unknown(rng, spec):
    gone = {"sku": f"NO-SUCH-{rng.randrange(10_000)}", "price": "9", "title": "Gone"}
    spec["lines"].append({**gone, "quantity": 1})


def _two(_rng, spec):
    """Two lines of three units, so that a part can go."""
    spec["lines"] = [{**one, "quantity": 3} for one in (spec["lines"] * 2)[:2]]


CANCEL = (("cancel", {}),)
SCENARIOS = {
    "ordinary": Scenario(weight=40),
    "business": Scenario(weight=4, shape=_business, places=("DE", "FR", "UK")),
    "gift": Scenario(weight=4, shape=_gift),
    "promotion": Scenario(weight=4, shape=_promotion),
    "points": Scenario(weight=2, shape=_points, places=("JP",)),
    "cash_on_delivery": Scenario(weight=1, shape=_cash, places=("JP",)),
    "ioss": Scenario(weight=2, shape=_ioss, places=("DE", "FR")),
    "facilitator_us": Scenario(weight=4, shape=_us_tax, places=("US",)),
    "facilitator_uk": Scenario(weight=2, shape=_uk_tax, places=("UK",)),
    "prime": Scenario(weight=4, shape=_prime),
    "odd_price": Scenario(weight=2, shape=_thirds, places=("DE", "FR", "UK")),
    "long": Scenario(weight=0.5, shape=_long),
    "unknown_sku": Scenario(weight=2, shape=_unknown),
    "replacement": Scenario(weight=2),  # see orders.py
    "pending": Scenario(weight=2, shape=_pending),
    "preorder": Scenario(weight=1, shape=_preorder),
    "pending_then_released": Scenario(
        weight=3, shape=_pending, later=(("release", {}),)
    ),
    "pending_then_cancelled": Scenario(weight=2, shape=_pending, later=CANCEL),
    "cancelled_later": Scenario(weight=2, later=CANCEL),
    "partly_cancelled_later": Scenario(
        weight=2, shape=_two, later=(("cancel", {"lines": [0], "units": 1}),)
    ),
    "line_cancelled_later": Scenario(
        weight=2, shape=_two, later=(("cancel", {"lines": [1]}),)
    ),
    "cancel_requested_later": Scenario(weight=2, later=(("request_cancel", {}),)),
    "address_later": Scenario(
        weight=1, later=(("address", {"addressLine1": "Neue Straße 2"}),)
    ),
    "fba": Scenario(weight=8, by_amazon=True),
    "fba_pending_then_released": Scenario(
        weight=2, shape=_pending, by_amazon=True, later=(("release", {}),)
    ),
    "fba_shipped_later": Scenario(weight=4, by_amazon=True, later=(("ship", {}),)),
}
