"""The hub's own words: what every marketplace is translated into.

Plain frozen values without Odoo ids and without raw payloads. Amounts are exact
decimals, moments are aware UTC, collections are tuples. ``codec`` stores them as JSON.
"""

from .base import CANONICAL_VERSION, Money, canonical, require_utc
from .catalogue import Listing, ListingState, Location, Market, StockLevel, StockTarget
from .order import (
    Discount,
    FulfilmentState,
    Hold,
    LineKind,
    Order,
    OrderLine,
    OrderState,
    PaymentState,
    RiskLevel,
    ShippingLine,
    Tax,
)
from .party import Address, Buyer, Company, CompanyContact, CompanyLocation, Customer
from .payment import Payment, PaymentKind, PaymentStatus, PaymentTerms, TermsKind
from .price import Price, PriceList, PriceListKind, PriceTarget
from .push import PushResult, PushStatus
from .refund import (
    Refund,
    RefundAdjustment,
    RefundDuty,
    RefundLine,
    RefundPush,
    RefundPushLine,
    RefundShipping,
    Restock,
)
from .returns import (
    DeclineReason,
    ExchangeLine,
    Resolution,
    Return,
    ReturnAction,
    ReturnLine,
    ReturnState,
    ReturnVerb,
    ReturnedUnits,
)
from .shipment import Parcel, Shipment, ShipmentLine
