"""GraphQL documents and helpers that several tests use."""

import uuid

SET = """
mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id changes { name delta quantityAfterChange } }
    userErrors { code field message }
  }
}
"""
FULFIL = """
mutation($f: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $f) {
    fulfillment { id status trackingInfo { number url company } }
    userErrors { field message }
  }
}
"""
ORDER = """
query($id: ID!) {
  order(id: $id) {
    name updatedAt displayFinancialStatus displayFulfillmentStatus
    totalPriceSet { presentmentMoney { amount currencyCode } }
    lineItems(first: 5) {
      nodes { id sku quantity currentQuantity unfulfilledQuantity }
      pageInfo { hasNextPage endCursor }
    }
    fulfillmentOrders(first: 5) {
      nodes {
        id status assignedLocation { location { id } } supportedActions { action }
        lineItems(first: 10) {
          nodes { id remainingQuantity totalQuantity lineItem { id } }
        }
      }
    }
    fulfillments { id status trackingInfo { number } }
  }
}
"""
LEVELS = """
query($id: ID!) {
  inventoryItem(id: $id) {
    inventoryLevels(first: 5) {
      nodes {
        location { name }
        quantities(names: ["available", "on_hand", "committed"]) { name quantity }
      }
    }
  }
}
"""
SUBSCRIBE = """
mutation($t: WebhookSubscriptionTopic!, $w: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $t, webhookSubscription: $w) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""
TAG = """
mutation($id: ID!) { tagsAdd(id: $id, tags: ["seen"]) { userErrors { message } } }
"""


def order_of(made, variant=0, quantity=2, **more):
    """Return the spec of an order of one line."""
    line = {"variant": made["variants"][variant]["id"], "quantity": quantity}
    return {"lines": [line], **more}


def quantities(client, item):
    """Return {location name: {quantity name: units}}."""
    levels = client.data(LEVELS, id=item)["inventoryItem"]["inventoryLevels"]["nodes"]
    return {
        one["location"]["name"]: {
            row["name"]: row["quantity"] for row in one["quantities"]
        }
        for one in levels
    }


def subscribe(client, topic, url, **more):
    """Return the payload of webhookSubscriptionCreate."""
    given = {"uri": url, "format": "JSON", **more}
    return client.data(SUBSCRIBE, t=topic, w=given)["webhookSubscriptionCreate"]


def adjust(client, made, delta=1, key=None):
    """Add units to the first variant at Main; return (status, headers, body)."""
    row = {
        "inventoryItemId": made["variants"][0]["item"],
        "locationId": made["locations"]["Main"],
        "delta": delta,
        "changeFromQuantity": None,
    }
    given = {"name": "available", "reason": "correction", "changes": [row]}
    return client.execute(
        """mutation($i: InventoryAdjustQuantitiesInput!, $k: String!) {
        inventoryAdjustQuantities(input: $i) @idempotent(key: $k) {
        inventoryAdjustmentGroup { id } userErrors { code message } } }""",
        {"i": given, "k": key or str(uuid.uuid4())},
    )


def available(control, made):
    """Return the available units of the first variant at Main."""
    return control.stock(made["name"])[made["variants"][0]["sku"]]["Main"]["available"]
