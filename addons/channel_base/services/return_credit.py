from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..adapter import codec
from ..adapter.canonical import (
    Money,
    Order,
    Refund,
    RefundAdjustment,
    RefundLine,
    Return,
)
from ..books.lines import Role
from ..books.money import part


class ReturnCredit(models.AbstractModel):
    """A draft credit note for the goods of a return that came back: a person looks at
    it and posts it. How it reaches the channel is the business of credit notes."""

    _name = "channel.return.credit"
    _description = "Credit Notes of Returns"

    def _make(self, row):
        """Make the credit note for all units that are back and not given back yet.

        :raises UserError: when there is nothing to credit, or when it is not certain.
        """
        self._require_invoice(row)
        refund, external = self._refund(row)
        channel, order = row.channel_id, row.order_id
        Book, Due = self.env["channel.refund.book"], self.env["channel.refund.due"]
        invoices = self._invoices(order)
        draft = Due._draft(channel, order, external, refund, invoices)
        if not draft.obstacle:
            self.env["channel.tax.match"]._fill(channel, [draft])
        if draft.obstacle or draft.problems:
            raise UserError(
                self.env._(
                    "The credit note of %(name)s must be made by hand: %(why)s.",
                    name=row.name,
                    why=draft.obstacle or draft.problems[0]["message"],
                )
            )
        values = Book._prepare_credit(channel, draft) | {
            "channel_refund_key": False,
            "channel_return_id": row.id,
            "ref": row.name,
        }
        return self.env["account.move"].create(values)

    def _require_invoice(self, row):
        if not self._invoices(row.order_id):
            raise UserError(
                self.env._(
                    "%(order)s has no posted invoice: there is nothing to credit."
                    " Invoice it first, or give the money back at the channel.",
                    order=row.order_id.name or row.name,
                )
            )
        drafts = row.credit_ids.filtered(lambda move: move.state == "draft")
        if drafts:
            raise UserError(
                self.env._(
                    "A credit note of %s waits as a draft already: post it.", row.name
                )
            )

    def _invoices(self, order):
        return self.env["account.move"].search(
            [
                ("channel_order_id", "=", order.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ]
        )

    # --- what is given back -----------------------------------------------------------

    def _refund(self, row):
        """What came back as a refund.

        :return: it, and the order as it is after the refunds that the channel made.
        """
        external = codec.loads(Order, row.order_id.snapshot)
        sold = {line.external_id: line for line in external.lines}
        digits = row.order_id.currency_id.decimal_places
        lines = [
            self._line(row, external, sold[line.external_id], units, digits)
            for line, units in self._units(row).items()
            if line.external_id in sold
        ]
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing of %s has come back that is not given back already.",
                    row.name,
                )
            )
        included = external.tax_included
        fee = self._fee(row, external)
        total = sum(
            (
                line.amount.amount + (0 if included else line.tax.amount)
                for line in lines
            ),
            -fee,
        )
        if total < 0:
            raise UserError(
                self.env._(
                    "The fee of %(name)s is more than what came back is worth: there is"
                    " nothing to give back. Mark the return as done.",
                    name=row.name,
                )
            )
        currency = external.total.currency
        refund = Refund(
            external_id=f"return:{row.external_id}",
            created_at=datetime.now(UTC),
            total=Money(total, currency),
            lines=tuple(lines),
            adjustments=self._kept(fee, currency),
        )
        return refund, external

    # --- fees -------------------------------------------------------------------------

    def _fee(self, row, external):
        """What is kept of the first money that goes back for a return."""
        told = codec.loads(Return, row.snapshot)
        made = {refund.external_id for refund in external.refunds}
        posted = row.credit_ids.filtered(lambda move: move.state == "posted")
        if not told.fee or posted or made.intersection(told.refunds):
            return Decimal(0)
        return told.fee.amount

    def _kept(self, fee, currency):
        if not fee:
            return ()
        return (
            RefundAdjustment(
                reason="restock",
                amount=Money(fee, currency),
                tax=Money(Decimal(0), currency),
            ),
        )

    def _with_fee(self, order, refund, gap):
        """A refund of the channel that paid back less than things are worth, by just
        the fee of the return that it was made for; unchanged if that is not so."""
        rows = self.env["channel.return"].search(
            [("order_id", "=", order.id), ("fee", ">", 0)]
        )
        for row in rows:
            told = codec.loads(Return, row.snapshot)
            if refund.external_id in told.refunds and told.fee.amount == gap:
                kept = self._kept(gap, told.fee.currency)
                return replace(refund, adjustments=(*refund.adjustments, *kept))
        return refund

    def _units(self, row):
        """Units by order line that are back and were neither credited nor paid back."""
        given, units = self._given(row), Counter()
        for line in row.line_ids.filtered("line_id"):
            left = line.received + line.taken - given[line]
            if left > 0:
                units[line.line_id] += left
        return units

    def _given(self, row):
        """Units of each of a return's lines that the buyer has got the money for: by
        refunds of the channel, or by posted credit notes."""
        posted = row.credit_ids.filtered(lambda move: move.state == "posted")
        credited, given = self._credited(posted), {}
        for line in row.line_ids:
            part = min(credited[line.line_id], line.quantity)
            credited[line.line_id] -= part
            given[line] = max(line.refunded, int(part))
        return given

    def _credited(self, moves):
        """Units by order line that credit notes give back."""
        units = Counter()
        for one in moves.invoice_line_ids:
            if one.channel_role == Role.PRODUCT.value and one.channel_line_id:
                units[one.channel_line_id] += one.quantity
        return units

    # --- drafts that the channel was faster than --------------------------------------

    def _overtaken(self, moves):
        """Drafts of returns whose goods the channel has paid back meanwhile."""
        found = moves.browse()
        for move in moves.filtered(lambda move: move.state == "draft"):
            row = move.channel_return_id
            paid = row.line_ids.filtered("refunded").line_id
            open_units = self._units(row)
            if any(
                units > open_units[line]
                for line, units in self._credited(move).items()
                if line in paid
            ):
                found |= move
        return found

    def _before(self, row, external, sold):
        """Units of an order line that were given back until now."""
        told = sum(
            one.quantity
            for refund in external.refunds
            for one in refund.lines
            if one.line == sold.external_id
        )
        untold = self.env["account.move"].search(
            [
                ("channel_order_id", "=", row.order_id.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("channel_refund_key", "=", False),
            ]
        )
        line = row.order_id.line_ids.filtered(
            lambda line: line.external_id == sold.external_id
        )
        return min(told + int(self._credited(untold)[line]), sold.quantity - 1)

    def _line(self, row, external, sold, units, digits):
        """The share of some units, after those that were given back before."""
        before = self._before(row, external, sold)
        net = sold.unit_price.amount * sold.quantity
        net -= sum((d.amount.amount for d in sold.discounts), Decimal(0))
        tax = sum((t.amount.amount for t in sold.taxes if not t.remitted), Decimal(0))

        def share(total):
            after = part(total, before + units, sold.quantity, digits)
            return after - part(total, before, sold.quantity, digits)

        currency = external.total.currency
        return RefundLine(
            line=sold.external_id,
            quantity=units,
            restock=False,
            amount=Money(share(net), currency),
            tax=Money(share(tax), currency),
        )
