"""Rules that the schema cannot tell, each as the fact sheet states it."""

import json
import time
import uuid

import pytest
import requests

from .real_client import ShopifyClient
from .test_main_path import FULFIL, ORDER, SET, order_of, quantities, subscribe


@pytest.fixture
def client(made):
    return ShopifyClient(made["url"], made["token"])


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


class TestQuantities:
    def test_directive_is_compulsory(self, made, client):
        given = {"name": "available", "reason": "correction", "quantities": [row(made)]}
        bare = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
        _status, _headers, body = client.execute(bare, {"input": given})
        assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
        assert body["data"] == {"inventorySetQuantities": None}

    def test_change_from_must_be_written(self, made, client):
        bare = row(made)
        del bare["changeFromQuantity"]
        body = set_rows(client, bare)
        assert body["errors"][0]["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
        assert "changeFromQuantity" in body["errors"][0]["message"]

    def test_all_or_nothing_and_every_bad_row_is_named(self, made, client):
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
    def test_bad_rows(self, made, client, change, code):
        assert problems(set_rows(client, {**row(made), **change}))[0][0] == code

    def test_pairs_are_unique_in_a_call(self, made, client):
        codes = [
            code for code, _field in problems(set_rows(client, row(made), row(made)))
        ]
        assert codes == ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"]

    def test_names_and_reasons(self, made, client):
        assert (
            problems(set_rows(client, row(made), name="reserved"))[0][0]
            == "INVALID_NAME"
        )
        assert (
            problems(set_rows(client, row(made), reason="x"))[0][0] == "INVALID_REASON"
        )

    def test_250_rows_at_most(self, made, client):
        body = set_rows(client, *[row(made)] * 251)
        assert "250" in body["errors"][0]["message"]

    def test_same_key_other_parameters(self, made, client):
        assert problems(set_rows(client, row(made, quantity=4), key="k")) == []
        again = set_rows(client, row(made, quantity=5), key="k")
        assert problems(again)[0][0] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"

    def test_a_replay_answers_even_when_the_world_moved_on(self, made, control, client):
        first = set_rows(client, row(made, quantity=4, changeFromQuantity=10), key="k")
        control.place(made["name"], order_of(made, quantity=1))
        again = set_rows(client, row(made, quantity=4, changeFromQuantity=10), key="k")
        assert again["data"] == first["data"]
        item = made["variants"][0]["item"]
        assert quantities(client, item)["Main"]["available"] == 3

    def test_on_hand_moves_available(self, made, control, client):
        control.place(made["name"], order_of(made, quantity=3))
        assert problems(set_rows(client, row(made, quantity=20), name="on_hand")) == []
        now = quantities(client, made["variants"][0]["item"])["Main"]
        assert now == {"available": 17, "committed": 3, "on_hand": 20}

    def test_any_location_may_be_set(self, made, client):
        """ITEM_NOT_STOCKED_AT_LOCATION is gone since 2026-10."""
        assert problems(set_rows(client, row(made, place="Second"))) == []
        assert (
            quantities(client, made["variants"][0]["item"])["Second"]["available"] == 5
        )

    def test_the_echo_comes_as_a_webhook(self, made, control, client):
        subscribe(client, "INVENTORY_LEVELS_UPDATE", "http://127.0.0.1:9/none")
        control.post(f"shops/{made['name']}/settings", webhook_retry_seconds=0)
        assert problems(set_rows(client, row(made, quantity=1))) == []
        assert control.wait_delivered(20)
        topics = {one["topic"] for one in control.get("webhooks")["attempts"]}
        assert "INVENTORY_LEVELS_UPDATE" in topics
        hooks = client.data("{ webhookSubscriptions(first: 5) { nodes { id } } }")
        assert hooks["webhookSubscriptions"]["nodes"] == [], "removed after 8 failures"


class TestFulfilment:
    def placed(self, made, control, **more):
        return control.place(made["name"], order_of(made, quantity=3, **more))[0]

    def orders(self, client, placed):
        order = client.data(ORDER, id=placed["id"])["order"]
        return order, order["fulfillmentOrders"]["nodes"]

    def test_omitting_lines_ships_the_whole(self, made, control, client):
        placed = self.placed(made, control)
        _order, (node,) = self.orders(client, placed)
        pick = {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": node["id"]}]}
        assert client.data(FULFIL, f=pick)["fulfillmentCreate"]["userErrors"] == []
        order, (node,) = self.orders(client, placed)
        assert order["displayFulfillmentStatus"] == "FULFILLED"
        assert node["status"] == "CLOSED"

    def test_the_rest_may_stay_on_the_same_order(self, made, control, client):
        control.post(f"shops/{made['name']}/settings", fo_after_partial="same")
        placed = self.placed(made, control)
        _order, (node,) = self.orders(client, placed)
        line = node["lineItems"]["nodes"][0]["id"]
        pick = {
            "fulfillmentOrderId": node["id"],
            "fulfillmentOrderLineItems": [{"id": line, "quantity": 1}],
        }
        client.data(FULFIL, f={"lineItemsByFulfillmentOrder": [pick]})
        _order, (node,) = self.orders(client, placed)
        assert node["lineItems"]["nodes"][0]["remainingQuantity"] == 2

    def test_one_location_per_call(self, made, control, client):
        first = self.placed(made, control)
        second = control.place(
            made["name"],
            {
                "lines": [
                    {"variant": made["variants"][1]["id"], "quantity": 1},
                ],
                "location": "Second",
                "oversell": True,
            },
        )[0]
        ids = [self.orders(client, one)[1][0]["id"] for one in (first, second)]
        picks = [{"fulfillmentOrderId": gid} for gid in ids]
        done = client.data(FULFIL, f={"lineItemsByFulfillmentOrder": picks})
        assert "one location" in done["fulfillmentCreate"]["userErrors"][0]["message"]

    def test_held_orders_cannot_ship_until_released(self, made, control, client):
        placed = self.placed(made, control, hold="HIGH_RISK_OF_FRAUD")
        order, (node,) = self.orders(client, placed)
        assert order["displayFulfillmentStatus"] == "ON_HOLD"
        pick = {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": node["id"]}]}
        assert client.data(FULFIL, f=pick)["fulfillmentCreate"]["userErrors"]
        stamp = order["updatedAt"]
        control.post("time", advance=5)
        control.order(made["name"], placed["name"], "release")
        order, (node,) = self.orders(client, placed)
        assert node["status"] == "OPEN"
        assert order["updatedAt"] == stamp, "holds do not touch the order"
        assert client.data(FULFIL, f=pick)["fulfillmentCreate"]["userErrors"] == []

    def test_moving_changes_ids_and_stock(self, made, control, client):
        placed = self.placed(made, control)
        _order, (node,) = self.orders(client, placed)
        moved = client.data(
            """mutation($id: ID!, $to: ID!) { fulfillmentOrderMove(id: $id, newLocationId: $to) {
            movedFulfillmentOrder { id assignedLocation { location { id } } }
            userErrors { message } } }""",
            id=node["id"],
            to=made["locations"]["Second"],
        )["fulfillmentOrderMove"]
        assert moved["movedFulfillmentOrder"]["id"] != node["id"]
        now = quantities(client, made["variants"][0]["item"])
        assert now["Main"] == {"available": 10, "committed": 0, "on_hand": 10}
        assert now["Second"] == {"available": -3, "committed": 3, "on_hand": 0}

    def test_cancelling_a_fulfilment_reopens(self, made, control, client):
        placed = self.placed(made, control)
        control.order(made["name"], placed["name"], "fulfil")
        order, _nodes = self.orders(client, placed)
        gid = order["fulfillments"][0]["id"]
        cancel = "mutation($id: ID!) { fulfillmentCancel(id: $id) { userErrors { message } } }"
        assert client.data(cancel, id=gid)["fulfillmentCancel"]["userErrors"] == []
        order, nodes = self.orders(client, placed)
        assert order["displayFulfillmentStatus"] == "UNFULFILLED"
        assert [one["status"] for one in nodes] == ["CLOSED", "OPEN"]
        now = quantities(client, made["variants"][0]["item"])["Main"]
        assert now == {"available": 7, "committed": 3, "on_hand": 10}

    def test_without_scope_there_are_none(self, made, control, client):
        placed = self.placed(made, control)
        control.post(
            f"shops/{made['name']}/scopes", scopes="read_orders read_locations"
        )
        _order, nodes = self.orders(client, placed)
        assert nodes == []

    def test_gift_cards_and_digital_goods_need_none(self, made, control, client):
        spec = {
            "lines": [
                {"title": "Card", "price": "25", "gift_card": True},
                {"title": "Song", "price": "1", "requires_shipping": False},
            ]
        }
        placed = control.place(made["name"], spec)[0]
        order, nodes = self.orders(client, placed)
        assert nodes == []
        assert order["displayFulfillmentStatus"] == "FULFILLED"


class TestOrders:
    def read(self, client, placed, fields):
        query = f"query($id: ID!) {{ order(id: $id) {{ {fields} }} }}"
        return client.data(query, id=placed["id"])["order"]

    def test_cancelling_is_a_job_and_frees_the_stock(self, made, control, client):
        placed = control.place(made["name"], order_of(made))[0]
        done = client.data(
            """mutation($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true,
            refundMethod: {originalPaymentMethodsRefund: true}) {
            job { id done } orderCancelUserErrors { code message } } }""",
            id=placed["id"],
        )["orderCancel"]
        assert done["job"]["done"] is False
        time.sleep(0.2)
        job = client.data(
            "query($id: ID!) { job(id: $id) { done } }", id=done["job"]["id"]
        )
        assert job["job"]["done"]
        order = self.read(
            client,
            placed,
            "cancelledAt cancelReason displayFinancialStatus lineItems(first: 1) { nodes { "
            "quantity currentQuantity } } totalPriceSet { shopMoney { amount } } "
            "currentTotalPriceSet { shopMoney { amount } }",
        )
        assert order["cancelReason"] == "CUSTOMER"
        assert order["displayFinancialStatus"] == "REFUNDED"
        assert order["lineItems"]["nodes"] == [{"quantity": 2, "currentQuantity": 0}]
        assert order["totalPriceSet"]["shopMoney"]["amount"] == "39.8"
        assert order["currentTotalPriceSet"]["shopMoney"]["amount"] == "0.0"
        now = quantities(client, made["variants"][0]["item"])["Main"]
        assert now == {"available": 10, "committed": 0, "on_hand": 10}

    def test_shipped_orders_cannot_be_cancelled(self, made, control, client):
        placed = control.place(made["name"], order_of(made))[0]
        control.order(made["name"], placed["name"], "fulfil")
        done = client.data(
            """mutation($id: ID!) { orderCancel(orderId: $id, reason: OTHER, restock: true) {
            job { id } orderCancelUserErrors { code } } }""",
            id=placed["id"],
        )["orderCancel"]
        assert done == {"job": None, "orderCancelUserErrors": [{"code": "INVALID"}]}

    def test_refund_identity(self, made, control, client):
        """Lines (+ tax) + shipping - adjustments = refund transactions (section 9)."""
        spec = order_of(
            made,
            quantity=3,
            taxes_included=False,
            shipping=[{"title": "S", "price": "5"}],
        )
        spec["lines"][0].update(price="19.99", taxes=[{"title": "VAT", "rate": "0.19"}])
        placed = control.place(made["name"], spec)[0]
        lines = [{"line": 0, "quantity": 1, "restock": "CANCEL"}]
        control.order(
            made["name"],
            placed["name"],
            "refund",
            lines=lines,
            shipping=True,
            money="20.00",
        )
        order = self.read(
            client,
            placed,
            """displayFinancialStatus refunds { totalRefundedSet { shopMoney { amount } }
            refundLineItems(first: 5) { nodes { quantity restockType
              subtotalSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } } }
            refundShippingLines(first: 5) { nodes { subtotalAmountSet { shopMoney { amount } } } }
            orderAdjustments(first: 5) { nodes { reason amountSet { shopMoney { amount } } } }
            transactions(first: 5) { nodes { kind amountSet { shopMoney { amount } } } } }""",
        )
        (refund,) = order["refunds"]
        (line,) = refund["refundLineItems"]["nodes"]
        (ship,) = refund["refundShippingLines"]["nodes"]
        (adjustment,) = refund["orderAdjustments"]["nodes"]
        worth = [
            line["subtotalSet"],
            line["totalTaxSet"],
            ship["subtotalAmountSet"],
        ]
        assert [one["shopMoney"]["amount"] for one in worth] == ["19.99", "3.8", "5.0"]
        assert adjustment["amountSet"]["shopMoney"]["amount"] == "8.79"
        (paid,) = refund["transactions"]["nodes"]
        assert paid["amountSet"]["shopMoney"]["amount"] == "20.0"
        assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"

    def test_editing_lowers_what_is_current(self, made, control, client):
        placed = control.place(made["name"], order_of(made, quantity=3))[0]
        added = {"title": "Extra", "price": "1.00"}
        change = {"set": [{"line": 0, "quantity": 1}], "add": [added]}
        control.order(made["name"], placed["name"], "edit", **change)
        order = self.read(
            client,
            placed,
            "edited lineItems(first: 5) { nodes { quantity currentQuantity } } "
            "totalPriceSet { shopMoney { amount } } "
            "originalTotalPriceSet { shopMoney { amount } } "
            "currentTotalPriceSet { shopMoney { amount } } totalOutstandingSet "
            "{ shopMoney { amount } }",
        )
        assert order["edited"]
        assert [one["currentQuantity"] for one in order["lineItems"]["nodes"]] == [1, 1]
        amounts = [
            order[key]["shopMoney"]["amount"]
            for key in (
                "totalPriceSet",
                "originalTotalPriceSet",
                "currentTotalPriceSet",
            )
        ]
        assert amounts == ["60.7", "59.7", "20.9"]

    def test_payment_states(self, made, control, client):
        name = made["name"]

        def state(placed):
            return self.read(client, placed, "displayFinancialStatus")[
                "displayFinancialStatus"
            ]

        wanted = {
            "paid": "PAID",
            "authorized": "AUTHORIZED",
            "pending": "PENDING",
            "unpaid": "PENDING",
            "partially_paid": "PARTIALLY_PAID",
        }
        found = {
            how: control.place(name, order_of(made, quantity=1, payment=how))[0]
            for how in wanted
        }
        assert {how: state(placed) for how, placed in found.items()} == wanted
        control.order(name, found["authorized"]["name"], "capture")
        assert state(found["authorized"]) == "PAID"
        control.order(name, found["pending"]["name"], "pay")
        assert state(found["pending"]) == "PAID"
        control.order(name, found["unpaid"]["name"], "cancel")
        assert state(found["unpaid"]) == "VOIDED"
        free = control.place(name, {"lines": [{"title": "Free", "price": 0}]})[0]
        assert state(free) == "PAID"

    def test_capture_by_mutation_is_limited(self, made, control, client):
        placed = control.place(made["name"], order_of(made, payment="authorized"))[0]
        (held,) = self.read(client, placed, "transactions { id }")["transactions"]
        capture = """mutation($i: OrderCaptureInput!) { orderCapture(input: $i) {
                     transaction { kind status } userErrors { message } } }"""
        given = {"id": placed["id"], "parentTransactionId": held["id"]}
        much = client.data(capture, i={**given, "amount": "99"})["orderCapture"]
        assert much["userErrors"]
        fine = client.data(capture, i={**given, "amount": "39.80"})["orderCapture"]
        assert fine["transaction"] == {"kind": "CAPTURE", "status": "SUCCESS"}

    def test_own_writes_bump_the_order(self, made, control, client):
        placed = control.place(made["name"], order_of(made))[0]
        before = self.read(client, placed, "updatedAt")["updatedAt"]
        control.post("time", advance=3)
        tag = 'mutation($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { userErrors { message } } }'
        client.data(tag, id=placed["id"])
        assert self.read(client, placed, "updatedAt")["updatedAt"] > before

    def test_sixty_days(self, made, control, client):
        placed = control.place(made["name"], order_of(made))[0]
        control.post(f"shops/{made['name']}/scopes", scopes="read_orders")
        count = "{ ordersCount { count } }"
        assert client.data(count)["ordersCount"]["count"] == 1
        control.post("time", advance=61 * 86400)
        assert client.data(count)["ordersCount"]["count"] == 0
        assert self.read(client, placed, "id") is None
        control.post("time", advance=-61 * 86400)

    def test_protected_data(self, made, control, client):
        spec = order_of(
            made,
            customer={"email": "ada@example.com", "first_name": "Ada"},
            shipping_address={"first_name": "Ada", "address1": "1", "city": "Berlin"},
        )
        placed = control.place(made["name"], spec)[0]
        fields = (
            "email customer { id firstName } shippingAddress { name address1 city }"
        )
        assert self.read(client, placed, fields)["email"] == "ada@example.com"
        control.post(f"shops/{made['name']}/settings", protected_data=False)
        order = self.read(client, placed, fields)
        assert order["email"] is order["customer"]["firstName"] is None
        assert order["shippingAddress"]["name"] is None

    def test_deleted_orders_and_products(self, made, control, client):
        placed = control.place(made["name"], order_of(made))[0]
        product = made["variants"][0]["product"]
        control.post(f"shops/{made['name']}/products/delete", id=product)
        fields = (
            "lineItems(first: 1) { nodes { sku title product { id } variant { id } } }"
        )
        (line,) = self.read(client, placed, fields)["lineItems"]["nodes"]
        assert line["product"] is line["variant"] is None
        assert line["sku"] == made["variants"][0]["sku"]
        control.order(made["name"], placed["name"], "delete")
        assert self.read(client, placed, "id") is None
        nodes = client.data(
            "query($i: [ID!]!) { nodes(ids: $i) { id } }", i=[placed["id"]]
        )
        assert nodes["nodes"] == [None]

    def test_out_of_stock(self, made, control):
        from .control_client import ControlError

        with pytest.raises(ControlError, match="11 wanted"):
            control.place(made["name"], order_of(made, quantity=11))
        assert control.place(made["name"], order_of(made, quantity=11, oversell=True))

    def test_scopes_are_checked_and_the_rest_is_answered(self, made, control, client):
        placed = control.place(
            made["name"], order_of(made, customer={"email": "a@b.c"})
        )[0]
        control.post(f"shops/{made['name']}/scopes", scopes="read_orders")
        query = "query($id: ID!) { order(id: $id) { name customer { id } } }"
        _status, _headers, body = client.execute(query, {"id": placed["id"]})
        assert body["data"]["order"] == {"name": placed["name"], "customer": None}
        (error,) = body["errors"]
        assert error["extensions"]["code"] == "ACCESS_DENIED"
        assert error["path"] == ["order", "customer"]
        tag = 'mutation($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { userErrors { message } } }'
        _status, _headers, body = client.execute(tag, {"id": placed["id"]})
        assert body["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


class TestListing:
    @pytest.mark.parametrize("first", [0, 251])
    def test_page_sizes(self, client, first):
        body = client.execute(f"{{ orders(first: {first}) {{ nodes {{ id }} }} }}")[2]
        assert body["errors"]

    def test_a_size_is_compulsory(self, client):
        body = client.execute("{ orders { nodes { id } } }")[2]
        assert "first or last" in body["errors"][0]["message"]

    def test_cursors_belong_to_their_sort_order(self, client):
        page = "{ products(first: 1, sortKey: %s %s) { pageInfo { endCursor } } }"
        found = client.data(page % ("TITLE", ""))["products"]["pageInfo"]["endCursor"]
        after = f', after: "{found}"'
        assert "errors" not in client.execute(page % ("TITLE", after))[2]
        assert client.execute(page % ("UPDATED_AT", after))[2]["errors"]

    def test_pages_survive_changes_between_them(self, made, control, client):
        control.post(f"shops/{made['name']}/catalogue", products=7, prefix="MORE")
        query = (
            "query($a: String) { products(first: 3, after: $a, reverse: %s, sortKey: TITLE) \
{ nodes { title } pageInfo { hasNextPage endCursor } } }"
        )
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
    def test_search(self, made, control, client, query, count):
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

    def test_sku_search_is_tokenised(self, made, client):
        query = "query($q: String) { productVariants(first: 9, query: $q) { nodes { sku } } }"
        found = client.data(query, q="sku:'SIM'")["productVariants"]["nodes"]
        assert len(found) == 3, "a hit is no exact match"
        found = client.data(query, q="sku:'SIM-00002'")["productVariants"]["nodes"]
        assert found == [{"sku": "SIM-00002"}]


class TestBulk:
    RUN = """mutation($q: String!) { bulkOperationRunQuery(query: $q) {
             bulkOperation { id status } userErrors { code message } } }"""
    STATE = """query($id: ID!) { bulkOperation(id: $id) { status errorCode url partialDataUrl
               objectCount rootObjectCount fileSize } }"""

    def finished(self, client, query):
        run = client.data(self.RUN, q=query)["bulkOperationRunQuery"]
        assert run["userErrors"] == []
        assert run["bulkOperation"]["status"] == "CREATED"
        for _try in range(200):
            state = client.data(self.STATE, id=run["bulkOperation"]["id"])[
                "bulkOperation"
            ]
            if state["status"] not in ("CREATED", "RUNNING"):
                return state
            time.sleep(0.02)
        raise AssertionError(state)

    def test_rows_and_children(self, made, client):
        state = self.finished(
            client,
            "{ products { edges { node { id title variants { edges { node { id sku } } } } } } }",
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

    def test_empty_results_have_no_url(self, client):
        state = self.finished(client, "{ orders { edges { node { id } } } }")
        assert (state["status"], state["url"]) == ("COMPLETED", None)

    def test_failing(self, made, control, client):
        control.post(f"shops/{made['name']}/settings", bulk_fault="failed")
        state = self.finished(client, "{ products { edges { node { id } } } }")
        assert (state["status"], state["url"]) == ("FAILED", None)
        assert (
            len(requests.get(state["partialDataUrl"], timeout=5).text.splitlines()) == 1
        )

    def test_a_cut_download(self, made, control, client):
        state = self.finished(client, "{ products { edges { node { id title } } } }")
        control.fault(fault="reset", operations=["bulk_download"], limit=1)
        with pytest.raises(requests.RequestException):
            requests.get(state["url"], timeout=5)
        assert requests.get(state["url"], timeout=5).status_code == 200

    def test_links_end_after_seven_days(self, made, control, client):
        state = self.finished(client, "{ products { edges { node { id } } } }")
        assert state["url"]
        gid = client.data("{ bulkOperations(first: 1) { nodes { id } } }")
        control.post("time", advance=8 * 86400)
        gid = gid["bulkOperations"]["nodes"][0]["id"]
        assert client.data(self.STATE, id=gid)["bulkOperation"]["url"] is None
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
    def test_refused_queries(self, client, query):
        done = client.data(self.RUN, q=query)["bulkOperationRunQuery"]
        assert done["bulkOperation"] is None
        assert done["userErrors"][0]["code"] == "INVALID"

    def test_five_at_a_time(self, made, control, client):
        control.post(f"shops/{made['name']}/settings", bulk_fault="stuck")
        query = "{ products { edges { node { id } } } }"
        for _run in range(5):
            done = client.data(self.RUN, q=query)["bulkOperationRunQuery"]
            assert done["userErrors"] == []
        done = client.data(self.RUN, q=query)["bulkOperationRunQuery"]
        assert done["userErrors"][0]["code"] == "OPERATION_IN_PROGRESS"


class TestWebhookSubscriptions:
    def test_addresses(self, made, client):
        assert subscribe(client, "ORDERS_CREATE", "http://shop.example.com/h")[
            "userErrors"
        ]
        assert subscribe(client, "ORDERS_CREATE", "")["userErrors"]
        fine = subscribe(client, "ORDERS_CREATE", "https://shop.example.com/h")
        assert fine["userErrors"] == []

    def test_listing_updating_deleting(self, made, client):
        for topic in ("ORDERS_CREATE", "ORDERS_UPDATED"):
            subscribe(client, topic, "https://a.example.com/h")
        query = """query($t: [WebhookSubscriptionTopic!], $u: String) {
                   webhookSubscriptions(first: 9, topics: $t, uri: $u) { nodes { id uri } } }"""
        nodes = client.data(query, t=["ORDERS_CREATE"])["webhookSubscriptions"]["nodes"]
        assert len(nodes) == 1
        update = """mutation($id: ID!, $w: WebhookSubscriptionInput!) {
                    webhookSubscriptionUpdate(id: $id, webhookSubscription: $w) {
                    webhookSubscription { uri } userErrors { message } } }"""
        new = {"uri": "https://b.example.com/h"}
        client.data(update, id=nodes[0]["id"], w=new)
        found = client.data(query, u=new["uri"])["webhookSubscriptions"]["nodes"]
        assert found == [{"id": nodes[0]["id"], **new}]
        delete = """mutation($id: ID!) { webhookSubscriptionDelete(id: $id) {
                    deletedWebhookSubscriptionId userErrors { message } } }"""
        assert client.data(delete, id=nodes[0]["id"])["webhookSubscriptionDelete"] == {
            "deletedWebhookSubscriptionId": nodes[0]["id"],
            "userErrors": [],
        }
