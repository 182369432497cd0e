"""Errors as Shopify prints them (fact sheet, section 4)."""

from graphql import GraphQLError

DOCS = "https://shopify.dev/api/usage"


def access_denied(what, required):
    """Return the error of a field that the app's scopes do not cover; the field becomes
    null."""
    return GraphQLError(
        f"Access denied for {what} field. Required access: `{required}` access scope.",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": f"{DOCS}/access-scopes",
            "requiredAccess": f"`{required}` access scope.",
        },
    )


def bad_request(message):
    """Return the error of a request that the schema allows and the rules do not."""
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def invalid_arguments(message):
    """Return the error of an input object that lacks a compulsory key."""
    return GraphQLError(message, extensions={"code": "INVALID_FIELD_ARGUMENTS"})


def idempotency(message, code):
    """Return the error of a key that cannot be used, where `userErrors` have no
    code."""
    return GraphQLError(message, extensions={"code": code})


def too_many(size, limit):
    """Return the error of an input array above the limit of all APIs."""
    return bad_request(
        f"The input array size of {size} is greater than the maximum"
        f" allowed of {limit}."
    )


def not_found(gid):
    """Return the error of a mutation on something that does not exist."""
    return GraphQLError(f"invalid id: {gid}", extensions={"code": "RESOURCE_NOT_FOUND"})


def throttled(cost):
    """Return the whole answer of a call that the bucket refuses; HTTP status is 200."""
    return {
        "errors": [
            {
                "message": "Throttled",
                "extensions": {
                    "code": "THROTTLED",
                    "documentation": f"{DOCS}/rate-limits",
                },
            }
        ],
        "extensions": {"cost": {**cost, "actualQueryCost": None}},
    }


def max_cost(requested, limit):
    """Return the whole answer of a query above the cost limit."""
    return {
        "errors": [
            {
                "message": f"Query cost is {requested}, which exceeds the single query"
                f" max cost limit ({limit}).",
                "extensions": {
                    "code": "MAX_COST_EXCEEDED",
                    "cost": requested,
                    "maxCost": limit,
                    "documentation": f"{DOCS}/rate-limits",
                },
            }
        ]
    }


def internal(request_id):
    """Return the whole answer of Shopify's own failure."""
    return {
        "errors": [
            {
                "message": "Internal error. Looks like something went wrong on our"
                f" end.\nRequest ID: {request_id} (include this in support requests).",
                "extensions": {
                    "code": "INTERNAL_SERVER_ERROR",
                    "requestId": request_id,
                },
            }
        ]
    }


def shop_inactive():
    """Return the whole answer for a shop that is closed."""
    error = {"message": "Shop is inactive", "extensions": {"code": "SHOP_INACTIVE"}}
    return {"errors": [error]}


def user_error(message, field=None, code=None):
    """Return one `userErrors` entry.

    :param field: path of the input, e.g. ["input", "quantities", "3", "quantity"]
    """
    error = {"field": field, "message": message}
    if code:
        error["code"] = code
    return error
