"""Whether products are shown in a sales channel of the channel's: yes, no, or as it is.

What was not ticked was said of none in particular, and is left as it is from now on.
"""


def migrate(cr, version):
    cr.execute(
        "SELECT data_type FROM information_schema.columns"
        " WHERE table_name = 'channel_mapping' AND column_name = 'publish'"
    )
    if cr.fetchone() == ("boolean",):  # older versions have no such column
        cr.execute(
            "ALTER TABLE channel_mapping ALTER COLUMN publish TYPE varchar"
            " USING CASE WHEN publish THEN 'show' END"
        )
