import json
from datetime import timedelta

from odoo import models

from . import reconcile_sql


class ReconcileStream(models.AbstractModel):
    """What is compared with a channel, of one kind: how it is read, what is known here
    of it, and how a difference is repaired.

    A new stream is a value of the run's ``stream`` and a model
    ``channel.reconcile.<value>`` that inherits this one. Marketplaces that cannot serve
    it do not offer it.
    """

    _name = "channel.reconcile.stream"
    _description = "Stream of Reconciliations"

    _flow = None  # that must not be off
    _after = ()  # streams whose repairs this one builds on
    _cause = "differs"  # what is called otherwise there
    _ours = None  # see ``reconcile_sql``

    def _is_offered(self, channel):
        """Whether the channel can be asked, and wants to be."""
        return channel._is_operating(self._flow)

    def _since(self, channel, now):
        """From which changes on things are compared."""
        return max(now - timedelta(days=channel.reconcile_days), channel.import_from)

    def _expected(self, channel, since):
        """How many are known here, for the progress."""
        return 0

    def _must_wait(self, run):
        """Whether a run that this one builds on is under way, and not cut off by a flow
        that was switched off."""
        channel = run.channel_id
        others = run.search(
            [
                ("channel_id", "=", channel.id),
                ("stream", "in", self._after),
                ("state", "=", "running"),
            ]
        )
        return any(
            channel._is_operating(self.env[f"channel.reconcile.{other.stream}"]._flow)
            for other in others
        )

    # --- reading ----------------------------------------------------------------------

    def _read(self, channel, run):
        """Read the next part, from ``run.position`` on, and ``_stage`` it.

        :return: (position of the part behind it, None when there is none; seconds to
            wait before the next part can be read).
        """
        raise NotImplementedError

    def _stage(self, run, facts):
        """Keep what was read for the next step.

        :param facts: dict external id -> what the channel says, JSON-like; of what it
            does not say there is no key.
        """
        rows = [
            (run.id, run.company_id.id, external_id, run.page, json.dumps(values))
            for external_id, values in facts.items()
        ]
        if rows:
            self.env.cr.execute_values(reconcile_sql.STAGE, rows, page_size=len(rows))

    # --- repairing --------------------------------------------------------------------

    def _repair(self, channel, run):
        """Ring for the repair of what is pending of the run's last part."""

    def _find_unseen(self, channel, run):
        """Lines, to be asked for, of what is known here and was not listed there."""

    def _ask_batch(self, channel):
        """How many one step asks for."""
        return 1

    def _ask(self, channel, run, lines):
        """Read what was not listed: its lines are repaired, pending or no more."""

    def _settle(self, channel, run):
        """Mark what has been repaired."""
        self.env.cr.execute(
            reconcile_sql.settle(self._ours), {"run": run.id, "cause": self._cause}
        )

    def _is_waiting(self, run):
        """Whether repairs are under way."""
        return False

    # --- people -----------------------------------------------------------------------

    def _message(self, line):
        """What a person reads of a difference, and what to do about it."""
        return self.env._(
            "%(channel)s differs from Odoo: %(what)s (%(cause)s). Here: %(ours)s."
            " There: %(theirs)s. Correct it here or there, then resolve this issue, and"
            " it is compared again.",
            channel=line.channel_id.name,
            what=line.name,
            cause=dict(line._fields["cause"]._description_selection(self.env)).get(
                line.cause
            ),
            ours=line.ours_text or self.env._("nothing"),
            theirs=line.theirs_text or self.env._("nothing"),
        )

    def _labels(self):
        """How people call the facts."""
        return {
            "name": self.env._("Name"),
            "updated_at": self.env._("Changed"),
            "state": self.env._("State"),
            "payment_state": self.env._("Payment"),
            "fulfilment_state": self.env._("Shipment"),
            "total": self.env._("Total"),
            "refunded": self.env._("Refunded"),
            "product": self.env._("Product there"),
            "stock_key": self.env._("Stock key"),
            "sku": self.env._("SKU"),
            "barcode": self.env._("Barcode"),
            "tracked": self.env._("Tracked"),
            "price": self.env._("Price"),
            "compare_at": self.env._("Compare-at price"),
            "currency": self.env._("Currency"),
            "shipped": self.env._("Units shipped"),
            "invoiced": self.env._("Invoiced less credited"),
            "tax": self.env._("Taxes"),
            "paid": self.env._("Paid less paid back"),
            "quantity": self.env._("Quantity"),
        }
