from odoo import models
from odoo.tools import SQL

from ..adapter.port import Capability
from ..adapter.webhook import Resource
from ..services.worker_errors import call_errors


class ChannelWork(models.AbstractModel):
    """Which channels jobs may work for, and the jobs and crons that do."""

    _name = "channel.work"
    _description = "Jobs of a Channel"

    def _as_worker(self):
        """This channel as its service user, in its company."""
        self.ensure_one()
        # not in other companies that the person at work may have ticked
        own = self.with_context(allowed_company_ids=self.company_id.ids)
        return own.with_user(self.user_id)

    def _is_operating(self, flow=None):
        """Whether jobs may work for this channel now.

        :param flow: ``order``, ``stock``, ``shipment``, ...; a flow that is off does
            not work, one in shadow does.
        """
        return bool(self & self._operating(flow))

    def _operating(self, flow=None):
        """All channels that jobs may work for now: connected, in the live database,
        without an open blocking issue, and with the flow not switched off."""
        if not self.env["channel.identity"]._is_live():
            return self.browse()
        self.flush_model(["run_state", "active", *self._flow_fields()])
        self.env["channel.issue"].flush_model(["state", "blocking"])
        flow_on = (
            SQL("%s <> 'off'", SQL.identifier(f"{flow}_flow")) if flow else SQL("TRUE")
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM channel_channel channel
                 WHERE run_state = 'connected' AND active AND %s
                   AND NOT EXISTS (SELECT FROM channel_issue issue
                                    WHERE issue.channel_id = channel.id
                                      AND issue.state = 'open' AND issue.blocking)
                 ORDER BY sequence, id
                """,
                flow_on,
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _lacks_rights(self, flow):
        """Whether an issue says that the account lacks rights for a flow."""
        self.ensure_one()
        return bool(
            self.env["channel.issue"].search_count(
                [
                    ("channel_id", "=", self.id),
                    ("kind", "=", "config"),
                    ("subject", "=", f"rights:{flow}"),
                    ("state", "in", ("open", "dismissed")),
                ],
                limit=1,
            )
        )

    def _flow_fields(self):
        """Names of the fields that switch flows."""
        return [name for name in self._fields if name.endswith("_flow")]

    def _sending(self, flow):
        """Those of all channels that may be written to now: in shadow none is."""
        operating = self._operating(flow)
        return operating.filtered(lambda channel: channel[f"{flow}_flow"] == "on")

    def _orders_read_until(self):
        """The moment up to which all changes of orders have been stored.

        :return: naive UTC, or False when the channel has never been polled.
        """
        self.ensure_one()
        cursor = self.env["channel.cursor"].search(
            [("channel_id", "=", self.id), ("stream", "=", "orders")]
        )
        waiting = self.env["channel.event"].search(
            [
                ("channel_id", "=", self.id),
                ("state", "=", "new"),
                ("resource", "=", Resource.ORDER.value),
            ],
            order="received_at",
            limit=1,
        )
        if not cursor.watermark or not waiting:
            return cursor.watermark
        return min(cursor.watermark, waiting.occurred_at or waiting.received_at)

    def _is_quiet(self):
        """Whether nothing is left to be done for these channels, now or later."""
        return self.env["channel.quiet"]._is_quiet(self)

    def _wait_until_quiet(self, timeout=300):
        """Wait for jobs to finish all work, looking with fresh transactions.

        :param timeout: seconds. :raises TimeoutError: with what is left.
        """
        return self.env["channel.quiet"]._wait(self, timeout)

    def _rotate_key(self):
        """Encrypt everything again with the newest key of the key file."""
        return self.env["channel.rotation"]._run()

    def _call_errors(self, subject="connection"):
        """Context manager for all that calls the channel, see ``call_errors``."""
        return call_errors(self, subject)

    # --- crons ------------------------------------------------------------------------

    def _cron_poll(self):
        """Have each channel asked for changed orders."""
        pairs = [(channel, "_job_poll") for channel in self._operating("order")]
        pairs += [
            (channel, "_job_poll_returns")
            for channel in self._operating("return")
            if Capability.RETURNS in channel._capabilities()
        ]
        pairs += [
            (channel, "_job_poll_shipping")
            for channel in self._operating("warehouse")
            if Capability.WAREHOUSE in channel._capabilities()
        ]
        self.env["channel.wakeup"]._now_many(pairs)

    def _cron_daily(self):
        """Have each channel's connection checked, and its quantities and prices where
        nothing else is compared each night."""
        pairs = [(channel, "_job_check_connection") for channel in self._operating()]
        pairs += [
            (channel, "_job_check_drift")
            for channel in self._operating("stock")
            if Capability.STOCK_READ in channel._capabilities()
            and not channel.reconcile_nightly
        ]
        # what nobody noted, such as categories that were moved, is found by computing
        self.env["channel.content.dirty"]._note_channels(self._operating("catalogue"))
        priced = self._operating("price")
        if priced:
            # rules with dates and rates of the day count without anybody's writing
            self.env["channel.intent"]._note_prices(channels=priced)
            pairs += [
                (channel, "_job_check_prices")
                for channel in priced
                if Capability.PRICE_READ in channel._capabilities()
                and not channel.reconcile_nightly
            ]
        buildings = self._operating("warehouse").location_ids._buildings()
        pairs += [(place, "_job_read_building") for place in buildings]
        self.env["channel.wakeup"]._now_many(pairs)

    def _cron_sales(self):
        """Have prices computed of which a sale has begun or ended."""
        self.env["channel.price.sale"]._run()

    # --- jobs -------------------------------------------------------------------------

    def _job_check_connection(self):
        """Check rights, places and webhooks"""
        return self.env["channel.connect"]._run_check(self)

    def _job_fetch(self):
        """Read what the inbox rings the bell for"""
        return self.env["channel.fetch"]._run(self)

    def _job_poll(self):
        """Ask for orders that changed"""
        return self.env["channel.poll"]._run(self)

    def _job_poll_returns(self):
        """Ask for returns that changed"""
        return self.env["channel.poll.returns"]._run(self)

    def _job_poll_shipping(self):
        """Ask for shipping orders that changed"""
        return self.env["channel.poll.shipping"]._run(self)

    def _job_import_catalogue(self):
        """Read the catalogue"""
        return self.env["channel.catalogue.import"]._run(self)

    def _job_import_customers(self):
        """Read customers and companies"""
        return self.env["channel.customer.import"]._run(self)

    def _job_check_prices(self):
        """Compare prices with the channel"""
        return self.env["channel.price.check"]._run(self)

    def _job_check_drift(self):
        """Compare quantities with the channel"""
        return self.env["channel.stock.drift"]._run(self)
