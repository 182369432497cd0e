from dataclasses import dataclass
from typing import Any

from odoo import models
from odoo.tools import email_normalize

from . import privacy_sql


@dataclass(frozen=True, slots=True)
class Subject:
    """What a channel keeps of one person, or of a shop's customers.

    :param partners: who were made by jobs for this person alone.
    :param links: ids that the person has at the channel.
    """

    orders: Any
    partners: Any
    links: Any


class PrivacySubject(models.AbstractModel):
    """Finds all that is kept of a person."""

    _name = "channel.privacy.subject"
    _description = "Personal Data of a Customer"

    def _of(self, request):
        """:return: ``Subject`` of a request."""
        orders = self._orders(request)
        links = self._links(request)
        sales = orders.sale_order_id
        partners = links.partner_id | sales.partner_id
        partners |= sales.partner_invoice_id | sales.partner_shipping_id
        own = self._own(request.channel_id, partners, links)
        return Subject(orders, own - self._on_other_orders(own, orders), links)

    def _orders(self, request):
        Order = self.env["channel.order"]
        Order.flush_model()
        self.env.cr.execute(privacy_sql.ORDERS, self._values(request))
        return Order.browse(row[0] for row in self.env.cr.fetchall())

    def _values(self, request):
        return {
            "channel": request.channel_id.id,
            "everything": request.kind == "erase_shop",
            "named": list(request.order_ids_there or ()),
            "customer": request.customer or "",
            "email": email_normalize(request.email) or "",
        }

    def _links(self, request):
        """Links of the person, and of the companies' contacts that he is."""
        domain = [("channel_id", "=", request.channel_id.id)]
        if request.kind != "erase_shop" and not request.customer:
            return self.env["channel.partner"]
        if request.kind == "erase_shop":
            domain += [("kind", "in", ("person", "contact"))]
        else:
            domain += [
                "|",
                ("external_id", "=", request.customer),
                ("external_id", "=like", f"contact:%:{request.customer}"),
            ]
        return self.env["channel.partner"].search(domain)

    def _own(self, channel, partners, links):
        """Those whom jobs have made, with the addresses below them: without companies,
        whoever is somebody else's too, and what people have entered themselves."""
        everyone = self.env["res.partner"].with_context(active_test=False)
        partners |= everyone.search([("parent_id", "in", partners.ids)])
        made = self.env["channel.partner.use"]._made_by_jobs(partners)
        others = self.env["channel.partner"].search(
            [("partner_id", "in", made.ids), ("id", "not in", links.ids)]
        )
        # users are no customers' affair, and their partners need not be readable
        users = made.sudo().filtered(_is_staff_or_user)
        kept = others.partner_id | users | channel.guest_partner_id
        return (made - kept).filtered(lambda one: not one.is_company)

    def _on_other_orders(self, partners, orders):
        """Who has ordered elsewhere too: there, nobody asked to be forgotten."""
        self.env["sale.order"].flush_model()
        self.env.cr.execute(
            privacy_sql.ON_OTHER_ORDERS,
            {"partners": partners.ids, "orders": orders.ids},
        )
        found = partners.browse(row[0] for row in self.env.cr.fetchall())
        return found | found.parent_id  # addresses show the name of the card above


def _is_staff_or_user(partner):
    """Former users count, too: their partner is theirs."""
    users = partner.with_context(active_test=False).user_ids
    staff = "employee_ids" in partner._fields and partner.employee_ids
    return bool(users or staff or partner.employee)
