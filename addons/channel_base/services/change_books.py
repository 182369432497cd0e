from decimal import Decimal

from odoo import fields, models
from odoo.fields import Command

from ..books.lines import BookLine, Role
from ..books.payments import kept
from .order_draft import Draft
from .plain import clean


class ChangeBooks(models.AbstractModel):
    """What changed orders were invoiced too little or too much: one more posted invoice
    or credit note, exact to the cent, so that invoices and sale order say the same."""

    _name = "channel.change.books"
    _description = "Books of Changed Orders"

    def _correct(self, channel, externals):
        """Invoice or credit the difference of invoiced orders, and credit what was
        invoiced of cancelled ones.

        :param externals: dict order -> canonical order, as its edits left it.
        """
        concerned = [
            order
            for order in externals
            if order.state == "cancelled" or self._was_edited(order)
        ]
        if channel.invoice_policy == "manual" or not concerned:
            return
        posted = self._posted(self.env["channel.order"].concat(*concerned))
        concerned = {order: externals[order] for order in concerned if order in posted}
        self._credit_cancelled(concerned, posted)
        self._correct_changed(channel, concerned, posted)

    def _changed(self, orders):
        """Those whose invoices are to follow what was edited."""
        edited = orders.filtered(self._was_edited)
        if not edited:
            return edited
        posted = self._posted(edited)
        return edited.filtered(lambda order: self._is_changed(order, posted))

    def _posted(self, orders):
        """Invoices and their corrections, without the credit notes of refunds and of
        people.

        :return: dict order -> posted entries, for orders that have any.
        """
        moves = self.env["account.move"].search(
            [
                ("channel_order_id", "in", orders.ids),
                ("state", "=", "posted"),
                "|",
                ("move_type", "=", "out_invoice"),
                ("channel_corrects", "=", True),
            ]
        )
        return moves.grouped("channel_order_id")

    # --- cancelled orders -------------------------------------------------------------

    def _credit_cancelled(self, externals, posted):
        """Nothing is left of these orders: their invoices are credited as they are.
        Where a refund says what it pays back, its own credit note does that."""
        invoices = self.env["account.move"].concat(
            *(
                posted[order]
                for order, external in externals.items()
                if order.state == "cancelled"
                and not external.total.amount
                and not kept(external)
                and "out_refund" not in posted[order].mapped("move_type")
            )
        )
        if not invoices:
            return
        reversals = invoices.with_context(tracking_disable=True)._reverse_moves(
            [
                {
                    "invoice_date": fields.Date.context_today(self),
                    "channel_order_id": invoice.channel_order_id.id,
                    "channel_corrects": True,
                    "ref": clean(externals[invoice.channel_order_id].name),
                }
                for invoice in invoices
            ]
        )
        reversals.action_post()

    # --- changed orders ---------------------------------------------------------------

    def _was_edited(self, order):
        return any(change.state == "applied" for change in order.change_ids)

    def _is_changed(self, order, posted):
        """Invoices that people make or change are theirs; drafts are theirs, too."""
        sale = order.sale_order_id
        return (
            (sale.state == "sale" or order.state == "cancelled")
            and order in posted
            and not sale.invoice_ids.filtered(lambda move: move.state == "draft")
            and self._is_complete(sale)
        )

    def _is_complete(self, sale):
        """What is invoiced by parts is right when its last part is invoiced."""
        if sale.state == "cancel":  # nothing more is to be invoiced by parts
            return sale.order_line.filtered("qty_invoiced")
        return sale.order_line.filtered("channel_role") and not any(
            line.qty_to_invoice == 0 and line.qty_invoiced < line.product_uom_qty
            for line in sale.order_line
            if line.channel_role
        )

    def _correct_changed(self, channel, externals, posted):
        """One entry each, all of them made and posted together."""
        totals = {}
        values_list = []
        for order, external in externals.items():
            if not self._was_edited(order) or not self._is_changed(order, posted):
                continue
            if order.state == "cancelled" and not external.total.amount:
                continue
            lines = self._differences(order, posted[order])
            total = sum((line["payable"] for line in lines), Decimal(0))
            if lines and self._may_correct(channel, external, total):
                totals[order] = total
                values_list.append(
                    self._prepare_entry(order, external, lines, total, posted[order])
                )
        moves = self.env["account.move"].with_context(tracking_disable=True)
        moves = moves.create(values_list)
        moves.action_post()
        for move, (order, total) in zip(moves, totals.items(), strict=True):
            if move.currency_id.compare_amounts(move.amount_total, abs(float(total))):
                raise ValueError(self._mismatch(order.sale_order_id, move, total))

    def _may_correct(self, channel, external, total):
        may_invoice = self.env["channel.order.account"]._may_invoice
        return total <= 0 or may_invoice(channel, external)

    def _prepare_entry(self, order, external, lines, total, posted):
        sign = -1 if total < 0 else 1
        draft = Draft(
            order, external, currency=order.currency_id, rate=order.currency_rate
        )
        sale = order.sale_order_id
        values = sale.with_context(tracking_disable=True)._prepare_invoice() | {
            "move_type": "out_refund" if total < 0 else "out_invoice",
            "channel_corrects": True,
            "invoice_date": fields.Date.context_today(self),
            "invoice_line_ids": [
                Command.create(self._prepare_line(draft, line, sign)) for line in lines
            ],
        }
        if total < 0:
            values |= {
                "invoice_payment_term_id": False,
                "reversed_entry_id": posted[:1].id,
            }
        return values

    def _mismatch(self, sale, move, total):
        return self.env._(
            "The correction of %(sale)s's invoice comes to %(computed)s %(currency)s"
            " instead of %(wanted)s. Look for what makes it differ: taxes that were"
            " changed, and apps that change invoices.",
            sale=sale.name,
            computed=move.amount_total,
            currency=move.currency_id.name,
            wanted=abs(total),
        )

    # --- what is to be corrected ------------------------------------------------------

    def _differences(self, order, posted):
        """By sale order line, what is not invoiced as it is ordered by now.

        More or fewer units at the same price make one line; otherwise what was invoiced
        is taken back and invoiced anew.
        """
        sale = order.sale_order_id
        wanted = self._of_sale(sale)
        invoiced = self._of_invoices(posted)
        result = []
        for line in sale.order_line.filtered("channel_role"):
            now = wanted[line]
            before = invoiced.get(line, [])
            quantity = now["quantity"] - sum(one["quantity"] for one in before)
            untaxed = now["untaxed"] - sum(one["untaxed"] for one in before)
            taxes = dict(now["taxes"])
            for one in before:
                for tax, amount in one["taxes"].items():
                    taxes[tax] = taxes.get(tax, Decimal(0)) - amount
            same = all(
                one["price"] == now["price"] and set(one["taxes"]) == set(now["taxes"])
                for one in before
            )
            if not (quantity or untaxed or any(taxes.values())):
                continue
            if quantity and same:
                merged = {"quantity": quantity, "untaxed": untaxed, "taxes": taxes}
                result.append({"line": line, "price": now["price"], **merged})
                continue
            result += [{"line": line, **_negative(one)} for one in before]
            if now["quantity"]:
                result.append({"line": line, **now})
        for one in result:
            one["payable"] = one["untaxed"] + sum(one["taxes"].values())
        return result

    def _of_sale(self, sale):
        Tax = self.env["account.tax"]
        lines = sale.order_line.filtered("channel_role")
        bases = [line._prepare_base_line_for_taxes_computation() for line in lines]
        Tax._add_tax_details_in_base_lines(bases, sale.company_id)
        Tax._round_base_lines_tax_details(bases, sale.company_id)
        return {
            line: self._amounts(base, line.price_unit, line.product_uom_qty)
            for line, base in zip(lines, bases, strict=True)
        }

    def _of_invoices(self, posted):
        """What was invoiced of each sale order line, a list of parts."""
        found = {}
        for move in posted:
            bases, _taxes = move._get_rounded_base_and_tax_lines()
            for base in bases:
                line = base["record"]
                part = self._amounts(base, line.price_unit, line.quantity)
                if move.move_type == "out_refund":
                    part = _negative(part)
                for sale_line in line.sale_line_ids[:1]:
                    found.setdefault(sale_line, []).append(part)
        return found

    def _amounts(self, base, price, quantity):
        details = base["tax_details"]
        digits = base["currency_id"].decimal_places
        untaxed = (
            details["total_excluded_currency"]
            + details["delta_total_excluded_currency"]
        )
        taxes = {}
        for data in details["taxes_data"]:
            tax = data["tax"]
            amount = _exact(data["tax_amount_currency"], digits)
            taxes[tax] = taxes.get(tax, Decimal(0)) + amount
        return {
            "price": price,
            "quantity": int(quantity),
            "untaxed": _exact(untaxed, digits),
            "taxes": taxes,
        }

    def _prepare_line(self, draft, part, sign):
        """One line, linked to the one of the sale order."""
        line, taxes = part["line"], part["taxes"]
        book = BookLine(
            role=Role(line.channel_role),
            source="",
            name=line.name,
            quantity=sign * part["quantity"],
            unit_price=Decimal(repr(part["price"])),
            total=sign * part["untaxed"],
            included=False,
            taxes={},
        )
        amounts = {tax.id: sign * amount for tax, amount in taxes.items()}
        values = line._prepare_invoice_line(quantity=book.quantity)
        return values | {
            "price_unit": part["price"],
            "tax_ids": [Command.set([tax.id for tax in taxes])],
            "extra_tax_data": self.env["channel.order.values"]._prepare_tax_data(
                draft, book, amounts
            ),
        }


def _exact(amount, digits):
    return Decimal(f"{amount:.{digits}f}")


def _negative(part):
    return part | {
        "quantity": -part["quantity"],
        "untaxed": -part["untaxed"],
        "taxes": {tax: -amount for tax, amount in part["taxes"].items()},
    }
