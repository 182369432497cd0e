"""Any answer that a GraphQL schema allows, drawn by seed, null where null may be.

Nothing here knows the simulator: what a client takes from this server, it must take
from every server of the schema.
"""

import functools
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graphql import (
    GraphQLSchema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    parse,
    validate,
)

TEXTS = ("x", "", "Ünï-çødé", "تجربة", "🧦 socks", "a\nb", "0", "DROP TABLE")
START = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Drawing:
    """How answers are drawn.

    :param seed: equal seeds give equal answers to equal requests.
    :param nulls: chance of null wherever the schema allows it, 0 to 1.
    :param more: chance that a connection says it has a next page.
    :param currency: one code for all amounts; None draws one for each.
    """

    seed: int
    nulls: float = 0.3
    more: float = 0.1
    currency: str | None = "EUR"


@functools.lru_cache
def _checked(schema, query):
    """A document and what is wrong with it; checking takes longer than answering."""
    document = parse(query)
    return document, validate(schema, document)


class AnswerMaker:
    """Executes documents against a schema with drawn values.

    :param schema: the official one. :param drawing: how to draw.
    :param scopes: access scopes that the token endpoint says are granted.
    """

    def __init__(self, schema: GraphQLSchema, drawing: Drawing, scopes=()):
        self.schema, self.drawing = schema, drawing
        self.random = random.Random(drawing.seed)
        self.scopes = frozenset(scopes)
        self.invalid = []
        self.served = 0

    def answer(self, query, variables=None, operation_name=None):
        """The answer to one request; what does not fit the schema is noted."""
        document, problems = _checked(self.schema, query)
        if problems:
            self.invalid += [problem.message for problem in problems]
            return {"errors": [problem.formatted for problem in problems]}
        self.served += 1
        result = execute_sync(
            self.schema,
            document,
            variable_values=variables,
            operation_name=operation_name,
            field_resolver=self._resolve,
            type_resolver=lambda value, info, kind: value["__typename"],
        )
        self.invalid += [error.message for error in result.errors or ()]
        cost = {
            "maximumAvailable": 2000.0,
            "currentlyAvailable": 1990,
            "restoreRate": 100.0,
        }
        return {
            **result.formatted,
            "extensions": {
                "cost": {
                    "requestedQueryCost": 10,
                    "actualQueryCost": 10,
                    "throttleStatus": cost,
                }
            },
        }

    def _resolve(self, source, info, **arguments):
        name, kind = info.field_name, info.return_type
        if source is None and name in ("nodes", "node"):
            asked = arguments.get("ids") or [arguments["id"]]
            found = [self._node(gid, kind) for gid in asked]
            return found if name == "nodes" else found[0]
        if source is not None and name in source:
            return source[name]
        if name == "hasNextPage":
            return self.random.random() < self.drawing.more
        if arguments.get("names"):
            item = get_named_type(kind)
            return [{**self._object(item), "name": one} for one in arguments["names"]]
        size = arguments.get("first") or arguments.get("last") or 3
        return self._value(kind, info.parent_type, name, size, arguments)

    def _node(self, gid, kind):
        named = gid.split("/")[3]
        if self._null() or not is_object_type(self.schema.get_type(named)):
            return None
        return self._object(self.schema.get_type(named), gid)

    def _object(self, kind, gid=None):
        """A new object; one with an id knows it, and its number, at once."""
        if "id" not in kind.fields:
            return {"__typename": kind.name}
        gid = gid or self._scalar("ID", kind)
        number = gid.rsplit("/", 1)[-1].split("?")[0]
        return {"__typename": kind.name, "id": gid, "legacyResourceId": number}

    def _null(self):
        return self.random.random() < self.drawing.nulls

    def _value(self, kind, parent, name, size, arguments):
        if is_non_null_type(kind):
            kind = kind.of_type
        elif self._null():
            return None
        if is_list_type(kind):
            length = min(size, self.random.choice((0, 1, 1, 2, 3)))
            return [
                self._value(kind.of_type, parent, name, size, {}) for _ in range(length)
            ]
        if is_abstract_type(kind):
            kind = self.random.choice(self.schema.get_possible_types(kind))
        if is_object_type(kind):
            return self._object(kind, arguments.get("id"))
        if is_enum_type(kind):
            if kind.name == "CurrencyCode" and self.drawing.currency:
                return self.drawing.currency
            return self.random.choice(list(kind.values))
        return self._scalar(get_named_type(kind).name, parent)

    def _scalar(self, name, parent):
        draw = self.random
        if name in ("Int", "UnsignedInt64", "BigInt"):
            number = draw.choice((0, 1, 2, 7, 1_000_000))
            return number if name == "Int" else str(number)
        if name == "ID":
            return f"gid://shopify/{parent.name}/{draw.randrange(1, 10**13)}"
        if name == "Float":
            return draw.choice((0.0, 0.19, 12.5))
        if name == "Boolean":
            return draw.random() < 0.5
        if name in ("Decimal", "Money"):
            return draw.choice(("0.0", "10.0", "19.99", "7480", "0.005", "-3.00"))
        if name in ("DateTime", "Date"):
            moment = START + timedelta(seconds=draw.randrange(10**6))
            shape = "%Y-%m-%dT%H:%M:%SZ" if name == "DateTime" else "%Y-%m-%d"
            return moment.strftime(shape)
        if name == "URL":
            return "https://example.com/file"
        if name == "JSON":
            return {}
        return draw.choice(TEXTS)
