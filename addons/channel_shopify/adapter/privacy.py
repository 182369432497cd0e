"""Compliance webhooks: configured with the app, never subscribed to (facts, section
2)."""

from odoo.addons.channel_base.adapter.errors import MalformedError
from odoo.addons.channel_base.adapter.webhook import PrivacyAsk, PrivacyKind

from .ids import digits

TOPICS = {  # topic -> (what is asked for, where the orders are)
    "customers/data_request": (PrivacyKind.ACCESS, "orders_requested"),
    "customers/redact": (PrivacyKind.ERASE, "orders_to_redact"),
    "shop/redact": (PrivacyKind.ERASE_SHOP, ""),
}


def ask(topic, body):
    """What a delivery asks for by law; None for every other topic.

    :raises MalformedError: when it does not say whom it is about.
    """
    if topic not in TOPICS:
        return None
    kind, part = TOPICS[topic]
    if kind is PrivacyKind.ERASE_SHOP:
        return PrivacyAsk(kind)
    customer = body.get("customer")
    customer = customer if isinstance(customer, dict) else {}
    orders = body.get(part)
    asked = PrivacyAsk(
        kind,
        customer=_digits(customer.get("id")),
        email=_text(customer.get("email")),
        phone=_text(customer.get("phone")),
        orders=tuple(
            filter(None, map(_digits, orders if isinstance(orders, list) else ()))
        ),
    )
    if not (asked.customer or asked.email or asked.orders):
        raise MalformedError(f"The webhook {topic} does not say whom it is about.")
    return asked


def _digits(value):
    found = digits(str(value)) if isinstance(value, int | str) else ""
    return found if found.isdecimal() else ""


def _text(value):
    return value if isinstance(value, str) else ""
