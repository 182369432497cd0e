"""Crash points kill or hold exactly the call they are armed for."""

import os
import subprocess
import sys
import threading

import pytest

from .crash import CrashPoints
from .documents import TAG, adjust, available, order_of
from .real_client import ShopifyClient

CALLER = """
import sys
from tests.simulators.documents import TAG
from tests.simulators.real_client import ShopifyClient
client = ShopifyClient(sys.argv[1], sys.argv[2])
client.data(TAG, id=sys.argv[3])
print("answered", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("point", "happened"),
    [("before_effect", False), ("after_effect", True), ("after_answer", True)],
)
def test_crash_points_kill_the_process_that_called(made, control, point, happened):
    placed = control.place(made["name"], order_of(made))[0]
    number = control.arm("tagsAdd", point)
    process = subprocess.Popen(
        [sys.executable, "-c", CALLER, made["url"], made["token"], placed["id"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        hit = control.wait_crash(number)
        assert hit["killed"] == process.pid
        assert process.wait(10) == -9
        if point != "after_answer":
            assert process.stdout.read() == b""
    finally:
        process.kill()
        process.communicate()
    tags = control.state(made["name"])["orders"][placed["name"]]["tags"]
    assert (tags == ["seen"]) == happened


def test_a_held_call_waits_for_its_release(made, control, client):
    number = control.arm("tagsAdd", "before_effect", action="hold")
    placed = control.place(made["name"], order_of(made))[0]
    patient = ShopifyClient(made["url"], made["token"])
    caller = threading.Thread(
        target=patient.data, args=(TAG,), kwargs={"id": placed["id"]}
    )
    caller.start()
    assert control.wait_crash(number)["reached"]
    assert control.state(made["name"])["orders"][placed["name"]]["tags"] == []
    control.post(f"crash/{number}/release")
    caller.join(10)
    assert control.state(made["name"])["orders"][placed["name"]]["tags"] == ["seen"]


def test_a_key_in_use_is_busy(made, control, client):
    number = control.arm("inventoryAdjustQuantities", "before_effect", action="hold")
    patient = ShopifyClient(made["url"], made["token"])
    caller = threading.Thread(target=adjust, args=(patient, made, 1, "same"))
    caller.start()
    assert control.wait_crash(number)["reached"]
    _status, _headers, body = adjust(client, made, key="same")
    (problem,) = body["data"]["inventoryAdjustQuantities"]["userErrors"]
    assert problem["code"] == "IDEMPOTENCY_CONCURRENT_REQUEST"
    control.post(f"crash/{number}/release")
    caller.join(10)
    assert available(control, made) == 11


def test_a_point_that_finds_nobody_waits_for_the_next_call():
    points = CrashPoints()
    armed = points.arm(operation="tagsAdd", point="after_effect")
    met = points.armed("shop", "tagsAdd")["after_effect"]
    points.meet(met, None)
    assert not armed.reached.is_set()
    assert points.armed("shop", "tagsAdd") == {"after_effect": armed}


def test_this_process_is_never_killed(control, made, client):
    control.arm("shop", "before_effect", pid=os.getpid())
    assert client.execute("{ shop { id } }")[0] == 200
