import os
from datetime import UTC, datetime
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapter.tokens import Token
from ..adapter.trace import Call
from ..services.keyring import KeyFileError, keyring
from ..services.token_store import TableTokenStore
from ..services.tracer import TableTracer, spellings
from .common import ChannelCase

CANARY = "canary/5f2+c9=="


@tagged("post_install", "-at_install")
class TestSecret(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel._set_secret("password", CANARY)

    def test_kept_encrypted(self):
        self.env.cr.execute("SELECT name, ciphertext FROM channel_secret")
        rows = self.env.cr.fetchall()
        self.assertEqual([row[0] for row in rows], ["password"])
        self.assertNotIn(CANARY, str(rows))
        self.assertEqual(self.channel._secret("password"), CANARY)

    def test_nobody_reads_it(self):
        manager = new_test_user(
            self.env, "manager", groups="channel_base.group_manager,base.group_system"
        )
        secret = self.env["channel.secret"].search(
            [("channel_id", "=", self.channel.id)]
        )
        for user in (manager, self.env.ref("channel_base.user_worker")):
            with self.assertRaises(AccessError):
                secret.with_user(user).read(["name"])
            with self.assertRaises(UserError):
                secret.with_user(user).export_data(["name", "ciphertext"])
        seen = self.channel.with_user(manager).read()[0]
        self.assertNotIn(CANARY, str(seen))
        self.assertEqual(seen["secret_names"], "password")

    def test_a_field_of_a_form_is_written_and_never_read_back(self):
        model = type(self.env["channel.channel"])
        names = {"base_url": "password"}  # any char field may stand for a form's
        self.patch(model, "_secret_fields", lambda _self: names)
        self.channel.base_url = "typed in"
        self.channel._inverse_secret_fields()
        self.assertEqual(self.channel._secret("password"), "typed in")
        self.channel._compute_secret_fields()
        self.assertFalse(self.channel.base_url)
        self.channel._inverse_secret_fields()
        self.assertEqual(self.channel._secret("password"), "typed in")

    def test_an_empty_value_removes_it(self):
        self.channel._set_secret("password", "")
        self.assertEqual(self.channel._secret("password"), "")
        self.assertFalse(self.channel.secret_names)

    def test_settings_hide_it(self):
        settings = self.channel._adapter_settings()
        self.assertEqual(settings.secrets["password"], CANARY)
        self.assertNotIn(CANARY, repr(settings))
        self.assertNotIn(CANARY, repr(keyring()))

    def test_the_sync_log_blanks_every_spelling(self):
        trace = TableTracer(self.channel, "out", [CANARY])
        text = " ".join(spellings([CANARY])) + "\x00 the rest"
        trace(Call("op", "200", 0.1, request=text, response=text, error=text))
        log = self.env["channel.sync.log"].search([("operation", "=", "op")])
        for value in (log.request, log.response, log.error):
            self.assertEqual(value, "*** *** *** the rest")
        self.assertEqual((log.direction, log.company_id), ("out", self.company))

    def test_long_texts_are_cut(self):
        TableTracer(self.channel, "in", [])(Call("op", "ok", 1, request="x" * 100_000))
        log = self.env["channel.sync.log"].search([("operation", "=", "op")])
        self.assertEqual(len(log.request), 4000)

    # --- tokens -----------------------------------------------------------------------

    def test_a_token_is_kept_encrypted_and_exact(self):
        store = TableTokenStore(self.channel)
        self.assertIsNone(store.get("api"))
        expires = datetime(2026, 5, 1, 12, 0, 0, 123, tzinfo=UTC)
        token = Token(CANARY, expires_at=expires, refresh="again")
        self.assertEqual(store.renew("api", None, lambda _stored: token), token)
        self.assertEqual(store.get("api"), token)
        self.env.cr.execute("SELECT ciphertext FROM channel_token")
        self.assertNotIn(CANARY, str(self.env.cr.fetchall()))

    def test_a_token_that_was_renewed_meanwhile_is_taken(self):
        store = TableTokenStore(self.channel)
        first = store.renew("api", None, lambda _stored: Token("1"))
        second = store.renew("api", first, lambda stored: Token(f"{stored.value}2"))
        late = store.renew("api", first, lambda _stored: self.fail("renewed again"))
        self.assertEqual(late, second)
        self.assertEqual(second.value, "12")

    # --- the key file -----------------------------------------------------------------

    def assertRefused(self, message):
        with self.assertRaisesRegex(KeyFileError, message):
            self.channel._secret("password")

    def keep_keys(self):
        self.addCleanup(self.write_keys, self.key_file.read_text())

    def test_missing(self):
        self.keep_keys()
        self.key_file.unlink()
        self.assertRefused("cannot be read")
        self.assertFalse(self.key_file.exists())
        with self.assertRaises(UserError):
            self.channel._set_secret("password", "x")

    def test_readable_by_others(self):
        self.keep_keys()
        self.key_file.chmod(0o640)
        self.assertRefused("chmod 600")

    def test_damaged(self):
        self.keep_keys()
        self.write_keys("not a key")
        self.assertRefused("Fernet keys")

    def test_empty(self):
        self.keep_keys()
        self.write_keys("")
        self.assertRefused("Fernet keys")

    def test_of_another_database(self):
        self.keep_keys()
        self.write_keys(Fernet.generate_key().decode())
        self.assertRefused("belongs to this database")

    def test_named_by_nobody(self):
        with (
            patch.dict(os.environ, {"CHANNEL_BASE_KEY_FILE": ""}),
            patch("odoo.addons.channel_base.services.keyring._configured_path") as conf,
        ):
            conf.return_value = ""
            self.assertRefused("key_file")

    # --- rotation ---------------------------------------------------------------------

    def test_rotation(self):
        self.keep_keys()
        old = self.key_file.read_text().strip()
        TableTokenStore(self.channel).renew("api", None, lambda _stored: Token("t"))
        body = keyring().encrypt(b"\xff raw")
        self.env["channel.event"].create(
            {
                "channel_id": self.channel.id,
                "event_key": "e",
                "topic": "t",
                "received_at": "2026-01-01",
                "body": body,
            }
        )
        new = Fernet.generate_key().decode()
        self.write_keys(new, old)
        self.assertTrue(self.channel._is_operating())
        self.assertEqual(self.channel._rotate_key(), 3)
        self.write_keys(new)
        self.env.invalidate_all()
        self.assertTrue(self.channel._is_operating())
        self.assertEqual(self.channel._secret("password"), CANARY)
        self.assertEqual(TableTokenStore(self.channel).get("api"), Token("t"))
        event = self.env["channel.event"].search([("event_key", "=", "e")])
        self.assertEqual(keyring().fernet.decrypt(event.body), b"\xff raw")
        self.write_keys(old)
        self.assertFalse(self.channel._is_operating())
