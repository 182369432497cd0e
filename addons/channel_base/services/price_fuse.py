from odoo import models

from . import price_sql

FLOOR = 25  # as many changes at once are never unusual, however small the catalogue
SHOWN = 20  # prices that an issue names


class PriceFuse(models.AbstractModel):
    """Unusual prices wait for a person: a wrong import must not give goods away."""

    _name = "channel.price.fuse"
    _description = "Price Fuse"

    def _run(self, channel):
        """Let an unusual run wait, and tell of all that waits."""
        if channel in channel._sending("price"):
            self._judge_run(channel)
        self.env.cr.execute(price_sql.HELD, {"channel": channel.id})
        held = dict(self.env.cr.fetchall())
        if held:
            self._report(channel, held)
        else:
            self.env["channel.issue"]._settle(channel, "price_fuse", ["fuse"])

    def _judge_run(self, channel):
        """A price that is set for the first time is no change; 0 is no fuse."""
        if not 0 < channel.price_fuse < 100:
            return
        self.env.cr.execute(price_sql.RUN, {"channel": channel.id})
        changed, total = self.env.cr.fetchone()
        if changed > max(FLOOR, total * channel.price_fuse / 100):
            self.env.cr.execute(price_sql.HOLD_RUN, {"channel": channel.id})

    def _report(self, channel, held):
        prices = self.env["channel.listing.price"]
        reasons = dict(prices._fields["unusual"]._description_selection(self.env))
        counts = ", ".join(
            f"{reasons[reason]}: {count}" for reason, count in sorted(held.items())
        )
        self.env["channel.issue"]._report(
            channel,
            "price_fuse",
            "fuse",
            self.env._(
                "%(count)s prices of %(channel)s wait, as they look unusual"
                " (%(counts)s). Nothing of them was sent. Look at them under Listings,"
                " Prices, filter 'Waits for Approval'. Correct the prices that are"
                " wrong; resolve this issue to send those that still wait then.",
                count=sum(held.values()),
                channel=channel.name,
                counts=counts,
            ),
            detail=self._detail(channel, reasons),
        )

    def _detail(self, channel, reasons):
        prices = self.env["channel.listing.price"]
        prices.invalidate_model(flush=False)
        waiting = [("channel_id", "=", channel.id), ("state", "=", "held")]
        return "\n".join(
            f"{price.listing_id.display_name}, {price.price_list_id.name}:"
            f" {price.currency_id.format(price.sent or price.confirmed)} ->"
            f" {price.currency_id.format(price.amount)} ({reasons[price.unusual]})"
            for price in prices.search(waiting, limit=SHOWN, order="id")
        )
