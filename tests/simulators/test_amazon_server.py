"""The server itself: control API, crash points, faults in a mix, state file, command
line, the consent page."""

import json
import subprocess
import sys
import threading

import httpx
import pytest
import requests
from sp_api.api import OrdersV20260101
from sp_api.auth.exceptions import AuthorizationError
from sp_api.base.exceptions import SellingApiException

from tests.harness import contracts

from .amazon.app import Server
from .amazon.simulator import Simulator
from .amazon_client import Refused, bound
from .control_client import ControlClient, ControlError

LONG_AGO = "2020-01-01T00:00:00Z"


def test_mistakes_are_told(amazon, seller):
    with pytest.raises(ControlError, match="no such seller"):
        amazon.get("sellers/nobody")
    with pytest.raises(ControlError, match="no such settings"):
        amazon.post(f"sellers/{seller['name']}/settings", speling=1)
    with pytest.raises(ControlError, match="unknown fault"):
        amazon.fault(fault="no such")
    assert amazon.get("status")["sellers"][seller["name"]]["listings"] == 4


def test_a_call_can_be_held_at_a_point(amazon, seller, library):
    number = amazon.arm("searchOrders", "after_effect", action="hold")
    client = library(OrdersV20260101)
    caller = threading.Thread(
        target=client.search_orders, kwargs={"createdAfter": LONG_AGO}
    )
    caller.start()
    assert amazon.wait_crash(number)["reached"]
    assert caller.is_alive()
    amazon.post(f"crash/{number}/release")
    caller.join(10)
    assert not caller.is_alive()


CALLER = """
import json, sys
from sp_api.api import OrdersV20260101
from tests.simulators.amazon_client import bound
client = bound(OrdersV20260101, json.loads(sys.argv[1]), sys.argv[2])
client.get_order(sys.argv[3])
"""


def test_the_caller_is_killed_at_a_point(amazon, seller):
    path = f"sellers/{seller['name']}/orders"
    order = amazon.post(path, lines=[{"sku": "SKU-0001"}])["orders"][0]["id"]
    number = amazon.arm("getOrder", "after_effect")
    given = json.dumps({key: seller[key] for key in ("refresh_token", "app")})
    done = subprocess.run(
        [sys.executable, "-c", CALLER, given, amazon.url, order],
        timeout=60,
        cwd=contracts.ROOT,
    )
    assert done.returncode == -9
    assert amazon.wait_crash(number)["killed"]


def test_a_mix_of_faults_is_survived_by_trying_again(amazon, seller, library):
    amazon.post(f"sellers/{seller['name']}/settings", enforce_rates=False)
    amazon.fault(mix=0.3, seed=3, seconds=0.01)
    bad = 0
    for _call in range(60):
        try:
            library(OrdersV20260101).search_orders(createdAfter=LONG_AGO)
        except (
            SellingApiException,
            AuthorizationError,
            httpx.TransportError,
            Refused,
            ValueError,
        ):
            bad += 1
    assert 10 < bad < 50


def test_sellers_survive_a_restart(tmp_path):
    file = tmp_path / "state.json"
    first = Server(Simulator(file)).start()
    control = ControlClient(first.url)
    made = control.post("sellers", name="kept", marketplaces=["DE"])
    control.post("sellers/kept/listings", products=2, quantity=3)
    control.post("sellers/kept/orders", lines=[{"sku": "SKU-0001"}], age=600)
    first.stop()
    second = Server(Simulator(file)).start()
    answer = bound(OrdersV20260101, made, second.url).search_orders(
        createdAfter=LONG_AGO
    )
    assert len(answer.payload["orders"]) == 1
    stock = ControlClient(second.url).get("sellers/kept/stock")["stock"]
    second.stop()
    assert stock["SKU-0001"]["merchant"] == 2


def test_the_consent_page_sends_back_with_a_code(amazon, seller):
    answer = requests.get(
        f"{amazon.url}/apps/authorize/consent",
        params={
            "application_id": seller["app"]["application_id"],
            "state": "s1",
            "redirect_uri": "http://hub.test/back",
        },
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(
        "http://hub.test/back?spapi_oauth_code="
    )
    assert f"selling_partner_id={seller['seller_id']}" in answer.headers["Location"]


def test_the_command_line(tmp_path):
    command = [sys.executable, "-m", "tests.simulators.amazon", "--seller", "demo"]
    command += ["--products", "3", "--state-file", str(tmp_path / "state.json")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=contracts.ROOT
    ) as running:
        url = running.stdout.readline().split()[-1]
        stock = ControlClient(url).get("sellers/demo/stock")["stock"]
        running.terminate()
    assert len(stock) == 3
