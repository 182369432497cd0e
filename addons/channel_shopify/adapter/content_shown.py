"""How Shopify shows a product, group by group, as fingerprints: two looks at the same
product give the same, whatever Shopify made of what it was told."""

from odoo.addons.channel_base.adapter.content import ContentGroup, fingerprint

from .mapper_common import nodes


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
