from odoo import models

# Documents of orders, and the words that tell whose they are.
DOCUMENTS = """
    WITH document AS (
        SELECT sale.id AS sale_id, 'sale.order' AS model, sale.id AS res_id
          FROM sale_order sale WHERE sale.id = ANY(%(sales)s)
         UNION
        SELECT picking.sale_id, 'stock.picking', picking.id
          FROM stock_picking picking WHERE picking.sale_id = ANY(%(sales)s)
         UNION
        SELECT line.order_id, 'account.move', entry.move_id
          FROM sale_order_line line
          JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
          JOIN account_move_line entry ON entry.id = rel.invoice_line_id
         WHERE line.order_id = ANY(%(sales)s)
    ), word AS (
        SELECT DISTINCT sale.id AS sale_id, lower(told.word) AS word
          FROM sale_order sale
          JOIN res_partner partner ON partner.id IN (
               sale.partner_id, sale.partner_invoice_id, sale.partner_shipping_id,
               sale.channel_contact_id)
         CROSS JOIN LATERAL (VALUES (partner.name), (partner.email), (partner.phone),
                                    (partner.street)) told (word)
         WHERE sale.id = ANY(%(sales)s) AND length(told.word) > 2
           AND partner.id <> ALL(%(kept)s)
    ), message AS (
        SELECT message.id, document.sale_id, message.body, message.message_type
          FROM document JOIN mail_message message
            ON message.model = document.model AND message.res_id = document.res_id
    )
"""
# Who wrote and when stays; of what systems noted, only what names the customer goes.
BLANK_MESSAGES = f"""
    {DOCUMENTS}
    UPDATE mail_message mine
       SET body = %(erased)s, subject = NULL, reply_to = NULL,
           email_from = CASE WHEN EXISTS (
               SELECT FROM res_users WHERE partner_id = mine.author_id)
               THEN mine.email_from END,
           incoming_email_to = NULL, incoming_email_cc = NULL, outgoing_email_to = NULL
      FROM message
     WHERE mine.id = message.id
       AND (message.message_type <> 'notification' OR EXISTS (
            SELECT FROM word WHERE word.sale_id = message.sale_id
               AND strpos(lower(message.body), word.word) > 0))
 RETURNING mine.id
"""  # noqa: S608 - made of the text above only
BLANK_TRACKING = f"""
    {DOCUMENTS}
    UPDATE mail_tracking_value value
       SET old_value_char = NULL, new_value_char = NULL,
           old_value_text = NULL, new_value_text = NULL
      FROM message
     WHERE value.mail_message_id = message.id AND EXISTS (
            SELECT FROM word WHERE word.sale_id = message.sale_id
               AND (strpos(lower(concat_ws(' ', old_value_char, old_value_text)),
                           word.word) > 0
                    OR strpos(lower(concat_ws(' ', new_value_char, new_value_text)),
                              word.word) > 0))
"""  # noqa: S608 - made of the text above only
DROP_MAILS = "DELETE FROM mail_mail WHERE mail_message_id = ANY(%s)"


class PrivacyChatter(models.AbstractModel):
    """Messages, mails and files on the documents of orders forget whose they are.

    Files of invoices are kept as long as the invoices.
    """

    _name = "channel.privacy.chatter"
    _description = "Erase Messages on Documents"

    def _erase(self, channel, orders):
        """To be called while the customers are still known."""
        # a worker need not have rights on everything that people write
        sales = orders.sale_order_id.sudo()
        if not sales:
            return
        values = {
            "sales": sales.ids,
            "kept": channel.guest_partner_id.ids,
            "erased": self.env._("Erased on request."),
        }
        self.env.flush_all()
        self.env.cr.execute(BLANK_TRACKING, values)
        self.env.cr.execute(BLANK_MESSAGES, values)
        messages = [row[0] for row in self.env.cr.fetchall()]
        self.env.cr.execute(DROP_MAILS, [messages])
        self.env.invalidate_all(flush=False)
        if "sms.sms" in self.env:
            # messages that wait are nobody's to read but those who send them
            Sms = self.env["sms.sms"].sudo()
            Sms.search([("mail_message_id", "in", messages)]).unlink()
        self._drop_files(sales, messages)
        sales.filtered("signed_by").signed_by = False

    def _drop_files(self, sales, messages):
        """Quotations, labels, delivery slips; signatures, too, which are fields."""
        mine = [
            ("sale.order", sales.ids),
            ("stock.picking", sales.picking_ids.ids),
            ("mail.message", messages),
        ]
        either = ["|", ("res_field", "=", False), ("res_field", "!=", False)]
        for model, ids in mine:
            found = [("res_model", "=", model), ("res_id", "in", ids)]
            # whose rights they have is their documents' affair
            self.env["ir.attachment"].sudo().search([*found, *either]).unlink()
