from collections import Counter
from decimal import Decimal

from odoo import models

from ..adapter.canonical import Money, RefundPush, RefundPushLine, Restock
from ..books.lines import Role
from ..books.money import rounded

# What is sold by units that the channel can be told of.
UNITS = {Role.PRODUCT, Role.CUSTOM, Role.GIFT_CARD, Role.TIP}


class Unclear(Exception):
    """A credit note that no refund follows from; says why."""


class RefundTarget(models.AbstractModel):
    """From a credit note to what the channel is asked to pay back."""

    _name = "channel.refund.target"
    _description = "Refunds to Ask For"

    def _canonical(self, refund):
        """:raises Unclear: saying what is to be corrected."""
        move, order = refund.move_id, refund.order_id
        if move.currency_id != order.currency_id:
            raise Unclear(
                self.env._("the credit note is not in %s.", order.currency_id.name)
            )
        lines = move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        goods = lines.filtered(
            lambda line: line.channel_role in UNITS and line.channel_line_id
        )
        units = self._units(goods)
        discounts = lines.filtered(lambda line: line.channel_role == Role.DISCOUNT)
        delivery = lines.filtered(lambda line: line.channel_role == Role.SHIPPING)
        if delivery:
            delivery |= discounts.filtered(lambda line: not line.channel_line_id)
        things = goods | delivery
        things |= discounts.filtered(lambda line: line.channel_line_id in units)
        return RefundPush(
            key=refund.key,
            order=order.external_id,
            lines=tuple(
                self._line(refund, line, count) for line, count in units.items()
            ),
            shipping=self._shipping(move, delivery),
            worth=self._money(move, sum(things.mapped("price_total"))),
            total=self._money(move, move.amount_total),
            note=" ".join(filter(None, (move.name, move.ref))),
            notify=refund.notify,
            over=refund.over,
        )

    def _units(self, goods):
        """Whole units by channel line."""
        units = Counter()
        for line in goods:
            units[line.channel_line_id] += line.quantity
        for line, count in units.items():
            if count != int(count):
                raise Unclear(
                    self.env._("%s is not credited in whole units.", line.title)
                )
        return {line: int(count) for line, count in units.items() if count}

    def _money(self, move, amount):
        digits = move.currency_id.decimal_places
        return Money(rounded(Decimal(str(amount)), digits), move.currency_id.name)

    def _shipping(self, move, delivery):
        """As the order's prices are: with taxes or without."""
        if not delivery:
            return None
        included = any(tax.price_include for tax in move.invoice_line_ids.tax_ids)
        amounts = delivery.mapped("price_total" if included else "price_subtotal")
        return self._money(move, sum(amounts))

    # --- goods ------------------------------------------------------------------------

    def _line(self, refund, line, units):
        restock, place = self._restock(refund, line, units)
        return RefundPushLine(
            line=line.external_id, quantity=units, restock=restock, location=place
        )

    def _restock(self, refund, line, units):
        """Units that have not left are for sale again. Others go on the channel's shelf
        only if a person wants that; if not, they come back here by returning their
        transfer."""
        shipped = max(
            line.fulfilled, self.env["channel.shipment.quantity"]._delivered(line)
        )
        still_here = line.quantity - line.cancelled - shipped
        place = self._place(line)
        if not line.requires_shipping or not place:
            return Restock.NONE, ""
        if units <= still_here:
            return Restock.CANCEL, place
        return (Restock.RETURN, place) if refund.restock else (Restock.NONE, "")

    def _place(self, line):
        """The channel's place that the units were, or are, to leave from."""
        places = line.channel_id.location_ids
        warehouse = line.order_id.sale_order_id.warehouse_id
        of_warehouse = places.filtered(lambda place: place.warehouse_id == warehouse)
        return (line.location_id or of_warehouse[:1] or places[:1]).external_id or ""
