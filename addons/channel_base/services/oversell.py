from odoo import models

from .pool_sql import UNHELD

# Open demand in the order in which it was placed, against what is on hand. A move that
# only prepares another one counts once, as that other one; where it ends counts.
OVERSOLD = f"""
WITH asked AS (
    SELECT DISTINCT move.product_id, sale.warehouse_id
      FROM sale_order sale
      JOIN sale_order_line line ON line.order_id = sale.id
      JOIN stock_move move ON move.sale_line_id = line.id
       AND move.state NOT IN ('done', 'cancel')
      JOIN product_product product ON product.id = move.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
     WHERE sale.channel_order_id = ANY(%(orders)s) AND template.is_storable
),
on_hand AS (
    SELECT asked.product_id, asked.warehouse_id,
           coalesce(sum(quant.quantity), 0) AS units
      FROM asked
      LEFT JOIN (stock_quant quant JOIN stock_location location
                 ON location.id = quant.location_id AND location.usage = 'internal')
        ON quant.product_id = asked.product_id
       AND location.warehouse_id = asked.warehouse_id
     GROUP BY 1, 2
),
demand AS (
    SELECT asked.product_id, asked.warehouse_id, channel_order.id AS order_id,
           coalesce(channel_order.ordered_at, sale.date_order, move.create_date)
               AS ordered_at,
           move.product_qty AS units
      FROM asked
      JOIN stock_move move ON move.product_id = asked.product_id
       AND move.state NOT IN ('draft', 'done', 'cancel')
      JOIN stock_location source ON source.id = move.location_id
       AND source.warehouse_id = asked.warehouse_id
      JOIN stock_location target
        ON target.id = coalesce(move.location_final_id, move.location_dest_id)
       AND target.warehouse_id IS DISTINCT FROM asked.warehouse_id
      LEFT JOIN sale_order_line line ON line.id = move.sale_line_id
      LEFT JOIN sale_order sale ON sale.id = line.order_id
      LEFT JOIN channel_order ON channel_order.id = sale.channel_order_id
     WHERE NOT EXISTS (
            SELECT FROM stock_move_move_rel chain
              JOIN stock_move next ON next.id = chain.move_dest_id
              JOIN stock_location start ON start.id = next.location_id
             WHERE chain.move_orig_id = move.id
               AND start.warehouse_id = asked.warehouse_id
               AND next.state NOT IN ('draft', 'done', 'cancel'))
     UNION ALL
    SELECT asked.product_id, asked.warehouse_id, line.order_id, waiting.ordered_at,
           {UNHELD}
      FROM asked
      JOIN channel_order_line line ON line.product_id = asked.product_id
       AND line.unimported AND line.open_quantity > 0
      JOIN channel_order waiting ON waiting.id = line.order_id
      JOIN channel_channel channel ON channel.id = line.channel_id
      LEFT JOIN channel_location place ON place.id = line.location_id
     WHERE coalesce(place.warehouse_id, channel.warehouse_id, asked.warehouse_id)
           = asked.warehouse_id
),
queue AS (
    SELECT product_id, warehouse_id, order_id, ordered_at, sum(units) AS units,
           sum(sum(units)) OVER (PARTITION BY product_id, warehouse_id
                                 ORDER BY ordered_at, order_id) AS until
      FROM demand
     GROUP BY 1, 2, 3, 4
)
SELECT queue.order_id, queue.product_id, queue.units::float,
       least(queue.units, queue.until - on_hand.units)::float
  FROM queue JOIN on_hand USING (product_id, warehouse_id)
 WHERE queue.order_id IS NOT NULL AND queue.until > on_hand.units
 ORDER BY queue.ordered_at, queue.order_id, queue.product_id
"""
PRODUCTS = """
SELECT DISTINCT move.product_id
  FROM stock_move move
  JOIN sale_order_line line ON line.id = move.sale_line_id
  JOIN sale_order sale ON sale.id = line.order_id
 WHERE sale.channel_order_id = ANY(%s)
"""


class Oversell(models.AbstractModel):
    """Finds orders that sold more than there is: open demand against stock, never the
    state of a transfer. Goods on their way in do not count; kits are judged by their
    components."""

    _name = "channel.oversell"
    _description = "Find Oversold Orders"

    def _check(self, orders):
        """For the products of some confirmed orders: name the later orders that the
        stock does not reach for, and close issues that no longer hold."""
        # what was confirmed lies in several models' caches
        self.env.flush_all()
        self.env.cr.execute(OVERSOLD, {"orders": orders.ids})
        values_list = [self._issue(*row) for row in self.env.cr.fetchall()]
        self._settle(orders, {(v["channel"], v["subject"]) for v in values_list})
        self.env["channel.issue"]._report_many(values_list)

    def _issue(self, order_id, product_id, units, lacking):
        order = self.env["channel.order"].browse(order_id)
        product = self.env["product.product"].browse(product_id)
        return self.env["channel.order.trouble"]._value(
            order,
            "oversell",
            self.env._(
                "Order %(order)s sold %(units)s of %(product)s, and stock lacks"
                " %(lacking)s. Buy or move goods, or cancel the order at the channel.",
                order=order.name,
                units=f"{units:.15g}",
                product=product.display_name,
                lacking=f"{lacking:.15g}",
            ),
            part=product_id,
            product=product,
        )

    def _settle(self, orders, holding):
        self.env.cr.execute(PRODUCTS, [orders.ids])
        issues = self.env["channel.issue"].search(
            [
                ("kind", "=", "oversell"),
                ("state", "=", "open"),
                ("product_id", "in", [row[0] for row in self.env.cr.fetchall()]),
            ]
        )
        over = issues.filtered(lambda i: (i.channel_id, i.subject) not in holding)
        for channel, same in over.grouped("channel_id").items():
            over._settle(channel, "oversell", same.mapped("subject"))
