from dataclasses import dataclass
from decimal import Decimal

from odoo import fields, models

from ..adapter.canonical import Money
from .price_compute import PART, Row


@dataclass(frozen=True, slots=True)
class Asked:
    """What a new variant is sold for.

    :param money: None where it cannot be computed.
    :param unusual: why a person has to look at it, see ``channel.listing.price``.
    """

    money: Money | None
    unusual: str | None


class ContentPrice(models.AbstractModel):
    """Prices that variants are made with: those that the price lane would send, and
    with its doubts. Of variants that are there already it alone sends prices."""

    _name = "channel.content.price"
    _description = "Prices of New Variants"

    def _of(self, channel, variants):
        """Prices of some variants.

        :return: dict variant id -> ``Asked``.
        """
        base = channel.price_list_ids.filtered(lambda one: one.kind == "base")[:1]
        find = self._computed if base.currency_id else self._plain
        found = {}
        for start in range(0, len(variants), PART):
            found |= find(base or channel, variants[start : start + PART])
        return found

    def _computed(self, base, variants):
        """By the channel's base prices: its pricelist, with tax as the channel wants
        it, in its currency."""
        compute, now = self.env["channel.price.compute"], fields.Datetime.now()
        variants = variants.with_company(base.company_id)
        numbers = compute._numbers(base, base._source(), variants, now)
        costs = compute._costs(base, variants, now)
        return {
            one: self._asked(
                base,
                one,
                None if found["error"] else found["amount"],
                costs[one],
            )
            for one, found in numbers.items()
        }

    def _asked(self, base, variant_id, amount, cost):
        if amount is None:
            return Asked(None, None)
        row = Row(*(0, base.id, 0, variant_id, "open"), *([None] * 5), amount=amount)
        compute = self.env["channel.price.compute"]
        row.inputs = compute._margin(base, row, cost)
        unusual = compute._unusual(base.channel_id, row)
        return Asked(Money(amount, base.currency_id.name), unusual)

    def _plain(self, channel, variants):
        """Of a channel that has told of no prices yet."""
        pricelist = channel.pricelist_id
        currency = pricelist.currency_id or channel.company_id.currency_id
        found = pricelist._get_products_price(variants, 1.0) if pricelist else {}
        prices = {
            one: Decimal(str(currency.round(found.get(one.id, one.lst_price))))
            for one in variants
        }
        return {
            one.id: Asked(Money(price, currency.name), None if price > 0 else "zero")
            for one, price in prices.items()
        }
