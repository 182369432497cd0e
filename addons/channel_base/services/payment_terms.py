from odoo import models

MAPPING = "payment_terms"


class ChannelPaymentTerms(models.AbstractModel):
    """When companies have to pay: the channel's terms as payment terms here.

    Unknown terms stop no order: its invoice falls due when the channel says, and an
    issue asks for the payment terms that they are here.
    """

    _name = "channel.payment.terms"
    _description = "Payment Terms of Channels"

    def _fill(self, channel, drafts):
        """Give every draft the payment terms that were agreed to."""
        with_terms = [draft for draft in drafts if draft.external.terms]
        if not with_terms:
            return
        wanted = {
            draft.external.terms.code: draft.external.terms for draft in with_terms
        }
        mappings = self._mappings(channel, wanted)
        unknown = []
        for draft in with_terms:
            mapping = mappings[draft.external.terms.code]
            draft.payment_term = mapping.payment_term_id
            if not mapping.payment_term_id:
                unknown.append(self._prepare_issue(draft, mapping))
        self.env["channel.order.trouble"]._report(unknown)

    def _mappings(self, channel, wanted):
        """Mappings by code; new ones are made, and filled where that is certain."""
        Mapping = self.env["channel.mapping"]
        known = Mapping.search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", MAPPING),
                ("external_code", "in", list(wanted)),
            ]
        )
        found = {mapping.external_code: mapping for mapping in known}
        created = Mapping.create(
            [
                {
                    "channel_id": channel.id,
                    "kind": MAPPING,
                    "external_code": code,
                    "external_name": terms.name,
                    "payment_term_id": self._certain(channel, terms).id,
                }
                for code, terms in wanted.items()
                if code not in found
            ]
        )
        return found | {mapping.external_code: mapping for mapping in created}

    def _certain(self, channel, terms):
        """The only payment terms of as many days, or none."""
        candidates = self.env["account.payment.term"].search(
            [
                ("company_id", "in", (channel.company_id.id, False)),
                ("early_discount", "=", False),
            ]
        )
        fitting = candidates.filtered(lambda term: _days(term) == terms.days)
        if terms.kind == "fixed" or len(fitting) != 1:
            return candidates.browse()
        return fitting

    def _prepare_issue(self, draft, mapping):
        return self.env["channel.order.trouble"]._value(
            draft.order,
            "unmapped_terms",
            self.env._(
                "Order %(order)s is to be paid by the terms %(terms)s, which mean"
                " nothing here yet. It went on; choose the payment terms that they are,"
                " and the orders that are not invoiced yet get them.",
                order=draft.order.name,
                terms=mapping.external_name,
            ),
            mapping=mapping,
        )

    def _mapped(self, mappings):
        """A person has chosen: orders that waited for it get it, unless their invoice
        is made already."""
        issues = self.env["channel.issue"].search(
            [
                ("mapping_id", "in", mappings.ids),
                ("kind", "=", "unmapped_terms"),
                ("state", "=", "open"),
            ]
        )
        for issue in issues:
            # who maps codes need not be a salesperson
            sale = issue.order_id.sale_order_id.sudo()
            if sale and not sale.invoice_ids:
                sale.payment_term_id = issue.mapping_id.payment_term_id
        issues._end("resolved")

    def _set_due(self, invoices, externals):
        """Invoices without payment terms here fall due when the channel says."""
        by_order = {order.id: external for order, external in externals.items()}
        for invoice in invoices.filtered(lambda one: not one.invoice_payment_term_id):
            terms = by_order[invoice.channel_order_id.id].terms
            if terms and terms.due_at:
                invoice.invoice_date_due = max(
                    terms.due_at.date(), invoice.invoice_date
                )


def _days(term):
    """Days of payment terms that are one part, due so many days after the invoice."""
    line = term.line_ids
    if len(line) != 1 or line.delay_type != "days_after":
        return None
    return line.nb_days
