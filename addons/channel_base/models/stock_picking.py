from odoo import fields, models
from odoo.exceptions import UserError

from ..services.roles import is_worker, role

SHIPMENT_FIELDS = {"carrier_id", "carrier_tracking_ref", "date_done"}


class StockPicking(models.Model):
    """Deliveries of channel orders leave an intent; a job does the rest."""

    _inherit = "stock.picking"

    channel_order_id = fields.Many2one(related="sale_id.channel_order_id")
    channel_ship_by = fields.Datetime(
        related="channel_order_id.ship_by", string="Ship By"
    )
    channel_deliver_by = fields.Datetime(
        related="channel_order_id.deliver_by", string="Deliver By"
    )
    order_remarks = fields.Text(related="sale_id.order_remarks")
    channel_handed_over = fields.Boolean(
        readonly=True,
        copy=False,
        help="Its goods had left when their order came here: the channel knows.",
    )
    channel_return_ids = fields.Many2many(
        "channel.return", compute="_compute_channel_return_ids"
    )
    channel_shipment_ids = fields.One2many(
        "channel.shipment", "picking_id", readonly=True
    )

    shipping_order_id = fields.Many2one(
        "channel.shipping.order",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The provider was asked to ship it.",
    )

    def _compute_channel_return_ids(self):
        for picking in self:
            # whoever receives goods need not have rights on channels
            lines = picking.sudo().move_ids.channel_return_line_id
            picking.channel_return_ids = lines.return_id.sudo(self.env.su)

    def write(self, vals):
        result = super().write(vals)
        if SHIPMENT_FIELDS & vals.keys():
            self._channel_note_shipment()
        return result

    def _channel_note_shipment(self):
        """Remember that these transfers may have something to tell their channels."""
        precommit = self.env.cr.precommit
        noted = precommit.data.setdefault("channel.shipment", set())
        if not noted:
            precommit.add(self._channel_store_shipment_intents)
        noted.update(self.ids)

    def _channel_store_shipment_intents(self):
        """Store the intents of this transaction: one statement, whatever the number.

        Where the goods go decides, not the operation type: this covers the last of
        several steps, drop-shipping and nothing that comes back.
        """
        noted = self.env.cr.precommit.data.pop("channel.shipment", set())
        self.env.cr.execute(
            """
            INSERT INTO channel_intent (kind, picking_id, created_at)
            SELECT DISTINCT 'shipment', move.picking_id, now() AT TIME ZONE 'UTC'
              FROM stock_move move
              JOIN stock_location destination ON destination.id = move.location_dest_id
              JOIN sale_order_line line ON line.id = move.sale_line_id
             WHERE move.picking_id = ANY(%s)
               AND move.state = 'done'
               AND destination.usage = 'customer'
               AND line.channel_line_id IS NOT NULL
            """,
            [list(noted)],
        )
        if self.env.cr.rowcount:
            self.env["channel.shipment"]._wake()
            self.env["channel.order"]._note_shipped()
        self._channel_store_return_intents(noted)

    def _channel_store_return_intents(self, noted):
        """The same for returns: those whose goods moved are looked at again."""
        self.env.cr.execute(
            """
            INSERT INTO channel_intent (kind, picking_id, created_at)
            SELECT DISTINCT 'return', move.picking_id, now() AT TIME ZONE 'UTC'
              FROM stock_move move
              LEFT JOIN sale_order_line sale_line ON sale_line.id = move.sale_line_id
              JOIN channel_return_line line
                ON line.id = move.channel_return_line_id
                OR line.line_id = sale_line.channel_line_id
             WHERE move.picking_id = ANY(%s) AND move.state IN ('done', 'cancel')
            """,
            [list(noted)],
        )
        if self.env.cr.rowcount:
            self.env["channel.return"]._wake()

    def button_validate(self):
        """What a provider ships, its report tells: nobody else counts it."""
        if not is_worker(self.env):
            # warehouse staff need not have rights on channels
            for picking in self.sudo():
                picking._channel_check_ours()
        return super().button_validate()

    def _channel_check_ours(self):
        """:raises UserError: for goods that others ship and report."""
        order = self.shipping_order_id._live()
        lines = self.move_ids.sale_line_id.channel_line_id
        place = lines.location_id.filtered("ships_alone")
        if order:
            raise UserError(
                self.env._(
                    "%(picking)s is shipped by %(provider)s, whose report completes it."
                    " To ship it yourself, have it cancelled there first.",
                    picking=self.name,
                    provider=order.channel_id.name,
                )
            )
        if place and self.picking_type_code == "outgoing":
            raise UserError(
                self.env._(
                    "%(picking)s leaves from %(place)s, where %(channel)s ships by"
                    " itself: it is completed when the channel says that it has left.",
                    picking=self.name,
                    place=place[0].name,
                    channel=place[0].channel_id.name,
                )
            )

    def message_post_with_source(self, source_ref, **kwargs):
        """Leave 'it is on its way' to the marketplace, which tells its buyers.

        A note of the origin is left out: transfers link to their orders, and notes are
        slow.
        """
        named = isinstance(source_ref, str)
        if named and source_ref == "mail.message_origin_link" and self.channel_order_id:
            return self.env["mail.message"]
        if self._channel_is_confirmation(
            source_ref, "stock_mail_confirmation_template_id"
        ):
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)

    def _message_sms_with_template(self, template=False, **kwargs):
        """The same for text messages; called where ``stock_sms`` is installed."""
        if self._channel_is_confirmation(
            template, "stock_sms_confirmation_template_id"
        ):
            return self.env["mail.message"]
        return super()._message_sms_with_template(template=template, **kwargs)

    def _check_warn_sms(self):
        """Nobody is asked whether to send them; called by ``stock_sms`` alone."""
        warned = super()._check_warn_sms()
        return warned.filtered(lambda picking: not picking.channel_order_id)

    def _channel_is_confirmation(self, template, company_field):
        """Is this the company's confirmation of a channel order's delivery?"""
        return (
            isinstance(template, models.BaseModel)  # callers also give xml ids
            and len(self) == 1
            and bool(self.channel_order_id)
            # A template of another company or purpose is somebody's own decision.
            and template == self.company_id.sudo()[company_field]
        )

    @role("user")
    def action_open_channel_returns(self):
        return self.channel_return_ids._get_records_action(
            name=self.env._("Channel Returns")
        )

    @role("user")
    def action_open_shipping_order(self):
        return self.shipping_order_id._get_records_action()

    @role("user")
    def action_open_channel_order(self):
        self.ensure_one()
        return self.channel_order_id._get_records_action()
