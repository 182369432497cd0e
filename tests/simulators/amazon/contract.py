"""Requests and answers against Amazon's official models, where they are at hand."""

import copy
import functools
import json
import threading
from datetime import datetime

import jsonschema

from tests.harness import contracts

FOLDER = contracts.FOLDER / "amazon"
# What the library adds to requests of its own accord (fact sheet, section 3)
ADDED = {"MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds", "path"}
_FORMATS = jsonschema.FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _date_time(value):
    if isinstance(value, str):
        datetime.fromisoformat(value.replace("Z", "+00:00"))
        return "T" in value
    return True


class Violations:
    """What broke the contract; tests look that there is none."""

    def __init__(self):
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        """Forget all."""
        self.found = []

    def add(self, operation, where, problems):
        """Note problems of a `request` or an `answer`."""
        with self._lock:
            self.found += [
                {"operation": operation, "where": where, "problem": one}
                for one in problems
            ]


@functools.cache
def available():
    """Return whether the models are here."""
    return FOLDER.is_dir()


@functools.cache
def _model(path):
    return json.loads(path.read_text(encoding="utf-8"))


@functools.cache
def _index():
    """Return {(method, path): (model, operation)} over all models."""
    found = {}
    for path in sorted((FOLDER / "models").glob("*/*.json")):
        model = _model(path)
        for route, methods in model["paths"].items():
            for method, one in methods.items():
                if isinstance(one, dict) and "operationId" in one:
                    shared = methods.get("parameters", [])
                    one.setdefault("parameters", []).extend(shared)
                    found[method.upper(), route] = (model, one)
    return found


def official(operation):
    """Return (model, operation object) of an `Operation`, or None."""
    return _index().get((operation.method, operation.path)) if available() else None


def static_examples(operation):
    """Return the sandbox examples: [(status, parameters, answer)]."""
    _model_, one = official(operation)
    found = []
    for code, response in one["responses"].items():
        for example in response.get("x-amzn-api-sandbox", {}).get("static", []):
            parameters = example.get("request", {}).get("parameters", {})
            values = {
                name: given["value"]
                for name, given in parameters.items()
                if "value" in given
            }
            found.append((int(code), values, example.get("response")))
    return found


def request_problems(operation, path_values, query, body):
    """Return what is wrong with a request.

    :param query: {name: [texts]}
    :param body: JSON value or None
    """
    known = official(operation)
    if known is None:
        return []
    model, one = known
    by_place = {"query": {}, "path": {}, "body": {}}
    for parameter in one["parameters"]:
        by_place.get(parameter["in"], {})[parameter["name"]] = parameter
    problems = [
        f"query: unknown parameter {name}"
        for name in query
        if name not in by_place["query"] and name not in ADDED
    ]
    for name, parameter in by_place["query"].items():
        problems += _query_problems(name, parameter, query.get(name))
    problems += [
        f"path: {name} is empty"
        for name in by_place["path"]
        if not path_values.get(name)
    ]
    for parameter in by_place["body"].values():
        problems += _body_problems(model, parameter, body)
    added = isinstance(body, dict) and set(body) <= ADDED
    if body is not None and not by_place["body"] and not added:
        problems.append("body: none is expected")
    return problems


def _query_problems(name, parameter, values):
    if values is None:
        return [f"query: {name} is required"] if parameter.get("required") else []
    if parameter["type"] != "array":
        if len(values) > 1:
            return [f"query: {name} is given more than once"]
        values = values[:1]
        kind = parameter
    else:
        values = split(values)
        kind = parameter["items"]
        most = parameter.get("maxItems")
        if most and len(values) > most:
            return [f"query: {name} has more than {most} values"]
    found = (_value_problem(kind, value) for value in values)
    return [f"query: {name}: {problem}" for problem in found if problem]


def split(values):
    """Return the values of an array parameter, repeated or with commas."""
    return [part for value in values for part in value.split(",") if part != ""]


def _value_problem(kind, text):
    """Return what is wrong with a text that must read as `kind`, or None."""
    wanted = kind.get("type")
    if wanted == "integer" and not text.lstrip("-").isdigit():
        return f"{text!r} is no integer"
    if wanted == "boolean" and text not in ("true", "false"):
        return f"{text!r} is no boolean"
    if "enum" in kind and text not in kind["enum"]:
        return f"{text!r} is not one of {kind['enum']}"
    if kind.get("format") == "date-time":
        try:
            datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            return f"{text!r} is no date-time"
    limits = {"minimum": lambda a, b: a < b, "maximum": lambda a, b: a > b}
    for limit, broken in limits.items():
        if limit in kind and wanted == "integer" and broken(int(text), kind[limit]):
            return f"{text} breaks the {limit} {kind[limit]}"
    return None


def _body_problems(model, parameter, body):
    if body is None:
        return ["body: missing"] if parameter.get("required") else []
    if isinstance(body, dict):
        names = _properties(model, parameter["schema"])
        kept = {
            key: value
            for key, value in body.items()
            if key not in ADDED or key in names
        }
        body = kept
    return [f"body: {one}" for one in schema_problems(model, parameter["schema"], body)]


def _properties(model, schema):
    while "$ref" in schema:
        schema = model["definitions"][schema["$ref"].rpartition("/")[2]]
    return schema.get("properties", {})


def answer_problems(operation, status, body):
    """Return what is wrong with an answer of ours."""
    known = official(operation)
    if known is None:
        return []
    model, one = known
    response = one["responses"].get(str(status))
    if response is None:
        return [f"status {status} is not in the model"]
    if "schema" not in response:
        return [] if body is None else [f"{status} has no body in the model"]
    return schema_problems(model, response["schema"], body)


def schema_problems(model, schema, value):
    """Return what is wrong with a value, unknown keys included."""
    key = (id(model), json.dumps(schema))  # models are kept, so their ids last
    if key not in _VALIDATORS:
        _VALIDATORS[key] = _build(model, schema)
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in _VALIDATORS[key].iter_errors(value)
    ]


_VALIDATORS = {}


def _build(model, schema):
    parts = _parts(model["definitions"])
    closed = {
        name: one if name in parts else _closed(one)
        for name, one in copy.deepcopy(model["definitions"]).items()
    }
    return jsonschema.Draft4Validator(
        {**_closed(copy.deepcopy(schema)), "definitions": closed},
        format_checker=_FORMATS,
    )


def _parts(node, inside=False):
    """Return the definitions that `allOf` puts together: each has only some keys."""
    if isinstance(node, list):
        return {name for one in node for name in _parts(one, inside)}
    if not isinstance(node, dict):
        return set()
    found = {
        name for key, value in node.items() for name in _parts(value, key == "allOf")
    }
    if inside and "$ref" in node:
        found.add(node["$ref"].rpartition("/")[2])
    return found


def _closed(node):
    """Forbid keys that an object of the model does not name, so that a misspelt one is
    seen."""
    if isinstance(node, dict):
        plain = not {"allOf", "additionalProperties", "$ref"} & set(node)
        if plain and isinstance(node.get("properties"), dict):
            node["additionalProperties"] = False
        for key, value in node.items():
            if key != "allOf":
                _closed(value)
    elif isinstance(node, list):
        for value in node:
            _closed(value)
    return node
