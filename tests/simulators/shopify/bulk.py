"""Bulk queries: JSONL files of whole connections (fact sheet, section 3)."""

import json
import random
import threading

from graphql import Visitor, parse, visit
from graphql.error import GraphQLError

from . import engine
from .bulk_file import arranged, flatten
from .errors import user_error
from .lookup import by_id, listing
from .registry import resolver
from .search import exact, ordered

MAX_RUNNING = 5
MAX_CONNECTIONS = 5
MAX_DEPTH = 2
ACTIVE = ("CREATED", "RUNNING", "CANCELING")
LINK_SECONDS = 7 * 86400
FIELDS = {
    "status": exact(lambda node: node["status"]),
    "operation_type": exact(lambda node: node["type"]),
    "created_at": ordered(lambda node: node["createdAt"]),
}
KEYS = {
    "CREATED_AT": lambda node: node["createdAt"],
    "COMPLETED_AT": lambda node: node["completedAt"] or "",
}


@resolver("QueryRoot.bulkOperation")
def bulk_operation(_source, info, id):
    return by_id(info, id, "BulkOperation")


@resolver("QueryRoot.bulkOperations")
def bulk_operations(_source, info, **page):
    return listing(info, info.context.shop.all("BulkOperation"), FIELDS, KEYS, **page)


@resolver("BulkOperation.url")
def url(source, info):
    """Answer the download address for 7 days; null when there is nothing to
    download."""
    return _address(source, info) if source["status"] == "COMPLETED" else None


@resolver("BulkOperation.partialDataUrl")
def partial_url(source, info):
    return (
        _address(source, info) if source["status"] in ("FAILED", "CANCELED") else None
    )


def _address(source, info):
    shop = info.context.shop
    if not source.get("lines") or source["expires_at"] < shop.clock.timestamp():
        return None
    file = f"{source['legacyResourceId']}.jsonl?signature={source['signature']}"
    return f"{info.context.origin}/_bulk/{file}"


@resolver("Mutation.bulkOperationRunQuery")
def run_query(_source, info, query, groupObjects=False):
    """Start a bulk query; up to 5 run at a time per app and shop."""
    shop = info.context.shop
    running = [node for node in shop.all("BulkOperation") if node["status"] in ACTIVE]
    problem = _problem(query)
    if problem:
        return {
            "bulkOperation": None,
            "userErrors": [user_error(problem, ["query"], "INVALID")],
        }
    if len(running) >= MAX_RUNNING:
        message = "A bulk operation of this type is already in progress."
        return {
            "bulkOperation": None,
            "userErrors": [user_error(message, None, "OPERATION_IN_PROGRESS")],
        }
    node = shop.add(
        "BulkOperation",
        {
            "type": "QUERY",
            "query": query,
            "status": "CREATED",
            "errorCode": None,
            "completedAt": None,
            "objectCount": "0",
            "rootObjectCount": "0",
            "fileSize": None,
            "signature": f"{random.getrandbits(64):016x}",
            "app": info.context.app["client_id"],
            "grouped": groupObjects,
        },
    )
    fault = shop.settings.get("bulk_fault")
    worker = threading.Thread(
        target=_work, args=(shop, node, info.context.app, fault), daemon=True
    )
    worker.start()
    return {"bulkOperation": node, "userErrors": []}


@resolver("Mutation.bulkOperationCancel")
def cancel(_source, info, id):
    node = by_id(info, id, "BulkOperation")
    if node is None or node["status"] not in ACTIVE:
        return {
            "bulkOperation": node,
            "userErrors": [user_error("A bulk operation cannot be canceled.", ["id"])],
        }
    node["status"] = "CANCELED"
    info.context.shop.touch(node)
    return {"bulkOperation": node, "userErrors": []}


class _Connections(Visitor):
    """Count connections and their depth by `edges`/`nodes`."""

    def __init__(self):
        super().__init__()
        self.count = self.depth = self.deepest = 0

    def enter_field(self, node, *_args):
        if node.name.value in ("edges", "nodes"):
            self.count += 1
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def leave_field(self, node, *_args):
        if node.name.value in ("edges", "nodes"):
            self.depth -= 1


def _problem(query):
    """Return why a query can't run in bulk, or None."""
    try:
        engine.prepare(query)
        seen = _Connections()
        visit(parse(query), seen)
    except (engine.InvalidRequest, GraphQLError) as error:
        return f"Invalid bulk query: {error}"
    if not seen.count:
        return "Bulk queries must contain at least one connection."
    if seen.count > MAX_CONNECTIONS:
        return f"Bulk queries cannot contain more than {MAX_CONNECTIONS} connections."
    if seen.deepest > MAX_DEPTH:
        return f"Bulk queries cannot nest connections deeper than {MAX_DEPTH}."
    return None


def _work(shop, node, app, fault):
    """Run the query and leave the file in the node.

    :param fault: None, `failed` (half of the file, partialDataUrl) or `stuck` (stays
        RUNNING)
    """
    pause = threading.Event()
    pause.wait(shop.settings["bulk_seconds"] / 2)
    _set(shop, node, status="RUNNING")
    pause.wait(shop.settings["bulk_seconds"] / 2)
    if fault == "stuck" or node["status"] == "CANCELED":
        return
    request = engine.prepare(node["query"])
    answer = engine.execute(request, engine.Context(shop=shop, app=app, bulk=True))
    if "errors" in answer:
        code = answer["errors"][0].get("extensions", {}).get("code")
        known = (
            code if code in ("ACCESS_DENIED", "TIMEOUT") else "INTERNAL_SERVER_ERROR"
        )
        _set(shop, node, status="FAILED", errorCode=known, lines=[])
        return
    roots, children = flatten(answer["data"])
    rows = arranged(roots, children, node["grouped"])
    facts = {"objectCount": str(len(rows)), "rootObjectCount": str(len(roots))}
    if fault == "failed":
        _set(
            shop,
            node,
            status="FAILED",
            errorCode="INTERNAL_SERVER_ERROR",
            lines=rows[: len(rows) // 2],
            **facts,
        )
    else:
        _set(shop, node, status="COMPLETED", lines=rows, **facts)
    shop.emit("BULK_OPERATIONS_FINISH", node)


def _set(shop, node, **changes):
    with shop.lock:
        if node["status"] == "CANCELED":
            return
        node.update(changes)
        if "lines" in changes:
            node["lines"] = [
                json.dumps(row, ensure_ascii=False) for row in changes["lines"]
            ]
            node["fileSize"] = str(len("\n".join(node["lines"]).encode()))
            node["completedAt"] = shop.clock.iso()
            node["expires_at"] = shop.clock.timestamp() + LINK_SECONDS
        shop.touch(node)
