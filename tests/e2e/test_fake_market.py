"""A marketplace that nothing in the hub knows of goes the whole way.

It has no webhooks, no compare-and-set, two offers of one product, results by a ticket,
and ids that change on payment.
"""

import json
import os
import subprocess
from types import SimpleNamespace

import pytest

from hub import postgres_bin
from tests.harness import canary, quiet
from tests.simulators import fake_market

ACCOUNT = "bazaar"
PASSWORD = "open sesame/4+2="

PREPARE = """
env["channel.channel"].search([]).unlink()
stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
for sku, quantity in (("TEA", 40), ("POT", 25)):
    product = env["product.product"].create({{
        "name": sku, "default_code": sku, "is_storable": True, "taxes_id": [(5,)],
    }})
    env["stock.quant"].with_context(inventory_mode=True).create({{
        "product_id": product.id, "location_id": stock.id,
        "inventory_quantity": quantity,
    }}).action_apply_inventory()
channel = env["channel.channel"].create({{
    "name": "Bazaar", "provider": "fake", "account": {account!r}, "base_url": {url!r},
    "import_from": "2020-01-01 00:00:00", "import_payment": "paid", "stock_fuse": 100,
}})
channel.fake_password = {password!r}
env.cr.commit()
channel.action_connect()
channel.action_import_catalogue()
env.cr.commit()
print("channel", channel.id)
"""

SHIP = """
sale = env["sale.order"].search([("channel_order_id.external_id", "=", {order!r})])
picking = sale.picking_ids
picking.carrier_tracking_ref = "TRACK-1"
for move in picking.move_ids:
    move.quantity = move.product_uom_qty
picking.move_ids.picked = True
picking.button_validate()
env.cr.commit()
"""


@pytest.fixture(scope="module")
def bazaar(hub):
    """The connected account with its catalogue imported, and both sides of it."""
    with fake_market.serving(ACCOUNT, password=PASSWORD) as (url, services):
        service = services[ACCOUNT]
        market = service.market
        offers = SimpleNamespace(
            tea=market.offer("TEA"),
            tea_again=market.offer("TEA"),
            pot=market.offer("POT"),
        )
        code = PREPARE.format(account=ACCOUNT, url=url, password=PASSWORD)
        channel_id = int(hub.shell(code).rsplit("channel ", 1)[1])
        quiet.wait_quiet(hub)
        yield SimpleNamespace(
            hub=hub, market=market, service=service, offers=offers, id=channel_id
        )


def poll(bazaar):
    bazaar.hub.call("channel.channel", "action_import_orders", [bazaar.id])
    quiet.wait_quiet(bazaar.hub)


def shown(bazaar):
    """What customers see, by offer."""
    return {
        listing: quantity for (listing, _p), quantity in bazaar.market.levels.items()
    }


def test_quantities_are_shown_at_once(bazaar):
    offers = bazaar.offers
    assert shown(bazaar) == {
        offers.tea.external_id: 40,
        offers.tea_again.external_id: 40,
        offers.pot.external_id: 25,
    }


def test_orders_become_documents_and_lower_all_offers(bazaar):
    market, offers = bazaar.market, bazaar.offers
    basket = market.place(
        market.line(offers.tea, 3), market.line(offers.pot), paid=False
    )
    market.place(market.line(offers.tea_again, 2, price="7.50"))
    poll(bazaar)
    assert bazaar.hub.sql(
        "SELECT state, count(*) FROM channel_order GROUP BY state ORDER BY state"
    ) == [("imported", 1), ("pending", 1)]
    # both count from the moment they are known, whoever offers it
    assert shown(bazaar) == {
        offers.tea.external_id: 35,
        offers.tea_again.external_id: 35,
        offers.pot.external_id: 24,
    }
    market.pay(basket.external_id)
    poll(bazaar)
    rows = bazaar.hub.sql(
        """
        SELECT o.external_id, o.state, s.state, m.state, m.payment_state, m.amount_total
          FROM channel_order o JOIN sale_order s ON s.id = o.sale_order_id
          JOIN account_move m ON m.invoice_origin = s.name
         ORDER BY m.amount_total
        """
    )
    assert [row[1:4] for row in rows] == [("imported", "sale", "posted")] * 2
    assert {row[4] for row in rows} <= {"paid", "in_payment"}
    assert [float(row[5]) for row in rows] == [15.0, 40.0]
    assert rows[1][0] == basket.external_id.replace("basket", "order")
    assert shown(bazaar)[offers.tea.external_id] == 35


def test_shipments_are_confirmed(bazaar):
    order_id = next(iter(bazaar.market.orders))
    bazaar.hub.shell(SHIP.format(order=order_id))
    quiet.wait_quiet(bazaar.hub)
    (shipment,) = bazaar.market.shipments.values()
    assert shipment.order == order_id
    assert [parcel.tracking_number for parcel in shipment.parcels] == ["TRACK-1"]
    assert bazaar.market.orders[order_id].fulfilment_state.value == "fulfilled"


def test_nothing_is_left_to_be_fixed(bazaar):
    issues = bazaar.hub.sql(
        "SELECT kind, message FROM channel_issue WHERE state = 'open'"
    )
    assert issues == []


def test_one_token_serves_many_calls(bazaar):
    calls = bazaar.market.calls
    assert calls["token"] < sum(calls.values()) / 3


def test_secrets_show_nowhere(bazaar):
    """Neither in a dump (jobs and sync log included), nor in logs, nor to a browser."""
    hub = bazaar.hub
    read = hub.call("channel.channel", "read", [bazaar.id])
    columns = ["name", "fake_password", "secret_names"]
    exported = hub.call("channel.channel", "export_data", [bazaar.id], columns)
    places = {
        "dump": dump(hub),
        "log": hub.log.read_bytes(),
        "read": json.dumps(read).encode(),
        "export": json.dumps(exported).encode(),
    }
    assert b"channel_sync_log" in places["dump"]
    assert b"password" in places["export"]
    tokens = dict(enumerate(bazaar.service.tokens))
    assert canary.leaks(places, {"password": PASSWORD, **tokens}) == []


def dump(hub):
    """The whole database as text."""
    command = [postgres_bin.program("pg_dump"), hub.database]
    environment = {**os.environ, **hub.machine.server.environment()}
    return subprocess.run(
        list(map(str, command)), env=environment, check=True, stdout=subprocess.PIPE
    ).stdout


def test_a_form_never_gets_back_what_was_typed(bazaar):
    """The web client saves and reads back in one call."""
    changes = {"fake_password": PASSWORD + " anew", "name": "Bazaar"}
    answer = bazaar.hub.call(
        "channel.channel",
        "web_save",
        [bazaar.id],
        changes,
        specification={"fake_password": {}, "secret_names": {}},
    )
    assert answer[0]["fake_password"] is False
    assert answer[0]["secret_names"] == "password"
