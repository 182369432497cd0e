"""What may happen to an order beside its content, and what is expected then."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal

from ..amounts import DIGITS
from ..shopify.pricing import portion, price
from . import shapes


def _nothing(*_args):
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One story.

    :param weight: share among the randomly drawn ones
    :param shape: (rng, world, regime, spec) changes the spec before it is priced
    :param at_once: actions right after placing, [(action, options)]; or (rng, spec) ->
        such
    :param now: (expected, spec) changes what is expected then
    :param later: actions after the order was imported
    :param after: (expected, spec) changes what is expected after those
    """

    weight: float
    shape: Callable = _nothing
    at_once: tuple | Callable = ()
    now: Callable = _nothing
    later: tuple | Callable = ()
    after: Callable = _nothing


def _paid(_rng, _world, _regime, spec):
    """Make the order one that is simply paid in full, so that it is invoiced."""
    for key in ("transactions", "gift_card", "deposit"):
        spec.pop(key, None)
    spec["payment"] = "paid"


def _authorized(rng, world, regime, spec):
    _paid(rng, world, regime, spec)
    _worth_something(spec)
    spec["payment"] = "authorized"


def _worth_something(spec):
    """No discount may bring the total to zero, and something is shipped."""
    spec["discounts"] = []
    spec["lines"][0].update(price="20", quantity=3)


def _pending(rng, world, regime, spec):
    _authorized(rng, world, regime, spec)
    spec["payment"] = "pending"


def _zero(rng, world, regime, spec):
    _paid(rng, world, regime, spec)
    for key in ("tip", "fees"):
        spec.pop(key, None)
    spec["shipping"] = []
    spec["lines"] = [one for one in spec["lines"] if not one.get("gift_card")]
    for line in spec["lines"]:
        line.pop("duty", None)
    free = {"kind": "code", "code": "FREE", "type": "percentage", "value": "100"}
    spec["discounts"] = [free]


def _long(rng, world, regime, spec):
    count = world.many_lines
    spec["lines"] = shapes.lines(rng, world, regime, spec["currency"], count)
    spec["discounts"] = spec["discounts"][:1]


def _unknown_sku(rng, _world, _regime, spec):
    known = spec["lines"][0]
    sku = f"NO-SUCH-{rng.randrange(10_000)}"
    gone = {"sku": sku, "title": "Sold out for good", "vendor": "Elsewhere"}
    spec["lines"].append({**known, **gone, "variant": None, "duty": None})


def _blocked(kind, part=None):
    def now(expected, spec):
        expected.state, expected.invoice = "blocked", False
        expected.issues.append([kind, part(spec) if part else ""])

    return now


def _state(state, *issues):
    def change(expected, _spec):
        expected.state = state
        expected.issues = [[issue, ""] for issue in issues]
        if state != "imported":
            expected.invoice = False
        if state == "cancelled":
            expected.quantities, expected.payments = {}, {}

    return change


def _invoiced(expected, spec):
    expected.state, expected.invoice, expected.issues = "imported", True, []
    expected.payments = {spec["gateway"]: expected.total}


def _paid_rest(expected, spec):
    """What a deposit had left open was paid by hand."""
    deposit = {name: Decimal(one) for name, one in expected.payments.items()}
    rest = Decimal(expected.total) - sum(deposit.values())
    deposit["manual"] = deposit.get("manual", 0) + rest
    expected.payments = {name: str(one) for name, one in deposit.items()}
    expected.state, expected.invoice, expected.issues = "imported", True, []


def _unit_refunded(expected, spec):
    """One unit of the first line is not shipped any more."""
    sku = spec["lines"][0].get("sku")
    if expected.quantities.get(sku):
        expected.quantities[sku] -= 1
        if not expected.quantities[sku]:
            del expected.quantities[sku]


def _edited(expected, spec):
    """Of the first line one unit is left; what the others were worth is not charged."""
    currency, included = spec["currency"], spec["taxes_included"]
    line = price(spec, currency, included).lines[0]
    tax = sum(amount for _tax, amount in line.taxes)
    gone = line.quantity - 1
    less, tax_less = (
        portion(amount, 0, gone, line.quantity, currency)
        for amount in (line.discounted, tax)
    )
    total = Decimal(expected.total) - less - (0 if included else tax_less)
    expected.total, expected.tax = str(total), str(Decimal(expected.tax) - tax_less)
    expected.untaxed = str(total - Decimal(expected.tax))
    expected.taxes = _taxes_left(expected.taxes, line, tax_less, currency)
    sku = line.spec.get("sku")
    if sku in expected.quantities:
        expected.quantities[sku] -= gone


def _taxes_left(taxes, line, gone, currency):
    """Taxes of an order less a line's part of `gone`, its taxes in proportion."""
    left = {(title, rate): Decimal(amount) for title, rate, amount in taxes}
    whole = sum(amount for _tax, amount in line.taxes)
    reached = before = Decimal(0)
    for tax, amount in sorted(line.taxes, key=lambda one: (one[0]["title"], one[1])):
        reached += amount
        upto = portion(gone, 0, reached, whole, currency)
        if amount:
            left[tax["title"], str(Decimal(tax["rate"]))] -= upto - before
        before = upto
    return [[*key, str(amount)] for key, amount in left.items() if amount]


def _edited_when_paid(expected, spec):
    """What is paid beyond the new total has to be paid back by somebody."""
    _edited(expected, spec)
    expected.issues = [["accounting_failed", ""]]


def _paid_and_worth(rng, world, regime, spec):
    _paid(rng, world, regime, spec)
    _worth_something(spec)


def _test_order(_rng, _world, _regime, spec):
    spec["test"] = True


def _risky(_rng, _world, _regime, spec):
    spec["risk"] = "CANCEL"


def _held(_rng, _world, _regime, spec):
    spec["hold"] = "HIGH_RISK_OF_FRAUD"


def _till(rng, world, regime, spec):
    """Paid in cash at a till, with change or rounded, and taken along at once."""
    _paid(rng, world, regime, spec)
    for key in ("customer", "company", "po_number", "email"):
        spec.pop(key, None)
    spec.update(till=True, gateway="cash", source_name="pos", shipping=[])
    spec.update(shipping_address=None, billing_address=None)
    spec["discounts"] = [one for one in spec["discounts"] if "target" not in one]
    spec["lines"][0].update(price="20", quantity=3)
    if rng.random() < 0.5:
        spec["change"] = "20"
    elif DIGITS.get(spec["currency"], 2) == 2:
        spec["cash_rounding"] = rng.choice(("0.02", "-0.02"))


def _sold_at_till(expected, spec):
    """The rounding is part of what was sold and paid; nothing is left to be shipped."""
    expected.handed_over = True
    rounding = Decimal(spec.get("cash_rounding", 0))
    expected.total = str(Decimal(expected.total) + rounding)
    expected.untaxed = str(Decimal(expected.untaxed) + rounding)
    paid = expected.payments
    expected.payments = {
        name: str(Decimal(one) + rounding) for name, one in paid.items()
    }


def _draft(rng, world, regime, spec):
    """Entered by the merchant's staff, with a deposit, the rest on terms."""
    _paid(rng, world, regime, spec)
    _worth_something(spec)
    goodwill = {"kind": "manual", "title": "Staff", "type": "fixed", "value": "1"}
    spec.update(source_name="shopify_draft_order", app="Draft Orders")
    spec.update(discounts=[goodwill], payment="partially_paid", payment_terms_days=30)


def _other_app(_rng, _world, _regime, spec):
    spec.update(source_name="3890849", app="Bridge to elsewhere")


def _subscription(_rng, _world, _regime, spec):
    spec["source_name"] = "subscription_contract"
    spec["lines"][0]["plan"] = "Every 4 weeks, 10 % off"


def _preorder(rng, world, regime, spec):
    """Partly paid, not to be shipped before a month has passed."""
    _paid(rng, world, regime, spec)
    _worth_something(spec)
    spec["lines"][0]["plan"] = "Pre-order"
    spec.update(payment="partially_paid", fulfil_in=30 * 86400)


def _bundle(rng, world, regime, spec):
    group = {"title": "Gift box", "quantity": 2, "sku": "GIFT-BOX"}
    spec["lines"] = shapes.lines(rng, world, regime, spec["currency"], 3)
    for line in spec["lines"][:2]:
        line.update(group=group, attributes={"Engraving": "Ünï", "_box": "1"})
    spec["discounts"] = []


def _pickup(_rng, _world, _regime, spec):
    spec.update(pickup=True, shipping_address=None)


REFUND = (("refund", {"lines": [{"line": 0, "quantity": 1, "restock": "CANCEL"}]}),)
EDIT = (("edit", {"set": [{"line": 0, "quantity": 1}]}),)
CANCEL = (("cancel", {"reason": "CUSTOMER"}),)
_sku = lambda spec: spec["lines"][-1]["sku"]  # noqa: E731

SCENARIOS = {
    "ordinary": Scenario(weight=80),
    "zero": Scenario(weight=3, shape=_zero),
    "long": Scenario(weight=0.5, shape=_long),
    "pending": Scenario(weight=2, shape=_pending),
    "pending_then_paid": Scenario(
        weight=2, shape=_pending, later=(("pay", {}),), after=_invoiced
    ),
    "authorized_then_captured": Scenario(
        weight=2, shape=_authorized, later=(("capture", {}),), after=_invoiced
    ),
    "test": Scenario(weight=1.5, shape=_test_order, now=_state("held", "hold")),
    "risky": Scenario(weight=1.5, shape=_risky, now=_state("held", "hold")),
    "risky_then_accepted": Scenario(
        weight=1,
        shape=_risky,
        now=_state("held", "hold"),
        later=(("risk", {"recommendation": "ACCEPT"}),),
    ),
    "on_hold": Scenario(weight=1.5, shape=_held, now=_state("held", "hold")),
    "on_hold_then_released": Scenario(
        weight=1,
        shape=_held,
        now=_state("held", "hold"),
        later=(("release", {}), ("touch", {})),
    ),
    "till": Scenario(weight=2, shape=_till, now=_sold_at_till),
    "draft": Scenario(weight=1, shape=_draft, later=(("pay", {}),), after=_paid_rest),
    "other_app": Scenario(weight=1, shape=_other_app),
    "subscription": Scenario(weight=1, shape=_subscription),
    "preorder": Scenario(
        weight=1, shape=_preorder, later=(("ready", {}), ("pay", {})), after=_paid_rest
    ),
    "bundle": Scenario(weight=1, shape=_bundle),
    "pickup": Scenario(weight=1, shape=_pickup),
    "unknown_sku": Scenario(
        weight=2, shape=_unknown_sku, now=_blocked("unmapped_sku", _sku)
    ),
    "cancelled": Scenario(
        weight=1.5, shape=_authorized, at_once=CANCEL, now=_state("cancelled")
    ),
    "cancelled_later": Scenario(
        weight=1.5, shape=_authorized, later=CANCEL, after=_state("cancelled")
    ),
    "refunded": Scenario(
        weight=0.7,
        shape=_paid_and_worth,
        at_once=REFUND,
        now=_unit_refunded,
    ),
    "refunded_later": Scenario(
        weight=0.7,
        shape=_paid_and_worth,
        later=REFUND,
        after=_unit_refunded,
    ),
    "edited": Scenario(weight=0.7, shape=_authorized, at_once=EDIT, now=_edited),
    "edited_later": Scenario(weight=0.7, shape=_authorized, later=EDIT, after=_edited),
    "edited_paid": Scenario(
        weight=0.7, shape=_paid_and_worth, at_once=EDIT, now=_edited_when_paid
    ),
    "edited_paid_later": Scenario(
        weight=0.7, shape=_paid_and_worth, later=EDIT, after=_edited_when_paid
    ),
}


def outcome(scenario, plain, spec):
    """Return (expected now, expected after the later actions or None).

    :param plain: `Expected` of the order if nothing special happened
    """
    now = deepcopy(plain)
    scenario.now(now, spec)
    if not scenario.later:
        return now, None
    after = deepcopy(plain)
    scenario.after(after, spec)
    return now, after
