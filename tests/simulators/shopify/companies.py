"""Companies that buy, their contacts and locations (fact sheet, section 7)."""

from . import customers
from .lookup import by_id, listing
from .registry import resolver

KEYS = {
    "CREATED_AT": lambda node: node["createdAt"],
    "UPDATED_AT": lambda node: node["updatedAt"],
    "NAME": lambda node: node["name"],
}


@resolver("QueryRoot.company")
def company(_source, info, id):
    return by_id(info, id, "Company")


@resolver("QueryRoot.companies")
def companies(_source, info, **page):
    return listing(info, info.context.shop.all("Company"), {}, KEYS, **page)


@resolver("Company.contacts")
def contacts(source, info, **page):
    nodes = [info.context.shop.get(gid) for gid in source["contacts"]]
    return listing(info, nodes, {}, {}, **page)


@resolver("Company.locations")
def locations(source, info, **page):
    nodes = [info.context.shop.get(gid) for gid in source["places"].values()]
    return listing(info, nodes, {}, {}, **page)


@resolver("CompanyLocation.catalogs")
def catalogs(source, info, **page):
    shop = info.context.shop
    nodes = [shop.get(gid) for gid in source.get("catalogs") or ()]
    return listing(info, nodes, {}, {}, **page)


def purchasing(shop, spec, customer_node):
    """Return a `PurchasingCompany` of a company spec, re-using company and location of
    the same names.

    :param spec: {name, external_id, location, location_external_id, tax_id, phone,
        billing, shipping (address specs), terms_days}
    """
    firm = _firm(shop, spec)
    contact = _contact(shop, firm, customer_node) if customer_node else None
    return {
        "__typename": "PurchasingCompany",
        "company": firm["id"],
        "contact": contact and contact["id"],
        "location": _location(shop, firm, spec)["id"],
    }


def _firm(shop, spec):
    for node in shop.all("Company"):
        if node["name"] == spec["name"]:
            return node
    made = {
        "name": spec["name"],
        "externalId": spec.get("external_id"),
        "note": None,
        "mainContact": None,
        "contacts": [],
        "places": {},
    }
    node = shop.add("Company", made)
    shop.emit("COMPANIES_CREATE", node)
    return node


def _contact(shop, firm, customer_node):
    for gid in firm["contacts"]:
        if shop.get(gid)["customer"] == customer_node["id"]:
            return shop.get(gid)
    made = {
        "customer": customer_node["id"],
        "title": None,
        "isMainContact": not firm["contacts"],
        "company": firm["id"],
    }
    node = shop.add("CompanyContact", made)
    firm["contacts"].append(node["id"])
    firm["mainContact"] = firm["mainContact"] or node["id"]
    customer_node["companyContactProfiles"].append(node["id"])
    shop.emit("COMPANY_CONTACTS_CREATE", node)
    return node


def _location(shop, firm, spec):
    name = spec.get("location", spec["name"])
    if name in firm["places"]:
        return shop.get(firm["places"][name])
    made = {
        "name": name,
        "externalId": spec.get("location_external_id"),
        "company": firm["id"],
        "currency": shop.settings["currency"],
        **place(shop, firm, spec),
    }
    node = shop.add("CompanyLocation", made)
    firm["places"][name] = node["id"]
    shop.emit("COMPANY_LOCATIONS_CREATE", node)
    return node


def place(shop, firm, spec):
    """Return what a merchant can change of a location, of a company spec."""
    days = spec.get("terms_days")
    template = days is not None and {
        "id": f"gid://shopify/PaymentTermsTemplate/{days}",
        "name": f"Net {days}",
        "paymentTermsType": "NET",
        "dueInDays": days,
    }
    return {
        "phone": spec.get("phone"),
        "taxSettings": {"taxExempt": False, "taxRegistrationId": spec.get("tax_id")},
        "billingAddress": _address(shop, firm, spec.get("billing")),
        "shippingAddress": _address(shop, firm, spec.get("shipping")),
        "buyerExperienceConfiguration": {"paymentTermsTemplate": template or None},
    }


def _address(shop, firm, spec):
    found = customers.address(shop, spec)
    return found and {
        "id": f"gid://shopify/CompanyAddress/{shop.next_id()}",
        "recipient": found["name"],
        "companyName": spec.get("company") or firm["name"],
        "address1": found["address1"] or "",
        "address2": found["address2"],
        "city": found["city"],
        "zip": found["zip"],
        "zoneCode": found["provinceCode"],
        "countryCode": found["countryCodeV2"],
        "phone": found["phone"],
    }
