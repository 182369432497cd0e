import base64
import json

from odoo import models
from odoo.tools import html2plaintext

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
    "ref",
    "function",
    "website",
    "comment",
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
        sales = subject.orders.sale_order_id
        # whoever people here have entered is no less a person
        partners = subject.links.partner_id | subject.partners | sales.partner_id
        partners |= sales.partner_invoice_id | sales.partner_shipping_id
        partners -= channel.guest_partner_id
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
            **self._after_the_order(subject.orders),
            "messages": self._messages(partners, sales.sudo(), invoices),
            "waiting_to_be_taken_over": self._waiting(request),
            "issues": self._issues(request, subject),
            "webhooks": self._events(request, subject),
            "calls_that_name_the_person": self._calls(request),
        }

    def _after_the_order(self, orders):
        """What became of orders: changes, returns, refunds."""
        returns = orders.return_ids
        refunds = self.env["channel.refund"].search([("order_id", "in", orders.ids)])
        return {
            "changes": [
                {
                    "order": change.order_id.name,
                    "state": change.state,
                    "steps": change.step_ids.mapped("in_words"),
                }
                for change in orders.change_ids
            ],
            "returns": [
                {
                    "name": one.name,
                    "state": one.state,
                    "requested_at": one.requested_at,
                    "notes": one.line_ids.filtered("note").mapped("note"),
                    "answer": one.decline_note,
                }
                for one in returns
            ],
            "refunds": refunds.read(["key", "state", "confirmed_at"], load=None),
        }

    def _messages(self, partners, sales, invoices):
        """What was written to the person, about him or by him, wherever it is kept."""
        places = [
            (partners, "res.partner"),
            (sales, "sale.order"),
            (sales.picking_ids, "stock.picking"),
            (invoices, "account.move"),
        ]
        found = []
        for records, model in places:
            # people's notes, too: what is kept of him is his to know
            messages = (
                self.env["mail.message"]
                .sudo()
                .search([("model", "=", model), ("res_id", "in", records.ids)])
            )
            found += [
                {
                    "on": f"{model} {message.res_id}",
                    "date": message.date,
                    "from": message.email_from,
                    "subject": message.subject,
                    "text": html2plaintext(message.body or ""),
                    "changed": [
                        [value.old_value_char, value.new_value_char]
                        for value in message.tracking_value_ids
                        if value.old_value_char or value.new_value_char
                    ],
                }
                for message in messages
            ]
        return [one for one in found if one["text"] or one["subject"] or one["changed"]]

    def _waiting(self, request):
        rows = self.env["channel.customer"].search(
            [
                ("channel_id", "=", request.channel_id.id),
                ("external_id", "=", request.customer),
                ("kind", "=", "customer"),
            ]
        )
        # nobody reads these but jobs
        return [json.loads(row.snapshot)["value"] for row in rows.sudo()]

    def _issues(self, request, subject):
        found = self.env["channel.issue"].search(
            [
                ("channel_id", "=", request.channel_id.id),
                "|",
                ("order_id", "in", subject.orders.ids),
                ("subject", "=", f"customer:{request.customer}"),
            ]
        )
        return found.read(["kind", "message", "seen_at", "state"], load=None)

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
