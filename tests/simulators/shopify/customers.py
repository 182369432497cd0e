"""Customers and addresses."""

from .lookup import by_id, listing
from .registry import resolver
from .search import exact, number, ordered, tokens

FIELDS = {
    "id": number(lambda node: node["legacyResourceId"]),
    "email": exact(lambda node: node["email"]),
    "phone": exact(lambda node: node["phone"]),
    "tag": exact(lambda node: node["tags"]),
    "default": tokens(
        lambda node: f"{node['firstName']} {node['lastName']} {node['email']}"
    ),
    "created_at": ordered(lambda node: node["createdAt"]),
    "updated_at": ordered(lambda node: node["updatedAt"]),
}
KEYS = {
    "CREATED_AT": lambda node: node["createdAt"],
    "UPDATED_AT": lambda node: node["updatedAt"],
    "NAME": lambda node: node["lastName"] or "",
}
PROTECTED = (
    "Customer.firstName",
    "Customer.lastName",
    "Order.email",
    "Order.phone",
    *(
        f"MailingAddress.{name}"
        for name in ("firstName", "lastName", "name", "address1", "address2", "phone")
    ),
    *(
        f"FulfillmentOrderDestination.{name}"
        for name in ("firstName", "lastName", "address1", "address2", "phone", "email")
    ),
)


@resolver(*PROTECTED)
def protected(source, info):
    """Personal data is null without approval (fact sheet, section 2)."""
    return (
        source.get(info.field_name)
        if info.context.shop.settings["protected_data"]
        else None
    )


@resolver("QueryRoot.customer")
def customer(_source, info, id):
    return by_id(info, id, "Customer")


@resolver("QueryRoot.customers")
def customers(_source, info, **page):
    return listing(info, info.context.shop.all("Customer"), FIELDS, KEYS, **page)


@resolver("Customer.displayName")
def display_name(source, info):
    if not info.context.shop.settings["protected_data"]:
        return "Customer"
    return (
        " ".join(filter(None, (source["firstName"], source["lastName"])))
        or source["email"]
        or "Customer"
    )


@resolver("Customer.defaultEmailAddress")
def default_email(source, info):
    visible = info.context.shop.settings["protected_data"] and source["email"]
    return {"emailAddress": source["email"]} if visible else None


@resolver("Customer.defaultPhoneNumber")
def default_phone(source, info):
    visible = info.context.shop.settings["protected_data"] and source["phone"]
    return {"phoneNumber": source["phone"]} if visible else None


@resolver("Customer.defaultAddress")
def default_address(source, _info):
    return next(iter(source["addressesV2"]), None)


def _orders(source, info):
    return [
        node
        for node in info.context.shop.all("Order")
        if node["customer"] == source["id"]
    ]


@resolver("Customer.numberOfOrders")
def number_of_orders(source, info):
    return str(len(_orders(source, info)))


@resolver("Customer.orders")
def orders_of_customer(source, info, **page):
    return listing(info, _orders(source, info), {}, {}, **page)


def address(shop, spec):
    """Return a `MailingAddress` of an address spec, or None.

    :param spec: {first_name, last_name, company, address1, address2, city, zip,
        province, province_code, country, country_code, phone}, all optional
    """
    if not spec:
        return None
    first, last = spec.get("first_name"), spec.get("last_name")
    name = " ".join(filter(None, (first, last))) or None
    country = spec.get("country_code", "DE")
    town = " ".join(filter(None, (spec.get("zip"), spec.get("city"))))
    return {
        "id": f"gid://shopify/MailingAddress/{shop.next_id()}?model_name=Address",
        "firstName": first,
        "lastName": last,
        "name": name,
        "company": spec.get("company"),
        "address1": spec.get("address1"),
        "address2": spec.get("address2"),
        "city": spec.get("city"),
        "zip": spec.get("zip"),
        "province": spec.get("province"),
        "provinceCode": spec.get("province_code"),
        "country": spec.get("country", country),
        "countryCodeV2": country,
        "phone": spec.get("phone"),
        "formatted": [
            line for line in (name, spec.get("address1"), town, country) if line
        ],
    }


def find_or_add(shop, spec):
    """Return the customer node of a spec, matched by id, then e-mail; created when
    unknown.

    :param spec: gid, or {email, first_name, last_name, phone, locale, tags, tax_exempt,
        addresses: [address spec]}
    """
    if isinstance(spec, str):
        return shop.tables["Customer"][spec]
    email = spec.get("email")
    for node in shop.all("Customer"):
        if email and (node["email"] or "").lower() == email.lower():
            return node
    node = shop.add(
        "Customer",
        {
            "email": email,
            "phone": spec.get("phone"),
            "firstName": spec.get("first_name"),
            "lastName": spec.get("last_name"),
            "locale": spec.get("locale", "en"),
            "note": spec.get("note"),
            "tags": spec.get("tags", []),
            "state": "DISABLED",
            "taxExempt": spec.get("tax_exempt", False),
            "verifiedEmail": True,
            "companyContactProfiles": [],
            "addressesV2": [address(shop, one) for one in spec.get("addresses", [])],
        },
    )
    shop.emit("CUSTOMERS_CREATE", node)
    return node
