"""What pushing products needs in a shop, and the codes that products refer to."""

from odoo.addons.channel_base.adapter.content import CatalogueCode
from odoo.addons.channel_base.adapter.errors import ProtocolError

from .content_extras import publication_code
from .ids import digits
from .mapper_common import nodes

KEY = "hub_id"  # of the app's own metafield that names a product for ever
DEFINITION = {
    "name": "Channel Hub",
    "key": KEY,
    "type": "id",
    "ownerType": "PRODUCT",
    "description": "The product's key in the ERP; no two products have the same.",
    "capabilities": {"uniqueValues": {"enabled": True}},
}
TAKEN = "TAKEN"


def prepare(client):
    """Make the definition that tells products apart, and list codes."""
    if not client.query("definition", key=KEY)["metafieldDefinition"]:
        answer = client.mutate("definition_create", definition=DEFINITION)
        codes = {error.get("code") for error in answer["userErrors"]}
        if codes - {TAKEN}:
            message = answer["userErrors"][0]["message"]
            raise ProtocolError(
                f"Shopify refused the definition of the product key: {message}"
            )
    for payload in client.pages("publications"):
        code, name = publication_code(payload)
        yield CatalogueCode(kind="publication", code=code, name=name)
    for payload in client.pages("collections"):
        yield CatalogueCode(
            kind="collection", code=digits(payload["id"]), name=payload["title"]
        )
    for payload in client.query("locales")["shopLocales"]:
        yield CatalogueCode(
            kind="language", code=payload["locale"], name=payload["name"]
        )


def search(client, text):
    """Categories of Shopify's taxonomy."""
    found = client.query("taxonomy", text=text)["taxonomy"]
    for payload in nodes((found or {}).get("categories")):
        if not payload["isArchived"]:
            yield CatalogueCode(
                kind="category",
                code=digits(payload["id"]),
                name=payload["fullName"],
            )
