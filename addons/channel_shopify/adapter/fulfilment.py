"""Telling Shopify what was shipped."""

import math

from odoo.addons.channel_base.adapter.canonical import PushResult, PushStatus
from odoo.addons.channel_base.adapter.errors import (
    DataError,
    RejectedError,
    TransientError,
)
from odoo.addons.channel_base.adapter.port import PushAnswer

from . import fulfilment_plan as plan
from .ids import digits, gid

CHUNK = 10  # orders a query
GO_ON_AFTER = 2  # seconds until the rest of a batch that was cut short is told


class Fulfilment:
    """Confirms shipments through a client.

    Every push starts with what the order shows now, so that a repeat after a lost
    answer finds its own work done (``fulfillmentCreate`` is not idempotent).

    :param orders: ``OrderReader``, for lists that did not fit into one query.
    """

    def __init__(self, client, orders):
        self.client = client
        self.orders = orders

    def push(self, shipments):
        """Confirm shipments, in the order given; one that is refused spoils no other.

        A call that fails for the moment ends the batch for now: what was told before it
        is answered, the rest is asked for again soon.

        :return: ``PushAnswer``; ``external_id`` names the fulfilments, joined by
            commas.
        :raises TransientError: when nothing could be told.
        """
        states, touched, results = self._states({s.order for s in shipments}), set(), []
        for shipment in shipments:
            try:
                if shipment.order in touched:
                    states |= self._states({shipment.order})
                touched.add(shipment.order)
                results.append(self._confirm(states.get(shipment.order), shipment))
            except TransientError as error:
                if not results:
                    raise
                wait = error.retry_after or GO_ON_AFTER
                return PushAnswer(results=tuple(results), retry_after=wait)
        return PushAnswer(results=tuple(results))

    def _states(self, order_ids):
        """Payloads by digits of the order; their lists may have more pages."""
        ids = [gid("Order", one) for one in sorted(order_ids)]
        return {
            digits(payload["id"]): payload
            for payload in self.client.objects("fulfilment_states", ids, CHUNK)
        }

    def _confirm(self, payload, shipment):
        try:
            made = self._tell(payload, shipment)
        except (RejectedError, DataError) as error:
            return PushResult(
                key=shipment.key,
                status=PushStatus.REJECTED,
                code=error.code or "",
                message=error.message,
            )
        # units that were corrected later have a fulfilment of their own
        known = [one for one in shipment.external_id.split(",") if one]
        ids = dict.fromkeys([*known, *(digits(one) for one in made)])
        return PushResult(
            key=shipment.key, status=PushStatus.DONE, external_id=",".join(ids)
        )

    def _tell(self, payload, shipment, most=math.inf):
        """Bring the order up to the shipment's cumulative units.

        One call names only so many lines; what it leaves is told by another one.

        :param most: units that are left to be told when Shopify shows all that was.
        :return: the global ids of the fulfilments.
        """
        if payload is None:
            raise RejectedError(
                "The order is gone in Shopify, or not ours to see.", code="NO_ORDER"
            )
        payload = self.orders.with_fulfilments(payload)
        missing = plan.missing_units(payload, shipment)
        if not missing:
            return self._update_tracking(payload, shipment)
        if sum(missing.values()) > most:
            raise TransientError("Shopify does not show yet what was just fulfilled.")
        made, left = [], sum(missing.values())
        for part in plan.allocate(payload, shipment, missing).values():
            line_items, units = plan.line_items(payload, part)
            made.append(self._create(line_items, shipment))
            left -= units
        if not left:
            return made
        # fulfilment orders get new ids when they are shipped in parts: look again
        states = self._states({shipment.order})
        return made + self._tell(states.get(shipment.order), shipment, left)

    def _create(self, line_items, shipment):
        """Make one fulfilment from fulfilment orders of one location; its global id."""
        tracking = plan.tracking_input(shipment)
        answer = self.client.mutate(
            "fulfilment_create",
            fulfillment={
                "lineItemsByFulfillmentOrder": line_items,
                "notifyCustomer": shipment.notify,
                **({"trackingInfo": tracking} if tracking else {}),
            },
        )
        _accepted(answer)
        if not answer["fulfillment"]:
            raise TransientError("Shopify did not say whether it took the fulfillment.")
        return answer["fulfillment"]["id"]

    def _update_tracking(self, payload, shipment):
        """All units are told of: see that their tracking is right. The global ids."""
        known = plan.counterpart(plan.existing(payload), shipment)
        for fulfilment in known:
            if plan.tracking_differs(fulfilment, shipment):
                answer = self.client.mutate(
                    "tracking_update",
                    id=fulfilment.gid,
                    tracking=plan.tracking_input(shipment),
                    notify=shipment.notify,
                )
                _accepted(answer)
        return [fulfilment.gid for fulfilment in known]


def _accepted(answer):
    """:raises RejectedError: with Shopify's words; these errors have no code (facts,
    8)."""
    if answer["userErrors"]:
        raise RejectedError(
            "; ".join(error["message"] for error in answer["userErrors"]),
            code="USER_ERROR",
        )
