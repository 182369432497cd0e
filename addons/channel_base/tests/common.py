"""What all tests need: a channel of the fake marketplace, products, stock."""

import copy
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo import fields
from odoo.tests import TransactionCase

from ..services.wakeup import PENDING
from .fake_adapter import FakeAdapter
from .fake_market import FakeMarket

STEPS = (
    "fetch",
    "import",
    "account",
    "prepare",
    "shipments",
    "refunds",
    "prices",
    "returns",
    "content",
    "send",
)
ROUNDS = 20  # of open work that one test may need until all is quiet


class FakeProvider:
    """Mixed into test classes: the provider ``fake``, and a key file of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_key_file()
        model = type(cls.env["channel.channel"])
        field = cls.env["channel.channel"]._fields["provider"]
        cls.startClassPatcher(patch.dict(field._selection, {"fake": "Fake market"}))
        shown = field._description_selection

        def with_fake(env):
            return [*shown(env), ("fake", "Fake market")]

        cls.startClassPatcher(patch.object(field, "_description_selection", with_fake))
        real = model._adapter_class

        def adapter_class(channel):
            return FakeAdapter if channel.provider == "fake" else real(channel)

        cls.classPatch(model, "_adapter_class", adapter_class)
        cls.startClassPatcher(patch.dict(FakeAdapter.markets))

    def setUp(self):
        """Each test finds the markets as the class has set them up."""
        super().setUp()
        self.startPatcher(patch.dict(FakeAdapter.markets))
        for market in FakeAdapter.markets.values():
            self.addCleanup(vars(market).update, copy.deepcopy(vars(market)))
            self.addCleanup(vars(market).clear)

    @classmethod
    def _make_key_file(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.key_file = Path(folder.name) / "channel_base.key"
        cls.write_keys(Fernet.generate_key().decode())
        variable = {"CHANNEL_BASE_KEY_FILE": str(cls.key_file)}
        cls.startClassPatcher(patch.dict(os.environ, variable))

    @classmethod
    def write_keys(cls, *keys):
        """Put these keys, the newest first, into the key file of the tests."""
        cls.key_file.unlink(missing_ok=True)
        cls.key_file.touch(mode=0o600)
        cls.key_file.write_text("\n".join(keys))

    @classmethod
    def make_channel(cls, account="fake-1", **values):
        """A connected channel with one place fed by the warehouse's stock.

        :return: the channel; its market is ``FakeAdapter.markets[account]``.
        """
        FakeAdapter.markets.setdefault(account, FakeMarket())
        channel = cls.env["channel.channel"].create(
            {
                "name": f"Channel {account}",
                "provider": "fake",
                "account": account,
                "run_state": "connected",
                "import_from": "2020-01-01 00:00:00",
                "warehouse_id": cls.warehouse.id,
                **values,
            }
        )
        channel._set_secret("password", f"secret of {account}")
        cls.make_place(channel, "main")
        return channel

    @classmethod
    def make_place(cls, channel, external_id, stock_location=None):
        """A place of the channel, fed by an Odoo location (the warehouse's stock)."""
        location = stock_location or cls.warehouse.lot_stock_id
        return cls.env["channel.location"].create(
            {
                "channel_id": channel.id,
                "external_id": external_id,
                "name": external_id,
                "warehouse_id": location.warehouse_id.id,
                "feed_ids": [fields.Command.create({"stock_location_id": location.id})],
            }
        )


class ChannelCase(FakeProvider, TransactionCase):
    """One company with chart of accounts and warehouse, one channel, its market.

    ``cls.channel``, ``cls.market``, ``cls.product``, ``cls.listing`` (canonical
    ``cls.offer``) are there from the start; ten units are in stock.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry_enter_test_mode_cls()
        cls.company = cls.env.company
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.channel = cls.make_channel()
        cls.market = FakeAdapter.markets["fake-1"]
        cls.product = cls.make_product("SKU-1", quantity=10)
        cls.offer = cls.market.offer("SKU-1", quantity=10)
        cls.listing = cls.make_listing(cls.channel, cls.offer, cls.product)

    # --- records ----------------------------------------------------------------------

    @classmethod
    def make_product(cls, sku, quantity=0, price=10.0, **values):
        """A storable product without taxes, with units in the warehouse's stock."""
        product = cls.env["product.product"].create(
            {
                "name": f"Product {sku}",
                "default_code": sku,
                "is_storable": True,
                "list_price": price,
                "taxes_id": [fields.Command.clear()],
                "invoice_policy": "order",
                **values,
            }
        )
        if quantity:
            cls.set_stock(product, quantity)
        return product

    @classmethod
    def set_stock(cls, product, quantity, location=None):
        """Make so many units of a product be on hand at a location."""
        location = location or cls.warehouse.lot_stock_id
        quant = cls.env["stock.quant"].with_context(inventory_mode=True)
        quant.create(
            {
                "product_id": product.id,
                "location_id": location.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    @classmethod
    def make_listing(cls, channel, offer, product=None):
        """The listing of a market's offer, linked to a product."""
        return cls.env["channel.listing"].create(
            {
                "channel_id": channel.id,
                "external_id": offer.external_id,
                "stock_key": offer.stock_key or offer.external_id,
                "name": offer.title,
                "sku": offer.sku,
                "product_id": product.id if product else False,
            }
        )

    def order_of(self, external):
        """The channel order of a market's order."""
        return self.env["channel.order"].search(
            [("external_id", "=", external.external_id)]
        )

    # --- time and jobs ----------------------------------------------------------------

    def poll(self, channel=None):
        """Ask the channel for changed orders, then let all waiting work be done."""
        (channel or self.channel)._job_poll()
        self.run_jobs()

    def run_jobs(self, steps=None):
        """Do the work that waits in the rows, without queue_job, until nothing is left.

        :param steps: names of ``_step_*`` methods to restrict it to.
        """
        steps = steps or STEPS
        before = None
        for _round in range(ROUNDS):
            after = self._open_work()
            if after == before:
                return
            for step in steps:
                getattr(self, f"_step_{step}")()
                self.env.flush_all()
            before = after
        self.fail(f"work goes on and on: {after}")

    def _open_work(self):
        counts = []
        for model, domain in (
            ("channel.event", [("state", "=", "new")]),
            ("channel.order", [("state", "=", "new")]),
            ("channel.order", [("accounting_state", "=", "ready")]),
            ("channel.return", [("to_apply", "=", True)]),
            ("channel.intent", []),
            ("channel.listing.level", [("dirty", "=", True)]),
            ("channel.push.batch", [("state", "in", ("pending", "sent"))]),
            ("channel.push.batch", [("folded", "=", False)]),
            ("channel.refund", [("state", "=", "open")]),
            ("channel.listing.price", [("dirty", "=", True)]),
        ):
            counts.append(tuple(self.env[model].search(domain).ids))
        return counts

    def _step_fetch(self):
        for channel in self.env["channel.channel"]._operating("order"):
            channel._job_fetch()

    def _step_import(self):
        self.worker("channel.order")._job_import()

    def _step_account(self):
        self.worker("channel.order")._job_account()

    def _step_prepare(self):
        self.worker("channel.listing.level")._job_prepare()

    def _step_shipments(self):
        self.worker("channel.push.batch")._job_prepare_shipments()

    def _step_refunds(self):
        self.worker("channel.refund")._job_push()

    def _step_prices(self):
        self.worker("channel.listing.price")._job_prepare()

    def _step_returns(self):
        self.worker("channel.return")._job_process()

    def _step_content(self):
        self.worker("channel.product")._job_prepare_content()

    def _step_send(self):
        batches = self.worker("channel.push.batch")
        for batch in batches.search([("state", "in", ("pending", "sent"))], order="id"):
            batch.poll_at = False
            batch._job_send()

    def worker(self, model):
        """A model as jobs see it: as the service user."""
        user = self.env.ref("channel_base.user_worker")
        return self.env[model].with_user(user)

    def bells(self):
        """The wake-ups that the commit would ring: (model, id, method)."""
        return set(self.env.cr.postcommit.data.get(PENDING, ()))

    @contextmanager
    def assertIssue(self, kind, count=1):
        """The block opens exactly so many issues of a kind."""
        domain = [("kind", "=", kind), ("state", "=", "open")]
        before = self.env["channel.issue"].search(domain)
        yield
        after = self.env["channel.issue"].search(domain) - before
        self.assertEqual(len(after), count, f"issues of kind {kind}")

    def issues(self, kind=None):
        """Open issues, of one kind or all."""
        domain = [("state", "=", "open")] + ([("kind", "=", kind)] if kind else [])
        return self.env["channel.issue"].search(domain)
