from odoo import models

COUNTED = {
    "open_issue_count": ("channel.issue", [("state", "=", "open")]),
    "order_count": ("channel.order", []),
    "attention_count": (
        "channel.order",
        [
            "|",
            ("state", "in", ("held", "blocked")),
            ("accounting_state", "=", "blocked"),
        ],
    ),
    "listing_count": ("channel.listing", []),
    "unmatched_count": (
        "channel.listing",
        [("product_id", "=", False), ("state", "not in", ("archived", "gone"))],
    ),
    "unconfirmed_count": ("channel.shipment", [("state", "!=", "done")]),
    "waiting_event_count": ("channel.event", [("state", "=", "new")]),
}


class ChannelOverview(models.AbstractModel):
    """How channels are doing: counted when looked at, never stored on the channel."""

    _name = "channel.overview"
    _description = "How Channels Are Doing"

    def _read(self, channels):
        """Counters and freshness of some channels, by one query each.

        :return: {channel: {field of ``channel.channel``: value}}.
        """
        values = {channel: dict.fromkeys(COUNTED, 0) for channel in channels}
        for name, (model, domain) in COUNTED.items():
            groups = self.env[model]._read_group(
                [("channel_id", "in", channels.ids), *domain],
                ["channel_id"],
                ["__count"],
            )
            for channel, count in groups:
                values[channel][name] = count
        self._add(
            values,
            "polled_at",
            "channel.cursor",
            [("stream", "=", "orders")],
            "read_at:max",
        )
        self._add(
            values,
            "exposed_since",
            "channel.listing.level",
            [("decrease_since", "!=", False)],
            "decrease_since:min",
        )
        return values

    def _add(self, values, name, model, domain, aggregate):
        for row in values.values():
            row[name] = False
        ids = [channel.id for channel in values]
        groups = self.env[model]._read_group(
            [("channel_id", "in", ids), *domain], ["channel_id"], [aggregate]
        )
        for channel, value in groups:
            values[channel][name] = value
