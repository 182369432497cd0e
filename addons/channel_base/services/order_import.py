from odoo import models

from ..books.revision import refunded
from .bulk import assign
from .isolator import isolate
from .order_revise import UNPAID

BATCH = 50  # orders a job
BATCH_LINES = 500  # external lines a job; a longer order comes alone


class OrderImport(models.AbstractModel):
    """Orders become sale orders: in batches, in the one lane that reserves stock."""

    _name = "channel.order.import"
    _description = "Import Orders"

    def _run(self):
        """Import the oldest waiting orders, and apply later states of imported ones."""
        batches, more = self._next()
        for channel_id, order_ids in batches.items():
            # which company's channels this is about is seen by its service user only
            worker = self.env["channel.channel"].browse(channel_id).sudo()._as_worker()
            orders = worker.env["channel.order"].browse(order_ids)
            self.with_env(worker.env)._import(worker, orders)
        if more:
            self.env["channel.wakeup"]._after_commit(
                self.env["channel.order"], "_job_import"
            )

    def _next(self):
        """Lock the next batch.

        :return: ids of orders by id of channel, and whether others wait behind them.
        """
        channels = self.env["channel.channel"]._operating("order")
        self.env["channel.order"].flush_model()
        self.env.cr.execute(
            """
            SELECT id, channel_id, line_count FROM channel_order
             WHERE (state = 'new' OR to_apply) AND channel_id = ANY(%s)
             ORDER BY id LIMIT %s
               FOR UPDATE SKIP LOCKED
            """,
            [channels.ids, BATCH + 1],
        )
        rows = self.env.cr.fetchall()
        batches, count, lines = {}, 0, 0
        for order_id, channel_id, line_count in rows[:BATCH]:
            lines += line_count
            if count and lines > BATCH_LINES:
                break
            batches.setdefault(channel_id, []).append(order_id)
            count += 1
        return batches, count < len(rows)

    def _import(self, channel, orders):
        """Import some orders of one channel; ``self`` runs as its service user."""
        revised = orders.filtered("sale_order_id")
        isolate(
            self.env,
            revised,
            self._revise,
            self._note_failure,
        )
        fresh = orders - revised
        if channel.order_flow == "shadow":
            self.env["channel.order.shadow"]._try(channel, fresh)
            return
        isolate(
            self.env,
            fresh,
            lambda batch: self._make(channel, batch),
            self._note_failure,
        )
        imported = fresh.filtered(lambda order: order.state == "imported")
        if imported:
            self.env["channel.oversell"]._check(imported)
            self.env["channel.wakeup"]._after_commit(
                self.env["channel.order"], "_job_account"
            )

    def _revise(self, orders):
        self.env["channel.order.schedule"]._follow(orders)
        self.env["channel.order.cancel.wish"]._follow(orders)
        self.env["channel.order.revise"]._apply(orders)
        self.env["channel.order.shipped"]._tell_stockless(orders)
        self.env["channel.order.shipped"]._follow(orders)

    def _make(self, channel, orders):
        """Make, check and confirm the sale orders of some orders."""
        drafts = self.env["channel.order.values"]._prepare(channel, orders)
        self._block([draft for draft in drafts if draft.problems])
        ready = [draft for draft in drafts if not draft.problems]
        if ready:
            sales = self._confirmed_sales(channel, ready)
            self._mark(sales.channel_order_id)
            self._note_unpaid(ready)
            self._apply_refunds(ready)
            # of goods that had left, some lots may be left to people
            left = sales.channel_order_id.line_ids.filtered("fulfilled").order_id
            self.env["channel.order.elsewhere"]._check(left)

    def _confirmed_sales(self, channel, drafts):
        """Sale orders of drafts, confirmed if that is the policy.

        :raises ValueError: when Odoo computes another total than the channel charged.
        """
        orders = self.env["channel.order"].concat(*(draft.order for draft in drafts))
        assign(orders, "currency_rate", [draft.rate for draft in drafts])
        values_list = self.env["channel.order.values"]._values(channel, drafts)
        sales = self._create_sales(values_list)
        assign(orders, "sale_order_id", sales)
        for draft, sale in zip(drafts, sales, strict=True):
            self._check_total(draft, sale)
        if channel.confirm_policy == "confirm":
            sales.action_confirm()
            self.env["channel.order.shipped"]._deliver(sales.channel_order_id)
        return sales

    def _create_sales(self, values_list):
        """One ``create`` for all; Odoo's notes of every step stay out of the
        chatter."""
        Sale = self.env["sale.order"].with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        )
        return Sale.create(values_list)

    def _check_total(self, draft, sale):
        """What Odoo computed must be what the channel charged."""
        total = draft.external.total
        if sale.currency_id.compare_amounts(sale.amount_total, float(total.amount)):
            raise ValueError(
                self.env._(
                    "Its sale order comes to %(computed)s %(currency)s, the channel"
                    " charged %(charged)s. Compare its lines with the products and"
                    " taxes here: rates, prices with or without taxes, how taxes are"
                    " rounded, and apps that change prices.",
                    computed=f"{sale.amount_total:.{sale.currency_id.decimal_places}f}",
                    charged=total.amount,
                    currency=total.currency,
                )
            )

    def _mark(self, orders):
        assign(orders, "applied_snapshot", orders.mapped("snapshot"))
        orders.write(
            {"state": "imported", "to_apply": False, "accounting_state": "ready"}
        )
        self.env["channel.order.trouble"]._settle(orders)

    def _block(self, drafts):
        Trouble = self.env["channel.order.trouble"]
        orders = self.env["channel.order"].concat(*(draft.order for draft in drafts))
        orders.state = "blocked"
        Trouble._settle(orders)
        Trouble._report([problem for draft in drafts for problem in draft.problems])

    def _note_failure(self, order, error):
        Trouble = self.env["channel.order.trouble"]
        order.write(
            {
                "state": "imported" if order.sale_order_id else "blocked",
                "to_apply": False,
            }
        )
        Trouble._report([Trouble._failed(order, error)])

    def _note_unpaid(self, drafts):
        """Payments that were voided or had expired before the first look: whoever is to
        ship must know."""
        Revise = self.env["channel.order.revise"]
        self.env["channel.order.trouble"]._report(
            [
                Revise._unpaid_issue(draft.order, draft.external)
                for draft in drafts
                if draft.external.payment_state in UNPAID
            ]
        )

    def _apply_refunds(self, drafts):
        """What was refunded before the first look is not shipped, or comes back."""
        Revise = self.env["channel.order.revise"]
        Goods = self.env["channel.refund.goods"]
        values_list = []
        for draft in drafts:
            if draft.external.refunds:
                values_list += Goods._apply(draft.order, draft.external)
            elif refunded(draft.external):
                values_list.append(Revise._refund_issue(draft.order))
        self.env["channel.order.trouble"]._report(values_list)
