"""A return of the demo from the request to the money: a person agrees to it, receives
and inspects the goods, and pays back what they were sold for."""

from collections.abc import Callable

from .server import Hub

# the dearest first: what was given away is not paid back
ASKED = """
    SELECT asked.id, asked.name
      FROM channel_return asked
      JOIN channel_return_line line ON line.return_id = asked.id
      JOIN sale_order_line sold ON sold.channel_line_id = line.line_id
     WHERE asked.state = 'requested'
     GROUP BY asked.id, asked.name
     ORDER BY sum(sold.price_total) DESC, asked.id
"""


def play(hub: Hub, settle: Callable[[], None]) -> list[str]:
    """Carry one request through; the others wait for whoever looks on.

    :param settle: waits until Odoo has nothing left to do.
    :return: what was done, in words.
    """
    asked = hub.sql(ASKED)
    if len(asked) < 2:
        return []
    row, name = asked[0]
    hub.call("channel.return", "action_approve", [row])
    settle()
    inspection = hub.call("channel.return.inspect", "create", [{"return_id": row}])
    hub.call("channel.return.inspect", "action_apply", inspection)
    settle()
    _pay_back(hub, row)
    settle()
    (state,) = hub.call("channel.return", "read", [row], ["state"])
    return [f"{name} was approved, received, inspected and paid back: {state['state']}"]


def _pay_back(hub: Hub, row: int) -> None:
    """Credit what came back, and have the shop pay it back."""
    (found,) = hub.call("channel.return", "read", [row], ["channel_id"])
    channel = found["channel_id"][0]
    hub.call("channel.channel", "write", [channel], {"refund_flow": "on"})
    hub.call("channel.return", "action_credit", [row])
    credits_ = [("channel_return_id", "=", row), ("state", "=", "draft")]
    drafts = hub.call("account.move", "search", credits_)
    hub.call("account.move", "action_post", drafts)
    requests = [{"move_id": draft, "notify": False} for draft in drafts]
    asked = hub.call("channel.refund.request", "create", requests)
    for one in asked:
        hub.call("channel.refund.request", "action_send", [one])
