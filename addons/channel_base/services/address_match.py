from odoo import models

from .plain import clean

SAME = (
    "name",
    "street",
    "street2",
    "city",
    "zip",
    "country_id",
    "state_id",
    "phone",
    "email",
)
PLACE = ("street", "street2", "city", "zip", "country_id", "state_id")


class AddressMatch(models.AbstractModel):
    """Delivery and invoice addresses as contacts: equal ones are used again, and none
    is ever overwritten, because older documents point to them."""

    _name = "channel.address.match"
    _description = "Match Addresses"

    def _fill(self, drafts, places):
        """Give every draft its addresses: the customer itself, a contact, or a new
        one."""
        wanted = {}
        for draft in drafts:
            for slot, kind, address in (
                ("bill_to", "invoice", draft.external.bill_to),
                ("ship_to", "delivery", draft.external.ship_to),
            ):
                values = is_place(address) and self._prepare_contact(
                    draft.partner, address, places
                )
                if values and draft.location and is_at(draft.location, values):
                    setattr(draft, slot, draft.location)
                elif not values or self._is_own(draft.partner, values):
                    setattr(draft, slot, draft.partner)
                else:
                    key = (draft.partner.id, kind, fingerprint(values))
                    wanted.setdefault(key, (values, []))[1].append((draft, slot))
        known = self._known(wanted)
        missing = [key for key in wanted if key not in known]
        known |= self._create(missing, wanted)
        for key, (_values, users) in wanted.items():
            for draft, slot in users:
                setattr(draft, slot, known[key])

    def _prepare_contact(self, partner, address, places):
        names = dict.fromkeys(filter(None, (address.company, address.name)))
        return {
            **self.env["channel.partner.match"]._prepare_address(address, places),
            "name": clean(", ".join(names)) or partner.name,
            "phone": clean(address.phone),
            "email": clean(address.email),
        }

    def _is_own(self, partner, values):
        """The customer's own address will do when it says nothing else."""
        if partner.company_name:
            values = values | {
                "name": values["name"].removeprefix(f"{partner.company_name}, ")
            }
        own = fields_of(partner)
        return all(
            not values[name] or same(values[name], own[name]) for name in SAME
        ) and (
            same(values["street"], own["street"]) and same(values["zip"], own["zip"])
        )

    def _known(self, wanted):
        """Contacts that are equal, in one query whatever the number."""
        partner_ids = list({key[0] for key in wanted})
        streets = list({values["street"] for values, _users in wanted.values()})
        contacts = self.env["res.partner"].search_fetch(
            [
                ("parent_id", "in", partner_ids),
                ("type", "in", ("delivery", "invoice")),
                # a guests' customer has more contacts than anyone wants to load
                ("street", "in", [street or False for street in streets]),
            ],
            ["parent_id", "type", *SAME],
            order="id desc",
        )
        return {
            (
                contact.parent_id.id,
                contact.type,
                fingerprint(fields_of(contact)),
            ): contact
            for contact in contacts
        }

    def _create(self, keys, wanted):
        # ranked as who is invoiced: else posting would write them beside other jobs
        values_list = [
            {
                **wanted[key][0],
                "parent_id": key[0],
                "type": key[1],
                "customer_rank": int(key[1] == "invoice"),
            }
            for key in keys
        ]
        Partner = self.env["res.partner"].with_context(tracking_disable=True)
        return dict(zip(keys, Partner.create(values_list), strict=True))


def is_place(address):
    """Pick-up and digital orders name a person at best, and nowhere to go."""
    return address and (address.street or address.city or address.zip)


def is_at(partner, values):
    """Whether an address leads to where a partner is, whatever the names on it."""
    own = fields_of(partner)
    return all(same(values[name], own[name]) for name in PLACE)


def fields_of(partner):
    values = {name: partner[name] for name in SAME}
    return values | {
        "country_id": partner.country_id.id,
        "state_id": partner.state_id.id,
    }


def fingerprint(values):
    return tuple(normal(values[name]) for name in SAME)


def same(one, other):
    return normal(one) == normal(other)


def normal(value):
    """Spelling that makes no other address: case and white space."""
    return " ".join(value.split()).casefold() if isinstance(value, str) else value or ""
