"""Weeks of lost webhooks, and nobody polls: one night's reconciliation finds it all.

Every stream differs, calls fail, and workers are killed while they read. In the end
both sides are equal, and the report says what was done and what is left to people.
"""

from types import SimpleNamespace

import pytest

from tests.harness import channel, compare, quiet, shipping, world as worlds
from tests.harness.medic import Medic
from tests.simulators.generator import World
from tests.simulators.generator.world import Product

SHOP = "night"
SKUS = [f"N-{number}" for number in range(1, 8)]
NIGHT = World(
    products=tuple(
        Product(sku=sku, title=f"Night {sku}", price="10.00") for sku in SKUS
    ),
    stock=50,
)
# the reading of each stream is cut off once, behind its answer and before the commit
KILLED = ("orders", "productVariants")
CRON = "env['channel.channel']._cron_reconcile()\nenv.cr.commit()"
RUNS = """
    SELECT stream, state, compared, repaired, issue_count FROM channel_reconciliation
     WHERE id IN (SELECT max(id) FROM channel_reconciliation GROUP BY stream)
"""
LINES = """
    SELECT run.stream, line.cause, line.outcome, count(*)
      FROM channel_reconciliation_line line
      JOIN channel_reconciliation run ON run.id = line.run_id
     WHERE run.id IN (SELECT max(id) FROM channel_reconciliation GROUP BY stream)
     GROUP BY 1, 2, 3
"""


class Night:
    """A shop with orders that both sides know, until nobody tells the hub any more."""

    def __init__(self, hub, control):
        self.hub, self.control = hub, control
        worlds.prepare_odoo(hub, NIGHT)
        made = worlds.open_shop(control, SHOP, NIGHT)
        self.channel_id = channel.connect(hub, made, stock_fuse=0)
        self.quiet()
        names = ("cancelled", "refunded", "there", "deleted", "booked", "untold")
        self.orders = {name: self.place("N-1", 2) for name in names}
        self.quiet()

    def place(self, sku, quantity):
        spec = {"lines": [{"variant": sku, "quantity": quantity}], "payment": "paid"}
        return self.control.place(SHOP, spec)[0]

    def quiet(self, medic=None):
        quiet.wait_quiet(
            self.hub,
            also=lambda: self.control.get("status")["deliveries_pending"] > 0
            or bool(medic and medic.busy()),
        )

    def digits(self, name):
        return self.orders[name]["id"].rpartition("/")[2]

    def act(self, name, action, **options):
        self.control.order(SHOP, self.orders[name]["name"], action, **options)

    # --- what nobody tells the hub ----------------------------------------------------

    def change_orders(self):
        self.orders["lost"] = self.place("N-2", 3)
        self.act("cancelled", "cancel")
        self.act("refunded", "refund", lines=[{"line": "N-1", "quantity": 1}])
        self.act("there", "fulfil")
        self.act("deleted", "delete")
        # what lists show late is not asked for
        self.hub.sql(
            "UPDATE channel_order SET revised_at = revised_at - interval '1 hour'"
            " WHERE external_id = %s",
            (self.digits("deleted"),),
        )

    def change_catalogue(self):
        self.control.post(
            f"shops/{SHOP}/variants", sku="N-3", title="By day", price="12.50"
        )
        self.control.post(f"shops/{SHOP}/variants", sku="N-5", sku_there="N-6")
        items = [{"title": "New", "variants": [{"sku": "N-NEW", "price": "1.00"}]}]
        self.control.post(f"shops/{SHOP}/catalogue", items=items)
        gone = self.hub.sql(
            "SELECT external_product_id FROM channel_listing WHERE sku = 'N-7'"
        )[0][0]
        self.control.post(
            f"shops/{SHOP}/products/delete", id=f"gid://shopify/Product/{gone}"
        )
        self.control.post(f"shops/{SHOP}/stock", sku="N-4", available=99)

    def change_here(self):
        """An invoice is cancelled, and a shipment is never told."""
        ((move_id,),) = self.hub.sql(
            "SELECT move.id FROM account_move move"
            "  JOIN channel_order ON channel_order.id = move.channel_order_id"
            " WHERE channel_order.external_id = %s",
            (self.digits("booked"),),
        )
        self.hub.call("account.move", "button_draft", [move_id])
        self.hub.call("account.move", "button_cancel", [move_id])
        flow = "UPDATE channel_channel SET shipment_flow = %s"
        self.hub.sql(flow, ("off",))
        ((_order, picking_id),) = shipping.waiting(self.hub, [self.digits("untold")])
        shipping.ship(self.hub, picking_id, "TRACK-1")
        self.quiet()
        self.hub.sql(flow, ("on",))

    # --- what the night finds ---------------------------------------------------------

    def reconcile(self, *killed):
        points = [
            self.control.arm(operation, "after_answer", shop=SHOP)
            for operation in killed
        ]

        def kills():
            return sum(
                bool(self.control.get(f"crash/{one}")["killed"]) for one in points
            )

        with Medic(self.hub, kills) as medic:
            self.hub.shell(CRON)
            self.quiet(medic)
        runs = self.hub.sql(RUNS)
        return SimpleNamespace(
            kills=kills(),
            runs={stream: rest for stream, *rest in runs},
            lines={tuple(row[:3]): row[3] for row in self.hub.sql(LINES)},
            books=compare.Books(self.hub, self.channel_id),
        )


@pytest.fixture(scope="module")
def night(hub, simulator):
    night = Night(hub, simulator.control)
    simulator.control.post("webhooks", lost=1.0)
    night.change_orders()
    night.change_catalogue()
    night.change_here()
    simulator.control.fault(mix=0.05, seed=11, seconds=channel.READ_TIMEOUT + 1)
    night.first = night.reconcile(*KILLED)
    simulator.control.post("faults/clear")
    night.second = night.reconcile()
    return night


def test_workers_were_killed_while_they_read(night):
    assert night.first.kills == len(KILLED)


def test_all_streams_have_ended(night):
    streams = {"orders", "fulfilments", "refunds", "listings", "quantities"}
    for report in (night.first, night.second):
        assert set(report.runs) == streams
        assert {state for state, *_rest in report.runs.values()} <= {
            "equal",
            "different",
        }


def test_orders_are_what_the_channel_says(night):
    lines = night.first.lines
    assert lines["orders", "missing", "repaired"] == 1
    assert lines["orders", "differs", "repaired"] >= 3
    assert lines["orders", "gone", "issue"] == 1
    states = dict(night.hub.sql("SELECT external_id, state FROM channel_order"))
    assert states[night.digits("lost")] == "imported"
    assert states[night.digits("cancelled")] == "cancelled"


def test_shipments_are_told(night):
    lines = night.first.lines
    assert lines["fulfilments", "not_told", "repaired"] == 1
    assert lines["fulfilments", "shipped_there", "issue"] == 1
    orders = night.control.get(f"shops/{SHOP}/orders")["orders"]
    told = orders[night.orders["untold"]["name"]]
    assert [line["fulfilled"] for line in told["lines"]] == [2]
    assert len(told["fulfillments"]) == 1


def test_books_are_as_charged(night):
    assert night.first.lines["refunds", "books", "repaired"] >= 1
    books, booked = night.second.books, night.digits("booked")
    posted = [one for one in books.invoices[booked] if one[0] == "posted"]
    assert [(one[1], one[2]) for one in posted] == [("paid", 20)]
    credited = compare.credited(night.hub, night.channel_id)
    total, _tax, settled, paid = credited[night.digits("refunded")]
    assert (total, settled, paid) == (10, True, 10)


def test_the_catalogue_is_the_channel_s(night):
    lines = night.first.lines
    assert lines["listings", "missing", "repaired"] == 1
    assert lines["listings", "gone", "repaired"] == 1
    assert lines["listings", "product", "issue"] == 1
    listings = {
        sku: (name, price, state)
        for sku, name, price, state in night.hub.sql(
            "SELECT sku, name, price, state FROM channel_listing"
        )
    }
    assert listings["N-3"] == ("By day", 12.5, "active")
    assert listings["N-7"][2] == "gone"
    assert "N-NEW" in listings


def test_quantities_are_set_again(night):
    assert night.first.lines["quantities", "quantity", "repaired"] >= 1
    shown = compare.shown(night.control, SHOP)
    here = compare.available(night.hub, night.channel_id)
    assert shown["N-4"] == here["N-4"] == 50
    assert {sku: shown[sku] for sku in ("N-1", "N-2", "N-3")} == {
        sku: here[sku] for sku in ("N-1", "N-2", "N-3")
    }


def test_what_is_left_to_people_is_told_once(night):
    streams = night.hub.sql(
        "SELECT split_part(subject, ':', 1) FROM channel_issue"
        " WHERE state = 'open' AND kind = 'reconcile' ORDER BY 1"
    )
    assert streams == [("listings",), ("orders",)]


def test_the_second_night_finds_all_equal(night):
    """But for what our own telling has changed there, and what waits for people."""
    repaired = {
        key: count for key, count in night.second.lines.items() if key[2] == "repaired"
    }
    assert set(repaired) <= {("orders", "differs", "repaired")}
    runs = night.second.runs
    assert runs["quantities"][0] == runs["refunds"][0] == "equal"
    summary = night.hub.call(
        "channel.reconciliation",
        "search_read",
        [("stream", "=", "refunds")],
        ["summary"],
        limit=1,
    )[0]["summary"]
    compared = runs["refunds"][1]
    assert "in sync" in summary
    assert f"{compared} compared, 0 repaired" in summary


def test_no_job_failed(night):
    assert not quiet.failed_jobs(night.hub)
