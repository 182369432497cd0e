"""Shop, app, versions, locations, nodes: what a connection test asks for."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from .errors import too_many
from .lookup import by_id, listing
from .registry import resolver
from .scopes import sees
from .search import exact, number

SUPPORTED = ("2026-01", "2026-04", "2026-07", "2026-10")  # fact sheet, section 1
VERSION = "2026-10"


def api_version(handle):
    """Return an `ApiVersion`."""
    stable = handle in SUPPORTED
    return {
        "handle": handle,
        "supported": stable,
        "displayName": f"{handle} (Latest)" if handle == VERSION else handle,
    }


@resolver("QueryRoot.publicApiVersions")
def public_api_versions(_source, _info):
    return [api_version(handle) for handle in (*SUPPORTED, "2027-01", "unstable")]


@resolver("QueryRoot.currentAppInstallation")
def current_app_installation(_source, info):
    context = info.context
    return {
        "id": f"gid://shopify/AppInstallation/{context.shop.ordinal + 1}",
        "accessScopes": [
            {"handle": scope, "description": scope.replace("_", " ")}
            for scope in context.app["scopes"]
        ],
    }


@resolver("QueryRoot.shop")
def shop_node(_source, info):
    shop, settings = info.context.shop, info.context.shop.settings
    zone = ZoneInfo(settings["timezone"])
    offset = shop.clock.now().astimezone(zone).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    url = f"https://{shop.domain}"
    return {
        "id": f"gid://shopify/Shop/{61_000_000_000 + shop.ordinal}",
        "name": settings.get("title", shop.name),
        "email": f"owner@{shop.name}.example.com",
        "contactEmail": f"hello@{shop.name}.example.com",
        "myshopifyDomain": shop.domain,
        "primaryDomain": {
            "id": "gid://shopify/Domain/1",
            "host": shop.domain,
            "url": url,
            "sslEnabled": True,
        },
        "url": url,
        "currencyCode": settings["currency"],
        "ianaTimezone": settings["timezone"],
        "timezoneOffset": shop.clock.now().astimezone(zone).strftime("%z"),
        "timezoneOffsetMinutes": minutes,
        "timezoneAbbreviation": settings["timezone"].split("/")[-1][:3].upper(),
        "taxesIncluded": settings["taxes_included"],
        "taxShipping": settings["tax_shipping"],
        "weightUnit": "KILOGRAMS",
        "enabledPresentmentCurrencies": settings["presentment_currencies"],
        "plan": {
            "partnerDevelopment": False,
            "shopifyPlus": False,
            "publicDisplayName": "Basic",
        },
        "resourceLimits": {
            "locationLimit": 10,
            "maxProductOptions": 3,
            "maxProductVariants": 2048,
            "redirectLimitReached": False,
        },
        "createdAt": "2020-01-01T00:00:00Z",
        "updatedAt": shop.clock.iso(),
    }


LOCATION_FIELDS = {
    "id": number(lambda node: node["legacyResourceId"]),
    "name": exact(lambda node: node["name"]),
    "active": exact(lambda node: str(node["isActive"])),
}


@resolver("QueryRoot.locations")
def locations(_source, info, includeInactive=False, includeLegacy=False, **page):
    found = [
        node
        for node in info.context.shop.all("Location")
        if (includeInactive or node["isActive"])
        and (includeLegacy or not node.get("legacy"))
    ]
    return listing(
        info, found, LOCATION_FIELDS, {"NAME": lambda node: node["name"]}, **page
    )


@resolver("QueryRoot.location")
def location(_source, info, id=None):
    return (
        by_id(info, id, "Location")
        if id
        else next(iter(info.context.shop.all("Location")), None)
    )


@resolver("QueryRoot.node")
def node_by_id(_source, info, id):
    return sees(info.context, info.context.shop.get(id))


@resolver("QueryRoot.nodes")
def nodes_by_id(_source, info, ids):
    """Answer null for what does not exist, in the order asked; 250 ids at most (fact
    sheet, section 3)."""
    if len(ids) > 250:
        raise too_many(len(ids), 250)
    return [node_by_id(None, info, gid) for gid in ids]


@resolver("QueryRoot.job")
def job(_source, info, id):
    node = info.context.shop.get(id)
    return node and {
        "id": node["id"],
        "done": node["done_at"] <= info.context.shop.clock.timestamp(),
    }


def add_location(
    shop, name, *, active=True, country="DE", fulfills_online=True, **extra
):
    """Create a location.

    :return: the node
    """
    address = {
        "address1": f"{name} 1",
        "city": "Berlin",
        "country": country,
        "countryCode": country,
        "zip": "10115",
        "formatted": [f"{name} 1", "10115 Berlin", country],
    }
    return shop.add(
        "Location",
        {
            "name": name,
            "isActive": active,
            "fulfillsOnlineOrders": fulfills_online,
            "shipsInventory": fulfills_online,
            "hasActiveInventory": active,
            "isFulfillmentService": False,
            "address": address,
            **extra,
        },
    )
