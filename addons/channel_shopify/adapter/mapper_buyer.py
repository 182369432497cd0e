"""Buyers and addresses; everything may be null (guests, tills, redacted customers)."""

from odoo.addons.channel_base.adapter.canonical import Address, Buyer

from .ids import digits


def address(payload):
    if not payload:
        return None
    names = (payload.get("firstName"), payload.get("lastName"))
    return Address(
        name=payload.get("name") or " ".join(name for name in names if name),
        company=payload.get("company") or "",
        street=payload.get("address1") or "",
        street2=payload.get("address2") or "",
        city=payload.get("city") or "",
        zip=payload.get("zip") or "",
        state_code=payload.get("provinceCode") or "",
        country_code=payload.get("countryCodeV2") or "",
        phone=payload.get("phone") or "",
    )


def buyer(payload):
    """Who buys; None where the shop tells nothing at all (till sales, redacted
    customers)."""
    customer = payload.get("customer") or {}
    entity = payload.get("purchasingEntity") or {}
    company = entity.get("company") or {}
    home = (
        address(payload.get("billingAddress") or payload.get("shippingAddress"))
        or Address()
    )
    names = (customer.get("firstName"), customer.get("lastName"))
    place = entity.get("location") or {}
    settings = place.get("taxSettings") or {}
    found = Buyer(
        external_id=digits(customer.get("id")),
        name=" ".join(n for n in names if n)
        or home.name
        or customer.get("displayName")
        or "",
        email=payload.get("email")
        or (customer.get("defaultEmailAddress") or {}).get("emailAddress")
        or "",
        phone=payload.get("phone")
        or (customer.get("defaultPhoneNumber") or {}).get("phoneNumber")
        or "",
        company=company.get("name") or "",
        company_external_id=digits(company.get("id")),
        company_reference=company.get("externalId") or "",
        location=place.get("name") or "",
        location_external_id=digits(place.get("id")),
        tax_id=settings.get("taxRegistrationId") or "",
    )
    return found if found != Buyer() else None
