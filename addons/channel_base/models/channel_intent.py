from odoo import fields, models
from odoo.tools import SQL

COLLECTED = "channel_base.stock_products"
COLLECTED_PRICES = "channel_base.price_products"


class ChannelIntent(models.Model):
    """Outbox, append-only: what changed here, never the new value.

    ``stock``: quantities may differ, of a product (``product_id``), of everything that
    a channel lists (``channel_id``), or of everything (neither).
    ``price``: prices may differ, of the same.
    ``shipment``: a transfer's shipment is to be confirmed (``picking_id``).
    ``return``: goods of returns have left, or came back, by a transfer.
    ``content``: a product may look otherwise (``product_tmpl_id``), or all of a
    channel's (``channel_id``).
    """

    _name = "channel.intent"
    _description = "Channel Intent"
    _log_access = False

    kind = fields.Selection(
        [
            ("stock", "Stock"),
            ("shipment", "Shipment"),
            ("price", "Price"),
            ("return", "Return"),
            ("content", "Content"),
        ],
        required=True,
    )
    product_id = fields.Many2one("product.product", ondelete="cascade")
    channel_id = fields.Many2one("channel.channel", ondelete="cascade")
    picking_id = fields.Many2one("stock.picking", ondelete="cascade")
    product_tmpl_id = fields.Many2one("product.template", ondelete="cascade")
    request = fields.Selection(
        [
            ("release", "Let the next run of quantities pass, however large"),
            ("read", "Read all quantities at the channel"),
            ("anew", "Read what the channel shows before it is told anything"),
            ("look", "Read the quantities that are not counted here"),
            ("count", "Take over the channel's quantities as counted stock"),
        ],
        help="What a person or a timer wants of the channel's next run.",
    )
    created_at = fields.Datetime(required=True)

    _kind_index = models.Index("(kind, id)")

    def _collect_products(self, product_ids):
        """Note changed products once per transaction, however often they change in it.

        They are written when the transaction is about to commit. A savepoint writes
        what was collected before it; one that is rolled back forgets what was collected
        in it.
        """
        callbacks = self.env.cr.precommit
        if COLLECTED not in callbacks.data:
            callbacks.data[COLLECTED] = set()
            callbacks.add(self._write_collected)
        callbacks.data[COLLECTED].update(product_ids)

    def _write_collected(self):
        self._note_products(self.env.cr.precommit.data.pop(COLLECTED))

    def _note_products(self, product_ids):
        """Have quantities of some products computed again, by one statement.

        :param product_ids: iterable of ids.
        """
        self.env.cr.execute(
            """
            INSERT INTO channel_intent (kind, product_id, created_at)
            SELECT 'stock', id, clock_timestamp() AT TIME ZONE 'UTC'
              FROM product_product
             WHERE id = ANY(%s) AND EXISTS (SELECT FROM channel_channel)
            """,
            [sorted(product_ids)],
        )
        if self.env.cr.rowcount:
            self._wake()

    def _note_channels(self, channels, request=None):
        """Have all quantities of some channels computed again.

        :param request: what else the run is to do, see the field.
        """
        self.env.cr.execute(
            """
            INSERT INTO channel_intent (kind, channel_id, request, created_at)
            SELECT 'stock', channel_id, %s, clock_timestamp() AT TIME ZONE 'UTC'
              FROM unnest(%s::int[]) AS channel_id
            """,
            [request, channels.ids],
        )
        self._wake()

    # --- prices -----------------------------------------------------------------------

    def _collect_prices(self, product_ids=None):
        """Note products whose prices may differ once per transaction, see
        ``_collect_products``.

        :param product_ids: None for all products.
        """
        callbacks = self.env.cr.precommit
        if COLLECTED_PRICES not in callbacks.data:
            callbacks.data[COLLECTED_PRICES] = set()
            callbacks.add(self._write_collected_prices)
        callbacks.data[COLLECTED_PRICES].update(
            [False] if product_ids is None else product_ids
        )

    def _write_collected_prices(self):
        collected = self.env.cr.precommit.data.pop(COLLECTED_PRICES)
        if False in collected:
            self._note_prices()
        elif collected:
            self._note_prices(collected)

    def _note_prices(self, product_ids=None, channels=None):
        """Have prices computed again: of products, of channels, or all.

        :param product_ids: iterable of ids. :param channels: a recordset.
        """
        ids, column = [None], "product_id"
        if channels is not None:
            ids, column = channels.ids, "channel_id"
        elif product_ids is not None:
            ids = sorted(product_ids)
        self.env["channel.channel"].flush_model(["price_flow"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO channel_intent (kind, %s, created_at)
                SELECT 'price', id, clock_timestamp() AT TIME ZONE 'UTC'
                  FROM unnest(%s::int[]) AS id
                 WHERE EXISTS (SELECT FROM channel_channel WHERE price_flow <> 'off')
                """,
                SQL.identifier(column),
                ids,
            )
        )
        if self.env.cr.rowcount:
            self.env["channel.listing.price"]._wake()

    def _wake(self):
        self.env["channel.wakeup"]._after_commit(
            self.env["channel.listing.level"], "_job_prepare"
        )
