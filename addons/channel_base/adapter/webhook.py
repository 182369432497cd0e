"""Signing and checking webhooks; ``sign`` stands beside ``verify`` for simulators and
tests."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Resource(str, Enum):
    """What a webhook rings the bell for; the fetch job reads its present state."""

    ORDER = "order"
    RETURN = "return"
    SHIPPING_ORDER = "shipping_order"  # by its reference
    LISTING = "listing"
    CUSTOMER = "customer"
    COMPANY = "company"
    CUSTOMER_MERGE = "customer_merge"  # of two customers: "gone>kept"
    STOCK_LEVEL = "stock_level"
    LOCATION = "location"
    CONNECTION = "connection"  # app removed, scopes changed


class PrivacyKind(str, Enum):
    """What a person or a marketplace may ask for by law."""

    ACCESS = "access"  # to be told what is kept
    ERASE = "erase"
    ERASE_SHOP = "erase_shop"  # of all customers of a shop that has left


@dataclass(frozen=True, slots=True)
class PrivacyAsk:
    """Whom it is about; ``orders`` are ids of orders that belong to him."""

    kind: PrivacyKind
    customer: str = ""
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One delivery as it came in; header names are lower case."""

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @classmethod
    def build(cls, headers, body):
        """Make a request with header names in lower case.

        :param headers: iterable of (name, value).
        """
        return cls(headers={k.lower(): v for k, v in headers}, body=body)


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """What a genuine delivery says.

    :param event_key: equal for all deliveries of one event.
    :param resource: None for topics that the adapter does not use: stored and ignored.
    :param privacy: what is asked for by law, for a topic that does.
    """

    event_key: str
    topic: str
    resource: Resource | None = None
    external_id: str = ""
    occurred_at: datetime | None = None
    privacy: PrivacyAsk | None = None


def sign(secret, body):
    """Base64 HMAC-SHA256 of a body.

    :param secret: text; :param body: the raw bytes.
    """
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def verify(secrets, body, signature):
    """Whether the signature was made with any of the secrets, in constant time.

    :param secrets: the current secret and, during a rotation, the one before it.
    """
    given = signature.encode(errors="replace")
    matches = [hmac.compare_digest(sign(s, body).encode(), given) for s in secrets if s]
    return any(matches)
