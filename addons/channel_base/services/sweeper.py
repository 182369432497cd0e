from odoo import fields, models
from odoo.fields import Domain

from ..adapter.port import Capability
from ..adapter.webhook import Resource
from .push_kinds import KINDS

# What may have been written before a flow was put in shadow waits there, unless its
# answer can be asked for; all else goes on, or is taken back.
SHADOW_WORK = (
    Domain("ticket", "!=", False)
    | Domain("verb", "!=", "write")
    | Domain("attempt_ids", "=", False)
)


class ChannelSweeper(models.AbstractModel):
    """Makes the jobs that the rows ask for and that are not there: rows are the truth.

    Failed jobs count as lost; what fails again and again is tried ever more seldom.
    """

    _name = "channel.sweeper"
    _description = "Re-create Missing Jobs"

    def _run(self):
        """Each minute, for all channels."""
        mismatch = self.env["channel.identity"]._mismatch()
        if mismatch:
            self._report_copy(mismatch)
            return
        self.env["channel.issue"]._settle_all("identity")
        bells = self._bells(self.env["channel.channel"]._operating())
        self.env["channel.wakeup"]._now_many(bells, spare_failing=True)

    def _wake_channel(self, channel):
        """All that may have been left undone while a channel did not work."""
        channel = channel._as_worker()
        self = self.with_env(channel.env)
        ring = self.env["channel.wakeup"]._after_commit
        if channel._is_operating("order"):
            ring(channel, "_job_poll")
        if (
            channel._is_operating("return")
            and Capability.RETURNS in channel._capabilities()
        ):
            ring(channel, "_job_poll_returns")
        for target, method in self._bells(channel):
            ring(target, method)

    def _bells(self, channels):
        """What these channels' rows ask for, for addons to extend.

        :return: list of (record or model, job method).
        """
        operating = self.env["channel.channel"]._operating
        orders = channels & operating("order")
        stock = channels & operating("stock")
        shipments = channels & operating("shipment")
        refunds = channels & operating("refund")
        return [
            *self._events(channels, orders),
            *self._catalogues(channels),
            *self._customers(channels),
            *self._privacy(),
            *self._orders(orders),
            *self._stock(stock),
            *self._shipments(shipments),
            *self._refunds(refunds),
            *self._prices(channels & operating("price")),
            *self._returns(channels & operating("return")),
            *self._products(channels & operating("catalogue")),
            *self._warehouses(channels & operating("warehouse")),
            *self._buildings(channels & operating("warehouse")),
            *self._batches(channels),
            *self._reconciliations(channels),
        ]

    def _events(self, channels, orders):
        waiting = [("state", "=", "new")]
        others = [
            *waiting,
            ("resource", "not in", (Resource.ORDER.value, Resource.RETURN.value)),
        ]
        returns = [*waiting, ("resource", "=", Resource.RETURN.value)]
        orders_too = [*waiting, ("resource", "!=", Resource.RETURN.value)]
        ringing = self._channels("channel.event", orders_too, orders)
        ringing |= self._channels("channel.event", others, channels - orders)
        returning = channels & self.env["channel.channel"]._operating("return")
        ringing |= self._channels("channel.event", returns, returning)
        return [(channel, "_job_fetch") for channel in ringing]

    def _catalogues(self, channels):
        """Catalogues of which a part has been read."""
        started = [("stream", "=", "listings"), ("position", "not in", (False, ""))]
        reading = self._channels("channel.cursor", started, channels)
        return [(channel, "_job_import_catalogue") for channel in reading]

    def _customers(self, channels):
        """Customers of whom a part has been read, or who are to be taken over."""
        started = [("stream", "=", "customers"), ("position", "not in", (False, ""))]
        for channel in self._channels("channel.cursor", started, channels):
            yield channel, "_job_import_customers"
        customers = self.env["channel.customer"]
        if self._any(customers, [("state", "=", "new")], channels):
            yield customers, "_job_apply"

    def _privacy(self):
        """Privacy requests, also of channels that work no more."""
        requests = self.env["channel.privacy.request"]
        if requests.search([("state", "=", "new")], limit=1):
            yield requests, "_job_work"

    def _orders(self, channels):
        orders = self.env["channel.order"]
        wanted = ["|", ("state", "=", "new"), ("to_apply", "=", True)]
        if self._any(orders, wanted, channels):
            yield orders, "_job_import"
        if self._any(orders, [("accounting_state", "=", "ready")], channels):
            yield orders, "_job_account"

    def _stock(self, channels):
        dirty = self._any(
            self.env["channel.listing.level"], [("dirty", "=", True)], channels
        )
        if (
            dirty
            or self._unfolded("stock", channels)
            or self._intents("stock", channels)
        ):
            yield self.env["channel.listing.level"], "_job_prepare"

    def _shipments(self, channels):
        # in shadow they stay open
        sending = channels & channels._sending("shipment")
        told = self._any(
            self.env["channel.shipment"], [("state", "=", "open")], sending
        )
        unfolded = self._unfolded("shipment", channels)
        if told or unfolded or self._intents("shipment", channels):
            yield self.env["channel.push.batch"], "_job_prepare_shipments"

    def _refunds(self, channels):
        # in shadow they stay open
        sending = channels & channels._sending("refund")
        wanted = [("state", "=", "open"), ("move_id.state", "=", "posted")]
        told = self._any(self.env["channel.refund"], wanted, sending)
        if told or self._unfolded("refund", channels):
            yield self.env["channel.refund"], "_job_push"

    def _prices(self, channels):
        reading = self._channels(
            "channel.cursor",
            [("stream", "=", "price_check"), ("position", "not in", (False, ""))],
            channels,
        )
        for channel in reading:
            yield channel, "_job_check_prices"
        prices = self.env["channel.listing.price"]
        if (
            self._any(prices, [("dirty", "=", True)], channels)
            or self._any(prices, [("state", "=", "open")], channels._sending("price"))
            or self._unfolded("price", channels)
            or self._intents("price", channels)
        ):
            yield prices, "_job_prepare"

    def _returns(self, channels):
        returns = self.env["channel.return"]
        sending = channels & channels._sending("return")
        if (
            self._any(returns, [("to_apply", "=", True)], channels)
            or self._any(returns, [("push_state", "=", "open")], sending)
            or self._unfolded("return", channels)
            or self._intents("return", channels)
        ):
            yield returns, "_job_process"

    def _products(self, channels):
        open_ones = Domain("approved", "=", True) & Domain("dirty", "=", True)
        open_ones &= Domain("state", "in", ("open", "done", "error"))
        product = self.env["channel.product"]
        if (
            self._any(product, open_ones, channels)
            or self._unfolded("product", channels)
            or self._intents("content", channels)
        ):
            yield product, "_job_prepare_content"

    def _warehouses(self, channels):
        """Transfers that providers ship, and what they report of them."""
        orders = self.env["channel.shipping.order"]
        sending = channels & channels._sending("warehouse")
        waiting = Domain("state", "=", "queued") | Domain("cancel_state", "=", "wanted")
        if (
            self._any(orders, [("to_apply", "=", True)], channels)
            or self._any(orders, waiting, sending)
            or self._unfolded("shipping_order", channels)
            or self._unfolded("shipping_cancel", channels)
            or self.env["channel.shipping.collect"]._ready(channels)
        ):
            yield orders, "_job_work"

    def _buildings(self, channels):
        rows = self.env["channel.building.stock"]
        if self._any(rows, [("to_compare", "=", True)], channels):
            yield rows, "_job_compare"

    def _batches(self, channels):
        """Batches to be sent, and batches whose answer is to be asked for by now."""
        now = fields.Datetime.now()
        due = Domain("poll_at", "=", False) | Domain("poll_at", "<=", now)
        open_ones = Domain("state", "=", "pending") | Domain("state", "=", "sent") & due
        batches = self.env["channel.push.batch"]
        for kind, pushed in KINDS.items():
            working = channels & channels._operating(pushed.flow)
            on = working & channels._sending(pushed.flow)
            mine = Domain("channel_id", "in", on.ids)
            mine |= Domain("channel_id", "in", (working - on).ids) & SHADOW_WORK
            found = batches.search(Domain("kind", "=", kind) & mine & open_ones)
            for batch in found.sorted("id"):
                yield batch, "_job_send"

    def _reconciliations(self, channels):
        """Runs that are under way, of streams that are not switched off."""
        running = self.env["channel.reconciliation"].search(
            [("channel_id", "in", channels.ids), ("state", "=", "running")], order="id"
        )
        for run in running:
            flow = self.env[f"channel.reconcile.{run.stream}"]._flow
            if run.channel_id._is_operating(flow):
                yield run, "_job_reconcile"

    # --- looking ----------------------------------------------------------------------

    def _any(self, model, domain, channels):
        mine = [("channel_id", "in", channels.ids)]
        return bool(model.search([*mine, *domain], limit=1)) if channels else False

    def _channels(self, model, domain, channels):
        groups = self.env[model]._read_group(
            [("channel_id", "in", channels.ids), *domain], ["channel_id"]
        )
        return channels.browse().concat(*(channel for (channel,) in groups))

    def _unfolded(self, kind, channels):
        finished = [("folded", "=", False), ("state", "not in", ("pending", "sent"))]
        domain = [("kind", "=", kind), *finished]
        return self._any(self.env["channel.push.batch"], domain, channels)

    def _intents(self, kind, channels):
        """Intents belong to no channel: they wait while there is one to serve."""
        intents = self.env["channel.intent"]
        return bool(channels and intents.search([("kind", "=", kind)], limit=1))

    def _report_copy(self, mismatch):
        channels = self.env["channel.channel"].search([("run_state", "=", "connected")])
        self.env["channel.issue"]._report_many(
            {
                "channel": channel,
                "kind": "identity",
                "subject": "database",
                "message": mismatch,
            }
            for channel in channels
        )
