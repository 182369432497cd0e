from odoo import fields, models

from ..services import price_sql
from ..services.roles import role


class ChannelListingPrice(models.Model):
    """Price of one listing in one price list. Only the price lane's jobs write it.

    ``amount`` and ``compare_at``: what is to be asked, and shown struck through, as
    computed last. ``sent``: what the last call asked for. ``confirmed``: what the
    channel last said, or was told and took. ``approved``: the amount that a person let
    pass. A missing number is NULL.
    """

    _name = "channel.listing.price"
    _description = "Channel Listing Price"
    _rec_name = "listing_id"
    _log_access = False

    listing_id = fields.Many2one(
        "channel.listing", required=True, readonly=True, ondelete="cascade"
    )
    price_list_id = fields.Many2one(
        "channel.price.list",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    channel_id = fields.Many2one(related="listing_id.channel_id", store=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    currency_id = fields.Many2one(related="price_list_id.currency_id")
    product_id = fields.Many2one(related="listing_id.product_id")
    amount = fields.Float(string="Price", digits=False, readonly=True)
    compare_at = fields.Float(string="Compare-at Price", digits=False, readonly=True)
    sent = fields.Float(digits=False, readonly=True)
    sent_compare = fields.Float(digits=False, readonly=True)
    sent_at = fields.Datetime(readonly=True)
    confirmed = fields.Float(string="Asked There", digits=False, readonly=True)
    confirmed_compare = fields.Float(
        string="Compare-at There", digits=False, readonly=True
    )
    confirmed_at = fields.Datetime(readonly=True)
    approved = fields.Float(digits=False, readonly=True)
    computed_at = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("idle", "Not priced"),
            ("open", "To send"),
            ("held", "Waits for approval"),
            ("sent", "On the way"),
            ("same", "In sync"),
            ("rejected", "Refused"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    unusual = fields.Selection(
        [
            ("zero", "Nothing or less"),
            ("floor", "Below the floor"),
            ("change", "Large change"),
            ("run", "Part of a large run"),
            ("drift", "Changed there"),
        ],
        string="Why It Waits",
        readonly=True,
    )
    error = fields.Char(readonly=True)
    inputs = fields.Json(readonly=True)
    dirty = fields.Boolean(default=True, required=True, readonly=True)
    batch_id = fields.Many2one(
        "channel.push.batch", readonly=True, ondelete="set null", index="btree_not_null"
    )
    entry_ids = fields.One2many("channel.price.entry", "price_id")
    explanation = fields.Html(
        compute="_compute_explanation",
        sanitize=False,  # made from our own template, which escapes
        help="How the price came about.",
    )

    _listing_list_unique = models.Constraint(
        "UNIQUE(listing_id, price_list_id)", "A listing has one price in each list."
    )
    _dirty_index = models.Index("(channel_id) WHERE dirty")
    _state_index = models.Index("(channel_id, state) WHERE state <> 'same'")

    def _compute_explanation(self):
        for price in self:
            price.explanation = self.env["channel.price.explain"]._explain(price)

    def _job_prepare(self):
        """Prepare prices for all channels"""
        return self.env["channel.price.prepare"]._run()

    @role("user")
    def action_why(self):
        """Show what the price is computed from."""
        self.ensure_one()
        return self._get_records_action()

    @role("operator")
    def action_approve(self):
        """Let these prices pass, as they are now."""
        waiting = self.filtered(lambda price: price.state == "held")
        self._let_pass(waiting.ids)

    def _let_pass(self, ids):
        self.env.cr.execute(price_sql.APPROVE, {"prices": ids})
        self.invalidate_model(flush=False)
        self._wake()

    def _wake(self):
        self.env["channel.wakeup"]._after_commit(
            self.env["channel.listing.price"], "_job_prepare"
        )

    def _subject(self):
        """What issues about this price call it."""
        return f"price:{self.listing_id.external_id}:{self.price_list_id.id}"

    def _resume_issues(self, issues):
        """Go on with prices that waited for a person."""
        fuses = issues.filtered(lambda issue: issue.kind == "price_fuse")
        for channel in fuses.channel_id:
            waiting = [("channel_id", "=", channel.id), ("state", "=", "held")]
            self._let_pass(self.search(waiting).ids)
        others = issues - fuses
        listings = others.listing_id
        if listings:
            self.env.cr.execute(price_sql.SEND_AGAIN, {"listings": listings.ids})
            self.invalidate_model(flush=False)
            self._wake()
        whole = others.filtered(lambda issue: not issue.listing_id).channel_id
        if whole:
            self.env["channel.intent"]._note_prices(channels=whole)
