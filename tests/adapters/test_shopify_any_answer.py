"""Whatever valid answer a server of the official schema gives, the adapter copes.

It returns canonical values or raises one of the adapter layer's errors; anything else,
a traceback of its own, would stop a worker. The server is not our simulator: it draws
its answers from Shopify's schema, null wherever null is allowed.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    Money,
    Parcel,
    PriceTarget,
    RefundPush,
    RefundPushLine,
    Restock,
    Shipment,
    ShipmentLine,
    StockTarget,
)
from odoo.addons.channel_base.adapter.content import (
    ContentAttribute,
    ContentGroup,
    ContentOption,
    ContentStatus,
    ContentTranslation,
    ContentVariant,
    ProductContent,
)
from odoo.addons.channel_base.adapter.errors import ChannelError
from odoo.addons.channel_base.adapter.port import Settings
from odoo.addons.channel_base.adapter.ratelimit import MemoryRateLimiter
from odoo.addons.channel_base.adapter.tokens import MemoryTokenStore
from odoo.addons.channel_base.adapter.transport import Transport

from tests.harness import contracts
from tests.harness.answers import AnswerMaker, Drawing
from tests.harness.official_server import serving

pytestmark = pytest.mark.skipif(
    not contracts.shopify_file().exists(), reason=contracts.ABSENT
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ITEM = "gid://shopify/InventoryItem/7"
TARGETS = tuple(
    StockTarget(
        key=f"k{number}",
        listing=str(number),
        stock_key=str(number),
        location="5",
        quantity=3,
        expected=expected,
    )
    for number, expected in ((7, 4), (8, None))
)
SHIPMENT = Shipment(
    key="S1",
    order="11",
    shipped_at=NOW,
    lines=(ShipmentLine(line="21", quantity=1, cumulative=1),),
    parcels=(Parcel(tracking_number="T1", carrier="DHL"),),
    location="5",
)
REFUND = RefundPush(
    key="R1",
    order="11",
    lines=(
        RefundPushLine(line="21", quantity=1, restock=Restock.RETURN, location="5"),
    ),
    shipping=Money(Decimal("5"), "EUR"),
    worth=Money(Decimal("15"), "EUR"),
    total=Money(Decimal("15"), "EUR"),
)
PRICES = tuple(
    PriceTarget(
        key=f"p{number}",
        listing=str(number),
        product=str(number % 2),
        currency="EUR",
        amount=Decimal("9.90"),
    )
    for number in range(4)
)
LISTED = tuple(replace(one, price_list="3") for one in PRICES)
NEW_PRODUCT = ProductContent(
    key="P1",
    title="Shirt",
    groups=tuple(group.value for group in ContentGroup),
    options=(ContentOption(name="Size", values=("S",)),),
    variants=(ContentVariant(key="1", values=("S",)),),
    status=ContentStatus.ACTIVE,
    publications=("5",),
    managed_publications=("5", "6"),
    locations=("5",),
    attributes=(
        ContentAttribute(namespace="specs", key="care", type="text", value="x"),
    ),
    managed_attributes=(("specs", "wash", "product"),),
    translations=(ContentTranslation(language="fr", field="title", value="T"),),
)
PRODUCTS = (NEW_PRODUCT, replace(NEW_PRODUCT, key="P2", external_id="31"))
TICKET = json.dumps(
    [
        {
            "key": "P1",
            "operation": "7",
            "groups": ["text"],
            "options": ["Size"],
            "variants": {"1": ["", "S"]},
        },
        {
            "key": "P2",
            "product": "31",
            "media": ["gid://shopify/MediaImage/8"],
            "outcome": '{"value": {}, "version": 1}',
        },
    ]
)
VERBS = {
    "connect": lambda adapter: adapter.connect(),
    "locations": lambda adapter: list(adapter.locations()),
    "webhooks": lambda adapter: adapter.ensure_webhooks("https://hub.example.com/h"),
    "order_changes": lambda adapter: list(islice(adapter.order_changes(NOW), 200)),
    "order_checks": lambda adapter: list(islice(adapter.order_checks(NOW), 200)),
    "read_orders": lambda adapter: list(adapter.read_orders(("11", "12", "13"))),
    "listings": lambda adapter: list(islice(adapter.listings(None), 3)),
    "read_listings": lambda adapter: list(adapter.read_listings(("31", "32"))),
    "stock_levels": lambda adapter: list(
        adapter.stock_levels((("7", "5"), ("8", "5")))
    ),
    "push_stock": lambda adapter: adapter.push_stock("key-1", TARGETS),
    "push_refunds": lambda adapter: adapter.push_refunds("key-3", (REFUND,)),
    "push_shipments": lambda adapter: adapter.push_shipments("key-2", (SHIPMENT,)),
    "price_lists": lambda adapter: list(islice(adapter.price_lists(), 300)),
    "read_prices": lambda adapter: list(adapter.read_prices("", ("7", "8"))),
    "push_prices": lambda adapter: adapter.push_prices("key-3", PRICES),
    "push_list_prices": lambda adapter: adapter.push_prices("key-4", LISTED),
    "prepare_catalogue": lambda adapter: list(islice(adapter.prepare_catalogue(), 200)),
    "search_categories": lambda adapter: list(adapter.search_categories("shirt")),
    "read_products": lambda adapter: list(adapter.read_products(("31", "32"))),
    "push_products": lambda adapter: adapter.push_products("key-4", PRODUCTS),
    "poll": lambda adapter: adapter.poll(TICKET),
}
SEEDS = range(12)
NULLS = (0.0, 0.15, 0.5, 1.0)


def adapter_for(origin):
    from odoo.addons.channel_shopify.adapter.shopify import ShopifyAdapter

    settings = Settings(
        account="any.myshopify.com",
        base_url=origin,
        api_version="2026-10",
        options={"currency_mode": "presentment", "client_id": "id"},
        secrets={"client_secret": "shpss_secret"},
    )
    clock = lambda: NOW  # noqa: E731
    return ShopifyAdapter(
        settings,
        Transport(),
        clock,
        MemoryRateLimiter(clock),
        MemoryTokenStore(),
        lambda call: None,
    )


@pytest.mark.parametrize("nulls", NULLS)
@pytest.mark.parametrize("verb", VERBS)
def test_any_valid_answer_is_a_value_or_an_error_of_ours(verb, nulls):
    returned = 0
    for seed in SEEDS:
        maker = AnswerMaker(contracts.shopify_schema(), Drawing(seed, nulls=nulls))
        with serving(maker) as origin:
            try:
                VERBS[verb](adapter_for(origin))
                returned += 1
            except ChannelError:
                continue
            except Exception as error:
                raise AssertionError(f"{verb}, seed {seed}, nulls {nulls}") from error
            finally:
                assert not maker.invalid, "asked what the schema does not know"
        assert maker.served, "nothing was asked"
    if nulls == 0:
        assert returned, "not one complete answer was understood"


@pytest.mark.parametrize("nulls", NULLS)
def test_one_answer_per_order_whatever_comes_back(nulls):
    for seed in SEEDS:
        maker = AnswerMaker(contracts.shopify_schema(), Drawing(seed, nulls=nulls))
        with serving(maker) as origin:
            try:
                reads = VERBS["read_orders"](adapter_for(origin))
            except ChannelError:
                continue
        asked = sorted(read.external_id for read in reads)
        assert asked == ["11", "12", "13"], f"seed {seed}"
        for read in reads:
            assert read.order is None or read.error is None
