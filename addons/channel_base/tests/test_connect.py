from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..adapter.canonical import Location
from ..adapter.errors import ConfigError, RejectedError, TransientError
from ..adapter.port import Capability, WebhookHealth
from ..models.channel_port import ChannelPort
from .common import ChannelCase
from .fake_adapter import FakeAdapter
from .fake_market import FakeMarket


class HookedAdapter(FakeAdapter):
    """The fake marketplace, if it had webhooks."""

    capabilities = FakeAdapter.capabilities | {Capability.WEBHOOKS}

    def ensure_webhooks(self, address, repair=True):
        market = self._market("ensure_webhooks")
        market.address = address
        return WebhookHealth(missing=tuple(market.undelivered))


@tagged("post_install", "-at_install")
class TestConnect(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        model = type(cls.env["channel.channel"])
        cls.classPatch(model, "_adapter_class", lambda channel: HookedAdapter)
        cls.market = FakeAdapter.markets["new"] = FakeMarket()
        cls.market.undelivered = []
        cls.draft = cls.env["channel.channel"].create(
            {"name": "New", "provider": "fake", "account": "new"}
        )
        cls.draft._set_secret("password", "right")

    def test_all_is_set_up(self):
        self.draft.action_connect()
        self.assertEqual(self.draft.state, "connected")
        place = self.draft.location_ids
        self.assertEqual(place.external_id, "main")
        self.assertEqual(place.feed_ids.stock_location_id, self.warehouse.lot_stock_id)
        self.assertEqual(place.warehouse_id, self.warehouse)
        address = f"/channel/{self.draft.id}/webhook"
        self.assertTrue(self.market.address.endswith(address))
        self.assertIn(("channel.channel", self.draft.id, "_job_poll"), self.bells())
        self.assertFalse(self.draft.issue_ids)

    def _wait_for_answers(self, seconds):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("channel_base.read_timeout", seconds)

    def test_administrators_say_how_long_answers_are_waited_for(self):
        self.assertEqual(self.draft._adapter().transport.timeout, (5.0, 60.0))
        self._wait_for_answers("2.5")
        self.assertEqual(self.draft._adapter().transport.timeout, (5.0, 2.5))

    def test_a_wait_that_is_none_is_named(self):
        for nonsense in ("soon", "0", "-1", "nan", "inf"):
            self._wait_for_answers(nonsense)
            with self.assertRaises(ConfigError) as caught:
                self.draft._adapter()
            self.assertIn("channel_base.read_timeout", caught.exception.message)
            self.assertIn(nonsense, caught.exception.message)

    def test_connecting_again_changes_nothing(self):
        self.draft.action_connect()
        self.draft.action_connect()
        self.assertEqual(len(self.draft.location_ids.feed_ids), 1)

    def test_an_account_is_connected_once(self):
        self.draft.action_connect()
        twin = self.draft.copy({"account": "new"})
        twin._set_secret("password", "right")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            twin.action_connect()
            self.env.flush_all()

    def test_refused(self):
        self.draft._set_secret("password", "")
        with self.assertRaisesRegex(UserError, "The password is missing"):
            self.draft.action_connect()
        self.assertEqual(self.draft.state, "draft")

    def test_out_of_reach(self):
        self.market.errors.append(TransientError("no answer"))
        with self.assertRaisesRegex(UserError, "does not answer"):
            self.draft.action_connect()

    def test_unknown_marketplace(self):
        model = type(self.env["channel.channel"])
        self.patch(model, "_adapter_class", ChannelPort._adapter_class)
        with self.assertRaises(UserError):
            self.draft.action_connect()

    def test_missing_rights_are_an_issue_until_they_are_there(self):
        self.market.missing = {"stock": ("write_inventory",)}
        self.draft.action_connect()
        issue = self.issues("config")
        self.assertEqual(issue.subject, "rights:stock")
        self.assertIn("write_inventory", issue.message)
        self.assertEqual(self.draft.state, "connected")
        self.market.missing = {}
        self.draft._job_check_connection()
        self.assertEqual(issue.state, "resolved")

    def test_another_api_version_is_an_issue_until_a_supported_one_is_set(self):
        self.market.other_version = "2026-01"
        self.draft.action_connect()
        issue = self.issues("config")
        self.assertEqual(issue.subject, "api_version")
        self.assertIn("2026-01", issue.message)
        self.assertEqual(self.draft.state, "connected")
        self.market.other_version = ""
        self.draft._job_check_connection()
        self.assertEqual(issue.state, "resolved")

    def test_a_blocking_issue_is_over_when_it_connects(self):
        self.draft.action_connect()
        report = self.env["channel.issue"]._report
        report(self.draft, "auth", "connection", "Refused.", blocking=True)
        self.assertEqual(self.draft.state, "failing")
        self.draft.action_connect()
        self.assertEqual(self.draft.state, "connected")

    def test_webhooks_that_are_not_delivered(self):
        self.market.undelivered = ["orders/create"]
        self.draft.action_connect()
        self.assertIn("orders/create", self.issues("config").message)
        self.market.undelivered = []
        self.draft._job_check_connection()
        self.assertFalse(self.issues("config"))

    def test_webhooks_that_are_refused_leave_polling(self):
        def refuse(_adapter, address, repair=True):
            raise RejectedError("not an https address")

        self.patch(HookedAdapter, "ensure_webhooks", refuse)
        self.draft.action_connect()
        self.assertEqual(self.draft.state, "connected")
        self.assertIn("not an https address", self.issues("config").message)

    def test_places_come_and_go(self):
        self.draft.action_connect()
        self.market.places["second"] = Location(external_id="second", name="Second")
        self.draft._job_check_connection()
        self.assertEqual(self.issues("location_unmapped").location_id.name, "Second")
        del self.market.places["second"]
        self.market.places["main"] = Location(external_id="main", name="Renamed")
        self.draft._job_check_connection()
        places = self.draft.with_context(active_test=False).location_ids
        self.assertEqual(
            {place.external_id: (place.name, place.active) for place in places},
            {"main": ("Renamed", True), "second": ("Second", False)},
        )
        self.assertFalse(self.issues("location_unmapped"), "nothing is wanted of it")

    def test_the_place_that_is_left_does_not_inherit_what_fed_another(self):
        self.draft.action_connect()
        self.market.places["second"] = Location(external_id="second", name="Second")
        self.draft._job_check_connection()
        del self.market.places["main"]
        self.draft._job_check_connection()
        self.assertEqual(self.draft.location_ids.mapped("name"), ["Second"])
        self.assertFalse(self.draft.location_ids.feed_ids)
        self.assertEqual(len(self.issues("location_unmapped")), 1)

    def test_several_places_wait_for_a_decision(self):
        self.market.places["second"] = Location(external_id="second", name="Second")
        self.draft.action_connect()
        self.assertEqual(len(self.issues("location_unmapped")), 2)
        self.assertFalse(self.draft.location_ids.feed_ids)

    def test_a_channel_with_stock_stays_in_its_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        with self.assertRaises(ValidationError):
            self.channel.company_id = other

    def test_what_does_not_work_is_not_asked_to(self):
        for action in ("action_import_orders", "action_import_catalogue"):
            with self.assertRaises(UserError):
                getattr(self.draft, action)()
        with self.assertRaises(UserError):
            self.draft._fetch_orders(["1"])
