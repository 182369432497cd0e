from datetime import UTC

from odoo import fields, models

from ..adapter import codec
from ..adapter.canonical import ReturnState
from ..adapter.webhook import Resource, WebhookEvent
from .plain import clean, limited, naive
from .privacy_forgotten import of_return

OPEN = ("requested", "approved", "receiving", "inspected")  # states of returns


class ReturnStore(models.AbstractModel):
    """Stores fetched returns: rows and lines; what follows from them is done later.

    One fetch job at a time reads a channel, so what is read later is newer where the
    marketplace names no moment.
    """

    _name = "channel.return.store"
    _description = "Store Fetched Returns"

    def _store(self, channel, returns):
        """Store the present state of some returns; the same one again changes nothing.

        :param returns: canonical ``Return``s. :return: the rows that changed.
        """
        returns = list({found.external_id: found for found in returns}.values())
        rows = self.env["channel.return"].search(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "in", [found.external_id for found in returns]),
            ]
        )
        known = rows.grouped("external_id")
        changed = rows.browse()
        for found in returns:
            row = known.get(found.external_id, rows.browse())
            if (row.order_id or self._find_order(channel, found)).redacted_at:
                found = of_return(found)  # reading it again brings nobody back
            text = clean(codec.dumps(found))
            if self._is_news(channel, row, found, text):
                changed |= self._write(channel, row, found, text)
        changed._look_again()
        return changed

    def _is_news(self, channel, row, found, text):
        if not row:
            # of orders that are not here nothing is to come back
            known = naive(found.requested_at) >= channel.import_from
            return known or bool(self._find_order(channel, found))
        older = found.updated_at and row.revised_at
        if older and naive(found.updated_at) < row.revised_at:
            return False
        # what was told is known there by now, or was not taken
        return text != row.snapshot or found.state.value != row.external_state

    def _write(self, channel, row, found, text):
        values = self._prepare(found, text)
        if row:
            if row.external_state == "closed" and found.state is ReturnState.OPEN:
                # whoever opened it again wants something of it, and closes it
                values |= {"reopened": True, "finished": False}
                row._forget_cancelled()
            row.write(values)
        else:
            keys = {"channel_id": channel.id, "external_id": clean(found.external_id)}
            row = row.create(keys | values)
        self._link(channel, row, found)
        if row.fee and row.order_id.accounting_state == "done":
            # a refund may wait for the fee that explains it
            row.order_id.accounting_state = "ready"
            self.env["channel.wakeup"]._after_commit(
                row.order_id.browse(), "_job_account"
            )
        self._store_lines(channel, row, found)
        self._store_exchanges(channel, row, found)
        return row

    def _prepare(self, found, text):
        numbers = [p.tracking_number for p in found.parcels if p.tracking_number]
        return {
            "name": clean(found.name) or clean(found.external_id),
            "external_order_id": clean(found.order),
            "external_state": found.state.value,
            "resolution": found.resolution.value,
            "requested_at": naive(found.requested_at),
            "revised_at": naive(found.updated_at),
            "fetched_at": fields.Datetime.now(),
            "answer_until": naive(found.answer_until),
            "closed_at": naive(found.closed_at),
            "fee": float(found.fee.amount) if found.fee else 0.0,
            "tracking": clean(", ".join(numbers)),
            "snapshot": text,
            **self._prepare_refusal(found),
        }

    def _prepare_refusal(self, found):
        if not found.decline_reason:
            return {}
        return {
            "decline_reason": found.decline_reason.value,
            "decline_note": clean(found.decline_note),
        }

    # --- the order --------------------------------------------------------------------

    def _link(self, channel, row, found):
        """Find the order; returns wait for orders that come later."""
        row.order_id = row.order_id or self._find_order(channel, found)

    def _find_order(self, channel, found):
        """Ids of lines decide: an order may be renamed."""
        lines = self.env["channel.order.line"].search(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "in", [line.line for line in found.lines if line.line]),
            ],
            limit=1,
        )
        return lines.order_id or self.env["channel.order"].search(
            [("channel_id", "=", channel.id), ("external_id", "=", found.order)]
        )

    def _note_orders(self, orders):
        """Orders have come in or changed: returns that wait for them go on."""
        if not orders:
            return
        waiting = self.env["channel.return"].search(
            [
                ("channel_id", "in", orders.channel_id.ids),
                ("state", "in", OPEN),
                "|",
                ("order_id", "in", orders.ids),
                "&",
                ("order_id", "=", False),
                "|",
                ("external_order_id", "in", orders.mapped("external_id")),
                (
                    "line_ids.external_line_id",
                    "in",
                    orders.line_ids.mapped("external_id"),
                ),
            ]
        )
        waiting._look_again()
        for channel, rows in waiting.grouped("channel_id").items():
            self._read_again(channel, rows.filtered("order_id"))

    def _read_again(self, channel, rows):
        """What was paid back of returned goods is known as soon as the order tells."""
        if channel.return_flow == "off":
            return
        self.env["channel.event"]._note(
            channel,
            [
                WebhookEvent(
                    event_key=f"order:return:{row.external_id}:"
                    f"{row.order_id.revised_at.isoformat()}",
                    topic="order",
                    resource=Resource.RETURN,
                    external_id=row.external_id,
                    occurred_at=row.order_id.revised_at.replace(tzinfo=UTC),
                )
                for row in rows
                if row.order_id.revised_at
            ],
            "poll",
        )

    # --- lines ------------------------------------------------------------------------

    def _store_lines(self, channel, row, found):
        known = row.line_ids.grouped("external_id")
        reasons = self._reasons(channel, found)
        for line in found.lines:
            values = {
                "external_line_id": clean(line.line),
                "reason_id": reasons.get(line.reason, False),
                "note": clean(line.note),
                "quantity": limited(line.quantity),
                "processed": limited(line.processed),
                "refunded": limited(line.refunded),
            }
            before = known.pop(line.external_id, None)
            if before:
                before.write(values)
            else:
                keys = {"return_id": row.id, "external_id": clean(line.external_id)}
                row.line_ids.create(keys | values)
        for gone in known.values():
            gone.quantity = 0

    def _reasons(self, channel, found):
        """Codes appear as mappings when they are first seen."""
        names = {
            line.reason: clean(line.reason_name) or clean(line.reason)
            for line in found.lines
            if line.reason
        }
        Mapping = self.env["channel.mapping"]
        mappings = Mapping.search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", "reason"),
                ("external_code", "in", list(names)),
            ]
        )
        missing = names.keys() - set(mappings.mapped("external_code"))
        mappings |= Mapping.create(
            [
                {
                    "channel_id": channel.id,
                    "kind": "reason",
                    "external_code": code,
                    "external_name": names[code],
                }
                for code in sorted(missing)
            ]
        )
        return {mapping.external_code: mapping.id for mapping in mappings}

    def _store_exchanges(self, channel, row, found):
        known = row.exchange_ids.grouped("external_id")
        for part in found.exchanges:
            listing = self.env["channel.listing"].search(
                [
                    ("channel_id", "=", channel.id),
                    ("external_id", "=", part.listing or False),
                ],
                limit=1,
            )
            values = {
                "title": clean(part.title) or listing.name,
                "sku": clean(part.sku) or listing.sku,
                "listing_id": listing.id,
                "quantity": limited(part.quantity),
                "processed": limited(part.processed),
                "external_line_ids": [clean(line) for line in part.lines],
            }
            before = known.pop(part.external_id, None)
            if before:
                before.write(values)
            else:
                keys = {"return_id": row.id, "external_id": clean(part.external_id)}
                row.exchange_ids.create(keys | values)
        for gone in known.values():
            gone.unlink()
