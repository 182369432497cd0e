from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_datetime

from .stock_rule import RULE_VERSION


class StockWhy(models.AbstractModel):
    """Tells why a channel shows what it shows now: the arithmetic of this moment, and
    whether anything has to be sent."""

    _name = "channel.stock.why"
    _description = "Why a Channel Shows This Quantity"

    def _explain(self, level):
        """One level as HTML; nothing is written.

        What is on its way, or was refused, is explained by its ledger entry.
        """
        now, entry = None, self.env["channel.stock.entry"]
        note = self._unpushed(level)
        if not note:
            now = self.env["channel.stock.quantity"]._compute_now(level)
            entry = self._entry(level, now) if now else level.entry_ids[:1]
            note = self._next_step(level, now) if now else self._halted(level)
        arithmetic = entry and self.env["channel.stock.explain"]._explain(entry)
        return Markup("<p>%s</p>%s") % (note, arithmetic or "")

    def _entry(self, level, now):
        """The ledger entry that this moment would have; it is not stored."""
        return self.env["channel.stock.entry"].new(
            {
                "level_id": level.id,
                "location_id": level.location_id.id,
                "product_id": now.product_id,
                "created_at": fields.Datetime.now(),
                "rule_version": RULE_VERSION,
                "inputs": now.inputs,
            }
        )

    # --- nothing is computed ----------------------------------------------------------

    def _unpushed(self, level):
        """Why this level has no quantity at all; None if it has one."""
        listing, channel = level.listing_id, level.channel_id.name
        reasons = (
            (
                level.channel_id.stock_master == "channel",
                self.env._("%s keeps the stock itself: none is pushed.", channel),
            ),
            (
                not listing.product_id,
                self.env._("The listing has no product: choose one."),
            ),
            (
                listing.state == "gone",
                self.env._("The listing was deleted at %s: none is pushed.", channel),
            ),
            (
                not listing.tracked,
                self.env._("%s keeps no quantity of this listing.", channel),
            ),
            (
                not (listing.active and listing.push_stock),
                self.env._("Pushing quantities is switched off for this listing."),
            ),
            (
                not (level.location_id.active and level.location_id.feed_ids),
                self.env._(
                    "No stock location feeds %s: choose one on the page Places of the "
                    "channel.",
                    level.location_id.name,
                ),
            ),
        )
        return next((reason for applies, reason in reasons if applies), None)

    def _halted(self, level):
        """Why the quantity of a level that has one is not computed now."""
        channel = level.channel_id.name
        if level.batch_id.verb == "write":
            return self.env._("This quantity is on its way to %s.", channel)
        if level.batch_id:
            return self.env._("%s is being asked what it shows.", channel)
        if not level.product_id:
            return self.env._(
                "The listing's new product is computed with the next run."
            )
        refused = [
            ("listing_id", "=", level.listing_id.id),
            ("location_id", "=", level.location_id.id),
            ("kind", "=", "push_rejected"),
            ("state", "=", "open"),
        ]
        if self.env["channel.issue"].search_count(refused, limit=1):
            return self.env._(
                "%s refused this quantity: resolve the listing's issue to go on.",
                channel,
            )
        return self.env._("The product is not kept in stock: no quantity is pushed.")

    # --- what becomes of what is computed ---------------------------------------------

    def _next_step(self, level, now):
        """Whether the quantity of this moment has to be sent, and why not."""
        channel, name = level.channel_id, level.channel_id.name
        if channel.stock_flow == "shadow":
            return self.env._("Nothing is sent: quantities of %s are in shadow.", name)
        if not channel._is_operating("stock"):
            return self.env._(
                "Nothing is sent: %s is stopped, waits for a blocking issue, or its "
                "quantities are switched off.",
                name,
            )
        if now.expected is None:
            return self.env._("What %s shows is not known: it is read first.", name)
        if now.equal:
            return self._settled(level, now)
        if now.rises and now.unexplained_at:
            return self.env._(
                "%(channel)s shows %(shown)s, less than was expected. It is raised when"
                " all orders until %(moment)s have been read.",
                channel=name,
                shown=now.expected,
                moment=self._moment(now.unexplained_at),
            )
        return self.env._(
            "%(channel)s shows %(shown)s by all that is known. The quantity below is "
            "sent next, unless an open issue or another channel's unconfirmed decrease "
            "holds it.",
            channel=name,
            shown=now.expected,
        )

    def _settled(self, level, now):
        shown = {
            "channel": level.channel_id.name,
            "shown": now.confirmed,
            "moment": self._moment(now.confirmed_at),
            "sold": now.sold,
        }
        if now.sold:
            return self.env._(
                "Nothing has to be sent: %(channel)s showed %(shown)s on %(moment)s "
                "and has sold %(sold)s since.",
                **shown,
            )
        return self.env._(
            "Nothing has to be sent: %(channel)s shows %(shown)s since %(moment)s.",
            **shown,
        )

    def _moment(self, moment):
        return format_datetime(self.env, moment)
