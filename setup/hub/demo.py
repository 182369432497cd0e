"""The demo: an empty Odoo meets a running shop, and orders of many shapes come in.

It goes on where it was interrupted; once finished, it is not played again.
"""

import time
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

from tests.harness import channel as channels, quiet, shipping, world as worlds
from tests.simulators.generator import World, generate_orders

from . import demo_later, demo_return, progress
from .errors import SetupError
from .server import Hub
from .simulator import Simulator

SHOP = "demo"
SEED = 19
ORDERS = 60
PER_SECOND = 5
STOCK = 500
RECEIVED = 40  # units of some products that come in while orders are processed
REPORT_EVERY = 3.0  # seconds

COUNTS = """
    SELECT (SELECT count(*) FROM channel_order),
           (SELECT count(*) FROM channel_order WHERE state = 'imported'),
           (SELECT count(*) FROM account_move
             WHERE channel_order_id IS NOT NULL AND state = 'posted'
               AND move_type = 'out_invoice'),
           (SELECT count(*) FROM account_payment WHERE channel_order_id IS NOT NULL),
           (SELECT coalesce(sum(move.quantity), 0)::int
              FROM stock_move move
              JOIN sale_order_line line ON line.id = move.sale_line_id
              JOIN sale_order sale ON sale.id = line.order_id
              JOIN product_product product ON product.id = move.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE sale.channel_order_id IS NOT NULL
               -- goods that are kept in no stock are ready without being reserved
               AND template.is_storable
               AND move.state IN ('assigned', 'partially_available')),
           (SELECT count(*) FROM channel_push_item item
              JOIN channel_push_batch batch ON batch.id = item.batch_id
             WHERE batch.kind = 'stock' AND batch.verb = 'write'
               AND item.status = 'done'),
           (SELECT count(*) FROM channel_shipment WHERE state = 'done'),
           (SELECT count(*) FROM channel_issue WHERE state = 'open')
"""


@dataclass(frozen=True)
class Counts:
    """What there is in Odoo of the channels' work."""

    orders: int
    imported: int
    invoices: int
    payments: int
    reserved: int
    pushed: int
    shipments: int
    issues: int


def counts(hub: Hub) -> Counts:
    """Count it now."""
    return Counts(*hub.sql(COUNTS)[0])


def run(hub: Hub, simulator: Simulator) -> None:
    """Play the demo as far as it has not been played, and print what there is."""
    started = time.monotonic()
    world = World(stock=STOCK)
    shop = _shop(simulator, world)
    channel = _channel(hub, shop) or _connect(hub, shop, world)
    if channel["state"] == "connected" and channel["active"]:
        _follow_addresses(hub, shop, channel)
        _play(hub, simulator, world, channel)
    else:
        progress.say(f"{channel['name']} is stopped in Odoo: the demo leaves it alone")
    _summary(hub, time.monotonic() - started)


def _play(hub: Hub, simulator: Simulator, world: World, channel: dict) -> None:
    """What is left to be played."""
    begun = bool(simulator.control.state(SHOP)["orders"])
    if channel["stock_flow"] == "shadow" and not begun:
        _fill(hub, channel["id"])
    _place(hub, simulator, world)
    acts = {
        "received": _receive,
        "shipped": _ship,
        "later": _later,
        "returned": _returned,
    }
    for name, act in acts.items():
        played = simulator.folder / f"{name}.played"
        if not played.exists():
            act(hub, simulator)
            played.touch()


def _shop(simulator: Simulator, world: World) -> dict:
    """The simulated shop with its catalogue; made once."""
    if SHOP not in simulator.control.get("status")["shops"]:
        worlds.open_shop(simulator.control, SHOP, world)
    return {
        "name": SHOP,
        "domain": simulator.control.state(SHOP)["domain"],
        "url": f"{simulator.url}/shops/{SHOP}",
        # the simulator makes these for every shop
        "app": {"client_id": f"client-{SHOP}", "client_secret": f"secret-{SHOP}"},
    }


def _channel(hub: Hub, shop: dict) -> dict | None:
    """The demo channel, if it has been connected; never one of the user's own."""
    domain = [("account", "=", shop["domain"]), ("run_state", "!=", "draft")]
    fields = ["name", "active", "state", "base_url", "stock_flow"]
    found = hub.call(
        "channel.channel",
        "search_read",
        domain,
        fields,
        order="active DESC, id",
        limit=1,
        context={"active_test": False},
    )
    return found[0] if found else None


def _connect(hub: Hub, shop: dict, world: World) -> dict:
    """Connect the channel; nothing is sent until Odoo knows the stock."""
    with progress.step("company currency, currencies and taxes"):
        money = {name: getattr(world, name) for name in ("currency", "rates", "taxes")}
        worlds.prepare_odoo(hub, SimpleNamespace(**money, catalogue=list))
    with progress.step("connecting the channel, importing its catalogue"):
        channels.connect(hub, shop, stock_flow="shadow")
        _settle(hub)
    return _channel(hub, shop)


def _fill(hub: Hub, channel_id: int) -> None:
    """Make Odoo's products and opening stock from the shop, then let stock flow."""
    with progress.step("products from listings, opening stock from the shop"):
        listings = hub.call("channel.listing", "search", [])
        hub.call("channel.listing", "action_create_product", listings)
        progress.say(f"{len(listings)} products made")
        hub.call("channel.channel", "action_count_stock", [channel_id])
        _settle(hub)
        progress.say("opening stock counted")
        hub.call("channel.channel", "write", [channel_id], {"stock_flow": "on"})
        _settle(hub)


def _follow_addresses(hub: Hub, shop: dict, channel: dict) -> None:
    """Tell a channel of last time where shop and Odoo are now."""
    parameters = "ir.config_parameter"
    moved = hub.call(parameters, "get_param", "web.base.url") != hub.url
    if channel["base_url"] != shop["url"]:
        values = {"base_url": shop["url"]}
        hub.call("channel.channel", "write", [channel["id"]], values)
        moved = True
    if moved:
        hub.call(parameters, "set_param", "web.base.url", hub.url)
        hub.call("channel.channel", "action_check_connection", [channel["id"]])


def _place(hub: Hub, simulator: Simulator, world: World) -> None:
    """Place the orders that are not placed yet, as they come in on a busy day."""
    control = simulator.control
    there = len(control.state(SHOP)["orders"])
    orders = generate_orders(SEED, ORDERS, world)[there:]
    if not orders:
        return
    with progress.step(f"{len(orders)} orders of many shapes"), _reports(hub) as report:
        for order in orders:
            (placed,) = control.place(SHOP, order.spec)
            for action, options in order.at_once:
                control.order(SHOP, placed["name"], action, **options)
            report()
            time.sleep(1 / PER_SECOND)
        _settle(hub, report)


def _receive(hub: Hub, _simulator: Simulator) -> None:
    """Count more of every other product than there was: the shop must hear of it."""
    stored = [("type", "=", "consu"), ("is_storable", "=", True)]
    products = hub.call("product.product", "search", stored)[::2]
    place = ("location_id.usage", "=", "internal")
    with progress.step("goods come in"), _reports(hub) as report:
        quants = hub.call(
            "stock.quant",
            "search_read",
            [("product_id", "in", products), place],
            ["quantity"],
        )
        for quant in quants:
            values = {"inventory_quantity": quant["quantity"] + RECEIVED}
            hub.call("stock.quant", "write", [quant["id"]], values)
        hub.call("stock.quant", "action_apply_inventory", [q["id"] for q in quants])
        _settle(hub, report)


def _ship(hub: Hub, _simulator: Simulator) -> None:
    """Ship most of what is ready; some in two parcels, a few not yet."""
    ready = [
        external_id
        for (external_id,) in hub.sql(
            "SELECT external_id FROM channel_order waiting WHERE state = 'imported'"
            # pre-orders are not shipped before their day
            " AND NOT EXISTS (SELECT FROM channel_order_line line"
            "                  WHERE line.order_id = waiting.id"
            "                    AND line.ship_after > now() AT TIME ZONE 'UTC')"
        )
    ]
    with progress.step("shipping most of them"), _reports(hub) as report:
        shipping.ship_all(hub, ready, SEED, also=report)
        _settle(hub, report)


def _later(hub: Hub, simulator: Simulator) -> None:
    """Orders are edited, cancelled, refunded and sent back."""
    title = "an edit, a cancellation, a refund, a return"
    with progress.step(title), _reports(hub) as report:
        for done in demo_later.play(hub, simulator.control, SHOP):
            progress.say(done)
        _settle(hub, report)


def _returned(hub: Hub, _simulator: Simulator) -> None:
    """One return is carried through to the money."""
    with progress.step("a return to its end"), _reports(hub) as report:
        for done in demo_return.play(hub, lambda: _settle(hub, report)):
            progress.say(done)


def _settle(hub: Hub, report=lambda: False) -> None:
    """Wait until Odoo has nothing left to do."""
    try:
        quiet.wait_quiet(hub, still=2.0, also=report, kinds=quiet.OPEN_NOW)
    except quiet.NotQuiet as error:
        raise SetupError(
            f"The demo is not through: {error}\nOdoo's log is {hub.log}. Run the same "
            "command again: it goes on where it stopped."
        ) from error


@contextmanager
def _reports(hub: Hub):
    """A function that prints a line of counts, every few seconds at most."""
    last = time.monotonic()

    def report() -> bool:
        nonlocal last
        if time.monotonic() - last > REPORT_EVERY:
            last = time.monotonic()
            now = counts(hub)
            progress.say(
                f"orders {now.orders}, imported {now.imported}, invoiced "
                f"{now.invoices}, quantities pushed {now.pushed}, shipments "
                f"{now.shipments}, issues {now.issues}"
            )
        return False

    yield report


def _summary(hub: Hub, seconds: float) -> None:
    now = counts(hub)
    print(
        f"""
  {now.orders:>6}  orders read from the shop, {now.imported} of them are sale orders
  {now.invoices:>6}  invoices posted, {now.payments} payments
  {now.reserved:>6}  units reserved for orders that have not left yet
  {now.pushed:>6}  quantities pushed to the shop
  {now.shipments:>6}  shipments confirmed to the shop
  {now.issues:>6}  issues that wait for a person: Channel Hub > Issues
  {seconds:>6.0f}  seconds""",
        flush=True,
    )
