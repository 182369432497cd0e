"""Statements that find and blank personal data, for many rows at a time."""

# A canonical order without the persons in it: countries and states decide taxes.
_PLACE = """
    CASE WHEN jsonb_typeof(v -> '{slot}') = 'object' THEN jsonb_build_object(
        'country_code', v #> '{{{slot},country_code}}',
        'state_code', v #> '{{{slot},state_code}}') ELSE 'null' END
"""
_PART = """
    (SELECT coalesce(jsonb_agg(part || '{blank}'), '[]')
       FROM jsonb_array_elements(v -> '{name}') part)
"""


def _blanked(column):
    """SQL of a snapshot's text without persons, NULL where there is none."""
    places = ", ".join(
        f"'{slot}', {_PLACE.format(slot=slot)}" for slot in ("ship_to", "bill_to")
    )
    lines = _PART.format(name="lines", blank='{"attributes": []}')
    refunds = _PART.format(name="refunds", blank='{"note": ""}')
    return f"""
        (SELECT jsonb_set(document, '{{value}}', v || jsonb_build_object(
            'buyer', NULL, 'note', '', 'attributes', '[]'::jsonb,
            'lines', {lines}, 'refunds', {refunds}, {places}))::text
           FROM (SELECT {column}::jsonb AS document, {column}::jsonb -> 'value' AS v) d
          WHERE v IS NOT NULL)
    """


BLANK_ORDERS = f"""
    UPDATE channel_order
       SET snapshot = {_blanked("snapshot")},
           applied_snapshot = {_blanked("applied_snapshot")},
           note = NULL, remarks = NULL, shadow_result = NULL,
           redacted_at = now() AT TIME ZONE 'UTC'
     WHERE id = ANY(%(orders)s)
"""  # noqa: S608 - made of the names above only

# What changes of orders lead to, and the addresses that they name.
BLANK_CHANGES = f"""
    UPDATE channel_order_change SET snapshot = {_blanked("snapshot")}
     WHERE order_id = ANY(%(orders)s)
"""  # noqa: S608 - made of the names above only

BLANK_STEPS = """
    UPDATE channel_order_change_step step SET before = NULL, after = NULL
      FROM channel_order_change change
     WHERE change.id = step.change_id AND change.order_id = ANY(%(orders)s)
       AND step.kind IN ('ship_to', 'bill_to')
"""

_RETURN_LINES = _PART.format(name="lines", blank='{"note": ""}')
BLANK_RETURNS = f"""
    UPDATE channel_return SET decline_note = NULL, snapshot = (
        SELECT jsonb_set(document, '{{value}}', v || jsonb_build_object(
                   'decline_note', '', 'lines', {_RETURN_LINES}))::text
          FROM (SELECT snapshot::jsonb AS document, snapshot::jsonb -> 'value' AS v) d
         WHERE v IS NOT NULL)
     WHERE order_id = ANY(%(orders)s)
"""  # noqa: S608 - made of the names above only

BLANK_RETURN_LINES = """
    UPDATE channel_return_line line SET note = NULL
      FROM channel_return back
     WHERE back.id = line.return_id AND back.order_id = ANY(%(orders)s)
"""

# What was told of an order and is answered: notes to buyers, and whom providers were
# asked to ship to. Calls that may have to be made again stay as they are.
BLANK_CALLS = """
    UPDATE channel_push_item item
       SET message = NULL, outcome = NULL, payload = (
            SELECT jsonb_set(document, '{value}', v
                     || CASE WHEN v ? 'note' THEN '{"note": ""}' ELSE '{}' END::jsonb
                     || CASE WHEN v ? 'recipient'
                             THEN '{"recipient": {}}' ELSE '{}' END::jsonb)::text
              FROM (SELECT item.payload::jsonb AS document,
                           item.payload::jsonb -> 'value' AS v) d
             WHERE v IS NOT NULL)
      FROM channel_push_batch batch
     WHERE batch.id = item.batch_id AND batch.folded
       AND batch.state NOT IN ('pending', 'sent')
       AND (item.order_id = ANY(%(orders)s) OR item.picking_id = ANY(%(pickings)s)
            OR EXISTS (SELECT FROM channel_return back
                        WHERE back.id = item.channel_return_id
                          AND back.order_id = ANY(%(orders)s))
            OR EXISTS (SELECT FROM channel_shipping_order shipping
                        WHERE shipping.id = item.shipping_order_id
                          AND shipping.picking_id = ANY(%(pickings)s)))
"""

BLANK_EVENTS = """
    UPDATE channel_event SET body = NULL
     WHERE channel_id = %(channel)s AND body IS NOT NULL
       AND (external_id = ANY(%(names)s) OR %(everything)s)
"""

BLANK_ISSUES = """
    UPDATE channel_issue SET detail = NULL,
           message = CASE WHEN kind = ANY(%(naming)s)
                          THEN %(erased)s ELSE message END
     WHERE channel_id = %(channel)s
       AND (order_id = ANY(%(orders)s) OR subject = ANY(%(subjects)s)
            OR channel_return_id IN (
                SELECT id FROM channel_return WHERE order_id = ANY(%(orders)s))
            OR %(everything)s)
"""

BLANK_LOGS = """
    UPDATE channel_sync_log SET request = NULL, response = NULL
     WHERE channel_id = %(channel)s
       AND (%(everything)s
            OR response LIKE ANY(%(patterns)s) OR request LIKE ANY(%(patterns)s))
"""

DROP_CUSTOMERS = """
    DELETE FROM channel_customer
     WHERE channel_id = %(channel)s AND (%(everything)s OR external_id = %(customer)s)
"""

# What was read of somebody, and could not be taken over for as long.
DROP_OLD_CUSTOMERS = """
    DELETE FROM channel_customer
     WHERE channel_id = %(channel)s AND state = 'failed' AND create_date < %(before)s
"""

# Who is on orders that stay as they are: other channels' ones, and those of people.
ON_OTHER_ORDERS = """
    SELECT partner.id FROM unnest(%(partners)s::int[]) partner (id)
     WHERE EXISTS (
            SELECT FROM sale_order sale
              LEFT JOIN channel_order orders ON orders.id = sale.channel_order_id
             WHERE partner.id IN (sale.partner_id, sale.partner_invoice_id,
                                  sale.partner_shipping_id, sale.channel_contact_id)
               AND (orders.id IS NULL
                    OR orders.id <> ALL(%(orders)s) AND orders.redacted_at IS NULL))
"""

# Orders of a person, guests' ones by their e-mail.
ORDERS = """
    SELECT id FROM channel_order
     WHERE channel_id = %(channel)s
       AND (%(everything)s OR external_id = ANY(%(named)s)
            OR (%(customer)s <> ''
                AND snapshot::jsonb #>> '{value,buyer,external_id}' = %(customer)s)
            OR (%(email)s <> ''
                AND lower(snapshot::jsonb #>> '{value,buyer,email}') = %(email)s))
"""

# Orders that are older than the channel wants to know whose they were, and closed.
OLD_ORDERS = """
    SELECT orders.id FROM channel_order orders
     WHERE orders.channel_id = %(channel)s AND orders.redacted_at IS NULL
       AND orders.placed_at < %(before)s AND orders.snapshot IS NOT NULL
       AND orders.state IN ('imported', 'cancelled', 'shadow')
       AND NOT orders.to_apply AND orders.accounting_state <> 'ready'
       AND NOT EXISTS (
            SELECT FROM stock_picking picking
              JOIN sale_order sale ON sale.id = picking.sale_id
             WHERE sale.channel_order_id = orders.id
               AND picking.state NOT IN ('done', 'cancel'))
     ORDER BY orders.id LIMIT %(batch)s
"""

# People with whom nothing has been going on for as long, and their addresses.
OLD_PARTNERS = """
    SELECT partner.id FROM res_partner partner
     WHERE partner.id = ANY(%(partners)s)
       AND NOT EXISTS (
            SELECT FROM sale_order sale
              LEFT JOIN channel_order orders ON orders.id = sale.channel_order_id
             WHERE partner.id IN (sale.partner_id, sale.partner_invoice_id,
                                  sale.partner_shipping_id)
               AND (orders.id IS NULL OR orders.redacted_at IS NULL))
       AND NOT EXISTS (
            SELECT FROM channel_order orders
             WHERE orders.redacted_at IS NULL
               AND orders.channel_id = %(channel)s
               AND orders.snapshot IS NOT NULL
               AND orders.sale_order_id IS NULL
               AND orders.snapshot::jsonb #>> '{value,buyer,external_id}' IN (
                    SELECT link.external_id FROM channel_partner link
                     WHERE link.partner_id = partner.id))
"""

# All that an order, and who placed it, leave in the hub's rows.
BLANK = (
    BLANK_ORDERS,
    BLANK_CHANGES,
    BLANK_STEPS,
    BLANK_RETURNS,
    BLANK_RETURN_LINES,
    BLANK_CALLS,
    BLANK_EVENTS,
    BLANK_ISSUES,
    DROP_CUSTOMERS,
)
