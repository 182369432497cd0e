"""The screens at work, in a real browser."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo.tests import HttpCase, new_test_user, tagged

from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestTours(ChannelCase, HttpCase):
    registry_test_mode = False  # ``ChannelCase`` enters it already

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "tours_operator",
            "channel_base.group_operator,sales_team.group_sale_salesman_all_leads",
        )

    def tour(self, screen, name):
        self.start_tour(f"/odoo/{screen}", name, login="tours_operator")

    def test_resolve_an_unmapped_sku_and_see_the_order_flow_on(self):
        product = self.make_product("POSTER-1", quantity=5, name="Blue poster")
        offer = self.market.offer("POSTER-01", title="Blue poster, large")
        self.make_listing(self.channel, offer)
        external = self.market.place(self.market.line(offer, 2, price="30.00"))
        self.poll()
        order = self.order_of(external)
        self.assertEqual(order.state, "blocked")
        self.tour("channel-issues", "channel_base_unmapped_sku")
        self.env.invalidate_all()
        self.run_jobs()
        self.assertEqual(order.state, "imported")
        self.tour("channel-orders", "channel_base_order_flowed_on")
        self.assertEqual(order.sale_order_id.order_line.product_id, product)

    def test_why_a_quantity_was_pushed(self):
        product = self.make_product("SKU-WHY", quantity=10)
        offer = self.market.offer("SKU-WHY", quantity=10)
        listing = self.make_listing(self.channel, offer, product)
        listing.write({"own_stock_rule": True, "stock_share": 50, "stock_buffer": 1})
        partner = self.env["res.partner"].create({"name": "Somebody else"})
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": 3})
                ],
            }
        )
        order.action_confirm()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.run_jobs()
        # 10 on hand, 3 sold: half of 7 is 3, less 1
        self.assertEqual(self.market.levels[offer.external_id, "main"], 2)
        self.tour("channel-listings", "channel_base_why_quantity")

    def test_approve_a_change_and_see_it_applied(self):
        self.channel.change_policy = "approve"
        external = self.market.place(self.market.line(self.offer, 1, price="10.00"))
        self.poll()
        order = self.order_of(external)
        added = replace(self.market.line(self.offer, 2, price="10.00"), external_id="x")
        self.market.orders[external.external_id] = replace(
            external,
            lines=(*external.lines, added),
            total=replace(external.total, amount=Decimal(30)),
            updated_at=external.updated_at + timedelta(hours=1),
            edited=True,
        )
        self.poll()
        self.assertEqual(order.open_change_id.state, "proposed")
        self.tour("channel-issues", "channel_base_order_change")
        self.env.invalidate_all()
        self.run_jobs()
        self.assertEqual(order.change_ids.state, "applied")
        self.assertEqual(order.sale_order_id.amount_total, 30)
        self.tour("channel-changes", "channel_base_order_changed")

    def test_decide_a_return_and_inspect_its_goods(self):
        external = self.market.place(self.market.line(self.offer, 2))
        self.poll()
        picking = self.order_of(external).sale_order_id.picking_ids
        picking.move_ids.picked = True
        picking._action_done()
        sold = next(iter(self.market.orders.values()))
        self.market.send_back((sold.lines[0], 1, "regret"))
        self.channel._job_poll_returns()
        self.run_jobs()
        row = self.env["channel.return"].search([])
        self.tour("channel-returns", "channel_base_return")
        self.env.invalidate_all()
        self.run_jobs()
        self.assertEqual(row.state, "receiving")
        self.tour("channel-returns", "channel_base_return_inspect")
        self.env.invalidate_all()
        self.run_jobs()
        self.assertEqual(row.state, "inspected")

    def test_pay_a_credit_note_back_at_the_channel(self):
        self.channel.refund_flow = "on"
        new_test_user(
            self.env,
            "tours_accountant",
            "channel_base.group_operator,account.group_account_invoice",
        )
        external = self.market.place(self.market.line(self.offer, 1, price="12.00"))
        self.poll()
        invoice = self.order_of(external).sale_order_id.invoice_ids
        credit = invoice._reverse_moves()
        credit.action_post()
        self.start_tour(
            f"/odoo/account.move/{credit.id}",
            "channel_base_refund",
            login="tours_accountant",
        )
        self.env.invalidate_all()
        self.run_jobs()
        self.assertEqual(credit.channel_refund_ids.state, "done")
        self.assertEqual(len(self.market.refunds), 1)
        self.tour("channel-refunds", "channel_base_refunded")
