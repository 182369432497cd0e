from cryptography.fernet import Fernet

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from ..adapter.errors import ConfigError
from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestIdentity(ChannelCase):
    def copy_database(self):
        """What Odoo's own duplicate does."""
        self.env["ir.config_parameter"].set_param("database.uuid", "another")

    def test_the_first_secret_makes_the_live_database(self):
        self.assertTrue(self.channel._is_operating())
        self.assertTrue(self.env["channel.identity"]._adopted())

    def test_a_copy_does_nothing(self):
        self.copy_database()
        self.assertFalse(self.channel._is_operating())
        self.assertEqual(self.channel.state, "paused")
        with self.assertRaisesRegex(ConfigError, "copy of the live database"):
            self.channel._adapter()
        with self.assertRaises(UserError):
            self.channel.action_connect()
        self.channel._job_poll()
        self.channel._job_fetch()
        self.assertFalse(self.market.calls)

    def test_a_copy_of_the_same_name_with_another_key_file_does_nothing(self):
        self.addCleanup(self.write_keys, self.key_file.read_text())
        self.write_keys(Fernet.generate_key().decode())
        self.assertFalse(self.channel._is_operating())
        with self.assertRaisesRegex(ConfigError, "key file"):
            self.channel._adapter()

    def test_a_node_without_key_file_does_nothing(self):
        self.addCleanup(self.write_keys, self.key_file.read_text())
        self.key_file.unlink()
        self.assertFalse(self.channel._is_operating())

    def test_the_screen_says_so_until_it_is_over(self):
        self.copy_database()
        self.env["channel.sweeper"]._run()
        issue = self.issues("identity")
        self.assertEqual(issue.channel_id, self.channel)
        with self.assertRaises(UserError):
            issue.action_resolve()
        adopted = self.env["channel.identity"]._adopted()["uuid"]
        self.env["ir.config_parameter"].set_param("database.uuid", adopted)
        self.env["channel.sweeper"]._run()
        self.assertEqual(issue.state, "resolved")

    def test_adopting(self):
        self.copy_database()
        self.env["channel.sweeper"]._run()
        self.addCleanup(self.write_keys, self.key_file.read_text())
        self.write_keys(Fernet.generate_key().decode())
        self.channel.action_adopt_database()
        self.assertFalse(self.issues("identity"))
        self.assertEqual(self.channel.state, "paused")
        self.assertFalse(self.channel.secret_names)
        self.channel.action_resume()
        self.assertTrue(self.channel._is_operating())

    def test_only_managers_adopt(self):
        operator = new_test_user(
            self.env, "operator", groups="channel_base.group_operator"
        )
        with self.assertRaises(AccessError):
            self.channel.with_user(operator).action_adopt_database()

    def test_a_copy_cannot_be_resumed(self):
        self.channel.action_pause()
        self.copy_database()
        with self.assertRaises(UserError):
            self.channel.action_resume()

    def test_neutralize(self):
        self.env["channel.wakeup"]._now(self.channel, "_job_poll")
        with file_open("channel_base/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(self.channel.run_state, "paused")
        self.assertFalse(self.channel.secret_names)
        job = self.env["queue.job"].search(
            [("identity_key", "=", f"channel.channel:{self.channel.id}:_job_poll")]
        )
        self.assertEqual(job.state, "cancelled")
