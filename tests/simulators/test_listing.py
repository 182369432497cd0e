"""Paging and search (fact sheet, sections 3, 6 and 7)."""

import pytest

from .documents import order_of


@pytest.mark.parametrize("first", [0, 251])
def test_page_sizes(client, first):
    body = client.execute(f"{{ orders(first: {first}) {{ nodes {{ id }} }} }}")[2]
    assert body["errors"]


def test_a_size_is_compulsory(client):
    body = client.execute("{ orders { nodes { id } } }")[2]
    assert "first or last" in body["errors"][0]["message"]


def test_cursors_belong_to_their_sort_order(client):
    page = "{ products(first: 1, sortKey: %s %s) { pageInfo { endCursor } } }"
    found = client.data(page % ("TITLE", ""))["products"]["pageInfo"]["endCursor"]
    after = f', after: "{found}"'
    assert "errors" not in client.execute(page % ("TITLE", after))[2]
    assert client.execute(page % ("UPDATED_AT", after))[2]["errors"]


def test_pages_survive_changes_between_them(made, control, client):
    control.post(f"shops/{made['name']}/catalogue", products=7, prefix="MORE")
    query = """query($a: String) {
        products(first: 3, after: $a, reverse: %s, sortKey: TITLE) {
        nodes { title } pageInfo { hasNextPage endCursor } } }"""
    for reverse in ("false", "true"):
        seen, after = [], None
        while True:
            page = client.data(query % reverse, a=after)["products"]
            seen += [one["title"] for one in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        assert seen == sorted(seen, reverse=reverse == "true")
        assert len(seen) == 10


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status:open", 2),
        ("status:cancelled", 1),
        ("financial_status:authorized", 1),
        ("tag:vip AND status:open", 1),
        ("tag:vip OR financial_status:authorized", 2),
        ("-tag:vip", 2),
        ("NOT (tag:vip OR status:cancelled)", 1),
        ("created_at:>'2020-01-01' created_at:<'2099-01-01'", 3),
        ("nonsense:1", 3),
    ],
)
def test_search(made, control, client, query, count):
    specs = [
        order_of(made, quantity=1, tags=["VIP"]),
        order_of(made, quantity=1, payment="authorized"),
        order_of(made, quantity=1),
    ]
    placed = control.place(made["name"], *specs)
    control.order(made["name"], placed[2]["name"], "cancel")
    text = "query($q: String) { orders(first: 9, query: $q) { nodes { id } } }"
    _status, _headers, body = client.execute(text, {"q": query})
    assert len(body["data"]["orders"]["nodes"]) == count
    assert ("search" in body["extensions"]) == (query == "nonsense:1")


def test_sku_search_is_tokenised(made, client):
    query = (
        "query($q: String) { productVariants(first: 9, query: $q) { nodes { sku } } }"
    )
    found = client.data(query, q="sku:'SIM'")["productVariants"]["nodes"]
    assert len(found) == 3, "a hit is no exact match"
    found = client.data(query, q="sku:'SIM-00002'")["productVariants"]["nodes"]
    assert found == [{"sku": "SIM-00002"}]


def test_pages_backwards(made, control, client):
    query = """query($b: String) { products(last: 2, before: $b, sortKey: TITLE) {
        nodes { title } pageInfo { hasPreviousPage hasNextPage startCursor } } }"""
    last = client.data(query)["products"]
    assert len(last["nodes"]) == 2
    assert last["pageInfo"]["hasPreviousPage"]
    assert not last["pageInfo"]["hasNextPage"]
    first = client.data(query, b=last["pageInfo"]["startCursor"])["products"]
    assert len(first["nodes"]) == 1
    assert not first["pageInfo"]["hasPreviousPage"]
    assert first["pageInfo"]["hasNextPage"]
