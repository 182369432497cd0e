from odoo import models
from odoo.tools import format_date

from ..books.gate import is_scheduled
from ..books.lines import shown
from .plain import clean


class OrderRemarks(models.AbstractModel):
    """What buyers and channel say about an order and its lines, in the words that
    people read on documents, orders and transfers."""

    _name = "channel.order.remarks"
    _description = "Remarks on Channel Orders"

    def _text(self, channel, order):
        """What whoever works on an order should know, a line each."""
        parts = [order.note, *self._pickups(channel, order), *self._dates(order)]
        if order.cancel_wish is not None:
            parts.insert(0, self.env._("The buyer asks to cancel it: do not ship yet."))
        if channel.show_attributes == "internal":
            parts += [
                f"{line.title}: {text}"
                for line in order.lines
                for text in shown(line.attributes)
            ]
        if channel.show_attributes != "none":
            parts += shown(order.attributes)
        return clean("\n".join(part for part in parts if part))

    def _pickups(self, channel, order):
        places = {place.external_id: place.name for place in channel.location_ids}
        fetched = dict.fromkeys(line.location for line in order.lines if line.pickup)
        for location in fetched:
            if name := places.get(location):
                yield self.env._("The buyer fetches it at %s.", name)
            else:
                yield self.env._("The buyer fetches it.")

    def _dates(self, order):
        for line in order.lines:
            if is_scheduled(line):
                yield self.env._(
                    "%(goods)s: not to be shipped before %(date)s.",
                    goods=line.title,
                    date=format_date(self.env, line.ship_after.date()),
                )

    def _describe(self, channel, line):
        """The text of a document line: its title, what it is part of, how it was sold,
        and what the buyer had it made like."""
        parts = [line.title]
        if line.group_title and line.group_quantity > 1:
            parts.append(
                self.env._(
                    "Part of %(count)s x %(bundle)s",
                    count=line.group_quantity,
                    bundle=line.group_title,
                )
            )
        elif line.group_title:
            parts.append(self.env._("Part of %s", line.group_title))
        if line.plan:
            parts.append(line.plan)
        if channel.show_attributes == "documents":
            parts += shown(line.attributes)
        return "\n".join(parts)
