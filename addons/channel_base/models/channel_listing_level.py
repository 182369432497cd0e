from uuid import uuid4

from odoo import fields, models

from ..services.roles import role


class ChannelListingLevel(models.Model):
    """Quantity of one listing at one place. Only the stock lane's jobs write it.

    ``computed``: the formula's last result. ``target``: what is to be shown there.
    ``sent``: what the last call asked for. ``confirmed``: what the channel last said it
    shows, at ``confirmed_at``; the call began at ``asked_at``, and orders of in between
    may be in it or not. ``shown``: ``confirmed`` less the channel's own sales fetched
    since. ``expected``: what that was when the quantity was computed last.
    ``unexplained``: units that vanished there without an order fetched. Until the
    orders of before ``unexplained_at`` have been read, they count as sold, and nothing
    is raised there. ``vanished``: those of them that no order explained.
    """

    _name = "channel.listing.level"
    _description = "Channel Listing Level"
    _rec_name = "listing_id"

    # No index but those that the stock lane needs: it writes thousands of rows at once.
    listing_id = fields.Many2one("channel.listing", required=True, ondelete="cascade")
    location_id = fields.Many2one("channel.location", required=True, ondelete="cascade")
    channel_id = fields.Many2one(related="listing_id.channel_id", store=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        index=True,
        help="The listing's product, as of the last run.",
    )
    computed = fields.Integer(readonly=True)
    target = fields.Integer(readonly=True)
    sent = fields.Integer(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    confirmed = fields.Integer(string="Last Confirmed", readonly=True)
    confirmed_at = fields.Datetime(
        string="Last Confirmed On",
        readonly=True,
        help="Empty: never read nor confirmed.",
    )
    asked_at = fields.Datetime(readonly=True)
    expected = fields.Integer(readonly=True)
    shown = fields.Integer(
        compute="_compute_shown",
        help="What the channel shows by all that is known: what it last confirmed, less"
        " its own sales since.",
    )
    pushed = fields.Boolean(
        compute="_compute_shown",
        help="Not of listings whose quantities are not pushed, nor before the first"
        " one is computed.",
    )
    unexplained = fields.Integer(readonly=True)
    unexplained_at = fields.Datetime(readonly=True)
    known_lines = fields.Json(
        readonly=True,
        help="Ids of its order lines known when units vanished.",
    )
    vanished = fields.Integer(readonly=True)
    vanished_at = fields.Datetime(readonly=True)
    decrease_since = fields.Datetime(
        readonly=True, help="Since when a lower quantity waits to be confirmed."
    )
    dirty = fields.Boolean(
        default=True,
        required=True,
        readonly=True,
        help="To be computed again at the next run.",
    )
    batch_id = fields.Many2one(
        "channel.push.batch", readonly=True, ondelete="set null", index="btree_not_null"
    )
    retries = fields.Integer(
        readonly=True, help="Calls in a row that found another quantity than expected."
    )
    entry_ids = fields.One2many("channel.stock.entry", "level_id")
    explanation = fields.Html(
        compute="_compute_explanation",
        sanitize=False,  # made from our own template and texts, which escape
        help="How the quantity comes about now, and what has to be sent of it.",
    )

    _listing_location_unique = models.Constraint(
        "UNIQUE(listing_id, location_id)", "A listing has one level at each place."
    )
    _dirty_index = models.Index("(channel_id) WHERE dirty")
    _unexplained_index = models.Index("(channel_id) WHERE unexplained_at IS NOT NULL")
    _decrease_index = models.Index("(channel_id) WHERE decrease_since IS NOT NULL")

    def _job_prepare(self):
        """Prepare quantities for all channels"""
        return self.env["channel.stock.prepare"]._run()

    def _subject(self):
        """What issues about this level call it."""
        return f"level:{self.listing_id.external_id}:{self.location_id.external_id}"

    def _note_observed(self, channel, observed):
        """Take in quantities that were read for another reason, or told by the channel.

        They wait as answers for the stock lane, which alone writes levels.

        :param observed: canonical ``StockLevel``s.
        """
        names = [seen.listing for seen in observed]
        levels = self or self.search(
            [
                ("channel_id", "=", channel.id),
                "|",
                ("listing_id.stock_key", "in", names),
                ("listing_id.external_id", "in", names),
            ]
        )
        by_name = {
            (level._stock_key(), level.location_id.external_id): level
            for level in levels
        }
        found = [
            (by_name.get((seen.listing, seen.location)), seen) for seen in observed
        ]
        self._store_observed(channel, [pair for pair in found if pair[0]])

    def _stock_key(self):
        return self.listing_id.stock_key or self.listing_id.external_id

    def _store_observed(self, channel, found):
        if not found:
            return
        verb = "count" if channel.stock_master == "channel" else "note"
        batch = self.env["channel.push.batch"].create(
            {
                "channel_id": channel.id,
                "kind": "stock",
                "verb": verb,
                "key": str(uuid4()),
                "state": "done",
                "answered_at": fields.Datetime.now(),
            }
        )
        self.env["channel.push.item"].create(
            [
                {
                    "batch_id": batch.id,
                    "channel_id": channel.id,
                    "key": str(level.id),
                    "level_id": level.id,
                    "status": "done",
                    "observed": seen.available,
                    "observed_at": seen.read_at.replace(tzinfo=None),
                }
                for level, seen in found
            ]
        )
        self.env["channel.wakeup"]._after_commit(self.browse(), "_job_prepare")

    def _orders_were_read(self, channel):
        """Wake the stock lane if something waits there for a channel's orders."""
        self.env.cr.execute(
            """
            SELECT EXISTS (
                    SELECT FROM channel_listing_level
                     WHERE channel_id = %(channel)s AND unexplained_at IS NOT NULL)
                OR EXISTS (
                    SELECT FROM channel_push_batch
                     WHERE channel_id = %(channel)s AND verb = 'count' AND NOT folded)
            """,
            {"channel": channel.id},
        )
        if self.env.cr.fetchone()[0]:
            self.env["channel.wakeup"]._after_commit(self.browse(), "_job_prepare")

    def _resume_issues(self, issues):
        """Go on with quantities that waited for a person."""
        Intent = self.env["channel.intent"]
        released = issues.filtered(lambda issue: issue.kind == "fuse").channel_id
        if released:
            Intent._note_channels(released, "release")
        uncounted = issues.filtered(lambda issue: issue.kind == "uncounted")
        if uncounted:
            Intent._note_channels(uncounted.channel_id, "look")
        others = issues.filtered(lambda i: i.kind not in ("fuse", "uncounted"))
        if others:
            Intent._note_products(others.listing_id.product_id.ids)
            Intent._note_channels(
                others.filtered(lambda i: not i.listing_id).channel_id
            )

    def _compute_shown(self):
        now = self.env["channel.stock.quantity"]._shown_now(self)
        for level in self:
            level.shown, level.pushed = now.get(level.id, (0, False))

    def _compute_explanation(self):
        for level in self:
            level.explanation = self.env["channel.stock.why"]._explain(level)

    @role("user")
    def action_why(self):
        """Show what the quantity is computed from."""
        self.ensure_one()
        return self._get_records_action()
