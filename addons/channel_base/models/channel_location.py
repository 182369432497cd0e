from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..adapter.port import Capability
from ..services.roles import role


class ChannelLocation(models.Model):
    """A place of the channel and the Odoo locations that feed it."""

    _name = "channel.location"
    _inherit = "channel.row"
    _description = "Channel Location"
    _order = "channel_id, name"

    channel_id = fields.Many2one(
        "channel.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        help="Orders that the channel assigns to this place are shipped from here.",
    )
    ships_itself = fields.Boolean(
        help="The marketplace ships its own orders from here and says when: their"
        " transfers are completed by what it says, and nobody else validates them.",
    )
    ships_alone = fields.Boolean(compute="_compute_ships_alone")
    ships_orders = fields.Boolean(
        help="The provider ships for us from this building: deliveries of the warehouse"
        " are sent to it, and nobody else validates them.",
    )
    provider_ships = fields.Boolean(compute="_compute_provider_ships")
    feed_ids = fields.One2many(
        "channel.location.feed",
        "location_id",
        string="Fed By",
        help="Nothing here: no quantities are pushed to this place.",
    )

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each place once."
    )

    _shipping_warehouse_unique = models.UniqueIndex(
        "(warehouse_id) WHERE ships_orders AND active",
        "The deliveries of a warehouse are sent to one provider.",
    )
    _shipping_warehouse_check = models.Constraint(
        "CHECK(NOT ships_orders OR warehouse_id IS NOT NULL)",
        "Choose the warehouse whose deliveries the provider ships.",
    )

    @api.constrains("ships_orders", "warehouse_id")
    def _check_shipping_warehouse(self):
        """What leaves a building of others leaves in one step here."""
        for place in self.filtered("ships_orders"):
            if place.warehouse_id.delivery_steps != "ship_only":
                raise ValidationError(
                    self.env._(
                        "%(provider)s reports what has left, in one step. Set the"
                        " outgoing shipments of %(warehouse)s to one step.",
                        provider=place.channel_id.name,
                        warehouse=place.warehouse_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        places._set_up_shipping()
        return places

    @api.depends("ships_itself", "warehouse_id")
    def _compute_ships_alone(self):
        """Without a warehouse of its own, its goods are not known apart from ours."""
        for place in self:
            place.ships_alone = place.ships_itself and bool(place.warehouse_id)

    @api.depends("channel_id.provider")
    def _compute_provider_ships(self):
        for place in self:
            offered = place.channel_id._capabilities() if place.channel_id else ()
            place.provider_ships = Capability.WAREHOUSE in offered

    def _buildings(self):
        """Places whose stock the marketplace counts and Odoo keeps."""
        return self.filtered(
            lambda place: place.active
            and place.warehouse_id
            and (place.ships_orders or place.ships_itself)
            and Capability.WAREHOUSE_STOCK in place.channel_id._capabilities()
        )

    @role("operator")
    def action_compare_stock(self):
        """Have the building's stock read and compared now."""
        for place in self._buildings():
            self.env["channel.wakeup"]._after_commit(place, "_job_read_building")

    @role("user")
    def action_open_stock(self):
        return (
            self.env["channel.building.stock"]
            .search([("location_id", "in", self.ids)])
            ._get_records_action(name=self.env._("Stock There"))
        )

    def _job_read_building(self):
        """Read what is in a building of others"""
        return self.env["channel.building.read"]._run(self)

    def _set_up_shipping(self):
        """Provider's labels are not ours to buy; what waits there is sent; and orders
        whose goods have a warehouse from now on move its stock."""
        shipping = self.filtered("ships_orders")
        # whoever sets up places need not be allowed to set up warehouses
        shipping.sudo().warehouse_id.out_type_id.print_label = False
        if shipping:
            self.env["channel.shipping.order"]._wake()
        for channel in self.filtered("ships_alone").channel_id:
            channel.source_ids.filtered(
                lambda source, channel=channel: source.order_policy == "books"
                and source.external_code in channel._adapter_class().stockless_sources
            ).order_policy = "import"

    def write(self, vals):
        result = super().write(vals)
        if {"ships_orders", "ships_itself", "warehouse_id", "active"} & vals.keys():
            self._set_up_shipping()
        if {"active", "warehouse_id"} & vals.keys():
            self.env["channel.intent"]._note_channels(self.channel_id)
        return result


class ChannelLocationFeed(models.Model):
    """An Odoo location (with all below it) that feeds one place of a channel."""

    _name = "channel.location.feed"
    _inherit = "channel.row"
    _description = "Channel Location Feed"
    _check_company_auto = True
    _rec_name = "stock_location_id"

    location_id = fields.Many2one(
        "channel.location",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    channel_id = fields.Many2one(related="location_id.channel_id", store=True)
    company_id = fields.Many2one(related="location_id.company_id", store=True)
    stock_location_id = fields.Many2one(
        "stock.location",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('usage', 'in', ('internal', 'view'))]",
        check_company=True,
    )

    _channel_stock_location_unique = models.Constraint(
        "UNIQUE(channel_id, stock_location_id)",
        "An Odoo location feeds at most one place of a channel.",
    )

    @api.constrains("location_id", "stock_location_id")
    def _check_overlap(self):
        """No unit is shown at two places of a channel."""
        for feed in self:
            path = feed.stock_location_id.parent_path
            for other in feed.location_id.channel_id.location_ids.feed_ids:
                other_path = other.stock_location_id.parent_path
                nested = path.startswith(other_path) or other_path.startswith(path)
                if nested and other.location_id != feed.location_id:
                    raise ValidationError(
                        self.env._(
                            "%(location)s feeds %(place)s, and %(other)s, which is "
                            "part of it or holds it, feeds %(other_place)s. A unit "
                            "can be shown at one place of a channel only.",
                            location=feed.stock_location_id.complete_name,
                            place=feed.location_id.name,
                            other=other.stock_location_id.complete_name,
                            other_place=other.location_id.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        feeds = super().create(vals_list)
        self.env["channel.intent"]._note_channels(feeds.channel_id)
        return feeds

    def write(self, vals):
        result = super().write(vals)
        self.env["channel.intent"]._note_channels(self.channel_id)
        return result

    def unlink(self):
        self.env["channel.intent"]._note_channels(self.channel_id)
        return super().unlink()
