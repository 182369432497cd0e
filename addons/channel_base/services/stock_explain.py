from decimal import Decimal

from odoo import models

from .stock_rule import RULES, shown

PLAIN = {"share": "100", "buffer": 0, "cap": 0}  # the rule without what narrows it


class StockExplain(models.AbstractModel):
    """Tells how a quantity came about, from its ledger entry alone, stored or not.

    Every step is the stored rule itself, applied with less of its inputs.
    """

    _name = "channel.stock.explain"
    _description = "Why This Quantity"

    def _explain(self, entry):
        """One ledger entry as HTML; empty for a rule that is not known here."""
        if entry.rule_version not in RULES:
            return False
        return self.env["ir.qweb"]._render(
            "channel_base.stock_explanation",
            {
                "entry": entry,
                "is_now": not entry.id,
                "components": self._components(entry),
                "steps": self._steps(entry),
                "quantity": self._shown(entry),
                "is_kit": any(
                    part["product"] != entry.product_id.id
                    for part in entry.inputs["components"]
                ),
            },
        )

    def _components(self, entry):
        parts = entry.inputs["components"]
        products = self.env["product.product"].browse(part["product"] for part in parts)
        return [
            {
                "product": product.exists().display_name
                or self.env._("A deleted product"),
                "on_hand": _number(part["on_hand"]),
                "demand": _number(part["demand"]),
                "unimported": _number(part["unimported"]),
                "unexplained": _number(part["unexplained"]),
                "per_unit": part["per_unit"],
                "enough_for": self._shown(entry, components=[part], **PLAIN),
            }
            for product, part in zip(products, parts, strict=True)
        ]

    def _steps(self, entry):
        """What the rule makes of the pool, one step after the other.

        :return: list of (what was done, units after it), only of steps that are in use.
        """
        inputs = entry.inputs
        share = _number(inputs["share"])
        steps = [(self.env._("In stock for this channel"), self._shown(entry, **PLAIN))]
        if share != "100":
            after = self._shown(entry, buffer=0, cap=0)
            steps.append((self.env._("%s %% of it", share), after))
        if inputs["buffer"]:
            after = self._shown(entry, cap=0)
            steps.append(
                (self.env._("Less safety stock of %s", inputs["buffer"]), after)
            )
        if inputs["cap"]:
            after = self._shown(entry)
            steps.append((self.env._("At most %s", inputs["cap"]), after))
        return steps

    def _shown(self, entry, **changed):
        return shown({**entry.inputs, **changed}, version=entry.rule_version)


def _number(text):
    """A decimal as people write it: without zeros at its end."""
    return f"{Decimal(text).normalize():f}"
