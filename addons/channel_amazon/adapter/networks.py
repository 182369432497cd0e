"""Fulfilment networks: whose stock is one, whichever marketplace sells it.

European stock is shown by each of its marketplaces again: it is counted once.
"""

from .regions import MARKETPLACES

PREFIX = "FBA-"
EUROPE = frozenset({"DE", "FR", "IT", "ES", "NL", "SE", "PL", "BE", "IE"})


def network(market_id):
    """The place of the network that serves a marketplace, empty for unknown ones."""
    known = MARKETPLACES.get(market_id)
    if not known:
        return ""
    return f"{PREFIX}{'EU' if known.country in EUROPE else known.country}"


def networks(market_ids):
    """The networks of some marketplaces, each with the first one that it serves."""
    found = {}
    for market_id in market_ids:
        place = network(market_id)
        if place:
            found.setdefault(place, market_id)
    return found


def network_name(place):
    """What people call a network."""
    return f"Amazon FBA {place.removeprefix(PREFIX)}"


def country_network(country_code):
    """The place of the network that ships within a country."""
    return f"{PREFIX}{'EU' if country_code in EUROPE else country_code}"
