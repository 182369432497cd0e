"""What every marketplace adapter must do.

A marketplace's tests subclass ``AdapterContract`` and give it the fixture ``market``.
"""

import dataclasses
import logging
import socket
import threading
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from odoo.addons.channel_base.adapter import codec
from odoo.addons.channel_base.adapter.canonical import (
    Order,
    PushStatus,
    Shipment,
    ShipmentLine,
    StockTarget,
)
from odoo.addons.channel_base.adapter.errors import (
    AuthError,
    ChannelError,
    ConfigError,
    MalformedError,
    NotSupported,
    ProtocolError,
    RateLimited,
    SignatureError,
    TransientError,
)
from odoo.addons.channel_base.adapter.port import Capability
from odoo.addons.channel_base.adapter.ratelimit import MemoryRateLimiter
from odoo.addons.channel_base.adapter.tokens import MemoryTokenStore, Token
from odoo.addons.channel_base.adapter.totals import control_taxes, control_total
from odoo.addons.channel_base.adapter.transport import Transport
from odoo.addons.channel_base.adapter.webhook import WebhookRequest

from .stub import answering

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HTML = b"<!DOCTYPE html><html><body>Something went wrong</body></html>"
STATUSES = {
    400: (AuthError, ProtocolError),  # some marketplaces answer bad credentials by 400
    401: AuthError,
    402: ConfigError,
    403: ConfigError,
    404: ConfigError,
    408: TransientError,
    429: RateLimited,
    500: TransientError,
    502: TransientError,
    503: TransientError,
    504: TransientError,
    520: TransientError,
    301: ProtocolError,
    418: ProtocolError,
}
# One call per capability; what it needs may be made up, it must not get that far.
VERBS = {
    Capability.LISTINGS: lambda adapter: list(adapter.listings()),
    Capability.LOCATIONS: lambda adapter: list(adapter.locations()),
    Capability.WEBHOOKS: lambda adapter: adapter.ensure_webhooks("https://x.example"),
    Capability.STOCK_READ: lambda adapter: list(adapter.stock_levels((("1", "1"),))),
    Capability.STOCK_PUSH: lambda adapter: adapter.push_stock("k", ()),
    Capability.SHIPMENT_PUSH: lambda adapter: adapter.push_shipments("k", ()),
    Capability.CATALOGUE_PUSH: lambda adapter: adapter.push_products("k", ()),
    Capability.REFUND_PUSH: lambda adapter: adapter.push_refunds("k", ()),
    Capability.PRICE_PUSH: lambda adapter: adapter.push_prices("k", ()),
    Capability.PRICE_READ: lambda adapter: list(adapter.read_prices("", ("1",))),
}


class Market(ABC):
    """A simulated marketplace as the contract needs it."""

    adapter_class: type
    token_name = ""  # name in the token store; empty where there is none

    @abstractmethod
    def settings(self):
        """``Settings`` whose ``base_url`` is the simulator."""

    @abstractmethod
    def place_orders(self, count):
        """Place orders of one tracked product each; their ids, oldest first."""

    @abstractmethod
    def spoil(self, external_id):
        """Give an order something that no adapter understands."""

    def stock(self):
        """``{(stock key, location): available}`` of some listings."""
        raise NotImplementedError

    def sell(self, stock_key, location):
        """Lower the available quantity by one, as a sale does."""
        raise NotImplementedError

    def fulfilments(self, external_id):
        """Units shipped and tracking number of each fulfilment of an order."""
        raise NotImplementedError

    def delivery(self, body=None):
        """(headers, body) of a genuine webhook about an order; signed over ``body``."""
        raise NotImplementedError

    def settle(self):
        """Let asynchronous work of the marketplace finish."""
        raise NotImplementedError


class AdapterContract:
    """The tests. Subclasses give the fixture ``market``."""

    @pytest.fixture
    def calls(self):
        return []

    @pytest.fixture
    def adapter(self, market, calls):
        return self.make(market, calls)

    def make(self, market, calls=None, *, base_url=None, timeout=(2, 5)):
        settings = market.settings()
        store, clock = MemoryTokenStore(), lambda: datetime.now(UTC)
        if base_url is not None:
            settings = dataclasses.replace(settings, base_url=base_url)
            token = Token(value="stored-token", expires_at=clock() + timedelta(hours=1))
            store.renew(market.token_name, None, lambda _seen: token)
        trace = calls.append if calls is not None else (lambda _call: None)
        limiter = MemoryRateLimiter(clock)
        transport = Transport(timeout=timeout)
        return market.adapter_class(settings, transport, clock, limiter, store, trace)

    # --- connection -------------------------------------------------------------------

    def test_connects(self, adapter):
        found = adapter.connect()
        assert found.name
        assert found.account
        assert len(found.currency) == 3
        assert not found.missing

    def test_missing_capability_is_not_supported(self, adapter):
        for capability, verb in VERBS.items():
            if capability not in adapter.capabilities:
                with pytest.raises(NotSupported):
                    verb(adapter)

    # --- orders -----------------------------------------------------------------------

    def test_changes_are_paged_and_in_order(self, market, adapter):
        placed = market.place_orders(130)
        changes = list(adapter.order_changes(LONG_AGO))
        assert sorted({c.external_id for c in changes}) == sorted(placed)
        moments = [change.updated_at for change in changes]
        assert moments == sorted(moments)
        assert all(moment.tzinfo is UTC for moment in moments)

    def test_no_changes_after_the_last_one(self, market, adapter):
        market.place_orders(1)
        assert not list(adapter.order_changes(datetime.now(UTC) + timedelta(days=1)))

    def test_checks_agree_with_what_is_read(self, market, adapter):
        market.place_orders(3)
        checks = {check.external_id: check for check in adapter.order_checks(LONG_AGO)}
        reads = list(adapter.read_orders(tuple(checks)))
        assert len(reads) == 3
        for read in reads:
            check, order = checks[read.external_id], read.order
            assert check.updated_at <= order.updated_at
            for name in ("state", "payment_state", "fulfilment_state", "total"):
                assert getattr(check, name) in (None, getattr(order, name)), name

    def test_orders_are_exact(self, market, adapter):
        placed = market.place_orders(3)
        reads = list(adapter.read_orders(tuple(placed)))
        assert sorted(read.external_id for read in reads) == sorted(placed)
        for read in reads:
            order = read.order
            assert read.error is None
            assert order.external_id == read.external_id
            assert control_total(order) == order.total
            assert control_taxes(order) == order.tax_total
            assert order.ordered_at.tzinfo is UTC
            assert codec.loads(Order, codec.dumps(order)) == order
            assert_canonical(order)

    def test_one_answer_per_order(self, market, adapter):
        placed = market.place_orders(2)
        ids = (placed[0], "999999999999999", placed[1], placed[0])
        reads = {read.external_id: read for read in adapter.read_orders(ids)}
        assert set(reads) == set(ids)
        assert reads["999999999999999"].order is None
        assert reads["999999999999999"].error is None

    def test_one_bad_order_spoils_no_other(self, market, adapter):
        placed = market.place_orders(3)
        market.spoil(placed[1])
        reads = {r.external_id: r for r in adapter.read_orders(tuple(placed))}
        assert isinstance(reads[placed[1]].error, ProtocolError)
        assert reads[placed[1]].order is None
        assert reads[placed[0]].order
        assert reads[placed[2]].order

    # --- stock ------------------------------------------------------------------------

    def test_stock_is_read_as_it_is(self, market, adapter):
        self.needs(adapter, Capability.STOCK_READ)
        stock = market.stock()
        levels = list(adapter.stock_levels(tuple(stock)))
        assert {(v.listing, v.location): v.available for v in levels} == stock
        assert all(level.read_at.tzinfo is UTC for level in levels)

    def test_stock_push_is_idempotent(self, market, adapter):
        self.needs(adapter, Capability.STOCK_PUSH)
        targets = stock_targets(market.stock(), +5)
        first = self.pushed(adapter, market, "key-1", targets)
        again = self.pushed(adapter, market, "key-1", targets)
        assert set(first) == {target.key for target in targets}
        assert all(result.status is PushStatus.DONE for result in first.values())
        assert first == again
        wanted = {(t.stock_key, t.location): t.quantity for t in targets}
        assert market.stock() == wanted

    def test_stale_stock_is_not_overwritten(self, market, adapter):
        self.needs(adapter, Capability.STOCK_COMPARE)
        targets = stock_targets(market.stock(), +5)
        sold = targets[0]
        market.sell(sold.stock_key, sold.location)
        results = self.pushed(adapter, market, "key-2", targets)
        stale = results[sold.key]
        assert stale.status is PushStatus.STALE
        assert stale.observed == sold.expected - 1
        assert stale.observed_at.tzinfo is UTC
        assert market.stock()[sold.stock_key, sold.location] == stale.observed
        others = {results[target.key].status for target in targets[1:]}
        assert others <= {PushStatus.SKIPPED, PushStatus.DONE}

    # --- shipments --------------------------------------------------------------------

    def test_shipment_is_confirmed_once(self, market, adapter):
        self.needs(adapter, Capability.SHIPMENT_PUSH)
        (placed,) = market.place_orders(1)
        (read,) = adapter.read_orders((placed,))
        shipment = whole_shipment(read.order)
        for _time in range(2):
            result = self.pushed_shipments(adapter, market, shipment)
            assert result.status is PushStatus.DONE
        ((units, _tracking),) = market.fulfilments(placed)
        assert units == sum(line.quantity for line in read.order.lines)

    # --- webhooks ---------------------------------------------------------------------

    def test_webhook_is_read_and_deduplicated(self, market, adapter):
        self.needs(adapter, Capability.WEBHOOKS)
        headers, body = market.delivery()
        request = WebhookRequest.build(headers.items(), body)
        event = adapter.webhook_event(request)
        assert event.event_key
        assert event.topic
        assert event.external_id
        assert adapter.webhook_event(request) == event

    def test_webhook_with_another_body_is_refused(self, market, adapter):
        self.needs(adapter, Capability.WEBHOOKS)
        headers, body = market.delivery()
        for forged in (body + b" ", b"", b"{}"):
            request = WebhookRequest.build(headers.items(), forged)
            with pytest.raises(SignatureError):
                adapter.webhook_event(request)

    def test_webhook_without_headers_is_refused(self, market, adapter):
        self.needs(adapter, Capability.WEBHOOKS)
        _headers, body = market.delivery()
        with pytest.raises(SignatureError):
            adapter.webhook_event(WebhookRequest.build((), body))

    @pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff\xfe", b"{}"])
    def test_signed_nonsense_is_malformed(self, market, adapter, body):
        self.needs(adapter, Capability.WEBHOOKS)
        headers, body = market.delivery(body)
        with pytest.raises(MalformedError):
            adapter.webhook_event(WebhookRequest.build(headers.items(), body))

    # --- errors -----------------------------------------------------------------------

    @pytest.mark.parametrize("status", STATUSES)
    def test_status_means_who_must_act(self, market, status):
        headers = {"Retry-After": "7", "Location": "http://127.0.0.1:1/elsewhere"}
        with answering(status, HTML, headers) as origin:
            with pytest.raises(ChannelError) as caught:
                self.make(market, base_url=origin).connect()
            assert isinstance(caught.value, STATUSES[status])
            assert isinstance(caught.value, ConfigError) == (
                AuthError is STATUSES[status]
                or ConfigError is STATUSES[status]
                or isinstance(caught.value, AuthError)
            )
        if status in (429, 503):
            assert caught.value.retry_after == 7

    @pytest.mark.parametrize("body", [HTML, b"", b"null", b"[]", b'"text"', b"{}"])
    def test_unreadable_success_is_not_success(self, market, body):
        with answering(200, body) as origin:
            adapter = self.make(market, base_url=origin)
            with pytest.raises((TransientError, ProtocolError)):
                adapter.connect()
            with pytest.raises((TransientError, ProtocolError)):
                list(adapter.read_orders(("1", "2")))

    def test_html_instead_of_an_answer_is_repeated(self, market):
        with answering(200, HTML) as origin, pytest.raises(TransientError):
            self.make(market, base_url=origin).connect()

    def test_late_answer_is_transient(self, market):
        with answering(200, b"{}", wait=threading.Event()) as origin:
            adapter = self.make(market, base_url=origin, timeout=(1, 0.2))
            with pytest.raises(TransientError):
                adapter.connect()

    def test_closed_door_is_transient(self, market):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            origin = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(TransientError):
            self.make(market, base_url=origin).connect()

    # --- secrets ----------------------------------------------------------------------

    def test_no_secret_in_sight(self, market, calls, caplog):
        caplog.set_level(logging.DEBUG)
        adapter = self.make(market, calls)
        placed = market.place_orders(1)
        adapter.connect()
        list(adapter.read_orders(tuple(placed)))
        with answering(401, b'{"errors": "no"}') as origin:
            refused = self.make(market, calls, base_url=origin)
            with pytest.raises(AuthError) as caught:
                refused.connect()
        stored = adapter.token_store.get(market.token_name)
        secrets = [*market.settings().secrets.values(), "stored-token"]
        secrets += [stored.value] if stored else []
        assert calls
        shown = [repr(adapter), repr(adapter.settings), repr(caught.value), caplog.text]
        for call in calls:
            shown += [getattr(call, f.name) for f in dataclasses.fields(call)]
        for text in map(str, shown):
            assert not [secret for secret in secrets if secret and secret in text]

    # --- help -------------------------------------------------------------------------

    def needs(self, adapter, capability):
        if capability not in adapter.capabilities:
            pytest.skip(f"no {capability.value}")

    def pushed(self, adapter, market, key, targets):
        return self.results(adapter, market, adapter.push_stock(key, targets))

    def pushed_shipments(self, adapter, market, shipment):
        answer = adapter.push_shipments("key", (shipment,))
        return self.results(adapter, market, answer)[shipment.key]

    def results(self, adapter, market, answer):
        """Final results by key, asynchronous ones waited for."""
        results = {result.key: result for result in answer.results}
        while answer.ticket:
            market.settle()
            answer = adapter.poll(answer.ticket)
            results |= {result.key: result for result in answer.results}
        return results


def stock_targets(stock, more):
    return tuple(
        StockTarget(
            key=f"target-{index}",
            listing=stock_key,
            stock_key=stock_key,
            location=location,
            quantity=available + more,
            expected=available,
        )
        for index, ((stock_key, location), available) in enumerate(stock.items())
    )


def whole_shipment(order):
    return Shipment(
        key="shipment-1",
        order=order.external_id,
        shipped_at=datetime.now(UTC),
        lines=tuple(
            ShipmentLine(
                line=line.external_id, quantity=line.quantity, cumulative=line.quantity
            )
            for line in order.lines
        ),
    )


def assert_canonical(value):
    """Nothing but exact, immutable values all the way down."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            assert_canonical(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            assert_canonical(item)
    else:
        assert not isinstance(value, float | list | dict | set)
        assert value is None or isinstance(value, str | int | bool | Decimal | datetime)
