"""Where orders are made decides what becomes of them: apps, tills, drafts."""

from dataclasses import replace
from decimal import Decimal

from ..adapter.canonical import (
    Discount,
    FulfilmentState,
    LineKind,
    Money,
    OrderState,
    PaymentKind,
    PaymentState,
    Refund,
    RefundLine,
)
from .common import FakeAdapter
from .order_case import OrderCase


def usd(amount):
    return Money(Decimal(amount), "USD")


class TestOrderSources(OrderCase):
    """What becomes of an order by where it was made."""

    def source(self, **values):
        self.env["channel.order.source"]._note(self.channel, {"app": "An app"})
        self.channel.source_ids.write(values)
        return self.channel.source_ids

    def test_source_appears_with_its_first_order(self):
        self.channel.new_source_policy = "hold"
        row = self.bring(self.simple(source="4711", source_name="Bridge"))
        source = self.channel.source_ids
        self.assertEqual(source.external_code, "4711")
        self.assertEqual(source.external_name, "Bridge")
        self.assertEqual(source.order_policy, "hold")
        self.assertEqual(row.state, "held")
        self.assertIn("Bridge", self.issues("hold").message)
        self.assertTrue(row.line_ids.unimported)

    def test_deciding_for_a_source_lets_its_orders_pass(self):
        self.channel.new_source_policy = "hold"
        row = self.bring(self.simple(source="4711"))
        self.channel.source_ids.order_policy = "import"
        self.work()
        self.assertEqual(row.state, "imported")
        self.assertFalse(self.issues())

    def test_order_of_a_held_source_is_released(self):
        self.source(order_policy="hold")
        row = self.bring(self.simple(source="app"))
        row.action_release()
        self.work()
        self.assertEqual(row.state, "imported")

    def test_ignored_orders_make_nothing_and_hold_nothing(self):
        self.source(order_policy="ignore")
        row = self.bring(self.simple(source="app", quantity=3))
        self.assertEqual(row.state, "ignored")
        self.assertFalse(row.sale_order_id)
        self.assertFalse(row.line_ids.unimported)
        self.assertFalse(self.issues())

    def test_ignored_order_stays_so_when_the_policy_changes(self):
        source = self.source(order_policy="ignore")
        order = self.simple(source="app")
        row = self.bring(order)
        source.order_policy = "import"
        self.bring(self.later(order, note="x"))
        self.assertEqual(row.state, "ignored")
        self.assertEqual(self.bring(self.simple(source="app")).state, "imported")

    def test_ignored_order_that_a_person_imports(self):
        self.source(order_policy="ignore")
        row = self.bring(self.simple(source="app"))
        row.action_import_now()
        self.assertTrue(row.line_ids.unimported, "it counts from now on")
        self.work()
        self.assertEqual(row.state, "imported")
        self.assertEqual(row.accounting_state, "done")

    def test_ignored_order_that_is_cancelled_there(self):
        self.source(order_policy="ignore")
        order = self.simple(source="app")
        row = self.bring(order)
        self.bring(self.later(order, state=OrderState.CANCELLED))
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(self.issues(), "its money is somebody else's business")

    def test_held_orders_of_a_source_that_is_ignored_from_now_on(self):
        source = self.source(order_policy="hold")
        row = self.bring(self.simple(source="app"))
        source.order_policy = "ignore"
        self.assertEqual(row.state, "ignored")
        self.assertFalse(row.line_ids.unimported)
        self.assertFalse(self.issues())

    def test_imported_orders_do_not_care(self):
        source = self.source()
        order = self.simple(source="app")
        row = self.bring(order)
        source.order_policy = "ignore"
        self.bring(self.later(order, note="x"))
        self.assertEqual(row.state, "imported")

    def test_source_without_name_or_code(self):
        row = self.bring(self.simple(source=""))
        self.assertEqual(row.state, "imported")
        self.assertFalse(self.channel.source_ids)
        self.bring(self.simple(source="web"))
        self.assertEqual(self.channel.source_ids.external_name, "web")

    def test_team_journal_and_tags_of_the_source(self):
        team = self.env["crm.team"].create({"name": "Shop floor"})
        tag = self.env["crm.tag"].create({"name": "Till"})
        journal = self.env["account.journal"].create(
            {"name": "Till sales", "code": "TILL", "type": "sale"}
        )
        self.source(team_id=team.id, tag_ids=tag.ids, journal_id=journal.id)
        sale = self.bring(self.simple(source="app")).sale_order_id
        self.assertEqual(sale.team_id, team)
        self.assertEqual(sale.tag_ids, tag)
        self.assertEqual(sale.invoice_ids.journal_id, journal)

    def test_connecting_makes_the_sources_that_every_account_has(self):
        self.patch(FakeAdapter, "sources", {"web": "Web shop"})
        for _time in range(2):
            self.env["channel.connect"]._run(self.channel)
        self.assertEqual(self.channel.source_ids.external_name, "Web shop")


class TestStockless(OrderCase):
    """Orders whose goods others hold and ship: books only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["channel.order.source"]._note(cls.channel, {"app": "An app"})
        cls.channel.source_ids.order_policy = "books"

    def test_books_without_transfers(self):
        before = self.product.qty_available
        row = self.store(self.simple(quantity=3, source="app"))
        self.assertFalse(row.line_ids.unimported)
        self.work()
        sale = row.sale_order_id
        self.assertEqual(sale.state, "sale")
        self.assertFalse(sale.picking_ids)
        self.assertEqual(self.product.qty_available, before)
        self.assertEqual(self.product.virtual_available, before)
        self.assertEqual(sale.invoice_ids.payment_state, "paid")
        self.assertFalse(row.line_ids.unimported)
        self.assertFalse(self.issues())

    def test_what_others_shipped_is_delivered_on_the_sale_order(self):
        order = self.simple(quantity=3, source="app", line={"fulfilled": 1})
        row = self.bring(order)
        sale = row.sale_order_id
        self.assertEqual(sale.order_line.qty_delivered, 1)
        line = replace(order.lines[0], fulfilled=3)
        self.bring(self.later(order, lines=(line,)))
        self.assertEqual(sale.order_line.qty_delivered, 3)
        self.assertFalse(sale.picking_ids)
        self.assertFalse(self.issues())

    def test_invoiced_when_others_have_shipped(self):
        self.channel.invoice_policy = "shipped"
        order = self.simple(quantity=3, source="app")
        row = self.bring(order)
        self.assertFalse(row.sale_order_id.invoice_ids)
        line = replace(order.lines[0], fulfilled=3)
        self.bring(self.later(order, lines=(line,)))
        self.assertEqual(row.sale_order_id.invoice_ids.amount_total, 30)

    def test_refund_is_money_only(self):
        order = self.simple(quantity=3, source="app", line={"fulfilled": 3})
        row = self.bring(order)
        line = replace(order.lines[0], refunded=1)
        back = replace(
            order.payments[0],
            external_id="back",
            kind=PaymentKind.REFUND,
            amount=usd("10.00"),
        )
        given = RefundLine(
            line=line.external_id,
            quantity=1,
            restock=True,
            amount=usd("10.00"),
            tax=usd("0.00"),
            location="main",
        )
        refund = Refund(
            external_id="r1",
            created_at=back.created_at,
            total=back.amount,
            lines=(given,),
            payments=(back,),
        )
        state = PaymentState.PARTIALLY_REFUNDED
        self.bring(
            self.later(order, lines=(line,), refunds=(refund,), payment_state=state)
        )
        self.assertFalse(row.sale_order_id.picking_ids)
        self.assertFalse(self.issues())
        credit = self.env["account.move"].search(
            [("channel_order_id", "=", row.id), ("move_type", "=", "out_refund")]
        )
        self.assertEqual((credit.amount_total, credit.payment_state), (10, "paid"))

    def test_cancelled_order(self):
        order = self.simple(source="app", payment_state=PaymentState.AUTHORIZED)
        order = replace(order, payments=())
        row = self.bring(order)
        self.bring(self.later(order, state=OrderState.CANCELLED))
        self.assertEqual(row.sale_order_id.state, "cancel")

    def test_held_orders_of_a_source_that_needs_no_stock_any_more(self):
        self.channel.source_ids.order_policy = "hold"
        row = self.bring(self.simple(source="app"))
        self.assertTrue(row.line_ids.unimported)
        self.channel.source_ids.order_policy = "books"
        self.assertFalse(row.line_ids.unimported)
        self.work()
        self.assertEqual(row.state, "imported")
        self.assertFalse(row.sale_order_id.picking_ids)


class TestTill(OrderCase):
    """Sold, paid and taken along at a place of ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stock = cls.warehouse.lot_stock_id
        cls.shelf, cls.shop = cls.env["stock.location"].create(
            [
                {"name": name, "location_id": stock.id, "usage": "internal"}
                for name in ("Shelf", "Shop")
            ]
        )
        cls.channel.location_ids.feed_ids.stock_location_id = cls.shelf
        cls.make_place(cls.channel, "till", cls.shop)
        cls.set_stock(cls.product, 5, cls.shelf)
        cls.set_stock(cls.product, 5, cls.shop)

    def sale(self, quantity=2, **values):
        line = {"fulfilled": quantity, "location": "till", **values.pop("line", {})}
        values = {
            "fulfilment_state": FulfilmentState.FULFILLED,
            "source": "pos",
            "buyer": None,
            "ship_to": None,
            "bill_to": None,
            **values,
        }
        return self.simple(quantity=quantity, line=line, **values)

    def at(self, location):
        quants = self.env["stock.quant"].search(
            [("location_id", "=", location.id), ("product_id", "=", self.product.id)]
        )
        return sum(quants.mapped("quantity"))

    def extra(self, order, kind, title, price):
        return replace(
            order.lines[0],
            external_id=f"{kind.value}-{order.external_id}",
            kind=kind,
            title=title,
            quantity=1,
            unit_price=usd(price),
            fulfilled=0,
            requires_shipping=False,
            listing="",
            sku="",
        )

    def test_stock_leaves_the_shop_at_once(self):
        row = self.bring(self.sale())
        self.assertEqual(row.sale_order_id.picking_ids.state, "done")
        self.assertEqual(self.at(self.shop), 3)
        self.assertEqual(self.at(self.shelf), 5)

    def test_stock_leaves_the_shop_though_it_has_none(self):
        """It was sold there, whatever is counted here."""
        self.bring(self.sale(quantity=7))
        self.assertEqual(self.at(self.shop), -2)
        self.assertEqual(self.at(self.shelf), 5)

    def test_stock_leaves_the_shop_by_two_steps(self):
        self.warehouse.delivery_steps = "pick_ship"
        row = self.bring(self.sale())
        self.assertEqual(row.sale_order_id.order_line.qty_delivered, 2)
        self.assertEqual(self.at(self.shop), 3)

    def test_the_shop_is_not_told_what_it_did_itself(self):
        row = self.bring(self.sale())
        self.run_jobs()
        self.assertFalse(row.shipment_ids)
        self.assertFalse(self.market.shipments)

    def test_the_rest_is_told_as_the_whole(self):
        order = self.sale(quantity=3, line={"fulfilled": 1, "location": ""})
        order = replace(order, fulfilment_state=FulfilmentState.PARTIAL)
        self.market.orders[order.external_id] = order
        row = self.bring(order)
        picking = row.sale_order_id.picking_ids.filtered(lambda p: p.state != "done")
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking._action_done()
        self.run_jobs()
        ((told,),) = [one.lines for one in self.market.shipments.values()]
        self.assertEqual((told.quantity, told.cumulative), (2, 3))

    def test_buyer_is_the_collective_customer(self):
        walk_in = self.env["res.partner"].create({"name": "Walk-in"})
        self.channel.guest_partner_id = walk_in
        row = self.bring(self.sale())
        self.assertEqual(row.sale_order_id.partner_id, walk_in)

    def test_change_and_rounding_in_cash(self):
        order = self.sale(quantity=1)
        cash = replace(order.payments[0], gateway="cash", amount=usd("20.00"))
        back = replace(
            cash, external_id="back", kind=PaymentKind.CHANGE, amount=usd("9.98")
        )
        rounding = self.extra(order, LineKind.ROUNDING, "Cash rounding", "0.02")
        row = self.bring(
            replace(
                order,
                lines=(*order.lines, rounding),
                total=usd("10.02"),
                payments=(cash, back),
            )
        )
        sale = row.sale_order_id
        self.assertEqual(sale.amount_total, 10.02)
        self.assertEqual(sale.invoice_ids.payment_state, "paid")
        self.assertEqual(sum(self.payments(row).mapped("amount")), 10.02)
        self.assertFalse(self.issues())

    def test_discount_of_the_staff_and_a_tip(self):
        order = self.sale(quantity=1)
        staff = Discount(title="Staff", amount=usd("4.00"))
        goods = replace(order.lines[0], discounts=(staff,))
        tip = self.extra(order, LineKind.TIP, "Tip", "1.00")
        paid = replace(order.payments[0], amount=usd("7.00"))
        row = self.bring(
            replace(order, lines=(goods, tip), total=usd("7.00"), payments=(paid,))
        )
        self.assertEqual(row.sale_order_id.amount_total, 7)
        self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
        self.assertIn("Staff", row.sale_order_id.order_line.mapped("name"))
