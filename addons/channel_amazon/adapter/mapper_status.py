"""What Amazon's statuses mean here; an unknown one is an error, never a default.

Source: models orders_2026-01-01 (FulfillmentStatus) and listingsItems_2021-08-01.
"""

from odoo.addons.channel_base.adapter.canonical import (
    FulfilmentState,
    OrderState,
    PaymentState,
)

ORDER_STATES = {
    "PENDING_AVAILABILITY": OrderState.PENDING,
    "PENDING": OrderState.PENDING,
    "UNSHIPPED": OrderState.OPEN,
    "PARTIALLY_SHIPPED": OrderState.OPEN,
    "SHIPPED": OrderState.CLOSED,
    "CANCELLED": OrderState.CANCELLED,
    "UNFULFILLABLE": OrderState.CANCELLED,  # Amazon's warehouse will not send it
}
PAYMENT_STATES = {  # Amazon takes the money before it lets an order be shipped
    "PENDING_AVAILABILITY": PaymentState.PENDING,
    "PENDING": PaymentState.PENDING,
    "UNSHIPPED": PaymentState.PAID,
    "PARTIALLY_SHIPPED": PaymentState.PAID,
    "SHIPPED": PaymentState.PAID,
    "CANCELLED": PaymentState.VOIDED,
    "UNFULFILLABLE": PaymentState.VOIDED,
}
FULFILMENT_STATES = {
    "PENDING_AVAILABILITY": FulfilmentState.UNFULFILLED,
    "PENDING": FulfilmentState.UNFULFILLED,
    "UNSHIPPED": FulfilmentState.UNFULFILLED,
    "PARTIALLY_SHIPPED": FulfilmentState.PARTIAL,
    "SHIPPED": FulfilmentState.FULFILLED,
    "CANCELLED": FulfilmentState.UNFULFILLED,
    "UNFULFILLABLE": FulfilmentState.UNFULFILLED,
}
SOURCES = {"MERCHANT": "FBM", "AMAZON": "FBA"}  # who ships decides who holds the goods
SOURCE_NAMES = {"FBM": "Shipped by the seller", "FBA": "Shipped by Amazon (FBA)"}
GOODS = frozenset({"ITEM"})
CHARGES = {  # proceeds of an item that become lines of their own
    "GIFT_WRAP": "Gift wrap",
    "COD_FEE": "Cash on delivery fee",
    "OTHER": "Other charges",
}
SHIPPING, TAX, DISCOUNT, TIP = "SHIPPING", "TAX", "DISCOUNT", "DELIVERY_TIP"
PROCEEDS = frozenset({*GOODS, *CHARGES, SHIPPING, TAX, DISCOUNT})
REMITTED = {"MARKETPLACE_FACILITATOR": True}  # does Amazon pay the tax to the state?
TIP_STATES = {None: True, "FINALIZED": True, "PENDING": False}  # is it charged yet?
