from odoo import fields, models

from ..adapter import codec
from ..adapter.canonical import Order
from .plain import naive


class OrderSchedule(models.AbstractModel):
    """Goods that are not to be shipped before a day: their open transfers are planned
    for it, and follow when the channel moves it or lets them go."""

    _name = "channel.order.schedule"
    _description = "Days of Scheduled Orders"

    def _follow(self, orders):
        """Plan the open transfers of imported orders as the channel says now."""
        for order in orders:
            applied = codec.loads(Order, order.applied_snapshot)
            external = codec.loads(Order, order.snapshot)
            before, after = self._days(applied), self._days(external)
            if external.ship_by != applied.ship_by:
                # the deadlines of open transfers follow
                order.sale_order_id.commitment_date = naive(external.ship_by)
            for line in order.line_ids:
                day = after.get(line.external_id)
                if day != before.get(line.external_id):
                    self._plan(line, day)

    def _days(self, external):
        return {line.external_id: line.ship_after for line in external.lines}

    def _plan(self, line, day):
        moves = line.sale_line_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        date = line.ship_after if day else fields.Datetime.now()
        # deadlines of later steps follow by themselves, dates do not
        moves.write({"date": date, "date_deadline": date})
