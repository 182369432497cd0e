"""Paying back at Shopify."""

from uuid import NAMESPACE_URL, uuid5

from odoo.addons.channel_base.adapter.canonical import PushResult, PushStatus
from odoo.addons.channel_base.adapter.errors import (
    ChannelError,
    DataError,
    RejectedError,
    TransientError,
)
from odoo.addons.channel_base.adapter.port import PushAnswer

from . import refund_plan as plan
from .errors import ObjectError
from .ids import digits, gid
from .mapper_common import nodes, readable

# The key is of no use any more: look again what has become of it, and use another one.
NEW_KEY = {
    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
}


class Refunds:
    """Makes refunds through a client.

    Every push first looks whether the refund is there already: its key is in the note,
    and that does not end with the day for which Shopify keeps idempotency keys.
    """

    def __init__(self, client):
        self.client = client

    def push(self, key, refunds):
        """Make some refunds; one that is refused spoils no other.

        :param key: idempotency key of exactly these.
        :raises TransientError: send them again with the same key.
        """
        alone = len(refunds) == 1
        return PushAnswer(
            tuple(
                self._push(
                    key if alone else str(uuid5(NAMESPACE_URL, key + refund.key)),
                    refund,
                )
                for refund in refunds
            )
        )

    def _push(self, key, refund):
        try:
            made = self._made(key, refund)
        except (RejectedError, DataError) as error:
            return PushResult(
                key=refund.key,
                status=PushStatus.REJECTED,
                code=str(error.code or ""),
                message=error.message,
            )
        if not made:
            return PushResult(key=refund.key, status=PushStatus.SKIPPED)
        return PushResult(
            key=refund.key, status=PushStatus.DONE, external_id=digits(made)
        )

    def _made(self, key, refund):
        """The global id of the refund, made unless it is there; empty: try with another
        key."""
        try:
            order = self._order(
                refund,
                lines=plan.line_items(refund),
                shipping=refund.shipping and str(refund.shipping.amount),
            )
        except ObjectError as error:  # units that cannot be given back any more
            found = _known(self._order(refund), refund)
            if found:
                return found
            raise RejectedError(error.message, code=error.code) from error
        found = _known(order, refund)
        if found:
            return found
        with readable(f"The suggested refund of order {refund.order}"):
            request = self._request(order, refund)
        try:
            answer = self.client.mutate("refund_create", key=key, input=request)
        except ChannelError as error:
            if error.code in NEW_KEY:
                return ""
            raise
        if answer["userErrors"]:
            return self._refused(refund, answer["userErrors"])
        if not answer["refund"]:
            raise TransientError("Shopify did not say whether it made the refund.")
        return answer["refund"]["id"]

    def _order(self, refund, **wanted):
        """What the order shows now, along with what Shopify suggests to pay back.

        :param wanted: ``lines`` and ``shipping`` of ``suggestedRefund``.
        """
        data = self.client.query(
            "refund_suggestion",
            id=gid("Order", refund.order),
            **wanted,
        )
        if not data["order"]:
            raise RejectedError(
                "The order is gone in Shopify, or not ours to see.", code="NO_ORDER"
            )
        return data["order"]

    def _request(self, order, refund):
        suggestion = order.get("suggestedRefund")
        if not suggestion:
            raise RejectedError(
                "Nothing of the order can be paid back in Shopify.", code="NOTHING"
            )
        total = plan.payable(refund, suggestion)
        parts = plan.split(total.amount, plan.sources(suggestion), refund.over)
        return plan.refund_input(refund, order["id"], total, parts)

    def _refused(self, refund, errors):
        """These errors have no code: one of them may mean that it is there already."""
        found = _known(self._order(refund), refund)
        if found:
            return found
        raise RejectedError(
            "; ".join(error["message"] for error in errors), code="USER_ERROR"
        )


def _known(order, refund):
    """The global id of a refund that carries the key in its note."""
    return next(
        (
            one["id"]
            for one in nodes(order.get("refunds"))
            if refund.key in (one.get("note") or "")
        ),
        "",
    )
