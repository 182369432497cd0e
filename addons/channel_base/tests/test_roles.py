"""Who may call and write what, by remote calls: a new method or field of the hub that
is nobody's business in particular fails here."""

from inspect import Parameter, signature

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..adapter.content import ContentGroup
from .common import ChannelCase

OURS = "odoo.addons.channel_"
# Each role may what those before it may; the first two have none.
LEVELS = {"portal": 0, "stranger": 0, "auditor": 1, "user": 1, "operator": 2}
NEEDED = {"user": 1, "operator": 2, "manager": 3}
# What methods of Odoo's that the hub extends are called with.
ARGUMENTS = {
    "vals_list": [{}],
    "vals": {},
    "source_ref": "mail.message_origin_link",
}
OTHER_TABLES = ("queue_job", "stock_quant", "stock_move", "sale_order", "account_move")
# All that people may write of rows of the hub, role by role.
OPERATORS_WRITE = {
    "channel.issue": {"listing_product_id"},
    "channel.listing": {
        "active",
        "level_ids",  # whose own rows they may not write
        "own_stock_rule",
        "product_id",
        "price_ids",  # whose own rows they may not write
        "push_price",
        "push_stock",
        "stock_buffer",
        "stock_cap",
        "stock_share",
    },
    "channel.mapping": {
        "carrier_code",
        "carrier_id",
        "category_ids",
        "external_name",
        "journal_id",
        "order_policy",
        "lang_id",
        "product_tag_ids",
        "publish",
        "tag_ids",
        "payment_term_id",
        "tax_id",
        "team_id",
    },
    "channel.partner": {"pricelist_id"},
    "channel.product": {"listing_group_id"},
}
MANAGERS_WRITE = OPERATORS_WRITE | {
    "channel.field.mapping": {"field_id", "key", "namespace", "type"},
    "channel.listing.group": {
        "name",
        "publish_status",
        *(f"master_{group.value}" for group in ContentGroup),
    },
    "channel.location": {
        "active",
        "feed_ids",
        "name",
        "ships_itself",
        "ships_orders",
        "warehouse_id",
    },
    "channel.location.feed": {"stock_location_id"},
    "channel.market": {
        "active",
        "fiscal_position_id",
        "in_use",
        "journal_id",
        "name",
        "pricelist_id",
    },
    "channel.price.list": {
        "active",
        "compare_at",
        "compare_pricelist_id",
        "only_with_rule",
        "price_ids",  # whose own rows they may not write
        "pricelist_id",
        "tax_mode",
    },
    "channel.return.rule": {
        "active",
        "category_ids",
        "decline_note",
        "decline_reason",
        "name",
        "outcome",
        "product_ids",
        "reason_ids",
        "sequence",
        "value_up_to",
        "within_days",
    },
}
SETTINGS = {"channel.channel"}  # managers decide what is in them
QUIET = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


class RolesCase(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env, f"roles_{role}", groups=f"channel_base.group_{role}"
            )
            for role in ("user", "operator", "manager", "auditor")
        }
        cls.users["portal"] = new_test_user(
            cls.env, "roles_portal", groups="base.group_portal"
        )
        cls.users["stranger"] = new_test_user(cls.env, "roles_stranger")
        cls.other = cls.env["res.company"].create({"name": "Other company"})
        cls.elsewhere = new_test_user(
            cls.env,
            "roles_elsewhere",
            groups="channel_base.group_manager",
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )

    def setUp(self):
        """Something is in most tables, so that there is something to be changed."""
        super().setUp()
        external = self.market.place(self.market.line(self.offer, 2))
        self.poll()
        self.order = self.order_of(external)
        self.issue = self.env["channel.issue"]._report(
            self.channel, "hold", "order:1", "Look.", order=self.order
        )
        price_list = self.env["channel.price.list"].create(
            {"channel_id": self.channel.id, "name": "Shop", "kind": "base"}
        )
        self.env["channel.listing.price"].create(
            {"listing_id": self.listing.id, "price_list_id": price_list.id}
        )
        delivery = self.order.sale_order_id.picking_ids
        delivery.move_ids.picked = True
        delivery._action_done()
        self.env.cr.flush()
        self.run_jobs()
        sold = self.market.orders[self.order.external_id]
        self.market.send_back((sold.lines[0], 1, "regret"))
        self.channel._job_poll_returns()
        self.run_jobs()

    def tables(self):
        """Names of all stored models of the hub, whatever addon they come from."""
        return sorted(
            name
            for name, model in self.env.registry.items()
            if name.startswith("channel.") and not (model._abstract or model._transient)
        )

    def call(self, user, model, method, ids, *args):
        """A remote call; what it stores is stored as a commit would do it."""
        with self.env.cr.savepoint():
            recordset = self.env[model].with_user(user)
            call_kw(recordset, method, [ids, *args], {})
            self.env.cr.flush()


@tagged("post_install", "-at_install")
class TestMethods(RolesCase):
    def public_methods(self):
        """Public methods that an addon of the hub defines.

        :return: (model, name, definition, whether it extends a method of Odoo's).
        """
        for model, registered in sorted(self.env.registry.items()):
            bases = registered.mro()
            foreign = [base for base in bases if not base.__module__.startswith(OURS)]
            theirs = {name for base in foreign[1:] for name in vars(base)}
            for base in set(bases) - set(foreign):
                for name, value in sorted(vars(base).items()):
                    if name.startswith("_") or not callable(value):
                        continue
                    if not getattr(value, "_api_private", False):
                        yield model, name, value, name in theirs

    def ids(self, model):
        if self.env[model]._abstract:
            return self.channel.ids
        return self.env[model].search([], limit=1).ids

    def state(self):
        """What all tables of the hub and those that it moves hold, and who is woken."""
        self.env.cr.flush()
        tables = {self.env[name]._table for name in self.tables()} | {*OTHER_TABLES}
        self.env.cr.execute(
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s, count(*), sum(hashtext(t::text)::bigint) FROM %s t",
                    table,
                    SQL.identifier(table),
                )
                for table in sorted(tables)
            )
        )
        return self.env.cr.fetchall(), self.bells()

    def assertChangesNothing(self, user, model, name, *args):
        before = self.state()
        try:
            self.call(user, model, name, self.ids(model), *args)
        except AccessError:
            return
        self.assertEqual(self.state(), before)

    def test_there_is_something_to_be_changed(self):
        for model in ("channel.order", "channel.event", "channel.return"):
            self.assertTrue(self.ids(model), model)

    def test_each_method_says_who_may_call_it(self):
        for model, name, method, extends in self.public_methods():
            with self.subTest(model, method=name):
                self.assertTrue(extends or hasattr(method, "channel_role"))

    @mute_logger(*QUIET)
    def test_only_the_role_may_call(self):
        for model, name, method, _extends in self.public_methods():
            needed = NEEDED.get(getattr(method, "channel_role", None), 0)
            for who, level in LEVELS.items():
                if level < needed:
                    with (
                        self.subTest(model, method=name, who=who),
                        self.assertRaises(AccessError),
                    ):
                        self.call(self.users[who], model, name, self.ids(model))

    @mute_logger(*QUIET)
    def test_managers_of_other_companies_may_not_call(self):
        for model, name, _method, extends in self.public_methods():
            ids = self.ids(model)
            if ids and not extends and "company_id" in self.env[model]._fields:
                with (
                    self.subTest(model, method=name),
                    self.assertRaises(AccessError),
                ):
                    self.call(self.elsewhere, model, name, ids)

    @mute_logger(*QUIET)
    def test_readers_change_nothing_by_what_they_may_call(self):
        for model, name, method, extends in self.public_methods():
            if not extends and getattr(method, "channel_role", "user") != "user":
                continue
            given = [
                ARGUMENTS[parameter.name]
                for parameter in list(signature(method).parameters.values())[1:]
                if parameter.kind is Parameter.POSITIONAL_OR_KEYWORD
                and parameter.default is Parameter.empty
            ]
            if getattr(method, "_api_model", False):
                continue  # creating has no ids, see below
            for who in ("portal", "stranger", "auditor", "user"):
                with self.subTest(model, method=name, who=who):
                    self.assertChangesNothing(self.users[who], model, name, *given)

    @mute_logger(*QUIET)
    def test_readers_create_nothing(self):
        for model, name, method, _extends in self.public_methods():
            if getattr(method, "_api_model", False):
                self.assertEqual(name, "create")
                for who in ("portal", "stranger", "auditor", "user"):
                    mine = self.env[model].with_user(self.users[who])
                    if model == "stock.move.line" and mine.has_access("create"):
                        continue  # Odoo lets all employees do so
                    with (
                        self.subTest(model, who=who),
                        self.assertRaises(AccessError),
                    ):
                        call_kw(mine, "create", [[{}]], {})

    def test_operators_set_work_going_without_rights_on_its_rows(self):
        operator = self.users["operator"]
        for name in ("action_push_stock", "action_import_orders", "action_check_drift"):
            self.call(operator, "channel.channel", name, self.channel.ids)
        event = self.env["channel.event"].search([], limit=1)
        self.call(operator, "channel.event", "action_retry", event.ids)
        self.assertEqual(event.state, "new")
        self.call(operator, "channel.issue", "action_resolve", self.issue.ids)
        self.assertEqual(self.issue.state, "resolved")
        self.assertEqual(self.issue.resolved_by_id, operator)
        self.assertTrue(self.order.released_at)

    def test_managers_decide_which_orders_wait(self):
        external = self.market.place(self.market.line(self.offer, 1), test=True)
        self.poll()
        waiting = self.order_of(external)
        self.assertEqual(waiting.state, "held")
        values = {"import_test_orders": True}
        manager = self.users["manager"]
        self.call(manager, "channel.channel", "write", self.channel.ids, values)
        self.assertEqual(waiting.state, "new")


@tagged("post_install", "-at_install")
class TestRows(RolesCase):
    def row(self, model):
        found = self.env[model].with_context(active_test=False).search([], limit=1)
        return found or self.env[model].browse(1)

    def fields_of(self, model, readonly):
        return {
            name
            for name, field in self.env[model]._fields.items()
            if bool(field.readonly) is readonly and name not in MAGIC_COLUMNS
        }

    def may_write(self, user):
        return {
            model: self.fields_of(model, readonly=False)
            for model in set(self.tables()) - SETTINGS
            if self.env[model].with_user(user).has_access("write")
        }

    @mute_logger(*QUIET)
    def test_people_write_what_forms_need(self):
        self.assertEqual(self.may_write(self.users["operator"]), OPERATORS_WRITE)
        self.assertEqual(self.may_write(self.users["manager"]), MANAGERS_WRITE)

    @mute_logger(*QUIET)
    def test_rows_of_jobs_are_not_written_by_hand(self):
        for model in set(self.tables()) - SETTINGS:
            for who in ("operator", "manager"):
                for name in sorted(self.fields_of(model, readonly=True)):
                    with (
                        self.subTest(model, field=name, who=who),
                        self.assertRaises(AccessError),
                    ):
                        row = self.row(model)
                        values = {name: False}
                        self.call(self.users[who], model, "write", row.ids, values)

    def test_an_operator_chooses_the_product_in_the_issue(self):
        self.listing.product_id = False
        self.issue.listing_id = self.listing
        values = {"listing_product_id": self.product.id}
        operator = self.users["operator"]
        self.call(operator, "channel.issue", "write", self.issue.ids, values)
        self.assertEqual(self.listing.product_id, self.product)

    def test_an_operator_maps_a_code_before_it_is_seen(self):
        """What a code is, is chosen once; what it means here, again and again."""
        mappings = self.env["channel.mapping"].with_user(self.users["operator"])
        with Form(mappings) as form:
            form.channel_id = self.channel.with_user(self.users["operator"])
            form.kind = "carrier"
            form.external_code = "swift"
        mapping = form.save()
        with Form(mapping) as form, self.assertRaises(AssertionError):
            form.external_code = "other"
        with Form(mapping) as form:
            form.external_name = "Swift Parcels"
        self.assertEqual(
            (mapping.external_code, mapping.external_name), ("swift", "Swift Parcels")
        )


@tagged("post_install", "-at_install")
class TestReach(RolesCase):
    """Setting up a channel lends nobody more than they have."""

    def set_up(self, user, **values):
        self.call(user, "channel.channel", "write", self.channel.ids, values)

    def make_worker(self):
        return new_test_user(
            self.env, "second_worker", groups="channel_base.group_worker"
        )

    def test_a_manager_gets_into_no_other_company(self):
        manager = self.users["manager"]
        with self.assertRaises(UserError):
            self.set_up(manager, user_id=manager.id, company_id=self.other.id)
        with self.assertRaises(AccessError):
            self.set_up(manager, company_id=self.other.id)
        with self.assertRaises(AccessError):
            self.env["channel.channel"].with_user(manager).create(
                {"name": "C", "provider": "fake", "company_id": self.other.id}
            )
        self.assertNotIn(self.other, manager.company_ids)
        self.assertNotIn(
            self.other, self.env.ref("channel_base.user_worker").company_ids
        )

    def test_a_manager_chooses_no_service_user(self):
        manager = self.users["manager"]
        for user in (self.env.ref("base.user_admin"), manager, self.make_worker()):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.set_up(manager, user_id=user.id)
            for model in (
                self.env["channel.channel"],
                self.env["channel.channel"].with_context(default_user_id=user.id),
            ):
                values = {"name": "C", "provider": "fake", "user_id": user.id}
                if model.env.context.get("default_user_id"):
                    del values["user_id"]
                with self.subTest(user.login), self.assertRaises(UserError):
                    model.with_user(manager).create(values)

    def test_a_manager_saves_what_is_set_already(self):
        self.set_up(
            self.users["manager"],
            user_id=self.channel.user_id.id,
            company_id=self.company.id,
            name="As before",
        )
        self.assertEqual(self.channel.name, "As before")

    def test_an_administrator_chooses_among_service_users(self):
        admin = self.env.ref("base.user_admin")
        worker = self.make_worker()
        self.set_up(admin, user_id=worker.id)
        self.assertEqual(self.channel.user_id, worker)
        with self.assertRaises(ValidationError):
            self.set_up(admin, user_id=admin.id)

    def test_rows_are_not_moved_to_channels_of_others(self):
        there = self.env["channel.channel"].create(
            {
                "name": "There",
                "provider": "fake",
                "company_id": self.other.id,
                "import_from": "2020-01-01 00:00:00",
            }
        )
        place = self.channel.location_ids[:1]
        with self.assertRaises(AccessError):
            self.call(
                self.users["manager"],
                "channel.location",
                "write",
                place.ids,
                {"channel_id": there.id},
            )

    def test_orders_of_others_are_not_asked_for(self):
        """A request is the operator's own, whatever channel it names."""
        request = self.env["channel.order.request"].with_user(self.elsewhere)
        values = {"channel_id": self.channel.id, "external_ids": "1"}
        with mute_logger(*QUIET), self.assertRaises(AccessError):
            request.create(values).action_fetch()

    def test_adopting_pauses_the_channels_of_all_companies(self):
        """Nobody starts another company's channels in a copy by adopting it."""
        self.channel.with_user(self.elsewhere).env["channel.identity"]._adopt()
        self.assertEqual(self.channel.run_state, "paused")
