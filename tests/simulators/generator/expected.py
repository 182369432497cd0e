"""What a correct hub makes of an order, derived from its price alone."""

from dataclasses import asdict, dataclass, field
from decimal import Decimal

from ..amounts import ZERO
from ..shopify.payments import planned


@dataclass(slots=True, kw_only=True)
class Expected:
    """The outcome under the default policies: import when authorised or paid, hold
    risky, test and on-hold orders, hold unknown SKUs, invoice when paid.

    Amounts are decimal texts in `currency`.

    :param state: imported, pending, held, blocked or cancelled
    :param invoice: a posted and paid invoice exists; corrected, if it was edited later
    :param taxes: [[title, rate, amount]] without those that are zero
    :param payments: what was received, by gateway
    :param quantities: units of every stored product sold, by SKU
    :param handed_over: everything has left with the customer when it was sold
    :param issues: [[kind, part]]; the subject is `order:<id>`, with `:<part>` if any
    """

    state: str
    currency: str
    total: str
    untaxed: str
    tax: str
    tax_included: bool
    invoice: bool
    taxes: list = field(default_factory=list)
    payments: dict = field(default_factory=dict)
    quantities: dict = field(default_factory=dict)
    handed_over: bool = False
    issues: list = field(default_factory=list)

    def as_dict(self):
        return asdict(self)

    def subjects(self, order_id):
        """Return {(kind, subject)} for an order.

        :param order_id: digits of the order's gid
        """
        return {
            (kind, f"order:{order_id}:{part}" if part else f"order:{order_id}")
            for kind, part in self.issues
        }


def expect(spec, priced):
    """Return the `Expected` of an order that nothing special happens to.

    :param spec: order spec
    :param priced: its `Priced`
    """
    received, state = planned(spec, priced.total, priced.currency)
    imported = state in ("PAID", "AUTHORIZED", "PARTIALLY_PAID")
    return Expected(
        state="imported" if imported else "pending",
        currency=priced.currency,
        total=str(priced.total),
        untaxed=str(priced.total - priced.tax),
        tax=str(priced.tax),
        tax_included=priced.taxes_included,
        invoice=state == "PAID",
        taxes=_taxes(priced),
        payments={gateway: str(amount) for gateway, amount in received.items()},
        quantities=_quantities(priced),
    )


def _taxes(priced):
    sums = {}
    for line in (*priced.lines, *priced.shipping):
        for tax, amount in line.taxes:
            key = (tax["title"], str(Decimal(tax["rate"])))
            sums[key] = sums.get(key, ZERO) + amount
    return [[*key, str(amount)] for key, amount in sorted(sums.items()) if amount]


def _quantities(priced):
    found = {}
    for line in priced.lines:
        sku = line.spec.get("sku")
        if line.kind == "product" and sku:
            found[sku] = found.get(sku, 0) + line.quantity
    return found
