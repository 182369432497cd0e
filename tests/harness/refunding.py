"""Refunding invoices as an accountant does, over Odoo's own web calls."""

from .person import insist

PLAIN = """
    SELECT channel_order.external_id, move.id
      FROM account_move move
      JOIN channel_order ON channel_order.id = move.channel_order_id
     WHERE channel_order.external_id = ANY(%s) AND move.move_type = 'out_invoice'
       AND move.payment_state = 'paid' AND move.amount_total > 0
       AND NOT EXISTS (SELECT FROM account_move_line line
                        WHERE line.move_id = move.id AND line.display_type = 'product'
                          AND line.channel_role NOT IN
                              ('product', 'discount', 'shipping'))
     ORDER BY move.id LIMIT %s
"""


def refund_some(hub, order_ids, count):
    """Credit the invoices of some orders and have them paid back at the channel.

    :param order_ids: the orders' ids at the channel, of shipped orders.
    :param count: how many of them.
    :return: the ids of those that are refunded.
    """
    chosen = hub.sql(PLAIN, (list(order_ids), count))
    for _order_id, invoice_id in chosen:
        _refund(hub, invoice_id)
    return [order_id for order_id, _invoice_id in chosen]


def _refund(hub, invoice_id):
    _reverse(hub, invoice_id)
    ((credit_id, _state),) = _credits(hub, invoice_id)
    insist(
        lambda: hub.call("account.move", "action_post", [credit_id]),
        lambda: _credits(hub, invoice_id) == [(credit_id, "posted")],
    )
    insist(lambda: _ask(hub, credit_id), lambda: _asked(hub, credit_id))


def _credits(hub, invoice_id):
    query = "SELECT id, state FROM account_move WHERE reversed_entry_id = %s"
    return hub.sql(query, (invoice_id,))


def _reverse(hub, invoice_id):
    context = {"active_model": "account.move", "active_ids": [invoice_id]}
    ((journal_id,),) = hub.sql(
        "SELECT journal_id FROM account_move WHERE id = %s", (invoice_id,)
    )

    def reverse():
        model, values = "account.move.reversal", {"journal_id": journal_id}
        wizard = hub.call(model, "create", values, context=context)
        hub.call(model, "refund_moves", [wizard], context=context)

    insist(reverse, lambda: bool(_credits(hub, invoice_id)))


def _ask(hub, credit_id):
    model = "channel.refund.request"
    request = hub.call(model, "create", {"move_id": credit_id})
    hub.call(model, "action_send", [request])


def _asked(hub, credit_id):
    query = "SELECT FROM channel_refund WHERE move_id = %s"
    return bool(hub.sql(query, (credit_id,)))
