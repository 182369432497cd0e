"""Bodies of notifications (schemas in the contracts, examples there)."""

import uuid

from . import listing_state
from .order_state import by_amazon, status

V0_STATUS = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
CAMEL = ("FEED_PROCESSING_FINISHED", "REPORT_PROCESSING_FINISHED")


def body(seller, kind, subscription, facts):
    """Return a notification as it is sent.

    :param facts: of `announce`
    """
    build = _BUILDERS.get(kind)
    payload = build(seller, **facts) if build and not facts.get("test") else {}
    now = seller.clock.iso()
    metadata = {
        "ApplicationId": seller.app["application_id"],
        "SubscriptionId": subscription["subscriptionId"],
        "PublishTime": now,
        "NotificationId": str(uuid.uuid4()),
    }
    version = "2020-09-04" if kind in CAMEL else subscription["payloadVersion"]
    made = {
        "NotificationVersion": version,
        "NotificationType": kind,
        "PayloadVersion": version,
        "EventTime": now,
        "Payload": payload,
        "NotificationMetadata": metadata,
    }
    if kind in CAMEL:
        made["NotificationMetadata"] = _camel(metadata)
        return _camel(made)
    return made


def _camel(mapping):
    return {key[0].lower() + key[1:]: value for key, value in mapping.items()}


def _order(seller, order, change):
    asked = change == "BuyerRequestedChange"
    return {
        "OrderChangeNotification": {
            "NotificationLevel": "OrderLevel",
            "SellerId": seller.id,
            "AmazonOrderId": order["orderId"],
            "OrderChangeType": change,
            "OrderChangeTrigger": {
                "TimeOfOrderChange": order["lastUpdatedTime"],
                "ChangeReason": "Buyer Requested Cancel" if asked else "Status",
            },
            "Summary": _summary(order),
        }
    }


def _summary(order):
    ship, deliver = (
        order["fulfillment"][key] for key in ("shipByWindow", "deliverByWindow")
    )
    items = order["orderItems"]
    address = order["recipient"]["deliveryAddress"]
    is_pending = status(order).startswith("PENDING")
    return {
        "MarketplaceId": order["salesChannel"]["marketplaceId"],
        "OrderStatus": V0_STATUS[status(order)],
        "PurchaseDate": order["createdTime"],
        "DestinationPostalCode": None if is_pending else address.get("postalCode"),
        "FulfillmentType": "AFN" if by_amazon(order) else "MFN",
        "OrderType": "StandardOrder",
        "NumberOfItemsShipped": _units(items, "quantityFulfilled"),
        "NumberOfItemsUnshipped": _units(items, "quantityUnfulfilled"),
        "EarliestDeliveryDate": deliver["earliestDateTime"],
        "LatestDeliveryDate": deliver["latestDateTime"],
        "EarliestShipDate": ship["earliestDateTime"],
        "LatestShipDate": ship["latestDateTime"],
        "CancelNotifyDate": ship["latestDateTime"],
        "OrderPrograms": [],
        "ShippingPrograms": [],
        "OrderItems": [_item(order, one) for one in items],
    }


def _units(items, key):
    return sum(one["fulfillment"][key] for one in items)


def _item(order, item):
    request = (item.get("cancellation") or {}).get("cancellationRequest")
    return {
        "OrderItemId": item["orderItemId"],
        "SellerSKU": item["product"]["sellerSku"],
        "SupplySourceId": None,
        "OrderItemStatus": V0_STATUS[status(order)],
        "Quantity": item["quantityOrdered"],
        "QuantityShipped": item["fulfillment"]["quantityFulfilled"],
        "IsBuyerRequestedCancel": bool(request),
    }


def _feed(seller, feed):
    told = {
        "sellerId": seller.id,
        "accountId": f"amzn1.merchant.o.{seller.id}",
        "feedId": feed["feedId"],
        "feedType": feed["feedType"],
        "processingStatus": feed["processingStatus"],
    }
    if feed.get("resultFeedDocumentId"):
        told["resultFeedDocumentId"] = feed["resultFeedDocumentId"]
    return {"feedProcessingFinishedNotification": told}


def _report(seller, report):
    told = {
        "sellerId": seller.id,
        "accountId": f"amzn1.merchant.o.{seller.id}",
        "reportId": report["reportId"],
        "reportType": report["reportType"],
        "processingStatus": report["processingStatus"],
    }
    if report.get("reportDocumentId"):
        told["reportDocumentId"] = report["reportDocumentId"]
    return {"reportProcessingFinishedNotification": told}


def _mcf(seller, order, shipment=None):
    told = {
        "SellerId": seller.id,
        "EventType": "Shipment" if shipment else "Order",
        "StatusUpdatedDateTime": order["statusUpdatedDate"],
        "SellerFulfillmentOrderId": order["sellerFulfillmentOrderId"],
        "FulfillmentOrderStatus": order["fulfillmentOrderStatus"],
    }
    if shipment:
        told["FulfillmentShipment"] = {
            "FulfillmentShipmentStatus": shipment["fulfillmentShipmentStatus"],
            "AmazonShipmentId": shipment["amazonShipmentId"],
            "EstimatedArrivalDateTime": shipment.get("estimatedArrivalDate"),
            "FulfillmentShipmentPackages": [
                {
                    "PackageNumber": one["packageNumber"],
                    "CarrierCode": one["carrierCode"],
                    "TrackingNumber": one.get("trackingNumber"),
                }
                for one in shipment.get("fulfillmentShipmentPackage", ())
            ],
        }
    return {"FulfillmentOrderStatusNotification": told}


def _issues(seller, listing, marketplace):
    return {
        "SellerId": seller.id,
        "MarketplaceId": marketplace,
        "Asin": listing["asin"],
        "Sku": listing["sku"],
        "Severities": sorted({one["severity"] for one in listing["issues"]}),
        "EnforcementActions": [],
    }


def _quantity(seller, listing):
    return {
        "SellerId": seller.id,
        "FulfillmentChannelCode": listing_state.MERCHANT,
        "Sku": listing["sku"],
        "Quantity": listing_state.quantity(listing),
    }


def _fba(seller, held):
    inventory = {
        "InboundQuantityBreakdown": {
            "Working": 0,
            "Shipped": held["inbound"],
            "Receiving": 0,
        },
        "Fulfillable": held["fulfillable"],
        "Unfulfillable": sum(held["unfulfillable"].values()),
        "Researching": 0,
        "ReservedQuantityBreakdown": {
            "WarehouseProcessing": 0,
            "WarehouseTransfer": 0,
            "PendingCustomerOrder": held["reserved"],
        },
        "FutureSupplyBuyable": 0,
        "PendingCustomerOrderInTransit": 0,
    }
    return {
        "SellerId": seller.id,
        "FNSKU": held["fnsku"],
        "ASIN": held["asin"],
        "SKU": held["sku"],
        "FulfillmentInventoryByMarketplace": [
            {
                "MarketplaceId": one,
                "ItemName": held["title"],
                "FulfillmentInventory": inventory,
                "Stores": [],
            }
            for one in seller.joined
        ],
    }


_BUILDERS = {
    "FBA_INVENTORY_AVAILABILITY_CHANGES": _fba,
    "ORDER_CHANGE": _order,
    "FEED_PROCESSING_FINISHED": _feed,
    "REPORT_PROCESSING_FINISHED": _report,
    "FULFILLMENT_ORDER_STATUS": _mcf,
    "LISTINGS_ITEM_ISSUES_CHANGE": _issues,
    "LISTINGS_ITEM_MFN_QUANTITY_CHANGE": _quantity,
}
