"""Parts of statements about stock: which Odoo locations, which demand, which orders.

A *pool* is a set of Odoo locations that feed one or more places of one company's
channels; it bears the smallest of these places' ids.
"""

POOLS = """
feed AS (
    SELECT feed.location_id AS place_id,
           array_agg(feed.stock_location_id ORDER BY feed.stock_location_id) AS roots
      FROM channel_location_feed feed
      JOIN channel_channel channel ON channel.id = feed.channel_id
     WHERE channel.company_id = %(company)s
     GROUP BY feed.location_id
),
pool AS (
    SELECT place_id, roots, min(place_id) OVER (PARTITION BY roots) AS pool_id FROM feed
)"""

# All Odoo locations of each pool.
INSIDE = """
root AS (
    SELECT DISTINCT pool.pool_id, location.id, location.parent_path
      FROM pool, unnest(pool.roots) AS root_id
      JOIN stock_location location ON location.id = root_id
),
inside AS MATERIALIZED (
    SELECT DISTINCT root.pool_id, location.id AS location_id
      FROM root
      JOIN stock_location location ON location.parent_path LIKE root.parent_path || '%%'
     WHERE location.usage IN ('internal', 'view')
       AND coalesce(location.company_id, %(company)s) = %(company)s
)"""

# Moves in these states are open demand.
OPEN = "('waiting', 'confirmed', 'partially_available', 'assigned')"

# Units of an order line ``line`` that no confirmed sale order holds: all that are open
# there, and of one that was raised there after its import those beyond the sale order.
UNHELD = """
least(line.open_quantity,
      greatest(0, line.quantity - coalesce(line.cancelled, 0)
                  - (SELECT coalesce(sum(held.product_uom_qty), 0)
                       FROM sale_order_line held
                      WHERE held.channel_line_id = line.id
                        AND held.channel_role = 'product' AND held.state = 'sale')))"""


def unsure(asked_at):
    """Condition on an order ``sale`` and its line: a quantity that was asked for need
    not contain it.

    Marketplaces date orders by whole seconds, and a call takes a while. Contained is
    what was ordered before the second in which the call began, and what was known here
    by then.

    :param asked_at: when the call began, as SQL.
    """
    return (
        f"(sale.placed_at >= date_trunc('second', {asked_at})"
        f" AND line.stored_at > {asked_at})"
    )


def after(moment, asked_at):
    """Condition on an order ``sale`` and its line: a quantity that was asked for does
    not contain it.

    What was known here before the call is contained, whatever its date: clocks differ,
    and apps date orders as they like.

    :param moment: of the quantity, as SQL. :param asked_at: when the call began.
    """
    return (
        f"(sale.placed_at > {moment}"
        f" AND line.stored_at > coalesce({asked_at}, '-infinity'))"
    )


def added_since(asked_at):
    """Condition on an order ``sale`` and its line: an edit added the line, as was
    learned here after a quantity was asked for. It takes units later than the order.

    :param asked_at: when the call began, as SQL.
    """
    return (
        "(line.create_date > sale.create_date"
        f" AND line.stored_at > coalesce({asked_at}, '-infinity'))"
    )


def sold_since(level):
    """Units sold at a level that what it last confirmed need not contain: ``units`` of
    later orders, ``unsure`` ones, and whether some may be sent from ``anywhere``.

    Lines come in after they were ordered: so the index finds the few new ones of many.

    :param level: alias of a table with a level's columns.
    """
    units = "sum(line.quantity - coalesce(line.cancelled, 0))"
    later = f"sale.placed_at > {level}.confirmed_at"
    return f"""(
       SELECT coalesce({units} FILTER (WHERE {later}), 0)::int AS units,
              coalesce({units} FILTER (WHERE NOT {later}), 0)::int AS unsure,
              coalesce(bool_or(line.location_id IS NULL), FALSE) AS anywhere
         FROM channel_order_line line
         JOIN channel_order sale ON sale.id = line.order_id
          AND ({after(f"{level}.confirmed_at", f"{level}.asked_at")}
               OR {unsure(f"{level}.asked_at")})
        WHERE line.listing_id = {level}.listing_id
          AND (line.location_id = {level}.location_id OR line.location_id IS NULL)
          AND line.stored_at > {level}.confirmed_at - interval '1 day')"""


def given_back(level):
    """Whether the channel may have put units back on its shelf since it last confirmed
    a quantity: of orders that were cancelled, changed or refunded there, as was learned
    here since. The documents here may hold these units still.

    :param level: alias of a table with a level's columns.
    """
    return f"""EXISTS (
       SELECT FROM channel_order_line line
         JOIN channel_order sale ON sale.id = line.order_id
          AND sale.fetched_at >= date_trunc('second', {level}.confirmed_at)
        WHERE line.listing_id = {level}.listing_id
          AND (line.cancelled > 0 OR line.refunded > 0)
          AND (line.location_id = {level}.location_id OR line.location_id IS NULL))"""


def known_lines(moment):
    """Ids of the order lines of ``level`` that can be seen now, of orders that may
    matter at a moment.

    Ids, as neither their order nor their moments tell which of them could be seen:
    several jobs store orders at the same time.
    """
    return f"""(
       SELECT coalesce(jsonb_agg(line.id), '[]')
         FROM channel_order_line line
        WHERE line.listing_id = level.listing_id
          AND line.stored_at > {moment} - interval '1 day')"""


def came_in(moment):
    """Units of orders until a moment that came in after ``level.known_lines``.

    Orders of the moment's own second are among them, and units cancelled since: those
    may explain what was missing then, and a difference that may be explained is no
    issue.
    """
    return f"""(
       SELECT coalesce(sum(line.quantity), 0)
         FROM channel_order_line line
         JOIN channel_order sale ON sale.id = line.order_id
          AND sale.placed_at <= {moment}
        WHERE line.listing_id = level.listing_id
          AND line.stored_at > {moment} - interval '1 day'
          AND NOT coalesce(level.known_lines, '[]') @> to_jsonb(line.id)
          AND coalesce(line.location_id, level.location_id) = level.location_id)"""


# Since when the quantity of an ``item`` may be what it says: the call of its ``batch``
# began. A write may have had its effect at its first attempt, what was read is of the
# last one; jobs that read by themselves began before they made the batch.
ASKED_AT = """
least(coalesce((SELECT CASE WHEN batch.verb = 'write' THEN min(attempt.started_at)
                            ELSE max(attempt.started_at) END
                  FROM channel_push_attempt attempt
                 WHERE attempt.batch_id = batch.id),
               batch.create_date),
      item.observed_at)"""

# Until when all orders of a channel have been read: polls leave everything that changed
# in the inbox, and there nothing of it waits or is kept by an open issue. A channel
# whose orders do not come in here has nothing to wait for.
ORDERS_READ = """
orders_read AS (
    SELECT channel.id AS channel_id,
           CASE WHEN channel.order_flow <> 'on' THEN 'infinity'
                ELSE cursor.watermark END AS until
      FROM channel_channel channel
      LEFT JOIN channel_cursor cursor
        ON cursor.channel_id = channel.id AND cursor.stream = 'orders'
     WHERE channel.order_flow <> 'on'
        OR NOT EXISTS (
            SELECT FROM channel_event event
             WHERE event.channel_id = channel.id AND event.resource = 'order'
               AND event.origin = 'poll' AND event.state = 'new')
       AND NOT EXISTS (
            SELECT FROM channel_event event
              JOIN channel_issue issue ON issue.event_id = event.id
               AND issue.kind = 'event_failed' AND issue.state = 'open'
             WHERE event.channel_id = channel.id AND event.resource = 'order'
               AND event.state = 'failed')
)"""
