"""Put an order together; many orders; the manifest of what is expected."""

import random
from dataclasses import dataclass

from ..amazon import listing_state
from ..amazon.order_actions import ACTIONS
from ..amazon.ordering import place
from ..amazon.state import Seller
from ..clock import Clock
from .expected import Expected, expect
from .scenarios import SCENARIOS
from .world import World

STREETS = {
    "DE": ("Hauptstraße 1", "10115", "Berlin", "DE"),
    "FR": ("1 rue de l’Église", "75001", "Paris", "FR"),
    "UK": ("10 Downing Street", "SW1A 2AA", "London", "GB"),
    "US": ("350 5th Ave", "10118", "New York", "US"),
    "JP": ("港区六本木1-1", "106-0032", "東京", "JP"),
}
NAMES = (
    "Jürgen Müller-Lüdenscheidt",
    "Zoë O’Connor",
    "花子 山田",
    "J. 🚀 Doe",
    "Žółć Ł",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """An order to place.

    :param spec: for the simulator (README.md, "Amazon's order spec"), its number in it
    :param expected: what holds once the hub is quiet
    :param later: [(action, options)] to do after that
    :param after: what holds once it is quiet again; None without later actions
    """

    scenario: str
    spec: dict
    expected: Expected
    later: tuple
    after: Expected | None


def generate_order(rng, world=None, scenario=None, earlier=()):
    """Return one order drawn from a `random.Random`.

    :param world: `World`, default its standard
    :param scenario: name in `SCENARIOS`; default drawn by weight
    :param earlier: `Generated` ones, which a replacement may replace
    """
    world = world or World()
    name = scenario or _drawn(rng, SCENARIOS, 1)[0]
    story = SCENARIOS[name]
    spec = _base(rng, world, story)
    story.shape(rng, spec)
    if name == "replacement":
        _replace(rng, spec, earlier)
    now, after = _played(world, spec, story)
    return Generated(
        scenario=name, spec=spec, expected=now, later=story.later, after=after
    )


def _drawn(rng, scenarios, count):
    weights = [one.weight for one in scenarios.values()]
    return rng.choices(list(scenarios), weights, k=count)


def _base(rng, world, story):
    codes = [one for one in story.places if one in world.marketplaces]
    codes = codes or list(world.marketplaces)
    code = rng.choices(codes, [world.marketplaces[one] for one in codes])[0]
    skus = world.skus(story.by_amazon)
    count = min(rng.choice((1, 1, 1, 2, 3)), len(skus))
    prices = {one["sku"]: one["prices"][code] for one in world.catalogue()}
    street, zipcode, city, country = STREETS[code]
    name = rng.choice(NAMES)
    lines = [
        {"sku": sku, "quantity": rng.choice((1, 1, 1, 2, 5)), "price": prices[sku]}
        for sku in rng.sample(skus, count)
    ]
    if rng.random() < 0.4:
        lines[0]["shipping"] = "490" if code == "JP" else "4.90"
    return {
        "order_id": f"{rng.randrange(300, 999)}-{rng.randrange(10**7):07d}"
        f"-{rng.randrange(10**7):07d}",
        "marketplace": code,
        "fulfilled_by": "AMAZON" if story.by_amazon else "MERCHANT",
        "lines": lines,
        "buyer": {
            "name": name,
            "email": f"{rng.randrange(10**9):x}@marketplace.example",
        },
        "address": {
            "name": name,
            "addressLine1": street,
            "city": city,
            "postalCode": zipcode,
            "countryCode": country,
            "addressType": "RESIDENTIAL",
        },
        "oversell": True,
    }


def _replace(rng, spec, earlier):
    """Free units in place of what an earlier order, if any, had brought."""
    originals = [one.spec for one in earlier if one.expected.state == "imported"]
    if originals:
        original = rng.choice(originals)
        spec.update(replaces=original["order_id"])
        spec["marketplace"] = original["marketplace"]
    for line in spec["lines"]:
        line.update(price="0")
        line.pop("shipping", None)


def _played(world, spec, story):
    """Play the story with a seller of its own; return what is expected of it."""
    nobody = lambda *_args, **_facts: None  # noqa: E731
    seller = Seller("dry", 0, Clock(), nobody, tuple(world.marketplaces))
    for one in world.catalogue():
        listing_state.add(seller, one)
    known = {one["sku"] for one in world.catalogue()}
    order = place(seller, spec)
    now = expect(order, known)
    if not story.later:
        return now, None
    for action, options in story.later:
        ACTIONS[action](seller, order, **options)
    return now, expect(order, known)


def generate_orders(seed, count, world=None, scenarios=None):
    """Return `count` orders: every scenario once as far as they go, then drawn ones.

    :param seed: the same seed gives the same orders
    :param scenarios: names to draw from; default all
    """
    rng = random.Random(seed)
    stories = {name: SCENARIOS[name] for name in scenarios or SCENARIOS}
    wanted = [*list(stories)[:count]]
    wanted += _drawn(rng, stories, max(0, count - len(wanted)))
    rng.shuffle(wanted)
    made = []
    for name in wanted:
        made.append(generate_order(rng, world, name, made))
    return made


def manifest(generated):
    """Return what to compare with: one JSON-able row per order."""
    return [
        {
            "id": order.spec["order_id"],
            "scenario": order.scenario,
            "expected": order.expected.as_dict(),
            "after": order.after.as_dict() if order.after else None,
        }
        for order in generated
    ]
