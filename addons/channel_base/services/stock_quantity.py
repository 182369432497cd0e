from dataclasses import dataclass, field

from odoo import models

from . import balance_sql, level_sql, shown_sql
from .stock_dirty import Marks
from .stock_rule import shown


def likely(highest, unsure, target):
    """What a channel shows by all we know.

    Of what is not sure, the highest, so that a raise never passes for a decrease; the
    lowest, likely after a sale, where nothing could be raised by that.

    :param highest: the most that it may show, None when it was never read.
    :param unsure: units of sales that ``highest`` contains, or not.
    :param target: units that it is to show.
    """
    if highest is None:
        return None
    return highest - unsure if target <= highest - unsure else highest


@dataclass(slots=True)
class Level:
    """One level as it stands, and what the formula says of it."""

    id: int
    channel_id: int
    listing_id: int
    location_id: int
    product_id: int
    pool_id: int
    storable: bool
    listing: str
    stock_key: str
    place: str
    share: float
    buffer: int
    cap: int
    previous: int | None  # the last target
    confirmed: int
    confirmed_at: object
    sent_at: object
    unexplained: int
    unexplained_at: object
    decrease_since: object
    retries: int
    sold: int
    unsure: int  # units of orders that ``confirmed`` contains, or not
    certain: bool
    inputs: dict = field(default_factory=dict)
    computed: int = 0
    target: int = 0
    products: frozenset = frozenset()

    @property
    def highest(self):
        """The most that the channel may show by all we know; None when it was never
        read."""
        return None if self.confirmed_at is None else self.confirmed - self.sold

    @property
    def expected(self):
        """What the channel shows by all we know; None when it was never read."""
        return likely(self.highest, self.unsure, self.target)

    @property
    def rises(self):
        """More is to be shown than the channel shows, or what it shows is not known."""
        return self.expected is None or self.target > self.expected

    @property
    def equal(self):
        """The channel shows the target already.

        Sales that name no place may have been taken from another place of the listing,
        and refunded units may be back on the channel's shelf: then what is shown here
        is not certain, and the quantity is sent to be sure.
        """
        return self.certain and not self.unsure and self.expected == self.target


class StockQuantity(models.AbstractModel):
    """Compute quantities of all dirty levels at once; the number of queries is
    constant."""

    _name = "channel.stock.quantity"
    _description = "Stock Quantities for Channels"

    def _compute(self, company, channels, marks):
        """Compute levels of some channels of one company: dirty and touched ones.

        Levels under way in a batch, or refused by the channel and not resolved, wait.

        :param marks: ``Marks`` of this run.
        :return: list of ``Level`` with inputs, computed and target.
        """
        return self._fill(company, self._levels(company, channels, marks))

    def _compute_now(self, level):
        """What ``_compute`` would say of one level now; nothing is written.

        :return: ``Level``, None if it would not be computed now.
        """
        self.env.flush_all()
        marks = Marks(vanished={}, products=level.product_id.ids)
        found = self._levels(level.company_id, level.channel_id, marks)
        same = [row for row in found if row.id == level.id]
        return next(iter(self._fill(level.company_id, same)), None)

    def _shown_now(self, levels):
        """What channels show now by all we know, and which levels are pushed at all.

        :return: dict level id -> (units or None when that is not known, is it pushed).
        """
        self.env.flush_all()
        self.env.cr.execute(shown_sql.SHOWN_NOW, {"levels": levels.ids})
        return {
            level_id: (likely(highest, unsure, target), pushed)
            for level_id, target, highest, unsure, pushed in self.env.cr.fetchall()
        }

    def _fill(self, company, levels):
        """Levels that can be computed, with inputs, computed and target."""
        sold = {level.product_id for level in levels} | self._promised_products()
        kits = self.env["channel.stock.kit"]._components(sold, company)
        levels = [
            level for level in levels if kits.get(level.product_id, level.storable)
        ]
        balances = self._balances(company, levels, kits)
        for level in levels:
            self._apply(level, kits, balances)
        return levels

    def _apply(self, level, kits, balances):
        parts = kits.get(level.product_id) or {level.product_id: 1}
        level.inputs = {
            "components": [
                {
                    "product": product_id,
                    "per_unit": str(per_unit),
                    **balances[level.pool_id, product_id],
                }
                for product_id, per_unit in sorted(parts.items())
            ],
            "share": str(level.share),
            "buffer": level.buffer,
            "cap": level.cap,
        }
        level.products = frozenset(parts)
        level.target = shown(level.inputs)
        level.computed = shown(level.inputs, with_unexplained=False)

    def _levels(self, company, channels, marks):
        values = {
            "company": company.id,
            "working": channels.ids,
            "channels": marks.channels,
            "products": marks.products,
        }
        self.env.cr.execute(level_sql.levels(marks), values)
        return [Level(*row) for row in self.env.cr.fetchall()]

    def _promised_products(self):
        """Products of orders that no sale order holds yet."""
        self.env.cr.execute(balance_sql.PROMISED_PRODUCTS)
        return {product_id for (product_id,) in self.env.cr.fetchall()}

    def _balances(self, company, levels, kits):
        """Exact sums per pool of locations and product.

        :return: dict (pool, product) -> dict of decimals as text.
        """
        wanted = sorted(
            {
                (level.pool_id, product_id)
                for level in levels
                for product_id in kits.get(level.product_id) or (level.product_id,)
            }
        )
        parts = [
            (kit_id, product_id, per_unit.numerator, per_unit.denominator)
            for kit_id, components in kits.items()
            for product_id, per_unit in components.items()
        ]
        self.env.cr.execute(
            balance_sql.BALANCES,
            {
                "company": company.id,
                "digits": self.env["decimal.precision"].precision_get("Product Unit"),
                "pools": [pool_id for pool_id, _product in wanted],
                "products": [product_id for _pool, product_id in wanted],
                "kits": [part[0] for part in parts],
                "components": [part[1] for part in parts],
                "units": [part[2] for part in parts],
                "per": [part[3] for part in parts],
            },
        )
        names = ("on_hand", "demand", "unimported", "unexplained")
        return {
            (pool_id, product_id): dict(zip(names, sums, strict=True))
            for pool_id, product_id, *sums in self.env.cr.fetchall()
        }
