"""Many rows by one statement, where the ORM would take a query or a cache entry for each."""


def insert_many(cr, table, columns, rows, moments=()):
    """Insert rows beside the ORM, with the columns that it logs access in.

    :param table: a table's name; like ``columns``, never from outside.
    :param rows: tuples in the order of ``columns``.
    :param moments: further columns that get the present moment.
    :return: list of ids, in the order of the rows.
    """
    if not rows:
        return []
    stamps = (*moments, "create_date", "write_date")
    names = ", ".join((*columns, *stamps, "create_uid", "write_uid"))
    now = "clock_timestamp() AT TIME ZONE 'UTC'"
    places = ", ".join(["%s"] * len(columns) + [now] * len(stamps) + ["1", "1"])
    found = cr.execute_values(
        f"INSERT INTO {table} ({names}) VALUES %s RETURNING id",  # noqa: S608
        rows,
        template=f"({places})",
        page_size=len(rows),
        fetch=True,
    )
    return [row[0] for row in found]
