"""Bind resolvers to the schema. An area module only writes functions marked
`@resolver("Type.field")`."""

from functools import cache
from importlib import import_module
from pathlib import Path

from graphql import (
    build_schema,
    get_named_type,
    is_enum_type,
    is_interface_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_union_type,
)

from . import habits, paging, scopes
from .state import kind

AREAS = (
    "bulk",
    "catalog",
    "companies",
    "customers",
    "fulfilment",
    "fulfilment_writes",
    "inventory",
    "inventory_writes",
    "line_fields",
    "order_fields",
    "order_writes",
    "orders",
    "product_files",
    "product_metafields",
    "products",
    "publishing",
    "refund_writes",
    "returns",
    "prices",
    "shop_info",
    "webhooks",
)
SDL = Path(__file__).with_name("schema.graphql")
_RESOLVERS = {}


def resolver(*paths):
    """Register a function (source, info, **arguments) for one or more `Type.field`."""

    def register(function):
        for path in paths:
            _RESOLVERS[path] = function
        return function

    return register


def known():
    """Return the `Type.field` paths that have a resolver of their own."""
    return frozenset(_RESOLVERS)


@cache
def schema():
    """Return the executable schema with every field bound; an unknown `Type.field` in a
    module is an error."""
    for area in AREAS:  # importing one registers its resolvers
        import_module(f".{area}", __package__)
    built = build_schema(SDL.read_text(encoding="utf-8"))
    unused = set(_RESOLVERS)
    for typename, graphql_type in built.type_map.items():
        if is_interface_type(graphql_type) or is_union_type(graphql_type):
            graphql_type.resolve_type = _typename
        if is_enum_type(graphql_type):
            graphql_type.coerce_output_value = str  # a newer API may say anything
        if not is_object_type(graphql_type) or typename.startswith("__"):
            continue
        for name, field in graphql_type.fields.items():
            path = f"{typename}.{name}"
            unused.discard(path)
            resolve = _RESOLVERS.get(path) or _stored(name, field.type)
            resolve = habits.guard(path, resolve)
            field.resolve = scopes.guard(path, field.type, resolve)
    if unused:
        raise LookupError(
            f"resolvers without a field in schema.graphql: {sorted(unused)}"
        )
    return built


def _typename(value, _info, _type):
    return value.get("__typename") or kind(value["id"])


def _stored(name, field_type):
    """Return the resolver of a field that is kept in the node itself; gids are
    followed, lists are paged."""
    named = get_named_type(field_type)
    if named.name.endswith("Connection"):
        return lambda source, info, **args: paging.connection(
            info, _follow(source.get(name) or [], info), **args
        )
    if is_object_type(named) or is_interface_type(named) or is_union_type(named):
        if is_list_type(
            field_type.of_type if is_non_null_type(field_type) else field_type
        ):
            return lambda source, info, **args: _follow(source.get(name) or [], info)[
                : args.get("first")
            ]
        return lambda source, info, **_args: _node(source.get(name), info)
    return lambda source, info, **_args: source.get(name)


def _follow(values, info):
    return [_node(value, info) for value in values]


def _node(value, info):
    return info.context.shop.get(value) if isinstance(value, str) else value
