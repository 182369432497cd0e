"""Connections: cursors, page limits and the three shapes edges, nodes, pageInfo."""

import base64
import binascii
import json

from .errors import bad_request

MAX_PAGE = 250  # fact sheet, section 3


def connection(
    info,
    items,
    *,
    first=None,
    last=None,
    after=None,
    before=None,
    reverse=False,
    sort=None,
    **_filters,
):
    """Return one page of a connection.

    :param items: all nodes, filtered, in their natural order
    :param sort: (name, key function) or None for the natural order; ties are broken by
        id
    :raises GraphQLError: no or too large page size, or a cursor of another sort order
    """
    name, key = sort or ("POSITION", None)
    if key:
        items = sorted(items, key=lambda node: (key(node), identity(node)))
    if reverse:
        items = items[::-1]
    if info.context.bulk:
        return _page(items, name, key, False, False)
    size = _size(first, last)
    start = _position(items, after, name, key, reverse) if after else 0
    stop = _position(items, before, name, key, reverse) - 1 if before else len(items)
    window = items[start:stop]
    page = window[-size:] if first is None else window[:size]
    cut = len(window) > size
    earlier = start > 0 or (first is None and cut)
    later = stop < len(items) or (first is not None and cut)
    return _page(page, name, key, earlier, later)


def identity(node):
    """Return what orders equal keys: the number in the gid."""
    tail = node.get("id", "").split("/")[-1].split("?")[0]
    return int(tail) if tail.isdigit() else 0


def _size(first, last):
    size = first if first is not None else last
    if size is None:
        raise bad_request("you must provide one of first or last")
    if size < 1:
        raise bad_request("first and last must be positive")
    if size > MAX_PAGE:
        raise bad_request(
            f"Requested quantity of {size} exceeds max page size of {MAX_PAGE}."
        )
    return size


def _position(items, cursor, name, key, reverse):
    """Return the index after the cursor's node; nodes may have moved or gone meanwhile,
    then their key decides."""
    try:
        mark = json.loads(base64.b64decode(cursor, validate=True))
        sort, number, value = mark["sort"], mark["last_id"], mark["last_value"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise bad_request(f"'{cursor}' is not a valid cursor.") from error
    if sort != name:  # a cursor is bound to its sort key (fact sheet, section 3)
        raise bad_request("Invalid cursor for current pagination sort.")
    if key is None:
        found = [index for index, node in enumerate(items) if identity(node) == number]
        return found[0] + 1 if found else len(items)
    for index, node in enumerate(items):
        here, mark = (key(node), identity(node)), (value, number)
        if (here < mark) if reverse else (here > mark):
            return index
    return len(items)


def _cursor(node, name, key):
    mark = {
        "last_id": identity(node),
        "last_value": key(node) if key else None,
        "sort": name,
    }
    return base64.b64encode(json.dumps(mark).encode()).decode()


def _page(items, name, key, earlier, later):
    cursors = [_cursor(node, name, key) for node in items]
    return {
        "nodes": items,
        "edges": [
            {"node": node, "cursor": cursor}
            for node, cursor in zip(items, cursors, strict=True)
        ],
        "pageInfo": {
            "hasNextPage": later,
            "hasPreviousPage": earlier,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }
