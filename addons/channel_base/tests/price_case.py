"""Tests of prices: a marketplace that sets and tells them, in two price lists."""

from decimal import Decimal

from odoo.fields import Command

from ..adapter.canonical import (
    Money,
    Price,
    PriceList,
    PriceListKind,
    PushResult,
    PushStatus,
)
from ..adapter.port import Capability, PushAnswer
from .common import ChannelCase
from .fake_adapter import FakeAdapter

LISTS = (
    PriceList(
        external_id="",
        name="Shop",
        currency="USD",
        kind=PriceListKind.BASE,
        tax_included=True,
    ),
    PriceList(
        external_id="eu",
        name="Europe",
        currency="EUR",
        kind=PriceListKind.MARKET,
        tax_included=True,
    ),
)


class PriceAdapter(FakeAdapter):
    """Sets prices row by row; ``market.asked`` is what customers see."""

    capabilities = FakeAdapter.capabilities | {
        Capability.PRICE_PUSH,
        Capability.PRICE_READ,
    }
    price_batch = 5

    def price_lists(self):
        yield from self._market("price_lists").price_lists

    def read_prices(self, price_list, listings):
        market = self._market("read_prices")
        for listing in listings:
            found = market.asked.get((price_list, listing))
            if found:
                amount, compare_at = found
                yield Price(
                    listing=listing,
                    amount=amount,
                    compare_at=compare_at,
                    read_at=self.clock(),
                )

    def push_prices(self, key, targets):
        market = self._market("push_prices")
        market.price_calls.append(targets)
        return PushAnswer(tuple(self._set(market, target) for target in targets))

    def _set(self, market, target):
        if target.listing in market.refused:
            return PushResult(
                key=target.key, status=PushStatus.REJECTED, message="Not for sale."
            )
        place = (target.price_list, target.listing)
        if target.amount is None:
            market.asked.pop(place, None)
        else:
            kept = market.asked.get(place, (None, None))[1]
            compare_at = kept if target.keep_compare_at else target.compare_at
            market.asked[place] = (target.amount, compare_at)
        return PushResult(key=target.key, status=PushStatus.DONE)


class PriceCase(ChannelCase):
    """``cls.channel`` sets prices; it asks 10.00 for ``cls.listing``, as the product
    costs here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fake = type(cls.env["channel.channel"])._adapter_class

        def adapter_class(channel):
            priced = (channel.account or "").startswith("priced")
            return PriceAdapter if priced else fake(channel)

        cls.classPatch(
            type(cls.env["channel.channel"]), "_adapter_class", adapter_class
        )
        cls.channel.run_state = "paused"
        cls.usd, cls.eur = cls.currency("USD"), cls.currency("EUR")
        cls.company.currency_id = cls.usd
        cls.channel = cls.make_channel("priced-1", price_flow="on")
        cls.market = FakeAdapter.markets["priced-1"]
        cls.market.price_lists = list(LISTS)
        cls.market.asked, cls.market.price_calls = {}, []
        cls.market.refused = set()
        cls.listing = cls.make_priced(cls.product, 10)
        cls.env["channel.price.list"]._store(cls.channel, LISTS)
        cls.base, cls.europe = cls.channel.price_list_ids.sorted(
            lambda one: one.kind != "base"
        )

    @classmethod
    def currency(cls, name):
        found = cls.env["res.currency"].with_context(active_test=False)
        currency = found.search([("name", "=", name)])
        currency.active = True
        return currency

    @classmethod
    def make_priced(cls, product, asked):
        """A listing of a product, for which the channel asks so much."""
        price = Money(Decimal(asked), "USD")
        offer = cls.market.offer(product.default_code, 1, price=price)
        cls.market.asked["", offer.external_id] = (Decimal(asked), None)
        listing = cls.make_listing(cls.channel, offer, product)
        listing.write({"price": asked, "currency_id": cls.usd.id})
        return listing

    @classmethod
    def make_pricelist(cls, currency=None, **rule):
        """A pricelist with one rule, or with none."""
        return cls.env["product.pricelist"].create(
            {
                "name": "Prices",
                "currency_id": (currency or cls.usd).id,
                "item_ids": [Command.create(rule)] if rule else [],
            }
        )

    # --- work -------------------------------------------------------------------------

    def push(self):
        """Let prices, and nothing else, be worked on until all is quiet."""
        self.env.cr.flush()
        self.run_jobs(("prices", "send"))

    def asked(self, listing=None, price_list=""):
        """What customers see: (price, compare-at price), or None."""
        name = (listing or self.listing).external_id
        return self.market.asked.get((price_list, name))

    def price_of(self, listing=None, price_list=None):
        price_list = price_list or self.base
        return (listing or self.listing).price_ids.filtered(
            lambda price: price.price_list_id == price_list
        )

    def calls(self):
        """Amounts that were sent, call by call."""
        return [[target.amount for target in call] for call in self.market.price_calls]
