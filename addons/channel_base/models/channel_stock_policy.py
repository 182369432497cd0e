from odoo import fields, models


class ChannelStockPolicy(models.AbstractModel):
    """What people decide about quantities, shipments, and how long records are kept."""

    _name = "channel.stock.policy"
    _description = "Stock Policies of a Channel"

    # --- stock ------------------------------------------------------------------------
    stock_master = fields.Selection(
        [("odoo", "Odoo"), ("channel", "The channel")], default="odoo", required=True
    )
    stock_share = fields.Float(string="Share (%)", default=100.0)
    stock_buffer = fields.Integer(string="Safety Stock", default=0)
    stock_cap = fields.Integer(string="Show At Most", help="0: no cap.")
    stock_fuse = fields.Float(
        string="Fuse (%)",
        default=30.0,
        help="A run that changes or zeroes more of the catalogue waits for a person.",
    )
    increase_wait = fields.Integer(
        string="Wait for Decreases (minutes)",
        default=10,
        help="No increase while another channel's decrease is unconfirmed, this long.",
    )

    # --- shipments --------------------------------------------------------------------
    notify_customer = fields.Boolean(
        default=True,
        help="The marketplace tells the customer that goods are on the way.",
    )

    # --- retention --------------------------------------------------------------------
    event_days = fields.Integer(string="Keep Webhook Bodies (days)", default=30)
    log_days = fields.Integer(string="Keep Sync Log (days)", default=30)
    ledger_days = fields.Integer(
        string="Keep Stock Ledger (days)",
        default=365,
        help="The latest entry of each quantity is always kept.",
    )
    pii_days = fields.Integer(
        string="Keep Personal Data of Orders (days)",
        help="Orders that are older forget whose they were, each night; posted invoices"
        " keep name and address. 0: never.",
    )

    # More than there is must never be shown.
    _stock_rule_check = models.Constraint(
        "CHECK(stock_share BETWEEN 0 AND 100 AND stock_buffer >= 0 AND stock_cap >= 0)",
        "Share is 0 to 100 %; safety stock and cap are not negative.",
    )
    _stock_run_check = models.Constraint(
        "CHECK(stock_fuse BETWEEN 0 AND 100 AND increase_wait >= 0)",
        "The fuse is 0 to 100 %; the wait for decreases is not negative.",
    )
    _retention_check = models.Constraint(
        "CHECK(event_days > 0 AND log_days > 0 AND ledger_days > 0 AND"
        " (pii_days IS NULL OR pii_days >= 0))",
        "Webhook bodies, sync log and stock ledger are kept for a day at least.",
    )
