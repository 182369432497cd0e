from odoo import models

COLLECTED = "channel_base.content_products"
# Written by other work, day and night, and never shown to customers.
QUIET = {"standard_price", "write_date", "combination_indices"}
QUIET_PREFIXES = ("message_", "activity_", "property_")

NOTE = """
INSERT INTO channel_intent (kind, product_tmpl_id, created_at)
SELECT DISTINCT 'content', product_tmpl_id, clock_timestamp() AT TIME ZONE 'UTC'
  FROM channel_product
 WHERE product_tmpl_id = ANY(%s) AND approved
"""
NOTE_CHANNELS = """
INSERT INTO channel_intent (kind, channel_id, created_at)
SELECT 'content', channel_id, clock_timestamp() AT TIME ZONE 'UTC'
  FROM unnest(%s::int[]) AS channel_id
"""
CONSUME = """
DELETE FROM channel_intent
 WHERE id IN (SELECT id FROM channel_intent WHERE kind = 'content' ORDER BY id)
RETURNING product_tmpl_id, channel_id
"""
MARK = """
UPDATE channel_product SET dirty = TRUE
 WHERE NOT dirty AND (product_tmpl_id = ANY(%s) OR channel_id = ANY(%s))
"""


def is_content(vals):
    """Whether writing these may change how a product looks somewhere."""
    return any(
        name not in QUIET and not name.startswith(QUIET_PREFIXES) for name in vals
    )


class ContentDirty(models.AbstractModel):
    """Notes which products may look otherwise, and marks them."""

    _name = "channel.content.dirty"
    _description = "Changed Products"

    def _collect(self, template_ids):
        """Note changed products once per transaction, see ``channel.intent``."""
        callbacks = self.env.cr.precommit
        if COLLECTED not in callbacks.data:
            callbacks.data[COLLECTED] = set()
            callbacks.add(self._write_collected)
        callbacks.data[COLLECTED].update(template_ids)

    def _write_collected(self):
        found = sorted(self.env.cr.precommit.data.pop(COLLECTED))
        self.env["channel.product"].flush_model(["approved"])
        self.env.cr.execute(NOTE, [found])
        if self.env.cr.rowcount:
            self.env["channel.product"]._wake()

    def _note_channels(self, channels):
        """Have all products of some channels computed again."""
        if channels.ids:
            self.env.cr.execute(NOTE_CHANNELS, [channels.ids])
            self.env["channel.product"]._wake()

    def _consume(self):
        """Turn intents into marks, by one statement each.

        :return: ids of channels whose policies changed.
        """
        self.env.cr.execute(CONSUME)
        rows = self.env.cr.fetchall()
        templates = [template for template, _channel in rows if template]
        channels = sorted({channel for _template, channel in rows if channel})
        self.env["channel.product"].flush_model()
        self.env.cr.execute(MARK, [templates, channels])
        self.env["channel.product"].invalidate_model(["dirty"])
        return channels
