"""What the tests of returns need: orders that were delivered, and buyers who regret."""

from dataclasses import replace
from decimal import Decimal

from odoo.fields import Command

from ..adapter.canonical import Money, PaymentState, Refund, RefundLine, ReturnState
from .common import ChannelCase


class ReturnCase(ChannelCase):
    """``sell`` and ``deliver``, then ``ask`` to send back."""

    def sell(self, quantity=2, **values):
        """An imported and paid order of some units at 10.00.

        :return: it as the market has it, and the row.
        """
        external = self.market.place(self.market.line(self.offer, quantity), **values)
        self.poll()
        return external, self.order_of(external)

    def deliver(self, row):
        """Do the transfers of an order."""
        for picking in row.sale_order_id.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
            and picking.picking_type_code == "outgoing"
        ):
            picking.move_ids.picked = True
            picking._action_done()
        self.commit()

    def sold(self, quantity=2, **values):
        external, row = self.sell(quantity, **values)
        self.deliver(row)
        return self.market.orders[external.external_id], row

    def commit(self):
        """Let the hooks of the commit run, and the work that they wake."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.run_jobs()

    def ask(self, external, quantity=1, reason="regret", **values):
        """A buyer wants to send units of an order's first line back.

        :return: the row of the return.
        """
        found = self.market.send_back((external.lines[0], quantity, reason), **values)
        self.poll_returns()
        return self.row_of(found)

    def agreed(self, external, quantity=1, **values):
        return self.ask(external, quantity, state=ReturnState.OPEN, **values)

    def poll_returns(self):
        self.channel._job_poll_returns()
        self.run_jobs()

    def row_of(self, found):
        return self.env["channel.return"].search(
            [("external_id", "=", found.external_id)]
        )

    def there(self, row):
        """The return as the market has it."""
        return self.market.returns[row.external_id]

    def add_rule(self, outcome="approve", **values):
        return self.env["channel.return.rule"].create(
            {
                "name": f"Rule to {outcome}",
                "channel_id": self.channel.id,
                "outcome": outcome,
                **values,
            }
        )

    def inspect(self, row, *ends):
        """Receive goods as the screen does.

        :param ends: (quantity, disposition) or (quantity, disposition, location), each
            of the first product; none: as the screen proposes.
        """
        wizard = self.env["channel.return.inspect"].create({"return_id": row.id})
        if ends:
            product = wizard.line_ids.product_id[:1]
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": end[0],
                            "disposition": end[1],
                            "location_id": end[2].id if len(end) > 2 else False,
                        }
                    )
                    for end in ends
                ),
            ]
        wizard.action_apply()
        self.commit()

    def refund(self, external, units=1, restock=True, key="r1"):
        """The channel gives units of the first line back."""
        external = self.market.orders[external.external_id]
        line = external.lines[0]
        amount = Money(line.unit_price.amount * units, "USD")
        refund = Refund(
            external_id=key,
            created_at=self.market.clock(),
            total=amount,
            lines=(
                RefundLine(
                    line=line.external_id,
                    quantity=units,
                    restock=restock,
                    amount=amount,
                    tax=Money(Decimal(0), "USD"),
                ),
            ),
        )
        self.market.change(
            external.external_id,
            refunds=(*external.refunds, refund),
            lines=(replace(line, refunded=line.refunded + units),),
            payment_state=PaymentState.PARTIALLY_REFUNDED,
        )
        self.poll()

    def on_hand(self, location=None):
        self.env.invalidate_all()
        location = location or self.warehouse.lot_stock_id
        return self.product.with_context(location=location.id).qty_available
