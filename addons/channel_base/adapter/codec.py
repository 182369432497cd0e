"""Exact JSON for canonical types: what is stored today is read back equal tomorrow."""

from __future__ import annotations

import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache

from .canonical import CANONICAL_VERSION
from .errors import ProtocolError


def dumps(value):
    """Write a canonical value with its format version.

    :param value: an instance of any canonical dataclass.
    :return: JSON text with sorted keys, so that equal values give equal texts.
    """
    document = {"version": CANONICAL_VERSION, "value": _encode(value)}
    return json.dumps(document, sort_keys=True, ensure_ascii=False)


def loads(cls, text):
    """Read back what ``dumps`` wrote.

    :param cls: the canonical class that was written.
    :raises ProtocolError: when the text was written by a version that is not known
        here.
    """
    document = json.loads(text)
    if document.get("version") != CANONICAL_VERSION:
        raise ProtocolError(f"stored in format {document.get('version')!r}")
    return _decode(cls, document["value"])


def _encode(value):
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if is_dataclass(value):
        return {
            field.name: _encode(getattr(value, field.name)) for field in fields(value)
        }
    raise TypeError(f"not a canonical value: {value!r}")


def _decode(hint, data):
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        if data is None:
            return None
        return _decode(
            next(a for a in typing.get_args(hint) if a is not type(None)), data
        )
    if origin is tuple:
        return _decode_tuple(typing.get_args(hint), data)
    if is_dataclass(hint):
        hints = _hints(hint)
        return hint(**{name: _decode(hints[name], item) for name, item in data.items()})
    if hint is Decimal:
        return Decimal(data)
    if hint is datetime:
        return datetime.fromisoformat(data)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(data)
    return data


def _decode_tuple(arguments, data):
    if arguments[-1] is Ellipsis:
        return tuple(_decode(arguments[0], item) for item in data)
    return tuple(
        _decode(hint, item) for hint, item in zip(arguments, data, strict=True)
    )


@cache
def _hints(cls):
    return typing.get_type_hints(cls)
