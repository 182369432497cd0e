"""What Shopify's statuses mean here; an unknown one is an error, never a default."""

from odoo.addons.channel_base.adapter.canonical import (
    FulfilmentState,
    PaymentState,
    RiskLevel,
    TermsKind,
)

PAYMENT_STATES = {
    None: PaymentState.PENDING,  # no payment was ever attempted
    "PENDING": PaymentState.PENDING,
    "AUTHORIZED": PaymentState.AUTHORIZED,
    "EXPIRED": PaymentState.EXPIRED,
    "PARTIALLY_PAID": PaymentState.PARTIALLY_PAID,
    "PAID": PaymentState.PAID,
    "PARTIALLY_REFUNDED": PaymentState.PARTIALLY_REFUNDED,
    "REFUNDED": PaymentState.REFUNDED,
    "VOIDED": PaymentState.VOIDED,
}
FULFILMENT_STATES = {
    "FULFILLED": FulfilmentState.FULFILLED,
    "PARTIALLY_FULFILLED": FulfilmentState.PARTIAL,
    "FULFILLMENT_NOT_REQUIRED": FulfilmentState.FULFILLED,
    "IN_PROGRESS": FulfilmentState.UNFULFILLED,
    "ON_HOLD": FulfilmentState.UNFULFILLED,
    "OPEN": FulfilmentState.UNFULFILLED,
    "PENDING_FULFILLMENT": FulfilmentState.UNFULFILLED,
    "REQUEST_DECLINED": FulfilmentState.UNFULFILLED,
    "RESTOCKED": FulfilmentState.UNFULFILLED,
    "SCHEDULED": FulfilmentState.UNFULFILLED,
    "UNFULFILLED": FulfilmentState.UNFULFILLED,
}
RISKS = {
    None: RiskLevel.NONE,
    "NONE": RiskLevel.NONE,
    "ACCEPT": RiskLevel.ACCEPT,
    "INVESTIGATE": RiskLevel.INVESTIGATE,
    "CANCEL": RiskLevel.CANCEL,
}
FULFILMENT_DONE = {  # does a fulfilment of this status count as shipped?
    "SUCCESS": True,
    "OPEN": True,
    "PENDING": True,
    "CANCELLED": False,
    "ERROR": False,
    "FAILURE": False,
}
FULFILMENT_ORDER_OPEN = {  # is a fulfilment order of this status still to be shipped?
    "OPEN": True,
    "IN_PROGRESS": True,
    "SCHEDULED": True,
    "ON_HOLD": True,
    "INCOMPLETE": True,
    "CANCELLED": False,
    "CLOSED": False,
}
DELIVERY_PICKUP = {  # does the buyer fetch what is delivered this way at our place?
    None: False,
    "LOCAL": False,  # the merchant's own delivery round
    "NONE": False,
    "PICKUP_POINT": False,  # a carrier's
    "PICK_UP": True,
    "RETAIL": False,  # handed over at a till
    "SHIPPING": False,
}
CANCEL_REASONS = {None, "CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF"}
TERMS_KINDS = {
    "NET": TermsKind.NET,
    "FIXED": TermsKind.FIXED,
    "RECEIPT": TermsKind.RECEIPT,
    "FULFILLMENT": TermsKind.FULFILMENT,
    "UNKNOWN": None,  # Shopify's own word for terms that it cannot name
}
