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
        if channel.invoice_policy == "manual":
            return
        for order, external in externals.items():
            if order.state == "cancelled":
                self._credit_cancelled(order, external)
            elif self._is_changed(order):
                self._correct_one(channel, order, external)

    # --- cancelled orders -------------------------------------------------------------

    def _credit_cancelled(self, order, external):
        """Nothing is left of the order: its invoices are credited as they are. Where a
        refund says what it pays back, its own credit note does that."""
        invoices = self._posted(order)
        credited = invoices.filtered(lambda move: move.move_type == "out_refund")
        if not invoices or credited or external.total.amount or kept(external):
            return
        reversals = invoices.with_context(tracking_disable=True)._reverse_moves(
            [
                {
                    "invoice_date": fields.Date.context_today(self),
                    "channel_order_id": order.id,
                    "channel_corrects": True,
                    "ref": clean(external.name),
                }
                for _invoice in invoices
            ]
        )
        reversals.action_post()

    # --- changed orders ---------------------------------------------------------------

    def _is_changed(self, order):
        """Invoices that people make or change are theirs; drafts are theirs, too."""
        sale = order.sale_order_id
        return (
            sale.state == "sale"
            and order.change_ids.filtered(lambda change: change.state == "applied")
            and self._posted(order)
            and not sale.invoice_ids.filtered(lambda move: move.state == "draft")
            and self._is_complete(sale)
        )

    def _is_complete(self, sale):
        """What is invoiced by parts is right when its last part is invoiced."""
        return sale.order_line.filtered("channel_role") and not any(
            line.qty_to_invoice == 0 and line.qty_invoiced < line.product_uom_qty
            for line in sale.order_line
            if line.channel_role
        )

    def _posted(self, order):
        """Invoices and their corrections, without the credit notes of refunds and of
        people."""
        return order.env["account.move"].search(
            [
                ("channel_order_id", "=", order.id),
                ("state", "=", "posted"),
                "|",
                ("move_type", "=", "out_invoice"),
                ("channel_corrects", "=", True),
            ]
        )

    def _correct_one(self, channel, order, external):
        may_invoice = self.env["channel.order.account"]._may_invoice
        lines = self._differences(order)
        total = sum((line["payable"] for line in lines), Decimal(0))
        if not lines or (total > 0 and not may_invoice(channel, external)):
            return
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
                "reversed_entry_id": self._posted(order)[:1].id,
            }
        move = self.env["account.move"].with_context(tracking_disable=True)
        move = move.create(values)
        move.action_post()
        if move.currency_id.compare_amounts(move.amount_total, abs(float(total))):
            raise ValueError(self._mismatch(sale, move, total))

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

    def _differences(self, order):
        """By sale order line, what is not invoiced as it is ordered by now.

        More or fewer units at the same price make one line; otherwise what was invoiced
        is taken back and invoiced anew.
        """
        sale = order.sale_order_id
        wanted = self._of_sale(sale)
        invoiced = self._of_invoices(order)
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

    def _of_invoices(self, order):
        """What was invoiced of each sale order line, a list of parts."""
        found = {}
        for move in self._posted(order):
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
