"""Prices of rules that are seldom thought of."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .price_case import PriceCase


@tagged("post_install", "-at_install")
class TestOddPrices(PriceCase):
    def chained(self, parent, **pricelist):
        """A pricelist whose prices are those of another one."""
        return self.env["product.pricelist"].create(
            {
                "name": "Chained",
                "currency_id": self.usd.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "formula",
                            "base": "pricelist",
                            "base_pricelist_id": parent.id,
                        }
                    )
                ],
                **pricelist,
            }
        )

    def test_a_sale_of_the_pricelist_below_is_shown_as_one(self):
        now = fields.Datetime.now()
        parent = self.make_pricelist(
            compute_price="percentage",
            percent_price=20,
            applied_on="3_global",
            date_start=now - timedelta(hours=1),
            date_end=now + timedelta(hours=1),
        )
        self.channel.pricelist_id = self.chained(parent)
        self.push()
        self.assertEqual(self.asked(), (Decimal("8.00"), Decimal("10.00")))

    def test_a_missing_rate_of_the_pricelist_below_stops_its_prices(self):
        gbp = self.currency("GBP")
        gbp.rate_ids.unlink()
        parent = self.make_pricelist(
            gbp, compute_price="fixed", fixed_price=7, applied_on="3_global"
        )
        self.channel.pricelist_id = self.chained(parent)
        with self.assertIssue("price_list"):
            self.push()
        self.assertEqual(self.asked()[0], Decimal("10"))

    def test_amounts_have_the_digits_of_their_currency(self):
        self.channel.price_change_max = self.channel.price_floor = 0
        for name, expected in (("JPY", "13"), ("KWD", "12.988")):
            currency = self.currency(name)
            self.base.sudo().currency_id = currency
            self.channel.pricelist_id = self.make_pricelist(
                currency, compute_price="fixed", fixed_price=12.9876, min_quantity=1
            )
            self.push()
            self.assertEqual(str(self.asked()[0]), expected, name)

    def test_a_floor_is_held_without_the_tax(self):
        """What the state gets covers no cost."""
        self.product.taxes_id = self.env["account.tax"].create(
            {
                "name": "VAT",
                "amount": 20,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
            }
        )
        self.product.standard_price = 9
        self.product.list_price = 10.5
        self.push()
        self.assertEqual(self.price_of().unusual, "floor")
