"""Tokens, sellers, orders and shipments, through the real library."""

import pytest
from sp_api.api import OrdersV0, OrdersV20260101, Sellers
from sp_api.auth.exceptions import AuthorizationError
from sp_api.base.exceptions import (
    SellingApiBadRequestException,
    SellingApiForbiddenException,
    SellingApiNotFoundException,
    SellingApiRequestThrottledException,
)

from .amazon import contract
from .amazon.marketplaces import MARKETPLACES
from .amazon_client import Refused

DE, FR, US = (MARKETPLACES[code].id for code in ("DE", "FR", "US"))
EVERYTHING = [
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
]
LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.fixture
def orders(seller, library):
    return library(OrdersV20260101)


@pytest.fixture
def place(amazon, seller):
    def placed(**spec):
        given = {"lines": [{"sku": "SKU-0001"}], "age": 300, **spec}
        (made,) = amazon.post(f"sellers/{seller['name']}/orders", given)["orders"]
        return made["id"]

    return placed


def test_the_seller_says_where_it_sells(seller, library):
    answer = library(Sellers).get_marketplace_participation()
    assert [one["marketplace"]["countryCode"] for one in answer.payload] == [
        "DE",
        "FR",
        "GB",
        "US",
        "JP",
    ]
    assert answer.rate_limit == "0.016"


def test_a_regional_token_reaches_its_region(seller, library):
    seller["refresh_token"] += "|NA"
    (one,) = library(Sellers).get_marketplace_participation().payload
    assert one["marketplace"]["id"] == US
    with pytest.raises(SellingApiForbiddenException):
        library(OrdersV20260101).search_orders(createdAfter=LONG_AGO, marketplaceIds=DE)


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"refresh_token": "Atzr|gone"}, "invalid_grant"),
        ({"app": {"client_id": "x", "client_secret": "y"}}, "invalid_client"),
    ],
)
def test_bad_credentials(seller, library, broken, code):
    seller.update(broken)
    with pytest.raises(AuthorizationError) as caught:
        library(Sellers).get_marketplace_participation()
    assert caught.value.error_code == code


def test_an_authorisation_code_gives_a_refresh_token(amazon, seller, library):
    code = amazon.post(f"sellers/{seller['name']}/authorise")["code"]
    answer = library(Sellers)._auth.authorize_auth_code(code)
    seller["refresh_token"] = answer["refresh_token"]
    assert library(Sellers).get_marketplace_participation().payload
    with pytest.raises(AuthorizationError):
        library(Sellers)._auth.authorize_auth_code(code)


def test_an_order_as_asked_for(orders, place):
    number = place(
        lines=[{"sku": "SKU-0001", "quantity": 2, "price": "19.99", "shipping": "4.90"}]
    )
    bare = orders.get_order(number).payload["order"]
    assert {"buyer", "recipient", "proceeds", "fulfillment"}.isdisjoint(bare)
    full = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    assert full["proceeds"]["grandTotal"] == {"amount": "44.88", "currencyCode": "EUR"}
    (item,) = full["orderItems"]
    assert [one["type"] for one in item["proceeds"]["breakdowns"]] == [
        "ITEM",
        "SHIPPING",
    ]
    assert full["recipient"]["deliveryAddress"]["city"] == "Berlin"


def test_tax_is_apart_where_prices_have_none(orders, place):
    line = {"sku": "SKU-0001", "price": "10.00", "tax_rate": "0.0825"}
    number = place(marketplace="US", lines=[{**line, "facilitator": True}])
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    (item,) = order["orderItems"]
    assert item["proceeds"]["breakdowns"][1]["subtotal"]["amount"] == "0.83"
    assert item["tax"]["taxCollections"][0]["model"] == "MARKETPLACE_FACILITATOR"
    assert order["proceeds"]["grandTotal"]["amount"] == "10.83"


def test_search_pages_through_what_changed(orders, place):
    made = [place(age=age) for age in (900, 800, 700)]
    asked = {"lastUpdatedAfter": LONG_AGO, "marketplaceIds": DE}
    first = orders.search_orders(**asked, maxResultsPerPage=2)
    second = orders.search_orders(
        **asked, maxResultsPerPage=2, paginationToken=first.next_token
    )
    seen = [
        one["orderId"] for page in (first, second) for one in page.payload["orders"]
    ]
    assert seen == made
    assert second.next_token is None
    with pytest.raises(SellingApiBadRequestException):
        orders.search_orders(
            lastUpdatedAfter=LONG_AGO, paginationToken=first.next_token
        )


def test_an_empty_page_may_have_a_token(amazon, seller, orders, place):
    place()
    amazon.post(f"sellers/{seller['name']}/settings", empty_pages=True)
    first = orders.search_orders(createdAfter=LONG_AGO)
    assert first.payload["orders"] == []
    second = orders.search_orders(
        createdAfter=LONG_AGO, paginationToken=first.next_token
    )
    assert len(second.payload["orders"]) == 1


def test_the_last_two_minutes_are_not_shown(amazon, orders, place):
    place(age=0)
    assert orders.search_orders(createdAfter=LONG_AGO).payload["orders"] == []
    now = amazon.get("status")["now"]
    with pytest.raises(SellingApiBadRequestException, match="two minutes"):
        orders.search_orders(createdAfter=LONG_AGO, createdBefore=now)
    amazon.post("time", advance=121)
    assert len(orders.search_orders(createdAfter=LONG_AGO).payload["orders"]) == 1


@pytest.mark.parametrize(
    "query",
    [{}, {"createdAfter": LONG_AGO, "lastUpdatedAfter": LONG_AGO}],
)
def test_exactly_one_axis(orders, query):
    with pytest.raises(SellingApiBadRequestException):
        orders.search_orders(**query)


def test_pending_orders_hide_people_and_perhaps_prices(amazon, seller, orders, place):
    number = place(status="PENDING")
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    assert {"buyer", "recipient"}.isdisjoint(order)
    assert "proceeds" in order
    amazon.post(f"sellers/{seller['name']}/settings", pending_prices=False)
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    assert "proceeds" not in order
    assert "price" not in order["orderItems"][0]["product"]
    amazon.post(f"sellers/{seller['name']}/orders/{number}/release", {})
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    assert order["recipient"]
    assert order["proceeds"]


def test_people_are_seen_by_role(amazon, seller, orders, place):
    number = place(business={"company": "ACME", "vat": "DE123456789", "po": "PO-1"})
    amazon.post(f"sellers/{seller['name']}/settings", roles=["orders"])
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    assert {"recipient", "tax"}.isdisjoint(order)
    assert order["buyer"] == {
        "buyerCompanyName": "ACME",
        "buyerPurchaseOrderNumber": "PO-1",
    }
    amazon.post(f"sellers/{seller['name']}/settings", roles=[])
    with pytest.raises(SellingApiForbiddenException):
        orders.get_order(number)


def test_everything_an_order_may_carry_is_in_the_model(amazon, seller, orders, place):
    line = {
        "sku": "SKU-0001",
        "price": "5.00",
        "gift": {"message": "Für dich\n🎁", "level": "Classic", "price": "2.50"},
        "discount": "1.00",
        "promotions": ["SUMMER"],
        "points": {"number": 10, "value": "0.10"},
        "ioss": "IM2760000742",
        "cod_fee": "1.00",
        "business_price": True,
        "customized_url": "https://example.com/custom.zip",
    }
    number = place(
        lines=[line],
        prime=True,
        business={"company": "ACME", "vat": "DE1", "po": "7"},
        payment_method="Invoice",
        tip="1.00",
        seller_order_id="S1",
        replaces="301-1000000-0000001",
    )
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    assert order["proceeds"]["grandTotal"]["amount"] == "8.50"
    assert order["programs"] == ["PRIME", "AMAZON_BUSINESS"]


def test_orders_take_the_stock_that_is_offered(amazon, seller, place):
    place(lines=[{"sku": "SKU-0001", "quantity": 4}])
    number = place(lines=[{"sku": "SKU-0001", "quantity": 6}])
    assert _stock(amazon, seller)["merchant"] == 0
    with pytest.raises(Exception, match="0 left"):
        place()
    amazon.post(f"sellers/{seller['name']}/orders/{number}/cancel", units=2)
    assert _stock(amazon, seller)["merchant"] == 2
    row = amazon.get(f"sellers/{seller['name']}/orders")["orders"][number]
    assert (row["status"], row["total"]["amount"]) == ("UNSHIPPED", "80.00")


def _stock(amazon, seller, sku="SKU-0001"):
    return amazon.get(f"sellers/{seller['name']}/stock")["stock"][sku]


def test_cancelled_items_are_told_apart_from_requests(amazon, seller, orders, place):
    number = place()
    path = f"sellers/{seller['name']}/orders/{number}"
    amazon.post(f"{path}/request_cancel", {})
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    request = order["orderItems"][0]["cancellation"]["cancellationRequest"]
    assert request["requester"] == "BUYER"
    amazon.post(f"{path}/cancel", {})
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    assert order["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert order["orderItems"][0]["quantityOrdered"] == 0


def _package(order, reference, units, **more):
    return {
        "packageReferenceId": reference,
        "carrierCode": "DHL",
        "trackingNumber": f"TN{reference}",
        "shipDate": order["createdTime"],
        "orderItems": [
            {"orderItemId": order["orderItems"][0]["orderItemId"], "quantity": units}
        ],
        **more,
    }


@pytest.fixture
def ship(orders, library):
    client = library(OrdersV0)

    def shipped(number, reference, units, **more):
        order = orders.get_order(number).payload["order"]
        detail = _package(order, reference, units, **more)
        return client.confirm_shipment(number, marketplaceId=DE, packageDetail=detail)

    return shipped


def test_shipments_package_by_package(orders, place, ship):
    number = place(lines=[{"sku": "SKU-0001", "quantity": 3}])
    ship(number, "1", 1)
    ship(number, "1", 1, trackingNumber="changed")
    assert _state(orders, number) == ("PARTIALLY_SHIPPED", 1, ["changed"])
    with pytest.raises(SellingApiBadRequestException, match="larger"):
        ship(number, "2", 3)
    ship(number, "2", 2)
    assert _state(orders, number) == ("SHIPPED", 3, ["changed", "TN2"])
    with pytest.raises(SellingApiBadRequestException, match="PackageToUpdateNotFound"):
        ship(number, "3", 1)


def _state(orders, number):
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    done = order["orderItems"][0]["fulfillment"]["quantityFulfilled"]
    tracking = [one["trackingNumber"] for one in order["packages"]]
    return order["fulfillment"]["fulfillmentStatus"], done, tracking


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"packageReferenceId": "A"}, "packageReferenceId"),
        ({"carrierCode": "Other"}, "carrierName"),
        ({"shipDate": "2099-01-01T00:00:00Z"}, "future"),
        ({"shipDate": "2001-01-01T00:00:00Z"}, "purchase"),
        ({"orderItems": [{"orderItemId": "1", "quantity": 1}]}, "OrderItemId"),
    ],
)
def test_bad_shipments_are_refused(place, ship, wrong, text):
    number = place()
    with pytest.raises(SellingApiBadRequestException, match=text):
        ship(number, "1", 1, **wrong)


def test_a_number_as_package_reference_breaks_the_model(amazon, place, ship):
    with pytest.raises(SellingApiBadRequestException):
        ship(place(), 1, 1)
    amazon.violations_expected = contract.available()


def test_unknown_orders(orders):
    with pytest.raises(SellingApiNotFoundException):
        orders.get_order("301-0000000-0000000")


def test_amazons_orders_take_amazons_stock(amazon, seller, orders, place):
    number = place(lines=[{"sku": "BOTH", "quantity": 2}], fulfilled_by="AMAZON")
    assert _stock(amazon, seller, "BOTH") == {"merchant": 5, "fba": 6, "reserved": 2}
    order = orders.get_order(number, includedData=EVERYTHING).payload["order"]
    assert "phone" not in order["recipient"]["deliveryAddress"]
    assert "buyerEmail" not in order["buyer"]
    amazon.post(f"sellers/{seller['name']}/orders/{number}/ship", {})
    assert _stock(amazon, seller, "BOTH")["reserved"] == 0
    assert _state_of(orders, number) == "SHIPPED"


def _state_of(orders, number):
    order = orders.get_order(number, includedData=["FULFILLMENT"]).payload["order"]
    return order["fulfillment"]["fulfillmentStatus"]


def test_the_search_rate_is_tiny(amazon, orders):
    for _call in range(20):
        orders.search_orders(createdAfter=LONG_AGO)
    with pytest.raises(SellingApiRequestThrottledException) as caught:
        orders.search_orders(createdAfter=LONG_AGO)
    assert caught.value.amzn_code == "QuotaExceeded"
    assert "x-amzn-ratelimit-limit" not in caught.value.headers
    amazon.post("time", advance=180)
    orders.search_orders(createdAfter=LONG_AGO)


@pytest.mark.parametrize(
    "fault", ["html_502", "html_503", "gateway_403", "empty_429", "html_502_after"]
)
def test_what_the_library_hides(amazon, orders, place, fault):
    number = place()
    amazon.fault(fault=fault, operations=["getOrder"], limit=1)
    with pytest.raises(Refused):
        orders.get_order(number)
    assert orders.get_order(number).payload["order"]["orderId"] == number


def test_a_lost_answer_has_happened(amazon, seller, place, ship):
    number = place()
    amazon.fault(fault="lost_answer", operations=["confirmShipment"], limit=1)
    with pytest.raises(Exception, match="disconnect|reset|closed"):
        ship(number, "1", 1)
    row = amazon.get(f"sellers/{seller['name']}/orders")["orders"][number]
    assert row["status"] == "SHIPPED"
    ship(number, "1", 1)


def test_a_token_may_end_at_any_time(amazon, orders, place, library):
    number = place()
    orders.get_order(number)
    amazon.fault(fault="expired_token", operations=["getOrder"], limit=1)
    with pytest.raises(SellingApiForbiddenException):
        orders.get_order(number)
    with pytest.raises(SellingApiForbiddenException):  # the library keeps the old one
        orders.get_order(number)
    assert library(OrdersV20260101).get_order(number)


def test_pages_may_overlap_and_come_backwards(amazon, seller, orders, place):
    made = [place(age=age) for age in (900, 800, 700)]
    habits = ["duplicates", "reorder", "extensions"]
    amazon.post(f"sellers/{seller['name']}/settings", habits=habits)
    asked = {"createdAfter": LONG_AGO, "maxResultsPerPage": 2}
    first = orders.search_orders(**asked)
    second = orders.search_orders(**asked, paginationToken=first.next_token)
    seen = [
        [one["orderId"] for one in page.payload["orders"]] for page in (first, second)
    ]
    assert seen == [[made[1], made[0]], [made[2], made[1]]]


def test_an_order_just_told_may_not_be_found_yet(amazon, seller, orders, place):
    amazon.post(f"sellers/{seller['name']}/settings", get_lag=60)
    number = place()
    with pytest.raises(SellingApiNotFoundException):
        orders.get_order(number)
    amazon.post("time", advance=61)
    assert orders.get_order(number)
