from odoo import api, fields, models


class ChannelOrderChangeStep(models.Model):
    """One difference that a change makes, and how it is done."""

    _name = "channel.order.change.step"
    _description = "Step of a Channel Order's Change"
    _order = "change_id, id"
    _rec_name = "name"

    change_id = fields.Many2one(
        "channel.order.change",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("line_added", "Line added"),
            ("line_removed", "Line removed"),
            ("quantity", "Quantity"),
            ("price", "Price, discounts or taxes"),
            ("shipping_added", "Delivery added"),
            ("shipping_removed", "Delivery removed"),
            ("shipping", "Delivery changed"),
            ("ship_to", "Delivery address"),
            ("bill_to", "Invoice address"),
            ("reference", "Customer's reference"),
        ],
        required=True,
        readonly=True,
        string="What",
    )
    source = fields.Char(readonly=True, help="Id of the line at the channel.")
    name = fields.Char(readonly=True)
    before = fields.Char(readonly=True)
    after = fields.Char(readonly=True)
    way = fields.Selection(
        [
            ("write", "The sale order follows"),
            ("correct", "The sale order follows, and the invoice is corrected"),
            ("hand", "Left to you"),
            ("nothing", "Too late to matter"),
        ],
        required=True,
        readonly=True,
        string="How",
    )
    why = fields.Selection(
        [
            ("shipped", "its units have left"),
            ("invoiced", "its invoice was made by a person"),
            ("addressed", "a part has left for the old address"),
            ("vendor", "a vendor is to send a part of it"),
        ],
        readonly=True,
        string="Because",
    )
    in_words = fields.Char(compute="_compute_in_words", string="Step")

    @api.depends("kind", "name", "before", "after")
    @api.depends_context("lang")
    def _compute_in_words(self):
        for step in self:
            step.in_words = step._in_words()

    def _in_words(self):
        values = {"name": self.name, "before": self.before, "after": self.after}
        texts = {
            "line_added": self.env._("Add %(after)s x %(name)s", **values),
            "line_removed": self.env._("Take off all %(before)s x %(name)s", **values),
            "quantity": self.env._(
                "%(name)s: %(after)s instead of %(before)s", **values
            ),
            "price": self.env._(
                "%(name)s: other price, discounts or taxes; it comes to %(after)s"
                " instead of %(before)s",
                **values,
            ),
            "shipping_added": self.env._("Delivery %(name)s for %(after)s", **values),
            "shipping_removed": self.env._(
                "No delivery %(name)s for %(before)s any more", **values
            ),
            "shipping": self.env._(
                "Delivery %(name)s: %(after)s instead of %(before)s", **values
            ),
            "ship_to": self.env._(
                "Deliver to %(after)s instead of %(before)s", **values
            ),
            "bill_to": self.env._(
                "Invoice to %(after)s instead of %(before)s", **values
            ),
            "reference": self.env._(
                "Reference %(after)s instead of %(before)s", **values
            ),
        }
        if self.kind in ("ship_to", "bill_to") and not (self.before or self.after):
            return self.env._("Another address, which was erased on request")
        return texts[self.kind]
