"""Root fields share two shapes: one node by id, and a searched, sorted, paged list."""

from .errors import bad_request
from .paging import connection, identity
from .search import Search
from .state import kind

COUNT_LIMIT = 10_000  # fact sheet, section 3


def by_id(info, gid, typename):
    """Return a node by gid, or None; a gid of another type is an error, as at
    Shopify."""
    if not gid.startswith("gid://shopify/") or kind(gid) != typename:
        raise bad_request(f"Invalid global id '{gid}'")
    return info.context.shop.get(gid)


def listing(info, nodes, fields, keys, *, query=None, sortKey="ID", **page):
    """Return a page of searched nodes.

    :param fields: search fields, see `search.Search`
    :param keys: {sort key: function(node)}; keys that are missing sort by id
    """
    found = _search(info, nodes, fields, query)
    return connection(
        info,
        found,
        sort=(sortKey, keys.get(sortKey, lambda node: identity(node))),
        **page,
    )


def count(info, nodes, fields, *, query=None, limit=COUNT_LIMIT):
    """Return a `Count`, exact up to the limit."""
    size = len(_search(info, nodes, fields, query))
    if limit is not None and size > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": size, "precision": "EXACT"}


def _search(info, nodes, fields, query):
    search = Search(query, fields)
    if search.unknown:  # an unknown field only warns, the term is ignored
        warnings = [
            {
                "field": name,
                "message": "Invalid search field for this query.",
                "code": "invalid_field",
            }
            for name in search.unknown
        ]
        info.context.extensions["search"] = [
            {"path": info.path.as_list(), "query": query, "warnings": warnings}
        ]
    return [node for node in nodes if search(node)]
