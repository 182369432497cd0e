"""What one product's ``productSet`` says: pure functions from content and state.

``productSet`` deletes what a list leaves out (facts, 6). So a list is left out as a
whole, or complete: variants that the hub does not know keep their place in it.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from odoo.addons.channel_base.adapter.content import ContentGroup, ContentStatus
from odoo.addons.channel_base.adapter.errors import RejectedError

from .ids import digits, gid
from .mapper_catalog import ONLY_VARIANT

STATUSES = {
    ContentStatus.ACTIVE: "ACTIVE",
    ContentStatus.DRAFT: "DRAFT",
    ContentStatus.ARCHIVED: "ARCHIVED",
}
# Groups that variants have a part in.
OF_VARIANTS = {ContentGroup.IDENTIFIERS, ContentGroup.LOGISTICS}
# Groups that are said without knowing what is there.
PLAIN = {ContentGroup.TEXT, ContentGroup.TAGS}
NO_OPTION = "Title"  # the option of a product that has none
HS_CODE = re.compile(r"\d{6,13}")


@dataclass(frozen=True)
class State:
    """A product as Shopify shows it.

    :param media: nodes; :param variants: nodes; :param collections: nodes of those
        that are filled by hand; all complete.
    """

    payload: dict
    media: list
    variants: list
    collections: list
    currency: str

    @classmethod
    def unread(cls, external_id):
        """A product of which nothing needs to be known."""
        payload = {"id": gid("Product", external_id)}
        return cls(payload, media=[], variants=[], collections=[], currency="")

    @property
    def gid(self):
        return self.payload["id"]

    @property
    def options(self):
        """Nodes of real options; none for a product with a single variant."""
        found = self.payload["options"]
        plain = len(found) == 1 and found[0]["name"] == NO_OPTION
        return [] if plain else found


def is_plain(content):
    """Whether a product that is there can be written without reading it first."""
    return bool(content.external_id) and PLAIN.issuperset(
        ContentGroup(one) for one in content.groups
    )


def values_of(variant):
    """{option's name: value} of a variant's node, without the one that is none."""
    chosen = {one["name"]: one["value"] for one in variant["selectedOptions"]}
    return {} if chosen == {NO_OPTION: ONLY_VARIANT} else chosen


def match(content, state):
    """Which variant there is which of the hub's: by its listing, or by its options.

    :return: dict variant's key -> node.
    """
    nodes = state.variants if state else []
    by_id = {digits(node["id"]): node for node in nodes}
    found = {
        one.key: by_id[one.external_id]
        for one in content.variants
        if one.external_id in by_id
    }
    taken = {node["id"] for node in found.values()}
    by_values = {
        frozenset(values_of(node).items()): node
        for node in nodes
        if node["id"] not in taken
    }
    for one in content.variants:
        if one.key not in found:
            node = by_values.pop(frozenset(_chosen(content, one).items()), None)
            if node:
                found[one.key] = node
    return found


def _chosen(content, variant):
    names = [option.name for option in content.options]
    return dict(zip(names, variant.values, strict=True)) if names else {}


def product_input(content, state, files):
    """The ``ProductSetInput`` of what is to be written, empty for nothing of it.

    :param state: ``State``, None for a product that is made.
    :param files: ``FileSetInput``s by image key, in order; used for images only.
    :raises RejectedError: when it cannot be said without destroying something.
    """
    groups = {ContentGroup(one) for one in content.groups}
    found = {}
    if ContentGroup.TEXT in groups:
        found["title"] = content.title
        if content.description:
            found["descriptionHtml"] = content.description
    if ContentGroup.STATUS in groups:
        found["status"] = STATUSES[content.status]
    elif state is None:
        found["status"] = "DRAFT"  # nobody decided that it is for sale
    if ContentGroup.TAGS in groups:
        found["tags"] = list(content.tags)
    if ContentGroup.CATEGORY in groups:
        found |= _category(content, state)
    if ContentGroup.IMAGES in groups and (files or state):
        found["files"] = [*files.values(), *_other_media(state)]
    if _rewrites_variants(content, state, groups):
        found |= _variants(content, state, groups, files)
    return found


def _rewrites_variants(content, state, groups):
    """Whether the list of variants is sent, complete and with all its options: only
    where nothing else does."""
    pictured = any(variant.image for variant in content.variants)
    return (
        state is None
        or ContentGroup.VARIANTS in groups
        or (ContentGroup.IMAGES in groups and pictured)
    )


def variant_inputs(content, state):
    """``ProductVariantsBulkInput``s of what is written of variants that are there
    already; of others, and of options, this says nothing."""
    groups = {ContentGroup(one) for one in content.groups}
    if not groups & OF_VARIANTS or _rewrites_variants(content, state, groups):
        return []
    known = {variant.key: variant for variant in content.variants}
    return [
        {"id": node["id"]} | _bulk_fields(known[key], groups)
        for key, node in match(content, state).items()
    ]


def _bulk_fields(variant, groups):
    row, item = {}, {}
    if ContentGroup.IDENTIFIERS in groups:
        row |= {"barcode": variant.barcode} if variant.barcode else {}
        item |= {"sku": variant.sku} if variant.sku else {}
    if ContentGroup.LOGISTICS in groups:
        item |= _logistics(variant)
    return row | {"inventoryItem": item} if item else row


def _category(content, state):
    """The category, and collections: those that the hub does not decide about stay."""
    category = content.category and gid("TaxonomyCategory", content.category)
    found = {"category": category or None}
    if content.managed_collections:
        now = state.collections if state else []
        managed = set(content.managed_collections)
        kept = [one["id"] for one in now if digits(one["id"]) not in managed]
        wanted = [gid("Collection", one) for one in content.collections]
        found["collections"] = kept + wanted
    return found


def _other_media(state):
    """Videos and models: the hub has none, so they are not its to remove."""
    return [
        {"id": node["id"]}
        for node in (state.media if state else ())
        if node["mediaContentType"] != "IMAGE"
    ]


# --- variants -------------------------------------------------------------------------


def _variants(content, state, groups, files):
    matched = match(content, state)
    by_gid = {node["id"]: key for key, node in matched.items()}
    known = {variant.key: variant for variant in content.variants}
    foreign = [v for v in (state.variants if state else ()) if v["id"] not in by_gid]
    if ContentGroup.VARIANTS not in groups:
        if not matched:
            return {}
        rows = [
            _row(known.get(by_gid.get(node["id"])), node, values_of(node))
            for node in state.variants
        ]
        options = [_same_option(option) for option in state.options]
    else:
        _check_foreign(content, state, foreign)
        rows = [
            _row(variant, matched.get(variant.key), _chosen(content, variant))
            for variant in content.variants
        ]
        rows += [_row(None, node, values_of(node)) for node in foreign]
        options = _options(content, state, foreign)
    for row in rows:
        _fill(row, content, groups, files)
    return {
        "productOptions": options
        or [{"name": NO_OPTION, "values": [{"name": ONLY_VARIANT}]}],
        "variants": [row["input"] for row in rows],
    }


def _check_foreign(content, state, foreign):
    """:raises RejectedError: variants that the hub does not know have other options, so
    they could not stay."""
    names = {option.name for option in content.options}
    theirs = {option["name"] for option in state.options} if state else set()
    if foreign and names != theirs:
        raise RejectedError(
            "The product has variants in Shopify that Odoo does not know, with the"
            f" options {', '.join(sorted(theirs)) or '-'} instead of"
            f" {', '.join(sorted(names)) or '-'}: link or delete these variants in"
            " Shopify, or let Shopify decide about options and variants.",
            code="FOREIGN_VARIANTS",
        )


def _row(variant, node, chosen):
    values = chosen or {NO_OPTION: ONLY_VARIANT}
    entry = {
        "optionValues": [
            {"optionName": name, "name": value} for name, value in values.items()
        ]
    }
    if node:
        entry["id"] = node["id"]
    return {"variant": variant, "node": node, "input": entry}


def _same_option(option):
    return {
        "id": option["id"],
        "name": option["name"],
        "values": [{"name": value["name"]} for value in option["optionValues"]],
    }


def _options(content, state, foreign):
    """Options as the hub has them; values of variants that it does not know stay."""
    theirs = {option["name"]: option for option in state.options} if state else {}
    found = []
    for option in content.options:
        extra = [
            value
            for node in foreign
            if (value := values_of(node).get(option.name)) not in option.values
        ]
        values = dict.fromkeys([*option.values, *extra])
        entry = {"name": option.name, "values": [{"name": one} for one in values]}
        if option.name in theirs:
            entry["id"] = theirs[option.name]["id"]
        found.append(entry)
    return found


def _fill(row, content, groups, files):
    """What the hub decides about of one variant."""
    variant, entry = row["variant"], row["input"]
    if variant is None:
        return
    if ContentGroup.IDENTIFIERS in groups:
        given = {"sku": variant.sku, "barcode": variant.barcode}
        entry |= {name: value for name, value in given.items() if value}
    if ContentGroup.LOGISTICS in groups:
        entry["inventoryItem"] = _logistics(variant)
    if ContentGroup.IMAGES in groups and variant.image in files:
        entry["file"] = files[variant.image]
    if row["node"] is None:
        _make(entry, variant, content)


def _logistics(variant):
    """What is empty here stays as it is there: a weight of nothing is none."""
    hs_code = "".join(filter(str.isdigit, variant.hs_code))
    found = {
        "tracked": variant.tracked,
        "requiresShipping": variant.requires_shipping,
    }
    if HS_CODE.fullmatch(hs_code):
        found["harmonizedSystemCode"] = hs_code
    if variant.origin:
        found["countryCodeOfOrigin"] = variant.origin
    if variant.weight:
        weight = {"unit": "KILOGRAMS", "value": float(variant.weight)}
        found["measurement"] = {"weight": weight}
    return found


def _make(entry, variant, content):
    """A new variant has a price, and is stocked where the hub keeps its stock."""
    if variant.price is None:
        raise RejectedError(
            f"The variant {' / '.join(variant.values) or content.title} is not there"
            " any more, and no price of it is known: import the catalogue again.",
            code="NO_PRICE",
        )
    entry["price"] = str(variant.price.amount)
    if variant.tracked:
        entry.setdefault("inventoryItem", {"tracked": True})
        entry["inventoryQuantities"] = [
            {"locationId": gid("Location", place), "name": "available", "quantity": 0}
            for place in content.locations
        ]


# --- images ---------------------------------------------------------------------------


def media_by_key(content, state):
    """Media of the product that were uploaded under an image's hash: {key: gid}."""
    found = {}
    for node in state.media if state else ():
        url = (node.get("image") or {}).get("url") or ""
        name = urlsplit(url).path.rsplit("/", 1)[-1]
        for image in content.images:
            if name.startswith(image.key):
                found[image.key] = node["id"]
    return found
