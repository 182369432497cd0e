from odoo import models
from odoo.exceptions import ValidationError

from .address_match import is_at
from .customer_apply import company_person
from .partner_find import person_id


class CompanyApply(models.AbstractModel):
    """Companies with all their contacts and locations become partners."""

    _name = "channel.company.apply"
    _description = "Take Over Companies"

    def _apply(self, channel, companies):
        """:param companies: canonical ones; a batch takes as many queries as one."""
        people = dict(map(company_person, companies))
        Match = self.env["channel.partner.match"]
        places = Match._places_of(
            [
                address
                for company in companies
                for place in company.locations
                for address in (place.ship_to, place.bill_to)
                if address
            ]
        )
        found = Match._match(channel, people, places)
        partners = {key[1]: partner for key, partner in found.items()}
        self._update(channel, people, partners)
        self.env["channel.company.match"]._contacts(
            channel,
            {
                person_id("contact", f"{company.external_id}:{one.external_id}"): (
                    partners[person_id("company", company.external_id)],
                    one,
                )
                for company in companies
                for one in company.contacts
            },
        )
        self._locate(channel, companies, partners, places)
        self.env["channel.company.prices"]._apply(channel, companies, partners)

    def _update(self, channel, people, partners):
        """Names follow the channel where no document shows them; a tax number is filled
        in, for the one that is here has been looked at."""
        everyone = self.env["res.partner"].union(*partners.values())
        Use = self.env["channel.partner.use"]
        free = Use._made_by_jobs(everyone) - Use._on_documents(everyone)
        for (_kind, key), person in people.items():
            partner, name = partners[key], person.buyer.company
            if partner in free and name and partner.name != name:
                partner.name = name
            if person.buyer.tax_id and not partner.vat:
                self._add_tax_id(channel, partner, person.buyer.tax_id)

    def _add_tax_id(self, channel, partner, tax_id):
        try:
            with self.env.cr.savepoint():
                partner.vat = tax_id
        except ValidationError as error:
            self.env["channel.partner.match"]._report_tax_id(
                channel, partner, tax_id, error
            )

    # --- locations --------------------------------------------------------------------

    def _locate(self, channel, companies, partners, places):
        """Each location is an address below its company. One that has moved is changed
        where no document shows it; else it is archived, and a new one takes over."""
        wanted = {
            person_id("location", place.external_id): (
                partners[person_id("company", company.external_id)],
                place,
            )
            for company in companies
            for place in company.locations
            if place.ship_to or place.bill_to
        }
        Link = self.env["channel.partner"]
        links = Link._by_id(channel, wanted)
        known = self.env["res.partner"].union(*(x.partner_id for x in links.values()))
        used = self.env["channel.partner.use"]._on_documents(known)
        new = {}
        for key, (company, place) in wanted.items():
            values = self._prepare_location(company, place, places)
            partner = links[key].partner_id if key in links else None
            if partner and is_at(partner, values):
                continue
            if partner and partner not in used and partner != company:
                partner.write(values)
                continue
            if partner and partner != company:
                partner.active = False
            new[key] = values
        self._make(channel, new, links)

    def _make(self, channel, new, links):
        Partner = self.env["res.partner"].with_context(tracking_disable=True)
        made = dict(zip(new, Partner.create(list(new.values())), strict=True))
        for key in made.keys() & links.keys():
            links[key].partner_id = made[key]
        fresh = {key: made[key] for key in made.keys() - links.keys()}
        self.env["channel.partner"]._store_links(channel, fresh)

    def _prepare_location(self, company, place, places):
        address = place.ship_to or place.bill_to
        values = self.env["channel.address.match"]._prepare_contact(
            company, address, places
        )
        return {
            **values,
            "name": place.name or values["name"],
            "phone": values["phone"] or place.phone,
            "parent_id": company.id,
            "type": "delivery",
            "company_id": company.company_id.id,
        }
