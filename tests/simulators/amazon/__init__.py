"""A stateful Selling Partner API."""
