import json
import time
from datetime import timedelta

from odoo import fields, models

from ..adapter.trace import Call
from . import privacy_sql
from .privacy_subject import Subject
from .tracer import TableTracer

BATCH = 1000  # orders that one step forgets


class PrivacyRetention(models.AbstractModel):
    """Forgets whose old orders were, for each channel as long ago as it says."""

    _name = "channel.privacy.retention"
    _description = "Forget Persons of Old Orders"

    def _run(self):
        """Nightly: in batches, committing between them; the next run goes on."""
        self._retry()
        channels = self.env["channel.channel"].search([("pii_days", ">", 0)])
        for channel in channels.with_context(active_test=False):
            worker = channel._as_worker()
            self.with_env(worker.env)._drop_customers(worker)
            self.with_env(worker.env)._forget(worker)

    def _retry(self):
        """Requests that waited for deliveries are looked at again."""
        Request = self.env["channel.privacy.request"]
        waiting = Request.search([("state", "=", "open")])
        waiting.state = "new"
        if waiting:
            self.env["channel.wakeup"]._after_commit(Request, "_job_work")

    def _forget(self, channel):
        started, total = time.monotonic(), {"orders": 0, "erased": 0, "invoiced": 0}
        more = True
        while more:
            counts = self._step(channel)
            total = {name: total[name] + counts[name] for name in total}
            time_left = self.env["ir.cron"]._commit_progress(counts["orders"])
            more = counts["orders"] == BATCH and time_left
        if total["orders"]:
            TableTracer(channel, "in", ())(
                Call(
                    operation="forget_personal_data",
                    status="done",
                    duration=time.monotonic() - started,
                    response=json.dumps(total),
                )
            )

    def _drop_customers(self, channel):
        """What could not be taken over, and nobody has asked for since."""
        self.env["channel.customer"].flush_model()
        self.env.cr.execute(
            privacy_sql.DROP_OLD_CUSTOMERS,
            {"channel": channel.id, "before": self._before(channel)},
        )
        self.env["channel.customer"].invalidate_model(flush=False)

    def _before(self, channel):
        return fields.Datetime.now() - timedelta(days=channel.pii_days)

    def _step(self, channel):
        """Forget a batch of orders, and the people with whom no newer ones are left."""
        before = self._before(channel)
        self.env.flush_all()
        values = {"channel": channel.id, "before": before, "batch": BATCH}
        self.env.cr.execute(privacy_sql.OLD_ORDERS, values)
        orders = self.env["channel.order"].browse(
            row[0] for row in self.env.cr.fetchall()
        )
        if not orders:
            return {"orders": 0, "erased": 0, "invoiced": 0}
        sales = orders.sale_order_id
        partners = sales.partner_id | sales.partner_invoice_id
        partners |= sales.partner_shipping_id
        links = self.env["channel.partner"].search(
            [
                ("channel_id", "=", channel.id),
                ("partner_id", "in", partners.ids),
                ("kind", "in", ("person", "contact")),
            ]
        )
        Subjects = self.env["channel.privacy.subject"]
        own = Subjects._own(channel, partners, links)
        none = links.browse()
        Erase = self.env["channel.privacy.erase"]
        self.env["channel.privacy.chatter"]._erase(channel, orders)
        Erase._blank_rows(channel, Subject(orders, own, none), None)
        self.env.cr.execute(
            privacy_sql.OLD_PARTNERS, {"partners": own.ids, "channel": channel.id}
        )
        old = own.browse(row[0] for row in self.env.cr.fetchall())
        gone = links.filtered(lambda link: link.partner_id in old)
        counts = Erase._erase(channel, Subject(orders.browse(), old, gone))
        return counts | {"orders": len(orders)}
