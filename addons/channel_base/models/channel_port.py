from datetime import UTC, datetime

from odoo import models

from ..adapter.errors import ConfigError
from ..adapter.port import Settings
from ..adapter.transport import CONNECT_TIMEOUT, READ_TIMEOUT, Transport
from ..services.rate_limiter import TableRateLimiter
from ..services.token_store import TableTokenStore
from ..services.tracer import TableTracer

READ_TIMEOUT_PARAMETER = "channel_base.read_timeout"


class ChannelPort(models.AbstractModel):
    """The way from a channel to its marketplace: which adapter, built of what."""

    _name = "channel.port"
    _description = "Adapter of a Channel"

    def _adapter_class(self):
        """The adapter of this channel's provider; one guard per marketplace addon."""
        raise ConfigError(
            self.env._("No addon serves the marketplace %r.", self.provider),
            code="provider",
        )

    def _adapter(self, direction="in"):
        """Build the adapter of this channel.

        :param direction: ``in`` for calls that read, ``out`` for calls that write: said
            in the sync log.
        :raises ConfigError: in a copy of the live database, or without a usable key
            file.
        """
        self.ensure_one()
        self.env["channel.identity"]._check()
        settings = self._adapter_settings()
        adapter = self._adapter_class()(
            settings,
            Transport(timeout=(CONNECT_TIMEOUT, self._read_timeout())),
            lambda: datetime.now(UTC),
            TableRateLimiter(self),
            TableTokenStore(self),
            TableTracer(self, direction, settings.secrets.values()),
        )
        adapter.read_image = self.env["channel.content.image"]._read
        return adapter

    def _read_timeout(self):
        """Seconds to wait for an answer: the system parameter, or else the default.

        :raises ConfigError: for one that is no number of seconds.
        """
        # system parameters are for administrators' eyes only, and every job needs it
        parameters = self.env["ir.config_parameter"].sudo()
        value = parameters.get_param(READ_TIMEOUT_PARAMETER) or READ_TIMEOUT
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds < float("inf"):
            raise ConfigError(
                self.env._(
                    "The system parameter %(name)s is %(value)r, and that is no number"
                    " of seconds. Enter one, such as 60, or delete the parameter.",
                    name=READ_TIMEOUT_PARAMETER,
                    value=value,
                ),
                code="read_timeout",
            )
        return seconds

    def _at_the_door(self, channel_id):
        """The active channel of this id, with no more of it read than webhooks need."""
        domain = [("id", "=", channel_id)]
        return self.search_fetch(domain, self._door_fields(), limit=1)

    def _door_fields(self):
        """What webhooks need of a channel; marketplace addons add their settings."""
        return [
            "provider",
            "account",
            "base_url",
            "api_version",
            "currency_mode",
            "customer_import",
            "catalogue_flow",
            "company_id",
            "run_state",
        ]

    def _adapter_settings(self):
        """What the adapter is told; marketplace addons add their own options."""
        # the API base URL is for administrators' eyes only, and every job needs it
        channel = self.sudo()
        return Settings(
            account=channel.account or "",
            base_url=channel.base_url or "",
            api_version=channel.api_version or "",
            options={
                "currency_mode": channel.currency_mode,
                "customer_import": channel.customer_import,
                "catalogue": channel.catalogue_flow,
            },
            secrets=self.env["channel.secret"]._all(channel),
        )

    def _capabilities(self):
        """What the marketplace offers, a frozenset of ``Capability``."""
        return self._adapter_class().capabilities
