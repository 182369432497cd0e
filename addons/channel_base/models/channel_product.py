from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapter.content import ContentGroup
from ..services.roles import as_workers, role


class ChannelProduct(models.Model):
    """One product of a channel: what it is told, was told, and has confirmed.

    Variants are its listings. Only jobs write it; people say that it may be published,
    taken down, or belongs to a listing group.
    """

    _name = "channel.product"
    _inherit = "channel.row"
    _description = "Channel Product"
    _order = "channel_id, id desc"
    _rec_name = "product_tmpl_id"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "channel.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid4()),
        help="Names the product towards the channel, also when it is sent again.",
    )
    external_id = fields.Char(readonly=True, index=True)
    listing_group_id = fields.Many2one(
        "channel.listing.group", domain="[('channel_id', '=', channel_id)]"
    )
    listing_ids = fields.One2many(
        "channel.listing", "channel_product_id", readonly=True
    )
    state = fields.Selection(
        [
            ("draft", "Not published from here"),
            ("open", "To send"),
            ("sent", "Being sent"),
            ("done", "In step"),
            ("error", "Refused"),
            ("gone", "Deleted there"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    approved = fields.Boolean(
        readonly=True, help="A person has seen what is sent and published it."
    )
    withdrawn = fields.Boolean(readonly=True, help="Taken down at the channel.")
    dirty = fields.Boolean(
        default=True, readonly=True, help="It may look otherwise than was sent."
    )
    pending = fields.Json(
        readonly=True, help="Groups of fields that were to be sent when last computed."
    )
    sent = fields.Json(readonly=True, help="What was sent: hash by group of fields.")
    confirmed = fields.Json(
        readonly=True, help="What the channel has taken: hash by group of fields."
    )
    shown = fields.Json(
        readonly=True, help="How the channel shows it, in its own words: by group."
    )
    error = fields.Char(readonly=True)
    confirmed_at = fields.Datetime(readonly=True)
    pending_names = fields.Char(string="Differs In", compute="_compute_pending_names")

    _channel_key_unique = models.Constraint(
        "UNIQUE(channel_id, key)", "A product's key is its own."
    )
    _channel_product_unique = models.Constraint(
        "UNIQUE(channel_id, product_tmpl_id)", "A channel has each product once."
    )
    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A product there is one product here."
    )
    _dirty_index = models.Index("(channel_id) WHERE dirty AND approved")

    @api.depends("pending")
    def _compute_pending_names(self):
        names = self.env["channel.content.policy"]._group_names()
        for row in self:
            row.pending_names = ", ".join(names[group] for group in row.pending or ())

    def write(self, vals):
        result = super().write(vals)
        if "listing_group_id" in vals:
            for rows in as_workers(self):
                rows._send_again()
        return result

    # --- what people do ---------------------------------------------------------------

    @role("operator")
    def action_preview(self):
        """See what would be sent before anything is."""
        if len(self.channel_id) != 1:
            raise UserError(self.env._("Choose products of one channel."))
        return self.env["channel.product.publish"]._open(
            self.channel_id, self.product_tmpl_id
        )

    @role("operator")
    def action_withdraw(self):
        """Take products down at the channel; they stay there, archived."""
        self.check_access("read")
        for row in self:
            if row._masters()[ContentGroup.STATUS.value] != "odoo":
                raise UserError(
                    self.env._(
                        "Odoo does not decide about the status of %s there: take it"
                        " down at the channel, or make Odoo its master.",
                        row.display_name,
                    )
                )
        for rows in as_workers(self.filtered("external_id")):
            rows.withdrawn = True
            rows._send_again()

    @role("operator")
    def action_send_again(self):
        """Send everything that Odoo decides about, whether it changed or not."""
        self.check_access("read")
        for rows in as_workers(self.filtered("approved")):
            for row in rows:
                row.confirmed = dict.fromkeys(row.confirmed or (), "")
            # what is on the way is answered first
            rows.filtered(lambda row: row.state != "sent").state = "open"
            rows._send_again()

    def _publish(self):
        """A person wants them at the channel, as the preview has shown them."""
        for rows in as_workers(self):
            gone = rows.filtered(lambda row: row.state == "gone")
            gone.write({"external_id": False, "confirmed": {}, "key": False})
            for row in gone:
                row.key = str(uuid4())
            rows.write({"approved": True, "withdrawn": False})
            rows.filtered(lambda row: row.state != "sent").state = "open"
            rows._send_again()

    def _send_again(self):
        self.write({"dirty": True})
        self._wake()

    # --- masters ----------------------------------------------------------------------

    def _masters(self):
        """Who decides about this product: dict group's value -> master."""
        own = self.listing_group_id._masters() if self.listing_group_id else {}
        return {
            group: own.get(group) or master or "none"
            for group, master in self.channel_id._masters().items()
        }

    def _subject(self):
        """What issues about this product call it."""
        return f"product:{self.product_tmpl_id.id}"

    # --- jobs -------------------------------------------------------------------------

    def _wake(self):
        self.env["channel.wakeup"]._after_commit(
            self.env["channel.product"], "_job_prepare_content"
        )

    def _job_prepare_content(self):
        """Compute products and prepare what differs"""
        return self.env["channel.content.prepare"]._run()

    def _resume_issues(self, issues):
        """Send what these issues are about again."""
        drifted = {issue.subject for issue in issues if issue.kind == "content_drift"}
        subjects = {
            (issue.channel_id, issue.subject.removeprefix("product:"))
            for issue in issues
        }
        rows = self.search(
            [
                ("channel_id", "in", issues.channel_id.ids),
                ("product_tmpl_id", "in", [int(name) for _channel, name in subjects]),
            ]
        ).filtered(
            lambda row: (row.channel_id, str(row.product_tmpl_id.id)) in subjects
        )
        for row in rows.filtered(lambda row: row._subject() in drifted):
            pending = row.pending or ()
            row.confirmed = (row.confirmed or {}) | dict.fromkeys(pending, "")
        rows.filtered(lambda row: row.state == "error").state = "open"
        rows._send_again()


class ChannelMedia(models.Model):
    """A file of a channel that has the bytes of an image: it is not sent twice."""

    _name = "channel.media"
    _description = "Channel File"
    _rec_name = "external_id"

    channel_id = fields.Many2one(
        "channel.channel", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    key = fields.Char(required=True, readonly=True, help="Hash of the bytes.")
    external_id = fields.Char(required=True, readonly=True)

    _channel_key_unique = models.Constraint(
        "UNIQUE(channel_id, key)", "A channel has each image once."
    )
