"""Connecting a channel to a shop of the simulator, as an administrator does."""

READ_TIMEOUT = 3  # seconds; the product's own would keep tests waiting
CREATE = """
channel = env["channel.channel"].create(
    {{
        "name": {name!r},
        "provider": "shopify",
        "account": {domain!r},
        "base_url": {url!r},
        "api_version": "2026-10",
        "shopify_client_id": {client_id!r},
        "import_from": "2020-01-01 00:00:00",
        "warehouse_id": env["stock.warehouse"].search([], limit=1).id,
        **{values!r},
    }}
)
channel._set_secret("client_secret", {client_secret!r})
parameters = env["ir.config_parameter"]
parameters.set_param("channel_base.read_timeout", {read_timeout!r})
parameters.set_param("web.base.url", {hub_url!r})
parameters.set_param("web.base.url.freeze", "True")
env.cr.commit()
"""
CONNECT = """
channel.action_connect()
channel.action_import_catalogue()
env.cr.commit()
print("channel", channel.id)
"""


def connect(hub, shop, **values):
    """Create a channel, connect it, and have its catalogue imported.

    :param hub: a running hub. :param shop: the answer of ``worlds.open_shop``.
    :param values: more fields of the channel.
    :return: database id of the channel.
    """
    create = CREATE.format(
        name=f"Shop {shop['name']}",
        domain=shop["domain"],
        url=shop["url"],
        client_id=shop["app"]["client_id"],
        client_secret=shop["app"]["client_secret"],
        hub_url=hub.url,
        read_timeout=str(READ_TIMEOUT),
        values=values,
    )
    printed = hub.shell(create + CONNECT)
    return int(printed.rsplit("channel ", 1)[1])
