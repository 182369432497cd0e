from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from ..adapter.canonical import Address, Buyer
from .plain import clean


class PartnerMatch(models.AbstractModel):
    """Who buys: the channel's id, e-mail, phone; else a new customer."""

    _name = "channel.partner.match"
    _description = "Match Customers"

    def _fill(self, channel, drafts):
        """Give every draft its customer, invoice address and delivery address.

        Orders of one new customer in the same batch share the record.
        """
        if not drafts:
            return
        places = self._places(drafts)
        self._fill_customers(channel, drafts, places)
        self.env["channel.address.match"]._fill(drafts, places)

    # --- customers --------------------------------------------------------------------

    def _fill_customers(self, channel, drafts, places):
        waiting = {}
        for key, draft in ((self._key(channel, draft), draft) for draft in drafts):
            if key is None:
                draft.partner = channel.guest_partner_id
            else:
                waiting.setdefault(key, []).append(draft)
        found = self._find(channel, waiting)
        missing = [key for key in waiting if key not in found]
        found |= self._create(channel, missing, waiting, places)
        self._remember(channel, waiting, found)
        # read together from here on
        partners = self.env["res.partner"].concat(*found.values())
        for key, same in waiting.items():
            for draft in same:
                draft.partner = found[key].with_prefetch(partners.ids)

    def _key(self, channel, draft):
        """What tells customers apart; None for the guests' collective customer."""
        buyer = buyer_of(draft.external)
        if buyer.company_external_id:
            return "id", f"company:{buyer.company_external_id}"
        if buyer.external_id:
            return "id", buyer.external_id
        if channel.guest_partner_id:
            return None
        email = email_normalize(buyer.email)
        if email and channel.customer_match != "id":
            return "email", email
        phone = digits(buyer.phone)
        if phone and channel.customer_match == "id_email_phone":
            return "phone", phone
        return "order", draft.order.id

    def _find(self, channel, waiting):
        found = self._find_by_id(channel, waiting)
        if channel.customer_match != "id":
            found |= self._find_by_email(channel, waiting, found)
        if channel.customer_match == "id_email_phone":
            found |= self._find_by_phone(channel, waiting, found)
        return found

    def _find_by_id(self, channel, waiting):
        ids = [value for kind, value in waiting if kind == "id"]
        links = self.env["channel.partner"].search_fetch(
            [("channel_id", "=", channel.id), ("external_id", "in", ids)],
            ["external_id", "partner_id"],
        )
        return {("id", link.external_id): link.partner_id for link in links}

    def _find_by_email(self, channel, waiting, found):
        emails = {}
        for key, same in waiting.items():
            email = email_normalize(buyer_of(same[0].external).email)
            is_company = key[0] == "id" and key[1].startswith("company:")
            if key not in found and email and not is_company:
                emails.setdefault(email, []).append(key)
        partners = self.env["res.partner"].search_fetch(
            [
                ("email_normalized", "in", list(emails)),
                # people of a company, but no mere addresses
                "|",
                ("parent_id", "=", False),
                ("type", "=", "contact"),
                ("company_id", "in", (channel.company_id.id, False)),
            ],
            ["email_normalized"],
            order="id desc",
        )
        # the oldest of several with the same address wins
        by_email = {partner.email_normalized: partner for partner in partners}
        return {
            key: by_email[email]
            for email, keys in emails.items()
            if email in by_email
            for key in keys
        }

    def _find_by_phone(self, channel, waiting, found):
        phones = {}
        for key, same in waiting.items():
            phone = digits(buyer_of(same[0].external).phone)
            if key not in found and phone:
                phones.setdefault(phone, []).append(key)
        if not phones:
            return {}
        self.env["res.partner"].flush_model(
            ["phone", "active", "parent_id", "company_id"]
        )
        self.env.cr.execute(
            """
            SELECT ltrim(regexp_replace(phone, '\\D', '', 'g'), '0') AS digits, min(id)
              FROM res_partner
             WHERE phone IS NOT NULL AND active AND parent_id IS NULL
               AND (company_id IS NULL OR company_id = %s)
             GROUP BY digits
            HAVING ltrim(regexp_replace(phone, '\\D', '', 'g'), '0') = ANY(%s)
            """,
            [channel.company_id.id, list(phones)],
        )
        return {
            key: self.env["res.partner"].browse(partner_id)
            for phone, partner_id in self.env.cr.fetchall()
            for key in phones[phone]
        }

    def _create(self, channel, keys, waiting, places):
        values_list = [
            self._prepare_customer(channel, waiting[key][0].external, places)
            for key in keys
        ]
        Partner = self.env["res.partner"].with_context(tracking_disable=True)
        try:
            with self.env.cr.savepoint():
                return dict(zip(keys, Partner.create(values_list), strict=True))
        except ValidationError:
            return {
                key: self._create_one(Partner, values, waiting[key][0].order)
                for key, values in zip(keys, values_list, strict=True)
            }

    def _create_one(self, Partner, values, order):
        """A tax id that is refused here must not stop an order, nor get lost unseen."""
        try:
            with self.env.cr.savepoint():
                return Partner.create(values)
        except ValidationError as error:
            if not values["vat"]:
                raise
            partner = Partner.create(values | {"vat": False})
            self._report_tax_id(order, partner, values["vat"], error)
            return partner

    def _report_tax_id(self, order, partner, tax_id, error):
        Trouble = self.env["channel.order.trouble"]
        message = self.env._(
            "Tax number %(tax_id)s of customer %(customer)s, who placed order"
            " %(order)s, is refused here. The customer has none now, and the order"
            " went on: enter the right one on the customer, correct the invoice if it"
            " depends on it, then mark this issue as resolved.",
            tax_id=tax_id,
            customer=partner.name,
            order=order.name,
        )
        issue = Trouble._value(order, "tax_number", message, detail=str(error))
        Trouble._report([issue])

    def _prepare_customer(self, channel, external, places):
        buyer = buyer_of(external)
        own = external.bill_to or external.ship_to or Address()
        is_company = bool(buyer.company_external_id or (buyer.company and buyer.tax_id))
        person = buyer.name or own.name or buyer.email or buyer.phone or external.name
        return {
            **self._prepare_address(own, places),
            "name": clean((is_company and buyer.company) or person),
            "is_company": is_company,
            "company_name": False
            if is_company
            else clean(buyer.company or own.company),
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

    def _remember(self, channel, waiting, found):
        """Store the channel's ids of customers; those known stay what they are."""
        rows = [
            (channel.id, channel.company_id.id, key[1], found[key].id)
            for key in waiting
            if key[0] == "id"
        ]
        if rows:
            self.env["res.partner"].flush_model(["name"])
            self.env.cr.execute_values(
                """
                INSERT INTO channel_partner (channel_id, company_id, external_id,
                partner_id) VALUES %s ON CONFLICT (channel_id, external_id) DO NOTHING
                """,
                rows,
            )
            self.env["res.partner"].invalidate_model(
                ["channel_partner_ids"], flush=False
            )

    # --- places -----------------------------------------------------------------------

    def _places(self, drafts):
        codes = {
            address.country_code
            for draft in drafts
            for address in (draft.external.ship_to, draft.external.bill_to)
            if address and address.country_code
        }
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


def digits(phone):
    """A phone number's digits without leading zeros, empty when there are too few."""
    bare = "".join(ch for ch in phone or "" if ch.isdecimal()).lstrip("0")
    return bare if len(bare) >= 7 else ""
