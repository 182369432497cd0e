"""Amazon's warehouse: inventory, multi-channel fulfilment, the catalogue; through the
real library."""

import pytest
from sp_api.api import (
    CatalogItemsV20220401,
    FulfillmentOutbound,
    Inventories,
    OrdersV20260101,
    Reports,
    Tokens,
)
from sp_api.base.exceptions import (
    SellingApiBadRequestException,
    SellingApiNotFoundException,
)

from .amazon import contract
from .amazon.marketplaces import MARKETPLACES

DE = MARKETPLACES["DE"].id
ADDRESS = {
    "name": "Erika Mustermann",
    "addressLine1": "Hauptstraße 1",
    "city": "Berlin",
    "postalCode": "10115",
    "countryCode": "DE",
}


@pytest.fixture
def inventory(library):
    return library(Inventories)


@pytest.fixture
def mcf(library):
    return library(FulfillmentOutbound)


@pytest.fixture
def send(mcf):
    def sent(number="MCF-1", units=2, sku="BOTH", **more):
        item = {
            "sellerSku": sku,
            "sellerFulfillmentOrderItemId": "1",
            "quantity": units,
        }
        return mcf.create_fulfillment_order(
            marketplaceId=DE,
            sellerFulfillmentOrderId=number,
            displayableOrderId=number,
            displayableOrderDate="2026-11-22T00:00:00Z",
            displayableOrderComment="Thank you",
            shippingSpeedCategory="Standard",
            destinationAddress=ADDRESS,
            items=[item],
            **more,
        )

    return sent


@pytest.fixture
def act(amazon, seller):
    def acted(action, number="MCF-1", **options):
        return amazon.post(f"sellers/{seller['name']}/mcf/{number}/{action}", options)

    return acted


def _stock(amazon, seller):
    return amazon.get(f"sellers/{seller['name']}/stock")["stock"]["BOTH"]


def test_what_amazon_holds(amazon, seller, inventory):
    path = f"sellers/{seller['name']}/fba/customer_return"
    amazon.post(path, order="1", sku="BOTH", units=2, disposition="DEFECTIVE")
    answer = inventory.get_inventory_summary_marketplace(
        details=True, marketplaceIds=DE
    )
    (one,) = answer.payload["inventorySummaries"]
    assert (one["sellerSku"], one["totalQuantity"]) == ("BOTH", 10)
    details = one["inventoryDetails"]
    assert details["fulfillableQuantity"] == 8
    assert details["unfulfillableQuantity"]["defectiveQuantity"] == 2


def test_a_token_lives_thirty_seconds(amazon, seller, inventory):
    items = [{"sku": f"F-{n}", "quantity": None, "fba": 1} for n in range(60)]
    amazon.post(f"sellers/{seller['name']}/listings", items=items)
    asked = {"details": True, "marketplaceIds": DE}
    first = inventory.get_inventory_summary_marketplace(**asked)
    token = first.next_token
    second = inventory.get_inventory_summary_marketplace(**asked, nextToken=token)
    assert len(second.payload["inventorySummaries"]) == 11
    amazon.post("time", advance=31)
    with pytest.raises(SellingApiBadRequestException, match="expired"):
        inventory.get_inventory_summary_marketplace(**asked, nextToken=token)


def test_an_order_is_shipped_in_parts(amazon, seller, mcf, send, act):
    send(units=3)
    assert _stock(amazon, seller) == {"merchant": 5, "fba": 5, "reserved": 3}
    seen = [_status(mcf)]
    for _step in range(3):
        act("step")
        seen.append(_status(mcf))
    assert seen == ["New", "Received", "Planning", "Processing"]
    with pytest.raises(SellingApiBadRequestException, match="cannot be cancelled"):
        mcf.cancel_fulfillment_order("MCF-1")
    act("ship", lines={"1": 1})
    assert _status(mcf) == "Processing"
    act("ship", packages=1)
    payload = mcf.get_fulfillment_order("MCF-1").payload
    assert payload["fulfillmentOrder"]["fulfillmentOrderStatus"] == "Complete"
    assert len(payload["fulfillmentShipments"]) == 2
    package = payload["fulfillmentShipments"][0]["fulfillmentShipmentPackage"][0]
    tracked = mcf.get_package_tracking_details(packageNumber=package["packageNumber"])
    assert tracked.payload["trackingNumber"] == package["trackingNumber"]
    assert _stock(amazon, seller) == {"merchant": 5, "fba": 5, "reserved": 0}


def _status(mcf, number="MCF-1"):
    payload = mcf.get_fulfillment_order(number).payload
    return payload["fulfillmentOrder"]["fulfillmentOrderStatus"]


def test_a_number_is_good_for_one_order(amazon, seller, mcf, send):
    amazon.fault(fault="lost_answer", operations=["createFulfillmentOrder"], limit=1)
    with pytest.raises(Exception, match="disconnect|reset|closed"):
        send()
    with pytest.raises(SellingApiBadRequestException, match="exists already"):
        send()
    assert _status(mcf) == "New"
    assert _stock(amazon, seller)["fba"] == 6


def test_a_cancelled_order_frees_its_units(amazon, seller, mcf, send):
    send()
    mcf.cancel_fulfillment_order("MCF-1")
    assert _status(mcf) == "Cancelled"
    assert _stock(amazon, seller) == {"merchant": 5, "fba": 8, "reserved": 0}


@pytest.mark.parametrize("how", ["refused", "unsure"])
def test_a_cancel_request_may_come_to_nothing(amazon, seller, mcf, send, act, how):
    amazon.post(f"sellers/{seller['name']}/settings", mcf_cancel=how)
    send()
    if how == "refused":
        with pytest.raises(SellingApiBadRequestException):
            mcf.cancel_fulfillment_order("MCF-1")
    else:
        mcf.cancel_fulfillment_order("MCF-1")
    for _step in range(4):
        act("step")
    assert _status(mcf) == "Complete"


def test_policies_when_units_are_short(mcf, send):
    send(units=9)
    assert _status(mcf) == "Unfulfillable"
    send("MCF-2", units=9, fulfillmentPolicy="FillAllAvailable")
    (item,) = mcf.get_fulfillment_order("MCF-2").payload["fulfillmentOrderItems"]
    assert item["unfulfillableQuantity"] == 1


def test_orders_go_on_by_themselves(amazon, seller, mcf, send):
    amazon.post(f"sellers/{seller['name']}/settings", mcf_seconds=60)
    send()
    amazon.post("time", advance=241)
    assert _status(mcf) == "Complete"
    listed = mcf.list_all_fulfillment_orders(queryStartDate="2020-01-01T00:00:00Z")
    (one,) = listed.payload["fulfillmentOrders"]
    assert one["fulfillmentOrderStatus"] == "Complete"


@pytest.mark.parametrize(
    "wrong", [{"number": "N" * 41}, {"units": 251}, {"units": 0}, {"sku": "SKU-0001"}]
)
def test_bad_orders_are_refused(amazon, send, wrong):
    with pytest.raises(SellingApiBadRequestException):
        send(**wrong)
    amazon.violations_expected = contract.available() and "number" in wrong


def test_the_catalogue(amazon, seller, library):
    others = {"asin": "B0OTHERS01", "title": "Somebody's kettle", "barcode": "4006381"}
    amazon.post(f"sellers/{seller['name']}/catalog", others)
    client = library(CatalogItemsV20220401)
    found = client.search_catalog_items(
        identifiers="4006381",
        identifiersType="EAN",
        marketplaceIds=DE,
        includedData="summaries,identifiers",
    )
    assert [one["asin"] for one in found.payload["items"]] == ["B0OTHERS01"]
    one = client.get_catalog_item("B0OTHERS01", marketplaceIds=DE).payload
    assert one["summaries"][0]["itemName"] == "Somebody's kettle"
    with pytest.raises(SellingApiNotFoundException):
        client.get_catalog_item("B000000000", marketplaceIds=DE)


def test_a_restricted_token_works_like_the_sellers(library):
    client = library(Tokens)
    path = "/reports/2021-06-30/documents/1"
    made = client.create_restricted_data_token(
        restrictedResources=[{"method": "GET", "path": path}]
    ).payload
    assert made["expiresIn"] == 3600


def test_other_channels_orders_are_found_as_orders(amazon, seller, library, send, act):
    amazon.post(f"sellers/{seller['name']}/settings", mcf_orders=True, order_shift=200)
    send()
    for _step in range(4):
        act("step")
    found = library(OrdersV20260101).search_orders(
        createdAfter="2020-01-01T00:00:00Z", includedData=["FULFILLMENT"]
    )
    (order,) = found.payload["orders"]
    assert order["orderId"].startswith("S01-")
    assert order["salesChannel"]["channelName"] == "NON_AMAZON"
    assert order["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert _stock(amazon, seller) == {"merchant": 5, "fba": 6, "reserved": 0}


def test_amazon_ships_an_order_in_parts(amazon, seller, library):
    path = f"sellers/{seller['name']}/orders"
    spec = {"lines": [{"sku": "BOTH", "quantity": 3}], "fulfilled_by": "AMAZON"}
    number = amazon.post(path, spec)["orders"][0]["id"]
    seen = [
        amazon.post(f"{path}/{number}/ship", options) for options in ({"units": 1}, {})
    ]
    assert [one["status"] for one in seen] == ["PARTIALLY_SHIPPED", "SHIPPED"]
    assert _stock(amazon, seller) == {"merchant": 5, "fba": 5, "reserved": 0}
    client = library(Reports)
    made = client.create_report(
        reportType="GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL", marketplaceIds=[DE]
    ).payload
    document = client.get_report(made["reportId"]).payload["reportDocumentId"]
    text = client.get_report_document(document, download=True).payload["document"]
    rows = [line.split("\t") for line in text.splitlines()]
    column = rows[0].index("quantity-shipped")
    assert [row[column] for row in rows[1:]] == ["1", "2"]
