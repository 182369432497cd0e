from odoo import models

from . import price_sql


class PriceFold(models.AbstractModel):
    """Take the answers of finished batches over into the prices, by one statement."""

    _name = "channel.price.fold"
    _description = "Price Answers"

    def _run(self):
        """Fold all price batches that have been answered."""
        self.env.cr.execute(price_sql.FINISHED)
        batches = [batch_id for (batch_id,) in self.env.cr.fetchall()]
        if not batches:
            return
        values = {"batches": batches}
        self.env.cr.execute(price_sql.FOLD, values)
        by_state = {}
        for price_id, state in self.env.cr.fetchall():
            by_state.setdefault(state, []).append(price_id)
        self.env.cr.execute(price_sql.MARK_FOLDED, values)
        self.env.cr.execute(price_sql.NOT_SENT, values)
        prices = self.env["channel.listing.price"].sudo()  # of all companies
        prices.invalidate_model(flush=False)
        self._settle(prices.browse(by_state.get("same")))
        self._report(prices.browse(by_state.get("rejected")))

    def _settle(self, prices):
        """Close issues of prices that were taken now."""
        channels = self._channels_with_issues()
        for channel, same in prices.grouped("channel_id").items():
            if channel in channels:
                self.env["channel.issue"]._settle(
                    channel, "price_rejected", [price._subject() for price in same]
                )

    def _channels_with_issues(self):
        issues = self.env["channel.issue"].sudo()  # of all companies, as the prices are
        domain = [("kind", "=", "price_rejected"), ("state", "=", "open")]
        groups = issues._read_group(domain, ["channel_id"])
        return self.env["channel.channel"].concat(*(group[0] for group in groups))

    def _report(self, prices):
        self.env["channel.issue"]._report_many(
            [self._prepare_rejected_values(price) for price in prices]
        )

    def _prepare_rejected_values(self, price):
        listing = price.listing_id
        return {
            "channel": price.channel_id,
            "kind": "price_rejected",
            "subject": price._subject(),
            "message": self.env._(
                "%(channel)s refused the price %(price)s of %(listing)s in %(list)s:"
                " %(answer)s Correct the listing or its price here or there, then"
                " resolve this issue to send it again.",
                channel=price.channel_id.name,
                price=price.currency_id.format(price.sent),
                listing=listing.display_name,
                list=price.price_list_id.name,
                answer=price.error or self.env._("no reason given."),
            ),
            "listing": listing,
            "product": listing.product_id,
        }
