"""What a client must survive without expecting it: allowed, unlike the usual answer.

`extensions`: unknown keys in answers. `reorder`: orders and their items come backwards.
`duplicates`: a page begins with the order that the last one ended with (orders.py).
"""


def extend(seller, body):
    """Return a body with the seller's habits in it."""
    habits = seller.settings["habits"]
    if not isinstance(body, dict):
        return body
    for order in _orders(body):
        if "reorder" in habits:
            order["orderItems"] = order["orderItems"][::-1]
        if "extensions" in habits:
            order["novelty"] = {"since": "2027-01", "items": []}
    if "reorder" in habits and "orders" in body:
        body["orders"] = body["orders"][::-1]
    if "extensions" in habits:
        return {**body, "novelty": {"since": "2027-01"}}
    return body


def _orders(body):
    return (
        body["orders"]
        if "orders" in body
        else [body["order"]]
        if "order" in body
        else []
    )
