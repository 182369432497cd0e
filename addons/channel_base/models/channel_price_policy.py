from odoo import fields, models

# A change of these may change what prices are asked, or let some pass.
PRICE_POLICIES = {
    "price_flow",
    "price_fuse",
    "price_change_max",
    "price_floor",
    "price_drift",
    "pricelist_id",
}


class ChannelPricePolicy(models.AbstractModel):
    """What people decide about the prices that a channel asks."""

    _name = "channel.price.policy"
    _description = "Price Policies of a Channel"

    price_list_ids = fields.One2many("channel.price.list", "channel_id")
    price_fuse = fields.Float(
        string="Price Fuse (%)",
        default=30.0,
        help="A run that changes more of the prices waits for a person."
        " 0 or 100: never.",
    )
    price_change_max = fields.Float(
        string="Largest Change (%)",
        default=50.0,
        help="A price that changes by more waits for a person. 0: any change is sent.",
    )
    price_floor = fields.Float(
        string="Floor (% of Cost)",
        default=100.0,
        help="A price, without tax, below this share of the product's cost waits for a"
        " person. 0: no floor.",
    )
    price_drift = fields.Selection(
        [("repair", "Set it right there"), ("report", "Tell a person")],
        string="Price Changed There",
        default="repair",
        required=True,
        help="What to do with a price that somebody else has changed at the channel.",
    )

    _price_run_check = models.Constraint(
        "CHECK(price_fuse BETWEEN 0 AND 100 AND price_change_max >= 0"
        " AND price_floor >= 0)",
        "The fuse is 0 to 100 %; largest change and floor are not negative.",
    )

    def write(self, vals):
        result = super().write(vals)
        if PRICE_POLICIES & vals.keys():
            self.env["channel.intent"]._note_prices(channels=self)
        if vals.get("price_flow", "off") != "off":
            self._look_for_price_lists()
        return result

    def _look_for_price_lists(self):
        """Prices are wanted from now on: which lists there are is asked at once."""
        for channel in self & self._operating():
            self.env["channel.wakeup"]._after_commit(channel, "_job_check_connection")
