"""A marketplace in memory, different from the others wherever it may be.

Stock calls know no compare-and-set, there are no webhooks, one SKU may have several
offers, stock results come later by a ticket, and an order gets another id when it is
paid while its lines keep theirs. Plain Python: tests use it as it is, and the fake
marketplace's server serves it over HTTP.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from ..adapter.canonical import (
    FulfilmentState,
    LineKind,
    Listing,
    ListingState,
    Location,
    Money,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentStatus,
    PushResult,
    PushStatus,
    Refund,
    RefundAdjustment,
    RefundLine,
    RefundShipping,
    Restock,
    Return,
    ReturnLine,
    ReturnState,
    ReturnVerb,
    StockLevel,
)
from .fake_catalogue import FakeCatalogue

CURRENCY = "USD"
REACHED = {
    ReturnVerb.APPROVE: ReturnState.OPEN,
    ReturnVerb.DECLINE: ReturnState.DECLINED,
    ReturnVerb.CLOSE: ReturnState.CLOSED,
}


class FakeMarket:
    """The state of one seller account; the test is its customers and its staff.

    :param clock: function without arguments that gives aware UTC moments.
    """

    def __init__(self, clock=lambda: datetime.now(UTC)):
        self.clock = clock
        self.orders = {}
        self.listings = {}
        self.customers = {}  # id -> Customer
        self.companies = {}  # id -> Company
        self.customer_page = 2
        self.places = {"main": Location(external_id="main", name="Main place")}
        self.levels = {}  # (listing, location) -> quantity shown
        self.refunds = {}  # refund key -> Refund
        self.refusals = {}  # refund key -> why it is not paid back
        self.keeps_notes = True  # refunds keep what they were asked for with
        self.shipments = {}  # (order, shipment key) -> Shipment
        self.returns = {}  # return id -> Return
        self.stock_calls = []  # what each call asked for
        self.tickets = {}
        self.ticket_delay = 1  # polls until the results are there
        self.errors = []  # raised by the next calls, one each
        self.bad_orders = {}  # order id -> error instead of the order
        self.missing = {}  # flow -> rights that the account lacks
        self.other_version = ""
        self.calls = Counter()
        self.catalogue = FakeCatalogue()
        self._number = count(1)

    # --- what staff and customers do --------------------------------------------------

    def offer(self, sku, quantity=0, place="main", **values):
        """List an offer; one SKU may be offered several times."""
        offer_id = f"offer-{next(self._number)}"
        values.setdefault("title", f"Offer of {sku}")
        listing = Listing(
            external_id=offer_id, sku=sku, state=ListingState.ACTIVE, **values
        )
        self.listings[offer_id] = listing
        self.levels[offer_id, place] = quantity
        return listing

    def line(self, listing, quantity=1, price="10.00", **values):
        """A line of an order to be placed."""
        return OrderLine(
            external_id=f"line-{next(self._number)}",
            kind=LineKind.PRODUCT,
            title=listing.title,
            quantity=quantity,
            unit_price=Money(Decimal(price), CURRENCY),
            sku=listing.sku,
            listing=listing.external_id,
            **values,
        )

    def place(self, *lines, paid=True, **values):
        """A customer orders; what is sold is no longer shown."""
        order_id = f"basket-{next(self._number)}"
        now = self.clock()
        for line in lines:
            key = (line.listing, line.location or "main")
            if key in self.levels:
                self.levels[key] -= line.quantity
        total = sum((li.unit_price.amount * li.quantity for li in lines), Decimal(0))
        base = {
            "external_id": order_id,
            "name": f"#{order_id}",
            "state": OrderState.PENDING,
            "payment_state": PaymentState.PENDING,
            "fulfilment_state": FulfilmentState.UNFULFILLED,
            "ordered_at": now,
            "updated_at": now,
            "total": Money(total, CURRENCY),
            "tax_total": Money(Decimal(0), CURRENCY),
            "tax_included": False,
            "lines": tuple(lines),
        }
        self.orders[order_id] = Order(**{**base, **values})
        return self.pay(order_id) if paid else self.orders[order_id]

    def pay(self, order_id):
        """The customer pays: the order goes on under another id."""
        order = self.orders.pop(order_id)
        paid_id = order_id.replace("basket", "order")
        now = self.clock()
        payment = Payment(
            external_id=f"payment-{paid_id}",
            gateway="fakepay",
            kind=PaymentKind.SALE,
            status=PaymentStatus.SUCCESS,
            amount=order.total,
            created_at=now,
        )
        self.orders[paid_id] = replace(
            order,
            external_id=paid_id,
            state=OrderState.OPEN,
            payment_state=PaymentState.PAID,
            payments=(*order.payments, payment),
            updated_at=now,
        )
        return self.orders[paid_id]

    def change(self, order_id, **values):
        """Staff change an order."""
        values.setdefault("updated_at", self.clock())
        self.orders[order_id] = replace(self.orders[order_id], **values)
        return self.orders[order_id]

    def cancel(self, order_id):
        """An order is cancelled and its units are for sale again."""
        order = self.orders[order_id]
        for line in order.lines:
            key = (line.listing, line.location or "main")
            if key in self.levels:
                self.levels[key] += line.quantity - line.cancelled
        lines = tuple(replace(line, cancelled=line.quantity) for line in order.lines)
        return self.change(
            order_id,
            state=OrderState.CANCELLED,
            cancelled_at=self.clock(),
            lines=lines,
        )

    def send_back(self, *units, state=ReturnState.REQUESTED, **values):
        """A customer wants to send goods back; the service desk names lines only.

        :param units: (line, quantity, reason).
        """
        return_id = f"case-{next(self._number)}"
        now = self.clock()
        base = {
            "external_id": return_id,
            "name": return_id.upper(),
            "state": state,
            "requested_at": now,
            "updated_at": now,
            "lines": tuple(
                ReturnLine(
                    external_id=f"{return_id}-{number}",
                    line=line.external_id,
                    quantity=quantity,
                    reason=reason,
                    reason_name=reason.title(),
                )
                for number, (line, quantity, reason) in enumerate(units)
            ),
        }
        self.returns[return_id] = Return(**{**base, **values})
        return self.returns[return_id]

    def change_return(self, return_id, **values):
        """The service desk changes a return."""
        values.setdefault("updated_at", self.clock())
        self.returns[return_id] = replace(self.returns[return_id], **values)
        return self.returns[return_id]

    # --- what the interface offers ----------------------------------------------------

    def answer(self, verb):
        """Count a call, and fail if the test has ordered that."""
        self.calls[verb] += 1
        if self.errors:
            raise self.errors.pop(0)

    def changes(self, since):
        """(order id, moment of the last change), the oldest first."""
        found = [
            (o.updated_at, o.external_id)
            for o in self.orders.values()
            if o.updated_at >= since
        ]
        return [(order_id, moment) for moment, order_id in sorted(found)]

    def set_stock(self, targets):
        """Accept quantities, later (see ``ticket_delay``).

        :param targets: (key, listing, location, quantity).
        :return: ticket.
        """
        self.stock_calls.append(targets)
        ticket = f"feed-{next(self._number)}"
        self.tickets[ticket] = [self.ticket_delay, targets]
        return ticket

    def results(self, ticket):
        """Results behind a ticket, None while they are not there yet."""
        self.tickets[ticket][0] -= 1
        waiting, targets = self.tickets[ticket]
        return None if waiting > 0 else tuple(self._set(*target) for target in targets)

    def _set(self, key, listing, location, quantity):
        if (listing, location) not in self.levels:
            code = "UNKNOWN_OFFER"
            return PushResult(key=key, status=PushStatus.REJECTED, code=code)
        self.levels[listing, location] = quantity
        return PushResult(
            key=key,
            status=PushStatus.DONE,
            observed=quantity,
            observed_at=self.clock(),
        )

    def level(self, listing, location):
        """What customers see now."""
        return StockLevel(
            listing=listing,
            location=location,
            available=self.levels[listing, location],
            read_at=self.clock(),
        )

    def confirm(self, shipment):
        """Take a shipment over; a second time it is simply the same."""
        order = self.orders.get(shipment.order)
        if not order:
            return PushResult(
                key=shipment.key, status=PushStatus.REJECTED, code="UNKNOWN_ORDER"
            )
        self.shipments[order.external_id, shipment.key] = shipment
        shipped = {line.line: line.cumulative for line in shipment.lines}
        lines = tuple(
            replace(
                line, fulfilled=max(line.fulfilled, shipped.get(line.external_id, 0))
            )
            for line in order.lines
        )
        complete = all(line.fulfilled >= line.quantity for line in lines)
        state = FulfilmentState.FULFILLED if complete else FulfilmentState.PARTIAL
        self.change(order.external_id, lines=lines, fulfilment_state=state)
        return PushResult(
            key=shipment.key, status=PushStatus.DONE, external_id=f"ship-{shipment.key}"
        )

    def pay_back(self, refund):
        """Pay back once; a second time it is simply the same."""
        order = self.orders.get(refund.order)
        if not order or refund.key in self.refusals:
            reason = self.refusals.get(refund.key, "No such order.")
            return PushResult(
                key=refund.key, status=PushStatus.REJECTED, code="NO", message=reason
            )
        known = self.refunds.get(refund.key)
        if not known:
            known = self._refunded(order, refund)
            self.refunds[refund.key] = known
            self._take_back(order, refund, known)
        return PushResult(
            key=refund.key, status=PushStatus.DONE, external_id=known.external_id
        )

    def _refunded(self, order, refund):
        """What the market tells of it later: lines are worth what was asked for."""
        zero = Money(Decimal(0), refund.total.currency)
        number, now = f"refund-{next(self._number)}", self.clock()
        units = sum(line.quantity for line in refund.lines) or 1
        each = (refund.worth.amount - (refund.shipping or zero).amount) / units
        payment = Payment(
            external_id=f"{number}-money",
            gateway="fakepay",
            kind=PaymentKind.REFUND,
            status=PaymentStatus.SUCCESS,
            amount=refund.total,
            created_at=now,
        )
        kept = refund.worth.amount - refund.total.amount
        return Refund(
            external_id=number,
            created_at=now,
            total=refund.total,
            lines=tuple(
                RefundLine(
                    line=line.line,
                    quantity=line.quantity,
                    restock=line.restock is not Restock.NONE,
                    amount=Money(each * line.quantity, refund.total.currency),
                    tax=zero,
                    location=line.location,
                )
                for line in refund.lines
            ),
            shipping=(RefundShipping(line="", amount=refund.shipping, tax=zero),)
            if refund.shipping
            else (),
            adjustments=(
                RefundAdjustment(
                    reason="customer",
                    amount=Money(kept, refund.total.currency),
                    tax=zero,
                ),
            )
            if kept
            else (),
            payments=(payment,),
            note=f"{refund.note} {refund.key}" if self.keeps_notes else "",
        )

    def _take_back(self, order, refund, made):
        back = {line.line: line for line in refund.lines}
        lines = []
        for line in order.lines:
            part = back.get(line.external_id)
            units = part.quantity if part else 0
            off = min(units, line.quantity - line.cancelled - line.fulfilled)
            lines.append(
                replace(
                    line,
                    cancelled=line.cancelled + off,
                    refunded=line.refunded + units - off,
                )
            )
        self.change(
            order.external_id,
            lines=tuple(lines),
            refunds=(*order.refunds, made),
            payment_state=PaymentState.PARTIALLY_REFUNDED,
        )

    def take_return(self, action):
        """Take over what the seller says of a return; what is so already is done."""
        found = self.returns.get(action.external_id)
        code = self._return_obstacle(found, action.verb)
        if code:
            status = PushStatus.REJECTED
            return PushResult(key=action.key, status=status, code=code)
        if action.verb is ReturnVerb.PROCESS:
            units = {
                one.line: one.restocked + one.discarded + one.missing
                for one in action.lines
            }
            lines = tuple(
                replace(
                    line,
                    processed=max(line.processed, units.get(line.external_id, 0)),
                )
                for line in found.lines
            )
            wanted = dict(action.exchanges)
            exchanges = tuple(
                replace(part, processed=wanted.get(part.external_id, part.processed))
                for part in found.exchanges
            )
            self.change_return(found.external_id, lines=lines, exchanges=exchanges)
        else:
            self.change_return(
                found.external_id,
                state=REACHED[action.verb],
                decline_reason=action.decline_reason,
                decline_note=action.note,
            )
        return PushResult(key=action.key, status=PushStatus.DONE)

    def _return_obstacle(self, found, verb):
        if not found:
            return "UNKNOWN_CASE"
        if found.state is REACHED.get(verb):
            return ""
        needed = (
            ReturnState.REQUESTED
            if verb in (ReturnVerb.APPROVE, ReturnVerb.DECLINE)
            else ReturnState.OPEN
        )
        return "" if found.state is needed else "WRONG_STATE"

    def later(self, seconds):
        """Let time pass, for tests with a clock of their own."""
        moment = self.clock() + timedelta(seconds=seconds)
        self.clock = lambda: moment
