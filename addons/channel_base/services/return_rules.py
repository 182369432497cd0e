from datetime import timedelta
from decimal import Decimal

from odoo import models

from ..adapter import codec
from ..adapter.canonical import Order


class ReturnRules(models.AbstractModel):
    """Which rule decides a request for a return, and why."""

    _name = "channel.return.rules"
    _description = "Rules for Returns"

    def _find(self, row):
        """The first rule that fits a return.

        :return: the rule (empty: none fits), and what it found as text.
        """
        facts = self._facts(row)
        if not any(row.line_ids.mapped("quantity")):
            none = self.env["channel.return.rule"]
            return none, self.env._("It names no goods: no rule is asked.")
        rules = self.env["channel.return.rule"].search(
            [("channel_id", "=", row.channel_id.id)]
        )
        for rule in rules:
            if self._fits(rule, row, facts):
                return rule, self._text(rule, row, facts)
        return rules.browse(), self.env._("No rule fits: %s.", self._told(row, facts))

    def _facts(self, row):
        delivered = self._delivered_at(row)
        return {
            # asked for before all had left: no day has passed
            "days": delivered
            and max(0, (row.requested_at - delivered) // timedelta(days=1)),
            "value": self._value(row),
        }

    def _delivered_at(self, row):
        """When the last of the goods left for the buyer; False while any is here."""
        moments = []
        for line in row.line_ids.filtered("quantity"):
            moves = self.env["channel.return.balance"]._outgoing(line.line_id)
            if not moves:
                return False
            moments += moves.mapped(lambda move: move.picking_id.date_done or move.date)
        return max(moments, default=False)

    def _value(self, row):
        """What the goods were sold for after discounts, in the company's currency;
        None where a line is not known."""
        external = codec.loads(Order, row.order_id.snapshot)
        sold = {line.external_id: line for line in external.lines}
        total = Decimal(0)
        for line in row.line_ids.filtered("quantity"):
            there = sold.get(line.external_line_id)
            if not there or not there.quantity:
                return None
            price = there.unit_price.amount * there.quantity
            price -= sum((d.amount.amount for d in there.discounts), Decimal(0))
            total += price * line.quantity / there.quantity
        rate = row.order_id.currency_rate or 1.0
        return row.company_id.currency_id.round(float(total) / rate)

    def _fits(self, rule, row, facts):
        lines = row.line_ids.filtered("quantity")
        if rule.within_days and (
            facts["days"] is False or facts["days"] > rule.within_days
        ):
            return False
        if rule.value_up_to and (
            facts["value"] is None
            or rule.currency_id.compare_amounts(facts["value"], rule.value_up_to) > 0
        ):
            return False
        if rule.reason_ids and not all(
            line.reason_id and line.reason_id in rule.reason_ids for line in lines
        ):
            return False
        if rule.product_ids or rule.category_ids:
            return all(self._covers(rule, line.product_id) for line in lines)
        return True

    def _covers(self, rule, product):
        if product in rule.product_ids:
            return bool(product)
        path = product.categ_id.parent_path or ""
        return any(
            path.startswith(category.parent_path) for category in rule.category_ids
        )

    # --- as text ----------------------------------------------------------------------

    def _text(self, rule, row, facts):
        outcomes = dict(rule._fields["outcome"]._description_selection(self.env))
        return self.env._(
            "%(rule)s: %(outcome)s (%(facts)s)",
            rule=rule.name,
            outcome=outcomes[rule.outcome],
            facts=self._told(row, facts),
        )

    def _told(self, row, facts):
        days, value = facts["days"], facts["value"]
        told = [
            self.env._("%s days since delivery", days)
            if days is not False
            else self.env._("not delivered"),
            self.env._(
                "worth %(value)s %(currency)s",
                value=f"{value:.{row.company_id.currency_id.decimal_places}f}",
                currency=row.company_id.currency_id.name,
            )
            if value is not None
            else self.env._("of unknown worth"),
        ]
        reasons = row.line_ids.reason_id.mapped("external_name")
        return ", ".join([*told, *reasons])
