"""Rules of quantities (fact sheet, section 5)."""

import uuid

import pytest

from .documents import SET, order_of, quantities, subscribe

ACTIVATE = """
mutation Activate($item: ID!, $place: ID!, $key: String!) {
  inventoryActivate(inventoryItemId: $item, locationId: $place)
    @idempotent(key: $key) { inventoryLevel { id isActive } userErrors { message } }
}
"""


def row(made, variant=0, quantity=5, place="Main", **more):
    return {
        "inventoryItemId": made["variants"][variant]["item"],
        "locationId": made["locations"][place],
        "quantity": quantity,
        "changeFromQuantity": None,
        **more,
    }


def set_rows(client, *rows, name="available", key=None, reason="correction"):
    given = {"name": name, "reason": reason, "quantities": list(rows)}
    return client.execute(SET, {"input": given, "key": key or str(uuid.uuid4())})[2]


def problems(body):
    payload = body["data"]["inventorySetQuantities"]
    return [(one["code"], one["field"]) for one in payload["userErrors"]]


def test_directive_is_compulsory(made, client):
    given = {"name": "available", "reason": "correction", "quantities": [row(made)]}
    bare = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
    _status, _headers, body = client.execute(bare, {"input": given})
    assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert body["data"] == {"inventorySetQuantities": None}


def test_change_from_must_be_written(made, client):
    bare = row(made)
    del bare["changeFromQuantity"]
    body = set_rows(client, bare)
    assert body["errors"][0]["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
    assert "changeFromQuantity" in body["errors"][0]["message"]


def test_all_or_nothing_and_every_bad_row_is_named(made, client):
    body = set_rows(
        client,
        row(made, 0, 7, changeFromQuantity=10),
        row(made, 1, 7, changeFromQuantity=99),
        row(made, 2, -1),
    )
    assert {(code, field[2]) for code, field in problems(body)} == {
        ("CHANGE_FROM_QUANTITY_STALE", "1"),
        ("INVALID_QUANTITY_NEGATIVE", "2"),
    }
    item = made["variants"][0]["item"]
    assert quantities(client, item)["Main"]["available"] == 10


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {"inventoryItemId": "gid://shopify/InventoryItem/1"},
            "INVALID_INVENTORY_ITEM",
        ),
        ({"locationId": "gid://shopify/Location/1"}, "INVALID_LOCATION"),
        ({"quantity": 1_000_000_001}, "INVALID_QUANTITY_TOO_HIGH"),
    ],
)
def test_bad_rows(made, client, change, code):
    assert problems(set_rows(client, {**row(made), **change}))[0][0] == code


def test_pairs_are_unique_in_a_call(made, client):
    codes = [code for code, _field in problems(set_rows(client, row(made), row(made)))]
    assert codes == ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"]


def test_names_and_reasons(made, client):
    assert (
        problems(set_rows(client, row(made), name="reserved"))[0][0] == "INVALID_NAME"
    )
    assert problems(set_rows(client, row(made), reason="x"))[0][0] == "INVALID_REASON"


def test_250_rows_at_most(made, client):
    body = set_rows(client, *[row(made)] * 251)
    assert "250" in body["errors"][0]["message"]


def test_same_key_other_parameters(made, client):
    assert problems(set_rows(client, row(made, quantity=4), key="k")) == []
    again = set_rows(client, row(made, quantity=5), key="k")
    assert problems(again)[0][0] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


def test_a_replay_answers_even_when_the_world_moved_on(made, control, client):
    first = set_rows(client, row(made, quantity=4, changeFromQuantity=10), key="k")
    control.place(made["name"], order_of(made, quantity=1))
    again = set_rows(client, row(made, quantity=4, changeFromQuantity=10), key="k")
    assert again["data"] == first["data"]
    item = made["variants"][0]["item"]
    assert quantities(client, item)["Main"]["available"] == 3


def test_on_hand_moves_available(made, control, client):
    control.place(made["name"], order_of(made, quantity=3))
    assert problems(set_rows(client, row(made, quantity=20), name="on_hand")) == []
    now = quantities(client, made["variants"][0]["item"])["Main"]
    assert now == {"available": 17, "committed": 3, "on_hand": 20}


def test_any_location_may_be_set(made, client):
    """ITEM_NOT_STOCKED_AT_LOCATION is gone since 2026-10."""
    item, place = made["variants"][0]["item"], made["locations"]["Second"]
    assert problems(set_rows(client, row(made, place="Second"))) == []
    assert "Second" not in quantities(client, item), "known, but not sold from"
    client.data(ACTIVATE, item=item, place=place, key=str(uuid.uuid4()))
    assert quantities(client, item)["Second"]["available"] == 5


def test_the_echo_comes_as_a_webhook(made, control, client):
    subscribe(client, "INVENTORY_LEVELS_UPDATE", "http://127.0.0.1:9/none")
    control.post(f"shops/{made['name']}/settings", webhook_retry_seconds=0)
    assert problems(set_rows(client, row(made, quantity=1))) == []
    assert control.wait_delivered(20)
    topics = {one["topic"] for one in control.get("webhooks")["attempts"]}
    assert "INVENTORY_LEVELS_UPDATE" in topics
    hooks = client.data("{ webhookSubscriptions(first: 5) { nodes { id } } }")
    assert hooks["webhookSubscriptions"]["nodes"] == [], "removed after 8 failures"
