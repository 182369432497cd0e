from collections import Counter

from odoo import api, fields, models
from odoo.fields import Command

from ..services.roles import as_workers, role


class ChannelReturnInspect(models.TransientModel):
    """Asks what became of the goods of a return, quantity by quantity."""

    _name = "channel.return.inspect"
    _description = "Inspect Returned Goods"

    return_id = fields.Many2one("channel.return", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="return_id.company_id")
    line_ids = fields.One2many(
        "channel.return.inspect.line",
        "inspect_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("return_id")
    def _compute_line_ids(self):
        """All that is awaited, as if it came whole and well."""
        for inspect in self:
            # whoever inspects need not be allowed to open transfers
            moves = inspect.return_id.sudo().line_ids._open_moves()
            inspect.line_ids = [
                Command.clear(),
                *(
                    Command.create(values)
                    for move in moves
                    for values in inspect._rows(move)
                ),
            ]

    def _rows(self, move):
        """One row for a move, or one for each lot that was delivered by it."""
        row = {"move_id": move.id, "product_id": move.product_id.id}
        if move.product_id.tracking == "none":
            return [row | {"quantity": move.product_qty}]
        rows, left = [], move.product_qty
        for lot, units in self._away(move).items():
            part = min(left, units)
            if part > 0:
                rows.append(row | {"lot_id": lot.id, "quantity": part})
                left -= part
        return rows or [row | {"quantity": left}]

    def _away(self, move):
        """Quantity by lot that left with a move and is not back yet."""
        sent = move.origin_returned_move_id
        back = sent.returned_move_ids.filtered(lambda m: m.state == "done")
        units = Counter()
        for line in sent.move_line_ids.filtered("lot_id"):
            units[line.lot_id] += line.quantity_product_uom
        for line in back.move_line_ids.filtered("lot_id"):
            units[line.lot_id] -= line.quantity_product_uom
        return units

    @role("operator")
    def action_apply(self):
        """Receive the goods as decided."""
        self.ensure_one()
        self.return_id.check_access("read")
        for row in as_workers(self.return_id):
            row.env["channel.return.inspect.apply"]._apply(
                row, [line._decision(row.env) for line in self.line_ids], self.env.user
            )
            row._look_again()
        return {"type": "ir.actions.act_window_close"}


class ChannelReturnInspectLine(models.TransientModel):
    """Some units of one product, and what became of them."""

    _name = "channel.return.inspect.line"
    _description = "Inspected Quantity"

    inspect_id = fields.Many2one(
        "channel.return.inspect", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="inspect_id.company_id")
    return_id = fields.Many2one(related="inspect_id.return_id")
    move_id = fields.Many2one("stock.move", compute="_compute_move_id", store=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        domain="[('id', 'in', product_ids)]",
    )
    product_ids = fields.Many2many(
        "product.product", string="Awaited", compute="_compute_product_ids"
    )
    tracked = fields.Boolean(compute="_compute_product_ids")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot or Serial Number",
        domain="[('product_id', '=', product_id)]",
    )
    quantity = fields.Float(digits="Product Unit", default=1.0, required=True)
    disposition = fields.Selection(
        [
            ("restock", "Back to stock"),
            ("scrap", "Scrap"),
            ("other", "Other location"),
            ("missing", "Did not come"),
        ],
        default="restock",
        required=True,
    )
    location_id = fields.Many2one(
        "stock.location",
        domain="[('usage', 'in', ('internal', 'transit')),"
        " ('company_id', 'in', (company_id, False))]",
    )

    @api.depends("product_id", "inspect_id")
    def _compute_move_id(self):
        """Of rows that people add, the first move that awaits the product."""
        for line in self:
            moves = line.return_id.sudo().line_ids._open_moves()
            if not line.move_id or line.move_id.product_id != line.product_id:
                line.move_id = moves.filtered(
                    lambda move, line=line: move.product_id == line.product_id
                )[:1]

    @api.depends("return_id", "product_id")
    def _compute_product_ids(self):
        for line in self:
            line.product_ids = line.return_id.sudo().line_ids._open_moves().product_id
            line.tracked = line.product_id.tracking != "none"

    def _decision(self, env):
        other = self.disposition == "other"
        place = self.location_id if other else self.location_id.browse()
        return {
            "move": self.move_id.with_env(env),
            "quantity": self.quantity,
            "disposition": self.disposition,
            "lot": self.lot_id.with_env(env),
            "location": place.with_env(env),
        }
