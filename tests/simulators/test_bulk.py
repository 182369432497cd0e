"""Bulk operations (fact sheet, section 3)."""

import json
import time

import pytest
import requests

RUN = """mutation($q: String!) { bulkOperationRunQuery(query: $q) {
         bulkOperation { id status } userErrors { code message } } }"""
STATE = """query($id: ID!) { bulkOperation(id: $id) {
           status errorCode url partialDataUrl
           objectCount rootObjectCount fileSize } }"""


def finished(client, query):
    run = client.data(RUN, q=query)["bulkOperationRunQuery"]
    assert run["userErrors"] == []
    assert run["bulkOperation"]["status"] == "CREATED"
    for _try in range(200):
        state = client.data(STATE, id=run["bulkOperation"]["id"])["bulkOperation"]
        if state["status"] not in ("CREATED", "RUNNING"):
            return state
        time.sleep(0.02)
    raise AssertionError(state)


def test_rows_and_children(made, client):
    state = finished(
        client,
        """{ products { edges { node { id title
           variants { edges { node { id sku } } } } } } }""",
    )
    assert (state["status"], state["objectCount"], state["rootObjectCount"]) == (
        "COMPLETED",
        "6",
        "3",
    )
    assert state["url"].startswith(made["url"])
    raw = requests.get(state["url"], timeout=5)
    rows = [json.loads(line) for line in raw.text.splitlines()]
    places = {one["id"]: index for index, one in enumerate(rows)}
    children = [one for one in rows if "__parentId" in one]
    assert len(children) == 3
    assert all(places[one["__parentId"]] < places[one["id"]] for one in children)
    part = requests.get(state["url"], headers={"Range": "bytes=10-19"}, timeout=5)
    assert (part.status_code, part.content) == (206, raw.content[10:20])


def test_empty_results_have_no_url(client):
    state = finished(client, "{ orders { edges { node { id } } } }")
    assert (state["status"], state["url"]) == ("COMPLETED", None)


def test_failing(made, control, client):
    control.post(f"shops/{made['name']}/settings", bulk_fault="failed")
    state = finished(client, "{ products { edges { node { id } } } }")
    assert (state["status"], state["url"]) == ("FAILED", None)
    assert len(requests.get(state["partialDataUrl"], timeout=5).text.splitlines()) == 1


def test_a_cut_download(made, control, client):
    state = finished(client, "{ products { edges { node { id title } } } }")
    control.fault(fault="reset", operations=["bulk_download"], limit=1)
    with pytest.raises(requests.RequestException):
        requests.get(state["url"], timeout=5)
    assert requests.get(state["url"], timeout=5).status_code == 200


def test_links_end_after_seven_days(made, control, client):
    state = finished(client, "{ products { edges { node { id } } } }")
    assert state["url"]
    gid = client.data("{ bulkOperations(first: 1) { nodes { id } } }")
    control.post("time", advance=8 * 86400)
    gid = gid["bulkOperations"]["nodes"][0]["id"]
    assert client.data(STATE, id=gid)["bulkOperation"]["url"] is None
    control.post("time", advance=-8 * 86400)


@pytest.mark.parametrize(
    "query",
    [
        "{ shop { id } }",
        "{ nope }",
        "{ products { edges { node { id variants { edges { node { id media { edges "
        "{ node { id } } } } } } } } } }",
    ],
)
def test_refused_queries(client, query):
    done = client.data(RUN, q=query)["bulkOperationRunQuery"]
    assert done["bulkOperation"] is None
    assert done["userErrors"][0]["code"] == "INVALID"


def test_five_at_a_time(made, control, client):
    control.post(f"shops/{made['name']}/settings", bulk_fault="stuck")
    query = "{ products { edges { node { id } } } }"
    for _run in range(5):
        done = client.data(RUN, q=query)["bulkOperationRunQuery"]
        assert done["userErrors"] == []
    done = client.data(RUN, q=query)["bulkOperationRunQuery"]
    assert done["userErrors"][0]["code"] == "OPERATION_IN_PROGRESS"
