"""Whether products are shown in a sales channel of the channel's: yes, no, or as it is.

What was not ticked was said of none in particular, and is left as it is from now on.
"""


def migrate(cr, version):
    cr.execute(
        "ALTER TABLE channel_mapping ALTER COLUMN publish TYPE varchar"
        " USING CASE WHEN publish THEN 'show' END"
    )
