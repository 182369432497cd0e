"""Tests of quantities: a marketplace with compare-and-set beside the one without."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from ..adapter.canonical import PushResult, PushStatus
from ..adapter.port import Capability, PushAnswer
from .common import ChannelCase, FakeProvider
from .fake_adapter import FakeAdapter

ALWAYS = "2100-01-01 00:00:00"  # orders have been read until long after the tests


class CompareAdapter(FakeAdapter):
    """Sets quantities at once, all or none of a call, and only where it finds what the
    hub expects."""

    capabilities = FakeAdapter.capabilities | {Capability.STOCK_COMPARE}

    def push_stock(self, key, targets):
        market = self._market("push_stock")
        market.stock_calls.append(
            tuple((t.key, t.stock_key, t.location, t.quantity) for t in targets)
        )
        market.keys.append(key)
        refused = {t.key: self._refusal(market, t) for t in targets}
        if not any(refused.values()):
            for target in targets:
                market.levels[target.stock_key, target.location] = target.quantity
        done = PushStatus.SKIPPED if any(refused.values()) else PushStatus.DONE
        results = [
            refused[t.key] or PushResult(key=t.key, status=done) for t in targets
        ]
        if market.lost_answers:
            raise market.lost_answers.pop(0)
        return PushAnswer(tuple(results))

    def _refusal(self, market, target):
        shown = market.levels.get((target.stock_key, target.location))
        if shown is None or target.stock_key in market.refused:
            return PushResult(
                key=target.key, status=PushStatus.REJECTED, code="NOT_HERE"
            )
        if target.expected is not None and target.expected != shown:
            return PushResult(
                key=target.key,
                status=PushStatus.STALE,
                observed=shown,
                observed_at=market.clock(),
            )
        return None


class CompareProvider(FakeProvider):
    """Mixed into test classes: accounts named ``cas-...`` have compare-and-set."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fake = type(cls.env["channel.channel"])._adapter_class

        def adapter_class(channel):
            compares = (channel.account or "").startswith("cas")
            return CompareAdapter if compares else fake(channel)

        cls.classPatch(
            type(cls.env["channel.channel"]), "_adapter_class", adapter_class
        )

    @classmethod
    def make_compare_channel(cls, account="cas-1", **values):
        """A channel with compare-and-set, all of whose orders have been read."""
        channel = cls.make_channel(account, **values)
        market = FakeAdapter.markets[account]
        market.keys, market.refused, market.lost_answers = [], set(), []
        cls.read_orders(channel)
        return channel

    @classmethod
    def read_orders(cls, channel, until=ALWAYS):
        """All orders of the channel have been read until a moment."""
        cursor = cls.env["channel.cursor"].search(
            [("channel_id", "=", channel.id), ("stream", "=", "orders")]
        )
        if cursor:
            cursor.watermark = until
        else:
            cls.env["channel.cursor"].create(
                {"channel_id": channel.id, "stream": "orders", "watermark": until}
            )


class StockCase(CompareProvider, ChannelCase):
    """``cls.channel`` is without compare-and-set; ``make_compare_channel`` makes
    others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.read_orders(cls.channel)

    @classmethod
    def market_of(cls, channel):
        return FakeAdapter.markets[channel.account]

    @classmethod
    def make_offer(cls, channel, product, quantity=0, **values):
        """A listing of a product, and what the channel shows of it."""
        offer = cls.market_of(channel).offer(product.default_code, quantity, **values)
        return cls.make_listing(channel, offer, product)

    # --- demand -----------------------------------------------------------------------

    def sell(self, product, quantity, uom=None, warehouse=None):
        """A confirmed sale order that did not come from a channel."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "warehouse_id": (warehouse or self.warehouse).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom_id": (uom or product.uom_id).id,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def fetch_line(self, listing, quantity, place=None, ordered_at=None, **values):
        """An order line that was fetched and is in no sale order yet.

        :param ordered_at: naive UTC; by default it is placed, and comes in, after all
            that is known.
        """
        channel = listing.channel_id
        number = self.env["channel.order"].search_count([])
        placed_at = ordered_at or fields.Datetime.now() + timedelta(seconds=2)
        order = self.env["channel.order"].create(
            {
                "channel_id": channel.id,
                "external_id": f"fetched-{number}",
                "name": f"#{number}",
                "ordered_at": placed_at,
                "placed_at": placed_at,
                "state": "held",
            }
        )
        return self.env["channel.order.line"].create(
            {
                "order_id": order.id,
                "channel_id": channel.id,
                "external_id": f"fetched-line-{number}",
                "kind": "product",
                "listing_id": listing.id,
                "product_id": listing.product_id.id,
                "location_id": place.id if place else False,
                "quantity": quantity,
                "open_quantity": quantity,
                "unimported": True,
                **values,
            }
        )

    # --- what is shown ----------------------------------------------------------------

    def prepare(self):
        """What a commit and the stock lane's next job do."""
        self.env.cr.flush()
        self.worker("channel.listing.level")._job_prepare()

    def touch(self, *products):
        self.env["channel.intent"]._note_products([product.id for product in products])

    def quantity(self, listing, place="main"):
        """What the formula says now."""
        self.touch(listing.product_id)
        self.prepare()
        return self.level_of(listing, place).target

    def level_of(self, listing, place="main"):
        return listing.level_ids.filtered(
            lambda row: row.location_id.external_id == place
        )

    def push(self):
        """Let quantities, and nothing else, be worked on until all is quiet."""
        self.env.cr.flush()
        self.run_jobs(("prepare", "send"))

    def shown(self, listing, place="main"):
        """What the marketplace shows."""
        return self.market_of(listing.channel_id).levels[listing.stock_key, place]
