"""The plan that follows from an edit: the difference between the state that documents
were made from and a later one, as few typed steps, each decided by how far its goods
and its documents are. Pure, without Odoo.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum


class StepKind(str, Enum):
    LINE_ADDED = "line_added"
    LINE_REMOVED = "line_removed"
    QUANTITY = "quantity"
    PRICE = "price"  # price, discounts or taxes of a line
    SHIPPING_ADDED = "shipping_added"
    SHIPPING_REMOVED = "shipping_removed"
    SHIPPING = "shipping"
    SHIP_TO = "ship_to"
    BILL_TO = "bill_to"
    REFERENCE = "reference"  # purchase order number


class Way(str, Enum):
    """How a step is done; where ``why`` is given, a person is left something to do."""

    WRITE = "write"  # the sale order follows, and its transfers
    CORRECT = "correct"  # and what is invoiced is corrected by a document of its own
    HAND = "hand"  # a person has to do it all
    NOTHING = "nothing"  # it comes too late to matter


class Why(str, Enum):
    SHIPPED = "shipped"  # units that were taken off have left
    INVOICED = "invoiced"  # the invoice was made by a person
    ADDRESSED = "addressed"  # a part has left for the old address
    VENDOR = "vendor"  # a vendor is to send the goods


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How far an order is.

    :param delivered: units that have left, by external line id.
    :param shipping: units are still to leave.
    :param invoiced: an invoice is posted.
    :param manual: people make the invoices.
    :param vendor: a vendor is to send a part.
    """

    confirmed: bool = True
    delivered: dict = field(default_factory=dict)
    shipping: bool = True
    invoiced: bool = False
    manual: bool = False
    vendor: bool = False

    @property
    def left(self):
        return any(self.delivered.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One difference.

    :param source: external id of the line or shipping line; empty for the order itself.
    :param before: units, amount or text; None where there was none.
    """

    kind: StepKind
    source: str = ""
    name: str = ""
    before: object = None
    after: object = None
    way: Way = Way.WRITE
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Step, ...]
    before: Decimal
    after: Decimal

    @property
    def sources(self):
        """Ids of lines and shipping lines that the sale order is to follow in."""
        ways = (Way.WRITE, Way.CORRECT)
        return {s.source for s in self.steps if s.source and s.way in ways}

    def writes(self, kind):
        return any(step.kind is kind and step.way is Way.WRITE for step in self.steps)

    @property
    def left_to_people(self):
        return tuple(step for step in self.steps if step.why)

    @property
    def needs_approval(self):
        """What only tells of the buyer's own reference changes nothing that matters."""
        quiet = StepKind.REFERENCE
        return any(s.way is not Way.NOTHING and s.kind is not quiet for s in self.steps)


def make_plan(applied, order, stage):
    """Compare two states of an order, both as their edits left them.

    :return: ``Plan``; without steps where documents need not change.
    """
    steps = [
        *_lines(applied, order, stage),
        *_shipping(applied, order, stage),
        *_order(applied, order, stage),
    ]
    return Plan(tuple(steps), applied.total.amount, order.total.amount)


# --- lines ----------------------------------------------------------------------------


def _lines(applied, order, stage):
    before = {line.external_id: line for line in applied.lines}
    after = {line.external_id: line for line in order.lines}
    for key in dict.fromkeys((*before, *after)):
        yield from _line(before.get(key), after.get(key), stage)


def _line(before, after, stage):
    had = before.quantity if before else 0
    has = after.quantity if after else 0
    known = after or before
    if had != has:
        kind = StepKind.QUANTITY
        if not had:
            kind = StepKind.LINE_ADDED
        elif not has:
            kind = StepKind.LINE_REMOVED
        shipped = stage.delivered.get(known.external_id, 0)
        step = _money_step(kind, known.external_id, known.title, had, has, stage)
        if has < had and has < shipped:
            step = replace(step, way=Way.HAND, why=Why.SHIPPED)
        yield step
    if had and has and _price(before) != _price(after) and not _in_step(before, after):
        yield _money_step(
            StepKind.PRICE,
            known.external_id,
            known.title,
            net(before),
            net(after),
            stage,
        )


def _price(line):
    return line.unit_price, _unordered(line)


def _unordered(line):
    """Marketplaces list the same discounts and taxes in another order now and then."""
    return sorted(map(repr, line.discounts)), sorted(map(repr, line.taxes))


def _in_step(before, after):
    """Amounts that differ only because there are more or fewer units now."""
    if before.quantity == after.quantity or before.unit_price != after.unit_price:
        return False
    names = [[(d.title, d.code) for d in line.discounts] for line in (before, after)]
    keys = [
        {(t.title, t.rate, t.remitted) for t in line.taxes} for line in (before, after)
    ]
    return names[0] == names[1] and keys[0] == keys[1]


def net(line):
    """What a line comes to after discounts, as the channel states prices."""
    taken = sum((d.amount.amount for d in line.discounts), Decimal(0))
    return line.unit_price.amount * line.quantity - taken


# --- shipping -------------------------------------------------------------------------


def _shipping(applied, order, stage):
    before = {line.external_id: line for line in applied.shipping}
    after = {line.external_id: line for line in order.shipping}
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        name = (new or old).title
        if old and new:
            if (old.price, old.title, _unordered(old)) == (
                new.price,
                new.title,
                _unordered(new),
            ):
                continue
            kind = StepKind.SHIPPING
        else:
            kind = StepKind.SHIPPING_REMOVED if old else StepKind.SHIPPING_ADDED
        yield _money_step(kind, key, name, _cost(old), _cost(new), stage)


def _cost(line):
    if not line:
        return None
    return line.price.amount - sum(
        (d.amount.amount for d in line.discounts), Decimal(0)
    )


# --- the order itself -----------------------------------------------------------------


def _order(applied, order, stage):
    if applied.ship_to != order.ship_to and order.ship_to:
        yield _address(StepKind.SHIP_TO, applied.ship_to, order.ship_to, stage)
    if applied.bill_to != order.bill_to and order.bill_to:
        yield _address(StepKind.BILL_TO, applied.bill_to, order.bill_to, stage)
    if applied.po_number != order.po_number:
        yield Step(
            kind=StepKind.REFERENCE, before=applied.po_number, after=order.po_number
        )


def _address(kind, before, after, stage):
    step = Step(kind=kind, before=_shown(before), after=_shown(after))
    if kind is StepKind.SHIP_TO and stage.left:
        if not stage.shipping:
            return replace(step, way=Way.NOTHING)
        return replace(step, way=Way.HAND, why=Why.ADDRESSED)
    if kind is StepKind.SHIP_TO and stage.vendor:
        return replace(step, why=Why.VENDOR)
    if kind is StepKind.BILL_TO and stage.invoiced:
        return replace(step, way=Way.NOTHING)
    return step


def _shown(address):
    if not address:
        return None
    place = f"{address.zip} {address.city}".strip()
    parts = (address.name, address.company, address.street, address.street2, place)
    return ", ".join(filter(None, (*parts, address.country_code)))


# --- how ------------------------------------------------------------------------------


def _money_step(kind, source, name, before, after, stage):
    step = Step(kind=kind, source=source, name=name, before=before, after=after)
    if not stage.invoiced:
        return step
    if stage.manual:
        return replace(step, why=Why.INVOICED)
    return replace(step, way=Way.CORRECT)
