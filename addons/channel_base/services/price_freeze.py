from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from odoo import models
from odoo.tools import groupby

from ..adapter import codec
from ..adapter.canonical import PriceTarget
from . import price_sql
from .bulk import insert_many


@dataclass(slots=True)
class Open:
    """One price to send; amounts are texts as the database spells them."""

    id: int
    price_list: int
    listing: int
    list_name: str
    currency: str
    listing_name: str
    product_name: str
    amount: str | None
    compare_at: str | None
    confirmed: str | None
    confirmed_compare: str | None
    kept: bool
    inputs: str


class PriceFreeze(models.AbstractModel):
    """Freeze prices that differ into batches, each of one price list; in shadow only
    the ledger tells of them."""

    _name = "channel.price.freeze"
    _description = "Price Batches"

    def _run(self, channel):
        """Make the batches of one channel."""
        self.env.cr.execute(price_sql.SENDABLE, {"channel": channel.id})
        rows = [Open(*row) for row in self.env.cr.fetchall()]
        if not rows:
            return
        items = {}
        if channel in channel._sending("price"):
            items = self._store_batches(channel, list(self._cut(channel, rows)))
        self._store_entries(channel, rows, items)
        self.env.cr.execute(
            price_sql.SENT,
            {
                "ids": list(items),
                "batches": [batch for batch, _item in items.values()],
                "kept": [row.kept for row in rows if row.id in items],
            },
        )

    def _cut(self, channel, rows):
        size = channel._adapter_class().price_batch
        for _list, same in groupby(rows, lambda row: row.price_list):
            for start in range(0, len(same), size):
                yield same[start : start + size]

    def _store_batches(self, channel, parts):
        """:return: dict price id -> (batch id, item id), in the order of the rows."""
        company = channel.company_id.id
        head = (channel.id, company, "price", "write", "pending", False)
        ids = insert_many(
            self.env.cr,
            "channel_push_batch",
            ("channel_id", "company_id", "kind", "verb", "state", "folded", "key"),
            [(*head, str(uuid4())) for _part in parts],
            ("create_date", "write_date"),
        )
        columns = (
            *("batch_id", "channel_id", "company_id", "key", "price_id", "compare"),
            *("payload", "status"),
        )
        rows = [
            (
                batch,
                channel.id,
                company,
                str(row.id),
                row.id,
                False,
                _payload(row),
                "open",
            )
            for batch, part in zip(ids, parts, strict=True)
            for row in part
        ]
        items = insert_many(self.env.cr, "channel_push_item", columns, rows)
        for batch in self.env["channel.push.batch"].browse(ids):
            self.env["channel.wakeup"]._after_commit(batch, "_job_send")
        return {row[4]: (row[0], item) for row, item in zip(rows, items, strict=True)}

    def _store_entries(self, channel, rows, items):
        """The ledger of what is sent, and of what would be."""
        head = (channel.id, channel.company_id.id)
        columns = (
            *("channel_id", "company_id", "price_id", "listing_id", "price_list_id"),
            *("inputs", "amount", "compare_at", "expected", "shadow", "item_id"),
        )
        # in shadow, each night would add the same
        told = self._told([row.id for row in rows if row.id not in items])
        entries = [
            (
                *head,
                row.id,
                row.listing,
                row.price_list,
                row.inputs,
                row.amount,
                row.compare_at,
                row.confirmed,
                row.id not in items,
                items.get(row.id, (None, None))[1],
            )
            for row in rows
            if row.id in items or told.get(row.id) != (row.amount, row.compare_at)
        ]
        insert_many(
            self.env.cr, "channel_price_entry", columns, entries, ("created_at",)
        )

    def _told(self, price_ids):
        """The ledger's last word on prices: dict price id -> (amount, compare-at)."""
        if not price_ids:
            return {}
        self.env.cr.execute(price_sql.TOLD, {"prices": price_ids})
        return {row[0]: tuple(row[1:]) for row in self.env.cr.fetchall()}


def _payload(row):
    return codec.dumps(
        PriceTarget(
            key=str(row.id),
            listing=row.listing_name,
            product=row.product_name or "",
            price_list=row.list_name or "",
            currency=row.currency,
            amount=_number(row.amount),
            compare_at=_number(row.compare_at),
            keep_compare_at=row.kept,
            expected=_number(row.confirmed),
        )
    )


def _number(text):
    return None if text is None else Decimal(text)
