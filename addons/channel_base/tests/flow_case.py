from odoo.addons.queue_job.exception import RetryableJobError

from .stock_case import StockCase


class FlowCase(StockCase):
    """A channel that compares and sets, with one listing of which 10 are on hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.run_state = (
            "paused"  # the one without compare-and-set has its own tests
        )
        cls.channel = cls.make_compare_channel()
        cls.market = cls.market_of(cls.channel)
        cls.listing = cls.make_offer(cls.channel, cls.product, 10)

    @property
    def level(self):
        return self.level_of(self.listing)

    def calls(self, channel=None):
        """Quantities that were sent to a channel, call by call."""
        calls = self.market_of(channel or self.channel).stock_calls
        return [[target[3] for target in call] for call in calls]

    def batches(self, *states):
        return self.env["channel.push.batch"].search(
            [("kind", "=", "stock"), ("verb", "=", "write"), ("state", "in", states)]
        )

    def never_read(self, channel=None):
        self.read_orders(channel or self.channel, "2000-01-01 00:00:00")

    def sell_there(self, quantity=1, channel=None, listing=None):
        """A customer buys; the channel shows less, and the hub does not know yet."""
        listing = listing or self.listing
        market = self.market_of(channel or self.channel)
        offer = market.listings[listing.external_id]
        return market.place(market.line(offer, quantity))

    def check_drift(self):
        self.channel._job_check_drift()
        self.push()

    def send_in_vain(self, batch):
        """A send job that is postponed; Odoo's own assertion would undo its attempt."""
        try:
            batch._job_send()
        except RetryableJobError:
            return
        self.fail("the job was not postponed")
