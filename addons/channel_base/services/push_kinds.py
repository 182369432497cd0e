"""What is pushed: one entry for each kind of batch."""

from dataclasses import dataclass

from ..adapter.canonical import (
    PriceTarget,
    RefundPush,
    ReturnAction,
    Shipment,
    StockTarget,
)
from ..adapter.content import ProductContent
from ..adapter.shipping import ShippingCancel, ShippingOrder


@dataclass(frozen=True, slots=True)
class PushKind:
    """How one kind of batch is sent and answered.

    :param target: class of what its items hold.
    :param verb: method of the adapter that takes a key and targets.
    :param folding: model and job that take its answers over.
    :param flow: the channel's flow that it is part of.
    """

    target: type
    verb: str
    folding: tuple[str, str]
    flow: str


KINDS = {
    "stock": PushKind(
        target=StockTarget,
        verb="push_stock",
        folding=("channel.listing.level", "_job_prepare"),
        flow="stock",
    ),
    "shipment": PushKind(
        target=Shipment,
        verb="push_shipments",
        folding=("channel.push.batch", "_job_prepare_shipments"),
        flow="shipment",
    ),
    "refund": PushKind(
        target=RefundPush,
        verb="push_refunds",
        folding=("channel.refund", "_job_push"),
        flow="refund",
    ),
    "price": PushKind(
        target=PriceTarget,
        verb="push_prices",
        folding=("channel.listing.price", "_job_prepare"),
        flow="price",
    ),
    "return": PushKind(
        target=ReturnAction,
        verb="push_returns",
        folding=("channel.return", "_job_process"),
        flow="return",
    ),
    "product": PushKind(
        target=ProductContent,
        verb="push_products",
        folding=("channel.product", "_job_prepare_content"),
        flow="catalogue",
    ),
    "shipping_order": PushKind(
        target=ShippingOrder,
        verb="push_shipping_orders",
        folding=("channel.shipping.order", "_job_work"),
        flow="warehouse",
    ),
    "shipping_cancel": PushKind(
        target=ShippingCancel,
        verb="cancel_shipping_orders",
        folding=("channel.shipping.order", "_job_work"),
        flow="warehouse",
    ),
}
