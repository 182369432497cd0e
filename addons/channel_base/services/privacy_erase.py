from odoo import models

from . import privacy_sql
from .autonomous import autonomous
from .bulk import assign

NAMES = ("email", "phone", "website", "comment", "function", "ref")
# Issues whose messages may say whose an order is.
NAMING = (
    "tax_number",
    "customer_failed",
    "change_waiting",
    "edit_unsupported",
    "order_failed",
    "event_failed",
    "shipping_blocked",
    "shipping_refused",
    "shipment_rejected",
    "push_rejected",
    "refund_rejected",
    "return_rejected",
    "return_decision",
)
LONG_ID = 8
PLACE = ("street", "street2", "city", "zip", "state_id", "vat", "company_name")


class PrivacyErase(models.AbstractModel):
    """Forgets persons, and keeps what posted invoices have to show.

    Invoices are kept as long as the law says: name, address and tax number of whoever
    is on a posted one stay, all else goes.
    """

    _name = "channel.privacy.erase"
    _description = "Erase Personal Data"

    def _erase(self, channel, subject, request=None):
        """:param request: whose names are searched for in logs; None for none.

        :return: counts by what was forgotten.
        """
        # while the customers' names are known by which messages are found
        self.env["channel.privacy.chatter"]._erase(channel, subject.orders)
        self._blank_rows(channel, subject, request)
        kept, erased = self._erase_partners(subject.partners)
        subject.links.filtered(
            lambda link: link.kind in ("person", "contact")
        ).sudo().unlink()
        return {"orders": len(subject.orders), "erased": erased, "invoiced": kept}

    # --- partners ---------------------------------------------------------------------

    def _erase_partners(self, partners):
        """:return: how many are on posted invoices, and how many are not."""
        invoiced = self._invoiced(partners)
        free = partners - invoiced
        blank = dict.fromkeys(NAMES, False) | {"active": False}
        self._assign(invoiced, blank)
        blank |= dict.fromkeys(PLACE, False)
        self._assign(free, blank | {"name": self.env._("Erased customer")})
        theirs = [("res_model", "=", "res.partner"), ("res_id", "in", partners.ids)]
        # portraits, too, which are fields
        either = ["|", ("res_field", "=", False), ("res_field", "!=", False)]
        self.env["ir.attachment"].sudo().search([*theirs, *either]).unlink()
        self.env["mail.message"].sudo().search(
            [("model", "=", "res.partner"), ("res_id", "in", partners.ids)]
        ).unlink()
        return len(invoiced), len(free)

    def _assign(self, partners, values):
        """Beside ``write``, which looks at the addresses of one after the other."""
        for name, value in values.items() if partners else ():
            assign(partners, name, [value] * len(partners))

    def _invoiced(self, partners):
        """Those whose name and address a posted invoice shows."""
        self.env["account.move"].flush_model()
        self.env.cr.execute(
            """
            SELECT partner.id FROM unnest(%s::int[]) partner (id)
             WHERE EXISTS (SELECT FROM account_move move
                            WHERE move.state = 'posted' AND move.move_type <> 'entry'
                              AND move.partner_id = partner.id)
                OR EXISTS (SELECT FROM account_move move
                            WHERE move.state = 'posted' AND move.move_type <> 'entry'
                              AND move.commercial_partner_id = partner.id)
                OR EXISTS (SELECT FROM account_move move
                            WHERE move.state = 'posted' AND move.move_type <> 'entry'
                              AND move.partner_shipping_id = partner.id)
            """,
            [partners.ids],
        )
        return partners.browse(row[0] for row in self.env.cr.fetchall())

    # --- rows of the hub --------------------------------------------------------------

    def _blank_rows(self, channel, subject, request):
        orders, everything = (
            subject.orders,
            bool(request and request.kind == "erase_shop"),
        )
        customer = (request and request.customer) or ""
        names = [*orders.mapped("external_id"), *filter(None, [customer])]
        names += orders.return_ids.mapped("external_id")
        values = {
            "channel": channel.id,
            "orders": orders.ids,
            "names": names,
            "subjects": [f"customer:{customer}"] if customer else [],
            "customer": customer,
            "everything": everything,
            "erased": self.env._("Erased on request."),
            "naming": list(NAMING),
            "pickings": orders.sale_order_id.picking_ids.ids,
        }
        self.env.flush_all()
        for statement in privacy_sql.BLANK:
            self.env.cr.execute(statement, values)
        self.env.invalidate_all(flush=False)
        if request:
            self._blank_logs(channel, subject, request, everything)

    def _blank_logs(self, channel, subject, request, everything):
        """Logs are written by transactions of their own. Short ids are in other
        numbers, too."""
        ids = subject.orders.mapped("external_id")
        words = {request.email, request.phone, *subject.partners.mapped("email")}
        words |= {one for one in ids if len(one) >= LONG_ID}
        words -= {False, "", None}
        patterns = [f"%{_escaped(word)}%" for word in words]
        if request.customer:
            patterns.append(f'%Customer/{_escaped(request.customer)}"%')
        values = {
            "channel": channel.id,
            "patterns": patterns,
            "everything": everything,
        }
        autonomous(self.env, lambda cr: cr.execute(privacy_sql.BLANK_LOGS, values))


def _escaped(text):
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
