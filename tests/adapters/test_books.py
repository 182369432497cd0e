"""The arithmetic of documents, without Odoo: exact for every order that is exact
itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from odoo.addons.channel_base.adapter.canonical import (
    Discount,
    OrderState,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentStatus,
    Refund,
)
from odoo.addons.channel_base.books.lines import Role
from odoo.addons.channel_base.books.money import part, rounded, shared
from odoo.addons.channel_base.books.payments import bookable, receipts
from odoo.addons.channel_base.books.revision import compare
from odoo.addons.channel_base.books.totals import keep_books
from odoo.addons.channel_base.tests.order_factory import BORN, DIGITS

from .book_orders import make, one_line, usd, vat

# --- every order ----------------------------------------------------------------------


@settings(max_examples=2000, deadline=None)
@given(seed=st.integers(0, 2**64), per_unit=st.booleans())
def test_books_of_any_exact_order_are_exact_without_rounding_line(seed, per_unit):
    order = make(seed)
    digits = DIGITS[order.total.currency]
    books = keep_books(order, digits, Decimal(0), per_unit=per_unit)
    assert books.exact
    assert not [line for line in books.lines if line.role is Role.ROUNDING]
    assert sum(line.payable for line in books.lines) == order.total.amount
    charged = {}
    for line in (*order.lines, *order.shipping):
        for tax in line.taxes:
            key = (tax.title, tax.rate)
            charged[key] = charged.get(key, Decimal(0)) + tax.amount.amount
    booked = {(key.title, key.rate): amount for key, amount in books.taxes.items()}
    assert {key: a for key, a in booked.items() if a} == {
        key: a for key, a in charged.items() if a
    }
    for line in books.lines:
        assert line.total == rounded(line.total, digits)
        assert rounded(line.unit_price * line.quantity, digits) == line.total


@settings(max_examples=1000, deadline=None)
@given(
    seed=st.integers(0, 2**64),
    per_unit=st.booleans(),
    currency_digits=st.sampled_from([("USD", 0), ("USD", 1), ("KWD", 2), ("KWD", 0)]),
)
def test_books_in_a_coarser_currency_add_up_without_rounding_line(
    seed, per_unit, currency_digits
):
    """The channel states cents of a currency that has none here, or the like."""
    currency, digits = currency_digits
    order = make(seed, currency=currency)
    unit = Decimal(1).scaleb(-digits)
    books = keep_books(order, digits, Decimal(0), per_unit=per_unit)
    assert books.exact
    assert not [line for line in books.lines if line.role is Role.ROUNDING]
    payable = sum(line.payable for line in books.lines)
    assert payable == rounded(order.total.amount, digits)
    booked = sum(books.taxes.values(), Decimal(0))
    assert booked == rounded(order.tax_total.amount, digits)
    exact = keep_books(order, DIGITS[currency], Decimal(0), per_unit=per_unit)
    for key, amount in books.taxes.items():
        assert abs(amount - exact.taxes[key]) < unit
    nets, exact_nets = net_by_source(books), net_by_source(exact)
    assert nets.keys() == exact_nets.keys()
    for source, net in nets.items():
        assert abs(net - exact_nets[source]) < unit
        assert exact_nets[source] or not net, "what is free stays free"
    for line in books.lines:
        amounts = (line.total, *line.taxes.values())
        assert all(amount == rounded(amount, digits) for amount in amounts)


def net_by_source(books):
    nets = {}
    for line in books.lines:
        nets[line.source] = nets.get(line.source, Decimal(0)) + line.total
    return nets


@settings(max_examples=300, deadline=None)
@given(
    amounts=st.lists(st.decimals(-(10**6), 10**6, places=3), min_size=1, max_size=9),
    digits=st.integers(0, 2),
)
def test_shares_of_a_rounded_sum_add_up(amounts, digits):
    total = rounded(sum(amounts), digits)
    shares = shared(total, amounts, digits)
    assert sum(shares) == total
    unit = Decimal(1).scaleb(-digits)
    for share, amount in zip(shares, amounts, strict=True):
        assert share == rounded(share, digits)
        assert abs(share - amount) < unit


@settings(max_examples=200, deadline=None)
@given(
    total=st.decimals(-(10**6), 10**6, places=2),
    parts=st.lists(st.integers(1, 50), min_size=1, max_size=8),
)
def test_parts_of_growing_shares_add_up(total, parts):
    whole, done, summed = sum(parts), 0, Decimal(0)
    for units in parts:
        summed += part(total, done + units, whole, 2) - part(total, done, whole, 2)
        done += units
    assert summed == total


# --- lines ----------------------------------------------------------------------------


def test_discount_is_one_negative_line_with_its_share_of_the_tax():
    order = one_line(
        taxes=[vat("17.10")],
        discounts=[Discount(title="Summer", code="SUN", amount=usd("10"))],
    )
    goods, discount = keep_books(order, 2, Decimal(0)).lines
    assert (goods.total, goods.tax) == (Decimal(100), Decimal("19.00"))
    assert (discount.total, discount.tax) == (Decimal(-10), Decimal("-1.90"))
    assert discount.name == "Summer (SUN)"


def test_two_discounts_make_two_lines():
    discounts = [Discount(title=t, amount=usd("5")) for t in ("Staff", "Friday")]
    lines = keep_books(one_line(discounts=discounts), 2, Decimal(0)).lines
    assert [line.name for line in lines[1:]] == ["Staff", "Friday"]


def test_discount_per_unit_for_partial_invoices():
    order = one_line(
        price="10", quantity=3, discounts=[Discount(title="X", amount=usd("10"))]
    )
    discount = keep_books(order, 2, Decimal(0), per_unit=True).lines[1]
    assert discount.quantity == 3
    assert discount.total == Decimal(-10)


def test_discount_of_no_units_is_one_amount():
    order = one_line(
        price="10", quantity=0, discounts=[Discount(title="X", amount=usd("1"))]
    )
    discount = keep_books(order, 2, Decimal(0), per_unit=True).lines[1]
    assert (discount.quantity, discount.total) == (1, Decimal(-1))


def test_included_tax_is_taken_out_of_the_price():
    goods = keep_books(
        one_line("119", taxes=[vat("19")], included=True), 2, Decimal(0)
    ).lines[0]
    assert (goods.untaxed, goods.payable) == (Decimal(100), Decimal(119))


def test_free_line_keeps_its_tax_at_zero():
    order = one_line(
        taxes=[vat("0")], discounts=[Discount(title="All", amount=usd("100"))]
    )
    goods, discount = keep_books(order, 2, Decimal(0)).lines
    assert goods.tax == -discount.tax == Decimal("19.00")


def test_tax_listed_but_not_charged_is_left_out():
    assert not keep_books(one_line(taxes=[vat("0")]), 2, Decimal(0)).taxes


def test_whole_tax_on_the_first_line_stays_exact():
    order = one_line(price="10", taxes=[vat("5.70")])
    assert keep_books(order, 2, Decimal(0)).exact


def test_tax_without_rate_is_shared_in_proportion():
    order = one_line(
        taxes=[vat("9.00", rate=None)],
        discounts=[Discount(title="X", amount=usd("10"))],
    )
    goods, discount = keep_books(order, 2, Decimal(0)).lines
    assert (goods.tax, discount.tax) == (Decimal(10), Decimal(-1))


def test_attributes_are_shown_but_hidden_ones():
    order = one_line()
    line = replace(
        order.lines[0], title="Mug", attributes=(("Text", "Ann"), ("_id", "7"))
    )
    order = replace(order, lines=(line,))
    assert keep_books(order, 2, Decimal(0)).lines[0].name == "Mug\nText: Ann"


# --- totals ---------------------------------------------------------------------------


def test_gap_within_the_limit_goes_on_one_visible_line():
    books = keep_books(one_line(total=usd("100.03")), 2, Decimal("0.05"))
    assert books.exact
    assert [(x.role, x.total) for x in books.lines[1:]] == [
        (Role.ROUNDING, Decimal("0.03"))
    ]


def test_what_the_currency_cannot_express_is_no_gap():
    """A marketplace may state cents of a currency that has none here (TWD)."""
    order = one_line("100.00", taxes=[vat("15.97")], included=True)
    books = keep_books(order, 0, Decimal(0))
    assert books.exact
    assert [line.tax for line in books.lines] == [16]


def test_amounts_below_the_unit_add_up_to_the_rounded_total():
    order = one_line("199.00", taxes=[vat("9.48", "0.05")], included=True)
    lines = tuple(replace(order.lines[0], external_id=str(n)) for n in range(8))
    order = replace(order, lines=lines, total=usd("1592"), tax_total=usd("75.84"))
    books = keep_books(order, 0, Decimal(0))
    assert books.exact
    assert [line.tax for line in books.lines] == [10, 10, 10, 10, 9, 9, 9, 9]
    assert {line.total for line in books.lines} == {199}


def test_a_gap_below_the_unit_makes_no_rounding_line():
    order = one_line("100.40", taxes=[vat("5.02", "0.05")], total=usd("105.46"))
    order = replace(order, lines=order.lines * 3, total=usd("316.30"))
    order = replace(order, tax_total=usd("15.06"))
    books = keep_books(order, 0, Decimal("0.05"))
    assert books.exact
    assert sum(line.payable for line in books.lines) == 316
    assert [line.role for line in books.lines] == [Role.PRODUCT] * 3


def test_lines_with_fractions_of_a_unit_in_their_prices():
    """Rounded by the channel each by itself, or only where they add up."""
    order = one_line("0.333", quantity=3)
    lines = tuple(replace(order.lines[0], external_id=str(n)) for n in range(10))
    for total, each in (("10.00", {Decimal("1.00")}), ("9.99", {1, Decimal("0.99")})):
        stated = replace(order, lines=lines, total=usd(total))
        books = keep_books(stated, 2, Decimal(0))
        assert books.exact
        assert {line.total for line in books.lines} == each


def test_a_gap_of_units_stays_one_in_a_coarser_currency():
    order = one_line("100.40", taxes=[vat("5.02", "0.05")], total=usd("107.42"))
    books = keep_books(order, 0, Decimal(0))
    assert books.total_gap == 2
    closed = keep_books(order, 0, Decimal(2))
    assert closed.exact
    assert [line.total for line in closed.lines if line.role is Role.ROUNDING] == [2]


def test_gap_beyond_the_limit_is_named():
    books = keep_books(one_line(total=usd("100.06")), 2, Decimal("0.05"))
    assert not books.exact
    assert books.total_gap == Decimal("0.06")


def test_cent_of_tax_goes_on_the_tax_not_on_a_rounding_line():
    order = one_line(taxes=[vat("19.00")], total=usd("119.01"), tax_total=usd("19.01"))
    books = keep_books(order, 2, Decimal("0.05"))
    assert len(books.lines) == 1
    assert books.lines[0].tax == Decimal("19.01")


def test_cent_of_included_tax_moves_between_tax_and_net():
    order = one_line("119", taxes=[vat("19.00")], included=True, tax_total=usd("19.01"))
    books = keep_books(order, 2, Decimal("0.05"))
    assert books.exact
    assert (books.lines[0].untaxed, books.lines[0].payable) == (
        Decimal("99.99"),
        Decimal(119),
    )


def test_tax_total_that_contradicts_beyond_the_limit_is_named():
    order = one_line(taxes=[vat("19.00")], tax_total=usd("25.00"))
    assert keep_books(order, 2, Decimal("0.05")).tax_gap == Decimal("6.00")


def test_amounts_that_were_converted_one_by_one_may_differ_by_their_halves():
    """7 * 0.005 of the price, and as much for the total."""
    order = one_line("10.00", quantity=7, total=usd("70.04"), converted=True)
    books = keep_books(order, 2, Decimal(0))
    assert books.exact
    assert [(x.role, x.total) for x in books.lines[1:]] == [
        (Role.ROUNDING, Decimal("0.04"))
    ]
    assert not keep_books(replace(order, converted=False), 2, Decimal(0)).exact
    beyond = replace(order, total=usd("70.05"))
    assert keep_books(beyond, 2, Decimal(0)).total_gap == Decimal("0.05")


def test_taxes_that_were_converted_one_by_one_stay_the_stated_sum():
    taxes = [vat("10.00"), vat("2.00", "0.02", "City"), vat("1.00", "0.01", "Town")]
    order = one_line(
        taxes=taxes, total=usd("113.02"), tax_total=usd("13.02"), converted=True
    )
    books = keep_books(order, 2, Decimal(0))
    assert books.exact
    assert [line.tax for line in books.lines] == [Decimal("13.02")]


# --- payments -------------------------------------------------------------------------


def payment(
    key, amount, kind=PaymentKind.SALE, status=PaymentStatus.SUCCESS, minutes=0
):
    return Payment(
        external_id=key,
        gateway="till",
        kind=kind,
        status=status,
        amount=usd(amount),
        created_at=BORN + timedelta(minutes=minutes),
    )


def test_only_money_that_moved_is_booked():
    order = one_line(
        payments=(
            payment("a", "10", kind=PaymentKind.AUTHORIZATION),
            payment("b", "10", kind=PaymentKind.CAPTURE, minutes=2),
            payment("c", "10", status=PaymentStatus.PENDING),
            payment("d", "10", status=PaymentStatus.FAILURE),
            payment("e", "5", minutes=1),
            payment("f", "5", kind=PaymentKind.VOID),
            payment("g", "5", kind=PaymentKind.REFUND),
        )
    )
    assert [(r.key, r.amount) for r in receipts(order)] == [("e", 5), ("b", 10)]


def test_change_is_taken_off():
    order = one_line(
        payments=(payment("a", "120"), payment("b", "20", kind=PaymentKind.CHANGE))
    )
    assert [(r.key, r.amount) for r in receipts(order)] == [("a", 100)]


def test_payments_in_a_coarser_currency_add_up():
    parts = [payment(f"p{n}", "530.33", minutes=n) for n in range(3)]
    order = one_line(payments=(*parts, payment("cent", "0.01", minutes=4)))
    assert [(r.key, r.amount) for r in bookable(receipts(order), 0, {})] == [
        ("p0", 530),
        ("p1", 531),
        ("p2", 530),
    ]
    assert bookable(receipts(order), 2, {}) == receipts(order)


def test_a_payment_that_succeeds_after_a_later_one_was_booked():
    early, late = payment("a", "10.40"), payment("b", "10.40", minutes=5)
    order = one_line(payments=(early, late))
    (rest,) = bookable(receipts(order), 0, {"b": Decimal(10)})
    assert (rest.key, rest.amount) == ("a", 11)
    assert not bookable(receipts(order), 0, {"a": Decimal(11), "b": Decimal(10)})


# --- revisions ------------------------------------------------------------------------


def test_same_state_and_reordered_parts_change_nothing():
    taxes = [vat("19"), vat("5", rate="0.05", title="City")]
    discounts = [
        Discount(title="A", amount=usd("1")),
        Discount(title="B", amount=usd("2")),
    ]
    order = one_line(taxes=taxes, discounts=discounts)
    line = order.lines[0]
    other = replace(line, taxes=line.taxes[::-1], discounts=line.discounts[::-1])
    revision = compare(order, replace(order, lines=(other,)))
    assert not revision.cancelled
    assert not revision.paid
    assert not revision.refunds


def test_cancelled_later():
    order = one_line()
    line = replace(order.lines[0], cancelled=1)
    revision = compare(order, replace(order, state=OrderState.CANCELLED, lines=(line,)))
    assert revision.cancelled


def test_paid_later():
    order = one_line(payments=(), payment_state=PaymentState.AUTHORIZED)
    later = replace(
        order, payments=(payment("a", "100"),), payment_state=PaymentState.PAID
    )
    assert compare(order, later).paid


def test_refund_is_no_edit():
    order = one_line(quantity=2)
    refund = Refund(external_id="r1", created_at=BORN, total=usd("10"))
    line = replace(order.lines[0], cancelled=1, refunded=1)
    revision = compare(order, replace(order, lines=(line,), refunds=(refund,)))
    assert revision.refunds == ("r1",)


def test_empty_refund_of_an_edit_is_an_edit():
    order = one_line(quantity=2)
    refund = Refund(external_id="r1", created_at=BORN, total=usd("0"))
    line = replace(order.lines[0], cancelled=1)
    edited = replace(order, lines=(line,), refunds=(refund,), edited=True)
    revision = compare(order, edited)
    assert not revision.refunds


def test_cancelling_may_leave_an_empty_refund_behind():
    order = one_line(quantity=2)
    refund = Refund(external_id="r1", created_at=BORN, total=usd("0"))
    line = replace(order.lines[0], cancelled=2)
    gone = replace(order, state=OrderState.CANCELLED, lines=(line,))
    assert compare(order, replace(gone, refunds=(refund,))).refunds == ()
    paid_back = replace(refund, total=usd("10"))
    assert compare(order, replace(gone, refunds=(paid_back,))).refunds == ("r1",)
