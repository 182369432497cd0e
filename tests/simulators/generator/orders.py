"""Put an order together; many orders; the manifest of what is expected."""

import random
from dataclasses import dataclass

from ..shopify.pricing import price
from . import people, shapes
from .expected import Expected, expect
from .scenarios import SCENARIOS, outcome
from .world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """An order to place.

    :param spec: for the simulator (README.md, "Order spec")
    :param at_once: [(action, options)] to do right after placing
    :param expected: what holds once the hub is quiet
    :param later: [(action, options)] to do after that
    :param after: what holds once it is quiet again; None without later actions
    """

    scenario: str
    spec: dict
    at_once: tuple
    expected: Expected
    later: tuple
    after: Expected | None


def generate_order(rng, world=None, scenario=None):
    """Return one order drawn from a `random.Random`.

    :param world: `World`, default its standard
    :param scenario: name in `SCENARIOS`; default drawn by weight
    """
    world = world or World()
    name = (
        scenario
        or rng.choices(list(SCENARIOS), [one.weight for one in SCENARIOS.values()])[0]
    )
    story, regime = SCENARIOS[name], rng.choice(world.regimes)
    foreign = rng.random() < 0.3 and world.rates
    currency = rng.choice(list(world.rates)) if foreign else world.currency
    spec = _base(rng, world, regime, currency)
    first = price(spec, currency, regime.included)
    shapes.payment(rng, spec, first.total, currency)
    story.shape(rng, world, regime, spec)
    priced = price(spec, currency, regime.included)
    if priced.total != first.total:
        _repay(spec)
    expected, after = outcome(story, expect(spec, priced), spec)
    return Generated(
        scenario=name,
        spec=spec,
        at_once=story.at_once,
        expected=expected,
        later=story.later,
        after=after,
    )


def _base(rng, world, regime, currency):
    spec = {
        "currency": currency,
        "rate": world.rates.get(currency, "1"),
        "taxes_included": regime.included,
        "lines": shapes.lines(
            rng, world, regime, currency, rng.choice((1, 1, 2, 3, 5))
        ),
        "shipping": shapes.shipping(rng, regime, currency),
        "oversell": True,
        "locale": rng.choice(("de", "en-IN", "ar")),
    }
    count, delivered = len(spec["lines"]), bool(spec["shipping"])
    spec["discounts"] = shapes.discounts(rng, currency, count, delivered)
    shapes.extras(rng, spec, currency)
    people.buyer(rng, spec, regime.country)
    people.texts(rng, spec)
    return spec


def _repay(spec):
    """Drop amounts of payments that no longer fit the total."""
    spec.pop("deposit", None)
    spec.pop("gift_card", None)
    if spec.pop("transactions", None) is not None:
        spec["payment"] = "paid"


def generate_orders(seed, count, world=None, scenarios=None):
    """Return `count` orders: every scenario once as far as they go, then drawn ones.

    :param seed: the same seed gives the same orders
    :param scenarios: names to draw from; default all
    """
    rng = random.Random(seed)
    names = list(scenarios or SCENARIOS)
    weights = [SCENARIOS[name].weight for name in names]
    drawn = rng.choices(names, weights, k=max(0, count - len(names)))
    wanted = [*names[:count], *drawn]
    rng.shuffle(wanted)
    return [generate_order(rng, world, name) for name in wanted]


def manifest(generated, placed):
    """Return what to compare with: one JSON-able row per order.

    :param generated: list of `Generated`
    :param placed: the simulator's answers [{id, name}] in the same order
    """
    rows = []
    for order, answer in zip(generated, placed, strict=True):
        rows.append(
            {
                "id": answer["id"].rpartition("/")[2],
                "name": answer["name"],
                "scenario": order.scenario,
                "expected": order.expected.as_dict(),
                "after": order.after.as_dict() if order.after else None,
            }
        )
    return rows
