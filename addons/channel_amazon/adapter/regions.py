"""Regions and marketplaces, as Amazon publishes them (developer-docs, marketplace
ids)."""

from dataclasses import dataclass

from odoo.addons.channel_base.adapter.errors import ConfigError

LWA_ORIGIN = "https://api.amazon.com"
REGIONS = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One marketplace.

    :param seller_central: where its sellers give an app their consent.
    :param tax_included: its prices hold the tax.
    """

    id: str
    country: str
    currency: str
    region: str
    seller_central: str
    tax_included: bool = True


def _known():
    rows = [
        ("ATVPDKIKX0DER", "US", "USD", "na", "sellercentral.amazon.com", False),
        ("A2EUQ1WTGCTBG2", "CA", "CAD", "na", "sellercentral.amazon.ca", False),
        ("A1AM78C64UM0Y8", "MX", "MXN", "na", "sellercentral.amazon.com.mx", True),
        ("A2Q3Y263D00KWC", "BR", "BRL", "na", "sellercentral.amazon.com.br", True),
        ("A1F83G8C2ARO7P", "GB", "GBP", "eu", "sellercentral-europe.amazon.com", True),
        ("A1PA6795UKMFR9", "DE", "EUR", "eu", "sellercentral-europe.amazon.com", True),
        ("A13V1IB3VIYZZH", "FR", "EUR", "eu", "sellercentral-europe.amazon.com", True),
        ("APJ6JRA9NG5V4", "IT", "EUR", "eu", "sellercentral-europe.amazon.com", True),
        ("A1RKKUPIHCS9HS", "ES", "EUR", "eu", "sellercentral-europe.amazon.com", True),
        ("A1805IZSGTT6HS", "NL", "EUR", "eu", "sellercentral.amazon.nl", True),
        ("A2NODRKZP88ZB9", "SE", "SEK", "eu", "sellercentral.amazon.se", True),
        ("A1C3SOZRARQ6R3", "PL", "PLN", "eu", "sellercentral.amazon.pl", True),
        ("AMEN7PMS3EDWL", "BE", "EUR", "eu", "sellercentral.amazon.com.be", True),
        ("A28R8C7NBKEWEA", "IE", "EUR", "eu", "sellercentral.amazon.ie", True),
        ("A33AVAJ2PDY3EV", "TR", "TRY", "eu", "sellercentral.amazon.com.tr", True),
        ("A2VIGQ35RCS4UG", "AE", "AED", "eu", "sellercentral.amazon.ae", True),
        ("A17E79C6D8DWNP", "SA", "SAR", "eu", "sellercentral.amazon.sa", True),
        ("ARBP9OOSHTCHU", "EG", "EGP", "eu", "sellercentral.amazon.eg", True),
        ("A21TJRUUN4KGV", "IN", "INR", "eu", "sellercentral.amazon.in", True),
        ("AE08WJ6YKNBMC", "ZA", "ZAR", "eu", "sellercentral.amazon.co.za", True),
        ("A1VC38T7YXB528", "JP", "JPY", "fe", "sellercentral.amazon.co.jp", True),
        ("A39IBJ37TRP1C6", "AU", "AUD", "fe", "sellercentral.amazon.com.au", True),
        ("A19VAU5U5O7RUS", "SG", "SGD", "fe", "sellercentral.amazon.sg", True),
    ]
    return {row[0]: Marketplace(*row) for row in rows}


MARKETPLACES = _known()
CONSENT = {  # where a region's sellers give their consent by default
    "na": "sellercentral.amazon.com",
    "eu": "sellercentral-europe.amazon.com",
    "fe": "sellercentral.amazon.co.jp",
}


def endpoint(region):
    """The origin of a region's API.

    :raises ConfigError: for a region that there is none of.
    """
    if region not in REGIONS:
        raise ConfigError("Choose the region of the seller account.", code="region")
    return REGIONS[region]
