from odoo import models
from odoo.tools import email_normalize

from .partner_find import person_id
from .plain import clean


class CompanyMatch(models.AbstractModel):
    """Orders of companies: who ordered, for which of its places, at whose prices."""

    _name = "channel.company.match"
    _description = "Companies, Their Contacts and Locations"

    def _locate(self, channel, drafts):
        """Give drafts of companies the location that the channel says they are for,
        where it is known here, and the pricelist of the location or the company."""
        mine = [draft for draft in drafts if _company(draft)]
        keys = {key for draft in mine for key in (_location(draft), _company(draft))}
        links = self.env["channel.partner"]._by_id(channel, keys - {""})
        for draft in mine:
            none = self.env["channel.partner"]
            place = links.get(_location(draft), none)
            draft.location = place.partner_id or None
            own = place + links.get(_company(draft), none)
            draft.pricelist = own._pricelist() or None

    def _fill(self, channel, drafts):
        """Link new locations to their addresses, and find or make the contacts."""
        mine = [draft for draft in drafts if _company(draft)]
        Link = self.env["channel.partner"]
        Link._store_links(
            channel,
            {
                _location(draft): draft.ship_to
                for draft in mine
                if _location(draft)
                and not draft.location
                and draft.ship_to != draft.partner
            },
        )
        wanted = {}
        for draft in mine:
            if key := _contact(draft):
                buyer = draft.external.buyer
                wanted.setdefault(key, (draft.partner, buyer))
        found = self._contacts(channel, wanted)
        for draft in mine:
            draft.contact = found.get(_contact(draft))

    def _contacts(self, channel, wanted):
        """Contacts of companies, made where there is none yet.

        :param wanted: (company's partner, somebody with name, e-mail and phone) by
            external id of the contact.
        :return: partner by the same.
        """
        Link = self.env["channel.partner"]
        links = Link._by_id(channel, wanted)
        found = {key: link.partner_id for key, link in links.items()}
        missing = {key: pair for key, pair in wanted.items() if key not in found}
        known = self._by_email(missing)
        new = {key: pair for key, pair in missing.items() if key not in known}
        claims = [f"id:{channel.id}:{key}" for key in new]
        self.env["channel.partner.claim"]._hold(channel, claims)
        Partner = self.env["res.partner"].with_context(tracking_disable=True)
        made = Partner.create(
            [self._prepare_contact(company, person) for company, person in new.values()]
        )
        known |= dict(zip(new, made, strict=True))
        Link._store_links(channel, known)
        return found | known

    def _by_email(self, wanted):
        """People of the companies who have the same e-mail."""
        companies = {company.id for company, _person in wanted.values()}
        emails = {email_normalize(one.email) for _company, one in wanted.values()}
        people = self.env["res.partner"].search_fetch(
            [
                ("parent_id", "in", list(companies)),
                ("type", "=", "contact"),
                ("email_normalized", "in", list(filter(None, emails))),
            ],
            ["parent_id", "email_normalized"],
            order="id desc",
        )
        known = {(one.parent_id.id, one.email_normalized): one for one in people}
        keys = {
            key: (company.id, email_normalize(person.email))
            for key, (company, person) in wanted.items()
        }
        return {key: known[pair] for key, pair in keys.items() if pair in known}

    def _prepare_contact(self, company, person):
        return {
            "parent_id": company.id,
            "type": "contact",
            "name": clean(person.name or person.email or person.phone) or company.name,
            "email": clean(person.email),
            "phone": clean(person.phone),
            "company_id": company.company_id.id,
        }


def _company(draft):
    buyer = draft.external.buyer
    return person_id("company", buyer and buyer.company_external_id)


def _location(draft):
    buyer = draft.external.buyer
    return person_id("location", buyer and buyer.location_external_id)


def _contact(draft):
    buyer = draft.external.buyer
    if not (buyer and buyer.external_id):
        return ""
    return person_id("contact", f"{buyer.company_external_id}:{buyer.external_id}")
