"""The static sandbox: the models' own examples, by parameter match (fact sheet, section
2)."""

from . import contract
from .errors import invalid


def answer(call):
    """Return (status, body) of the example whose parameters all match, and that names
    most of them.

    :raises ApiError: 400, none does, or the models are not here
    """
    if contract.official(call.operation) is None:
        raise invalid("The static sandbox needs the official models.")
    examples = contract.static_examples(call.operation)
    for status, parameters, body in sorted(examples, key=lambda one: -len(one[1])):
        if all(_matches(call, name, value) for name, value in parameters.items()):
            return status, None if body in (None, {}) and status == 204 else body
    raise invalid("Could not match input arguments")


def _matches(call, name, wanted):
    if name in call.path:
        return str(call.path[name]) == str(wanted)
    if name in call.raw_query:
        if isinstance(wanted, list):
            return call.query[name] == [_text(one) for one in wanted if one != ""]
        return call.query.one(name) == _text(wanted)
    return isinstance(call.body, dict | list) and _holds(call.body, wanted)


def _text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def _holds(given, wanted):
    """Return whether a body contains what an example names."""
    if isinstance(wanted, dict):
        return isinstance(given, dict) and all(
            key in given and _holds(given[key], value) for key, value in wanted.items()
        )
    return given == wanted
