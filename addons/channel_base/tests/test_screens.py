"""Every screen loads, for every role, and every filter and grouping in it works."""

from lxml import etree

from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import ChannelCase

ROLES = ("user", "operator", "manager", "auditor")
MANAGERS_ONLY = {"channel.privacy.request"}  # what is told of people is not for others


class ScreenCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env, f"screens_{role}", f"channel_base.group_{role}"
            )
            for role in ROLES
        }

    def actions(self):
        """All window actions of the hub's own models."""
        return self.env["ir.actions.act_window"].search(
            [("res_model", "=like", "channel.%"), ("target", "!=", "new")]
        )


@tagged("post_install", "-at_install")
class TestScreens(ScreenCase):
    def test_every_action_loads_for_every_role(self):
        for role, user in self.users.items():
            access = self.env["ir.model.access"].with_user(user)
            for action in self.actions():
                if not access.check(action.res_model, "read", raise_exception=False):
                    if action.res_model not in MANAGERS_ONLY or role == "manager":
                        self.assertIn(role, ("user", "operator"), action.name)
                    continue
                with self.subTest(role=role, action=action.name):
                    model = self.env[action.res_model].with_user(user)
                    kinds = [*action.view_mode.split(","), "search"]
                    found = model.get_views([(False, kind) for kind in kinds])
                    self.assertEqual(set(found["views"]), set(kinds))

    def test_every_filter_and_grouping_works(self):
        for action in self.actions():
            model = self.env[action.res_model]
            arch = etree.fromstring(model.get_view(view_type="search")["arch"])
            for node in arch.iter("filter"):
                with self.subTest(action=action.name, filter=node.get("name")):
                    if node.get("domain"):
                        model.search_count(safe_eval(node.get("domain")))
                    elif group := safe_eval(node.get("context", "{}")).get("group_by"):
                        model.formatted_read_group([], [group], ["__count"])
                    else:
                        self.assertEqual(
                            model._fields[node.get("date")].type, "datetime"
                        )
            for node in arch.iter("field"):
                if node.get("filter_domain"):
                    model.search_count(
                        safe_eval(node.get("filter_domain"), {"self": "x"})
                    )

    def test_an_empty_screen_says_what_to_do(self):
        for action in self.actions():
            with self.subTest(action=action.name):
                self.assertIn("o_view_nocontent_smiling_face", action.help or "")

    def test_every_action_is_in_a_menu(self):
        menus = self.env["ir.ui.menu"].search([("action", "!=", False)])
        root = self.env.ref("channel_base.menu_root")
        reachable = menus.filtered(
            lambda menu: menu.parent_path.startswith(f"{root.id}/")
        )
        reached = {menu.action.id for menu in reachable}
        self.assertEqual(set(self.actions().ids) - reached, set())


@tagged("post_install", "-at_install")
class TestScreenRights(ChannelCase):
    def test_warehouse_staff_see_no_channels(self):
        user = new_test_user(self.env, "warehouse_only", "stock.group_stock_user")
        picking = self.env["stock.picking"].with_user(user)
        arch = picking.get_views([(False, "form")])["views"]["form"]["arch"]
        self.assertNotIn("channel_", arch)

    def test_product_of_a_line_without_listing_is_chosen_in_the_issue(self):
        unlisted = self.market.offer("GONE-1")
        external = self.market.place(self.market.line(unlisted, 2))
        self.poll()
        order = self.order_of(external)
        [issue] = order.issue_ids.filtered(lambda row: row.kind == "unmapped_sku")
        self.assertFalse(issue.listing_id)
        user = new_test_user(self.env, "chooser", "channel_base.group_operator")
        choice = (
            self.env["channel.product.choice"]
            .with_user(user)
            .create({"issue_id": issue.id, "product_id": self.product.id})
        )
        self.assertEqual(choice.sku, "GONE-1")
        choice.action_apply()
        self.env.cr.precommit.run()
        self.run_jobs()
        self.assertEqual(issue.state, "resolved")
        self.assertEqual(order.sale_order_id.order_line.product_id, self.product)
