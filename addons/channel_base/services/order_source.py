from odoo import models

from .plain import clean


class OrderSource(models.AbstractModel):
    """Where orders are made (web shop, till, another app): a mapping each, that says
    what becomes of its orders."""

    _name = "channel.order.source"
    _description = "Sources of Channel Orders"

    def _note(self, channel, names):
        """Make the mappings of sources that are seen for the first time.

        :param names: name by code; a source without name is called by its code.
        """
        names = {clean(code): clean(name) for code, name in names.items()}
        new = names.keys() - self._by_code(channel).keys() - {""}
        if not new:
            return
        # what others hold and ship takes nothing off our stock
        elsewhere = channel._adapter_class().stockless_sources
        if any(channel.location_ids.mapped("ships_alone")):
            elsewhere = frozenset()  # their stock is here, in a warehouse of its own
        policy = channel.new_source_policy
        rows = [
            (
                channel.id,
                channel.company_id.id,
                code,
                names[code] or code,
                "books" if code in elsewhere and policy == "import" else policy,
            )
            for code in sorted(new)
        ]
        # several jobs may store the first orders of a source at the same time
        self.env.cr.execute_values(
            """
            INSERT INTO channel_mapping (channel_id, company_id, kind, external_code,
                                         external_name, order_policy)
            VALUES %s ON CONFLICT DO NOTHING
            """,
            rows,
            template="(%s, %s, 'source', %s, %s, %s)",
        )
        channel.invalidate_recordset(["source_ids"])

    def _policies(self, channel):
        """What becomes of the orders of each source, by its code."""
        return {
            code: source.order_policy for code, source in self._by_code(channel).items()
        }

    def _by_code(self, channel):
        sources = self.env["channel.mapping"].search_fetch(
            [("channel_id", "=", channel.id), ("kind", "=", "source")],
            ["external_code", "order_policy"],
        )
        return {source.external_code: source for source in sources}

    def _prepare_sale(self, source):
        """What sale orders of a source have of its mapping, beside the channel's.

        :param source: the mapping; None where the channel tells no source.
        """
        values = {}
        if source and source.team_id:
            values["team_id"] = source.team_id.id
        if source and source.journal_id:
            values["journal_id"] = source.journal_id.id
        if source and source.tag_ids:
            values["tag_ids"] = source.tag_ids.ids
        return values
