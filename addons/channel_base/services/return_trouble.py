import logging

from odoo import models

_logger = logging.getLogger(__name__)

KINDS = ("return_decision", "return_unmatched", "return_transfer", "return_rejected")


class ReturnTrouble(models.AbstractModel):
    """Issues of returns: which one, why, and what to do about it."""

    _name = "channel.return.trouble"
    _description = "Issues of Returns"

    def _check(self, row):
        """Open the issues that a return's state asks for, and close the others."""
        found = self._found(row)
        self._settle(row, [kind for kind in KINDS[:3] if kind not in found])
        if row.state in ("done", "declined", "cancelled"):
            self._settle(row, ("return_rejected",))
        self._settle(row, ("return_failed",))
        for kind, message in found.items():
            deadline = row.answer_until if kind == "return_decision" else False
            self._report(row, kind, message, deadline=deadline)

    def _found(self, row):
        if row.state in ("done", "declined") or row.order_id.state == "ignored":
            return {}
        if row.state == "cancelled":
            came = any(row.line_ids.mapped("received"))
            return {"return_transfer": self._came(row)} if came else {}
        if not row.order_id:
            return {"return_unmatched": self._unmatched(row)}
        found = {}
        if row.state == "requested":
            found["return_decision"] = self._undecided(row)
        elif row.transfer_cancelled:
            found["return_transfer"] = self._cancelled(row)
        elif self._is_stuck(row):
            found["return_transfer"] = self._stuck(row)
        return found

    def _is_stuck(self, row):
        """Goods left, and no transfer can be made to bring them back; or the lines name
        goods that the order does not have."""
        if row.channel_id.return_flow != "on" or row.state == "inspected":
            return False
        unknown = row.line_ids.filtered(lambda line: line.quantity and not line.line_id)
        Balance = self.env["channel.return.balance"]
        sent = row.line_ids.line_id.filtered(Balance._sent)
        return bool(unknown) or (row.unmade and sent == row.line_ids.line_id)

    # --- texts ------------------------------------------------------------------------

    def _undecided(self, row):
        return self.env._(
            "The buyer of %(order)s asks for the return %(name)s: approve or decline"
            " it. %(rule)s",
            order=row.order_id.name,
            name=row.name,
            rule=row.rule_text or "",
        ).strip()

    def _unmatched(self, row):
        return self.env._(
            "The return %(name)s is of an order that is not here (%(order)s). It goes"
            " on when the order is imported; import it by its number, or dismiss this.",
            name=row.name,
            order=row.external_order_id or "?",
        )

    def _cancelled(self, row):
        return self.env._(
            "The transfer of the return %(name)s was cancelled here, or was done with"
            " less and without a backorder, and goods are still to come. Resolve this"
            " to have another one made, or mark the return as done.",
            name=row.name,
        )

    def _stuck(self, row):
        return self.env._(
            "No transfer can be made for all goods of the return %(name)s: they are not"
            " lines of %(order)s, a vendor sent them, or as many are back already."
            " Receive what comes by hand, then mark the return as done.",
            name=row.name,
            order=row.order_id.name,
        )

    def _came(self, row):
        return self.env._(
            "The return %(name)s was cancelled at the channel after goods of it came"
            " here. Send them back, or settle it with the buyer; then dismiss this"
            " issue.",
            name=row.name,
        )

    def _rejected(self, row, told, item):
        message = self.env._(
            "%(channel)s refused to %(verb)s the return %(name)s: %(answer)s. Correct"
            " it here or there, then resolve this issue to send it again.",
            channel=row.channel_id.name,
            verb=told.verb.value,
            name=row.name,
            answer=item.message or item.code,
        )
        self._report(row, "return_rejected", message, detail=item.code)

    def _failed(self, row, error):
        message = self.env._(
            "The return %(name)s failed: %(error)s Correct the cause, then resolve this"
            " issue.",
            name=row.name,
            error=str(error).strip() or type(error).__name__,
        )
        self._report(row, "return_failed", message, detail=type(error).__name__)

    def _unread(self, channel, read):
        """A return that the channel showed in a form that nobody understands."""
        _logger.error("return %s was not understood: %s", read.external_id, read.error)
        self.env["channel.issue"]._report(
            channel,
            "return_failed",
            f"return:{read.external_id}",
            self.env._(
                "The return %(name)s could not be read: %(error)s",
                name=read.external_id,
                error=read.error.message,
            ),
            detail=str(read.error.code or ""),
        )

    # --- issues -----------------------------------------------------------------------

    def _report(self, row, kind, message, **values):
        self.env["channel.issue"]._report(
            row.channel_id,
            kind,
            f"return:{row.external_id}",
            message,
            channel_return=row,
            order=row.order_id,
            **values,
        )

    def _settle(self, row, kinds):
        for kind in kinds:
            self.env["channel.issue"]._settle(
                row.channel_id, kind, [f"return:{row.external_id}"]
            )
