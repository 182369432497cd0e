"""How Shopify shows a product, group by group, as fingerprints: two looks at the same
product give the same, whatever Shopify made of what it was told."""

from odoo.addons.channel_base.adapter.content import ContentGroup, fingerprint

from .mapper_common import nodes

LONGEST = 300  # characters of a description, for people
MOST = 20  # lines about variants, for people


def shown(state):
    """(group, fingerprint) of what Shopify shows.

    :param state: ``content_plan.State``.
    """
    payload, variants = state.payload, sorted(state.variants, key=lambda v: v["id"])
    category = payload.get("category") or {}
    found = {
        ContentGroup.TEXT: (payload["title"], payload["descriptionHtml"]),
        ContentGroup.IMAGES: tuple(node["id"] for node in state.media),
        ContentGroup.VARIANTS: tuple(map(_options, variants)),
        ContentGroup.IDENTIFIERS: tuple(
            (v["id"], v.get("sku") or "", v.get("barcode") or "") for v in variants
        ),
        ContentGroup.LOGISTICS: tuple(map(_logistics, variants)),
        ContentGroup.STATUS: (payload["status"],),
        ContentGroup.TAGS: tuple(sorted(payload.get("tags") or ())),
        ContentGroup.CATEGORY: (category.get("id") or "",),
    }
    return tuple((group.value, fingerprint(part)) for group, part in found.items())


def words(state):
    """(group, text for people) of what Shopify shows."""
    payload, variants = state.payload, state.variants
    images = sum(node["mediaContentType"] == "IMAGE" for node in state.media)
    found = {
        ContentGroup.TEXT: "\n".join(
            (payload["title"], (payload["descriptionHtml"] or "")[:LONGEST])
        ),
        ContentGroup.IMAGES: str(images),
        ContentGroup.VARIANTS: "\n".join(map(_option_words, state.options)),
        ContentGroup.IDENTIFIERS: _some(
            " / ".join((v.get("sku") or "-", v.get("barcode") or "-")) for v in variants
        ),
        ContentGroup.LOGISTICS: _some(map(_logistics_words, variants)),
        ContentGroup.STATUS: payload["status"].lower(),
        ContentGroup.TAGS: ", ".join(payload.get("tags") or ()),
        ContentGroup.CATEGORY: (payload.get("category") or {}).get("id") or "",
    }
    return tuple((group.value, text) for group, text in found.items())


def _some(lines):
    """Different lines, as many as one cares to read."""
    return "\n".join(list(dict.fromkeys(lines))[:MOST])


def _option_words(option):
    values = ", ".join(value["name"] for value in option["optionValues"])
    return f"{option['name']}: {values}"


def _logistics_words(variant):
    item = variant["inventoryItem"]
    weight = (item.get("measurement") or {}).get("weight") or {}
    return ", ".join(
        (
            f"{weight.get('value') or 0} {(weight.get('unit') or '').lower()}",
            item.get("harmonizedSystemCode") or "-",
            item.get("countryCodeOfOrigin") or "-",
        )
    )


def _options(variant):
    chosen = nodes(variant["selectedOptions"])
    return (variant["id"], *sorted((one["name"], one["value"]) for one in chosen))


def _logistics(variant):
    item = variant["inventoryItem"]
    weight = (item.get("measurement") or {}).get("weight") or {}
    return (
        variant["id"],
        str(weight.get("value")),
        weight.get("unit"),
        item.get("harmonizedSystemCode") or "",
        item.get("countryCodeOfOrigin") or "",
        bool(item.get("tracked")),
        bool(item.get("requiresShipping")),
    )
