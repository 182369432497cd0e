"""Orders know when they were entered at the channel, and lines when they were stored:
of those that are here already, by what comes nearest."""


def migrate(cr, version):
    cr.execute("ALTER TABLE channel_order ADD COLUMN IF NOT EXISTS placed_at timestamp")
    cr.execute(
        "UPDATE channel_order SET placed_at = coalesce(ordered_at, create_date)"
        " WHERE placed_at IS NULL"
    )
    cr.execute(
        "ALTER TABLE channel_order_line ADD COLUMN IF NOT EXISTS stored_at timestamp"
    )
    cr.execute(
        "UPDATE channel_order_line SET stored_at = create_date WHERE stored_at IS NULL"
    )
