from datetime import timedelta

from odoo import fields, models

from ..services.roles import role

DAYS = 30  # until a request has to be answered (marketplaces' rules, GDPR art. 12)
KINDS = [
    ("access", "Tell what is kept"),
    ("erase", "Erase a customer"),
    ("erase_shop", "Erase a shop"),
]


class ChannelPrivacyRequest(models.Model):
    """What a customer may ask for by law, passed on by the marketplace.

    Requests are worked on whether the channel works or not: shops ask to be erased when
    they have left.
    """

    _name = "channel.privacy.request"
    _inherit = "channel.row"
    _description = "Privacy Request"
    _order = "state desc, deadline, id"
    _rec_name = "customer"

    channel_id = fields.Many2one(
        "channel.channel", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    event_key = fields.Char(required=True, readonly=True)
    customer = fields.Char(
        string="Customer ID There", readonly=True, help="Empty: the whole shop."
    )
    email = fields.Char(readonly=True, help="Forgotten when the request is done.")
    phone = fields.Char(readonly=True, help="Forgotten when the request is done.")
    order_ids_there = fields.Json(readonly=True)
    received_at = fields.Datetime(required=True, readonly=True)
    deadline = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("open", "Waits for deliveries"),
            ("ready", "Report to hand over"),
            ("done", "Done"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    report_id = fields.Many2one("ir.attachment", readonly=True, copy=False)
    result = fields.Text(readonly=True, help="What was done, without naming anybody.")
    done_at = fields.Datetime(readonly=True)
    done_by_id = fields.Many2one("res.users", readonly=True)

    _channel_event_unique = models.Constraint(
        "UNIQUE(channel_id, event_key)", "A request is kept once."
    )

    def _take(self, channel, event):
        """Keep what a webhook asks for.

        :param event: ``WebhookEvent`` with ``privacy``.
        """
        now, asked = fields.Datetime.now(), event.privacy
        request = self.create(
            {
                "channel_id": channel.id,
                "kind": asked.kind.value,
                "event_key": event.event_key,
                "customer": asked.customer,
                "email": asked.email,
                "phone": asked.phone,
                "order_ids_there": list(asked.orders),
                "received_at": now,
                "deadline": now.date() + timedelta(days=DAYS),
            }
        )
        self.env["channel.wakeup"]._after_commit(self.browse(), "_job_work")
        return request

    def _finish(self, state, result, report=None):
        done = state == "done"
        values = {"state": state, "result": result, "report_id": report and report.id}
        if done:
            values |= {
                "done_at": fields.Datetime.now(),
                "done_by_id": self.env.uid,
                "email": False,
                "phone": False,
                "order_ids_there": False,
            }
        self.write(values)

    def _job_work(self):
        """Answer privacy requests"""
        return self.env["channel.privacy"]._run()

    # --- what people do ---------------------------------------------------------------

    @role("manager")
    def action_download(self):
        """The report, as a file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.report_id.id}?download=true",
            "target": "self",
        }

    @role("manager")
    def action_done(self):
        """The report was handed over: it is kept no longer than it is needed."""
        # reports are made by jobs, and these rows are written by them alone
        for request in self.sudo().filtered(lambda one: one.state == "ready"):
            report = request.report_id
            request.with_user(self.env.user).sudo()._finish("done", request.result)
            report.unlink()

    @role("manager")
    def action_retry(self):
        """Look again now whether the last delivery has been made."""
        # these rows are written by jobs alone; the role above is who may ask for it
        self.sudo().filtered(lambda one: one.state == "open").state = "new"
        self.env["channel.wakeup"]._after_commit(self.browse(), "_job_work")
