from odoo import models

# Documents that show a partner's name and address as they are today.
AS_ADDRESS = """
    SELECT partner.id FROM unnest(%(ids)s::int[]) partner (id)
     WHERE EXISTS (SELECT FROM sale_order WHERE state = 'sale'
                      AND partner_id = partner.id)
        OR EXISTS (SELECT FROM sale_order WHERE state = 'sale'
                      AND partner_invoice_id = partner.id)
        OR EXISTS (SELECT FROM sale_order WHERE state = 'sale'
                      AND partner_shipping_id = partner.id)
        OR EXISTS (SELECT FROM account_move WHERE state = 'posted'
                      AND partner_id = partner.id)
        OR EXISTS (SELECT FROM account_move WHERE state = 'posted'
                      AND partner_shipping_id = partner.id)
        OR EXISTS (SELECT FROM stock_picking WHERE state <> 'cancel'
                      AND partner_id = partner.id)
"""
# Who was made by jobs, and not by somebody here.
MADE = """
    SELECT partner.id FROM res_partner partner
      JOIN res_groups_users_rel rel ON rel.uid = partner.create_uid
     WHERE partner.id = ANY(%(ids)s) AND rel.gid = %(group)s
"""


class PartnerUse(models.AbstractModel):
    """What may be done with customers: one query, however many they are."""

    _name = "channel.partner.use"
    _description = "Use of Customers in Documents"

    def _on_documents(self, partners):
        """Those whose name and address documents show: they are never overwritten."""
        self.env["sale.order"].flush_model()
        self.env["account.move"].flush_model()
        self.env["stock.picking"].flush_model()
        return self._found(AS_ADDRESS, partners)

    def _made_by_jobs(self, partners):
        """Those who came from channels: what people entered themselves stays theirs."""
        self.env["res.partner"].flush_model(["name"])
        return self._found(MADE, partners)

    def _found(self, statement, partners):
        if not partners:
            return partners
        group = self.env.ref("channel_base.group_worker").id
        self.env.cr.execute(statement, {"ids": partners.ids, "group": group})
        return partners.browse(row[0] for row in self.env.cr.fetchall())
