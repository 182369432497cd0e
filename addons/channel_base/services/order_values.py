from odoo import models
from odoo.fields import Command

from ..books.lines import Role
from ..books.money import rounded
from ..books.totals import keep_books
from .order_draft import Draft, edited_state
from .plain import clean, naive

PRODUCT_FIELDS = {
    Role.SHIPPING: "shipping_product_id",
    Role.DISCOUNT: "discount_product_id",
    Role.TIP: "tip_product_id",
    Role.FEE: "fee_product_id",
    Role.DUTY: "fee_product_id",
    Role.GIFT_CARD: "gift_card_product_id",
    Role.CUSTOM: "custom_product_id",
    Role.ROUNDING: "rounding_product_id",
    Role.ADJUSTMENT: "adjustment_product_id",
}


class OrderValues(models.AbstractModel):
    """From canonical orders to the values of sale orders, a batch at a time."""

    _name = "channel.order.values"
    _description = "Values of Sale Orders"

    def _prepare(self, channel, orders):
        """Gather everything that the sale orders of one channel's orders need.

        :return: drafts; those with ``problems`` cannot be imported yet.
        """
        drafts = [Draft(order, edited_state(order, order.snapshot)) for order in orders]
        markets = self.env["channel.market"]._by_code(channel)
        for draft in drafts:
            draft.market = markets.get(draft.external.market)
        self.env["channel.order.currency"]._fill(channel, drafts)
        self.env["channel.order.product"]._fill(channel, drafts)
        self.env["channel.tax.reckon"]._fill(channel, drafts)
        countable = [draft for draft in drafts if draft.currency]
        for draft in countable:
            self._keep_books(channel, draft)
        self.env["channel.tax.match"]._fill(channel, countable)
        ready = [draft for draft in drafts if not draft.problems]
        self.env["channel.partner.match"]._fill(channel, ready)
        self.env["channel.payment.terms"]._fill(channel, ready)
        return drafts

    def _values(self, channel, drafts):
        """Values of the sale orders of drafts without problems."""
        common = self._prepare_common(channel)
        Source = self.env["channel.order.source"]
        sources = Source._by_code(channel)
        return [
            {
                **common,
                **(draft.market._prepare_sale() if draft.market else {}),
                **Source._prepare_sale(sources.get(draft.external.source)),
                **self._prepare_order(channel, draft),
                "order_line": [
                    Command.create(values)
                    for values in self._prepare_lines(channel, draft)
                ],
            }
            for draft in drafts
        ]

    # --- what forbids the import ------------------------------------------------------

    def _keep_books(self, channel, draft):
        digits = draft.currency.decimal_places
        draft.books = keep_books(
            draft.external,
            digits,
            rounded(
                type(draft.external.total.amount)(channel.rounding_limit * draft.rate),
                digits,
            ),
            rounding_name=self.env._("Rounding difference"),
            per_unit=channel.invoice_policy == "shipped",
            describe=lambda line: self.env["channel.order.remarks"]._describe(
                channel, line
            ),
        )
        if not draft.books.exact:
            Trouble = self.env["channel.order.trouble"]
            message = self._mismatch(draft)
            draft.problems.append(
                Trouble._value(draft.order, "total_mismatch", message)
            )

    def _mismatch(self, draft):
        return self.env._(
            "The lines of order %(order)s lack %(total)s %(currency)s of its total and"
            " %(tax)s of its taxes as the channel states them. Enter it by hand and"
            " give the order up here, or raise the channel's rounding limit and"
            " resolve this issue.",
            order=draft.order.name,
            total=draft.books.total_gap,
            tax=draft.books.tax_gap,
            currency=draft.currency.name,
        )

    # --- orders -----------------------------------------------------------------------

    def _prepare_common(self, channel):
        return {
            "company_id": channel.company_id.id,
            "team_id": channel.team_id.id,
            "journal_id": channel.journal_id.id,
        }

    def _prepare_order(self, channel, draft):
        external = draft.external
        pricelist = (
            draft.pricelist
            or (draft.market and draft.market.pricelist_id)
            or channel.pricelist_id
        )
        values = {
            "channel_order_id": draft.order.id,
            "origin": clean(external.name),
            "client_order_ref": clean(external.po_number or external.name),
            "date_order": naive(external.ordered_at),
            "commitment_date": naive(external.ship_by),
            "partner_id": draft.partner.id,
            "partner_invoice_id": draft.bill_to.id,
            "partner_shipping_id": draft.ship_to.id,
            "user_id": draft.partner.user_id.id,
            "warehouse_id": self._warehouse(channel, draft).id,
            "pricelist_id": pricelist.id
            if pricelist.currency_id == draft.currency
            else False,
            "channel_contact_id": draft.contact and draft.contact.id,
        }
        if external.terms:
            term = draft.payment_term
            values["payment_term_id"] = term and term.id
        return values

    def _warehouse(self, channel, draft):
        """Where the channel wants it shipped from, else the channel's own warehouse."""
        assigned = draft.order.line_ids.location_id.warehouse_id
        return (
            assigned[:1]
            or channel.warehouse_id
            or self.env["stock.warehouse"].search(
                [("company_id", "=", channel.company_id.id)], limit=1
            )
        )

    # --- lines ------------------------------------------------------------------------

    def _prepare_lines(self, channel, draft):
        rows = {row.external_id: row.id for row in draft.order.line_ids}
        return [
            self._prepare_line(channel, draft, line, sequence, rows)
            for sequence, line in enumerate(draft.books.lines, start=1)
            if line.quantity
        ]

    def _prepare_line(self, channel, draft, line, sequence, rows):
        product = self._product(channel, draft, line)
        taxes = self._tax_amounts(draft, line)
        price = float(line.unit_price)
        return {
            "sequence": sequence,
            "channel_line_id": rows.get(line.source, False),
            "channel_role": line.role.value,
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "name": clean(line.name) or product.display_name,
            "product_uom_qty": line.quantity,
            "price_unit": price,
            "technical_price_unit": price,
            "discount": 0.0,
            "tax_ids": [Command.set(list(taxes))],
            "extra_tax_data": self._prepare_tax_data(draft, line, taxes),
        }

    def _product(self, channel, draft, line):
        if line.role is Role.PRODUCT:
            return draft.products[line.source]
        if line.role is Role.GIFT_CARD:
            self.env["channel.ledger"]._gift_card_account(channel)
        return channel[PRODUCT_FIELDS[line.role]]

    def _tax_amounts(self, draft, line):
        """Amount by tax id: what the channel charged for this line."""
        amounts = {}
        for key, amount in line.taxes.items():
            tax = draft.taxes[key]
            if tax:
                amounts[tax.id] = amounts.get(tax.id, 0) + amount
        return amounts

    def _prepare_tax_data(self, draft, line, taxes):
        """Odoo's own means to say what the taxes of a line are; it falls back to
        computing when a person changes quantity or price.

        A line without taxes needs it only where its amount, or that of a part of it, is
        not price times quantity. Amounts of the company's currency are said too: Odoo
        makes wrong ones for lines with several taxes.
        """
        digits = draft.currency.decimal_places
        price = line.unit_price
        plain = price == rounded(price, digits) and price * line.quantity == line.total
        if not taxes and plain:
            return False
        untaxed = float(line.untaxed)
        own_untaxed = self._own(draft, untaxed)
        return {
            "manual_total_excluded_currency": untaxed,
            "manual_total_excluded": own_untaxed,
            # Odoo reads the total only along with some tax, be it none that exists
            "manual_tax_amounts": {
                str(tax_id): {
                    "tax_amount_currency": float(amount),
                    "base_amount_currency": untaxed,
                    "tax_amount": self._own(draft, float(amount)),
                    "base_amount": own_untaxed,
                }
                for tax_id, amount in taxes.items()
            }
            or {"0": {}},
            "currency_id": draft.currency.id,
            "price_unit": float(line.unit_price),
            "discount": 0.0,
            "quantity": float(line.quantity),
            "rate": draft.rate,
        }

    def _own(self, draft, amount):
        """An amount of an order in the company's currency."""
        return draft.order.company_id.currency_id.round(amount / draft.rate)
