"""FBA Inventory v1: getInventorySummaries (fact sheet, section 4)."""

from datetime import timedelta

from ..clock import parse
from . import paging
from .errors import denied, invalid
from .marketplaces import BY_ID, NETWORKS, asked
from .operations import operation

PAGE = 50
TOKEN_SECONDS = 30
HISTORY = timedelta(days=548)  # startDateTime reaches 18 months back
UNFULFILLABLE = {
    "CUSTOMER_DAMAGED": "customerDamagedQuantity",
    "WAREHOUSE_DAMAGED": "warehouseDamagedQuantity",
    "DISTRIBUTOR_DAMAGED": "distributorDamagedQuantity",
    "CARRIER_DAMAGED": "carrierDamagedQuantity",
    "DEFECTIVE": "defectiveQuantity",
    "EXPIRED": "expiredQuantity",
}


@operation("getInventorySummaries", "GET", "/fba/inventory/v1/summaries", 2, 2)
def summaries(call):
    """Return what Amazon holds, a page at a time; the same units are told in every
    marketplace of a network."""
    (place,) = asked(call, at_most=1) or [None]
    if call.query.one("granularityId") not in BY_ID:
        raise invalid("granularityId must be a marketplace.")
    if place is None:
        raise denied()
    token = call.query.one("nextToken")
    start = paging.read(call, token) if token else 0
    rows = [
        row for row in call.seller.table("fba").values() if _is_asked(call, row, place)
    ]
    page = rows[start : start + PAGE]
    answer = {
        "payload": {
            "granularity": {
                "granularityType": "Marketplace",
                "granularityId": call.query.one("granularityId"),
            },
            "inventorySummaries": [_summary(call, one) for one in page],
        }
    }
    if start + PAGE < len(rows):
        following = paging.make(call, start + PAGE, TOKEN_SECONDS)
        answer["pagination"] = {"nextToken": following}
    return answer


def _is_asked(call, row, place):
    """With startDateTime the SKU filters are ignored."""
    listing = call.seller.table("listings").get(row["sku"])
    codes = [
        one["fulfillment_channel_code"]
        for one in (listing or {})
        .get("attributes", {})
        .get("fulfillment_availability", ())
    ]
    if listing and NETWORKS[BY_ID[place].region] not in codes:
        return False
    since = call.query.one("startDateTime")
    if since:
        if parse(since) < call.clock.now() - HISTORY:
            raise invalid("startDateTime must not be older than 18 months.")
        return parse(row["updated"]) >= parse(since)
    wanted = call.query.get("sellerSkus")
    if call.query.one("sellerSku"):
        wanted = [call.query.one("sellerSku")]
    return not wanted or row["sku"] in wanted


def _summary(call, row):
    bad = sum(row["unfulfillable"].values())
    found = {
        "asin": row["asin"],
        "fnSku": row["fnsku"],
        "sellerSku": row["sku"],
        "condition": "NewItem",
        "lastUpdatedTime": row["updated"],
        "productName": row["title"],
        "totalQuantity": row["fulfillable"] + row["reserved"] + bad + row["inbound"],
    }
    if call.query.one("details") == "true":
        found["inventoryDetails"] = _details(row, bad)
    return found


def _details(row, bad):
    return {
        "fulfillableQuantity": row["fulfillable"],
        "inboundWorkingQuantity": 0,
        "inboundShippedQuantity": row["inbound"],
        "inboundReceivingQuantity": 0,
        "reservedQuantity": {
            "totalReservedQuantity": row["reserved"],
            "pendingCustomerOrderQuantity": row["reserved"],
            "pendingTransshipmentQuantity": 0,
            "fcProcessingQuantity": 0,
        },
        "researchingQuantity": {
            "totalResearchingQuantity": 0,
            "researchingQuantityBreakdown": [],
        },
        "unfulfillableQuantity": {
            "totalUnfulfillableQuantity": bad,
            **{
                key: row["unfulfillable"].get(kind, 0)
                for kind, key in UNFULFILLABLE.items()
            },
        },
    }
