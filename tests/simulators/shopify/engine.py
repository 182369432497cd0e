"""Execute a GraphQL request against a shop: parse, validate, price, run, answer."""

from dataclasses import dataclass, field
from functools import lru_cache

from graphql import (
    GraphQLError,
    execute_sync,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from . import cost, errors, registry

CODES = {
    "FieldsOnCorrectTypeRule": "undefinedField",
    "KnownArgumentNamesRule": "argumentNotAccepted",
    "ProvidedRequiredArgumentsRule": "missingRequiredArguments",
    "VariablesInAllowedPositionRule": "variableMismatch",
    "NoUndefinedVariablesRule": "variableNotDefined",
    "NoUnusedVariablesRule": "variableNotUsed",
    "ValuesOfCorrectTypeRule": "argumentLiteralsIncompatible",
    "KnownTypeNamesRule": "undefinedType",
    "KnownFragmentNamesRule": "useAndDefineFragment",
    "NoUnusedFragmentsRule": "useAndDefineFragment",
    "KnownDirectivesRule": "undefinedDirective",
    "ScalarLeafsRule": "selectionMismatch",
}


@dataclass(slots=True, kw_only=True)
class Context:
    """What resolvers see of the request.

    :param shop: `Shop`
    :param app: the calling app
    :param origin: URL prefix under which this shop is served, for links in answers
    :param bulk: connections answer all their nodes (bulk operations)
    :param concurrent_key: idempotency key that another running request holds
    :param fault: `faults.Rule` that spoils this call, for the kinds that strike inside
    """

    shop: object
    app: dict
    origin: str = ""
    bulk: bool = False
    concurrent_key: str | None = None
    fault: object = None
    extensions: dict = field(default_factory=dict)

    @property
    def scopes(self):
        return self.app["scopes"]


@dataclass(slots=True, frozen=True, kw_only=True)
class Request:
    """A parsed and valid request.

    :param fields: names of the root fields; the first one names the operation in logs,
        faults and crash points
    """

    document: object
    operation: object
    variables: dict
    fields: tuple

    @property
    def name(self):
        return self.fields[0]

    @property
    def is_mutation(self):
        return self.operation.operation.value == "mutation"


class InvalidRequest(Exception):
    """The document does not fit the schema; `answer` is what Shopify replies, with HTTP
    200."""

    def __init__(self, graphql_errors):
        super().__init__("; ".join(error.message for error in graphql_errors))
        self.answer = {"errors": [error.formatted for error in graphql_errors]}


@lru_cache(maxsize=512)
def _checked(text):
    """Return (document, errors) of a query text, with Shopify's code on every error."""
    schema = registry.schema()
    try:
        document = parse(text, max_tokens=50_000)
    except GraphQLError as error:
        error.extensions = {"code": "parseError"}
        return None, (error,)
    if not validate(schema, document):
        return document, ()
    found = []
    for rule in specified_rules:
        for error in validate(schema, document, [rule]):
            error.extensions = {
                "code": CODES.get(rule.__name__, rule.__name__.removesuffix("Rule"))
            }
            found.append(error)
    return document, tuple(found)


def prepare(query, variables=None, operation_name=None):
    """Return the `Request`.

    :raises InvalidRequest: the document does not parse or does not fit our subset of
        the schema
    """
    document, problems = _checked(query)
    if problems:
        raise InvalidRequest(problems)
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        raise InvalidRequest(
            [
                GraphQLError(
                    "An operation name is required",
                    extensions={"code": "missingOperation"},
                )
            ]
        )
    roots = _root_fields(document, operation.selection_set)
    return Request(
        document=document,
        operation=operation,
        variables=dict(variables or {}),
        fields=roots,
    )


def _root_fields(document, selection_set):
    fragments = {
        node.name.value: node
        for node in document.definitions
        if node.kind == "fragment_definition"
    }
    names = []
    for node in selection_set.selections:
        if node.kind == "field":
            names.append(node.name.value)
        else:
            fragment = (
                fragments[node.name.value] if node.kind == "fragment_spread" else node
            )
            names.extend(_root_fields(document, fragment.selection_set))
    return tuple(names)


def requested_cost(request):
    """Return `requestedQueryCost`."""
    return cost.requested(
        registry.schema(), request.document, request.operation, request.variables
    )


def execute(request, context):
    """Run a request under the shop's lock.

    :return: the answer as dict with `data`, and `errors` when there are some; without
        `extensions.cost`
    """
    with context.shop.lock:
        result = execute_sync(
            registry.schema(),
            request.document,
            context_value=context,
            variable_values=request.variables,
            operation_name=request.operation.name.value
            if request.operation.name
            else None,
        )
    answer = {}
    if result.errors:
        answer["errors"] = [_formatted(error) for error in result.errors]
    if result.data is not None or not result.errors:
        answer["data"] = result.data
    if context.extensions:
        answer["extensions"] = dict(context.extensions)
    return answer


def _formatted(error):
    """Return the error for the answer; a defect of the simulator itself must never look
    like Shopify's."""
    original = error.original_error
    if original is not None and not isinstance(original, GraphQLError):
        raise original
    formatted = error.formatted
    if not formatted.get("extensions"):  # graphql-core found the variables unfit
        formatted["extensions"] = {"code": "INVALID_VARIABLE"}
    return formatted


def run(shop, query, variables=None, operation_name=None, *, app=None):
    """Execute without HTTP, throttling or faults: for generators and tests of pure
    code.

    :param app: the calling app; default the shop's first one
    :return: the answer with `data` and maybe `errors`
    """
    try:
        request = prepare(query, variables, operation_name)
    except InvalidRequest as error:
        return error.answer
    return execute(
        request, Context(shop=shop, app=app or next(iter(shop.apps.values())))
    )


def price(request, answer):
    """Return (requested, actual) cost of an executed request."""
    schema = registry.schema()
    wanted = cost.requested(
        schema, request.document, request.operation, request.variables
    )
    used = cost.actual(
        schema,
        request.document,
        request.operation,
        request.variables,
        answer.get("data"),
    )
    return wanted, min(used, wanted)


def throttled(wanted, bucket):
    """Return the THROTTLED answer."""
    return errors.throttled(
        {"requestedQueryCost": wanted, "throttleStatus": bucket.status()}
    )
