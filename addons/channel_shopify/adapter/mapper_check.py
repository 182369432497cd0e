"""Orders in lists: what tells whether they are known as they are."""

from odoo.addons.channel_base.adapter.canonical import FulfilmentState
from odoo.addons.channel_base.adapter.port import OrderCheck

from .ids import digits
from .mapper_common import lookup, moment, money, readable
from .mapper_order import order_state
from .mapper_status import FULFILMENT_STATES, PAYMENT_STATES


def check(payload):
    """One order of ``queries/order_checks.graphql``.

    :raises ProtocolError: for an unknown status, naming field and value, or a payload
        that does not have the form of the schema.
    """
    with readable(f"Order {payload.get('name')}"):
        return OrderCheck(
            external_id=digits(payload["id"]),
            updated_at=moment(payload["updatedAt"]),
            placed_at=moment(payload["createdAt"]),
            state=order_state(payload),
            payment_state=lookup(
                PAYMENT_STATES, payload.get("displayFinancialStatus"), "payment status"
            ),
            fulfilment_state=_fulfilment_state(payload),
            total=_total(payload),
            refunded=money(payload.get("totalRefundedSet")),
        )


def _fulfilment_state(payload):
    """Whether an order that is not fulfilled is so in part is said by its
    fulfilments."""
    state = lookup(
        FULFILMENT_STATES, payload["displayFulfillmentStatus"], "fulfilment status"
    )
    return None if state is FulfilmentState.UNFULFILLED else state


def _total(payload):
    """Whether cash rounding is in the total is said by the order's parts."""
    rounding = money(
        (payload.get("totalCashRoundingAdjustment") or {}).get("paymentSet")
    )
    return None if rounding and rounding.amount else money(payload["totalPriceSet"])
