from odoo import fields, models


class ChannelWarehousePolicy(models.AbstractModel):
    """What people decide about transfers that a provider ships for us."""

    _name = "channel.warehouse.policy"
    _description = "Warehouse Policies of a Channel"

    shipping_delay = fields.Integer(
        string="Wait Before Sending (minutes)",
        default=15,
        help="Until then an order can be changed or cancelled without asking anybody.",
    )
    shipping_service = fields.Char(
        string="Usual Service",
        help="The provider's code of the service for transfers without a carrier.",
    )

    building_policy = fields.Selection(
        [
            ("adjust", "Book what lasts, up to the limits"),
            ("report", "Leave it to a person"),
        ],
        string="Stock That Differs There",
        default="adjust",
        required=True,
        help="Differences that two counts in a row show and no document explains.",
    )
    building_limit = fields.Integer(string="Up to Units", default=10)

    _shipping_delay_check = models.Constraint(
        "CHECK(shipping_delay >= 0)", "The wait before sending is not negative."
    )
