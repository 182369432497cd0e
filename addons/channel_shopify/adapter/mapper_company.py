"""Customers, companies and payment terms; everything may be null (protected data)."""

from odoo.addons.channel_base.adapter.canonical import (
    Address,
    Company,
    CompanyContact,
    CompanyLocation,
    Customer,
    PaymentState,
    PaymentTerms,
)

from .ids import digits
from .mapper_buyer import address
from .mapper_common import lookup, moment, nodes, readable
from .mapper_status import PAYMENT_STATES, TERMS_KINDS

ACTIVE = "ACTIVE"  # of catalogues
OWING = (PaymentState.PENDING, PaymentState.PARTIALLY_PAID)


def customer(payload):
    """A node of ``Person``."""
    with readable(f"Customer {payload.get('id')}"):
        return Customer(
            **_person(payload),
            address=address(payload.get("defaultAddress")),
            orders=int(payload.get("numberOfOrders") or 0),
            updated_at=moment(payload.get("updatedAt")),
        )


def company(payload):
    """A node of ``Firm``, its lists read to their ends."""
    with readable(f"Company {payload.get('id')}"):
        return Company(
            external_id=digits(payload["id"]),
            name=payload.get("name") or "",
            reference=payload.get("externalId") or "",
            contacts=tuple(
                CompanyContact(
                    **_person(part["customer"]), title=part.get("title") or ""
                )
                for part in nodes(payload.get("contacts"))
                if part.get("customer")
            ),
            locations=tuple(map(_location, nodes(payload.get("locations")))),
            updated_at=moment(payload.get("updatedAt")),
        )


def order_terms(payload):
    """When an order of a company is to be paid; None for those paid as usual.

    Shopify tells an order's terms to apps with the scope read_payment_terms; else the
    location's usual ones count, while the order is not paid.
    """
    given = payload.get("paymentTerms")
    if given:
        schedules = nodes(given.get("paymentSchedules"))
        due_at = moment(schedules[0].get("dueAt")) if schedules else None
        return _terms(given, due_at)
    place = (payload.get("purchasingEntity") or {}).get("location") or {}
    state = lookup(
        PAYMENT_STATES, payload.get("displayFinancialStatus"), "payment status"
    )
    return _usual_terms(place) if state in OWING else None


def _usual_terms(place):
    experience = place.get("buyerExperienceConfiguration") or {}
    template = experience.get("paymentTermsTemplate")
    return _terms(template) if template else None


def _terms(payload, due_at=None):
    kind = lookup(TERMS_KINDS, payload["paymentTermsType"], "payment terms")
    if kind is None:
        return None
    return PaymentTerms(
        kind=kind,
        name=payload.get("name") or kind.value,
        days=payload.get("dueInDays") or 0,
        due_at=due_at,
    )


def _person(payload):
    names = (payload.get("firstName"), payload.get("lastName"))
    email = (payload.get("defaultEmailAddress") or {}).get("emailAddress")
    return {
        "external_id": digits(payload["id"]),
        "name": " ".join(n for n in names if n) or payload.get("displayName") or "",
        "email": email or "",
        "phone": (payload.get("defaultPhoneNumber") or {}).get("phoneNumber") or "",
    }


def _location(payload):
    return CompanyLocation(
        external_id=digits(payload["id"]),
        name=payload.get("name") or "",
        reference=payload.get("externalId") or "",
        phone=payload.get("phone") or "",
        tax_id=(payload.get("taxSettings") or {}).get("taxRegistrationId") or "",
        ship_to=_address(payload.get("shippingAddress")),
        bill_to=_address(payload.get("billingAddress")),
        terms=_usual_terms(payload),
        price_lists=_price_lists(payload.get("catalogs")),
    )


def _price_lists(catalogs):
    """Price lists of a location's active catalogues; None where nothing is told."""
    if catalogs is None:
        return None
    lists = (
        one.get("priceList") for one in nodes(catalogs) if one.get("status") == ACTIVE
    )
    return tuple(dict.fromkeys(digits(one["id"]) for one in lists if one))


def _address(payload):
    if not payload:
        return None
    return Address(
        name=payload.get("recipient") or "",
        company=payload.get("companyName") or "",
        street=payload.get("address1") or "",
        street2=payload.get("address2") or "",
        city=payload.get("city") or "",
        zip=payload.get("zip") or "",
        state_code=payload.get("zoneCode") or "",
        country_code=payload.get("countryCode") or "",
        phone=payload.get("phone") or "",
    )
