"""What the tests of orders need beyond the channel: orders of any shape, and taxes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from ..adapter.canonical import Money, Tax
from ..adapter.port import OrderRead
from .common import ChannelCase
from .order_factory import RATES, OrderFactory


class OrderCase(ChannelCase):
    """A channel, and ``cls.factory`` that makes orders of its one offer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.import_payment = "any"
        cls.factory = cls.make_factory(1)
        cls.set_stock(cls.product, 10_000)

    @classmethod
    def make_factory(cls, seed):
        listings = ((cls.offer.external_id, cls.offer.sku),)
        return OrderFactory(Random(seed), listings)

    @classmethod
    def make_tax(cls, name, amount, included=False, **values):
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "company_id": cls.company.id,
                "price_include_override": "tax_included"
                if included
                else "tax_excluded",
                **values,
            }
        )

    @classmethod
    def make_taxes(cls):
        """All taxes that the factory draws from, included and not."""
        for title, rate in {pair for rates in RATES.values() for pair in rates}:
            percent = float(Decimal(rate) * 100)
            cls.make_tax(f"{title} {percent:g}%", percent)
            cls.make_tax(f"{title} {percent:g}% incl", percent, included=True)

    def simple(
        self,
        price="10.00",
        quantity=1,
        *,
        taxes=(),
        included=False,
        line=None,
        **values,
    ):
        """A paid order of one line without discounts, in dollars.

        :param taxes: (title, rate, amount) each.
        :param line: values of the line; ``values`` are those of the order.
        """
        order = self.factory.order(currency="USD", included=included)
        taxes = tuple(
            Tax(title=t, rate=rate and Decimal(rate), amount=Money(Decimal(a), "USD"))
            for t, rate, a in taxes
        )
        sold = replace(
            self.market.line(self.offer, quantity=quantity, price=price),
            taxes=taxes,
            **(line or {}),
        )
        discounts = sum((d.amount.amount for d in sold.discounts), Decimal(0))
        tax = sum((tax.amount.amount for tax in sold.taxes), Decimal(0))
        total = Decimal(price) * quantity - discounts + (0 if included else tax)
        payment = replace(
            self.market.pay(self.market.place(sold, paid=False).external_id).payments[
                0
            ],
            amount=Money(total, "USD"),
        )
        base = {
            "lines": (sold,),
            "shipping": (),
            "total": Money(total, "USD"),
            "tax_total": Money(tax, "USD"),
            "payments": (payment,) if total else (),
        }
        return replace(order, **{**base, **values})

    def store(self, *orders):
        """Store canonical orders as a fetch does; the rows, in the same order."""
        channel = self.channel._as_worker()
        reads = tuple(OrderRead(order.external_id, order=order) for order in orders)
        channel.env["channel.order"]._store_reads(channel, reads)
        rows = self.env["channel.order"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("external_id", "in", [order.external_id for order in orders]),
            ]
        )
        by_id = rows.grouped("external_id")
        return rows.browse().concat(
            *(by_id[o.external_id] for o in orders if o.external_id in by_id)
        )

    def work(self):
        """Import and account until nothing waits."""
        self.run_jobs(("import", "account"))

    def bring(self, *orders):
        """Store orders and do all the work that they cause."""
        rows = self.store(*orders)
        self.work()
        return rows

    def later(self, order, **values):
        """A later state of an order."""
        return replace(
            order, updated_at=order.updated_at + timedelta(hours=1), **values
        )

    def payments(self, order):
        return self.env["account.payment"].search([("channel_order_id", "=", order.id)])

    def tax_by_title(self, document):
        """Amount by title of the channel's tax, of a sale order or an invoice."""
        mappings = self.env["channel.mapping"].search([("kind", "=", "tax")])
        titles = {mapping.tax_id: mapping.external_name for mapping in mappings}
        amounts = {}
        for tax, amount in self._tax_amounts(document):
            title = titles[tax]
            amounts[title] = document.currency_id.round(
                amounts.get(title, 0.0) + amount
            )
        return {title: amount for title, amount in amounts.items() if amount}

    def _tax_amounts(self, document):
        if document._name == "account.move":
            for line in document.line_ids.filtered("tax_line_id"):
                yield line.tax_line_id, -line.amount_currency
            return
        for line in document.order_line:
            base_line = line._prepare_base_line_for_taxes_computation()
            Tax = self.env["account.tax"]
            Tax._add_tax_details_in_base_line(base_line, document.company_id)
            Tax._round_base_lines_tax_details([base_line], document.company_id)
            for data in base_line["tax_details"]["taxes_data"]:
                yield data["tax"], data["tax_amount_currency"]
