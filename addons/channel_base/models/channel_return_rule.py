from odoo import fields, models


class ChannelReturnRule(models.Model):
    """When the hub decides a request by itself; the first rule that fits decides, and
    without one a person does."""

    _name = "channel.return.rule"
    _inherit = "channel.row"
    _description = "Return Rule"
    _order = "channel_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    channel_id = fields.Many2one(
        "channel.channel",
        required=True,
        readonly=True,  # the views let managers choose it on new ones
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    within_days = fields.Integer(
        string="Days Since Delivery, at Most",
        help="0: whenever it was delivered. What is not delivered yet does not fit.",
    )
    value_up_to = fields.Monetary(
        string="Value, at Most",
        help="What the goods were sold for, after discounts. 0: whatever it is.",
    )
    reason_ids = fields.Many2many(
        "channel.mapping",
        string="Reasons",
        domain="[('kind', '=', 'reason'), ('channel_id', '=', channel_id)]",
        check_company=True,
        help="Empty: any reason.",
    )
    product_ids = fields.Many2many("product.product", string="Products")
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="With all below them. Without products and categories: any goods.",
    )
    outcome = fields.Selection(
        [
            ("approve", "Approve"),
            ("decline", "Decline"),
            ("escalate", "Leave it to a person"),
        ],
        default="approve",
        required=True,
    )
    decline_reason = fields.Selection(
        [
            ("final_sale", "Final sale"),
            ("period_ended", "Return period has ended"),
            ("other", "Another reason"),
        ],
        default="other",
    )
    decline_note = fields.Char(translate=True, help="What the buyer is told.")

    _limits_check = models.Constraint(
        "CHECK(within_days >= 0 AND value_up_to >= 0)",
        "Days and value are not negative.",
    )
