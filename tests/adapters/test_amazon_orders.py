"""What becomes of Amazon's orders: amounts, taxes, statuses, and how they are swept."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from odoo.addons.channel_amazon.adapter import mapper_order
from odoo.addons.channel_amazon.tests.account import (
    FRANCE,
    GERMANY,
    Account,
    order,
    serving,
    spoken,
)
from odoo.addons.channel_base.adapter.canonical import (
    FulfilmentState,
    LineKind,
    OrderState,
    PaymentState,
)
from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    DataError,
    ProtocolError,
    RateLimited,
    TransientError,
)
from odoo.addons.channel_base.adapter.ratelimit import MemoryRateLimiter
from odoo.addons.channel_base.adapter.totals import control_taxes, control_total

from .amazon_market import AmazonMarket

MOMENT = datetime(2026, 11, 1, 10, tzinfo=UTC)
AMERICA, JAPAN = "ATVPDKIKX0DER", "A1VC38T7YXB528"


def amount(text, currency="EUR"):
    return {"amount": text, "currencyCode": currency}


def sold(total, *items, market=GERMANY, currency="EUR", **values):
    """A payload of items given as (quantity, unit price, breakdowns, more)."""
    rows = []
    for number, (quantity, price, parts, more) in enumerate(items, start=1):
        rows.append(
            {
                "orderItemId": str(number),
                "quantityOrdered": quantity,
                "product": {
                    "title": "Thing",
                    "sellerSku": f"T{number}",
                    "price": {"unitPrice": amount(price, currency)} if price else None,
                },
                "proceeds": {"breakdowns": breakdowns(parts, currency)},
                "fulfillment": {"quantityFulfilled": 0},
                **more,
            }
        )
    payload = order("302-1-1", MOMENT, orderItems=rows, **values)
    payload["proceeds"] = {"grandTotal": amount(total, currency)} if total else None
    payload["salesChannel"]["marketplaceId"] = market
    return payload


def breakdowns(parts, currency):
    found = []
    for kind, value in parts.items():
        details = value if isinstance(value, dict) else {}
        total = str(sum(map(Decimal, details.values()))) if details else value
        found.append(
            {
                "type": kind,
                "subtotal": amount(total, currency),
                "detailedBreakdowns": [
                    {"subtype": subtype, "value": amount(part, currency)}
                    for subtype, part in details.items()
                ],
            }
        )
    return found


def exact(payload):
    found = mapper_order.order(payload)
    assert control_total(found) == found.total
    assert control_taxes(found) == found.tax_total
    return found


FACILITATOR = {"tax": {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR"}]}}

# --- amounts --------------------------------------------------------------------------


def test_sales_tax_that_amazon_pays_is_kept_apart():
    parts = {
        "ITEM": "100.00",
        "SHIPPING": "5.00",
        "TAX": {"ITEM": "8.00", "SHIPPING": "0.40"},
    }
    payload = sold("113.40", (1, "100.00", parts, FACILITATOR), market=AMERICA)
    found = exact(payload)
    assert not found.tax_included
    (tax,) = found.lines[0].taxes
    assert (tax.amount.amount, tax.remitted, tax.rate) == (Decimal("8.00"), True, None)
    assert found.shipping[0].taxes[0].remitted


def test_a_tax_that_never_reaches_the_seller_is_no_part_of_the_order():
    parts = {"ITEM": "100.00", "TAX": "8.00"}
    payload = sold("100.00", (1, "100.00", parts, FACILITATOR), market=AMERICA)
    found = exact(payload)
    assert found.total.amount == 100
    assert not found.lines[0].taxes


def test_prices_that_hold_the_tax():
    parts = {"ITEM": "119.00", "TAX": "19.00"}
    found = exact(sold("119.00", (1, "119.00", parts, {})))
    assert found.tax_included
    assert found.lines[0].taxes[0].amount.amount == 19
    assert not found.lines[0].taxes[0].remitted


def test_net_prices_of_a_business_order_in_europe():
    parts = {"ITEM": "100.00", "TAX": "19.00"}
    found = exact(sold("119.00", (1, "100.00", parts, {})))
    assert not found.tax_included


@pytest.mark.parametrize("sign", ["", "-"])
def test_promotions_take_off_whatever_their_sign(sign):
    parts = {
        "ITEM": "40.00",
        "SHIPPING": "4.00",
        "DISCOUNT": {"ITEM": f"{sign}5.00", "SHIPPING": f"{sign}4.00"},
    }
    more = {"promotion": {"breakdowns": [{"promotionId": "SUMMER"}]}}
    found = exact(sold("35.00", (2, "20.00", parts, more)))
    (discount,) = found.lines[0].discounts
    assert (discount.title, discount.amount.amount) == ("SUMMER", Decimal("5.00"))
    assert found.shipping[0].discounts[0].amount.amount == 4


def test_gift_wrap_is_a_charge_and_its_message_goes_to_whoever_packs():
    gift = {"giftMessage": "Alles Gute", "giftWrapLevel": "STANDARD"}
    more = {"fulfillment": {"quantityFulfilled": 0, "packing": {"giftOption": gift}}}
    parts = {"ITEM": "10.00", "GIFT_WRAP": "2.50", "DISCOUNT": {"GIFT_WRAP": "0.50"}}
    found = exact(sold("12.00", (1, "10.00", parts, more)))
    goods, wrap = found.lines
    assert ("Gift message", "Alles Gute") in goods.attributes
    assert (wrap.kind, wrap.external_id) == (LineKind.FEE, "1:GIFT_WRAP")
    assert not wrap.requires_shipping
    assert wrap.discounts[0].amount.amount == Decimal("0.50")


def test_a_discount_on_what_was_not_charged_is_not_lost():
    parts = {"ITEM": "10.00", "DISCOUNT": {"GIFT_WRAP": "0.50"}}
    found = exact(sold("9.50", (1, "10.00", parts, {})))
    assert found.lines[0].discounts[0].amount.amount == Decimal("0.50")


def test_halves_of_a_cent_come_of_the_total_of_all_units():
    found = exact(sold("44.99", (2, "22.50", {"ITEM": "44.99"}, {})))
    assert found.lines[0].unit_price.amount == Decimal("22.495")


def test_yen_have_no_cents_however_they_are_written():
    parts = {"ITEM": "380.00"}
    payload = sold("380", (1, "380.00", parts, {}), market=JAPAN, currency="JPY")
    found = exact(payload)
    assert found.total.currency == "JPY"
    assert found.tax_included


def test_points_are_a_cost_of_the_seller_and_no_discount():
    points = {"pointsGranted": {"pointsNumber": 60, "pointsMonetaryValue": None}}
    more = {"expense": {"pointsCost": points}}
    found = exact(sold("10", (1, "10", {"ITEM": "10"}, more), currency="JPY"))
    assert ("_Points granted", "60") in found.lines[0].attributes
    assert not found.lines[0].discounts


@pytest.mark.parametrize(("status", "total"), [("FINALIZED", "12"), ("PENDING", "10")])
def test_a_drivers_tip_counts_once_it_is_charged(status, total):
    payload = sold(total, (1, "10", {"ITEM": "10"}, {}))
    tip = {"type": "DELIVERY_TIP", "status": status, "subtotal": amount("2")}
    payload["proceeds"]["breakdowns"] = [tip]
    found = exact(payload)
    assert (LineKind.TIP in {line.kind for line in found.lines}) == (total == "12")


def test_an_unknown_category_of_money_is_refused():
    with pytest.raises(ProtocolError, match="NEW_FEE"):
        mapper_order.order(sold("10", (1, "10", {"NEW_FEE": "10"}, {})))


# --- states ---------------------------------------------------------------------------


def standing(status, **values):
    payload = order("302-1-1", MOMENT, **values)
    payload["fulfillment"]["fulfillmentStatus"] = status
    return payload


def test_a_pending_order_has_neither_address_nor_prices_and_still_counts():
    payload = standing("PENDING", recipient=None, buyer=None, proceeds=None)
    for item in payload["orderItems"]:
        item["proceeds"] = item["product"]["price"] = None
    found = mapper_order.order(payload)
    assert (found.state, found.payment_state) == (
        OrderState.PENDING,
        PaymentState.PENDING,
    )
    assert (found.total.amount, found.total.currency) == (0, "EUR")
    assert found.lines[0].quantity == 2
    assert found.ship_to is None
    assert not found.payments


def test_a_released_order_is_paid_by_amazon():
    found = exact(standing("UNSHIPPED"))
    assert (found.state, found.payment_state) == (OrderState.OPEN, PaymentState.PAID)
    (payment,) = found.payments
    assert (payment.gateway, payment.amount) == ("amazon", found.total)


def test_cancelled_items_have_no_units():
    payload = standing("CANCELLED", proceeds=None)
    payload["orderItems"][0] |= {
        "quantityOrdered": 0,
        "proceeds": None,
        "cancellation": {
            "cancellationExecution": {"cancelledBy": "BUYER", "cancelReason": "x"}
        },
    }
    found = exact(payload)
    assert found.state is OrderState.CANCELLED
    assert found.cancelled_at == MOMENT
    assert found.cancel_reason == "buyer x"
    assert found.lines[0].quantity == 0


def test_partly_shipped():
    payload = standing("PARTIALLY_SHIPPED")
    payload["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 1}
    found = mapper_order.order(payload)
    assert found.fulfilment_state is FulfilmentState.PARTIAL
    assert found.lines[0].fulfilled == 1


def test_shipped_without_a_word_on_the_items_is_shipped_all():
    payload = standing("SHIPPED")
    payload["orderItems"][0]["fulfillment"] = None
    assert mapper_order.order(payload).lines[0].fulfilled == 2


def test_the_buyers_wish_to_cancel_is_about_what_has_not_left():
    payload = standing("UNSHIPPED")
    wish = {"requester": "BUYER", "cancelReason": "ordered twice"}
    payload["orderItems"][0]["cancellation"] = {"cancellationRequest": wish}
    assert mapper_order.order(payload).cancel_wish == "ordered twice"
    payload["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 2}
    assert mapper_order.order(payload).cancel_wish is None


def test_what_amazon_ships_comes_from_another_source():
    payload = standing("SHIPPED")
    assert mapper_order.order(payload).source == "FBM"
    payload["fulfillment"]["fulfilledBy"] = "AMAZON"
    assert mapper_order.order(payload).source == "FBA"


def test_promises_business_and_relations():
    payload = standing(
        "UNSHIPPED",
        associatedOrders=[
            {"orderId": "302-0-0", "associationType": "REPLACEMENT_ORIGINAL_ID"}
        ],
        programs=["AMAZON_BUSINESS", "PRIME"],
    )
    payload["buyer"] |= {
        "buyerCompanyName": "Mayer GmbH",
        "buyerPurchaseOrderNumber": "PO-7",
    }
    payload["tax"] = {
        "taxRegistrations": [
            {"entityType": "MERCHANT", "taxRegistrationNumber": "ours"},
            {"entityType": "BUYER", "taxRegistrationNumber": "DE1"},
        ]
    }
    payload["fulfillment"]["shipByWindow"] = {"latestDateTime": "2026-11-03T06:59:59Z"}
    shipping = {"internationalShipping": {"iossNumber": "IM0001"}}
    payload["orderItems"][0]["fulfillment"]["shipping"] = shipping
    found = exact(payload)
    assert found.original == "302-0-0"
    assert found.tags == ("AMAZON_BUSINESS", "PRIME")
    assert (found.buyer.company, found.buyer.tax_id) == ("Mayer GmbH", "DE1")
    assert found.po_number == "PO-7"
    assert found.ship_by == datetime(2026, 11, 3, 6, 59, 59, tzinfo=UTC)
    assert ("IOSS number", "IM0001") in found.lines[0].attributes


def test_a_free_replacement_is_paid_without_payment():
    parts = {"ITEM": "0.00"}
    found = exact(sold("0.00", (1, "0.00", parts, {})))
    assert found.payment_state is PaymentState.PAID
    assert not found.payments


# --- sweeps ---------------------------------------------------------------------------


@pytest.fixture
def market():
    account = Account()
    with serving(spoken(account)) as origin:
        yield AmazonMarket(account, origin)


def test_one_call_asks_for_all_marketplaces(market):
    placed = market.place_orders(3)
    market.account.orders[placed[0]]["salesChannel"]["marketplaceId"] = FRANCE
    (page,) = market.adapter().order_pages(MOMENT)
    assert sorted(change.external_id for change in page.changes) == sorted(placed)
    (call,) = market.account.calls
    assert call[2]["marketplaceIds"] == f"{GERMANY},{FRANCE}"
    # Amazon refuses a window that ends less than two minutes ago
    assert datetime.now(UTC) - page.until > timedelta(minutes=2)


def test_pages_tell_whole_orders(market):
    (placed,) = market.place_orders(1)
    adapter = market.adapter()
    ((change,),) = [page.changes for page in adapter.order_pages(MOMENT)]
    (read,) = adapter.read_orders((placed,))
    assert change.order == read.order


def test_an_order_that_is_not_understood_is_named(market):
    placed = market.place_orders(2)
    market.spoil(placed[0])
    (page,) = market.adapter().order_pages(MOMENT)
    told = {change.external_id: change.order for change in page.changes}
    assert told[placed[0]] is None
    assert told[placed[1]]


def test_what_amazon_ships_for_other_shops_is_no_order(market):
    placed = market.place_orders(2)
    other = market.account.orders[placed[0]]["salesChannel"]
    other["channelName"] = "NON_AMAZON"
    adapter = market.adapter()
    (page,) = adapter.order_pages(MOMENT)
    assert [change.external_id for change in page.changes] == placed[1:]
    (read,) = adapter.read_orders(placed[:1])
    assert (read.order, read.error) == (None, None)


def test_a_sweep_goes_on_behind_the_page_that_it_was_throttled_at(market):
    placed, market.account.page = market.place_orders(30), 1
    limiter = MemoryRateLimiter(lambda: MOMENT)
    pages = market.adapter(limiter=limiter).order_pages(MOMENT)
    first = list(itertools.islice(pages, 20))
    with pytest.raises(RateLimited) as caught:
        next(pages)
    assert caught.value.retry_after > 170
    seen = [change for page in first for change in page.changes]
    for page in market.adapter().order_pages(MOMENT, first[-1].position):
        seen += page.changes
    assert [change.external_id for change in seen] == placed
    assert page.position is None


def test_a_sweep_whose_token_is_too_old_begins_anew_at_its_start(market):
    market.place_orders(3)
    market.account.page = 2
    first, *_rest = market.adapter().order_pages(MOMENT)
    stored = json.loads(first.position)
    stored["begun"] = "2026-01-01T00:00:00Z"
    later = MOMENT + timedelta(days=1)
    pages = list(market.adapter().order_pages(later, json.dumps(stored)))
    assert sum(len(page.changes) for page in pages) == 3


def test_no_marketplace_is_a_setting_to_make(market):
    with pytest.raises(ConfigError, match="marketplace"):
        list(market.adapter(markets="").order_pages(MOMENT))


def test_orders_read_before_the_channel_throttles_are_kept(market):
    placed = market.place_orders(32)
    reads = list(market.adapter().read_orders(tuple(placed)))
    assert [bool(read.order) for read in reads] == [True] * 30 + [False] * 2
    assert all(isinstance(read.error, RateLimited) for read in reads[30:])


def test_an_order_that_amazon_refuses_waits_for_a_person(market, monkeypatch):
    def answer(method, path, query, headers, body):
        if path.startswith("/auth"):
            return spoken(market.account)(method, path, query, headers, body)
        return 400, {}, b'{"errors": [{"code": "InvalidInput", "message": "No"}]}'

    with serving(answer) as origin:
        market.url = origin
        (read,) = market.adapter().read_orders(("1",))
    assert isinstance(read.error, DataError)
    assert not isinstance(read.error, TransientError)


# --- roles ----------------------------------------------------------------------------


def test_orders_without_addresses_tell_which_role_is_missing(market):
    (placed,) = market.place_orders(1)
    assert not market.adapter().connect().missing
    market.account.orders[placed]["recipient"] = None
    (text,) = market.adapter().connect().missing["order"]
    assert "Direct-to-Consumer" in text
