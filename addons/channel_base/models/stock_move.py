from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services.roles import as_workers, is_worker

# States in which a move is open demand.
OPEN_STATES = ("waiting", "confirmed", "partially_available", "assigned")
DEMAND = {
    "product_id",
    "product_uom",
    "product_uom_qty",
    "location_id",
    "location_dest_id",
    "location_final_id",
}


class StockMove(models.Model):
    """Hooks that only note which products' demand may differ, and which goods nothing
    delivers any more."""

    _inherit = "stock.move"

    channel_return_line_id = fields.Many2one(
        "channel.return.line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The channel's return whose goods it brings.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._collect_demand()
        return moves

    def write(self, vals):
        if vals.get("state") == "assigned" and self.picking_id:
            self._channel_note_ready()
        if vals.get("state") in ("done", "cancel"):
            self._channel_note_ended()
            self._channel_note_returned()
        if not DEMAND & vals.keys():
            if "state" in vals:
                self._changing_to(vals["state"])._collect_demand(any_state=True)
            return super().write(vals)
        self._collect_demand()
        result = super().write(vals)
        self._collect_demand(any_state="state" in vals)
        return result

    def unlink(self):
        self._collect_demand()
        return super().unlink()

    def _action_cancel(self):
        """Goods that a provider was told to ship are cancelled when it agrees."""
        for picking in self._channel_sent_pickings():
            self._channel_ask_to_cancel(picking)
        moves = self.filtered(
            lambda move: move.state in ("done", "cancel")
            or move.picking_id not in self._channel_sent_pickings()
        )
        return super(StockMove, moves)._action_cancel()

    def _channel_sent_pickings(self):
        """Transfers of these moves that a provider may be working on."""
        # whoever cancels a delivery need not have rights on channels
        pickings = self.picking_id.sudo().filtered("shipping_order_id")
        return pickings.filtered(lambda p: p.shipping_order_id._is_live())

    def _channel_ask_to_cancel(self, picking):
        """:param picking: a transfer that was sent, with all rights."""
        open_moves = picking.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        # of the same rights as what it is taken from
        whole = not (open_moves - self.sudo())
        if not whole and not is_worker(self.env):
            raise UserError(
                self.env._(
                    "%(picking)s was sent to %(provider)s as a whole. Have it cancelled"
                    " there first, then change it.",
                    picking=picking.name,
                    provider=picking.shipping_order_id.channel_id.name,
                )
            )
        for orders in as_workers(picking.shipping_order_id):
            orders._want_cancel("cancel" if whole else "replan")

    def _search_picking_for_assignation(self):
        """A new order has no transfer yet that its goods could join: Odoo would look
        for it among all that are open."""
        sale = self.sale_line_id.order_id
        if sale.channel_order_id and not sale.picking_ids:
            return self.env["stock.picking"]
        return super()._search_picking_for_assignation()

    def _search_picking_for_assignation_domain(self):
        """What may not be shipped yet has a transfer of its own."""
        domain = super()._search_picking_for_assignation_domain()
        # warehouse staff need not have rights on channels
        line = self.sale_line_id.channel_line_id.sudo()
        if any(line.order_id.line_ids.mapped("ship_after")):
            same = line.order_id.line_ids.filtered(
                lambda other: other.ship_after == line.ship_after
            )
            domain.append(("move_ids.sale_line_id", "in", same.sale_line_ids.ids))
        return domain

    def _key_assign_picking(self):
        keys = super()._key_assign_picking()
        # warehouse staff need not have rights on channels
        day = self.sale_line_id.channel_line_id.sudo().ship_after
        return (*keys, day) if day else keys

    def _channel_note_ready(self):
        """Transfers that a provider ships are sent when their goods are reserved."""
        precommit = self.env.cr.precommit
        noted = precommit.data.setdefault("channel.shipping", set())
        if not noted:
            precommit.add(self._channel_wake_shipping)
        noted.update(self.picking_id.ids)

    def _channel_wake_shipping(self):
        noted = self.env.cr.precommit.data.pop("channel.shipping", set())
        self.env.cr.execute(
            """
            SELECT FROM stock_picking picking
              JOIN stock_picking_type type ON type.id = picking.picking_type_id
              JOIN channel_location place ON place.warehouse_id = type.warehouse_id
               AND place.ships_orders AND place.active
             WHERE picking.id = ANY(%s) LIMIT 1
            """,
            [list(noted)],
        )
        if self.env.cr.rowcount:
            self.env["channel.shipping.order"]._wake()

    def _channel_note_ended(self):
        """A person ends transfers: nobody may be left to deliver the goods."""
        if not self.env["channel.order.conflict"]._is_person():
            return
        ended = self.filtered(
            lambda move: move.sale_line_id
            and (move.location_final_id or move.location_dest_id).usage == "customer"
        )
        if ended:
            self.env["channel.order.undelivered"]._note(ended.sale_line_id)

    def _channel_note_returned(self):
        """Goods of returns have come, or will not."""
        brought = self.filtered("channel_return_line_id")
        if brought:
            brought.picking_id._channel_note_shipment()

    def _changing_to(self, state):
        """Those that become or cease to be open demand."""
        will_be_open = state in OPEN_STATES
        return self.filtered(lambda move: (move.state in OPEN_STATES) != will_be_open)

    def _collect_demand(self, any_state=False):
        moves = self if any_state else self.filtered(lambda m: m.state in OPEN_STATES)
        if moves:
            self.env["channel.intent"]._collect_products(moves.product_id.ids)
