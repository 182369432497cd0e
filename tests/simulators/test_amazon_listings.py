"""Listings, product types and restrictions, through the real library."""

import httpx
import pytest
from sp_api.api import (
    ListingsItemsV20210801,
    ListingsRestrictions,
    ProductTypeDefinitions,
)
from sp_api.base.exceptions import (
    SellingApiBadRequestException,
    SellingApiNotFoundException,
)

from .amazon.listing_patch import patched
from .amazon.marketplaces import MARKETPLACES

DE, FR = (MARKETPLACES[code].id for code in ("DE", "FR"))
SKU = "SKU-0001"
ALL = "summaries,attributes,issues,offers,fulfillmentAvailability,relationships"


@pytest.fixture
def items(library):
    return library(ListingsItemsV20210801)


@pytest.fixture
def read(items, seller):
    def one(sku=SKU, place=DE):
        answer = items.get_listings_item(
            seller["seller_id"], sku, marketplaceIds=place, includedData=ALL.split(",")
        )
        return answer.payload

    return one


@pytest.fixture
def patch(items, seller):
    def sent(name, value, op="merge", sku=SKU, **more):
        body = {"op": op, "path": f"/attributes/{name}", "value": value}
        return items.patch_listings_item(
            seller["seller_id"],
            sku,
            marketplaceIds=DE,
            body={"productType": "PRODUCT", "patches": [body]},
            **more,
        ).payload

    return sent


def units(count, code="DEFAULT"):
    return [{"fulfillment_channel_code": code, "quantity": count}]


def test_a_listing_is_read(read):
    listing = read()
    assert listing["fulfillmentAvailability"] == [
        {"fulfillmentChannelCode": "DEFAULT", "quantity": 10}
    ]
    assert listing["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]
    assert listing["offers"][0]["price"] == {"amount": "20.00", "currencyCode": "EUR"}


@pytest.mark.parametrize("sku", ["a/b c+d&e", "größe", "100%", "a//b", "?x=1#y"])
def test_any_sku_can_be_asked_for(amazon, seller, read, sku):
    amazon.post(f"sellers/{seller['name']}/listings", items=[{"sku": sku}])
    assert read(sku)["sku"] == sku


def test_an_unknown_sku(read, patch):
    with pytest.raises(SellingApiNotFoundException):
        read("no such")
    answer = patch("fulfillment_availability", units(1), sku="no such")
    assert (answer["status"], answer["issues"][0]["code"]) == ("INVALID", "13013")


def test_merge_keeps_the_handling_time_and_replace_does_not(
    amazon, seller, patch, read
):
    lead = {"sku": "LEAD", "quantity": 1, "lead_days": 3}
    amazon.post(f"sellers/{seller['name']}/listings", items=[lead])
    assert patch("fulfillment_availability", units(7), sku="LEAD")["status"] == (
        "ACCEPTED"
    )
    (entry,) = read("LEAD")["attributes"]["fulfillment_availability"]
    assert (entry["quantity"], entry["lead_time_to_ship_max_days"]) == (7, 3)
    patch("fulfillment_availability", units(8), "replace", "LEAD")
    (entry,) = read("LEAD")["attributes"]["fulfillment_availability"]
    assert (entry["quantity"], "lead_time_to_ship_max_days" in entry) == (8, False)


def test_one_quantity_for_all_marketplaces_of_a_sku(patch, read):
    patch("fulfillment_availability", units(4))
    assert read(place=FR)["fulfillmentAvailability"][0]["quantity"] == 4


def offer(price, place=DE, audience="ALL"):
    schedule = [{"schedule": [{"value_with_tax": price}]}]
    return {
        "marketplace_id": place,
        "currency": "EUR",
        "audience": audience,
        "our_price": schedule,
    }


def test_replaced_offers_are_those_of_the_marketplace(patch, read):
    patch("purchasable_offer", [offer(15.0, audience="B2B")])
    assert [one["offerType"] for one in read()["offers"]] == ["B2C", "B2B"]
    patch("purchasable_offer", [offer(19.5)], "replace")
    assert [one["offerType"] for one in read()["offers"]] == ["B2C"]
    assert read()["offers"][0]["price"]["amount"] == "19.50"
    assert read(place=FR)["offers"][0]["price"]["amount"] == "20.00"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("fulfillment_availability", units("ten"), "90117"),
        ("fulfillment_availability", units(-1), "90117"),
        ("purchasable_offer", [{**offer(1.0), "our_price": []}], "99022"),
        ("purchasable_offer", [offer("1.0")], "90117"),
    ],
)
def test_invalid_values_come_back_as_issues(patch, read, name, value, code):
    answer = patch(name, value)
    assert answer["status"] == "INVALID"
    assert answer["issues"][0]["code"] == code
    assert answer["issues"][0]["attributeNames"] == [name]
    assert read()["fulfillmentAvailability"][0]["quantity"] == 10


def test_a_preview_changes_nothing(patch, read):
    answer = patch("fulfillment_availability", units(1), mode="VALIDATION_PREVIEW")
    assert answer["status"] == "VALID"
    assert read()["fulfillmentAvailability"][0]["quantity"] == 10


@pytest.mark.parametrize(
    ("sku", "value", "op"),
    [
        ("FBA", units(3), "merge"),  # a merchant's quantity for an offer of Amazon's
        ("BOTH", units(3, "AMAZON_EU"), "merge"),
        ("BOTH", units(3), "replace"),  # drops Amazon's
    ],
)
def test_converted_offers_are_noted(amazon, seller, patch, sku, value, op):
    fba = {"sku": "FBA", "quantity": None, "fba": 9}
    amazon.post(f"sellers/{seller['name']}/listings", items=[fba])
    patch("fulfillment_availability", value, op, sku)
    (found,) = amazon.get(f"sellers/{seller['name']}/defects")["defects"]
    assert (found["sku"], found["defect"]) == (sku, "fba_converted")


def test_a_merchants_quantity_beside_amazons_is_fine(amazon, seller, patch, read):
    patch("fulfillment_availability", units(3), sku="BOTH")
    assert amazon.get(f"sellers/{seller['name']}/defects")["defects"] == []
    codes = {
        one["fulfillmentChannelCode"]: one.get("quantity")
        for one in read("BOTH")["fulfillmentAvailability"]
    }
    assert codes == {
        "DEFAULT": 3,
        "AMAZON_EU": None,
        "AMAZON_NA": None,
        "AMAZON_JP": None,
    }


def test_changes_and_issues_come_later(amazon, seller, patch, read):
    amazon.post(f"sellers/{seller['name']}/settings", listing_seconds=600)
    issue = {
        "code": "18027",
        "message": "The main image is missing.",
        "severity": "WARNING",
        "categories": ["MISSING_ATTRIBUTE"],
    }
    amazon.post(
        f"sellers/{seller['name']}/listings/late_issues", sku=SKU, issues=[issue]
    )
    assert patch("fulfillment_availability", units(1))["status"] == "ACCEPTED"
    assert read()["fulfillmentAvailability"][0]["quantity"] == 10
    amazon.post("time", advance=601)
    assert read()["fulfillmentAvailability"][0]["quantity"] == 1
    assert read()["issues"] == [issue]


def full(**more):
    return {
        "item_name": [
            {"value": "Shirt", "language_tag": "de_DE", "marketplace_id": DE}
        ],
        "product_description": [{"value": "A shirt.", "marketplace_id": DE}],
        "condition_type": [{"value": "new_new", "marketplace_id": DE}],
        "purchasable_offer": [offer(9.9)],
        "fulfillment_availability": units(2),
        **more,
    }


def put(items, seller, attributes, kind="SHIRT", sku="NEW", **more):
    """Past the library's own method, which adds keys to the body."""
    return items._request(
        f"/listings/2021-08-01/items/{seller['seller_id']}/{sku}",
        data={"productType": kind, "attributes": attributes, **more},
        params={"method": "PUT", "marketplaceIds": DE},
        add_marketplace=False,
    ).payload


def test_a_full_listing_needs_its_attributes(items, seller, read):
    answer = put(items, seller, full())
    missing = {one["attributeNames"][0] for one in answer["issues"]}
    assert answer["status"] == "INVALID"
    assert {one["code"] for one in answer["issues"]} == {"90220"}
    assert missing == {"brand", "color", "shirt_size", "fabric_type", "department"}
    values = {
        name: [{"value": "x", "marketplace_id": DE}]
        for name in ("brand", "color", "fabric_type")
    }
    values["department"] = [{"value": "mens"}]
    values["shirt_size"] = [{"size": "M"}]
    assert put(items, seller, full(**values))["status"] == "ACCEPTED"
    assert read("NEW")["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]
    with pytest.raises(SellingApiNotFoundException):
        read("NEW", FR)


def test_an_offer_on_an_existing_asin(items, seller, read):
    attributes = {
        "merchant_suggested_asin": [{"value": "B000000001", "marketplace_id": DE}],
        "condition_type": [{"value": "new_new", "marketplace_id": DE}],
        "purchasable_offer": [offer(9.9)],
        "fulfillment_availability": units(2),
    }
    answer = put(
        items, seller, attributes, "PRODUCT", requirements="LISTING_OFFER_ONLY"
    )
    assert answer["status"] == "ACCEPTED"
    assert read("NEW")["summaries"][0]["asin"] == "B000000001"


def test_the_librarys_own_put_adds_keys_that_are_tolerated(items, seller):
    answer = items.put_listings_item(
        seller["seller_id"],
        SKU,
        marketplaceIds=DE,
        body={"productType": "PRODUCT", "attributes": full()},
    )
    assert answer.payload["status"] == "ACCEPTED"


def test_a_deleted_listing_is_gone_in_its_marketplace(items, seller, read):
    items.delete_listings_item(seller["seller_id"], SKU)
    with pytest.raises(SellingApiNotFoundException):
        read()
    assert read(place=FR)["sku"] == SKU


def test_search_ends_at_a_thousand(amazon, seller, items):
    amazon.post(f"sellers/{seller['name']}/settings", enforce_rates=False)
    amazon.post(f"sellers/{seller['name']}/listings", products=1020, prefix="P")
    seen, token = set(), None
    asked = {"marketplaceIds": DE, "pageSize": 20, "sortBy": "sku"}
    while True:
        answer = items.search_listings_items(
            seller["seller_id"], **asked, **({"pageToken": token} if token else {})
        )
        seen |= {one["sku"] for one in answer.payload["items"]}
        token = answer.next_token
        if not token:
            break
    assert (len(seen), answer.payload["numberOfResults"]) == (1000, 1024)


def test_search_by_sku(seller, items):
    answer = items.search_listings_items(
        seller["seller_id"],
        marketplaceIds=DE,
        identifiers=f"{SKU},BOTH",
        identifiersType="SKU",
        includedData="summaries,fulfillmentAvailability",
    )
    assert {one["sku"] for one in answer.payload["items"]} == {SKU, "BOTH"}


def test_a_product_type_has_its_schema_behind_a_link(library):
    types = library(ProductTypeDefinitions)
    found = types.search_definitions_product_types(keywords="shirt", marketplaceIds=DE)
    assert [one["name"] for one in found.payload["productTypes"]] == ["SHIRT"]
    answer = types.get_definitions_product_type("SHIRT", marketplaceIds=DE).payload
    schema = httpx.get(answer["schema"]["link"]["resource"], trust_env=False).json()
    assert "shirt_size" in schema["required"]
    assert schema["properties"]["item_name"]["items"]["required"] == ["value"]


def test_restrictions(amazon, seller, library):
    path = f"sellers/{seller['name']}/restrictions"
    amazon.post(path, asin="B1", reason="APPROVAL_REQUIRED", marketplace="DE")
    asked = {"sellerId": seller["seller_id"], "marketplaceIds": f"{DE},{FR}"}
    client = library(ListingsRestrictions)
    (one,) = client.get_listings_restrictions(asin="B1", **asked).payload[
        "restrictions"
    ]
    assert one["marketplaceId"] == DE
    assert one["reasons"][0]["reasonCode"] == "APPROVAL_REQUIRED"
    assert not client.get_listings_restrictions(asin="B2", **asked).payload[
        "restrictions"
    ]


def test_only_whole_attributes_can_be_patched(amazon, patch):
    with pytest.raises(SellingApiBadRequestException):
        patch("purchasable_offer/0", [offer(1.0)])


def test_delete_by_selector():
    before = {"purchasable_offer": [offer(1), offer(2, audience="B2B"), offer(3, FR)]}
    one = {"op": "delete", "path": "/attributes/purchasable_offer"}
    named = {**one, "value": [{"marketplace_id": DE, "audience": "B2B"}]}
    left = patched(before, [named], DE)["purchasable_offer"]
    assert [value["audience"] for value in left] == ["ALL", "ALL"]
    assert patched(before, [one], DE)["purchasable_offer"] == [offer(3, FR)]
