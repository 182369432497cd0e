"""Canary secrets appear nowhere: no dump, log, job, export or answer has them."""

import os
import subprocess
from types import SimpleNamespace

import pytest

from hub import postgres_bin
from hub.server import RpcError
from tests.harness import canary, channel, quiet, world as worlds
from tests.simulators.generator import World, generate_orders

SHOP = "canary"
SECRET = "shpss/canary+client secret&42=="
WORLD = World(stock=50)


@pytest.fixture(scope="module")
def used(hub, simulator):
    """A channel that has done everything, some of it wrongly, and all its secrets."""
    control = simulator.control
    app = {"client_id": "canary-app", "client_secret": SECRET}
    shop = worlds.open_shop(control, SHOP, WORLD, app=app)
    worlds.prepare_odoo(hub, WORLD)
    channel_id = channel.connect(hub, shop, stock_fuse=0)
    for fault in ("http_500", "not_json", "expired_token", "lost_answer"):
        control.fault(fault=fault, limit=2, shops=[SHOP])
    control.fault(fault="http_500", limit=1, operations=["token"], shops=[SHOP])
    for order in generate_orders(3, 5, WORLD, ["ordinary"]):
        control.place(SHOP, order.spec)
    control.post("webhooks", bad_signature=1.0)
    control.order(SHOP, "#1001", "touch")
    quiet.wait_quiet(hub, also=lambda: control.get("status")["deliveries_pending"] > 0)
    secrets = {"client secret": SECRET}
    for number, token in enumerate(control.get(f"shops/{SHOP}/tokens")["tokens"]):
        secrets[f"token {number}"] = token
    assert len(secrets) > 1
    return SimpleNamespace(hub=hub, channel_id=channel_id, secrets=secrets)


def dump(hub):
    command = [postgres_bin.program("pg_dump"), "--inserts", hub.database]
    environment = {**os.environ, **hub.machine.server.environment()}
    return subprocess.run(
        command, env=environment, capture_output=True, check=True
    ).stdout


def test_neither_in_the_database_nor_in_the_logs(used):
    places = {"dump": dump(used.hub), "log": used.hub.log.read_bytes()}
    assert b"channel_secret" in places["dump"]
    assert not canary.leaks(places, used.secrets)


def test_neither_in_exports_nor_in_answers(used):
    """What an administrator can read and export of every model of ours, and of jobs."""
    models = used.hub.sql(
        "SELECT model FROM ir_model WHERE NOT abstract AND NOT transient"
        " AND (starts_with(model, 'channel.') OR model = 'queue.job')"
    )
    seen = {}
    for (model,) in models:
        try:
            fields = list(used.hub.call(model, "fields_get", [], ["type"]))
            ids = used.hub.call(model, "search", [], limit=200)
        except RpcError:
            continue  # not for administrators either
        read = used.hub.call(model, "read", ids, [])
        exported = used.hub.call(model, "export_data", ids, fields)
        seen[model] = repr((read, exported)).encode()
    assert b"canary-app" in seen["channel.channel"], "nothing was read"
    assert not canary.leaks(seen, used.secrets)
