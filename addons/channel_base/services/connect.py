from odoo import models
from odoo.exceptions import UserError

from ..adapter.errors import ChannelError, RejectedError, TransientError
from ..adapter.port import Capability


class ChannelConnect(models.AbstractModel):
    """Proves that a channel's credentials work, and sets up what the flows need."""

    _name = "channel.connect"
    _description = "Connect a Channel"

    def _run(self, channel):
        """Connect, at a person's request.

        :raises UserError: with what the marketplace says and what to do.
        """
        try:
            adapter = channel._adapter()
            connection = self._check(channel, adapter)
        except TransientError as error:
            raise UserError(
                self.env._(
                    "%(channel)s does not answer (%(error)s). Try again in a moment; if"
                    " it stays so, check the account name and the network.",
                    channel=channel.name,
                    error=error.message,
                )
            ) from error
        except ChannelError as error:
            raise UserError(
                self.env._(
                    "%(channel)s cannot be connected: %(error)s",
                    channel=channel.name,
                    error=error.message,
                )
            ) from error
        self.env["channel.identity"]._establish()
        channel.write({"run_state": "connected", "account": connection.account})
        self.env["channel.sweeper"]._wake_channel(channel)

    def _run_check(self, channel):
        """Look again, each day: rights and subscriptions get lost at marketplaces."""
        if not channel.exists() or not channel._is_operating():
            return
        channel = channel._as_worker()
        with channel._call_errors():
            self.with_env(channel.env)._check(channel, channel._adapter())

    def _check(self, channel, adapter):
        """See whether the connection has all it needs; what is missing is an issue.

        :return: what the adapter found.
        :raises ChannelError: when there is no connection.
        """
        connection = adapter.connect()
        issues = self.env["channel.issue"]
        for kind in ("auth", "config"):
            issues._settle(channel, kind, ["connection"])
        self._report_missing(channel, connection.missing)
        self._report_version(channel, connection.other_version)
        self.env["channel.order.source"]._note(channel, adapter.sources)
        if Capability.MARKETS in adapter.capabilities:
            self.env["channel.market"]._store(channel, adapter.marketplaces())
        if Capability.LOCATIONS in adapter.capabilities:
            self._store_locations(channel, adapter)
        if (
            Capability.PRICE_PUSH in adapter.capabilities
            and channel.price_flow != "off"
        ):
            self.env["channel.price.list"]._store(channel, adapter.price_lists())
        if Capability.WEBHOOKS in adapter.capabilities:
            self._ensure_webhooks(channel, adapter)
        if Capability.CATALOGUE_PUSH in adapter.capabilities:
            self._prepare_catalogue(channel, adapter, connection.missing)
        return connection

    def _prepare_catalogue(self, channel, adapter, missing):
        """Have what pushing products needs there, where products are pushed."""
        if channel.catalogue_flow != "off" and "catalogue" not in missing:
            codes = tuple(adapter.prepare_catalogue())
            self.env["channel.content.codes"]._store(channel, codes)

    def _report_missing(self, channel, missing):
        """An issue for each flow that lacks rights at the marketplace; one that is off
        needs none."""
        issues = self.env["channel.issue"]
        # nothing is missing for what nobody wants
        missing = {
            flow: rights
            for flow, rights in missing.items()
            if flow != "price" or channel.price_flow != "off"
        }
        flows = [name.removesuffix("_flow") for name in channel._flow_fields()]
        unused = {flow for flow in flows if channel[f"{flow}_flow"] == "off"}
        missing = {k: rights for k, rights in missing.items() if k not in unused}
        settled = [f"rights:{flow}" for flow in {*flows, "connection"} - missing.keys()]
        issues._settle(channel, "config", settled)
        for flow, rights in missing.items():
            issues._report(
                channel,
                "config",
                f"rights:{flow}",
                self.env._(
                    "The account lacks rights for %(flow)s: %(rights)s. Grant them at"
                    " the marketplace, then connect again.",
                    flow=flow,
                    rights=", ".join(rights),
                ),
            )

    def _report_version(self, channel, other):
        """An issue while another API version answers than the one that is set."""
        issues = self.env["channel.issue"]
        if not other:
            issues._settle(channel, "config", ["api_version"])
            return
        issues._report(
            channel,
            "config",
            "api_version",
            self.env._(
                "The marketplace answers by version %(version)s of its API, since it"
                " does not support the one that is set any more. What it tells may be"
                " misread: pause the channel, set a supported API version, and resume.",
                version=other,
            ),
        )

    # --- places -----------------------------------------------------------------------

    def _store_locations(self, channel, adapter):
        """Take over the channel's places; those that are gone are archived."""
        rows = self.env["channel.location"].with_context(active_test=False)
        known = rows.search([("channel_id", "=", channel.id)]).grouped("external_id")
        new = []
        places = list(adapter.locations())
        for place in places:
            row = known.pop(place.external_id, None)
            values = {"name": place.name, "active": place.active}
            if not row:
                key = {"channel_id": channel.id, "external_id": place.external_id}
                new.append(key | values | {"ships_itself": place.fulfilment_service})
            elif any(row[name] != value for name, value in values.items()):
                row.write(values)
        rows.create(new)
        rows.concat(*known.values()).active = False
        self._report_unfed(channel)

    def _report_unfed(self, channel):
        """A single place is fed by the warehouse; several need a person to decide."""
        rows = self.env["channel.location"].with_context(active_test=False)
        known = rows.search([("channel_id", "=", channel.id)])
        # quantities of what the marketplace ships itself are its own business
        places = known.filtered(lambda place: place.active and not place.ships_itself)
        unfed = places.filtered(lambda place: not place.feed_ids)
        if len(places) == 1 and not known.feed_ids and channel.warehouse_id:
            warehouse = channel.warehouse_id
            feed = {
                "location_id": unfed.id,
                "stock_location_id": warehouse.lot_stock_id.id,
            }
            self.env["channel.location.feed"].create(feed)
            unfed.warehouse_id = unfed.warehouse_id or warehouse
            unfed = unfed.browse()
        issues = self.env["channel.issue"]
        # of a place that was closed since, nothing is wanted any more
        issues._settle(channel, "location_unmapped", (known - unfed).mapped(_subject))
        for place in unfed:
            issues._report(
                channel,
                "location_unmapped",
                _subject(place),
                self.env._(
                    "No stock location feeds the place %s: no quantities are sent to"
                    " it. Choose one on the place, or dismiss this.",
                    place.name,
                ),
                location=place,
            )

    # --- webhooks ---------------------------------------------------------------------

    def _ensure_webhooks(self, channel, adapter):
        """Have all topics delivered to this database; polling goes on without them."""
        try:
            health = adapter.ensure_webhooks(self._webhook_address(channel))
            missing = ", ".join(health.missing)
        except RejectedError as error:
            missing = error.message
        issues = self.env["channel.issue"]
        if not missing:
            issues._settle(channel, "config", ["webhooks"])
            return
        issues._report(
            channel,
            "config",
            "webhooks",
            self.env._(
                "The marketplace does not deliver to %(address)s: %(missing)s. Orders"
                " are still found by polling, later. Check that the address (system"
                " parameter web.base.url) is reached from outside, then connect again.",
                address=self._webhook_address(channel),
                missing=missing,
            ),
        )

    def _webhook_address(self, channel):
        # the same for every user
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        return f"{base}/channel/{channel.id}/webhook"


def _subject(place):
    return f"location:{place.external_id}"
