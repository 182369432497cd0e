"""Every model and every route has its rules: a new one without them fails here."""

from itertools import product

from odoo.exceptions import AccessError
from odoo.http import _generate_routing_rules
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ChannelCase

# Tables that nobody has any rights on: reached by the code that owns them only.
SEALED = {
    "channel.secret",
    "channel.token",
    "channel.rate.bucket",
    "channel.customer.claim",
}
# Rows that belong to no company: products are named, nothing is told about them.
WITHOUT_COMPANY = {"channel.intent"}
# Rules that only jobs and managers need to know of are not for every reader.
NOT_FOR_READERS = {"channel.intent", "channel.sync.log", "channel.privacy.request"}
# Who may call what without logging in, and why.
PUBLIC_ROUTES = {
    "/channel/<int:channel_id>/webhook",  # the signature is checked instead
}
ROLES = ("user", "operator", "manager", "auditor")
READ_ONLY = ("user", "auditor")
OPERATIONS = ("read", "write", "create", "unlink")
# Some of those that have rows after an order has come in.
SEEN = {"channel.channel", "channel.listing", "channel.order", "channel.event"}


@tagged("post_install", "-at_install")
class TestSecurity(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env, f"channel_{role}", groups=f"channel_base.group_{role}"
            )
            for role in ROLES
        }
        cls.stranger = new_test_user(cls.env, "stranger", groups="base.group_user")

    def models(self):
        """Names of all stored models of the hub, whatever addon they come from."""
        return sorted(
            name
            for name, model in self.env.registry.items()
            if name.startswith("channel.") and not model._abstract
        )

    def tables(self):
        return [name for name in self.models() if not self.env[name]._transient]

    def may(self, user, model, operation):
        return self.env[model].with_user(user).has_access(operation)

    # --- access rights ----------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_each_model_has_rights(self):
        for model in self.tables():
            with self.subTest(model):
                readers = [r for r in ROLES if self.may(self.users[r], model, "read")]
                if model in SEALED:
                    self.assertFalse(readers)
                elif model not in NOT_FOR_READERS:
                    self.assertEqual(readers, list(ROLES))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_strangers_see_nothing(self):
        for model in self.models():
            for operation in OPERATIONS:
                with self.subTest(model, operation=operation):
                    self.assertFalse(self.may(self.stranger, model, operation))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_readers_and_auditors_change_nothing(self):
        for model in self.models():
            for role in READ_ONLY:
                for operation in ("write", "create", "unlink"):
                    with self.subTest(model, role=role, operation=operation):
                        self.assertFalse(self.may(self.users[role], model, operation))

    def test_the_auditor_reads_what_explains(self):
        for model in ("channel.sync.log", "channel.stock.entry", "channel.order"):
            self.assertTrue(self.may(self.users["auditor"], model, "read"), model)
        self.assertFalse(self.may(self.users["operator"], "channel.sync.log", "read"))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_operators_resolve_and_managers_set_up(self):
        for model, operator, manager in (
            ("channel.issue", True, True),
            ("channel.listing", True, True),
            ("channel.mapping", True, True),
            ("channel.channel", False, True),
            ("channel.location.feed", False, True),
            ("channel.listing.level", False, False),
        ):
            with self.subTest(model):
                self.assertEqual(
                    self.may(self.users["operator"], model, "write"), operator
                )
                self.assertEqual(
                    self.may(self.users["manager"], model, "write"), manager
                )

    # --- companies --------------------------------------------------------------------

    def test_each_model_has_a_company_rule(self):
        """A row of another company is not seen, changed, made or removed by anybody,
        whatever the model."""
        mine, other = self.company, self.env["res.company"].create({"name": "Other"})
        for model in sorted(set(self.tables()) - SEALED - WITHOUT_COMPANY):
            rows = self.env[model]
            ours, theirs = (rows.new({"company_id": c.id}) for c in (mine, other))
            for role, operation in product(ROLES, OPERATIONS):
                rule = self.env["ir.rule"].with_user(self.users[role])
                domain = rule._compute_domain(model, operation)
                with self.subTest(model, role=role, operation=operation):
                    self.assertEqual((ours | theirs).filtered_domain(domain), ours)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_other_companies_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.market.place(self.market.line(self.offer))
        self.poll()
        self.env["channel.issue"]._report(self.channel, "hold", "order:1", "Look.")
        manager = self.users["manager"]
        models = [m for m in self.tables() if self.may(manager, m, "read")]
        filled = {m for m in models if self.env[m].with_user(manager).search([])}
        self.assertLess(SEEN, filled)
        manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for model in models:
            found = self.env[model].with_user(manager).search([])
            self.assertFalse(found, model)
        with self.assertRaises(AccessError):
            self.channel.with_user(manager).read(["name"])

    def test_the_service_user_works_in_each_channels_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        values = {"company_id": other.id, "name": "There", "warehouse_id": False}
        self.channel.copy(values)
        worker = self.env.ref("channel_base.user_worker")
        self.assertIn(other, worker.company_ids)

    def test_the_service_user_cannot_log_in(self):
        worker = self.env.ref("channel_base.user_worker")
        self.env.cr.execute(
            "SELECT password FROM res_users WHERE id = %s", (worker.id,)
        )
        self.assertFalse(self.env.cr.fetchone()[0])
        self.assertFalse(worker.has_group("base.group_system"))

    # --- routes -----------------------------------------------------------------------

    def test_each_route_is_known(self):
        modules = self.env.registry._init_modules
        public = {
            path
            for path, endpoint in _generate_routing_rules(modules, nodb_only=False)
            if ".channel_" in endpoint.func.__module__
            and endpoint.routing["auth"] != "user"
        }
        self.assertEqual(public, PUBLIC_ROUTES)
