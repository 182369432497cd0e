"""Returns of a shop: read by themselves, found by their orders, decided and closed."""

from odoo.addons.channel_base.adapter.canonical import (
    DeclineReason,
    PushResult,
    PushStatus,
    ReturnVerb,
)
from odoo.addons.channel_base.adapter.errors import (
    ChannelError,
    ConfigError,
    DataError,
    RejectedError,
    TransientError,
)
from odoo.addons.channel_base.adapter.port import (
    PushAnswer,
    ReturnChange,
    ReturnRead,
)

from . import mapper_return, return_plan as plan
from .ids import digits, gid
from .mapper_common import moment, nodes

CHUNK = 10  # returns a query
REASONS = {
    DeclineReason.FINAL_SALE: "FINAL_SALE",
    DeclineReason.PERIOD_ENDED: "RETURN_PERIOD_ENDED",
    DeclineReason.OTHER: "OTHER",
}
# verb -> statuses in which it can be told, and those in which it is told already
TURNS = {
    ReturnVerb.APPROVE: ({"REQUESTED"}, {"OPEN", "CLOSED"}),
    ReturnVerb.DECLINE: ({"REQUESTED"}, {"DECLINED"}),
    ReturnVerb.PROCESS: ({"OPEN"}, {"CLOSED"}),
    ReturnVerb.CLOSE: ({"OPEN"}, {"CLOSED"}),
}


class Returns:
    """Reads and tells of returns through a client.

    No list of all returns exists: those of changed orders are named. Every push first
    looks how the return stands, so that a repeat finds its own work done.
    """

    def __init__(self, client):
        self.client = client

    def changes(self, since):
        """Returns of orders that changed; the search index lags, so overlap."""
        # most orders have none; where all of its returns ended, the order tells
        query = f"updated_at:>='{since:%Y-%m-%dT%H:%M:%SZ}' -return_status:no_return"
        for order in self.client.pages("return_changes", query=query):
            changed = moment(order["updatedAt"])
            found = self.client.rest(order["returns"], "order_returns", order["id"])
            for one in nodes(found):
                yield ReturnChange(digits(one["id"]), changed)

    def fetch(self, external_ids):
        """One ``ReturnRead`` per id asked for."""
        ids = [gid("Return", one) for one in external_ids]
        payloads = {
            digits(payload["id"]): payload
            for payload in self.client.objects("returns", ids, CHUNK)
        }
        for one in external_ids:
            yield self._read(one, payloads.get(one))

    def _read(self, external_id, payload):
        if payload is None:
            return ReturnRead(external_id)
        try:
            found = mapper_return.return_(self._complete(payload))
        except ChannelError as error:
            if isinstance(error, TransientError | ConfigError):
                raise
            return ReturnRead(external_id, error=error)
        return ReturnRead(external_id, found=found)

    def _complete(self, payload):
        rest, owner = self.client.rest, payload["id"]
        return {
            **payload,
            "returnLineItems": rest(payload["returnLineItems"], "return_lines", owner),
            "exchangeLineItems": rest(
                payload["exchangeLineItems"], "return_exchanges", owner
            ),
        }

    # --- out --------------------------------------------------------------------------

    def push(self, actions):
        """Tell decisions and what became of goods; a refused one spoils no other."""
        return PushAnswer(tuple(self._push(action) for action in actions))

    def _push(self, action):
        try:
            self._tell(action)
        except (RejectedError, DataError) as error:
            return PushResult(
                key=action.key,
                status=PushStatus.REJECTED,
                code=str(error.code or ""),
                message=error.message,
            )
        return PushResult(
            key=action.key, status=PushStatus.DONE, external_id=action.external_id
        )

    def _tell(self, action):
        owner = gid("Return", action.external_id)
        payload = self.client.query("return_work", id=owner)["node"]
        if not payload:
            raise RejectedError(
                "The return is gone in Shopify, or not ours to see.", code="NO_RETURN"
            )
        ready, reached = TURNS[action.verb]
        if payload["status"] in reached:
            return
        if payload["status"] not in ready:
            raise RejectedError(
                f"The return is {payload['status'].lower()} in Shopify.",
                code="INVALID_STATE",
            )
        getattr(self, f"_{action.verb.value}")(owner, payload, action)

    def _approve(self, owner, _payload, action):
        self._mutate(
            "return_approve", input={"id": owner, "notifyCustomer": action.notify}
        )

    def _decline(self, owner, _payload, action):
        note = {"declineNote": action.note[:500]} if action.note else {}
        self._mutate(
            "return_decline",
            input={
                "id": owner,
                "declineReason": REASONS[action.decline_reason or DeclineReason.OTHER],
                "notifyCustomer": action.notify,
                **note,
            },
        )

    def _process(self, owner, payload, action):
        payload = {
            **self._complete(payload),
            "reverseFulfillmentOrders": self._reverse_orders(payload, owner),
        }
        rows, ends = plan.work(payload, action)
        swaps = plan.exchanges(payload, action)
        if ends:
            self._mutate("return_dispose", inputs=ends)
        if rows or swaps:
            self._mutate(
                "return_process",
                input={
                    "returnId": owner,
                    "returnLineItems": rows,
                    "exchangeLineItems": swaps,
                    "notifyCustomer": bool(swaps) and action.notify,
                },
            )

    def _reverse_orders(self, payload, owner):
        rest = self.client.rest
        found = payload["reverseFulfillmentOrders"]
        return [
            {
                **order,
                "lineItems": rest(
                    order["lineItems"], "return_reverse_lines", order["id"]
                ),
            }
            for order in rest(found, "return_reverse_orders", owner)
        ]

    def _close(self, owner, _payload, _action):
        self._mutate("return_close", id=owner)

    def _mutate(self, name, **variables):
        errors = self.client.mutate(name, **variables)["userErrors"]
        if errors:
            raise RejectedError(
                "; ".join(error["message"] for error in errors),
                code=errors[0].get("code") or "USER_ERROR",
            )
