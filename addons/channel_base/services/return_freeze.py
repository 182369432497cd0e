from uuid import uuid4

from odoo import models

from ..adapter import codec
from ..adapter.canonical import (
    DeclineReason,
    ReturnAction,
    ReturnedUnits,
    ReturnVerb,
)
from ..adapter.port import Capability


class ReturnFreeze(models.AbstractModel):
    """Freeze what channels are to hear of returns into batches, each of them one
    call."""

    _name = "channel.return.freeze"
    _description = "Batches of Returns"

    def _run(self):
        """Make the batches of all channels that may send now."""
        for channel in self.env["channel.channel"]._sending("return"):
            worker = channel._as_worker()
            self.with_env(worker.env)._freeze(worker)

    def _freeze(self, channel):
        adapter = channel._adapter_class()
        rows = self.env["channel.return"].search(
            [("channel_id", "=", channel.id), ("push_state", "=", "open")], order="id"
        )
        size = adapter.return_batch
        for start in range(0, len(rows), size):
            self._make(channel, rows[start : start + size])

    def _make(self, channel, rows):
        items = []
        for row in rows:
            verb = self._verb(channel, row)
            row.write(
                {
                    "push_state": "sent" if verb else False,
                    "push_verb": verb.value if verb else row.push_verb,
                }
            )
            if verb:
                items.append(self._prepare_item(channel, row, verb))
        if not items:
            return
        batch = self.env["channel.push.batch"].create(
            {
                "channel_id": channel.id,
                "kind": "return",
                "key": str(uuid4()),
                "folded": False,
                "item_ids": [(0, 0, item) for item in items],
            }
        )
        self.env["channel.wakeup"]._after_commit(batch, "_job_send")

    def _prepare_item(self, channel, row, verb):
        action = self._action(channel, row, verb)
        return {
            "channel_id": channel.id,
            "key": action.key,
            "channel_return_id": row.id,
            "order_id": row.order_id.id,
            "payload": codec.dumps(action),
        }

    def _verb(self, channel, row):
        """What the channel does not know yet, the first thing first; None: nothing."""
        if Capability.RETURN_PUSH not in channel._capabilities():
            return None
        if row.external_state == "requested":
            verbs = {"approve": ReturnVerb.APPROVE, "decline": ReturnVerb.DECLINE}
            return verbs.get(row.decision)
        if row.external_state != "open":
            return None
        if any(
            line._settled() > max(line.told, line.processed) for line in row.line_ids
        ):
            return ReturnVerb.PROCESS
        if row.exchange_agreed and any(
            part.quantity > max(part.told, part.processed) for part in row.exchange_ids
        ):
            return ReturnVerb.PROCESS
        closable = row.state == "done" and not row.reopened
        return ReturnVerb.CLOSE if closable else None

    def _action(self, channel, row, verb):
        declined = verb is ReturnVerb.DECLINE
        return ReturnAction(
            key=f"return:{row.external_id}:{verb.value}",
            external_id=row.external_id,
            order=row.external_order_id or row.order_id.external_id or "",
            verb=verb,
            lines=self._units(row) if verb is ReturnVerb.PROCESS else (),
            exchanges=self._exchanges(row) if verb is ReturnVerb.PROCESS else (),
            location=self._location(channel, row),
            decline_reason=DeclineReason(row.decline_reason or "other")
            if declined
            else None,
            note=(row.decline_note or "") if declined else "",
            notify=channel.notify_customer,
        )

    def _units(self, row):
        return tuple(self._told(line) for line in row.line_ids if line._settled())

    def _told(self, line):
        """Of a kit that came without some part, the parts that came are not told of."""
        back = line.received + line.taken
        discarded = min(line.discarded, back)
        return ReturnedUnits(
            line=line.external_id,
            restocked=back - discarded,
            discarded=discarded,
            missing=line.missing,
        )

    def _exchanges(self, row):
        if not row.exchange_agreed:
            return ()
        return tuple((part.external_id, part.quantity) for part in row.exchange_ids)

    def _location(self, channel, row):
        """The channel's place that the goods came to."""
        warehouses = row.line_ids._done_moves().picking_id.picking_type_id.warehouse_id
        places = channel.location_ids.filtered(
            lambda place: place.active and place.warehouse_id in warehouses
        )
        places = places or channel.location_ids.filtered("active")
        return places[:1].external_id or ""
