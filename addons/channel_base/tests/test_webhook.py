import json
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import HttpCase, tagged

from ..adapter.errors import MalformedError, SignatureError
from ..adapter.port import Capability
from ..adapter.webhook import Resource, WebhookEvent, sign, verify
from ..controllers.webhook import MAX_BODY
from ..services.keyring import keyring
from ..services.wakeup import ChannelWakeup
from .common import FakeProvider
from .fake_adapter import FakeAdapter


class RingingAdapter(FakeAdapter):
    """The fake marketplace, if it had webhooks."""

    capabilities = FakeAdapter.capabilities | {Capability.WEBHOOKS}

    def webhook_event(self, request):
        password = self.settings.secrets["password"]
        if not verify([password], request.body, request.headers.get("x-signature", "")):
            raise SignatureError("not signed")
        try:
            body = json.loads(request.body)
        except ValueError as error:
            raise MalformedError("not JSON") from error
        known = body["topic"] == "order"
        return WebhookEvent(
            event_key=body["key"],
            topic=body["topic"],
            resource=Resource.ORDER if known else None,
            external_id=body["id"],
        )


@tagged("post_install", "-at_install")
class TestWebhook(FakeProvider, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search([], limit=1)
        cls.channel = cls.make_channel("ringing")
        cls.model = type(cls.env["channel.channel"])
        cls.classPatch(cls.model, "_adapter_class", lambda channel: RingingAdapter)

    def setUp(self):
        super().setUp()
        self.rung = []
        self.patch(ChannelWakeup, "_after_commit", self.ring)

    def ring(self, target, method, _delay=0):
        self.rung.append((target.id, method))

    def deliver(self, body, signature=None, channel=None):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"/channel/{channel or self.channel.id}/webhook"
        headers = {
            "Content-Type": "application/json",
            "X-Signature": signature or sign("secret of ringing", body),
        }
        return self.url_open(address, data=body, headers=headers).status_code

    def events(self):
        return self.env["channel.event"].search([("channel_id", "=", self.channel.id)])

    def test_stored_once_and_rung(self):
        body = {"key": "e-1", "topic": "order", "id": "order-7"}
        self.assertEqual(self.deliver(body), 200)
        self.assertEqual(self.deliver(body), 200)
        event = self.events()
        self.assertEqual(len(event), 1)
        self.assertEqual(
            (event.state, event.resource, event.external_id, event.origin, event.kind),
            ("new", "order", "order-7", "webhook", "hint"),
        )
        self.assertEqual(self.rung, [(self.channel.id, "_job_fetch")])

    def test_twins_at_the_same_moment(self):
        """PostgreSQL refuses the second one of two that come in side by side."""
        body = {"key": "e-1", "topic": "order", "id": "order-7"}
        self.deliver(body)
        refuse = patch.object(
            type(self.env["channel.event"]), "_insert", side_effect=SerializationFailure
        )
        with refuse as insert:
            self.assertEqual(self.deliver(body), 200)
            self.assertEqual(insert.call_count, 1)
        self.assertEqual(len(self.events()), 1)

    def test_body_is_encrypted(self):
        body = {"key": "e-2", "topic": "order", "id": "order-7", "buyer": "Łucja 🦊"}
        self.deliver(body)
        sealed = self.events().sudo().body
        self.assertNotIn("order-7", sealed)
        self.assertEqual(json.loads(keyring().decrypt(sealed)), body)

    def test_bad_signature_leaves_nothing(self):
        with self.assertLogs(level="DEBUG") as logs:
            status = self.deliver(b'{"key": "canary-in-body"}', signature="wrong")
        self.assertEqual(status, 401)
        self.assertFalse(self.events())
        self.assertNotIn("canary-in-body", "\n".join(logs.output))

    def test_malformed(self):
        self.assertEqual(self.deliver(b"<html>"), 400)
        self.assertFalse(self.events())

    def test_oversized(self):
        self.assertEqual(self.deliver(b"x" * (MAX_BODY + 1)), 413)
        self.assertFalse(self.events())

    def test_unknown_channel(self):
        self.assertEqual(self.deliver({"key": "e"}, channel=999999), 404)

    def test_marketplace_without_webhooks(self):
        with patch.object(self.model, "_adapter_class", lambda channel: FakeAdapter):
            self.assertEqual(self.deliver({"key": "e"}), 404)

    def test_get_is_not_allowed(self):
        address = f"/channel/{self.channel.id}/webhook"
        self.assertEqual(self.url_open(address).status_code, 405)

    def test_unknown_topic_is_stored_and_ignored(self):
        self.assertEqual(self.deliver({"key": "e", "topic": "theme", "id": "1"}), 200)
        self.assertEqual(self.events().state, "ignored")

    def test_paused_channel_takes_in_and_does_nothing(self):
        self.channel.action_pause()
        self.assertEqual(self.deliver({"key": "e", "topic": "order", "id": "1"}), 200)
        self.assertEqual(self.events().state, "new")
        self.assertFalse(self.rung)
        self.channel.action_resume()
        self.assertIn((self.channel.id, "_job_fetch"), self.rung)

    def test_without_its_key_file_the_marketplace_shall_ring_again(self):
        keys = self.key_file.read_text()
        self.addCleanup(self.write_keys, keys)
        self.key_file.unlink()
        with self.assertLogs("odoo.addons.channel_base", "ERROR"):
            self.assertEqual(
                self.deliver({"key": "e", "topic": "order", "id": "1"}), 503
            )
        self.assertFalse(self.events())
