"""A copy of the database never touches a live shop."""

import subprocess
from types import SimpleNamespace

import pytest

from hub import keys, paths
from hub.process import wait_until
from hub.server import Hub
from tests.harness import channel, quiet, webhook, world as worlds
from tests.harness.log import ServerLog
from tests.simulators.generator import World

SHOP = "original"
WORLD = World(stock=50)
STIR = """
quants = env["stock.quant"].with_context(inventory_mode=True).search(
    [("location_id.usage", "=", "internal")])
for quant in quants:
    quant.inventory_quantity = quant.quantity + 5
quants.action_apply_inventory()
channel = env["channel.channel"].search([])
env["channel.sweeper"]._run()
channel._cron_poll()
channel._cron_daily()
env.cr.commit()
print("state", channel.state)
"""
DUPLICATE = """
import sys
from odoo.tools import config
config.parse_config(["-c", sys.argv[1]])
from odoo.service import db
old, new, neutralize = sys.argv[2:]
db.exp_duplicate_database(old, new, neutralize_database=neutralize == "True")
"""


@pytest.fixture(scope="module")
def live(hub, simulator):
    """A connected channel whose server is stopped: the hub, the channel, the shop."""
    shop = worlds.open_shop(simulator.control, SHOP, WORLD)
    worlds.prepare_odoo(hub, WORLD)
    channel_id = channel.connect(hub, shop, stock_fuse=0)
    quiet.wait_quiet(hub)
    hub.stop()
    return SimpleNamespace(
        database=hub.database,
        channel_id=channel_id,
        shop=shop,
        control=simulator.control,
    )


def stir(copy, live):
    """Change stock, ring all bells, deliver a webhook: the shop hears nothing of it.

    :return: the channel's state.
    """
    live.control.post("log/reset")
    printed = copy.shell(STIR)
    ring_the_door(copy, live)
    quiet_enough = {"events", "intents", "levels to compute", "orders to import"}
    left = set(quiet.open_rows(copy))
    assert left <= quiet_enough | {"jobs"}, left
    jobs = copy.sql(
        "SELECT method_name FROM queue_job WHERE state NOT IN ('done', 'cancelled')"
    )
    wait_for_jobs(copy)
    assert live.control.get("log", last=1)["counts"] == {}, jobs
    return printed.rsplit("state ", 1)[1].strip()


def ring_the_door(copy, live):
    """Deliver what the live database would take in: the copy says that it is none, so
    that the shop sends it again, and keeps nothing."""
    events = "SELECT count(*) FROM channel_event"
    before = copy.sql(events)
    answer = webhook.deliver(copy, live.channel_id, live.shop, {"id": 1})
    assert answer.status_code == 503
    assert not answer.content
    assert copy.sql(events) == before
    said = f"Webhook of channel {live.channel_id}: "
    assert [text for text in ServerLog(copy.log).errors() if said in text]


def wait_for_jobs(copy):
    """Let the runner do what it was asked for; the rows stay as they are."""
    unfinished = (
        "SELECT count(*) FROM queue_job WHERE state NOT IN ('done', 'cancelled')"
    )

    def finished():
        return copy.sql(unfinished) == [(0,)]

    assert wait_until(finished, seconds=60, every=0.5)


def test_restored_under_its_own_name_beside_another_key_file(
    live, machine, tmp_path, monkeypatch
):
    other = keys.ensure(tmp_path / "other.key")
    monkeypatch.setenv("CHANNEL_BASE_KEY_FILE", str(other))
    with Hub(machine, live.database) as copy:
        assert stir(copy, live) == "paused"
        (issue,) = copy.sql(
            "SELECT kind, message FROM channel_issue WHERE state = 'open'"
        )
        assert issue[0] == "identity"
        assert str(other) in issue[1], "it does not say which file is wrong"


@pytest.mark.parametrize("neutralize", [False, True])
def test_duplicated_by_odoo(live, machine, neutralize):
    name = f"{live.database}_copy"
    machine.databases.drop(name)
    conf = Hub(machine, live.database, options={"list_db": True}).conf
    arguments = [conf, live.database, name, neutralize]
    subprocess.run(
        [str(one) for one in (paths.python(), "-c", DUPLICATE, *arguments)],
        env=machine.source.environment(),
        check=True,
    )
    try:
        with Hub(machine, name) as copy:
            if neutralize:
                copy.sql("UPDATE ir_cron SET active = false")
            assert stir(copy, live) == "paused"
            if neutralize:
                assert copy.sql("SELECT count(*) FROM channel_secret") == [(0,)]
                assert copy.sql("SELECT count(*) FROM channel_token") == [(0,)]
    finally:
        machine.databases.drop(name)
