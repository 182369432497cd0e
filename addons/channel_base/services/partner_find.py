from dataclasses import dataclass

from odoo import models
from odoo.tools import email_normalize

from ..adapter.canonical import Address, Buyer

# What a policy looks at beside the marketplace's own ids, in this order.
POLICIES = {
    "id": (),
    "id_email": ("email",),
    "id_email_phone": ("email", "phone"),
    "id_tax": ("tax",),
    "id_tax_email": ("tax", "email"),
    "id_tax_email_phone": ("tax", "email", "phone"),
}
TAX_DIGITS = 3  # that a tax number has at least, without zeros around them
VAT_PREFIXES = {"GR": "EL"}  # where it is not the country's code


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to find: a buyer with the address that tells the country of his tax
    number."""

    buyer: Buyer
    address: Address = Address()

    @property
    def is_company(self):
        return bool(self.buyer.company_external_id)

    @property
    def email(self):
        """Of a person: that of a company's buyer is not the company's own."""
        return not self.is_company and email_normalize(self.buyer.email) or ""

    @property
    def phone(self):
        return digits(self.buyer.phone)

    @property
    def tax(self):
        """Empty also for what is entered where a number is asked for: "n/a", "000"."""
        found = full_tax_id(self.buyer.tax_id, self.address.country_code)
        numbers = "".join(filter(str.isdigit, found)).strip("0")
        return found if len(numbers) >= TAX_DIGITS else ""

    @property
    def reference(self):
        return self.buyer.company_reference.strip()


class PartnerFind(models.AbstractModel):
    """Finds the customers that are here already: one query for each way of looking."""

    _name = "channel.partner.find"
    _description = "Find Customers"

    def _find(self, channel, people):
        """:param people: ``Person`` by key, ``("id", external id)`` for those with one.

        :return: partner by key, of those who were found.
        """
        found = self._by_id(channel, people)
        for way in POLICIES[channel.customer_match]:
            left = {key: one for key, one in people.items() if key not in found}
            if left:
                found |= getattr(self, f"_by_{way}")(channel, left)
        return found

    def _identifiers(self, channel, key, person):
        """All that tells one new customer from others by the channel's policy."""
        ways = POLICIES[channel.customer_match]
        found = {
            f"{way}:{getattr(person, way)}" for way in ways if getattr(person, way)
        }
        if "tax" in ways and person.reference:
            found.add(f"reference:{person.reference}")
        if key[0] == "id":
            found.add(f"id:{channel.id}:{key[1]}")
        return found

    def _by_id(self, channel, people):
        ids = [value for kind, value in people if kind == "id"]
        links = self.env["channel.partner"]._by_id(channel, ids)
        return {("id", value): link.partner_id for value, link in links.items()}

    def _by_tax(self, channel, people):
        """A company's number here, which marketplaces keep as its external id, then its
        tax number, however either of them is spelled."""
        found = self._by_reference(channel, people)
        left = {key: one for key, one in people.items() if key not in found}
        wanted = _keys_by(left, "tax")
        if not wanted:
            return found
        self.env["res.partner"].flush_model(["vat", "active", "parent_id"])
        self.env.cr.execute(
            """
            SELECT partner.id, partner.vat, country.code FROM res_partner partner
              LEFT JOIN res_country country ON country.id = partner.country_id
             WHERE regexp_replace(upper(partner.vat), '[^A-Z0-9]', '', 'g') = ANY(%s)
               AND partner.vat IS NOT NULL AND partner.active
               AND partner.parent_id IS NULL
               AND (partner.company_id IS NULL OR partner.company_id = %s)
             ORDER BY partner.id DESC
            """,
            [[*wanted, *(tax[2:] for tax in wanted)], channel.company_id.id],
        )
        by_tax = {
            full_tax_id(vat, country): self.env["res.partner"].browse(partner_id)
            for partner_id, vat, country in self.env.cr.fetchall()
        }
        return found | _spread(wanted, by_tax)

    def _by_reference(self, channel, people):
        wanted = _keys_by(people, "reference")
        if not wanted:
            return {}
        partners = self._search(channel, [("ref", "in", list(wanted))], "ref")
        tops = partners.filtered(lambda partner: not partner.parent_id)
        return _spread(wanted, {partner.ref: partner for partner in tops})

    def _by_email(self, channel, people):
        wanted = _keys_by(people, "email")
        partners = self._search(
            channel,
            [
                ("email_normalized", "in", list(wanted)),
                # people of a company, but no mere addresses
                "|",
                ("parent_id", "=", False),
                ("type", "=", "contact"),
            ],
            "email_normalized",
        )
        return _spread(wanted, {one.email_normalized: one for one in partners})

    def _by_phone(self, channel, people):
        wanted = _keys_by(people, "phone")
        if not wanted:
            return {}
        self.env["res.partner"].flush_model(
            ["phone", "active", "parent_id", "company_id"]
        )
        self.env.cr.execute(
            """
            SELECT ltrim(regexp_replace(phone, '\\D', '', 'g'), '0') AS digits, min(id)
              FROM res_partner
             WHERE ltrim(regexp_replace(phone, '\\D', '', 'g'), '0') = ANY(%s)
               AND phone IS NOT NULL AND active AND parent_id IS NULL
               AND (company_id IS NULL OR company_id = %s)
             GROUP BY digits
            """,
            [list(wanted), channel.company_id.id],
        )
        by_phone = dict(self.env.cr.fetchall())
        return _spread(
            wanted,
            {
                phone: self.env["res.partner"].browse(partner_id)
                for phone, partner_id in by_phone.items()
            },
        )

    def _search(self, channel, domain, field):
        """The oldest comes last: in a dict it wins."""
        own = [("company_id", "in", (channel.company_id.id, False))]
        return self.env["res.partner"].search_fetch(
            [*domain, *own], [field], order="id desc"
        )


def _keys_by(people, way):
    wanted = {}
    for key, person in people.items():
        if value := getattr(person, way):
            wanted.setdefault(value, []).append(key)
    return wanted


def _spread(wanted, partners):
    return {
        key: partners[value]
        for value, keys in wanted.items()
        if value in partners
        for key in keys
    }


def digits(phone):
    """A phone number's digits without leading zeros, empty when there are too few."""
    bare = "".join(ch for ch in phone or "" if ch.isdecimal()).lstrip("0")
    return bare if len(bare) >= 7 else ""


def full_tax_id(tax_id, country_code):
    """A tax number as one word with its country in front, empty for none."""
    bare = "".join(ch for ch in (tax_id or "").upper() if ch.isascii() and ch.isalnum())
    if not bare or bare[:2].isalpha():
        return bare
    country = (country_code or "").upper()
    return VAT_PREFIXES.get(country, country) + bare


def person_id(kind, external_id):
    """The id under which a company or a part of it is kept, empty for none."""
    return f"{kind}:{external_id}" if external_id else ""
