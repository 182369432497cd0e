"""Many rows in one step, where the ORM would take a query or a cache entry for
each."""


def insert_many(cr, table, columns, rows, moments=()):
    """Insert rows beside the ORM.

    :param table: a table's name; like ``columns``, never from outside.
    :param rows: tuples in the order of ``columns``.
    :param moments: further columns that get the present moment.
    :return: list of ids, in the order of the rows.
    """
    if not rows:
        return []
    names = ", ".join((*columns, *moments))
    now = "clock_timestamp() AT TIME ZONE 'UTC'"
    places = ", ".join(["%s"] * len(columns) + [now] * len(moments))
    found = cr.execute_values(
        f"INSERT INTO {table} ({names}) VALUES %s RETURNING id",  # noqa: S608
        rows,
        template=f"({places})",
        page_size=len(rows),
        fetch=True,
    )
    return [row[0] for row in found]


def assign(records, name, values):
    """Give each record its own value, and look only once for what depends on it.

    Writing record by record searches for dependent records each time: a large part of
    the time that a batch takes. Rights, companies and constraints of ``write`` are not
    looked at: it is for what jobs link themselves.

    :param records: a recordset. :param name: of a stored field.
    :param values: one per record, as a record's attribute takes them.
    """
    field = records._fields[name]
    records.modified([name], before=True)
    for record, value in zip(records, values, strict=True):
        field.write(record, value)
    records.modified([name])
