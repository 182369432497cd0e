"""The rows of a bulk operation's file."""


def flatten(data):
    """Return (root rows, child rows): nested connections become rows with
    `__parentId`."""
    roots, children = [], []
    for value in data.values():
        for item in _items(value) or ():
            roots.append(_row(item, children))
    return roots, children


def _items(value):
    """Return the nodes of a connection, or None when the value is no connection."""
    if isinstance(value, dict) and isinstance(value.get("edges"), list):
        return [edge["node"] for edge in value["edges"]]
    if isinstance(value, dict) and isinstance(value.get("nodes"), list):
        return value["nodes"]
    return None


def _row(item, children):
    row = {}
    for key, value in item.items():
        nested = _items(value)
        if nested is None:
            row[key] = value
            continue
        for child in nested:
            children.append({**_row(child, children), "__parentId": item.get("id")})
    return row


def arranged(roots, children, grouped):
    """Put children behind their parent; not grouped, the distance is arbitrary."""
    if not grouped:
        named = {row["__parentId"] for row in children}
        parents = [row for row in children if row.get("id") in named]
        rest = [row for row in children if row.get("id") not in named]
        return [*roots, *parents, *rest[::2], *rest[1::2]]
    by_parent, ordered_rows = {}, []
    for row in children:
        by_parent.setdefault(row["__parentId"], []).append(row)
    waiting = list(reversed(roots))
    while waiting:
        row = waiting.pop()
        ordered_rows.append(row)
        waiting.extend(reversed(by_parent.get(row.get("id"), [])))
    return ordered_rows
