from datetime import UTC, datetime

from odoo import fields, models

from ..adapter.webhook import Resource, WebhookEvent
from ..services.keyring import keyring
from ..services.roles import as_workers, role

GATHER = 1  # seconds in which more bells may ring: an event rings several, a sale many

INSERT = """
    INSERT INTO channel_event (channel_id, company_id, event_key, kind, origin, topic,
        resource, external_id, occurred_at, received_at, body, state, create_date)
    VALUES %s
    ON CONFLICT (channel_id, event_key) DO NOTHING
    RETURNING id
"""
TEMPLATE = """(
    %(channel_id)s, %(company_id)s, %(event_key)s, 'hint', %(origin)s, %(topic)s,
    %(resource)s, %(external_id)s, %(occurred_at)s, now() AT TIME ZONE 'UTC', %(body)s,
    %(state)s, now() AT TIME ZONE 'UTC'
)"""


class ChannelEvent(models.Model):
    """Inbox: what happened at the channel.

    A hint only rings the bell: its body is encrypted and pruned. A document's body is
    the truth.
    """

    _name = "channel.event"
    _description = "Channel Event"
    _order = "id desc"
    _rec_name = "event_key"

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    event_key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [("hint", "Hint"), ("document", "Document")], default="hint", required=True
    )
    origin = fields.Selection(
        [
            ("webhook", "Webhook"),
            ("poll", "Polling"),
            ("person", "A person"),
            ("reconcile", "Reconciliation"),
        ],
        default="webhook",
        required=True,
    )
    topic = fields.Char(required=True, readonly=True)
    resource = fields.Char(readonly=True, help="Empty: a topic that is not used.")
    external_id = fields.Char(readonly=True)
    occurred_at = fields.Datetime(readonly=True)
    received_at = fields.Datetime(required=True, readonly=True)
    body = fields.Text(readonly=True, prefetch=False, groups=fields.NO_ACCESS)
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("done", "Done"),
            ("ignored", "Ignored"),
            ("failed", "Failed"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    done_at = fields.Datetime(readonly=True)

    _channel_key_unique = models.Constraint(
        "UNIQUE(channel_id, event_key)", "An event is stored once."
    )
    _waiting_index = models.Index("(channel_id, id) WHERE state = 'new'")
    _external_index = models.Index("(channel_id, external_id)")

    # --- in ---------------------------------------------------------------------------

    def _receive(self, channel, event, body):
        """Store one webhook delivery, once, and wake who is to act on it.

        :param event: ``WebhookEvent``. :param body: the raw bytes, stored encrypted.
        :raises SerializationFailure: the same delivery came in at the very same time.
        """
        row = self._prepare_row(channel, event, "webhook")
        # what a privacy request says is kept by the request alone
        row["body"] = None if event.privacy else keyring().encrypt(body)
        if not self._insert([row]):
            return
        if event.privacy:
            self.env["channel.privacy.request"]._take(channel, event)
        else:
            self._wake(channel)

    def _is_stored(self, channel, event):
        """Whether an event is in the inbox already."""
        key = [("channel_id", "=", channel.id), ("event_key", "=", event.event_key)]
        return bool(self.search_count(key, limit=1))

    def _note(self, channel, events, origin, told=None):
        """Store what polling found or a person asked for.

        :param events: ``WebhookEvent``s.
        :param told: texts by event key, of events that said all there is to know; they
            are stored encrypted, and pruned like other bodies.
        :return: how many were not there yet.
        """
        rows = [self._prepare_row(channel, event, origin) for event in events]
        for row in rows:
            text = (told or {}).get(row["event_key"])
            row["body"] = keyring().encrypt(text) if text else None
        inserted = self._insert(rows)
        if inserted:
            self._wake(channel)
        return len(inserted)

    def _ask(self, channel, external_ids, resource=Resource.ORDER):
        """A person wants the present state of some orders, or of other things."""
        # each request is one of its own, however often the same is wanted
        moment = datetime.now(UTC)
        events = [
            WebhookEvent(
                event_key=f"person:{resource.value}:{external_id}:{moment.isoformat()}",
                topic="person",
                resource=resource,
                external_id=external_id,
                occurred_at=moment,
            )
            for external_id in external_ids
        ]
        return self._note(channel, events, "person")

    def _prepare_row(self, channel, event, origin):
        occurred = event.occurred_at
        return {
            "channel_id": channel.id,
            "company_id": channel.company_id.id,
            "event_key": event.event_key,
            "origin": origin,
            "topic": event.topic,
            "resource": event.resource and event.resource.value,
            "external_id": event.external_id or None,
            "occurred_at": occurred and occurred.replace(tzinfo=None),
            "body": None,
            "state": "new" if event.resource else "ignored",
        }

    def _insert(self, rows):
        if not rows:
            return []
        # beside the ORM: it cannot say ON CONFLICT, and this must be fast
        return self.env.cr.execute_values(
            INSERT, rows, TEMPLATE, page_size=len(rows), fetch=True
        )

    def _wake(self, channel):
        if channel.run_state == "connected":
            self.env["channel.wakeup"]._after_commit(channel, "_job_fetch", GATHER)

    # --- out --------------------------------------------------------------------------

    def _told(self):
        """What the newest of these events of one thing told with it.

        :return: a text; empty when one of them only rang the bell, for then the present
            state may be another.
        """
        if set(self.mapped("origin")) != {"poll"}:
            return ""
        # nobody but the fetch job may see what others wrote
        bodies = self.sudo().sorted(lambda event: (event.occurred_at, event.id))
        if not all(event.body for event in bodies):
            return ""
        return keyring().decrypt(bodies[-1].body)

    def _finish(self, state):
        """Say what became of events: done, ignored, failed, or still new."""
        moment = state != "new" and fields.Datetime.now()
        self.write({"state": state, "done_at": moment})

    @role("operator")
    def action_retry(self):
        """Read again what these events rang the bell for."""
        for events in as_workers(self):
            events._finish("new")
            events._wake(events.channel_id)

    def _resume_issues(self, issues):
        """Read again what could not be processed: subjects name resource and id."""
        for issue in issues:
            resource, _colon, external_id = issue.subject.partition(":")
            self.search(
                [
                    ("channel_id", "=", issue.channel_id.id),
                    ("resource", "=", resource),
                    ("external_id", "=", external_id),
                    ("state", "=", "failed"),
                ]
            ).action_retry()
