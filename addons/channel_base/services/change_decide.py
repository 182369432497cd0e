from odoo import models

WAITING = ("change_waiting",)


class ChangeDecide(models.AbstractModel):
    """What people decided about changes that waited for them."""

    _name = "channel.change.decide"
    _description = "Decide on Changes of Orders"

    def _decide(self, changes, state):
        """Approved changes are applied by the job that imports orders, the one lane
        that reserves stock; dismissed ones count as entered by hand."""
        changes.state = state
        orders = changes.order_id
        self.env["channel.order.trouble"]._settle(orders, WAITING)
        if state == "approved":
            orders.to_apply = True
        else:
            for change in changes:
                change.order_id.applied_snapshot = change.snapshot
            orders.accounting_state = "ready"
            orders._note_entered()
        Wakeup = self.env["channel.wakeup"]
        Wakeup._after_commit(orders.browse(), "_job_import")
        Wakeup._after_commit(orders.browse(), "_job_account")
