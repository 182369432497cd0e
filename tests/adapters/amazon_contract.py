"""Amazon's official models, which the project holds no copy of."""

import functools
import json

from tests.harness.contracts import FOLDER

AMAZON = FOLDER / "amazon"
ABSENT = "Amazon's models are not here (CHANNEL_HUB_CONTRACTS names their folder)"
ORDERS = "orders-api-model/orders_2026-01-01.json"
ORDERS_V0 = "orders-api-model/ordersV0.json"
LISTINGS = "listings-items-api-model/listingsItems_2021-08-01.json"
SELLERS = "sellers-api-model/sellers.json"


@functools.lru_cache
def model(path):
    return json.loads((AMAZON / "models" / path).read_text())


def examples(path, operation):
    """Static sandbox examples of an operation.

    :return: list of (status, parameters by name, response).
    """
    return [
        (
            int(status),
            {name: p.get("value") for name, p in _given(case).items() if p},
            case.get("response"),
        )
        for _path, _method, found in operations(path)
        if found["operationId"] == operation
        for status, answer in found["responses"].items()
        for case in (answer.get("x-amzn-api-sandbox") or {}).get("static") or ()
    ]


def operations(path):
    """(path, HTTP method, operation) of a model."""
    return [
        (url, method, operation)
        for url, methods in model(path)["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict) and "responses" in operation
    ]


def _given(case):
    return (case.get("request") or {}).get("parameters") or {}
