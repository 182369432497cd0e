def migrate(cr, version):
    """Lines of invoices that were made earlier know what they stand for, too."""
    cr.execute(
        """
        UPDATE account_move_line line
           SET channel_role = sold.channel_role,
               channel_line_id = sold.channel_line_id
          FROM sale_order_line_invoice_rel rel
          JOIN sale_order_line sold ON sold.id = rel.order_line_id
         WHERE rel.invoice_line_id = line.id AND sold.channel_role IS NOT NULL
        """
    )
