"""The server itself: command line, state file, page, mistakes, many shops at once."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from .control_client import ControlClient, ControlError
from .documents import TAG, order_of
from .real_client import ShopifyClient

COMMAND = [sys.executable, "-m", "tests.simulators.shopify", "--port", "0"]


@pytest.fixture
def start(tmp_path):
    """Start the simulator as a process over a state file; answers (process, url)."""
    running = []

    def begin(*arguments):
        process = subprocess.Popen(
            [*COMMAND, "--state-file", str(tmp_path / "state.json"), *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process, process.stdout.readline().split()[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def test_shops_survive_a_restart(start):
    process, url = start("--shop", "demo", "--products", "2")
    control = ControlClient(url)
    sku = next(iter(control.stock("demo")))
    spec = {"lines": [{"variant": sku, "quantity": 3}]}
    (placed,) = control.place("demo", spec)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    _process, url = start("--shop", "demo", "--products", "2")
    control = ControlClient(url)
    state = control.state("demo")
    assert list(state["orders"]) == [placed["name"]]
    assert state["stock"][sku]["Main"]["committed"] == 3
    (later,) = control.place("demo", spec)
    assert int(later["id"].split("/")[-1]) > int(placed["id"].split("/")[-1])
    assert later["name"] == "#1002"


def test_the_default_shop_is_served_without_prefix(start):
    _process, url = start("--shop", "demo")
    grant = {
        "grant_type": "client_credentials",
        "client_id": "client-demo",
        "client_secret": "secret-demo",
    }
    answer = requests.post(f"{url}/admin/oauth/access_token", json=grant, timeout=5)
    client = ShopifyClient(url, answer.json()["access_token"])
    assert client.data("{ shop { name } }")["shop"]["name"] == "demo"


def test_the_page_shows_and_sells(control, made):
    sku = made["variants"][0]["sku"]
    form = {
        "shop": made["name"],
        "sku": sku,
        "quantity": "2",
        "email": "w@example.com",
        "payment": "paid",
    }
    page = requests.post(control.url, data=form, timeout=5)
    assert page.status_code == 200
    assert made["domain"] in page.text
    assert f"2 x {sku}" in page.text
    assert control.stock(made["name"])[sku]["Main"]["committed"] == 2
    page = requests.post(control.url, data={**form, "quantity": "99"}, timeout=5)
    assert (page.status_code, "99 wanted" in page.text) == (400, True)


@pytest.mark.parametrize("quantity", ["", "0", "-1", "two", "1.5", None])
def test_the_page_wants_a_quantity(control, made, quantity):
    form = {
        "shop": made["name"],
        "sku": made["variants"][0]["sku"],
        "quantity": quantity,
        "email": "w@example.com",
        "payment": "paid",
    }
    page = requests.post(control.url, data=form, timeout=5)
    assert page.status_code == 400
    assert "a whole number of at least 1" in page.text
    assert control.state(made["name"])["orders"] == {}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"fault": "nonsense"}),
        ("crash", {"operation": "x", "point": "nowhere"}),
        ("shops/nobody/orders", [{"lines": []}]),
        ("shops/{name}/orders", [{"lines": [{"variant": "NO-SUCH"}]}]),
        ("shops/{name}/orders/%2399/cancel", {}),
        ("nowhere", {}),
        ("time", {"advance": 1, "unknown": 2}),
    ],
)
def test_mistakes_are_told(control, made, path, body):
    with pytest.raises(ControlError):
        control.post(path.format(name=made["name"]), body)


def test_many_shops_at_once_do_not_mix(control):
    names = [f"many{number}" for number in range(4)]
    shops = {}
    for name in names:
        shop = control.create_shop(name, app={"static_token": f"shpat_{name}"})
        shop["variants"] = control.post(f"shops/{name}/catalogue", products=1)[
            "variants"
        ]
        shops[name] = shop

    def work(number):
        name = names[number % 4]
        client = ShopifyClient(f"{control.url}/shops/{name}", f"shpat_{name}")
        placed = control.place(name, order_of(shops[name], quantity=1))[0]
        client.data(TAG, id=placed["id"])
        return client.data("{ shop { name } }")["shop"]["name"] == name

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(40)))
    for name in names:
        orders = control.state(name)["orders"]
        assert len(orders) == 10
        assert all(order["tags"] == ["seen"] for order in orders.values())
    other = ShopifyClient(f"{control.url}/shops/many0", "shpat_many1")
    assert other.execute("{ shop { name } }")[0] == 401


@pytest.mark.parametrize("status", [402, 403, 423, 430, 540])
def test_a_shop_may_refuse_everything(made, control, client, status):
    control.post(f"shops/{made['name']}/settings", refuses=status)
    assert client.execute("{ shop { id } }")[0] == status


def test_an_inactive_shop(made, control, client):
    control.post(f"shops/{made['name']}/settings", refuses="SHOP_INACTIVE")
    _status, _headers, body = client.execute("{ shop { id } }")
    assert body["errors"][0]["extensions"]["code"] == "SHOP_INACTIVE"


def test_uninstalling_ends_everything(made, control, client):
    control.post(f"shops/{made['name']}/uninstall")
    assert client.execute("{ shop { id } }")[0] == 401
    grant = {
        "grant_type": "client_credentials",
        "client_id": made["app"]["client_id"],
        "client_secret": made["app"]["client_secret"],
    }
    url = f"{made['url']}/admin/oauth/access_token"
    refused = requests.post(url, json=grant, timeout=5)
    assert refused.json()["error"] == "app_not_installed"
    control.post(f"shops/{made['name']}/install")
    assert requests.post(url, json=grant, timeout=5).status_code == 200


def test_the_log_counts_calls(made, control, client):
    control.post("log/reset")
    for _call in range(3):
        client.data("{ shop { id } }")
    client.execute("{ shop { id } }", operation_name=None)
    log = control.get("log", operation="shop", shop=made["name"])
    assert log["counts"] == {"shop": 4}
    assert log["outcomes"] == {"shop:ok": 4}
    assert len(log["entries"]) == 4
