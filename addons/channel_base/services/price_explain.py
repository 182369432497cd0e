from odoo import models


class PriceExplain(models.AbstractModel):
    """Tells how a price came about, from what was stored with it alone."""

    _name = "channel.price.explain"
    _description = "Why This Price"

    def _explain(self, row):
        """A price or a ledger entry as HTML; empty before it was computed."""
        if not row.inputs:
            return False
        return self.env["ir.qweb"]._render(
            "channel_base.price_explanation",
            {"row": row, "steps": self._steps(row.inputs)},
        )

    def _steps(self, inputs):
        """What made the price.

        :return: list of (what it is, its value).
        """
        pricelist = inputs["pricelist_name"] or self.env._("Sales price of the product")
        steps = [
            (self.env._("Pricelist"), pricelist),
            (self.env._("Rule"), self._rule(inputs)),
        ]
        if inputs.get("from") or inputs.get("to"):
            dates = f"{inputs['from'] or '…'} – {inputs['to'] or '…'}"
            steps.append((self.env._("Sale (UTC)"), dates))
        steps.append((self.env._("Price here"), inputs["price"]))
        taxes = {
            "added": self.env._("added, as the channel's prices hold it"),
            "taken": self.env._("taken off, as the channel's prices do not hold it"),
        }
        if inputs["tax"]:
            steps.append((self.env._("Tax"), taxes[inputs["tax"]]))
        if inputs.get("cost"):
            steps.append((self.env._("Cost"), inputs["cost"]))
        if inputs.get("date"):
            steps.append((self.env._("As of (UTC)"), inputs["date"]))
        return steps

    def _rule(self, inputs):
        kind = inputs.get("compute")
        if not kind:
            return self.env._("none: the product's sales price")
        rule = self.env["product.pricelist.item"].browse(inputs["rule"]).exists()
        name = rule.display_name if rule else self.env._("a deleted rule")
        if kind == "fixed":
            return self.env._(
                "%(rule)s, fixed: %(price)s", rule=name, price=inputs["fixed"]
            )
        if kind == "percentage":
            return self.env._(
                "%(rule)s, %(percent)s %% off", rule=name, percent=inputs["percent"]
            )
        return self.env._("%(rule)s, by formula", rule=name)
