"""Who buys, and where it goes."""

from odoo.addons.channel_base.adapter.canonical import Address, Buyer

from .mapper_common import parts


def address(value):
    """A delivery address, None where Amazon tells none (no role, or too early).

    Line 3 and what Brazil says apart go where a carrier finds them.
    """
    if not value or not any(value.get(name) for name in _TELLING):
        return None
    lines = [value.get(f"addressLine{number}") for number in (1, 2, 3)]
    first, *rest = [line for line in lines if line] or [_street(value)]
    district = value.get("districtOrCounty") or ""
    return Address(
        name=value.get("name") or "",
        company=value.get("companyName") or "",
        street=first,
        street2=", ".join(rest),
        city=value.get("city") or value.get("municipality") or district,
        zip=value.get("postalCode") or "",
        state_code=value.get("stateOrRegion") or "",
        country_code=(value.get("countryCode") or "").upper(),
        phone=value.get("phone") or "",
    )


_TELLING = ("name", "addressLine1", "city", "postalCode", "countryCode")


def _street(value):
    extended = value.get("extendedFields") or {}
    names = ("streetName", "streetNumber", "complement")
    return " ".join(filter(None, map(extended.get, names)))


def buyer(payload):
    """Who buys. Amazon gives no id, and an e-mail alias that may be absent."""
    told = payload.get("buyer") or {}
    registration = _registration(payload)
    found = Buyer(
        name=told.get("buyerName") or "",
        email=told.get("buyerEmail") or "",
        company=told.get("buyerCompanyName") or registration.get("legalName") or "",
        tax_id=registration.get("taxRegistrationNumber") or "",
    )
    return found if found != Buyer() else None


def bill_to(payload):
    """The address of the buyer's tax registration, where Amazon tells one."""
    return address(_registration(payload).get("taxRegistrationAddress"))


def _registration(payload):
    """The buyer's own registration: others are the seller's and Amazon's."""
    tax = payload.get("tax") or {}
    return next(
        (
            one
            for one in parts(tax.get("taxRegistrations"))
            if one.get("entityType") == "BUYER"
        ),
        {},
    )
