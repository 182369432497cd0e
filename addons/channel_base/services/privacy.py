from dataclasses import replace

from odoo import models

from .isolator import isolate

BATCH = 10
WAITING = ("new", "pending", "held", "blocked")  # orders that may yet be imported


class Privacy(models.AbstractModel):
    """Answers privacy requests: a report for the manager, or forgetting."""

    _name = "channel.privacy"
    _description = "Answer Privacy Requests"

    def _run(self):
        """Work on the requests that wait, whatever state their channels are in."""
        if not self.env["channel.identity"]._is_live():
            return
        Request = self.env["channel.privacy.request"]
        Request.flush_model()
        self.env.cr.execute(
            "SELECT id, channel_id FROM channel_privacy_request WHERE state = 'new'"
            " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            [BATCH],
        )
        rows = self.env.cr.fetchall()
        for request_id, channel_id in rows:
            # which company's channels this is about is seen by its service user only
            worker = self.env["channel.channel"].browse(channel_id).sudo()._as_worker()
            request = worker.env["channel.privacy.request"].browse(request_id)
            isolate(
                worker.env,
                request,
                self.with_env(worker.env)._answer,
                self.with_env(worker.env)._note_failure,
            )
        if len(rows) == BATCH:
            self.env["channel.wakeup"]._after_commit(Request, "_job_work")

    def _answer(self, request):
        subject = self.env["channel.privacy.subject"]._of(request)
        if request.kind == "access":
            report = self.env["channel.privacy.report"]._make(request, subject)
            text = self.env._(
                "%s orders of this customer were found. Download the report, hand it"
                " over, then mark the request as done.",
                len(subject.orders),
            )
            request._finish("ready", text, report)
            return
        waiting = self._open(subject.orders)
        if request.kind == "erase" and waiting:
            text = self.env._(
                "Goods are still to be delivered to this customer, or an order is still"
                " to be imported: the data is erased when the last delivery is done or"
                " cancelled, and no order waits any more."
            )
            request._finish("open", text)
            return
        Erase = self.env["channel.privacy.erase"]
        counts = Erase._erase(
            request.channel_id, self._without(subject, waiting), request
        )
        text = self._result(counts)
        if waiting:
            text += " " + self.env._(
                "%s orders are still to be delivered or imported: they are erased when"
                " that is done, or they are cancelled.",
                len(waiting),
            )
        request._finish("open" if waiting else "done", text)

    def _open(self, orders):
        """Orders of which somebody still needs to know where goods go, and those that
        are yet to be imported."""
        return orders.filtered(
            lambda order: (
                any(
                    picking.state not in ("done", "cancel")
                    for picking in order.sale_order_id.picking_ids
                )
                or (not order.sale_order_id and order.state in WAITING)
            )
        )

    def _without(self, subject, orders):
        """The subject but for what some orders still need: a shop that has left may
        have goods under way."""
        if not orders:
            return subject
        sales = orders.sale_order_id
        needed = sales.partner_id | sales.partner_invoice_id | sales.partner_shipping_id
        needed |= sales.channel_contact_id
        needed |= needed.parent_id
        return replace(
            subject,
            orders=subject.orders - orders,
            partners=subject.partners - needed,
            links=subject.links.filtered(lambda link: link.partner_id not in needed),
        )

    def _result(self, counts):
        return self.env._(
            "%(orders)s orders forgot whose they are; %(erased)s customers and their"
            " addresses were erased; %(invoiced)s are on posted invoices and kept their"
            " name and address only.",
            **counts,
        )

    def _note_failure(self, request, error):
        request._finish("open", self.env._("It could not be done: %s", error))
