"""A seller account with goods in Amazon's warehouses: multi-channel fulfilment and
inventory summaries, by the forms of Amazon's models."""

from datetime import UTC, datetime
from urllib.parse import unquote

from .account import Account, Refusal

PAGE = 2  # summaries of a page


class OutboundAccount(Account):
    """``fulfilments``: payloads of ``getFulfillmentOrder`` by reference; ``inventory``:
    units by SKU, as (fulfillable, reserved)."""

    def __init__(self):
        super().__init__()
        self.fulfilments, self.inventory = {}, {}
        self.stops = True  # cancelling succeeds while nothing is being packed

    def answer(self, method, path, query, body):
        parts = [unquote(part) for part in path.strip("/").split("/")]
        if parts[:2] == ["fba", "outbound"]:
            self.calls.append((method, path, query, body))
            return self._outbound(method, parts[4:], query, body)
        if parts[:2] == ["fba", "inventory"]:
            self.calls.append((method, path, query, body))
            return 200, self._summaries(query)
        return super().answer(method, path, query, body)

    def _outbound(self, method, parts, query, body):
        if not parts:
            return self._create(body) if method == "POST" else self._list(query)
        known = self.fulfilments.get(parts[0])
        if not known:
            raise Refusal(404, "NotFound")
        if parts[1:] == ["cancel"]:
            head = known["fulfillmentOrder"]
            if head["fulfillmentOrderStatus"] == "Processing":
                raise Refusal(400)
            if self.stops:
                self.tell(parts[0], "Cancelled")
            return 200, None
        return 200, {"payload": known}

    def _create(self, body):
        reference = body["sellerFulfillmentOrderId"]
        if reference in self.fulfilments:
            raise Refusal(400)
        head = {
            k: v for k, v in body.items() if k not in ("items", "fulfillmentAction")
        }
        self.fulfilments[reference] = {
            "fulfillmentOrder": {
                **head,
                "receivedDate": _now(),
                "fulfillmentOrderStatus": "Received",
                "statusUpdatedDate": _now(),
            },
            "fulfillmentOrderItems": [
                {**one, "cancelledQuantity": 0, "unfulfillableQuantity": 0}
                for one in body["items"]
            ],
            "fulfillmentShipments": [],
            "returnItems": [],
            "returnAuthorizations": [],
        }
        return 200, None

    def _list(self, query):
        heads = [one["fulfillmentOrder"] for one in self.fulfilments.values()]
        start = int(query.get("nextToken") or 0)
        payload = {"fulfillmentOrders": heads[start : start + PAGE]}
        if start + PAGE < len(heads):
            payload["nextToken"] = str(start + PAGE)
        return 200, {"payload": payload}

    def _summaries(self, query):
        assert query["granularityType"] == "Marketplace"
        assert query["details"] == "true"
        rows = [
            {
                "sellerSku": sku,
                "totalQuantity": sum(units),
                "inventoryDetails": {
                    "fulfillableQuantity": units[0],
                    "inboundShippedQuantity": 7,
                    "reservedQuantity": {"totalReservedQuantity": units[1]},
                },
            }
            for sku, units in self.inventory.items()
        ]
        start = int(query.get("nextToken") or 0)
        answer = {
            "payload": {
                "granularity": {
                    "granularityType": "Marketplace",
                    "granularityId": query["granularityId"],
                },
                "inventorySummaries": rows[start : start + PAGE],
            }
        }
        if start + PAGE < len(rows):
            answer["pagination"] = {"nextToken": str(start + PAGE)}
        return answer

    # --- what Amazon's staff do -------------------------------------------------------

    def tell(self, reference, status):
        self.fulfilments[reference]["fulfillmentOrder"] |= {
            "fulfillmentOrderStatus": status,
            "statusUpdatedDate": _now(),
        }

    def ship(self, reference, *units, status="Complete", tracking="TBA1", **values):
        """Units leave: (line, SKU, quantity) each."""
        shipments = self.fulfilments[reference]["fulfillmentShipments"]
        shipments.append(
            {
                "amazonShipmentId": f"{reference}/{len(shipments) + 1}",
                "fulfillmentCenterId": "FRA1",
                "fulfillmentShipmentStatus": "SHIPPED",
                "shippingDate": "2026-11-20T10:00:00Z",
                "fulfillmentShipmentItem": [
                    {
                        "sellerFulfillmentOrderItemId": line,
                        "sellerSku": sku,
                        "quantity": quantity,
                        "packageNumber": 1,
                    }
                    for line, sku, quantity in units
                ],
                "fulfillmentShipmentPackage": [
                    {
                        "packageNumber": 1,
                        "carrierCode": "AMZL",
                        "trackingNumber": tracking,
                    }
                ],
                **values,
            }
        )
        self.tell(reference, status)


def _now():
    return datetime.now(UTC).isoformat()
