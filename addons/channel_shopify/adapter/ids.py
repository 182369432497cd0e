"""Shopify's global ids: the hub keeps the digits, the adapter knows the type."""


def gid(kind, digits):
    """``("Order", "12")`` -> ``gid://shopify/Order/12``."""
    return f"gid://shopify/{kind}/{digits}"


def digits(value):
    """``gid://shopify/Order/12?x=y`` -> ``12``; empty for None."""
    return (value or "").rsplit("/", 1)[-1].partition("?")[0]


def kind(value):
    """``gid://shopify/Order/12`` -> ``Order``; empty where the id is no global one."""
    parts = value.rsplit("/", 2)
    return parts[1] if len(parts) == 3 else ""
