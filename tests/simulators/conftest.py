"""Fixtures: one simulator server per test session, fresh shops per test, the real
shopifyapi client."""

import itertools

import pytest

from tests.simulators.amazon import app as amazon_app, simulator as amazon_simulator
from tests.simulators.amazon_client import bound
from tests.simulators.control_client import ControlClient
from tests.simulators.real_client import ShopifyClient
from tests.simulators.shopify.app import Server
from tests.simulators.shopify.simulator import Simulator

_NAMES = (f"shop{number}" for number in itertools.count(1))


@pytest.fixture(scope="session")
def server():
    running = Server(Simulator()).start()
    yield running
    running.stop()


@pytest.fixture
def control(server):
    """The control client of a quiet simulator."""
    client = ControlClient(server.url)
    client.post("time", reset=True)
    client.post("faults/clear")
    client.post("crash/clear")
    client.post("webhooks", {})
    client.post("latency", {})
    client.post("log/reset")
    return client


@pytest.fixture
def made(control):
    """A new shop with three products of ten units: the answer of `create_shop` and
    `variants`."""
    name = next(_NAMES)
    shop = control.create_shop(
        name, app={"static_token": f"shpat_{name}"}, locations=["Main", "Second"]
    )
    shop["variants"] = control.post(f"shops/{name}/catalogue", products=3, stock=10)[
        "variants"
    ]
    shop["token"] = f"shpat_{name}"
    shop["url"] = f"{control.url}/shops/{name}"
    return shop


@pytest.fixture
def client(made):
    """The real library, bound to the new shop."""
    return ShopifyClient(made["url"], made["token"])


@pytest.fixture(scope="session")
def amazon_server():
    running = amazon_app.Server(amazon_simulator.Simulator()).start()
    yield running
    running.stop()


@pytest.fixture
def amazon(amazon_server):
    """The control client of a quiet Amazon; whoever breaks the official model fails,
    unless it says `violations_expected`."""
    client = ControlClient(amazon_server.url)
    client.post("reset")
    client.violations_expected = False
    yield client
    found = client.get("violations")["violations"]
    assert bool(found) == client.violations_expected, found


@pytest.fixture
def seller(amazon):
    """A new seller in five marketplaces: three listings of ten units of its own, and
    one, `BOTH`, that Amazon has units of as well."""
    name = next(_NAMES)
    made = amazon.post(
        "sellers", name=name, marketplaces=["DE", "FR", "UK", "US", "JP"]
    )
    amazon.post(f"sellers/{name}/listings", products=3, quantity=10)
    both = {"sku": "BOTH", "quantity": 5, "fba": 8}
    amazon.post(f"sellers/{name}/listings", items=[both])
    return made


@pytest.fixture
def library(amazon, seller):
    """(class of the library) -> its client, bound to the new seller."""
    return lambda kind: bound(kind, seller, amazon.url)
