from odoo import models


class ChannelStory(models.AbstractModel):
    """Tells what happened with one order, in the order in which it happened."""

    _name = "channel.story"
    _description = "An Order's Story"

    def _tell(self, order):
        """The whole story as text, one line an event, times in UTC.

        :param order: one ``channel.order``.
        """
        order.ensure_one()
        lines = [
            *self._dates(order),
            *self._events(order),
            *self._sale(order),
            *self._invoices(order),
            *self._shipments(order),
            *self._refunds(order),
            *self._returns(order),
            *self._issues(order),
        ]
        # what has no moment of its own comes last
        lines.sort(key=lambda line: str(line[0] or "9"))
        names = f"{order.channel_id.name}: {order.name} ({order.external_id})"
        return "\n".join(
            [
                f"{names}, {order.state}",
                *(_format(moment, text) for moment, text in lines),
            ]
        )

    def _dates(self, order):
        yield order.ordered_at, "ordered"
        yield order.fetched_at, f"fetched, as revised at {order.revised_at}"
        for moment, text in (
            (order.released_at, "released from its hold"),
            (order.confirmed_at, "confirmed"),
            (order.invoiced_at, "invoiced"),
            (order.paid_at, "paid"),
            (order.shipped_at, "shipped"),
            (order.cancelled_at, "cancelled"),
        ):
            if moment:
                yield moment, text
        if order.snapshot != order.applied_snapshot:
            yield False, "the last state fetched has not been applied yet"

    def _events(self, order):
        events = self.env["channel.event"].search(
            [
                ("channel_id", "=", order.channel_id.id),
                ("resource", "=", "order"),
                ("external_id", "=", order.external_id),
            ]
        )
        for event in events:
            text = f"{event.origin} event {event.topic}, {event.state}"
            yield event.received_at, text

    def _sale(self, order):
        sale = order.sale_order_id
        if not sale:
            return
        yield sale.create_date, f"sale order {sale.name}, {sale.state}, {_money(sale)}"
        for picking in sale.picking_ids:
            text = f"transfer {picking.name}, {picking.state}"
            yield picking.date_done or picking.create_date, text

    def _invoices(self, order):
        for move in order.sale_order_id.invoice_ids:
            text = f"{move.move_type} {move.name}, {move.state}, {_money(move)}"
            yield move.create_date, f"{text}, {move.payment_state}"
        payments = self.env["account.payment"].search(
            [("channel_order_id", "=", order.id)]
        )
        for payment in payments:
            amount = f"{payment.currency_id.name} {payment.amount}"
            yield (
                payment.create_date,
                f"payment {payment.name}, {payment.state}, {amount}",
            )

    def _shipments(self, order):
        for shipment in order.shipment_ids:
            text = f"shipment of {shipment.picking_id.name}, {shipment.state}"
            yield shipment.confirmed_at or shipment.shipped_at, text
        items = self.env["channel.push.item"].search([("order_id", "=", order.id)])
        for item in items:
            text = f"told to the channel in batch {item.batch_id.key}, {item.status}"
            yield item.batch_id.sent_at, f"{text} {item.code or ''}".rstrip()

    def _refunds(self, order):
        rows = self.env["channel.refund"].search([("order_id", "=", order.id)])
        for row in rows:
            text = f"refund of {row.move_id.name}, {row.state} {row.answer or ''}"
            yield row.confirmed_at or row.create_date, text.rstrip()

    def _returns(self, order):
        for row in order.return_ids:
            text = f"return {row.name}, {row.state}"
            yield row.requested_at, f"{text}. {row.rule_text or ''}".rstrip()

    def _issues(self, order):
        for issue in order.issue_ids:
            yield issue.seen_at, f"issue {issue.kind}, {issue.state}: {issue.message}"


def _format(moment, text):
    return f"{str(moment or ''):19.19}  {text}"


def _money(record):
    return f"{record.currency_id.name} {record.amount_total}"
