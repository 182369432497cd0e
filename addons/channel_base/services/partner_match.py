from odoo import models
from odoo.exceptions import ValidationError

from ..adapter.canonical import Address, Buyer
from .partner_find import POLICIES, Person, person_id
from .plain import clean


class PartnerMatch(models.AbstractModel):
    """Who buys: one who is here by the channel's policy, else a new customer."""

    _name = "channel.partner.match"
    _description = "Match Customers"

    def _fill(self, channel, drafts):
        """Give every draft its customer, invoice address and delivery address.

        Orders of one new customer in the same batch share the record.
        """
        if not drafts:
            return
        places = self._places(drafts)
        Company = self.env["channel.company.match"]
        self._fill_customers(channel, drafts, places)
        Company._locate(channel, drafts)
        self.env["channel.address.match"]._fill(drafts, places)
        Company._fill(channel, drafts)

    # --- customers --------------------------------------------------------------------

    def _fill_customers(self, channel, drafts, places):
        waiting = {}
        for key, draft in ((self._key(channel, draft), draft) for draft in drafts):
            if key is None:
                draft.partner = channel.guest_partner_id
            else:
                waiting.setdefault(key, []).append(draft)
        people = {key: person_of(same[0].external) for key, same in waiting.items()}
        orders = {key: same[0].order for key, same in waiting.items()}
        found = self._match(channel, people, places, orders)
        # read together from here on
        partners = self.env["res.partner"].concat(*found.values())
        for key, same in waiting.items():
            for draft in same:
                draft.partner = found[key].with_prefetch(partners.ids)

    def _match(self, channel, people, places, orders=None):
        """The customer of each person: one who is here already, or a new one.

        :param people: ``Person`` by key. :param orders: ``channel.order`` by key.
        :raises RetryableJobError: another job makes one of them at this moment.
        """
        Find = self.env["channel.partner.find"]
        found = Find._find(channel, people)
        first, makers = {}, {}  # key that makes a customer by identifier, and by key
        for key in [key for key in people if key not in found]:
            identifiers = Find._identifiers(channel, key, people[key])
            same = next((first[one] for one in identifiers if one in first), key)
            makers[key] = same
            first |= dict.fromkeys(identifiers - first.keys(), same)
        self.env["channel.partner.claim"]._hold(channel, first)
        new = [key for key in makers if makers[key] == key]
        made = self._create(channel, new, people, places, orders or {})
        found |= {key: made[maker] for key, maker in makers.items()}
        links = {key[1]: found[key] for key in people if key[0] == "id"}
        self.env["channel.partner"]._store_links(channel, links)
        return found

    def _key(self, channel, draft):
        """What tells customers apart; None for the guests' collective customer."""
        person = person_of(draft.external)
        if person.is_company:
            return "id", person_id("company", person.buyer.company_external_id)
        if person.buyer.external_id:
            return "id", person.buyer.external_id
        if channel.guest_partner_id:
            return None
        for way in POLICIES[channel.customer_match]:
            if value := getattr(person, way):
                return way, value
        return "order", draft.order.id

    def _create(self, channel, keys, people, places, orders):
        values_list = [
            self._prepare_customer(channel, people[key], places, orders.get(key))
            for key in keys
        ]
        Partner = self.env["res.partner"].with_context(tracking_disable=True)
        try:
            with self.env.cr.savepoint():
                return dict(zip(keys, Partner.create(values_list), strict=True))
        except ValidationError:
            return {
                key: self._create_one(channel, Partner, values, orders.get(key))
                for key, values in zip(keys, values_list, strict=True)
            }

    def _create_one(self, channel, Partner, values, order):
        """A tax id that is refused here must not stop an order, nor get lost unseen."""
        try:
            with self.env.cr.savepoint():
                return Partner.create(values)
        except ValidationError as error:
            if not values["vat"]:
                raise
            partner = Partner.create(values | {"vat": False})
            self._report_tax_id(channel, partner, values["vat"], error, order)
            return partner

    def _report_tax_id(self, channel, partner, tax_id, error, order=None):
        names = {"tax_id": tax_id, "customer": partner.name}
        if order:
            subject = f"order:{order.external_id}"
            message = self.env._(
                "Tax number %(tax_id)s of customer %(customer)s, who placed order"
                " %(order)s, is refused here. The customer has none now, and the order"
                " went on: enter the right one on the customer, correct the invoice if"
                " it depends on it, then mark this issue as resolved.",
                order=order.name,
                **names,
            )
        else:
            subject = f"customer:{partner.id}"
            message = self.env._(
                "Tax number %(tax_id)s of customer %(customer)s is refused here: the"
                " customer was taken over without it. Enter the right one on the"
                " customer, then mark this issue as resolved.",
                **names,
            )
        links = {"order": order} if order else {}
        self.env["channel.issue"]._report(
            channel, "tax_number", subject, message, detail=str(error), **links
        )

    def _prepare_customer(self, channel, person, places, order=None):
        buyer, own = person.buyer, person.address
        is_company = person.is_company or bool(buyer.company and buyer.tax_id)
        name = buyer.name or own.name or buyer.email or buyer.phone
        name = name or (order.name if order else buyer.external_id)
        return {
            **self._prepare_address(own, places),
            "name": clean((is_company and buyer.company) or name),
            "is_company": is_company,
            "company_name": False
            if is_company
            else clean(buyer.company or own.company),
            "ref": clean(person.reference) or False,
            "email": clean(buyer.email or own.email),
            "phone": clean(buyer.phone or own.phone),
            "vat": clean(buyer.tax_id) or False,
            "company_id": channel.company_id.id,
            "customer_rank": 1,
        }

    def _prepare_address(self, address, places):
        country = places.countries.get(address.country_code)
        return {
            "street": clean(address.street),
            "street2": clean(address.street2),
            "city": clean(address.city),
            "zip": clean(address.zip),
            "country_id": country or False,
            "state_id": places.states.get((country, address.state_code), False),
        }

    # --- places -----------------------------------------------------------------------

    def _places(self, drafts):
        return self._places_of(
            address
            for draft in drafts
            for address in (draft.external.ship_to, draft.external.bill_to)
            if address
        )

    def _places_of(self, addresses):
        """Countries and states that some addresses name."""
        codes = {one.country_code for one in addresses if one.country_code}
        countries = self.env["res.country"].search_fetch(
            [("code", "in", list(codes))], ["code"]
        )
        states = self.env["res.country.state"].search_fetch(
            [("country_id", "in", countries.ids)], ["code", "country_id"]
        )
        return Places(
            {country.code: country.id for country in countries},
            {(state.country_id.id, state.code): state.id for state in states},
        )


class Places:
    """Ids of countries by ISO code, and of states by (country id, code)."""

    def __init__(self, countries, states):
        self.countries = countries
        self.states = states


def buyer_of(external):
    """The buyer, made of the addresses where the channel names none."""
    if external.buyer:
        return external.buyer
    address = external.bill_to or external.ship_to or Address()
    return Buyer(
        name=address.name,
        email=address.email,
        phone=address.phone,
        company=address.company,
    )


def person_of(external):
    """The buyer of an order, with the address that is taken for his own."""
    address = external.bill_to or external.ship_to or Address()
    return Person(buyer_of(external), address)
