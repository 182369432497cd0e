"""Who buys: addresses, customers, companies."""

from __future__ import annotations

from datetime import datetime

from .base import canonical, require_utc
from .payment import PaymentTerms


@canonical
class Address:
    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    zip: str = ""
    state_code: str = ""
    country_code: str = ""
    phone: str = ""
    email: str = ""


@canonical
class Buyer:
    """Who buys. ``external_id`` is empty for guests.

    Who buys for a company is its contact: ``company_reference`` is the company's number
    in the merchant's own books, and ``location`` is the one of its places, with an id
    of its own, that the order is for.
    """

    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    company_external_id: str = ""
    company_reference: str = ""
    location: str = ""
    location_external_id: str = ""
    tax_id: str = ""


@canonical
class Customer:
    """Somebody with an account at the channel; ``orders``: how many he has placed.

    Consent to be written to is no part of it: it stays where it was given.
    """

    external_id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    address: Address | None = None
    orders: int = 0
    updated_at: datetime | None = None

    def __post_init__(self):
        require_utc(self.updated_at)


@canonical
class CompanyContact:
    """Who buys for a company; ``external_id`` is the one of the customer."""

    external_id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    title: str = ""


@canonical
class CompanyLocation:
    """One of a company's places, with the addresses and terms of its orders.

    ``price_lists``: ids of those that it buys at; None where the marketplace does not
    tell.
    """

    external_id: str
    name: str = ""
    reference: str = ""
    phone: str = ""
    tax_id: str = ""
    ship_to: Address | None = None
    bill_to: Address | None = None
    terms: PaymentTerms | None = None
    price_lists: tuple[str, ...] | None = None


@canonical
class Company:
    """A company that buys at the channel, with all its contacts and locations.

    ``reference`` is its number in the merchant's own books.
    """

    external_id: str
    name: str
    reference: str = ""
    contacts: tuple[CompanyContact, ...] = ()
    locations: tuple[CompanyLocation, ...] = ()
    updated_at: datetime | None = None

    def __post_init__(self):
        require_utc(self.updated_at)
