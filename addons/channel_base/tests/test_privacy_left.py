"""What is left of persons in rows and documents beside the orders: nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from odoo import fields
from odoo.tests import new_test_user

from ..adapter import codec
from ..adapter.canonical import (
    Money,
    Order,
    Parcel,
    Return,
    ReturnLine,
    ReturnState,
)
from ..adapter.webhook import PrivacyKind
from .privacy_case import PrivacyCase

WORDS = ("Zoe Unseen", "zoe@example.com", "Hidden Lane", "Ring twice", "5550177")


class TestPrivacyLeft(PrivacyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.write({"invoice_policy": "manual", "change_policy": "approve"})
        cls.home = replace(
            cls.HOME, street="Hidden Lane 5", name="Zoe Unseen", phone="+15185550177"
        )
        cls.zoe = replace(
            cls.ANN, name="Zoe Unseen", email="zoe@example.com", phone="+15185550177"
        )

    def place(self, **values):
        return self.order(self.zoe, self.home, **values)

    def erase(self):
        self.assertTrue(self.anywhere("Zoe Unseen"))
        request = self.ask(PrivacyKind.ERASE, email="zoe@example.com")
        self.work()
        self.env.invalidate_all()
        return request

    def assert_gone(self):
        for word in WORDS:
            self.assertEqual(self.anywhere(word), [], word)

    def test_changes_that_were_planned_forget_addresses(self):
        order = self.place()
        row = self.bring(order)
        moved = replace(self.home, street="Hidden Lane 77")
        self.bring(self.later(order, ship_to=moved))
        self.assertIn("Hidden Lane 77", str(row.change_ids.step_ids.mapped("after")))
        self.deliver(row)
        self.erase()
        self.assert_gone()
        self.assertIn("erased", row.change_ids.step_ids[:1].in_words)

    def test_changes_that_wait_for_approval_can_still_be_decided(self):
        order = self.place()
        row = self.bring(order)
        twice = replace(order.lines[0], quantity=2)
        self.bring(self.later(order, lines=(twice,), total=Money(Decimal(20), "USD")))
        self.assertTrue(row.open_change_id)
        row.sale_order_id.picking_ids.action_cancel()
        self.erase()
        self.assert_gone()
        row.open_change_id.action_approve()
        self.work()
        self.assertFalse(row.open_change_id)
        self.assertEqual(row.change_ids.state, "applied")

    def test_messages_mails_and_files_on_documents(self):
        row = self.bring(self.place())
        sale = row.sale_order_id
        self.deliver(row)
        sale.message_post(
            body="Dear Zoe Unseen, it is on its way to Hidden Lane 5",
            subject="For Zoe Unseen",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=sale.partner_id.ids,
        )
        sale.message_post(body="Sold to ZOE UNSEEN".title())
        noted = sale.message_post(body="Nothing about anybody")
        sale.picking_ids.message_post(
            body="Where is it?", message_type="email", email_from="zoe@example.com"
        )
        self.env["ir.attachment"].create(
            {
                "name": "label Zoe Unseen.pdf",
                "raw": b"Zoe",
                "res_model": "stock.picking",
                "res_id": sale.picking_ids.id,
            }
        )
        self.erase()
        self.assert_gone()
        self.assertIn("Nothing about anybody", noted.body)
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "stock.picking"),
                ("res_id", "in", sale.picking_ids.ids),
            ]
        )
        self.assertFalse(files)

    def test_returns_forget_what_the_buyer_wrote(self):
        order = self.place()
        row = self.bring(order)
        self.deliver(row)
        back = Return(
            external_id="ret-1",
            name="R1",
            state=ReturnState.CLOSED,
            requested_at=datetime.now(UTC),
            order=order.external_id,
            lines=(
                ReturnLine(
                    external_id="rl-1",
                    line=order.lines[0].external_id,
                    quantity=1,
                    note="Ring twice, says Zoe Unseen",
                ),
            ),
            parcels=(Parcel(tracking_number="T1"),),
        )
        Store = self.worker("channel.return.store")
        Store._store(self.channel._as_worker(), (back,))
        self.erase()
        self.assert_gone()
        later = replace(back, updated_at=datetime.now(UTC), name="R1 again")
        Store._store(self.channel._as_worker(), (later,))
        self.assertEqual(row.return_ids.name, "R1 again")
        self.assert_gone()

    def test_reading_an_erased_order_again_brings_nobody_back(self):
        order = self.place()
        row = self.bring(order)
        self.deliver(row)
        self.erase()
        changes = len(row.change_ids)
        partner, count = row.sale_order_id.partner_id, self.count_partners()
        moved = replace(self.home, street="Hidden Lane 77", country_code="CA")
        self.bring(self.later(order, ship_to=moved, bill_to=moved))
        self.assert_gone()
        self.assertEqual(len(row.change_ids), changes)
        self.assertFalse(row.to_apply)
        self.assertTrue(row.redacted_at)
        self.assertEqual(row.sale_order_id.partner_id, partner)
        self.assertEqual(self.count_partners(), count)
        # the same state once more is no news
        before = row.fetched_at
        row.fetched_at = before - timedelta(days=1)
        self.store(self.later(order, ship_to=moved, bill_to=moved))
        self.assertEqual(row.fetched_at, before - timedelta(days=1))

    def count_partners(self):
        Partner = self.env["res.partner"].with_context(active_test=False)
        return Partner.search_count([])

    def test_reading_an_erased_order_that_did_not_change_is_no_news(self):
        order = self.place()
        row = self.bring(order)
        self.deliver(row)
        self.erase()
        row.fetched_at = row.fetched_at - timedelta(days=1)
        before = row.fetched_at
        self.store(order)
        self.assertEqual(row.fetched_at, before)

    def test_an_order_that_waits_keeps_its_buyer_until_it_is_delivered(self):
        row = self.store(self.place())
        row.state = "held"
        request = self.erase()
        self.assertEqual(request.state, "open")
        self.assertEqual(codec.loads(Order, row.snapshot).buyer, self.zoe)
        row.state = "cancelled"
        self.worker("channel.privacy.retention")._retry()
        self.work()
        self.assertEqual(request.state, "done")
        self.env.invalidate_all()
        self.assert_gone()

    def test_who_ordered_elsewhere_too_is_kept_there(self):
        row = self.bring(self.place())
        self.deliver(row)
        partner = row.sale_order_id.partner_id
        self.env["sale.order"].create({"partner_id": partner.id})
        request = self.erase()
        self.assertEqual(request.state, "done")
        self.assertEqual(
            (partner.name, partner.street), ("Zoe Unseen", "Hidden Lane 5")
        )
        self.assertTrue(partner.active)
        self.assertFalse(partner.channel_partner_ids)
        self.assertTrue(row.redacted_at)

    def test_a_shop_that_has_left_with_goods_under_way(self):
        """They arrive first; all others are forgotten at once."""
        row = self.bring(self.place())
        other = replace(self.zoe, external_id="12", email="b@example.com")
        under_way = self.bring(self.order(other, self.home))
        self.deliver(row)
        request = self.ask(PrivacyKind.ERASE_SHOP, customer="")
        self.work()
        self.env.invalidate_all()
        self.assertEqual(request.state, "open")
        self.assertTrue(row.redacted_at)
        self.assertFalse(row.sale_order_id.partner_id.email)
        self.assertFalse(under_way.redacted_at)
        sale = under_way.sale_order_id
        self.assertEqual(sale.partner_shipping_id.street, "Hidden Lane 5")
        self.deliver(under_way)
        self.worker("channel.privacy.retention")._retry()
        self.work()
        self.env.invalidate_all()
        self.assertEqual(request.state, "done")
        self.assert_gone()

    def test_users_and_former_users_are_never_erased(self):
        for active in (True, False):
            row = self.bring(self.place())
            self.deliver(row)
            partner = row.sale_order_id.partner_id
            user = new_test_user(
                self.env,
                f"portal_{active}",
                groups="base.group_portal",
                partner_id=partner.id,
                name=partner.name,
                email=partner.email,
            )
            user.active = active
            self.ask(PrivacyKind.ERASE, key=f"u{active}")
            self.work()
            self.assertEqual(partner.name, "Zoe Unseen")
            self.assertTrue(row.redacted_at)

    def test_old_orders_leave_nothing_either(self):
        self.channel.pii_days = 100
        order = self.place()
        row = self.bring(order)
        self.bring(
            self.later(order, ship_to=replace(self.home, street="Hidden Lane 7"))
        )
        self.deliver(row)
        row.sale_order_id.message_post(body="Zoe Unseen called", message_type="comment")
        self.age(row, 101)
        self.forget()
        self.assert_gone()

    def test_customers_who_could_not_be_taken_over_go_with_time(self):
        self.channel.pii_days = 100
        failed = self.env["channel.customer"].create(
            {
                "channel_id": self.channel.id,
                "kind": "customer",
                "external_id": "9",
                "snapshot": "{}",
                "state": "failed",
            }
        )
        self.env.flush_all()
        self.forget()
        self.assertTrue(failed.exists())
        self.env.cr.execute(
            "UPDATE channel_customer SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=101), failed.id],
        )
        self.forget()
        self.assertFalse(failed.exists())
