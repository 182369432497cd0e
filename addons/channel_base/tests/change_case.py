"""What tests of edited orders need: edits whose totals are right by construction."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from ..adapter import codec
from ..adapter.canonical import (
    Money,
    Order,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentStatus,
    Refund,
    RefundLine,
    ShippingLine,
    Tax,
)
from ..adapter.totals import control_taxes, control_total
from .order_case import OrderCase
from .order_factory import BORN


def usd(amount):
    return Money(Decimal(amount), "USD")


def totalled(order):
    """The order with the totals that its lines come to."""
    return replace(order, total=control_total(order), tax_total=control_taxes(order))


def twin(order):
    """The same order under other ids: what an import that saw no earlier state
    makes."""
    token = order.external_id.removeprefix("order-")
    text = codec.dumps(order).replace(token, f"{token}-twin")
    for line in order.lines:
        text = text.replace(f'"{line.external_id}"', f'"{line.external_id}-twin"')
    for payment in order.payments:
        text = text.replace(f'"{payment.external_id}"', f'"{payment.external_id}-t"')
    return codec.loads(Order, text)


class ChangeCase(OrderCase):
    """Orders of lines at 10 dollars and 20 % tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls.make_tax("VAT 20%", 20)
        cls.other = cls.make_product("SKU-2", quantity=1000)
        cls.other_offer = cls.market.offer("SKU-2")
        cls.make_listing(cls.channel, cls.other_offer, cls.other)

    # --- orders -----------------------------------------------------------------------

    def line(self, key="", quantity=1, price="10", offer=None, **values):
        """A line at 20 % tax."""
        line = self.market.line(offer or self.offer, quantity=quantity, price=price)
        net = Decimal(price) * quantity - sum(
            (d.amount.amount for d in values.get("discounts", ())), Decimal(0)
        )
        tax = Tax(title="VAT", rate=Decimal("0.2"), amount=usd(net / 5))
        key = key or line.external_id
        return replace(line, external_id=key, taxes=(tax,), **values)

    def delivery(self, price="5", key="standard"):
        return ShippingLine(external_id=key, title="Standard", price=usd(price))

    def placed(self, *lines, paid=True, **values):
        order = self.simple(price="10")
        lines = lines or (self.line(quantity=3),)
        order = totalled(replace(order, lines=lines, payments=(), **values))
        if not paid:
            return replace(order, payment_state=PaymentState.AUTHORIZED)
        return self.paid(order)

    def paid(self, order):
        """Whatever is not paid by now is paid."""
        received = sum(payment.amount.amount for payment in order.payments)
        due = order.total.amount - received
        payment = Payment(
            external_id=f"{order.external_id}-paid-{len(order.payments)}",
            gateway="fakepay",
            kind=PaymentKind.SALE,
            status=PaymentStatus.SUCCESS,
            amount=Money(due, order.total.currency),
            created_at=BORN,
        )
        payments = (*order.payments, payment) if due > 0 else order.payments
        return replace(order, payments=payments, payment_state=PaymentState.PAID)

    def edited(self, order, *lines, **values):
        """A later state; totals are those of all units, removed ones too."""
        lines = lines or order.lines
        return totalled(self.later(order, lines=lines, edited=True, **values))

    def less(self, order, units=1, index=0):
        """Some units of a line are taken off."""
        lines = list(order.lines)
        line = lines[index]
        lines[index] = replace(line, cancelled=line.cancelled + units)
        return self.edited(order, *lines)

    def given_back(self, order, amount, key="back", lines=(), cancelled=0, **values):
        """Money goes back, for some lines or for none."""
        payment = Payment(
            external_id=f"{order.external_id}-{key}",
            gateway="fakepay",
            kind=PaymentKind.REFUND,
            status=PaymentStatus.SUCCESS,
            amount=usd(amount),
            created_at=BORN + timedelta(days=1),
        )
        refund = Refund(
            external_id=f"{order.external_id}-{key}",
            created_at=BORN + timedelta(days=1),
            total=usd(amount),
            payments=(payment,),
            lines=lines,
        )
        first = order.lines[0]
        first = replace(first, cancelled=first.cancelled + cancelled)
        return self.later(
            order,
            lines=(first, *order.lines[1:]),
            refunds=(*order.refunds, refund),
            **values,
        )

    def units_back(self, order, units, restock=False):
        line = order.lines[0]
        return RefundLine(
            line=line.external_id,
            quantity=units,
            restock=restock,
            amount=usd(10 * units),
            tax=usd(2 * units),
        )

    # --- what became of them ----------------------------------------------------------

    def sold_lines(self, row):
        """What the sale order says, without lines whose units are gone."""
        return sorted(
            (
                line.channel_role,
                line.product_id.default_code or "",
                line.product_uom_qty,
                round(line.price_subtotal, 3),
                round(line.price_tax, 3),
                sorted(line.tax_ids.mapped("name")),
                line.name,
            )
            for line in row.sale_order_id.order_line
            if line.product_uom_qty
        )

    def open_units(self, row):
        moves = row.sale_order_id.order_line._channel_open_moves()
        return {
            product.default_code: sum(same.mapped("product_uom_qty"))
            for product, same in moves.grouped("product_id").items()
        }

    def invoiced(self, row):
        """Total and taxes of all posted documents."""
        moves = self.env["account.move"].search(
            [("channel_order_id", "=", row.id), ("state", "=", "posted")]
        )
        signs = {"out_invoice": 1, "out_refund": -1}
        return tuple(
            round(sum(signs[move.move_type] * move[name] for move in moves), 2)
            for name in ("amount_total", "amount_tax", "amount_residual")
        )

    def leave(self, row, units=None):
        """Validate what is open, or a part of it."""
        for picking in row.sale_order_id.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        ):
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty if units is None else units
                move.picked = True
            picking.with_context(skip_backorder=True)._action_done()
        self.env.flush_all()
