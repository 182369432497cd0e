"""The verbs of Amazon's seller accounts."""

from odoo.addons.channel_base.adapter.port import Capability, MarketplaceAdapter

from .client import AmazonClient
from .connection import ConnectionVerbs
from .listings import Listings
from .mapper_status import SOURCE_NAMES
from .orders import Orders
from .outbound import Outbound
from .shipments import Shipments


class AmazonAdapter(
    ConnectionVerbs, Orders, Listings, Shipments, Outbound, MarketplaceAdapter
):
    """One seller account in one region, with all its marketplaces."""

    provider = "amazon"
    capabilities = frozenset(
        {
            Capability.MARKETS,
            Capability.LOCATIONS,
            Capability.LISTINGS,
            Capability.STOCK_READ,
            Capability.STOCK_PUSH,
            Capability.SHIPMENT_PUSH,
            Capability.WAREHOUSE,
            Capability.WAREHOUSE_STOCK,
        }
    )
    pages_orders = True
    order_batch = 20  # of the 30 that may be read at once
    stock_batch = 25  # items are patched one by one
    shipment_batch = 10
    sources = SOURCE_NAMES
    stockless_sources = frozenset({"FBA"})

    def __init__(self, *parts):
        super().__init__(*parts)
        self._client = AmazonClient(*parts)

    def refresh_token(self, code):
        """The refresh token that a seller's consent is worth.

        :param code: ``spapi_oauth_code`` of the address that Amazon sends him back to.
        """
        return self._client.login.refresh_token(code)
