"""Verbs of the connection: marketplaces, places, and which roles the app lacks."""

from datetime import timedelta

from odoo.addons.channel_base.adapter.canonical import Location, Market
from odoo.addons.channel_base.adapter.errors import (
    AuthError,
    ConfigError,
    ProtocolError,
)
from odoo.addons.channel_base.adapter.port import Connection

from .mapper_common import parts, readable, stamp
from .mapper_listing import OWN_STOCK
from .networks import network_name, networks
from .orders import LAG

PROBE_DAYS = timedelta(days=14)
PROBED = 20  # orders that are looked at for addresses


class ConnectionVerbs:
    """What an adapter can tell of its account."""

    def connect(self):
        self._client.login.prove()
        account = self.settings.account.strip()
        if not account:
            raise ConfigError(
                "Enter the seller id as the account's name: Seller Central calls it the"
                " merchant token, under Settings, Account Info.",
                code="account",
            )
        participations = self._participations()
        markets = [_market(one) for one in participations]
        active = [market for market in markets if market.active]
        if not active:
            raise ConfigError(
                "The account takes part in no marketplace of this region: check the"
                " region, and the account's health in Seller Central.",
                code="marketplaces",
            )
        return Connection(
            name=participations[0].get("storeName") or account,
            account=account,
            currency=active[0].currency,
            missing=self._missing([market.external_id for market in active]),
        )

    def marketplaces(self):
        yield from map(_market, self._participations())

    def locations(self):
        yield Location(external_id=OWN_STOCK, name="Shipped by the seller")
        markets = map(_market, self._participations())
        for place in networks(one.external_id for one in markets if one.active):
            yield Location(
                external_id=place, name=network_name(place), fulfilment_service=True
            )

    def _participations(self):
        answer = self._client.call("getMarketplaceParticipations")
        found = answer.get("payload")
        if not isinstance(found, list):
            raise ProtocolError("Amazon's answer holds no list of marketplaces.")
        return parts(found)

    # --- roles ------------------------------------------------------------------------

    def _missing(self, market_ids):
        """What the app's roles do not allow, by flow, in words of Seller Central."""
        missing = {
            "order": self._missing_for_orders(market_ids),
            "stock": self._missing_for_listings(market_ids),
        }
        return {flow: texts for flow, texts in missing.items() if texts}

    def _missing_for_orders(self, market_ids):
        now = self.clock()
        try:
            answer = self._client.call(
                "searchOrders",
                lastUpdatedAfter=stamp(now - PROBE_DAYS),
                lastUpdatedBefore=stamp(now - LAG),
                marketplaceIds=",".join(market_ids),
                fulfillmentStatuses="UNSHIPPED",
                fulfilledBy="MERCHANT",
                maxResultsPerPage=PROBED,
                includedData="RECIPIENT",
            )
        except AuthError:
            return ("orders cannot be read: the role Inventory and Order Tracking",)
        orders = parts(answer.get("orders"))
        if orders and not any(_has_address(payload) for payload in orders):
            return (
                "orders arrive without addresses: the role Direct-to-Consumer Delivery"
                " (Restricted)",
            )
        return ()

    def _missing_for_listings(self, market_ids):
        try:
            self._client.call(
                "searchListingsItems",
                self.settings.account,
                marketplaceIds=market_ids[0],
                pageSize=1,
            )
        except AuthError:
            return ("quantities cannot be set: the role Product Listing",)
        return ()


def _has_address(payload):
    recipient = payload.get("recipient") or {}
    return bool((recipient.get("deliveryAddress") or {}).get("postalCode"))


def _market(one):
    """One participation.

    :raises ProtocolError: for one that does not say which marketplace it is.
    """
    with readable("A marketplace"):
        marketplace, part = one["marketplace"], one.get("participation") or {}
        return Market(
            external_id=marketplace["id"],
            name=marketplace.get("name") or marketplace["id"],
            currency=marketplace["defaultCurrencyCode"],
            country_code=marketplace.get("countryCode") or "",
            active=bool(part.get("isParticipating")),
        )
