from datetime import UTC, datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from .account import FRANCE, GERMANY
from .common import AmazonCase

FACILITATOR = {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR"}]}


def euro(text):
    return {"amount": text, "currencyCode": "EUR"}


@tagged("-at_install", "post_install")
class TestOrders(AmazonCase):
    """From a sweep to sale orders, transfers and invoices."""

    def setUp(self):
        super().setUp()
        self.channel = self.connected()
        self.account.calls.clear()

    def operations(self):
        """Paths that were called, the order's id left out."""
        return [
            path.split("/orders")[1].strip("/")
            for _m, path, _q, _b in self.account.calls
        ]

    def test_an_order_becomes_a_sale_order_by_one_call(self):
        self.placed()
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "imported", order.trouble)
        sale = order.sale_order_id
        self.assertEqual(sale.amount_total, 43.98)
        self.assertEqual(sale.currency_id, self.euro)
        self.assertEqual(sale.state, "sale")
        self.assertEqual(len(self.account.calls), 1)
        self.assertEqual(order.market_id.external_id, GERMANY)

    def test_a_pending_order_counts_and_is_imported_when_released(self):
        payload = self.placed(recipient=None, proceeds=None)
        payload["fulfillment"]["fulfillmentStatus"] = "PENDING"
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "pending")
        self.assertEqual(order.line_ids.mapped("unimported"), [True])
        self.assertEqual(order.line_ids.open_quantity, 2)
        released = self.placed()
        self.change(released)
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "imported", order.trouble)
        self.assertEqual(order.sale_order_id.amount_total, 43.98)

    def change(self, payload, **values):
        """What changes now, after the first look."""
        moment = datetime.now(UTC) - timedelta(minutes=3)
        payload.update(values, lastUpdatedTime=moment.isoformat())

    def test_a_pending_order_that_is_cancelled_lets_its_units_go(self):
        payload = self.placed(recipient=None, proceeds=None)
        payload["fulfillment"]["fulfillmentStatus"] = "PENDING"
        self.taken_in(self.channel)
        payload["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
        payload["orderItems"][0]["quantityOrdered"] = 0
        self.change(payload)
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "cancelled")
        self.assertFalse(any(order.line_ids.mapped("unimported")))

    def test_one_item_that_is_cancelled_later_is_not_shipped(self):
        payload = self.placed()
        second = dict(payload["orderItems"][0], orderItemId="second")
        payload["orderItems"].append(second)
        payload["proceeds"] = {"grandTotal": euro("87.96")}
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "imported", order.trouble)
        second["quantityOrdered"] = 0
        second["proceeds"] = {"proceedsTotal": euro("0.00"), "breakdowns": []}
        payload["proceeds"] = {"grandTotal": euro("43.98")}
        self.change(payload)
        self.taken_in(self.channel)
        moves = order.sale_order_id.picking_ids.move_ids
        moves = moves.filtered(lambda move: move.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 2)
        self.assertEqual(order.sale_order_id.amount_total, 43.98)

    def test_what_amazon_ships_takes_nothing_off_our_stock(self):
        payload = self.placed()
        payload["fulfillment"] |= {
            "fulfilledBy": "AMAZON",
            "fulfillmentStatus": "SHIPPED",
        }
        payload["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 2}
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "imported", order.trouble)
        self.assertTrue(order.stockless)
        self.assertFalse(order.sale_order_id.picking_ids)

    def test_each_marketplace_has_its_own_books(self):
        journal = self.env["account.journal"].create(
            {"name": "Amazon France", "type": "sale", "code": "AFR"}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id}
        )
        position = self.env["account.fiscal.position"].create({"name": "OSS France"})
        french = self.channel.market_ids.filtered(lambda m: m.external_id == FRANCE)
        french.write(
            {
                "journal_id": journal.id,
                "pricelist_id": pricelist.id,
                "fiscal_position_id": position.id,
            }
        )
        payload = self.placed("302-1-1")
        payload["salesChannel"]["marketplaceId"] = FRANCE
        self.placed("302-1-2")
        orders = self.taken_in(self.channel)
        by_market = {o.market_id.external_id: o.sale_order_id for o in orders}
        there, here = by_market[FRANCE], by_market[GERMANY]
        self.assertEqual(there.journal_id, journal)
        self.assertEqual(there.pricelist_id, pricelist)
        self.assertEqual(there.fiscal_position_id, position)
        self.assertEqual(there.invoice_ids.journal_id, journal)
        self.assertNotEqual(here.fiscal_position_id, position)
        self.assertNotEqual(here.invoice_ids.journal_id, journal)

    def test_taxes_that_amazon_does_not_tell_are_the_products(self):
        self.product.taxes_id = self.make_tax("19% of ours", 19)
        payload = self.placed()
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "imported", order.trouble)
        sale = order.sale_order_id
        self.assertEqual((sale.amount_total, sale.amount_tax), (43.98, 7.02))
        invoice = sale.invoice_ids
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (43.98, 7.02))
        # what is decided stays, whatever becomes of the product
        self.product.taxes_id = self.make_tax("7% of ours", 7)
        self.change(payload)
        self.taken_in(self.channel)
        self.assertEqual(sale.amount_tax, 7.02)
        self.assertFalse(order.trouble)
        self.change(self.placed("302-0000002-0000002"))
        other = self.taken_in(self.channel) - order
        self.assertEqual(other.sale_order_id.amount_tax, 2.88)

    def test_the_marketplaces_fiscal_position_decides_the_rate(self):
        ours = self.make_tax("19% at home", 19)
        position = self.env["account.fiscal.position"].create({"name": "OSS FR"})
        self.make_tax(
            "20% in France",
            20,
            fiscal_position_ids=position.ids,
            original_tax_ids=ours.ids,
        )
        self.product.taxes_id = ours
        self.channel.market_ids.fiscal_position_id = position
        self.placed()
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "imported", order.trouble)
        self.assertEqual(order.line_ids.vat_percent, 20)
        self.assertEqual(order.sale_order_id.amount_tax, 7.33)
        self.assertEqual(order.sale_order_id.amount_total, 43.98)

    def test_tax_that_amazon_pays_nets_to_zero(self):
        payload = self.placed()
        payload["salesChannel"]["marketplaceId"] = GERMANY
        item = payload["orderItems"][0]
        item["tax"] = FACILITATOR
        item["proceeds"] = {
            "breakdowns": [
                {"type": "ITEM", "subtotal": euro("39.98")},
                {"type": "TAX", "subtotal": euro("4.02")},
            ]
        }
        payload["proceeds"] = {"grandTotal": euro("44.00")}
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "imported", order.trouble)
        invoice = order.sale_order_id.invoice_ids
        self.assertEqual(invoice.amount_total, 44.0)
        (line,) = invoice.line_ids.filtered("tax_line_id")
        # not what we owe to the state
        self.assertNotEqual(line.account_id, self.own_tax_account())
        self.assertTrue(
            self.env["channel.mapping"].search([("tax_remitted", "=", True)])
        )

    def own_tax_account(self):
        tax = self.company.account_sale_tax_id
        return tax.invoice_repartition_line_ids.account_id[:1]

    def test_the_transfer_knows_by_when_it_has_to_leave(self):
        payload = self.placed()
        payload["fulfillment"] |= {
            "shipByWindow": {"latestDateTime": "2030-01-02T21:59:59Z"},
            "deliverByWindow": {"latestDateTime": "2030-01-05T21:59:59Z"},
        }
        order = self.taken_in(self.channel)
        (picking,) = order.sale_order_id.picking_ids
        ship_by = fields.Datetime.to_datetime("2030-01-02 21:59:59")
        self.assertEqual(picking.channel_ship_by, ship_by)
        self.assertEqual(picking.date_deadline, ship_by)
        self.assertEqual(picking.channel_deliver_by.day, 5)
        payload["fulfillment"]["shipByWindow"] = {
            "latestDateTime": "2030-01-03T21:59:59Z"
        }
        self.change(payload)
        self.taken_in(self.channel)
        self.assertEqual(picking.date_deadline.day, 3)

    def test_the_buyers_wish_to_cancel_waits_for_a_person(self):
        payload = self.placed()
        payload["orderItems"][0]["cancellation"] = {
            "cancellationRequest": {"requester": "BUYER", "cancelReason": "by mistake"}
        }
        order = self.taken_in(self.channel)
        self.assertEqual(order.state, "held")
        self.assertIn("by mistake", order.trouble)
        order.issue_ids.action_decline_cancel()
        self.env["channel.order"]._job_import()
        self.assertEqual(order.state, "imported")
