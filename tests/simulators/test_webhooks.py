"""Webhook subscriptions (fact sheet, section 11)."""

from .documents import subscribe


def test_addresses(made, client):
    assert subscribe(client, "ORDERS_CREATE", "http://shop.example.com/h")["userErrors"]
    assert subscribe(client, "ORDERS_CREATE", "")["userErrors"]
    fine = subscribe(client, "ORDERS_CREATE", "https://shop.example.com/h")
    assert fine["userErrors"] == []


def test_listing_updating_deleting(made, client):
    for topic in ("ORDERS_CREATE", "ORDERS_UPDATED"):
        subscribe(client, topic, "https://a.example.com/h")
    query = """query($t: [WebhookSubscriptionTopic!], $u: String) {
               webhookSubscriptions(first: 9, topics: $t, uri: $u) {
               nodes { id uri } } }"""
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
