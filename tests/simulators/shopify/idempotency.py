"""The `@idempotent(key:)` directive: compulsory at run time, replays the answer (fact
sheet, section 5)."""

import functools
import json

from graphql import get_directive_values, get_named_type

from .errors import bad_request, idempotency, user_error

KEPT_SECONDS = 24 * 3600
FAILED = "failed"


def idempotent(resolve):
    """Wrap a mutation: the same key and arguments answer what they answered first,
    without a second effect.

    The same key with other arguments, while the first call is still running, or after
    an attempt that broke down is refused with the code of its own.
    """

    @functools.wraps(resolve)
    def wrapped(source, info, **arguments):
        context, shop = info.context, info.context.shop
        key = key_of(info)
        fault = context.fault.fault if context.fault else None
        if fault == "key_failed":
            mark_failed(shop, key)
        if context.concurrent_key == key or fault == "key_busy":
            return _refused(
                info,
                "The request is already being processed.",
                "IDEMPOTENCY_CONCURRENT_REQUEST",
            )
        fingerprint = json.dumps(arguments, sort_keys=True, default=str)
        known = shop.replies.get(key)
        if known and shop.clock.timestamp() - known["at"] < KEPT_SECONDS:
            if known["answer"] == FAILED:
                return _refused(
                    info,
                    "The previous attempt with this key failed.",
                    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
                )
            if known["fingerprint"] != fingerprint:
                return _refused(
                    info,
                    "The key was used with other parameters.",
                    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
                )
            return known["answer"]
        answer = resolve(source, info, **arguments)
        shop.replies[key] = {
            "fingerprint": fingerprint,
            "at": shop.clock.timestamp(),
            "answer": answer,
        }
        return answer

    return wrapped


def key_of(info):
    """Return the stored form of the request's key.

    :raises GraphQLError: the directive is missing
    """
    values = get_directive_values(
        info.schema.get_directive("idempotent"),
        info.field_nodes[0],
        info.variable_values,
    )
    if not values or not values["key"]:
        raise bad_request(
            "The @idempotent directive is required for this mutation"
            " but was not provided."
        )
    return f"{info.context.app['client_id']}:{info.field_name}:{values['key']}"


def key_in(request, app):
    """Return the stored form of the first key in a request, or None: what the server
    knows before it executes."""
    for node in request.operation.selection_set.selections:
        for directive in getattr(node, "directives", None) or ():
            if directive.name.value == "idempotent" and directive.arguments:
                value = directive.arguments[0].value
                literal = getattr(value, "value", None)
                key = (
                    request.variables.get(value.name.value)
                    if value.kind == "variable"
                    else literal
                )
                return f"{app['client_id']}:{node.name.value}:{key}"
    return None


def mark_failed(shop, key):
    """Let later uses of the key answer IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED."""
    shop.replies[key] = {
        "fingerprint": None,
        "at": shop.clock.timestamp(),
        "answer": FAILED,
    }


def _refused(info, message, code):
    """:raises GraphQLError: where the mutation's `userErrors` have no code."""
    payload = get_named_type(info.return_type)
    if "code" not in get_named_type(payload.fields["userErrors"].type).fields:
        raise idempotency(message, code)
    return {"userErrors": [user_error(message, None, code)]}
