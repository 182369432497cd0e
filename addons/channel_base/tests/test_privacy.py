"""What privacy laws ask for: reports, erasing, and forgetting what is old."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..adapter import codec
from ..adapter.canonical import Order
from ..adapter.webhook import PrivacyKind
from .privacy_case import PrivacyCase


class TestPrivacy(PrivacyCase):
    # --- requests ---------------------------------------------------------------------

    def test_a_request_is_kept_once_with_its_deadline(self):
        request = self.ask(PrivacyKind.ACCESS, email="ann@example.com")
        self.ask(PrivacyKind.ACCESS, email="ann@example.com")
        self.assertEqual(len(request), 1)
        self.assertEqual(
            request.deadline, request.received_at.date() + timedelta(days=30)
        )
        event = self.env["channel.event"].search([("topic", "=", "t")])
        self.env.cr.execute("SELECT body FROM channel_event WHERE id = %s", event.ids)
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    def test_requests_to_a_channel_that_works_no_more_are_answered(self):
        self.channel.run_state = "paused"
        self.ask(PrivacyKind.ERASE)
        bells = self.worker("channel.sweeper")._bells(self.channel.browse())
        self.assertIn("_job_work", [method for _target, method in bells])
        self.work()
        self.assertEqual(self.env["channel.privacy.request"].search([]).state, "done")

    def test_the_report_says_what_is_kept(self):
        row = self.bring(self.order())
        request = self.ask(PrivacyKind.ACCESS, email="ann@example.com")
        self.work()
        self.assertEqual(request.state, "ready")
        found = json.loads(base64.b64decode(request.report_id.datas))
        self.assertEqual(found["partners"][0]["email"], "ann@example.com")
        self.assertEqual(found["orders"][0]["told"]["note"], "Ring twice")
        self.assertEqual(found["orders"][0]["sale_order"], row.sale_order_id.name)
        self.assertEqual(
            found["invoices"][0]["name"], row.sale_order_id.invoice_ids.name
        )
        self.assertTrue(found["transfers"])
        self.assertTrue(found["payments"])

    def test_the_report_tells_of_all_that_is_kept_elsewhere(self):
        order = self.order()
        row = self.bring(order)
        moved = replace(self.HOME, street="Hidden Lane 9")
        self.bring(self.later(order, ship_to=moved, bill_to=moved))
        row.sale_order_id.message_post(body="Ann called twice", message_type="comment")
        self.env["channel.customer"].create(
            {
                "channel_id": self.channel.id,
                "kind": "customer",
                "external_id": "11",
                "snapshot": '{"version": 1, "value": {"name": "Ann L."}}',
                "state": "failed",
            }
        )
        request = self.ask(PrivacyKind.ACCESS, email="ann@example.com")
        self.work()
        found = json.loads(base64.b64decode(request.report_id.datas))
        self.assertIn("Hidden Lane 9", json.dumps(found["changes"]))
        self.assertIn("Ann called twice", json.dumps(found["messages"]))
        self.assertEqual(found["waiting_to_be_taken_over"], [{"name": "Ann L."}])

    def test_the_report_names_customers_whom_people_entered(self):
        """A guest has no id there that leads to them."""
        self.env["res.partner"].create({"name": "Annie", "email": "ann@example.com"})
        self.bring(self.order(replace(self.ANN, external_id="")))
        request = self.ask(PrivacyKind.ACCESS, customer="", email="ann@example.com")
        self.work()
        found = json.loads(base64.b64decode(request.report_id.datas))
        self.assertIn("Annie", [one["name"] for one in found["partners"]])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_only_managers_see_requests_and_reports(self):
        self.bring(self.order())
        request = self.ask(PrivacyKind.ACCESS)
        self.work()
        users = {
            role: new_test_user(
                self.env, f"privacy_{role}", groups=f"channel_base.group_{role}"
            )
            for role in ("operator", "manager")
        }
        seen = request.with_user(users["manager"])
        self.assertTrue(seen.report_id.datas)
        self.assertIn("/web/content/", seen.action_download()["url"])
        with self.assertRaises(AccessError):
            request.with_user(users["operator"]).read(["email"])
        with self.assertRaises(AccessError):
            request.report_id.with_user(users["operator"]).read(["datas"])
        report = request.report_id
        seen.action_done()
        self.assertEqual((request.state, request.email), ("done", False))
        self.assertEqual(request.done_by_id, users["manager"])
        self.assertFalse(report.exists())

    # --- erasing ----------------------------------------------------------------------

    def test_erased_customers_without_invoice_are_nowhere(self):
        self.channel.invoice_policy = "manual"
        home = replace(self.HOME, street="Hidden Lane 5", name="Zoe Unseen")
        zoe = replace(self.ANN, name="Zoe Unseen", email="zoe@example.com")
        row = self.bring(self.order(zoe, home))
        self.deliver(row)
        partner = row.sale_order_id.partner_id
        self.ask(PrivacyKind.ERASE, email="zoe@example.com")
        self.work()
        self.assertEqual(partner.name, "Erased customer")
        self.assertFalse(partner.active)
        self.assertFalse(partner.channel_partner_ids)
        for word in ("Zoe Unseen", "zoe@example.com", "Hidden Lane", "Ring twice"):
            self.assertEqual(self.everywhere(word), [], word)
        row.invalidate_recordset()
        told = codec.loads(Order, row.snapshot)
        self.assertIsNone(told.buyer)
        self.assertEqual(
            (told.ship_to.country_code, told.ship_to.state_code), ("US", "NY")
        )
        self.assertEqual(
            told.total.amount, codec.loads(Order, row.applied_snapshot).total.amount
        )
        self.assertTrue(row.redacted_at)

    def test_posted_invoices_keep_name_and_address_and_nothing_else(self):
        row = self.bring(self.order())
        self.deliver(row)
        partner = row.sale_order_id.partner_id
        partner.comment = "Likes tea"
        invoice = row.sale_order_id.invoice_ids
        request = self.ask(PrivacyKind.ERASE, email="ann@example.com")
        self.work()
        self.assertEqual((partner.name, partner.street), ("Ann Lee", "Main 1"))
        self.assertFalse(partner.email or partner.phone or partner.comment)
        self.assertEqual((invoice.state, invoice.partner_id), ("posted", partner))
        self.assertEqual((request.state, request.email), ("done", False))
        self.assertIn("1", request.result)

    def test_goods_under_way_are_delivered_first(self):
        self.channel.invoice_policy = "manual"
        row = self.bring(self.order())
        request = self.ask(PrivacyKind.ERASE)
        self.work()
        self.assertEqual(request.state, "open")
        self.assertEqual(row.sale_order_id.partner_shipping_id.street, "Main 1")
        self.deliver(row)
        self.worker("channel.privacy.retention")._retry()
        self.work()
        self.assertEqual(request.state, "done")
        self.assertFalse(row.sale_order_id.partner_shipping_id.street)

    def test_whom_people_entered_stays_theirs(self):
        known = self.env["res.partner"].create(
            {"name": "Annie", "email": "ann@example.com"}
        )
        row = self.bring(self.order())
        self.deliver(row)
        self.assertEqual(row.sale_order_id.partner_id, known)
        self.ask(PrivacyKind.ERASE)
        self.work()
        self.assertEqual((known.name, known.email), ("Annie", "ann@example.com"))
        self.assertFalse(known.channel_partner_ids)
        self.assertFalse(row.sale_order_id.channel_order_id.note)

    def test_a_guest_is_found_by_his_email(self):
        self.channel.invoice_policy = "manual"
        guest = replace(self.ANN, external_id="", email="Guest@Example.com")
        row = self.bring(self.order(guest))
        other = self.bring(self.order(replace(self.ANN, external_id="", email="x@y.z")))
        self.deliver(row)
        self.ask(PrivacyKind.ERASE, customer="", email="guest@example.com")
        self.work()
        self.assertTrue(row.redacted_at)
        self.assertFalse(other.redacted_at)
        self.assertEqual(other.sale_order_id.partner_id.email, "x@y.z")

    def test_a_shop_that_has_left_is_forgotten_whole(self):
        self.channel.invoice_policy = "manual"
        rows = self.bring(
            self.order(),
            self.order(replace(self.ANN, external_id="12", email="b@example.com")),
        )
        for row in rows:
            self.deliver(row)
        self.ask(PrivacyKind.ERASE_SHOP, customer="")
        self.work()
        rows.invalidate_recordset()
        self.assertTrue(all(rows.mapped("redacted_at")))
        self.assertFalse(any(rows.sale_order_id.partner_id.mapped("email")))
        self.assertFalse(
            self.env["channel.partner"].search([("channel_id", "=", self.channel.id)])
        )

    def test_an_erased_customer_who_comes_back_is_a_new_one(self):
        self.channel.invoice_policy = "manual"
        row = self.bring(self.order())
        self.deliver(row)
        self.ask(PrivacyKind.ERASE)
        self.work()
        again = self.bring(self.order()).sale_order_id.partner_id
        self.assertNotEqual(again, row.sale_order_id.partner_id)
        self.assertEqual(again.name, "Ann Lee")

    # --- retention --------------------------------------------------------------------

    def test_old_orders_forget_whose_they_were(self):
        self.channel.write({"invoice_policy": "manual", "pii_days": 100})
        other = replace(self.ANN, external_id="12", email="b@example.com")
        old, both, young = (
            self.bring(self.order()),
            self.bring(self.order(other)),
            self.bring(self.order(other)),
        )
        for row in old | both | young:
            self.deliver(row)
        self.age(old | both, 101)
        self.forget()
        self.assertTrue(old.redacted_at)
        self.assertTrue(both.redacted_at)
        self.assertFalse(young.redacted_at)
        self.assertEqual(old.sale_order_id.partner_id.name, "Erased customer")
        # he has ordered since
        self.assertEqual(both.sale_order_id.partner_id.email, "b@example.com")
        self.assertEqual(codec.loads(Order, young.snapshot).note, "Ring twice")

    def test_forgetting_is_logged_and_done_once(self):
        self.channel.write({"invoice_policy": "manual", "pii_days": 100})
        row = self.bring(self.order())
        self.deliver(row)
        self.age(row, 101)
        self.forget()
        logs = self.env["channel.sync.log"].search(
            [("operation", "=", "forget_personal_data")]
        )
        self.assertEqual(
            json.loads(logs.response), {"orders": 1, "erased": 1, "invoiced": 0}
        )
        before = row.redacted_at
        self.forget()
        self.assertEqual(row.redacted_at, before)
        self.assertEqual(
            self.env["channel.sync.log"].search(
                [("operation", "=", "forget_personal_data")]
            ),
            logs,
        )

    def test_what_is_still_to_be_delivered_is_not_forgotten(self):
        self.channel.write({"invoice_policy": "manual", "pii_days": 100})
        row = self.bring(self.order())
        self.age(row, 101)
        self.forget()
        self.assertFalse(row.redacted_at)

    def test_nothing_is_forgotten_where_nobody_said_so(self):
        self.channel.invoice_policy = "manual"
        row = self.bring(self.order())
        self.deliver(row)
        self.age(row, 10_000)
        self.forget()
        self.assertFalse(row.redacted_at)

    def test_queries_do_not_grow_with_the_orders(self):
        self.channel.write({"invoice_policy": "manual", "pii_days": 100})

        def run(number):
            rows = self.bring(
                *(
                    self.order(
                        replace(
                            self.ANN, external_id=f"{number}-{one}", email=f"{one}@x.y"
                        )
                    )
                    for one in range(number)
                )
            )
            for row in rows:
                self.deliver(row)
            self.age(rows, 101)
            before = self.env.cr.sql_log_count
            self.forget()
            self.assertTrue(all(rows.mapped("redacted_at")))
            return self.env.cr.sql_log_count - before

        run(1)
        few, many = run(2), run(12)
        self.assertLess(many, few + 25)
