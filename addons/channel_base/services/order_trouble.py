import logging

from odoo import models

from ..adapter.errors import ProtocolError
from ..books import gate

_logger = logging.getLogger(__name__)

WAITING = ("hold", "cancel_request", "order_too_large", "order_failed")
IMPORT = (*WAITING, "unmapped_sku", "unmapped_tax", "total_mismatch", "missing_rate")
KINDS = {
    "cancel_wish": "cancel_request",
    "too_large": "order_too_large",
    "quantity": "order_failed",
    "currency": "order_failed",
}
ACCOUNTING = ("unmapped_gateway", "accounting_failed")
BY_HAND = ("refund_unsupported", "edit_unsupported")


class OrderTrouble(models.AbstractModel):
    """Issues of orders: which record, why, and what to do about it."""

    _name = "channel.order.trouble"
    _description = "Issues of Channel Orders"

    def _value(self, order, kind, message, *, part="", **links):
        """Arguments of ``channel.issue._report`` for an issue of an order.

        :param part: tells issues of the same kind of one order apart.
        """
        subject = f"order:{order.external_id}"
        return {
            "channel": order.channel_id,
            "kind": kind,
            "subject": f"{subject}:{part}" if part else subject,
            "message": message,
            "order": order,
            **links,
        }

    def _report(self, values_list):
        """Open the issues, and close those of their orders that no longer hold."""
        return self.env["channel.issue"]._report_many(values_list)

    def _settle(self, orders, kinds=IMPORT + ACCOUNTING):
        """Close the open issues of some orders that their present state has
        overtaken."""
        issues = self.env["channel.issue"].search(
            [
                ("order_id", "in", orders.ids),
                ("kind", "in", list(kinds)),
                ("state", "=", "open"),
            ]
        )
        for (channel, kind), same in issues.grouped(
            lambda i: (i.channel_id, i.kind)
        ).items():
            issues._settle(channel, kind, same.mapped("subject"))

    # --- after a fetch ----------------------------------------------------------------

    def _report_reads(self, channel, failures, stored, policy):
        """Say which orders could not be read, and which of the stored ones wait for
        whom.

        :param failures: ``OrderRead``s with errors.
        :param stored: pairs of canonical order and row.
        """
        rows = self.env["channel.order"].concat(*(row for _order, row in stored))
        self._settle(rows.filtered(lambda row: not row.sale_order_id))
        values = [self._unread(channel, read) for read in failures]
        values += [
            self._waiting(order, row, policy)
            for order, row in stored
            if row.state in ("held", "blocked") and not row.sale_order_id
        ]
        self._report(values)

    def _unread(self, channel, read):
        _logger.error(
            "%s: order %s was not understood: %s",
            channel.name,
            read.external_id,
            read.error,
        )
        kind = "protocol" if isinstance(read.error, ProtocolError) else "order_failed"
        return {
            "channel": channel,
            "kind": kind,
            "subject": f"order:{read.external_id}",
            "message": self.env._(
                "Order %(order)s could not be read: %(error)s",
                order=read.external_id,
                error=read.error.message,
            ),
            "detail": str(read.error.code or ""),
        }

    def _report_gone(self, rows):
        self._report(
            [
                self._value(
                    row,
                    "order_failed",
                    self.env._(
                        "Order %s is not found at the channel any more, and its"
                        " quantities still count. If it was deleted there, give it up"
                        " here.",
                        row.name,
                    ),
                )
                for row in rows
            ]
        )

    def _waiting(self, order, row, policy):
        _state, reasons = gate.standing(order, policy, released=bool(row.released_at))
        texts = self._reasons(order)
        return self._value(
            row,
            KINDS.get(reasons[0], "hold"),
            self.env._(
                "Order %(order)s waits: %(reasons)s.",
                order=row.name,
                reasons="; ".join(texts[reason] for reason in reasons),
            ),
        )

    def _reasons(self, order):
        notes = ", ".join(f"{hold.code} {hold.note}".strip() for hold in order.holds)
        return {
            "cancel_wish": self.env["channel.order.cancel.wish"]._reason(order),
            "risk": self.env._(
                "the marketplace advises caution (%s); release it to import it all the"
                " same",
                order.risk.value,
            ),
            "on_hold": self.env._(
                "it is on hold at the marketplace (%s); release it here or there", notes
            ),
            "test": self.env._(
                "it is a test order; release it, or let the channel import test orders"
            ),
            "scheduled": self.env._(
                "some of it is not to be shipped yet; it goes on by itself on its day,"
                " or release it"
            ),
            "source": self.env._(
                "it comes from %s; release it, or choose in the channel's sources what"
                " becomes of such orders",
                order.source_name or order.source,
            ),
            "too_large": self.env._(
                "%s lines are more than the channel's maximum; raise it and resolve"
                " this issue",
                len(order.lines),
            ),
            "quantity": self.env._(
                "a quantity makes no sense; correct the order at the marketplace"
            ),
            "currency": self.env._(
                "amounts are in several currencies; correct the order at the"
                " marketplace"
            ),
        }

    # --- while importing --------------------------------------------------------------

    def _failed(self, order, error, kind="order_failed"):
        """What the isolator found: nobody foresaw it, so the error itself must
        explain."""
        return self._value(
            order,
            kind,
            self.env._(
                "Order %(order)s failed: %(error)s Correct the cause, then resolve"
                " this issue.",
                order=order.name,
                error=str(error).strip() or type(error).__name__,
            ),
            detail=type(error).__name__,
        )
