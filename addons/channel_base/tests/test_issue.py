from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestIssue(ChannelCase):
    def report(self, subject="order:1", message="What to do.", **values):
        return self.env["channel.issue"]._report(
            self.channel, "order_failed", subject, message, **values
        )

    def test_met_again_is_counted(self):
        first = self.report(product=self.product)
        second = self.report(message="What to do now.")
        self.assertEqual(first, second)
        self.assertEqual((first.count, first.message), (2, "What to do now."))
        self.assertEqual(first.product_id, self.product)
        self.assertEqual(first.company_id, self.channel.company_id)

    def test_many_at_once(self):
        values = {"channel": self.channel, "kind": "drift", "message": "Look."}
        rows = [dict(values, subject=f"level:{number}") for number in (1, 2, 2, 3)]
        issues = self.env["channel.issue"]._report_many(rows)
        self.assertEqual(len(issues), 3)
        counts = {issue.subject: issue.count for issue in issues}
        self.assertEqual(counts, {"level:1": 1, "level:2": 2, "level:3": 1})
        self.assertFalse(self.env["channel.issue"]._report_many([]))

    def test_person_with_another_company_ticked_resolves_it(self):
        """The service user works in the channel's company only."""
        other = self.env["res.company"].create({"name": "Without channels"})
        both = self.channel.company_id + other
        person = new_test_user(
            self.env,
            "two_companies",
            groups="channel_base.group_operator",
            company_id=self.channel.company_id.id,
            company_ids=[Command.set(both.ids)],
        )
        for number, action in enumerate(("action_resolve", "action_dismiss")):
            issue = self.report(subject=f"order:{number}")
            seen = issue.with_user(person).with_context(allowed_company_ids=both.ids)
            getattr(seen, action)()
            self.assertNotEqual(issue.state, "open")
            self.assertEqual(issue.resolved_by_id, person)

    def test_settled_and_met_again_is_another_one(self):
        first = self.report()
        self.env["channel.issue"]._settle(self.channel, "order_failed", ["order:1"])
        self.assertEqual(first.state, "resolved")
        self.assertTrue(first.resolved_at)
        self.assertNotEqual(self.report(), first)

    def test_settling_leaves_others_alone(self):
        issue = self.report()
        other = self.make_channel("other")
        issues = self.env["channel.issue"]
        issues._settle(self.channel, "order_failed", ["order:2"])
        issues._settle(self.channel, "hold", ["order:1"])
        issues._settle(other, "order_failed", ["order:1"])
        self.assertEqual(issue.state, "open")

    def test_dismissed_stays_quiet_until_it_is_another_matter(self):
        issue = self.report()
        issue.action_dismiss()
        self.assertEqual(self.report(), issue)
        self.assertEqual(issue.state, "dismissed")
        self.assertEqual(self.report(message="Worse.").state, "open")

    def test_a_blocking_issue_cannot_be_dismissed(self):
        issue = self.report(blocking=True)
        self.assertEqual(self.channel.state, "failing")
        with self.assertRaises(UserError):
            issue.action_dismiss()
        issue.action_resolve()
        self.assertEqual(self.channel.state, "connected")

    def test_an_operator_resolves_and_the_service_user_goes_on(self):
        operator = new_test_user(
            self.env, "operator", groups="channel_base.group_operator"
        )
        issue = self.report(subject="order:7")
        resumed = []

        def resume(model, issues):
            resumed.append((model.env.user, model.env.su, issues))

        self.patch(type(self.env["channel.order"]), "_resume_issues", resume)
        issue.with_user(operator).action_resolve()
        self.assertEqual(issue.resolved_by_id, operator)
        self.assertEqual(resumed, [(self.channel.user_id, False, issue)])

    def test_every_kind_with_a_resume_has_somebody_to_do_it(self):
        issue_model = self.env["channel.issue"]
        kinds = dict(issue_model._fields["kind"]._description_selection(self.env))
        for kind, model in issue_model._resume_models().items():
            self.assertIn(kind, kinds)
            self.assertTrue(hasattr(self.env[model], "_resume_issues"), model)

    def test_opening_the_subject(self):
        action = self.report(product=self.product).action_open_subject()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("product.product", self.product.id),
        )
        action = self.report(subject="2").action_open_subject()
        self.assertEqual(action["res_model"], "channel.channel")

    def test_nul_characters(self):
        issue = self.report(subject="order:\x00", message="a\x00b", detail="\x00")
        self.assertEqual((issue.subject, issue.message), ("order:", "ab"))
