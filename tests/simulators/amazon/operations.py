"""The operations that are served, with their rates; area modules add themselves by
`@operation`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from werkzeug.routing import Map, Rule

AREAS = (
    "catalog_items",
    "fba",
    "feeds",
    "listings",
    "mcf",
    "notifications",
    "orders",
    "product_types",
    "reports",
    "restricted",
    "sellers",
    "shipping",
)
_OPERATIONS = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation.

    :param path: as the official model writes it, `{name}` variables
    :param rate: requests a second in the long run (operations.tsv)
    :param burst: requests at once
    :param scope: grantless scope that its token must have, None = a seller's token
    """

    name: str
    method: str
    path: str
    rate: float
    burst: int
    handler: Callable
    scope: str | None = None


def operation(name, method, path, rate, burst, *, scope=None):
    """Register a function (call, **path variables) -> body or (status, body)."""

    def register(handler):
        key = (method, path)
        assert key not in _OPERATIONS, key
        _OPERATIONS[key] = Operation(
            name=name,
            method=method,
            path=path,
            rate=rate,
            burst=burst,
            handler=handler,
            scope=scope,
        )
        return handler

    return register


@cache
def operations():
    """Return all operations."""
    for area in AREAS:  # importing one registers its operations
        import_module(f".{area}", __package__)
    return tuple(_OPERATIONS.values())


@cache
def url_map():
    """Return the werkzeug `Map` over all operations; a SKU may contain a slash."""
    rules = [
        Rule(_rule(one.path), methods=[one.method], endpoint=one)
        for one in operations()
    ]
    return Map(rules, strict_slashes=False, merge_slashes=False)


def _rule(path):
    path = path.replace("{sku}", "<path:sku>").replace(
        "{sellerSku}", "<path:sellerSku>"
    )
    return path.replace("{", "<").replace("}", ">")
