from odoo import fields, models


class ChannelListingLevel(models.Model):
    """Quantity of one listing at one place. Only the stock lane's jobs write it.

    ``computed``: the formula's last result. ``target``: what is to be shown there.
    ``sent``: what the last call asked for. ``confirmed``: what the channel last said it
    shows, at ``confirmed_at``. ``expected``: ``confirmed`` less the channel's own sales
    fetched since. ``unexplained``: units that vanished there without an order fetched.
    Until the orders of before ``unexplained_at`` have been read, they count as sold, and
    nothing is raised there.
    """

    _name = "channel.listing.level"
    _description = "Channel Listing Level"
    _rec_name = "listing_id"

    listing_id = fields.Many2one(
        "channel.listing", required=True, ondelete="cascade", index=True
    )
    location_id = fields.Many2one(
        "channel.location", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(related="listing_id.channel_id", store=True, index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        index=True,
        help="The listing's product, as of the last run.",
    )
    computed = fields.Integer(readonly=True)
    target = fields.Integer(readonly=True)
    sent = fields.Integer(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    confirmed = fields.Integer(readonly=True)
    confirmed_at = fields.Datetime(readonly=True, help="Empty: never read nor confirmed.")
    expected = fields.Integer(readonly=True)
    unexplained = fields.Integer(readonly=True)
    unexplained_at = fields.Datetime(readonly=True)
    decrease_since = fields.Datetime(
        readonly=True, help="Since when a lower quantity waits to be confirmed."
    )
    dirty = fields.Boolean(
        default=True, readonly=True, help="To be computed again at the next run."
    )
    batch_id = fields.Many2one(
        "channel.push.batch", readonly=True, ondelete="set null", index="btree_not_null"
    )
    retries = fields.Integer(
        readonly=True, help="Calls in a row that found another quantity than expected."
    )
    entry_ids = fields.One2many("channel.stock.entry", "level_id")

    _listing_location_unique = models.Constraint(
        "UNIQUE(listing_id, location_id)", "A listing has one level at each place."
    )
    _dirty_index = models.Index("(channel_id) WHERE dirty")
    _unexplained_index = models.Index("(channel_id) WHERE unexplained_at IS NOT NULL")
    _decrease_index = models.Index("(channel_id) WHERE decrease_since IS NOT NULL")

    def _job_prepare(self):
        """Prepare quantities for all channels"""
        return self.env["channel.stock.prepare"]._run()
