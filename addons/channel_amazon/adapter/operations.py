"""The operations that are used: whose class of the library makes the call, and how
often Amazon lets it be made.

Rates are the defaults of the published models (calls a second, and burst); what an
answer says overrules them. Always the versioned class: the library's front classes
default to the oldest version.
"""

from dataclasses import dataclass

from sp_api.api import (
    FulfillmentOutbound,
    Inventories,
    ListingsItemsV20210801,
    OrdersV0,
    OrdersV20260101,
    Sellers,
)

from odoo.addons.channel_base.adapter.ratelimit import Bucket


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the Selling Partner API.

    :param api: class of the library; :param method: of it.
    :param rate: calls a second; :param burst: calls that can be saved up.
    :param personal: its bodies tell who buys: the trace keeps nothing of them.
    :param silent: its answer may have no body.
    """

    api: type
    method: str
    rate: float
    burst: int
    personal: bool = False
    silent: bool = False

    def bucket(self, name):
        """The rate as the limiter takes it; there is one bucket per operation."""
        return Bucket(name, float(self.burst), self.rate)


OPERATIONS = {
    "getMarketplaceParticipations": Operation(
        Sellers, "get_marketplace_participation", 0.016, 15
    ),
    "searchOrders": Operation(
        OrdersV20260101, "search_orders", 0.0056, 20, personal=True
    ),
    "getOrder": Operation(OrdersV20260101, "get_order", 0.5, 30, personal=True),
    "confirmShipment": Operation(OrdersV0, "confirm_shipment", 2, 10),
    "getListingsItem": Operation(ListingsItemsV20210801, "get_listings_item", 5, 10),
    "searchListingsItems": Operation(
        ListingsItemsV20210801, "search_listings_items", 5, 5
    ),
    "createFulfillmentOrder": Operation(
        FulfillmentOutbound,
        "create_fulfillment_order",
        2,
        30,
        personal=True,
        silent=True,
    ),
    "getFulfillmentOrder": Operation(
        FulfillmentOutbound, "get_fulfillment_order", 2, 30, personal=True
    ),
    "listAllFulfillmentOrders": Operation(
        FulfillmentOutbound, "list_all_fulfillment_orders", 2, 30, personal=True
    ),
    "cancelFulfillmentOrder": Operation(
        FulfillmentOutbound, "cancel_fulfillment_order", 2, 30, silent=True
    ),
    "getInventorySummaries": Operation(
        Inventories, "get_inventory_summary_marketplace", 2, 2
    ),
    "patchListingsItem": Operation(ListingsItemsV20210801, "patch_listings_item", 5, 5),
}
