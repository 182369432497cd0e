"""Shopify passes the contract of every adapter."""

from .contract import AdapterContract


class TestShopify(AdapterContract):
    """The fixture ``market`` is in conftest.py: a shop of its own per test."""
