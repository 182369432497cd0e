"""The marketplaces' official contracts, which the project holds no copy of."""

import functools
import gzip
import json
import os
from pathlib import Path

from graphql import build_client_schema

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(
    os.environ.get("CHANNEL_HUB_CONTRACTS") or ROOT.parent / "shared" / "contracts"
)
ABSENT = "the official schema is not here (CHANNEL_HUB_CONTRACTS names its folder)"


def shopify_file(version="2026-10"):
    """Path of Shopify's published introspection of one API version."""
    return FOLDER / "shopify" / f"admin_{version}.json.gz"


@functools.lru_cache
def shopify_schema(version="2026-10"):
    """Shopify's official schema, executable by graphql-core."""
    with gzip.open(shopify_file(version)) as handle:
        # Shopify deprecates fields that their interfaces do not: not an error to us
        return build_client_schema(json.load(handle)["data"], assume_valid=True)
