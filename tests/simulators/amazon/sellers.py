"""Sellers API v1."""

from .marketplaces import BY_ID
from .operations import operation


@operation(
    "getMarketplaceParticipations",
    "GET",
    "/sellers/v1/marketplaceParticipations",
    0.016,
    15,
)
def participations(call):
    """Return the marketplaces that the token reaches."""
    reach = call.token.marketplaces(call.seller)
    return {"payload": [_participation(call.seller, BY_ID[one]) for one in reach]}


def _participation(seller, one):
    return {
        "marketplace": {
            "id": one.id,
            "name": one.name,
            "countryCode": one.country,
            "defaultCurrencyCode": one.currency,
            "defaultLanguageCode": one.language,
            "domainName": one.domain,
        },
        "storeName": f"{seller.name.capitalize()} Store",
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
    }
