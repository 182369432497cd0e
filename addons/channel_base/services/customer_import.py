from odoo import models

from ..adapter import codec
from ..adapter.port import Capability
from .plain import clean, naive

ENOUGH = 500  # customers that one job takes in

STORE = """
    INSERT INTO channel_customer (channel_id, company_id, kind, external_id,
        revised_at, snapshot, state, create_date)
    VALUES %s
    ON CONFLICT (channel_id, kind, external_id) DO UPDATE
       SET snapshot = EXCLUDED.snapshot, revised_at = EXCLUDED.revised_at, state = 'new'
     WHERE channel_customer.revised_at IS NULL
        OR EXCLUDED.revised_at >= channel_customer.revised_at
"""
TEMPLATE = "(%s, %s, %s, %s, %s, %s, 'new', now() AT TIME ZONE 'UTC')"


class CustomerImport(models.AbstractModel):
    """Reads customers and companies, and leaves them for ``channel.customer.apply``."""

    _name = "channel.customer.import"
    _description = "Import of Customers"

    def _run(self, channel):
        """Take in the next part of all customers; the cursor knows where to go on.

        :raises RetryableJobError: when the channel is out of reach for the moment.
        """
        if not channel.exists() or not channel._is_operating():
            return
        wanted = channel.customer_import != "off"
        if not wanted or Capability.CUSTOMERS not in channel._capabilities():
            return
        channel = channel._as_worker()
        self = self.with_env(channel.env)
        cursor = self.env["channel.cursor"]._lock(channel, "customers")
        with channel._call_errors("customers"):
            self._read(channel, cursor)

    def _read(self, channel, cursor):
        page, count = None, 0
        for page in channel._adapter().customers(cursor.position or None):
            self._store(channel, page.customers, page.companies)
            count += len(page.customers) + len(page.companies)
            if count >= ENOUGH:
                break
        cursor.position = page.position if page else False
        if cursor.position:
            self.env["channel.wakeup"]._after_commit(channel, "_job_import_customers")

    def _refresh(self, channel, adapter, kind, external_ids):
        """Read some customers or companies again, as the channel said that they
        changed."""
        if channel.customer_import == "off":
            return
        if kind == "customer":
            found = tuple(adapter.read_customers(external_ids))
            self._store(channel, found, ())
        else:
            found = tuple(adapter.read_companies(external_ids))
            self._store(channel, (), found)

    def _store(self, channel, customers, companies):
        """Store what was read; from here on nothing more is asked of the channel."""
        rows = {}
        for kind, found in (("customer", customers), ("company", companies)):
            for one in found:
                rows[kind, one.external_id] = (
                    channel.id,
                    channel.company_id.id,
                    kind,
                    one.external_id,
                    naive(one.updated_at) or None,
                    clean(codec.dumps(one)),
                )
        if not rows:
            return
        self.env["channel.customer"].flush_model()
        # beside the ORM: it cannot say ON CONFLICT
        self.env.cr.execute_values(
            STORE, [rows[key] for key in sorted(rows)], TEMPLATE, page_size=len(rows)
        )
        self.env["channel.customer"].invalidate_model(flush=False)
        self.env["channel.wakeup"]._after_commit(
            self.env["channel.customer"], "_job_apply"
        )

    def _merge(self, channel, adapter, pairs):
        """Two customers have become one there: whoever is known here as the one that is
        gone is known as the survivor too. Documents keep their customers.

        Merges that failed, or are still going on, are told of, too: only whoever is not
        found there any more has become somebody else.

        :param pairs: "gone>kept", as the events name them.
        """
        Link = self.env["channel.partner"]
        split = [tuple(pair.split(">")) for pair in pairs]
        asked = tuple(dict.fromkeys(gone_id for gone_id, _kept in split))
        there = {one.external_id for one in adapter.read_customers(asked)}
        for gone_id, kept_id in split:
            if not kept_id or gone_id in there:
                continue  # it came to nothing, or not yet
            links = Link._by_id(channel, (gone_id, kept_id))
            gone, kept = links.get(gone_id), links.get(kept_id)
            if gone and kept:
                gone.partner_id = kept.partner_id
            elif gone:
                Link._store_links(channel, {kept_id: gone.partner_id})
            self._merge_contacts(channel, gone_id, kept_id)

    def _merge_contacts(self, channel, gone_id, kept_id):
        """The survivor buys for the companies that the other one bought for."""
        Link = self.env["channel.partner"]
        contacts = Link.search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", "contact"),
                ("external_id", "=like", f"contact:%:{gone_id}"),
            ]
        )
        survivors = {
            link.external_id.removesuffix(gone_id) + kept_id: link.partner_id
            for link in contacts
        }
        Link._store_links(channel, survivors)
