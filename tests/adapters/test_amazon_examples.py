"""All static sandbox examples of the operations that are used, over HTTP, through the
client and the mappers; and whether what we send has the form of the models."""

import itertools
import json
from datetime import UTC, datetime
from decimal import Decimal

import jsonschema
import pytest

from odoo.addons.channel_amazon.adapter import mapper_listing, mapper_order
from odoo.addons.channel_amazon.adapter.amazon import AmazonAdapter
from odoo.addons.channel_amazon.adapter.errors import Refused
from odoo.addons.channel_amazon.tests.account import (
    GERMANY,
    SECRETS,
    Account,
    order,
    serving,
    spoken,
)
from odoo.addons.channel_base.adapter import codec
from odoo.addons.channel_base.adapter.canonical import (
    Money,
    Order,
    Parcel,
    PushStatus,
    Shipment,
    ShipmentLine,
    StockTarget,
)
from odoo.addons.channel_base.adapter.errors import ProtocolError
from odoo.addons.channel_base.adapter.port import Settings
from odoo.addons.channel_base.adapter.ratelimit import MemoryRateLimiter
from odoo.addons.channel_base.adapter.tokens import MemoryTokenStore
from odoo.addons.channel_base.adapter.totals import control_taxes, control_total
from odoo.addons.channel_base.adapter.transport import Transport

from .amazon_contract import (
    ABSENT,
    AMAZON,
    LISTINGS,
    ORDERS,
    ORDERS_V0,
    SELLERS,
    examples,
    model,
)
from .amazon_market import AmazonMarket

pytestmark = pytest.mark.skipif(not AMAZON.exists(), reason=ABSENT)


class Sandbox:
    """Answers every API call with one example."""

    def __init__(self, status, response):
        self.status, self.response, self.requests = status, response, []

    def __call__(self, method, path, query, headers, body):
        if path == "/auth/o2/token":
            token = {"access_token": "Atza|x", "expires_in": 3600}
            return 200, {}, json.dumps(token).encode()
        self.requests.append((method, path, query, body))
        text = b"" if self.status == 204 else json.dumps(self.response).encode()
        return self.status, {}, text


def adapter(origin):
    def clock():
        return datetime.now(UTC)

    settings = Settings(
        account="SELLER",
        base_url=origin,
        options={"region": "na", "client_id": "c", "markets": "ATVPDKIKX0DER"},
        secrets=SECRETS,
    )
    transport, limiter = Transport(timeout=(2, 5)), MemoryRateLimiter(clock)
    return AmazonAdapter(
        settings, transport, clock, limiter, MemoryTokenStore(), lambda _call: None
    )


def called(status, response, name, *arguments, **parameters):
    """What the client makes of an example."""
    with serving(Sandbox(status, response)) as origin:
        return adapter(origin)._client.call(name, *arguments, **parameters)


def cases(path, operation):
    if not AMAZON.exists():
        return []
    return [
        pytest.param(*case, id=f"{operation}-{case[0]}-{number}")
        for number, case in enumerate(examples(path, operation))
    ]


# --- orders ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "given", "response"),
    cases(ORDERS, "searchOrders") + cases(ORDERS, "getOrder"),
)
def test_orders_of_the_models_are_exact(status, given, response):
    arguments = [given.pop("orderId")] if "orderId" in given else []
    name = "getOrder" if arguments else "searchOrders"
    if status >= 400:
        with pytest.raises(Refused):
            called(status, response, name, *arguments, **given)
        return
    answer = called(status, response, name, *arguments, **given)
    for payload in answer.get("orders") or [answer["order"]]:
        found = mapper_order.order(payload)
        assert control_total(found) == found.total
        assert control_taxes(found) == found.tax_total
        assert codec.loads(Order, codec.dumps(found)) == found
        assert found.market == payload["salesChannel"]["marketplaceId"]


def test_the_facilitators_example_is_free_of_our_tax():
    (payload,) = [
        case[2]["order"]
        for case in examples(ORDERS, "getOrder")
        if case[0] == 200 and case[1]["orderId"].startswith("028-")
    ]
    found = mapper_order.order(payload)
    assert found.tax_total.amount == 0
    assert found.buyer.tax_id == "TR1234567890"
    assert found.bill_to.company == "Test company name"


# --- the rest -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "given", "response"), cases(SELLERS, "getMarketplaceParticipations")
)
def test_marketplaces(status, given, response):
    with serving(Sandbox(status, response)) as origin:
        (market,) = adapter(origin).marketplaces()
    assert (market.external_id, market.currency, market.active) == (
        "ATVPDKIKX0DER",
        "USD",
        True,
    )


@pytest.mark.parametrize(
    ("status", "given", "response"),
    cases(LISTINGS, "getListingsItem") + cases(LISTINGS, "searchListingsItems"),
)
def test_listings(status, given, response):
    name, arguments = "searchListingsItems", ["SELLER"]
    if "items" not in response:
        name, arguments = "getListingsItem", ["SELLER", "sku"]
    if status >= 400:
        with pytest.raises(Refused):
            called(status, response, name, *arguments)
        return
    answer = called(status, response, name, *arguments, marketplaceIds="A")
    for item in answer.get("items") or [answer]:
        found = mapper_listing.listing(item, ["ATVPDKIKX0DER"])
        assert found.sku == item["sku"]
        assert found.price.currency == "USD"
        assert found.tracked


@pytest.mark.parametrize(
    ("status", "given", "response"), cases(LISTINGS, "patchListingsItem")
)
def test_quantities(status, given, response):
    target = StockTarget(
        key="k", listing="s", stock_key="", location="DEFAULT", quantity=3
    )
    sandbox = Sandbox(status, response)
    with serving(sandbox) as origin:
        (result,) = adapter(origin).push_stock("key", (target,)).results
    accepted = response.get("status") in ("ACCEPTED", "VALID")
    expected = PushStatus.DONE if accepted else PushStatus.REJECTED
    assert result.status is expected
    (request,) = sandbox.requests
    body = json.loads(request[3])
    validate(LISTINGS, "ListingsItemPatchRequest", body)
    assert body["patches"][0]["op"] == "merge"


@pytest.mark.parametrize(
    ("status", "given", "response"), cases(ORDERS_V0, "confirmShipment")
)
def test_shipment_confirmations(status, given, response):
    body = given["body"]
    sandbox = Sandbox(status, response)
    with serving(sandbox) as origin:
        client = adapter(origin)._client
        if status >= 400:
            with pytest.raises(Refused):
                client.call("confirmShipment", given["orderId"], **body)
        else:
            assert client.call("confirmShipment", given["orderId"], **body) == {}
    assert json.loads(sandbox.requests[0][3]) == body


def test_what_is_confirmed_has_the_form_of_the_model():
    account = Account()
    with serving(spoken(account)) as origin:
        market = AmazonMarket(account, origin)
        (placed,) = market.place_orders(1)
        parcel = Parcel(tracking_number="0034", carrier="dhl")
        line = ShipmentLine(line=f"{placed}-1", quantity=1, cumulative=1)
        shipment = Shipment(
            key="picking-1",
            order=placed,
            shipped_at=datetime.now(UTC),
            lines=(line,),
            parcels=(parcel,),
        )
        market.adapter().push_shipments("k", (shipment,))
    body = account.calls[-1][3]
    validate(ORDERS_V0, "ConfirmShipmentRequest", body)
    assert body["packageDetail"]["carrierCode"] == "DHL"


def validate(path, definition, value):
    schema = {"$ref": f"#/definitions/{definition}", **model(path)}
    jsonschema.validate(value, schema)


# --- null and absent everywhere -------------------------------------------------------


def whole():
    """An order that has everything that the model knows, out of all its examples."""
    payload = order("302-1-1", datetime(2026, 1, 1, tzinfo=UTC))
    for _status, _given, response in examples(ORDERS, "getOrder") + examples(
        ORDERS, "searchOrders"
    ):
        for one in response.get("orders") or [response.get("order") or {}]:
            for name, value in one.items():
                payload.setdefault(name, value)
            for item in one.get("orderItems", []):
                for name, value in item.items():
                    payload["orderItems"][0].setdefault(name, value)
    payload["salesChannel"]["marketplaceId"] = GERMANY
    return payload


def spots(value, path=()):
    """Paths of all that can be missing in a payload."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in pairs:
        yield (*path, key)
        if isinstance(part, dict | list):
            yield from spots(part, (*path, key))


# What an order is not read without; amounts may be absent, but not be empty texts.
REQUIRED = {"orderId", "createdTime", "lastUpdatedTime", "orderItems", "orderItemId"}
REQUIRED |= {"fulfillment", "fulfillmentStatus", "quantityOrdered", "type", "amount"}


@pytest.mark.parametrize("how", ["null", "absent", "empty"])
def test_nothing_that_is_missing_is_stumbled_over(how):
    """Whatever is missing, an order is read or refused with its number; what it lacks
    never becomes another amount."""
    complete, refused = whole(), set()
    for path in spots(complete):
        payload = json.loads(json.dumps(complete))
        _spoil(payload, path, how)
        try:
            found = mapper_order.order(payload)
        except ProtocolError:
            refused.add(path[-1])
            continue
        assert codec.loads(Order, codec.dumps(found)) == found
        if path[0] not in ("proceeds", "orderItems"):
            assert found.total == Money(Decimal("43.98"), "EUR")
    assert refused <= REQUIRED


def _spoil(payload, path, how):
    *way, last = path
    for key in way:
        payload = payload[key]
    if how == "absent":
        del payload[last]
    elif how == "null":
        payload[last] = None
    else:
        payload[last] = type(payload[last])()


def test_unknown_words_are_named():
    spoiled = {
        ("fulfillment", "fulfillmentStatus"): "fulfilment status",
        ("fulfillment", "fulfilledBy"): "fulfilment party",
    }
    for path, named in spoiled.items():
        payload = whole()
        payload[path[0]][path[1]] = "NEW_WORD"
        with pytest.raises(ProtocolError, match=f"{named}.*NEW_WORD"):
            mapper_order.order(payload)


def test_every_status_of_the_model_is_known():
    statuses = model(ORDERS)["definitions"]["FulfillmentStatus"]["enum"]
    parties = ("MERCHANT", "AMAZON")
    for status, party in itertools.product(statuses, parties):
        payload = whole()
        payload["fulfillment"] |= {"fulfillmentStatus": status, "fulfilledBy": party}
        assert mapper_order.order(payload).external_id == "302-1-1"
