"""Control actions on customers and companies, and what privacy laws make a shop send
(fact sheet, section 2)."""

from . import companies, customers
from .state import digits

FIELDS = {
    "email": "email",
    "phone": "phone",
    "first_name": "firstName",
    "last_name": "lastName",
}


def save_customer(simulator, shop, id=None, **spec):
    """Make a customer, or change one."""
    with shop.lock:
        node = shop.get(id) if id else customers.find_or_add(shop, spec)
        if id:
            node |= {FIELDS[key]: spec[key] for key in FIELDS.keys() & spec.keys()}
            if "addresses" in spec:
                made = [customers.address(shop, one) for one in spec["addresses"]]
                node["addressesV2"] = made
            shop.touch(node)
            shop.emit("CUSTOMERS_UPDATE", node)
    return {"id": node["id"]}


def merge_customers(simulator, shop, kept, deleted):
    """Merge two customers: the orders of one go over to the other."""
    with shop.lock:
        for order in shop.all("Order"):
            if order["customer"] == deleted:
                order["customer"] = kept
        node = shop.get(deleted)
        shop.remove(deleted)
        shop.emit(
            "CUSTOMERS_MERGE",
            node,
            admin_graphql_api_customer_kept_id=kept,
            admin_graphql_api_customer_deleted_id=deleted,
            admin_graphql_api_job_id=None,
            status="completed",
            errors=[],
        )
    return {}


def delete_customer(simulator, shop, id):
    with shop.lock:
        node = shop.get(id)
        shop.remove(id)
        shop.emit("CUSTOMERS_DELETE", node)
    return {}


def save_company(simulator, shop, contact=None, **spec):
    """Make a company with a location, or change the location of one."""
    with shop.lock:
        person = shop.get(contact) if contact else None
        found = companies.purchasing(shop, spec, person)
        place, firm = shop.get(found["location"]), shop.get(found["company"])
        place |= companies.place(shop, firm, spec)
        for node, topic in ((place, "COMPANY_LOCATIONS"), (firm, "COMPANIES")):
            shop.touch(node)
            shop.emit(f"{topic}_UPDATE", node)
    return {key: found[key] for key in ("company", "contact", "location")}


def send_compliance(simulator, shop, topic, customer=None, orders=()):
    """Send a compliance webhook: configured with the app, never subscribed to."""
    payload = {"shop_id": shop.ordinal + 1, "shop_domain": shop.domain}
    if customer:
        node = shop.get(customer) or {}
        payload["customer"] = {
            "id": int(digits(customer)),
            "email": node.get("email"),
            "phone": node.get("phone"),
        }
        part = "orders_requested" if "data" in topic else "orders_to_redact"
        payload[part] = [int(digits(gid)) for gid in orders]
        if "data" in topic:
            payload["data_request"] = {"id": shop.next_id()}
    addresses = {one["uri"]: one for one in shop.all("WebhookSubscription")}
    event = f"compliance-{shop.next_id()}"
    for one in addresses.values():
        compliance = {**one, "topic": topic, "includeFields": []}
        simulator.courier.send(shop, compliance, payload, event)
    return {"sent": len(addresses)}
