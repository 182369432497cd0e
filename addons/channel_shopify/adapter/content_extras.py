"""What belongs to a product and has calls of its own: metafields, publications, places
of its stock, translations."""

from odoo.addons.channel_base.adapter.errors import RejectedError

from .ids import digits, gid

METAFIELDS = 25  # a call (facts, 3)
LEVELS = 40  # inventory items a query
PLACES = 250  # a call
TYPES = {
    "text": "single_line_text_field",
    "multiline": "multi_line_text_field",
    "integer": "number_integer",
    "decimal": "number_decimal",
    "boolean": "boolean",
    "date": "date",
    "datetime": "date_time",
    "url": "url",
    "list": "list.single_line_text_field",
}
TEXTS = {"title": "title", "description": "body_html"}


def accepted(answer, what):
    """:raises RejectedError: with Shopify's words."""
    if answer["userErrors"]:
        texts = [error["message"] for error in answer["userErrors"]]
        code = answer["userErrors"][0].get("code") or "USER_ERROR"
        raise RejectedError(f"{what}: {'; '.join(texts)}", code=code)


class Extras:
    """Writes them through a client."""

    def __init__(self, client):
        self.client = client

    def attributes(self, content, product, variants):
        """Set metafields that the hub fills, and delete those that it has emptied.

        :param variants: dict variant's key -> global id.
        """
        owners = [(product, "product", content.attributes)]
        owners += [
            (variants[one.key], "variant", one.attributes)
            for one in content.variants
            if one.key in variants
        ]
        wanted, empty = [], []
        for owner, kind, attributes in owners:
            filled = {(one.namespace, one.key) for one in attributes}
            wanted += [_metafield(owner, one) for one in attributes]
            empty += [
                {"ownerId": owner, "namespace": namespace, "key": key}
                for namespace, key, managed in content.managed_attributes
                if managed == kind and (namespace, key) not in filled
            ]
        for document, rows in (
            ("metafields_set", wanted),
            ("metafields_delete", empty),
        ):
            for start in range(0, len(rows), METAFIELDS):
                answer = self.client.mutate(
                    document, metafields=rows[start : start + METAFIELDS]
                )
                accepted(answer, "Metafields")

    def publish(self, content, product):
        """Show it where it is wanted, and nowhere else of what the hub decides on."""
        wanted = set(content.publications)
        for document, ids in (
            ("product_publish", wanted),
            ("product_unpublish", set(content.managed_publications) - wanted),
        ):
            if ids:
                publications = [
                    {"publicationId": gid("Publication", one)} for one in sorted(ids)
                ]
                answer = self.client.mutate(document, id=product, input=publications)
                accepted(answer, "Publishing")

    def activate(self, content, items):
        """Have items stocked at the hub's places: what is not active there does not
        sell (facts, 5).

        :param items: global ids of inventory items.
        """
        if not content.locations:
            return
        wanted = {gid("Location", place) for place in content.locations}
        for payload in self.client.objects("content_levels", items, LEVELS):
            levels = payload["inventoryLevels"]["nodes"]
            missing = wanted - {level["location"]["id"] for level in levels}
            if missing:
                updates = [
                    {"locationId": place, "activate": True}
                    for place in sorted(missing)[:PLACES]
                ]
                answer = self.client.mutate(
                    "stock_activate", item=payload["id"], updates=updates
                )
                accepted(answer, "Places of its stock")

    def translate(self, content, product):
        """Register translations of the texts that are there now."""
        if not content.translations:
            return
        found = self.client.query("translatable", id=product)["translatableResource"]
        digests = {
            one["key"]: one["digest"]
            for one in (found or {}).get("translatableContent") or ()
            if one.get("digest") and one.get("value")
        }
        rows = [
            {
                "locale": one.language,
                "key": TEXTS[one.field],
                "value": one.value,
                "translatableContentDigest": digests[TEXTS[one.field]],
            }
            for one in content.translations
            if TEXTS[one.field] in digests
        ]
        if rows:
            answer = self.client.mutate(
                "translations_register", id=product, translations=rows
            )
            accepted(answer, "Translations")


def _metafield(owner, one):
    return {
        "ownerId": owner,
        "namespace": one.namespace,
        "key": one.key,
        "type": TYPES[one.type],
        "value": one.value,
    }


def publication_code(payload):
    """(digits, name) of a publication; one without a catalogue has its number only."""
    number = digits(payload["id"])
    return number, (payload.get("catalog") or {}).get("title") or number
