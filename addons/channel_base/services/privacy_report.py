import base64
import json

from odoo import models

PARTNER = (
    "name",
    "email",
    "phone",
    "street",
    "street2",
    "zip",
    "city",
    "vat",
    "company_name",
    "create_date",
)


class PrivacyReport(models.AbstractModel):
    """All that is kept of a person, as a file that can be read and handed over."""

    _name = "channel.privacy.report"
    _description = "Report of Personal Data"

    def _make(self, request, subject):
        """:return: an attachment of the request; those who see it may read the file."""
        found = self._gather(request, subject)
        text = json.dumps(found, indent=2, ensure_ascii=False, default=str)
        return self.env["ir.attachment"].create(
            {
                "name": f"personal-data-{request.customer or request.id}.json",
                "datas": base64.b64encode(text.encode()),
                "mimetype": "application/json",
                "res_model": request._name,
                "res_id": request.id,
            }
        )

    def _gather(self, request, subject):
        """What is handed over, by kind of data."""
        channel = request.channel_id
        partners = subject.links.partner_id | subject.partners
        sales = subject.orders.sale_order_id
        # sellers of other teams' orders, and books: the report is for managers alone
        invoices = sales.sudo().invoice_ids
        return {
            "channel": channel.name,
            "customer": {
                "id": request.customer,
                "email": request.email,
                "phone": request.phone,
                "known_as": subject.links.mapped("external_id"),
            },
            "partners": partners.read(PARTNER, load=False),
            "orders": [self._told(order) for order in subject.orders.sudo()],
            "invoices": invoices.read(
                ["name", "move_type", "invoice_date", "amount_total", "state"],
                load=None,
            ),
            "transfers": sales.sudo().picking_ids.read(
                ["name", "state", "date_done", "carrier_tracking_ref"], load=None
            ),
            "payments": self.env["account.payment"]
            .search([("channel_order_id", "in", subject.orders.ids)])
            .read(["name", "date", "amount", "state"], load=None),
            "webhooks": self._events(request, subject),
            "calls_that_name_the_person": self._calls(request),
        }

    def _told(self, order):
        """An order as the channel told it: addresses, notes and all."""
        return {
            "name": order.name,
            "placed_at": order.placed_at,
            "sale_order": order.sale_order_id.name,
            "told": json.loads(order.snapshot)["value"] if order.snapshot else None,
        }

    def _events(self, request, subject):
        names = [*subject.orders.mapped("external_id"), request.customer or ""]
        events = self.env["channel.event"].search(
            [
                ("channel_id", "=", request.channel_id.id),
                ("external_id", "in", names),
            ]
        )
        return events.read(["topic", "external_id", "received_at", "state"], load=None)

    def _calls(self, request):
        words = [word for word in (request.email, request.phone) if word]
        if not words:
            return 0
        domain = ["|"] * (len(words) - 1)
        domain += [("response", "ilike", word) for word in words]
        mine = [("channel_id", "=", request.channel_id.id)]
        return self.env["channel.sync.log"].search_count([*mine, *domain])
