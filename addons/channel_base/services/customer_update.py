from odoo import models

from .address_match import PLACE, fields_of, is_at, same

CONTACT = ("email", "phone")


class CustomerUpdate(models.AbstractModel):
    """A customer's card follows the channel, and documents stay what they are.

    Odoo prints the name and address that a customer has today, on old invoices too. So
    the card of somebody who is on a document keeps them, and a new address becomes a
    contact below it. Of customers that people here have entered only what is empty is
    filled in, and what the channel does not tell takes nothing away.
    """

    _name = "channel.customer.update"
    _description = "Update Customers"

    def _update(self, pairs, places):
        """:param pairs: (partner, values as for a new one)."""
        pairs = [pair for pair in pairs if self._changes(*pair)]
        partners = self.env["res.partner"].union(*(partner for partner, _v in pairs))
        Use = self.env["channel.partner.use"]
        used, made = Use._on_documents(partners), Use._made_by_jobs(partners)
        moved = []
        for partner, values in pairs:
            changes = self._changes(partner, values)
            if partner not in made:
                changes = self._missing(partner, changes)
            elif partner in used:
                if is_place(values) and not is_at(partner, values):
                    moved.append((partner, values))
                changes = {name: changes[name] for name in CONTACT if name in changes}
            if changes:
                partner.with_context(tracking_disable=True).write(changes)
        self._add_addresses(moved)

    def _changes(self, partner, values):
        """What the channel tells otherwise; an address changes as a whole."""
        own = fields_of(partner)
        told = {name: values[name] for name in ("name", *CONTACT) if values[name]}
        changes = {
            name: value for name, value in told.items() if not same(value, own[name])
        }
        if is_place(values) and not is_at(partner, values):
            changes |= {name: values[name] for name in PLACE}
        return changes

    def _missing(self, partner, changes):
        own = fields_of(partner)
        missing = {name: changes[name] for name in CONTACT if name in changes}
        missing = {name: value for name, value in missing.items() if not own[name]}
        if "street" in changes and not is_place(own):
            missing |= {name: changes[name] for name in PLACE}
        return missing

    def _add_addresses(self, moved):
        """New addresses of customers who are on documents, each once."""
        if not moved:
            return
        parents = self.env["res.partner"].union(*(partner for partner, _v in moved))
        children = self.env["res.partner"].search_fetch(
            [("parent_id", "in", parents.ids)], ["parent_id", "name", *PLACE, *CONTACT]
        )
        by_parent = children.grouped("parent_id")
        self.env["res.partner"].with_context(tracking_disable=True).create(
            [
                {
                    **{name: values[name] for name in ("phone", *PLACE)},
                    "name": values["name"] or partner.name,
                    "parent_id": partner.id,
                    "company_id": partner.company_id.id,
                    "type": "delivery",
                }
                for partner, values in moved
                if not any(is_at(one, values) for one in by_parent.get(partner, ()))
            ]
        )


def is_place(values):
    """Whether values lead anywhere: protected data may be all that there is."""
    return bool(values["street"] or values["city"] or values["zip"])
