"""Metafields and the definitions that make one of them a custom id."""

from .errors import too_many, user_error
from .lookup import by_id
from .registry import resolver
from .state import kind

APP = "app--1"  # the app-reserved namespace, when none is given
MOST = 25  # metafields a call (fact sheet, section 3)


def _name(given):
    return f"{given.get('namespace') or APP}.{given['key']}"


def find_by_key(shop, owner_type, key):
    """The product with this unique metafield value, or None."""
    name = _name(key)
    for node in shop.all(owner_type.capitalize()):
        found = (node.get("metafields") or {}).get(name)
        if found and found["value"] == key["value"]:
            return node
    return None


def set_metafields(shop, node, rows):
    """Set values on a node of any type."""
    kept = node.setdefault("metafields", {})
    for row in rows:
        name = _name(row)
        kept[name] = {
            "id": f"gid://shopify/Metafield/{shop.next_id()}",
            "namespace": row.get("namespace") or APP,
            "key": row["key"],
            "type": row.get("type") or "single_line_text_field",
            "value": row["value"],
        }
    shop.touch(node)


@resolver("QueryRoot.metafieldDefinition")
def definition(_source, info, id=None, identifier=None):
    if id:
        return by_id(info, id, "MetafieldDefinition")
    return _definition(info.context.shop, identifier)


def _definition(shop, wanted):
    for node in shop.all("MetafieldDefinition"):
        same = node["ownerType"] == wanted["ownerType"] and node["key"] == wanted["key"]
        if same and node["namespace"] == (wanted.get("namespace") or APP):
            return node
    return None


@resolver("Mutation.metafieldDefinitionCreate")
def definition_create(_source, info, definition):
    shop = info.context.shop
    if _definition(shop, definition):
        error = user_error("Key is in use", ["definition", "key"], "TAKEN")
        return {"createdDefinition": None, "userErrors": [error]}
    unique = (definition.get("capabilities") or {}).get("uniqueValues") or {}
    node = shop.add(
        "MetafieldDefinition",
        {
            "namespace": definition.get("namespace") or APP,
            "key": definition["key"],
            "name": definition["name"],
            "type": definition["type"],
            "ownerType": definition["ownerType"],
            "unique": bool(unique.get("enabled")),
        },
    )
    return {"createdDefinition": node, "userErrors": []}


@resolver("Mutation.metafieldsSet")
def metafields_set(_source, info, metafields):
    """All or none, 25 at most."""
    shop = info.context.shop
    if len(metafields) > MOST:
        raise too_many(len(metafields), MOST)
    problems = [
        user_error(message, ["metafields", str(index), "value"], "INVALID_VALUE")
        for index, row in enumerate(metafields)
        if (message := _problem(shop, row))
    ]
    if problems:
        return {"metafields": [], "userErrors": problems}
    for row in metafields:
        set_metafields(shop, shop.get(row["ownerId"]), [row])
    return {"metafields": [], "userErrors": []}


def _problem(shop, row):
    if shop.get(row["ownerId"]) is None:
        return "Owner does not exist."
    if not row["value"]:
        return "Value can't be blank."
    if row.get("type") == "number_integer" and not row["value"].lstrip("-").isdigit():
        return "Value must be an integer."
    if row.get("type") == "single_line_text_field" and "\n" in row["value"]:
        return "Value must be a single line text string."
    return None


@resolver("Mutation.metafieldsDelete")
def metafields_delete(_source, info, metafields):
    shop, deleted = info.context.shop, []
    for row in metafields:
        kept = (shop.get(row["ownerId"]) or {}).get("metafields") or {}
        deleted.append(row if kept.pop(_name(row), None) else None)
    return {"deletedMetafields": deleted, "userErrors": []}


@resolver("Product.metafield", "ProductVariant.metafield")
def metafield(source, _info, key, namespace=None):
    return (source.get("metafields") or {}).get(
        _name({"namespace": namespace, "key": key})
    )


def owner_type(gid):
    """PRODUCT of a product's gid."""
    return kind(gid).upper()
