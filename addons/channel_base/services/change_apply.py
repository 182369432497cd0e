from odoo import models

from ..books.change import StepKind, Way
from .order_draft import Draft, edited_state
from .plain import clean

# what these said of an earlier state
OVER = ("edit_unsupported", "unmapped_sku", "unmapped_tax", "total_mismatch")
ADDRESSES = {
    StepKind.SHIP_TO: ("ship_to", "partner_shipping_id"),
    StepKind.BILL_TO: ("bill_to", "partner_invoice_id"),
}


class ChangeApply(models.AbstractModel):
    """Applies plans: sale orders, transfers and addresses follow; invoices are
    corrected in their own lane."""

    _name = "channel.change.apply"
    _description = "Apply Changes of Orders"

    def _apply(self, channel, plans):
        """Apply the plans of some orders of one channel.

        :param plans: dict order -> ``Plan``.
        :return: issues, and the orders whose plan cannot be applied yet.
        """
        drafts = self._prepare(channel, plans)
        issues, waiting = [], self.env["channel.order"]
        settled = waiting
        for draft in drafts:
            order, plan = draft.order, plans[draft.order]
            if draft.problems:
                issues += draft.problems
                waiting |= order
                self.env["channel.change.plan"]._record(order, plan, "approved")
                continue
            left = self._write(channel, draft, plan)
            issues += left
            if not left:
                settled |= order
        if settled:
            self.env["channel.order.trouble"]._settle(settled, OVER)
        return issues, waiting

    def _prepare(self, channel, plans):
        """What an import of the newest states would need, but for the customer."""
        drafts = []
        for order in plans:
            draft = Draft(order, edited_state(order, order.snapshot))
            sale = order.sale_order_id
            draft.currency, draft.rate = order.currency_id, order.currency_rate
            draft.partner = sale.partner_id
            drafts.append(draft)
        Values = self.env["channel.order.values"]
        priced = [d for d in drafts if plans[d.order].sources]
        self.env["channel.order.product"]._fill(channel, priced)
        for draft in drafts:
            Values._keep_books(channel, draft)
            if not draft.books.exact:
                draft.problems[-1]["message"] = self._mismatch(draft)
        self.env["channel.tax.match"]._fill(channel, priced)
        moved = [d for d in drafts if any(plans[d.order].writes(k) for k in ADDRESSES)]
        if moved:
            places = self.env["channel.partner.match"]._places(moved)
            self.env["channel.address.match"]._fill(moved, places)
        return drafts

    def _write(self, channel, draft, plan):
        """One order. A locked sale order is no obstacle: the channel owns it."""
        order, sale = draft.order, draft.order.sale_order_id
        if sale.state == "cancel":
            self._record(order, plan)
            return [self._left(order, self._cancelled_here(order))]
        locked = sale.filtered("locked")
        locked.action_unlock()
        self._write_order(draft, plan)
        lines = order.line_ids.filtered(lambda row: row.external_id in plan.sources)
        goods = self.env["channel.change.goods"]
        stuck, issues = goods._take_off(lines), []
        if plan.sources:
            issues += self._write_lines(channel, draft, plan)
            # Odoo adds units that a refund has taken off
            stuck |= goods._take_off(lines)
        locked.action_lock()
        self._record(order, plan)
        if sale.state == "sale":
            order.line_ids._note_held()
            order.accounting_state = "ready"
        self.env["channel.order.demand"]._note(order.line_ids.product_id)
        if stuck:
            issues.append(self._left(order, self._stuck(order, stuck), part="goods"))
        if plan.left_to_people:
            issues.append(self._left(order, self._by_hand(order, plan)))
        return issues

    def _record(self, order, plan):
        self.env["channel.change.plan"]._record(order, plan, "applied")

    # --- the order itself -------------------------------------------------------------

    def _write_order(self, draft, plan):
        sale = draft.order.sale_order_id
        if plan.writes(StepKind.REFERENCE):
            external = draft.external
            sale.client_order_ref = clean(external.po_number or external.name)
        if plan.writes(StepKind.BILL_TO):
            sale.partner_invoice_id = draft.bill_to
        if plan.writes(StepKind.SHIP_TO):
            self._readdress(sale, draft.ship_to)

    def _readdress(self, sale, address):
        """The order and what is still to leave; what is done keeps its address."""
        done = sale.picking_ids.filtered(lambda p: p.state in ("done", "cancel"))
        before = {picking: picking.partner_id for picking in done}
        sale.with_context(
            tracking_disable=True, update_delivery_shipping_partner=True
        ).partner_shipping_id = address
        for picking, partner in before.items():
            picking.partner_id = partner
        open_moves = sale.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and move.partner_id
        )
        open_moves.partner_id = address

    # --- its lines --------------------------------------------------------------------

    def _write_lines(self, channel, draft, plan):
        """The changed ones; all of them where cents were shared out anew.

        :return: issues.
        :raises ValueError: when Odoo computes another total than the channel charges.
        """
        Lines = self.env["channel.change.lines"]
        Lines._write(channel, draft, plan.sources)
        if not self._differs(draft):
            return []
        own = draft.order.sale_order_id.order_line.filtered(
            lambda line: not line.channel_role and line.price_total
        )
        if own:
            return [self._left(draft.order, self._other_lines(draft, own))]
        if any(step.way is Way.HAND for step in plan.steps):
            return []
        by_people = draft.order.change_ids.filtered(
            lambda change: change.state == "dismissed"
            or change.step_ids.filtered(lambda step: step.way == Way.HAND.value)
        )
        if by_people:
            return [self._left(draft.order, self._other_total(draft))]
        Lines._write(channel, draft)
        self.env["channel.order.import"]._check_total(draft, draft.order.sale_order_id)
        return []

    def _differs(self, draft):
        sale, total = draft.order.sale_order_id, draft.external.total
        return sale.currency_id.compare_amounts(sale.amount_total, float(total.amount))

    # --- what is left to people -------------------------------------------------------

    def _left(self, order, message, part=""):
        return self.env["channel.order.trouble"]._value(
            order, "edit_unsupported", message, part=part
        )

    def _mismatch(self, draft):
        return self.env._(
            "Order %(order)s was changed at the channel, and its lines lack %(total)s"
            " %(currency)s of its new total and %(tax)s of its taxes. Raise the"
            " channel's rounding limit and resolve this issue, or change %(sale)s by"
            " hand and dismiss the change.",
            order=draft.order.name,
            total=draft.books.total_gap,
            tax=draft.books.tax_gap,
            currency=draft.currency.name,
            sale=draft.order.sale_order_id.name,
        )

    def _cancelled_here(self, order):
        return self.env._(
            "Order %(order)s was changed at the channel (state of %(moment)s UTC), but"
            " %(sale)s is cancelled here. Cancel the order there, too, or enter what is"
            " still wanted by hand; then dismiss this issue.",
            order=order.name,
            # a dismissed issue speaks up again only with another message
            moment=order.revised_at,
            sale=order.sale_order_id.name,
        )

    def _other_total(self, draft):
        sale = draft.order.sale_order_id
        return self.env._(
            "%(sale)s comes to %(here)s %(currency)s, and order %(order)s to %(there)s"
            " at the channel (state of %(moment)s UTC): an earlier change was left to"
            " people. Compare the two and correct %(sale)s, then dismiss this issue.",
            sale=sale.name,
            here=sale.amount_total,
            currency=sale.currency_id.name,
            order=draft.order.name,
            there=draft.external.total.amount,
            moment=draft.order.revised_at,
        )

    def _other_lines(self, draft, lines):
        sale = draft.order.sale_order_id
        return self.env._(
            "%(sale)s follows what was changed of order %(order)s at the channel (state"
            " of %(moment)s UTC). It comes to %(here)s %(currency)s, and to %(there)s"
            " there, because of lines that were entered here: %(lines)s. Take them off,"
            " or charge for them apart; then dismiss this issue.",
            sale=sale.name,
            order=draft.order.name,
            moment=draft.order.revised_at,
            here=sale.amount_total,
            currency=sale.currency_id.name,
            there=draft.external.total.amount,
            lines=", ".join(lines.mapped("name")),
        )

    def _stuck(self, order, lines):
        return self.env._(
            "Units of order %(order)s were taken off at the channel (state of"
            " %(moment)s UTC): %(goods)s. They are part of a kit, or a vendor is to"
            " send them: take them off the transfers or purchases of %(sale)s by hand,"
            " then dismiss this issue.",
            order=order.name,
            moment=order.revised_at,
            goods=", ".join(line.product_id.display_name for line in lines),
            sale=order.sale_order_id.name,
        )

    def _by_hand(self, order, plan):
        advice = {
            "shipped": self.env._(
                "these units have left with %s. Take them back by returning the"
                " transfer, or agree otherwise",
                order.sale_order_id.name,
            ),
            "invoiced": self.env._(
                "%s follows, but its invoice was made by a person. Correct it with a"
                " credit note or another invoice",
                order.sale_order_id.name,
            ),
            "addressed": self.env._(
                "a part has left for the old address. Enter the new one on the open"
                " transfers of %s",
                order.sale_order_id.name,
            ),
            "vendor": self.env._(
                "%s follows, but a vendor is to send a part of it. Tell him the new"
                " address",
                order.sale_order_id.name,
            ),
        }
        change = order.change_ids[:1]
        parts = [
            f"{step.in_words}: {advice[step.why]}"
            for step in change.step_ids
            if step.why
        ]
        return self.env._(
            "Order %(order)s was changed at the channel (state of %(moment)s UTC), and"
            " this is left to you: %(steps)s. Then dismiss this issue.",
            order=order.name,
            moment=order.revised_at,
            steps="; ".join(parts),
        )
