"""Validation of a listing against its product type (fact sheet, sections 4 and 6: codes
90220 and 99022)."""

import functools
import json

import jsonschema

from . import product_schemas
from .listing_state import MERCHANT

CODES = {"required": "90220", "minItems": "99022", "maxItems": "99022"}
OTHER = "90117"


def issue(code, message, names=(), severity="ERROR"):
    """Return an `Issue`."""
    found = {
        "code": code,
        "message": message,
        "severity": severity,
        "categories": ["INVALID_ATTRIBUTE"],
    }
    if names:
        found["attributeNames"] = list(names)
    return found


def problems(seller, change, attributes, touched):
    """Return the issues of a change: of what it touches when it is a patch, of all
    when it is a full update."""
    if change.product_type not in product_schemas.TYPES:
        text = f"Product type {change.product_type} is unknown."
        return [issue("4000003", text, ["product_type"])]
    here = {
        name: values
        for name, values in attributes.items()
        if change.kind == "UPDATE" or name in touched
    }
    requirements = change.requirements if change.kind == "UPDATE" else None
    raw = json.dumps(here, sort_keys=True)
    found = _schema_problems(change.product_type, requirements, raw)
    return [dict(one) for one in found] + _quantity_problems(here)


@functools.lru_cache(maxsize=5_000)
def _schema_problems(product_type, requirements, raw):
    """Feeds say the same of thousands of listings."""
    errors = _validator(product_type, requirements).iter_errors(json.loads(raw))
    return tuple(_issue_of(error) for error in errors)


@functools.cache
def _validator(product_type, requirements):
    schema = product_schemas.schema(product_type, requirements or "LISTING_OFFER_ONLY")
    if requirements is None:
        schema = {**schema, "required": []}
    return jsonschema.Draft201909Validator(schema)


def _issue_of(error):
    code = CODES.get(error.validator, OTHER)
    path = [str(one) for one in error.absolute_path]
    if error.validator == "required":
        name = error.message.split("'")[1]  # jsonschema says it nowhere else
        names = [".".join([*_names(path), name])] if path else [name]
        text = f"'{names[0]}' is required but not supplied."
        return issue(code, text, [path[0] if path else name])
    text = f"The value of '{'.'.join(_names(path))}' is invalid: {error.message[:200]}"
    return issue(code, text, path[:1])


def _names(path):
    return [one for one in path if not one.isdigit()]


def _quantity_problems(attributes):
    return [
        issue(OTHER, "The quantity must not be negative.", ["fulfillment_availability"])
        for one in attributes.get("fulfillment_availability", ())
        if one.get("fulfillment_channel_code") == MERCHANT
        and isinstance(one.get("quantity"), int)
        and one["quantity"] < 0
    ]
