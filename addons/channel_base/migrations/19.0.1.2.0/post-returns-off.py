"""Channels that were connected before returns were known lack the rights for them."""


def migrate(cr, version):
    cr.execute("UPDATE channel_channel SET return_flow = 'off'")
