"""What orders of companies have that others have not, asked for those alone."""

from odoo.addons.channel_base.adapter.errors import ConfigError

from .ids import digits
from .mapper_common import nodes

DENIED = "ACCESS_DENIED"


class OrderCompanies:
    """Completes payloads of ``queries/orders.graphql``, at most two queries for all."""

    def __init__(self, client):
        self.client = client
        self._terms_denied = False

    def complete(self, payloads):
        """The payloads, those of companies with location, numbers and terms."""
        ids = [one["id"] for one in payloads if _company(one)]
        if not ids:
            return payloads
        firms = self._read("order_companies", ids)
        terms = self._terms(ids)
        return [
            _completed(one, firms, terms) if _company(one) else one for one in payloads
        ]

    def _terms(self, ids):
        """The scope read_payment_terms is for them alone: without it, the usual terms
        of the location stand for those of the order."""
        if self._terms_denied:
            return {}
        try:
            return self._read("order_terms", ids)
        except ConfigError as error:
            if error.code != DENIED:
                raise
            self._terms_denied = True
            return {}

    def _read(self, name, ids):
        found = nodes(self.client.query(name, ids=ids)["nodes"])
        return {digits(one["id"]): one for one in found}


def _company(payload):
    return (payload.get("purchasingEntity") or {}).get("company")


def _completed(payload, firms, terms):
    key = digits(payload["id"])
    entity = (firms.get(key) or {}).get("purchasingEntity") or {}
    return {
        **payload,
        "purchasingEntity": payload["purchasingEntity"] | entity,
        "paymentTerms": (terms.get(key) or {}).get("paymentTerms"),
    }
