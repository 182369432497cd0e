from odoo import fields, models

from ..adapter.canonical import FulfilmentState, TermsKind
from ..books.gate import PAID
from .isolator import isolate
from .order_draft import edited_state

BATCH = 50


class OrderAccount(models.AbstractModel):
    """Invoices, posts and books payments of imported orders, in a lane of its own:
    posting holds the journal's number until the commit."""

    _name = "channel.order.account"
    _description = "Invoice and Pay Channel Orders"

    def _run(self):
        """Work on the oldest orders that are ready."""
        batches, more = self._next()
        for channel_id, order_ids in batches.items():
            # which company's channels this is about is seen by its service user only
            worker = self.env["channel.channel"].browse(channel_id).sudo()._as_worker()
            orders = worker.env["channel.order"].browse(order_ids)
            self.with_env(worker.env)._account(worker, orders)
        if more:
            self.env["channel.wakeup"]._after_commit(
                self.env["channel.order"], "_job_account"
            )

    def _next(self):
        """Lock the next batch.

        :return: ids of orders by id of channel, and whether others wait behind them.
        """
        channels = self.env["channel.channel"]._operating("order")
        self._make_ready(channels)
        self.env["channel.order"].flush_model()
        self.env.cr.execute(
            """
            SELECT id, channel_id FROM channel_order
             WHERE accounting_state = 'ready' AND sale_order_id IS NOT NULL
               AND channel_id = ANY(%s)
             ORDER BY id LIMIT %s
               FOR UPDATE SKIP LOCKED
            """,
            [channels.ids, BATCH + 1],
        )
        rows = self.env.cr.fetchall()
        batches = {}
        for order_id, channel_id in rows[:BATCH]:
            batches.setdefault(channel_id, []).append(order_id)
        return batches, len(rows) > BATCH

    def _make_ready(self, channels):
        """Goods have left of orders that are invoiced when shipped."""
        self.env["sale.order.line"].flush_model(
            ["qty_delivered", "qty_invoiced", "order_id"]
        )
        self.env["channel.order"].flush_model()
        self.env.cr.execute(
            """
            UPDATE channel_order SET accounting_state = 'ready'
              FROM channel_channel channel
             WHERE channel.id = channel_order.channel_id AND channel.id = ANY(%s)
               AND channel.invoice_policy = 'shipped'
               AND channel_order.accounting_state = 'waiting'
               AND channel_order.state = 'imported'
               AND EXISTS (SELECT FROM sale_order_line line
                            WHERE line.order_id = channel_order.sale_order_id
                              AND line.qty_delivered > line.qty_invoiced)
            """,
            [channels.ids],
        )
        self.env["channel.order"].invalidate_model(["accounting_state"], flush=False)

    def _account(self, channel, orders):
        """Invoice and pay some orders of one channel; ``self`` runs as its service
        user."""
        isolate(
            self.env,
            orders,
            lambda batch: self._book(channel, batch),
            self._note_failure,
        )

    def _book(self, channel, orders):
        externals = {order: edited_state(order, order.snapshot) for order in orders}
        # documents that wait for a person's decision are not invoiced as they are
        settled = {o: x for o, x in externals.items() if not o.open_change_id}
        self.env["channel.refund.early"]._note(channel, settled)
        self._invoice(channel, orders.browse().concat(*settled), settled)
        self.env["channel.change.books"]._correct(channel, settled)
        refused = self.env["channel.refund.book"]._credit(channel, settled)
        problems = self.env["channel.payment.book"]._book(channel, externals)
        problems = self.env["channel.payment.missing"]._find(settled) | problems
        self._mark(orders, externals, problems)
        self._tell_refunds(channel, settled, refused)
        self.env["channel.refund.book"]._settle_cancelled(orders)

    # --- invoices ---------------------------------------------------------------------

    def _invoice(self, channel, orders, externals):
        """Make and post the invoices that the policy asks for now.

        They are dated the day they are posted, because earlier periods may be closed;
        payments carry the day of the channel.
        """
        due = orders.filtered(
            lambda order: self._is_due(channel, order, externals[order])
        )
        if channel.invoice_policy == "paid":
            # what a change adds to an invoiced order comes with its correction
            due -= self.env["channel.change.books"]._changed(due)
        sales = due.sale_order_id.filtered(lambda sale: sale._get_invoiceable_lines())
        if not sales:
            return
        self._read_ahead(sales)
        invoices = sales.with_context(tracking_disable=True)._create_invoices(
            grouped=True
        )
        invoices.invoice_date = fields.Date.context_today(self)
        self.env["channel.payment.terms"]._set_due(invoices, externals)
        invoices.action_post()
        self._check_totals(invoices)

    def _read_ahead(self, sales):
        """Read at once what Odoo would read for one invoice after the other."""
        lines = sales.order_line
        lines.fetch(["invoice_lines", "tax_ids"])
        lines.move_ids.fetch(["state", "is_dropship"])
        lines.product_id.product_tmpl_id.fetch(["account_tag_ids"])
        for lang, same in sales.grouped(lambda x: x.partner_invoice_id.lang).items():
            same.order_line.product_id.with_context(lang=lang).mapped("display_name")

    def _is_due(self, channel, order, external):
        if order.sale_order_id.state != "sale" or channel.invoice_policy == "manual":
            return False
        return self._may_invoice(channel, external)

    def _may_invoice(self, channel, external):
        if channel.invoice_policy == "shipped" or external.payment_state in PAID:
            return True
        # a company that has to pay within some days needs the invoice first
        buyer = external.buyer
        on_terms = external.terms and buyer and buyer.company_external_id
        return bool(on_terms) and (
            external.terms.kind is not TermsKind.FULFILMENT
            or external.fulfilment_state is FulfilmentState.FULFILLED
        )

    def _check_totals(self, invoices):
        """What was posted must be what the sale order says, total and taxes."""
        for invoice in invoices:
            sale = invoice.channel_order_id.sale_order_id
            if sale.invoice_ids != invoice:
                continue
            labels = {
                "amount_total": self.env._("a total"),
                "amount_tax": self.env._("taxes"),
            }
            for name, label in labels.items():
                differ = invoice.currency_id.compare_amounts(invoice[name], sale[name])
                if differ and sale.invoice_status == "invoiced":
                    raise ValueError(self._mismatch(invoice, sale, name, label))

    def _mismatch(self, invoice, sale, name, label):
        return self.env._(
            "The invoice of %(sale)s comes to %(what)s of %(invoiced)s %(currency)s"
            " instead of %(ordered)s. Look for what makes invoices differ from sale"
            " orders: a fiscal position or payment terms of the customer, changed"
            " taxes, and apps that change invoices.",
            sale=sale.name,
            what=label,
            invoiced=f"{invoice[name]:.{invoice.currency_id.decimal_places}f}",
            ordered=f"{sale[name]:.{invoice.currency_id.decimal_places}f}",
            currency=invoice.currency_id.name,
        )

    # --- what became of it ------------------------------------------------------------

    def _mark(self, orders, externals, problems):
        now = fields.Datetime.now()
        for order in orders:
            sale = order.sale_order_id
            values = {
                "accounting_state": self._state(order, externals[order], problems)
            }
            if not order.invoiced_at and sale.invoice_status == "invoiced":
                values["invoiced_at"] = now
            if not order.paid_at and externals[order].payment_state in PAID:
                values["paid_at"] = now
            order.write(values)
        Trouble = self.env["channel.order.trouble"]
        Trouble._settle(
            orders - orders.browse().concat(*problems),
            ("unmapped_gateway", "accounting_failed"),
        )
        Trouble._report([value for values in problems.values() for value in values])

    def _tell_refunds(self, channel, externals, refused):
        """They block nothing: what is left of the order goes on."""
        values_list = [value for values in refused.values() for value in values]
        open_ones = {value["subject"] for value in values_list}
        subjects = {
            f"order:{external.external_id}:{refund.external_id}"
            for external in externals.values()
            for refund in external.refunds
        }
        if subjects - open_ones:
            self.env["channel.issue"]._settle(
                channel, "refund_unsupported", subjects - open_ones
            )
        self.env["channel.order.trouble"]._report(values_list)

    def _state(self, order, external, problems):
        if order in problems:
            return "blocked"
        if order.state == "cancelled":
            return "done"
        sale = order.sale_order_id
        # all units of an order may be gone before it comes here
        empty = sale.state == "sale" and not sale.order_line
        invoiced = empty or sale.invoice_status == "invoiced"
        return "done" if invoiced and external.payment_state in PAID else "waiting"

    def _note_failure(self, order, error):
        Trouble = self.env["channel.order.trouble"]
        order.accounting_state = "blocked"
        Trouble._report([Trouble._failed(order, error, "accounting_failed")])
