from dataclasses import dataclass

from odoo import models

from ..adapter.port import Capability
from . import uncounted_sql
from .stock_count import Target


@dataclass(slots=True)
class Uncounted:
    """Units that a listing, or a place that nothing feeds, shows and nobody counts."""

    channel_id: int
    listing_id: int | None
    place_id: int | None
    product_id: int | None
    units: int
    level_ids: list

    @property
    def key(self):
        return self.listing_id, self.place_id


class StockUncounted(models.AbstractModel):
    """Quantities that stay for sale at a channel although nothing here counts them any
    more: their listing lost its product, their place what fed it, their product is not
    kept in stock.

    Nothing is zeroed unasked: somebody else may look after them. A person is told once.
    """

    _name = "channel.stock.uncounted"
    _description = "Quantities Shown and Not Counted"

    def _run(self, company, channels, levels, marks):
        """Tell of such quantities, and settle what is counted or zero again.

        :param levels: the ``Level``s that were computed. :param marks: ``Marks``.
        """
        channels = channels.filtered(lambda channel: channel.stock_flow == "on")
        if not channels:
            return
        issues = self._open_issues(channels)
        found = self._find(company, channels, levels, marks, issues)
        asked = self._look(channels, found, marks)
        self._report([row for row in found if row.channel_id not in asked], issues)
        self._settle(issues, found, channels, marks)

    def _open_issues(self, channels):
        return (
            self.env["channel.issue"]
            .sudo()  # of all companies, as the levels are
            .search(
                [
                    ("kind", "=", "uncounted"),
                    ("state", "=", "open"),
                    ("channel_id", "in", channels.ids),
                ]
            )
        )

    def _find(self, company, channels, levels, marks, issues):
        self.env.cr.execute(
            uncounted_sql.uncounted(marks),
            {
                "working": channels.ids,
                "channels": marks.channels,
                "products": marks.products,
                "listings": issues.listing_id.ids,
                "counted": [level.id for level in levels],
            },
        )
        found = [Uncounted(*row) for row in self.env.cr.fetchall()]
        products = {row.product_id for row in found if row.product_id}
        kits = self.env["channel.stock.kit"]._components(products, company)
        return [row for row in found if not kits.get(row.product_id)]

    # --- what is shown now ------------------------------------------------------------

    def _look(self, channels, found, marks):
        """Have these quantities read where that was asked for: they may be 0 by now.

        :return: ids of the channels that are asked; what they answer is judged then.
        """
        wanted = marks.requests["read"] | marks.requests["look"]
        asked = channels.filtered(
            lambda channel: channel.id in wanted
            and Capability.STOCK_READ in channel._capabilities()
        )
        ids = [i for row in found if row.channel_id in asked.ids for i in row.level_ids]
        if not ids:
            return set()
        self.env.cr.execute(uncounted_sql.LOOKED_AT, {"levels": ids})
        targets = [Target(*row) for row in self.env.cr.fetchall()]
        freeze = self.env["channel.stock.freeze"]
        for channel in asked:
            same = [target for target in targets if target.channel_id == channel.id]
            freeze._store_batches(list(freeze._cut_channel(channel, same, "look")))
        return set(asked.ids)

    # --- issues -----------------------------------------------------------------------

    def _report(self, found, issues):
        known = {(issue.channel_id, issue.message) for issue in issues}
        # of all companies, as the levels are
        self = self.sudo()
        listings = self._records("channel.listing", [r.listing_id for r in found])
        places = self._records("channel.location", [r.place_id for r in found])
        products = self._records("product.product", [r.product_id for r in found])
        channels = self._records("channel.channel", [r.channel_id for r in found])
        news = []
        for row in found:
            channel = channels[row.channel_id]
            if row.listing_id:
                product = products.get(row.product_id)
                values = self._prepare_listing(
                    channel, listings[row.listing_id], product, row.units
                )
            else:
                values = self._prepare_place(channel, places[row.place_id], row)
            if (channel, values["message"]) not in known:
                news.append({"channel": channel, "kind": "uncounted", **values})
        self.env["channel.issue"]._report_many(news)

    def _records(self, model, ids):
        """{id: record}, which are read together."""
        return {row.id: row for row in self.env[model].browse(set(ids) - {None})}

    def _prepare_listing(self, channel, listing, product, units):
        if product:
            reason = self.env._(
                "%s is not kept in stock (Track Inventory)", product.display_name
            )
        else:
            reason = self.env._("it has no product any more")
        return {
            "subject": listing._subject(),
            "message": self.env._(
                "%(units)s units of %(listing)s are still for sale at %(channel)s, as "
                "last confirmed, and are not counted here: %(reason)s. Choose the "
                "right product in the listing, or set the quantity to 0 there; then "
                "resolve this issue.",
                units=units,
                listing=listing.display_name,
                channel=channel.name,
                reason=reason,
            ),
            "listing": listing,
            "product": product,
        }

    def _prepare_place(self, channel, place, row):
        return {
            "subject": f"place:{place.external_id}",
            "message": self.env._(
                "%(units)s units of %(count)s listings are still for sale at "
                "%(place)s of %(channel)s, as last confirmed, and are not counted "
                "here: no stock location feeds the place any more. Choose one on the "
                "place, or set the quantities to 0 there; then resolve this issue. "
                "Dismiss it if somebody else keeps them.",
                units=row.units,
                count=len(row.level_ids),
                place=place.name,
                channel=channel.name,
            ),
            "location": place,
        }

    def _settle(self, issues, found, channels, marks):
        """Close issues of what is counted again, or not for sale any more."""
        keys = {row.key for row in found}
        whole = channels.ids if marks.everything else marks.channels
        over = issues.filtered(
            lambda issue: (
                (issue.listing_id.id or None, issue.location_id.id or None) not in keys
                and (issue.listing_id or issue.channel_id.id in whole)
            )
        )
        for channel, same in over.grouped("channel_id").items():
            subjects = same.mapped("subject")
            self.env["channel.issue"]._settle(channel, "uncounted", subjects)
