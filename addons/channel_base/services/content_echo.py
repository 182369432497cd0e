from odoo import models

from ..adapter.port import Capability


class ContentEcho(models.AbstractModel):
    """Tells the echo of the hub's own write from somebody's change at the channel.

    What a channel shows is compared with what it showed right after it had taken the
    hub's write, in its own words: a text that it tidied up differs from what was sent
    for ever, and is no change. Nothing is sent because of what is seen here: a person
    decides.
    """

    _name = "channel.content.echo"
    _description = "Echo of Product Writes"

    def _look(self, channel, adapter, external_ids):
        """Look at products that the channel says have changed."""
        if channel.catalogue_flow == "off" or (
            Capability.CATALOGUE_PUSH not in adapter.capabilities
        ):
            return
        rows = self.env["channel.product"].search(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "in", list(external_ids)),
                ("approved", "=", True),
                ("state", "in", ("done", "error")),
                ("dirty", "=", False),
            ]
        )
        known = rows.filtered("shown").grouped("external_id")
        if not known:
            return
        for seen in adapter.read_products(tuple(known)):
            row = known.get(seen.external_id)
            if row:
                self._compare(channel, row, dict(seen.shown))

    def _compare(self, channel, row, seen):
        masters = row._masters()
        changed = [
            group
            for group, before in row.shown.items()
            if masters.get(group) == "odoo"
            and group in (row.confirmed or {})
            and seen.get(group, before) != before
        ]
        issues = self.env["channel.issue"]
        if not changed:
            issues._settle(channel, "content_drift", [row._subject()])
            return
        row.pending = changed
        names = self.env["channel.content.policy"]._group_names()
        issues._report(
            channel,
            "content_drift",
            row._subject(),
            self.env._(
                "%(product)s was changed at %(channel)s: %(groups)s. Odoo decides about"
                " that: resolve this issue to send what Odoo has, or dismiss it to"
                " leave it as it is there.",
                product=row.display_name,
                channel=channel.name,
                groups=", ".join(names[group] for group in changed),
            ),
            product=row.product_tmpl_id.product_variant_ids[:1],
        )
