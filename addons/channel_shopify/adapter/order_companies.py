"""What orders of companies and on terms have that others have not, asked for those
alone."""

from odoo.addons.channel_base.adapter.errors import ConfigError

from .ids import digits
from .mapper_common import nodes

DENIED = "ACCESS_DENIED"
DRAFT = "shopify_draft_order"
OWED = ("PENDING", "PARTIALLY_PAID")


class OrderCompanies:
    """Completes payloads of ``queries/orders.graphql``, at most two queries for all."""

    def __init__(self, client):
        self.client = client
        self._terms_denied = False

    def complete(self, payloads):
        """The payloads, those of companies with location, numbers and terms."""
        firms = self._read(
            "order_companies", [x["id"] for x in payloads if _company(x)]
        )
        terms = self._terms([x["id"] for x in payloads if _may_owe(x)])
        return [_completed(one, firms, terms) for one in payloads]

    def _terms(self, ids):
        """The scope read_payment_terms is for them alone: without it, the usual terms
        of the location stand for those of the order."""
        if self._terms_denied or not ids:
            return {}
        try:
            return self._read("order_terms", ids)
        except ConfigError as error:
            if error.code != DENIED:
                raise
            self._terms_denied = True
            return {}

    def _read(self, name, ids):
        if not ids:
            return {}
        found = nodes(self.client.query(name, ids=ids)["nodes"])
        return {digits(one["id"]): one for one in found}


def _company(payload):
    return (payload.get("purchasingEntity") or {}).get("company")


def _may_owe(payload):
    """Terms are agreed on with companies, and on drafts that staff write."""
    drafted = payload.get("sourceName") == DRAFT
    return (
        _company(payload) or drafted and payload.get("displayFinancialStatus") in OWED
    )


def _completed(payload, firms, terms):
    key = digits(payload["id"])
    if key in firms:
        entity = firms[key].get("purchasingEntity") or {}
        payload = payload | {"purchasingEntity": payload["purchasingEntity"] | entity}
    if key in terms:
        payload = payload | {"paymentTerms": terms[key].get("paymentTerms")}
    return payload
