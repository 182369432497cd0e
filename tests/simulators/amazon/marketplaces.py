"""Marketplaces, their currencies and regions (fact sheet, section 2)."""

from dataclasses import dataclass

from .errors import denied, invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Marketplace:
    """One marketplace.

    :param tax_included: prices contain the tax (EU, UK, JP), or it is added (US)
    """

    code: str
    id: str
    country: str
    currency: str
    language: str
    region: str
    domain: str
    tax_included: bool = True

    @property
    def name(self):
        """As `salesChannel.marketplaceName` says it."""
        return self.domain.removeprefix("www.").capitalize()


def _of(code, number, currency, language, region, domain, **more):
    country = {"UK": "GB"}.get(code, code)
    return Marketplace(
        code=code,
        id=number,
        country=country,
        currency=currency,
        language=language,
        region=region,
        domain=f"www.{domain}",
        **more,
    )


MARKETPLACES = {
    one.code: one
    for one in (
        _of("DE", "A1PA6795UKMFR9", "EUR", "de_DE", "EU", "amazon.de"),
        _of("FR", "A13V1IB3VIYZZH", "EUR", "fr_FR", "EU", "amazon.fr"),
        _of("IT", "APJ6JRA9NG5V4", "EUR", "it_IT", "EU", "amazon.it"),
        _of("ES", "A1RKKUPIHCS9HS", "EUR", "es_ES", "EU", "amazon.es"),
        _of("UK", "A1F83G8C2ARO7P", "GBP", "en_GB", "EU", "amazon.co.uk"),
        _of("PL", "A1C3SOZRARQ6R3", "PLN", "pl_PL", "EU", "amazon.pl"),
        _of(
            "US",
            "ATVPDKIKX0DER",
            "USD",
            "en_US",
            "NA",
            "amazon.com",
            tax_included=False,
        ),
        _of(
            "CA",
            "A2EUQ1WTGCTBG2",
            "CAD",
            "en_CA",
            "NA",
            "amazon.ca",
            tax_included=False,
        ),
        _of("JP", "A1VC38T7YXB528", "JPY", "ja_JP", "FE", "amazon.co.jp"),
        _of("AU", "A39IBJ37TRP1C6", "AUD", "en_AU", "FE", "amazon.com.au"),
    )
}
BY_ID = {one.id: one for one in MARKETPLACES.values()}
# Code of the network that Amazon ships from (fact sheet, section 4, Reports)
NETWORKS = {"EU": "AMAZON_EU", "NA": "AMAZON_NA", "FE": "AMAZON_JP"}


def find(code):
    """Return the `Marketplace` of a code (`DE`) or an id.

    :raises LookupError: unknown
    """
    found = MARKETPLACES.get(code) or BY_ID.get(code)
    if found is None:
        raise LookupError(f"no such marketplace: {code}")
    return found


def asked(call, *, at_most=None):
    """Return the ids that a call's `marketplaceIds` names.

    :raises ApiError: unknown, not the seller's, too many
    """
    ids = call.query.get("marketplaceIds") or []
    for one in ids:
        if one not in BY_ID:
            raise invalid(f"Marketplace {one} is not valid.")
    if at_most and len(ids) > at_most:  # [I 4726]
        raise invalid(f"Expected a maximum of {at_most} marketplaceIds.")
    check(call, ids)
    return ids


def check(call, ids):
    """Refuse marketplaces that the token does not reach: another region, or not joined
    (fact sheet, section 2)."""
    reach = call.token.marketplaces(call.seller)
    if any(one not in reach for one in ids):
        raise denied()
