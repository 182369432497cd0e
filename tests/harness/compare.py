"""What Odoo made of the orders, beside what the generator's manifest expects."""

from collections import defaultdict
from decimal import Decimal

ORDERS = """
    SELECT channel_order.external_id, channel_order.name, channel_order.state,
           sale.id AS sale_id, sale.state AS sale_state, currency.name AS currency,
           sale.amount_total, sale.amount_untaxed, sale.amount_tax
      FROM channel_order
      LEFT JOIN sale_order sale ON sale.channel_order_id = channel_order.id
      LEFT JOIN res_currency currency ON currency.id = sale.currency_id
     WHERE channel_order.channel_id = %s
"""
# along with what corrects them after an edit
INVOICED = "(move.move_type = 'out_invoice' OR coalesce(move.channel_corrects, FALSE))"
INVOICES = f"""
    SELECT channel_order.external_id, move.state, move.payment_state,
           move.amount_total_in_currency_signed,
           CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END * move.amount_tax,
           move.move_type
      FROM account_move move
      JOIN channel_order ON channel_order.id = move.channel_order_id
     WHERE channel_order.channel_id = %s AND {INVOICED}
"""
TAXES = f"""
    SELECT channel_order.external_id, tax.invoice_label->>'en_US', tax.amount,
           -sum(line.amount_currency)
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
      JOIN channel_order ON channel_order.id = move.channel_order_id
      JOIN account_tax tax ON tax.id = line.tax_line_id
     WHERE channel_order.channel_id = %s AND move.state = 'posted'
       AND {INVOICED}
     GROUP BY 1, 2, 3
"""
CREDITS = """
    SELECT channel_order.external_id, sum(move.amount_total), sum(move.amount_tax),
           bool_and(move.state = 'posted' AND move.payment_state = 'paid')
      FROM account_move move
      JOIN channel_order ON channel_order.id = move.channel_order_id
     WHERE channel_order.channel_id = %s AND move.move_type = 'out_refund'
       AND NOT coalesce(move.channel_corrects, FALSE)
     GROUP BY 1
"""
PAYBACKS = """
    SELECT channel_order.external_id, sum(payment.amount)
      FROM account_payment payment
      JOIN channel_order ON channel_order.id = payment.channel_order_id
     WHERE channel_order.channel_id = %s AND payment.payment_type = 'outbound'
     GROUP BY 1
"""
PAYMENTS = """
    SELECT channel_order.external_id, payment.amount, payment.state,
           mapping.external_name
      FROM account_payment payment
      JOIN channel_order ON channel_order.id = payment.channel_order_id
      JOIN channel_mapping mapping
        ON mapping.journal_id = payment.journal_id AND mapping.kind = 'gateway'
       AND mapping.channel_id = channel_order.channel_id
     WHERE channel_order.channel_id = %s AND payment.payment_type = 'inbound'
"""
ISSUES = """
    SELECT kind, subject FROM channel_issue
     WHERE channel_id = %s AND state = 'open'
"""
DEMAND = """
    SELECT channel_order.external_id, product.default_code, sum(move.product_qty)
      FROM stock_move move
      JOIN sale_order_line line ON line.id = move.sale_line_id
      JOIN sale_order sale ON sale.id = line.order_id
      JOIN channel_order ON channel_order.id = sale.channel_order_id
      JOIN product_product product ON product.id = move.product_id
     WHERE channel_order.channel_id = %s AND move.state != 'cancel'
     GROUP BY 1, 2
"""
AVAILABLE = """
    WITH RECURSIVE place AS (
        SELECT stock_location_id AS id FROM channel_location_feed
         WHERE channel_id = %(c)s
         UNION
        SELECT child.id FROM stock_location child
          JOIN place ON place.id = child.location_id
    ), on_hand AS (
        SELECT product_id, sum(quantity) AS units FROM stock_quant
         WHERE location_id IN (SELECT id FROM place) GROUP BY 1
    ), demand AS (
        SELECT product_id, sum(product_qty) AS units FROM stock_move
         WHERE state NOT IN ('draft', 'done', 'cancel')
           AND location_id IN (SELECT id FROM place)
           AND location_dest_id NOT IN (SELECT id FROM place) GROUP BY 1
    ), unimported AS (
        SELECT product_id, sum(open_quantity) AS units FROM channel_order_line
         WHERE unimported GROUP BY 1
    )
    SELECT listing.sku,
           coalesce(on_hand.units, 0) - coalesce(demand.units, 0)
           - coalesce(unimported.units, 0)
      FROM channel_listing listing
      LEFT JOIN on_hand USING (product_id)
      LEFT JOIN demand USING (product_id)
      LEFT JOIN unimported USING (product_id)
     WHERE listing.channel_id = %(c)s AND listing.tracked
"""


LEFT = DEMAND.replace("!= 'cancel'", "= 'done'")


# an invoice whose credit note comes to all of it counts as reversed
SETTLED = {"paid", "reversed"}


def _money(value):
    return Decimal(str(value or 0)).normalize()


class Books:
    """What one channel's orders have become in Odoo, read once.

    :param hub: a hub. :param channel_id: database id of the channel.
    """

    def __init__(self, hub, channel_id):
        self.orders = {row[0]: row[1:] for row in hub.sql(ORDERS, (channel_id,))}
        self.invoices, self.taxes = defaultdict(list), defaultdict(list)
        self.payments, self.demand = defaultdict(dict), defaultdict(dict)
        for order_id, *rest in hub.sql(INVOICES, (channel_id,)):
            self.invoices[order_id].append(rest)
        for order_id, title, rate, amount in hub.sql(TAXES, (channel_id,)):
            self.taxes[order_id].append((title, _money(rate) / 100, _money(amount)))
        for order_id, amount, state, gateway in hub.sql(PAYMENTS, (channel_id,)):
            name = gateway.rpartition(" (")[0]
            if state not in ("in_process", "paid"):
                name += f" {state}"
            before = self.payments[order_id].get(name, Decimal(0))
            self.payments[order_id][name] = _money(before + _money(amount))
        for order_id, sku, units in hub.sql(DEMAND, (channel_id,)):
            self.demand[order_id][sku] = int(units)
        self.issues = set(hub.sql(ISSUES, (channel_id,)))

    def differences(self, row, expected, stored_skus):
        """What is not as expected of one order.

        :param row: of the manifest. :param expected: its ``expected`` or ``after``.
        :param stored_skus: SKUs whose units are moved in the warehouse.
        :return: list of sentences.
        """
        found = self.orders.get(row["id"])
        if not found:
            return [f"{self._who(row)}: is not here"]
        _name, state, sale_id, sale_state, currency, total, untaxed, tax = found
        facts = [("state", state, expected["state"])]
        if expected["state"] == "imported":
            facts += [
                ("sale order", sale_state, "sale"),
                ("currency", currency, expected["currency"]),
                ("total", _money(total), _money(expected["total"])),
                ("tax", _money(tax), _money(expected["tax"])),
                ("untaxed", _money(untaxed), _money(expected["untaxed"])),
                (
                    "units",
                    only(self.demand[row["id"]], stored_skus),
                    only(expected["quantities"], stored_skus),
                ),
                *self._accounting(row["id"], expected),
            ]
        elif expected["state"] == "cancelled":
            facts.append(("sale order", sale_state in (None, "cancel"), True))
            facts.append(("units", only(self.demand[row["id"]], stored_skus), {}))
        else:
            facts.append(("sale order", sale_id, None))
        return [
            f"{self._who(row)}: {what} is {is_!r}, not {should!r}"
            for what, is_, should in facts
            if is_ != should
        ]

    def _accounting(self, order_id, expected):
        moves = self.invoices[order_id]
        paid = [paid for _s, paid, *_rest, kind in moves if kind == "out_invoice"]
        yield "invoices", len(paid), int(expected["invoice"])
        yield "posted", {state for state, *_rest in moves} <= {"posted"}, True
        if expected["invoice"]:
            total, tax = (sum(move[part] for move in moves) for part in (2, 3))
            yield "invoiced", _money(total), _money(expected["total"])
            yield "invoiced taxes", _money(tax), _money(expected["tax"])
            yield "paid", set(paid) <= SETTLED, True
            yield (
                "taxes",
                sorted(one for one in self.taxes[order_id] if one[2]),
                sorted(
                    (title, _money(rate), _money(amount))
                    for title, rate, amount in expected["taxes"]
                ),
            )
        yield (
            "payments",
            dict(self.payments[order_id]),
            {
                name: _money(one)
                for name, one in expected["payments"].items()
                if _money(one)
            },
        )

    def _who(self, row):
        return f"{row['name']} ({row['scenario']}, {row['id']})"


def only(units, skus):
    """Units by SKU, of some SKUs."""
    return {sku: count for sku, count in units.items() if sku in skus}


def expected_issues(rows, which):
    """(kind, subject) of all issues that the manifest lists.

    :param which: function from a row to its ``expected`` or ``after``.
    """
    found = set()
    for row in rows:
        for kind, part in which(row)["issues"]:
            subject = f"order:{row['id']}"
            found.add((kind, f"{subject}:{part}" if part else subject))
    return found


def credited(hub, channel_id):
    """What was credited and paid back: {order's id: (total, tax, settled, paid)}."""
    paid = dict(hub.sql(PAYBACKS, (channel_id,)))
    return {
        order_id: (_money(total), _money(tax), settled, _money(paid.get(order_id)))
        for order_id, total, tax, settled in hub.sql(CREDITS, (channel_id,))
    }


def left(hub, channel_id):
    """Units that left the warehouse: {order's id at the channel: {sku: units}}."""
    found = defaultdict(dict)
    for order_id, sku, units in hub.sql(LEFT, (channel_id,)):
        found[order_id][sku] = int(units)
    return found


def available(hub, channel_id):
    """The stock formula, computed here from Odoo's tables: units by SKU."""
    return {sku: int(units) for sku, units in hub.sql(AVAILABLE, {"c": channel_id})}


def shown(control, shop):
    """What the shop shows as available: units by SKU, over all places."""
    return {
        sku: sum(place["available"] for place in places.values())
        for sku, places in control.stock(shop).items()
    }
