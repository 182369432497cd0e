"""Shopify's Admin GraphQL API 2026-10 as a local, stateful server."""
