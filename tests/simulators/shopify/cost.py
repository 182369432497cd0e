"""Query cost and the leaky bucket (fact sheet, section 3).

Scalars and enums cost 0, objects 1, mutations 10, connections grow less than linearly
with `first`. The growth is not published; a square root meets the calibration points of
the fact sheet (lines first:10 with 8 money bags 43, inventoryLevels first:100 48,
inventorySetQuantities 10) within a few points.
"""

import math

from graphql import get_named_type, is_composite_type, is_list_type, is_non_null_type

MAX_QUERY_COST = 1000
MUTATION = 10
FREE = {"MoneyV2", "PageInfo", "UserError"}


def requested(schema, document, operation, variables):
    """Return the cost of an operation before it runs, from `first` and `last`."""
    if operation.operation.value == "mutation":
        return MUTATION
    walker = _Walker(schema, document, variables)
    return max(
        1, math.ceil(walker.selections(schema.query_type, operation.selection_set))
    )


def actual(schema, document, operation, variables, data):
    """Return the cost of what was really answered."""
    if operation.operation.value == "mutation":
        return MUTATION
    walker = _Walker(schema, document, variables)
    return max(
        1,
        math.ceil(
            walker.selections(schema.query_type, operation.selection_set, data or {})
        ),
    )


class _Walker:
    def __init__(self, schema, document, variables):
        self.schema, self.variables = schema, variables or {}
        self.fragments = {
            node.name.value: node
            for node in document.definitions
            if node.kind == "fragment_definition"
        }

    def selections(self, parent, selection_set, data=None):
        """Return the cost of a selection set; with `data` the answered sizes count
        instead of the asked ones."""
        total = 0
        for node in selection_set.selections:
            if node.kind == "field":
                total += self._field(parent, node, data)
                continue
            fragment = (
                self.fragments[node.name.value]
                if node.kind == "fragment_spread"
                else node
            )
            condition = fragment.type_condition
            inner = self.schema.get_type(condition.name.value) if condition else parent
            total += self.selections(inner, fragment.selection_set, data)
        return total

    def _field(self, parent, node, data):
        field = getattr(parent, "fields", {}).get(node.name.value)
        if (
            field is None
            or node.selection_set is None
            or not is_composite_type(get_named_type(field.type))
        ):
            return 0
        named, value = get_named_type(field.type), None
        if data is not None:
            value = data.get(node.alias.value if node.alias else node.name.value)
            if value is None:
                return 0
        if named.name.endswith("Connection"):
            return self._connection(named, node, value)
        own = 0 if named.name in FREE else 1
        plain = field.type.of_type if is_non_null_type(field.type) else field.type
        if is_list_type(plain):
            value = next(
                (one for one in value or [] if one), None if data is None else {}
            )
        return own + self.selections(named, node.selection_set, value)

    def _connection(self, named, node, value):
        size = (
            self._size(node)
            if value is None
            else len(value.get("nodes") or value.get("edges") or ())
        )
        child = 0
        for selection in node.selection_set.selections:
            if selection.kind != "field" or selection.selection_set is None:
                continue
            name = selection.name.value
            if name == "nodes":
                child += 1 + self.selections(
                    get_named_type(named.fields[name].type), selection.selection_set
                )
            elif name == "edges":
                child += self.selections(
                    get_named_type(named.fields[name].type), selection.selection_set
                )
        return 2 + math.sqrt(size) * child

    def _size(self, node):
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                if argument.value.kind == "variable":
                    return self.variables.get(argument.value.name.value) or 1
                return int(argument.value.value)
        return 1
