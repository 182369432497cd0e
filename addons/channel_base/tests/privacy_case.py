"""What tests of privacy need: a person's orders, requests, and where words are left."""

from datetime import timedelta

from odoo import fields

from ..adapter.canonical import Address, Buyer
from ..adapter.webhook import PrivacyAsk, WebhookEvent
from .order_case import OrderCase

BODY = b'{"customer": "secret"}'


class PrivacyCase(OrderCase):
    HOME = Address(
        name="Ann Lee",
        street="Main 1",
        city="Albany",
        zip="12203",
        state_code="NY",
        country_code="US",
        phone="+15185550100",
    )
    ANN = Buyer(
        external_id="11",
        name="Ann Lee",
        email="ann@example.com",
        phone="+15185550100",
    )

    def order(self, buyer=ANN, home=HOME, **values):
        return self.simple(
            buyer=buyer, ship_to=home, bill_to=home, note="Ring twice", **values
        )

    def ask(self, kind, customer="11", key="p", **values):
        asked = PrivacyAsk(kind, customer=customer, **values)
        event = WebhookEvent(event_key=f"{key}:{kind.value}", topic="t", privacy=asked)
        self.env["channel.event"]._receive(self.channel, event, BODY)
        return self.env["channel.privacy.request"].search(
            [("event_key", "=", event.event_key)]
        )

    def work(self):
        super().work()
        self.worker("channel.privacy.request")._job_work()

    def deliver(self, row):
        pickings = row.sale_order_id.picking_ids
        pickings.move_ids.picked = True
        pickings._action_done()

    def everywhere(self, word):
        """Tables and columns of the hub in which a word is still to be found."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE (table_name LIKE 'channel\\_%' OR table_name = 'res_partner')"
            " AND table_schema = current_schema()"
            " AND data_type IN ('text', 'character varying', 'jsonb')"
        )
        found = []
        for table, column in self.env.cr.fetchall():
            self.env.cr.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE %s',
                [f"%{word}%"],
            )
            if self.env.cr.fetchone()[0]:
                found.append(f"{table}.{column}")
        return found

    def age(self, rows, days):
        rows.placed_at = fields.Datetime.now() - timedelta(days=days)
        self.env.flush_all()

    def forget(self):
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1)
        self.worker("channel.privacy.retention")._run()
        self.env.invalidate_all()

    def anywhere(self, word):
        """Tables and columns of the whole database in which a word is to be found."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT col.table_name, col.column_name"
            "  FROM information_schema.columns col JOIN information_schema.tables tab"
            " USING (table_schema, table_name)"
            " WHERE table_schema = current_schema() AND tab.table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying', 'jsonb')"
            " AND table_name NOT LIKE 'ir\\_%'"
        )
        found = []
        for table, column in self.env.cr.fetchall():
            self.env.cr.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text LIKE %s)',
                [f"%{word}%"],
            )
            if self.env.cr.fetchone()[0]:
                found.append(f"{table}.{column}")
        return found
