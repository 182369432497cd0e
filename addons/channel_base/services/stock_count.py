from collections import defaultdict
from dataclasses import dataclass

from odoo import models

from ..adapter.port import Capability
from . import count_sql, push_sql, uncounted_sql
from .isolator import isolate


@dataclass(slots=True)
class Target:
    """A level that is to be read."""

    id: int
    channel_id: int
    listing: str
    stock_key: str
    place: str
    target: int = 0
    expected: int | None = None


@dataclass(slots=True)
class Count:
    """What the channel's quantities say is on hand of a product, and what is on
    hand.

    ``unsure``: an order was placed while it was read, and may be in it or not; or one
    was cancelled since.
    """

    level_id: int
    place_id: int
    product_id: int
    counted: float
    on_hand: float
    unsure: bool


class StockCount(models.AbstractModel):
    """Take a channel's quantities over as counted stock: opening stock, and channels
    that are themselves the master of stock.

    They come in as inventory adjustments, after all orders of before have been read:
    until then a unit sold there could be counted twice.
    """

    _name = "channel.stock.count"
    _description = "Stock Counted by Channels"

    def _run(self, requested):
        """Ask for requested quantities, and take over what has been answered.

        :param requested: ids of channels.
        :return: ids of channels whose counting is not finished.
        """
        self._ask(requested)
        self.env.cr.execute(count_sql.READY)
        ready = defaultdict(list)
        for batch_id, channel_id in self.env.cr.fetchall():
            ready[channel_id].append(batch_id)
        for channel_id, batch_ids in ready.items():
            channel = self.env["channel.channel"].sudo().browse(channel_id)._as_worker()
            self.with_env(channel.env)._take_over(channel, batch_ids)
        self.env.cr.execute(count_sql.UNFINISHED)
        unfinished = dict(self.env.cr.fetchall())
        self._read_orders([c for c, behind in unfinished.items() if behind])
        return set(unfinished)

    def _ask(self, channel_ids):
        if not channel_ids:
            return
        channels = self.env["channel.channel"].sudo().browse(channel_ids)
        channels = channels.filtered(self._is_readable)
        self.env.cr.execute(count_sql.COUNTABLE, {"channels": channels.ids})
        targets = [Target(*row) for row in self.env.cr.fetchall()]
        freeze = self.env["channel.stock.freeze"]
        for channel in channels:
            same = [target for target in targets if target.channel_id == channel.id]
            freeze._store_batches(list(freeze._cut_channel(channel, same, "count")))

    def _is_readable(self, channel):
        return Capability.STOCK_READ in channel._capabilities()

    def _read_orders(self, channel_ids):
        """Have the orders of before an answer read, without waiting for the cron."""
        channels = self.env["channel.channel"].sudo().browse(channel_ids)
        for channel in channels.filtered(lambda channel: channel.order_flow == "on"):
            self.env["channel.wakeup"]._after_commit(channel, "_job_poll")

    # --- answers ----------------------------------------------------------------------

    def _take_over(self, channel, batch_ids):
        values = {"company": channel.company_id.id, "batches": batch_ids}
        self.env.cr.execute(count_sql.COUNTED, values)
        counts = [Count(*row) for row in self.env.cr.fetchall()]
        if self._is_readable(channel):
            unsure = [count.level_id for count in counts if count.unsure]
            self._ask_again(channel, unsure)
            counts = [count for count in counts if not count.unsure]
        kits = self.env["channel.stock.kit"]._components(
            {count.product_id for count in counts}, channel.company_id
        )
        differing = self._agreed(
            channel, [c for c in counts if c.product_id not in kits]
        )
        isolate(
            self.env,
            differing,
            lambda some: self._adjust(channel, some),
            lambda count, error: self._report(channel, count, str(error)),
        )
        self.env.cr.execute(count_sql.CONFIRM, values)
        self.env.cr.execute(push_sql.MARK_FOLDED, values)

    def _ask_again(self, channel, level_ids):
        """Have levels read once more: then all that is known now is contained."""
        self.env.cr.execute(uncounted_sql.LOOKED_AT, {"levels": level_ids})
        targets = [Target(*row) for row in self.env.cr.fetchall()]
        freeze = self.env["channel.stock.freeze"]
        freeze._store_batches(list(freeze._cut_channel(channel, targets, "count")))

    def _agreed(self, channel, counts):
        """One count per product and place, where it differs from what is on hand."""
        by_product = defaultdict(list)
        for count in counts:
            by_product[count.place_id, count.product_id].append(count)
        differing = []
        for same in by_product.values():
            reason = self._doubt(same)
            if reason:
                self._report(channel, same[0], reason)
            elif same[0].counted != same[0].on_hand:
                differing.append(same[0])
        return differing

    def _doubt(self, counts):
        """Why counts of one product cannot be taken over."""
        if len({count.counted for count in counts}) > 1:
            return self.env._(
                "several listings of the product show different quantities"
            )
        product = self.env["product.product"].browse(counts[0].product_id)
        if product.tracking != "none":
            return self.env._("the product is tracked by lots or serial numbers")
        return None

    def _adjust(self, channel, counts):
        """Make inventory adjustments, all at once."""
        Quant = self.env["stock.quant"].with_context(
            inventory_mode=True,
            inventory_name=self.env._("Counted by %s", channel.name),
        )
        inside = self._inside(counts)
        found = Quant.search(
            [
                ("product_id", "in", [count.product_id for count in counts]),
                (
                    "location_id",
                    "in",
                    self.env["stock.location"].concat(*inside.values()).ids,
                ),
                ("lot_id", "=", False),
            ]
        ).grouped(lambda quant: quant.product_id.id)
        values_list = []
        for count in counts:
            locations = inside[count.place_id]
            quants = found.get(count.product_id, Quant).filtered(
                lambda quant, locations=locations: quant.location_id in locations
            )
            values_list += self._prepare_quants(count, locations[:1], quants)
        # not the button's method: where it has a question, it does nothing
        quants = Quant.create(values_list)
        quants._apply_inventory()
        quants.inventory_quantity_set = False

    def _prepare_quants(self, count, location, quants):
        """What is more is booked at one location; what is less is taken from there, and
        then from shelves, packages and wherever else it is."""
        plain = quants.filtered(
            lambda quant: (
                quant.location_id == location
                and not quant.package_id
                and not quant.owner_id
            )
        )
        missing = max(0, count.counted) - count.on_hand
        if missing > 0:
            return [
                {
                    "product_id": count.product_id,
                    "location_id": location.id,
                    "inventory_quantity": sum(plain.mapped("quantity")) + missing,
                }
            ]
        values_list = []
        for quant in plain | quants.filtered(lambda quant: quant.quantity > 0):
            taken = min(max(0, quant.quantity), -missing)
            missing += taken
            if taken:
                values_list.append(
                    {
                        "product_id": count.product_id,
                        "location_id": quant.location_id.id,
                        "package_id": quant.package_id.id,
                        "owner_id": quant.owner_id.id,
                        "inventory_quantity": quant.quantity - taken,
                    }
                )
        return values_list

    def _inside(self, counts):
        """Odoo locations that feed the places; differences are booked at the first.

        :return: dict place id -> locations.
        """
        places = self.env["channel.location"].browse(
            {count.place_id for count in counts}
        )
        inside = {}
        for place in places:
            roots = place.feed_ids.stock_location_id
            internal = roots.filtered(lambda location: location.usage == "internal")
            inside[place.id] = internal | roots.child_internal_location_ids
        return inside

    def _report(self, channel, count, reason):
        level = self.env["channel.listing.level"].browse(count.level_id)
        listing = level.listing_id
        self.env["channel.issue"]._report(
            channel,
            "drift",
            level._subject(),
            self.env._(
                "The quantity that %(channel)s counts of %(listing)s, %(counted)s "
                "units, was not taken over: %(reason)s. Count the product here, then "
                "resolve this issue.",
                channel=channel.name,
                listing=listing.display_name,
                counted=f"{count.counted:.15g}",
                reason=reason,
            ),
            listing=listing,
            location=level.location_id,
            product=listing.product_id,
        )
