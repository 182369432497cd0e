from odoo import fields, models

from ..adapter import codec
from ..adapter.canonical import Order
from ..books import gate
from .plain import clean, naive
from .privacy_forgotten import of_order


class OrderStore(models.AbstractModel):
    """Stores fetched orders: rows, lines and demand; documents are made later.

    The newest state wins whatever the order of arrival, and reading the same state
    again changes nothing.
    """

    _name = "channel.order.store"
    _description = "Store Fetched Orders"

    def _store(self, channel, reads):
        """Store what was read of some orders. The number of queries does not depend on
        how many they are.

        :param reads: ``OrderRead``s; those with errors become issues.
        :return: the orders that were stored or changed.
        """
        orders = self._newest(reads)
        known = self._known(channel, orders)
        news = self._news(channel, orders, known)
        self.env["channel.order.source"]._note(
            channel, {order.source: order.source_name for order, _text in news}
        )
        stored = self._store_orders(channel, news, known)
        self.env["channel.order.store.lines"]._store(channel, news, stored)
        self._report(channel, reads, news, stored)
        self._report_gone(channel, reads)
        self._wake(stored)
        rows = self.env["channel.order"].concat(*stored.values())
        self.env["channel.return.store"]._note_orders(rows)
        return self.env["channel.order"].concat(*stored.values())

    # --- what is new ------------------------------------------------------------------

    def _newest(self, reads):
        orders = {}
        for order in (read.order for read in reads if read.order):
            before = orders.get(order.external_id)
            if not before or order.updated_at >= before.updated_at:
                orders[order.external_id] = order
        return list(orders.values())

    def _known(self, channel, orders):
        """Rows by canonical external id. Ids of lines decide: an order may be
        renamed."""
        lines = self.env["channel.order.line"].search_fetch(
            [
                ("channel_id", "=", channel.id),
                (
                    "external_id",
                    "in",
                    [line.external_id for o in orders for line in o.lines],
                ),
            ],
            ["external_id", "order_id"],
        )
        by_line = {line.external_id: line.order_id for line in lines}
        rows = self.env["channel.order"].search_fetch(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "in", [order.external_id for order in orders]),
            ],
            [
                "external_id",
                "state",
                "revised_at",
                "sale_order_id",
                "released_at",
                "redacted_at",
                "snapshot",
            ],
        )
        by_id = {row.external_id: row for row in rows}
        known = {}
        for order in orders:
            holders = (
                by_line[x.external_id] for x in order.lines if x.external_id in by_line
            )
            row = next(holders, by_id.get(order.external_id))
            if row:
                known[order.external_id] = row
        return known

    def _news(self, channel, orders, known):
        """Pairs of order and its text, for what is newer than what is known."""
        news = []
        for order in orders:
            row = known.get(order.external_id)
            if row and row.redacted_at:
                order = of_order(order)  # reading it again brings nobody back
            text = clean(codec.dumps(order))
            if row and (text == row.snapshot or is_older(order, row)):
                continue
            if row and row.redacted_at and order == codec.loads(Order, row.snapshot):
                continue  # blanked in another spelling
            # dated back or not: its units are gone since it was entered
            entered_at = naive(order.placed_at or order.ordered_at)
            if not row and entered_at < channel.import_from:
                continue
            news.append((order, text))
        return news

    # --- orders -----------------------------------------------------------------------

    def _store_orders(self, channel, news, known):
        """Write the rows.

        :return: dict external id -> row.
        """
        policy = self._policy(channel)
        currencies = self._currencies(news)
        markets = self.env["channel.market"]._by_code(channel)
        stored, values_list = {}, []
        for order, text in news:
            row = known.get(order.external_id)
            values = self._prepare_order(channel, order, text, currencies)
            market = markets.get(order.market)
            values["market_id"] = market.id if market else False
            values |= self._prepare_state(
                order, row, policy, channel.order_flow == "shadow"
            )
            if row:
                row.write(values)
                stored[order.external_id] = row
            else:
                values_list.append(values | {"channel_id": channel.id})
        for row in self.env["channel.order"].create(values_list):
            stored[row.external_id] = row
        return stored

    def _policy(self, channel):
        return gate.Policy(
            import_payment=channel.import_payment,
            hold_risk=channel.hold_risk,
            hold_on_hold=channel.hold_on_hold,
            import_test_orders=channel.import_test_orders,
            max_order_lines=channel.max_order_lines,
            sources=self.env["channel.order.source"]._policies(channel),
            hold_preorders=channel.preorder_policy == "hold",
        )

    def _currencies(self, news):
        codes = {order.total.currency for order, _text in news}
        Currency = self.env["res.currency"].with_context(active_test=False)
        return {
            c.name: c.id
            for c in Currency.search_fetch([("name", "in", list(codes))], ["name"])
        }

    def _prepare_order(self, channel, order, text, currencies):
        return {
            "external_id": clean(order.external_id),
            "name": clean(order.name) or clean(order.external_id),
            "ordered_at": naive(order.ordered_at),
            "placed_at": naive(order.placed_at or order.ordered_at),
            "revised_at": naive(order.updated_at),
            "fetched_at": fields.Datetime.now(),
            "payment_state": order.payment_state.value,
            "fulfilment_state": order.fulfilment_state.value,
            "source": clean(order.source),
            "source_name": clean(order.source_name) or clean(order.source),
            "ship_by": naive(order.ship_by),
            "deliver_by": naive(order.deliver_by),
            "original": clean(order.original),
            "tags": clean(", ".join(order.tags)),
            "remarks": self.env["channel.order.remarks"]._text(channel, order),
            "note": clean(order.note),
            "test": order.test,
            "line_count": len(order.lines),
            "currency_id": currencies.get(order.total.currency, False),
            "amount_total": float(order.total.amount),
            "snapshot": text,
        }

    def _prepare_state(self, order, row, policy, in_shadow):
        if row and row.sale_order_id:
            return {"to_apply": True}
        released = bool(row and row.released_at)
        state, _reasons = gate.standing(order, policy, released=released)
        if row and row.state == "shadow" and state != "cancelled" and not in_shadow:
            # an incumbent has it; only a person brings it in here
            state = "shadow"
        elif row and row.state == "ignored" and state != "cancelled" and not released:
            # another policy is for later orders; of this one a person decides
            state = "ignored"
        elif row and row.state == "cancelled" and state != "cancelled":
            # a person gave it up, and may have entered it by hand
            return {}
        cancelled_at = naive(order.cancelled_at) if state == "cancelled" else False
        return {
            "state": state,
            "cancelled_at": cancelled_at,
            "stockless": policy.sources.get(order.source) == "books",
        }

    # --- what people and other jobs must know -----------------------------------------

    def _report(self, channel, reads, news, stored):
        pairs = [(order, stored[order.external_id]) for order, _text in news]
        self.env["channel.order.trouble"]._report_reads(
            channel,
            [read for read in reads if read.error],
            pairs,
            self._policy(channel),
        )
        self.env["channel.order.kept"]._check(channel, pairs)

    def _report_gone(self, channel, reads):
        """Orders that wait here and are not found there any more: still counted,
        because an order may only have got another id."""
        gone = [read.external_id for read in reads if not read.order and not read.error]
        rows = gone and self.env["channel.order"].search(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "in", gone),
                ("sale_order_id", "=", False),
                ("state", "not in", ("cancelled", "shadow", "ignored")),
            ]
        )
        if rows:
            self.env["channel.order.trouble"]._report_gone(rows)

    def _wake(self, stored):
        if any(row.state == "new" or row.to_apply for row in stored.values()):
            self.env["channel.wakeup"]._after_commit(
                self.env["channel.order"], "_job_import"
            )


def is_older(order, row):
    """Rows know whole seconds only; within one, the snapshot tells."""
    moment = naive(order.updated_at)
    if moment != row.revised_at:
        return moment < row.revised_at
    return order.updated_at < codec.loads(Order, row.snapshot).updated_at
