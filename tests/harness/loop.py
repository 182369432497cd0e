"""One shop's orders through the whole loop: placed, changed, shipped, and read back."""

import time

from tests.simulators.faults import BATCHES, ROWS
from tests.simulators.generator import World, generate_orders, manifest

from . import channel, compare, quiet, refunding, shipping, world as worlds
from .log import ServerLog
from .person import call, insist

HANG_SECONDS = channel.READ_TIMEOUT + 1  # of calls that hang: the client gives up
CHANNELS = "channel.channel"
COUNTED = ("TEE-S", "MUG-01", "SOAP")  # products whose stock is counted meanwhile
REFUNDS = 4  # orders that are refunded in Odoo
FIRST_COUNT, SECOND_COUNT = +7, -3  # units


class Loop:
    """Leads generated orders through a hub and keeps what it saw on the way.

    :param hub: a running hub. :param control: the simulator's ``ControlClient``.
    :param shop: name of a new shop. :param seed: of all that is drawn.
    :param orders: how many.
    """

    def __init__(self, hub, control, shop, seed, orders):
        self.hub, self.control, self.shop = hub, control, shop
        self.seed, self.world = seed, World()
        self.orders = generate_orders(seed, orders, self.world)
        self.stored = {one.sku for one in self.world.shippable()}
        self.seconds = {}

    def open(self):
        """Open the shop, tell Odoo of its world, connect both."""
        opened = worlds.open_shop(self.control, self.shop, self.world)
        worlds.prepare_odoo(self.hub, self.world)
        self.channel_id = channel.connect(self.hub, opened, refund_flow="on")
        quiet.wait_quiet(self.hub, also=self.busy)

    def trouble(self, rate):
        """From now on calls fail, and webhooks come thrice, late and in any order.

        :param rate: share of the calls that fail.
        """
        self.rate = rate
        self.control.post("log/reset")
        self.control.fault(
            mix=rate, seed=self.seed, seconds=HANG_SECONDS, shops=[self.shop]
        )
        self.control.post(
            "webhooks", duplicate=3, shuffle=3.0, bad_signature=0.05, seed=self.seed
        )

    def run(self, medic, seconds=300):
        """Place all orders, change some, ship most.

        :param medic: the ``Medic`` on duty. :param seconds: within which it must become
            quiet after each part.
        """
        self._medic, self._patience = medic, seconds
        self.rows = manifest(self.orders, self._place())
        self._count(FIRST_COUNT)
        self._wait("orders")
        self.first = compare.Books(self.hub, self.channel_id)
        self._strike_all()
        self._count(SECOND_COUNT)
        self._change()
        self._wait("changes")
        self.after = compare.Books(self.hub, self.channel_id)
        plain = [row["id"] for row in self.rows if not final(row)["issues"]]
        self.shipped = shipping.ship_all(self.hub, plain, self.seed)
        self._wait("shipments")
        self.refunded = refunding.refund_some(self.hub, self._gone(), REFUNDS)
        self._wait("refunds")
        self.faults = self.control.get("faults")["faults"]
        self.outcomes = self.control.get("log", last=1)["outcomes"]
        self.log = ServerLog(self.hub.log)
        print(
            {name: round(took) for name, took in self.seconds.items()},
            f"sweeps: {medic.sweeps}",
            self.outcomes,
        )

    def _gone(self):
        """Orders all of whose goods have left, and none of which came back."""
        return [
            row["id"]
            for row in self.rows
            if not row["scenario"].startswith("refunded")
            and (fates := self.shipped.get(row["id"]))
            and all(number and not keep for number, keep in fates)
        ]

    def busy(self):
        """Whether webhooks are still to be delivered."""
        return self.control.get("status")["deliveries_pending"] > 0

    def _wait(self, name):
        self.seconds[name] = quiet.wait_quiet(
            self.hub,
            seconds=self._patience,
            also=lambda: self.busy() or self._medic.busy(),
        )

    def _place(self, per_second=10):
        """Place orders as they come in on a busy day.

        Early on somebody asks for orders and for the catalogue; all that comes later is
        left to webhooks.
        """
        placed = []
        for number, order in enumerate(self.orders):
            if number == len(self.orders) // 10:
                call(self.hub, CHANNELS, "action_import_orders", [self.channel_id])
                call(self.hub, CHANNELS, "action_import_catalogue", [self.channel_id])
            placed += self.control.place(self.shop, order.spec)
            for action, options in order.at_once:
                self.control.order(self.shop, placed[-1]["name"], action, **options)
            if number % per_second == per_second - 1:
                time.sleep(1)
        return placed

    def _change(self):
        for order, row in zip(self.orders, self.rows, strict=True):
            for action, options in order.later:
                self.control.order(self.shop, row["name"], action, **options)

    def _strike_all(self):
        """Let every kind of fault that chance has spared strike once."""
        for rule in self.control.get("faults")["faults"]:
            if not rule["hits"]:
                where = BATCHES if rule["fault"] in ROWS else ("query", "mutation")
                self.control.fault(
                    fault=rule["fault"],
                    limit=1,
                    operations=sorted(where),
                    shops=[self.shop],
                    seconds=HANG_SECONDS,
                )

    def _count(self, units):
        """Count some products anew: quantities that only Odoo knows, so they are
        pushed."""
        for sku in COUNTED:
            self._count_one(sku, units)

    def _count_one(self, sku, units):
        quant_id, before = self._on_hand(sku)
        values = {"inventory_quantity": before + units}
        call(self.hub, "stock.quant", "write", [quant_id], values)
        insist(
            lambda: self.hub.call("stock.quant", "action_apply_inventory", [quant_id]),
            lambda: self._on_hand(sku)[1] == before + units,
        )

    def _on_hand(self, sku):
        """Id and units of a product's stock in the warehouse."""
        (found,) = self.hub.sql(
            "SELECT quant.id, quant.quantity::int FROM stock_quant quant"
            "  JOIN product_product product ON product.id = quant.product_id"
            "  JOIN stock_location location ON location.id = quant.location_id"
            " WHERE product.default_code = %s AND location.usage = 'internal'",
            (sku,),
        )
        return found


def first(row):
    """What a row of the manifest expects before anything is changed."""
    return row["expected"]


def final(row):
    """What it expects in the end."""
    return row["after"] or row["expected"]
