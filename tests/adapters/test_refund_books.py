"""Credit lines give back what refunds say, and all refunds together what was
charged."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from odoo.addons.channel_base.adapter.canonical import (
    LineKind,
    Money,
    Payment,
    PaymentKind,
    PaymentStatus,
    Refund,
    RefundAdjustment,
    RefundDuty,
    RefundLine,
    RefundShipping,
    ShippingLine,
    Tax,
)
from odoo.addons.channel_base.books.lines import Role, TaxKey, book_lines
from odoo.addons.channel_base.books.money import part, rounded
from odoo.addons.channel_base.books.refund import credit_lines, paid_back, worth
from odoo.addons.channel_base.tests.order_factory import BORN, DIGITS

from .book_orders import make, one_line, usd, vat

CENT = Decimal("0.01")


# --- refunds as a marketplace makes them ----------------------------------------------


class Returns:
    """Gives an order back in random parts, each thing worth its growing share.

    :param own: the tax of every part is rounded by itself, not as a growing share.
    """

    def __init__(self, draw, order, own=False):
        self.draw, self.order, self.own = draw, order, own
        self.digits = DIGITS[order.total.currency]
        self.done = {}

    def refunds(self):
        """Random refunds of some things, then one of all that is left."""
        some = [self._refund(number) for number in range(self.draw.randint(0, 4))]
        refunds = [*some, self._refund(len(some), everything=True)]
        self.draw.shuffle(refunds)
        return tuple(refunds)

    def _refund(self, number, everything=False):
        lines, shipping, duties = [], [], []
        for line in self.order.lines:
            left = line.quantity - self.done.get(line.external_id, 0)
            units = left if everything else self.draw.randint(0, left)
            if units and line.kind is LineKind.DUTY:
                amount, _tax = self._share(line, line.quantity, units)
                duties.append(RefundDuty(line=line.external_id, amount=amount))
            elif units:
                amount, tax = self._share(line, line.quantity, units)
                values = {"quantity": units, "restock": True}
                lines.append(self._part(RefundLine, line, amount, tax, **values))
        for line in self.order.shipping:
            left = 10 - self.done.get(line.external_id, 0)
            tenths = left if everything else self.draw.randint(0, left)
            if tenths:
                amount, tax = self._share(line, 10, tenths)
                shipping.append(self._part(RefundShipping, line, amount, tax))
        refund = Refund(
            external_id=f"r{number}",
            created_at=BORN + timedelta(days=number // 2),  # some at the same moment
            total=self._money(Decimal(0)),
            lines=tuple(lines),
            shipping=tuple(shipping),
            duties=tuple(duties),
            adjustments=self._adjustments(),
        )
        return paid(self.order, refund)

    def _part(self, cls, line, amount, tax, **values):
        return cls(line=line.external_id, amount=amount, tax=tax, **values)

    def _share(self, line, whole, units):
        done = self.done.get(line.external_id, 0)
        self.done[line.external_id] = done + units
        tax = sum((t.amount.amount for t in line.taxes), Decimal(0))

        def grown(total):
            before = part(total, done, whole, self.digits)
            return part(total, done + units, whole, self.digits) - before

        back = part(tax, units, whole, self.digits) if self.own else grown(tax)
        return self._money(grown(net(line))), self._money(back)

    def _adjustments(self):
        def amount():
            return self._money(
                Decimal(self.draw.randint(-500, 500)).scaleb(-self.digits)
            )

        if self.draw.random() < 0.6:
            return ()
        return (RefundAdjustment(reason="restock", amount=amount(), tax=amount()),)

    def _money(self, amount):
        return Money(rounded(amount, self.digits), self.order.total.currency)


def net(line):
    if isinstance(line, ShippingLine):
        gross = line.price.amount
    else:
        gross = line.unit_price.amount * line.quantity
    return gross - sum(d.amount.amount for d in line.discounts)


def paid(order, refund):
    """The refund with the payments that the marketplace's identity asks for."""
    things = [*refund.lines, *refund.shipping]
    total = sum((x.amount.amount for x in [*things, *refund.duties]), Decimal(0))
    total -= sum(x.amount.amount for x in refund.adjustments)
    if not order.tax_included:
        total += sum(x.tax.amount for x in things)
        total -= sum(x.tax.amount for x in refund.adjustments)
    money = Money(total, order.total.currency)
    return replace(refund, total=money, payments=(payback(money),))


def payback(money, status=PaymentStatus.SUCCESS):
    return Payment(
        external_id="p",
        gateway="cards",
        kind=PaymentKind.REFUND,
        status=status,
        amount=money,
        created_at=BORN,
    )


def any_order(seed, draw):
    """An order of any shape, now and then with duties and taxes that the marketplace
    pays itself."""
    order = make(seed)
    lines = order.lines
    if draw.random() < 0.3:
        unit = Decimal(1).scaleb(-DIGITS[order.total.currency])
        duty = Money(unit * draw.randint(1, 5000), order.total.currency)
        more = {"kind": LineKind.DUTY, "quantity": 1, "unit_price": duty}
        more |= {"taxes": (), "discounts": ()}
        lines += (replace(lines[0], external_id="duty:1", title="Duty", **more),)
    if draw.random() < 0.3:
        lines = tuple(
            replace(x, taxes=tuple(replace(t, remitted=True) for t in x.taxes))
            for x in lines
        )
    return replace(order, lines=lines)


def by_key(lines):
    sums = {}
    for line in lines:
        for key, amount in line.taxes.items():
            sums[line.source, key] = sums.get((line.source, key), Decimal(0)) + amount
    return {key: amount for key, amount in sums.items() if amount}


# --- any refunds of any order ---------------------------------------------------------


@settings(max_examples=600, deadline=None)
@given(seed=st.integers(0, 2**64), own=st.booleans())
def test_any_refunds_are_exact_and_all_of_them_give_everything_back(seed, own):
    draw = random.Random(seed)
    order = any_order(seed, draw)
    digits = DIGITS[order.total.currency]
    order = replace(order, refunds=Returns(draw, order, own).refunds())
    back = []
    for refund in order.refunds:
        lines = credit_lines(order, refund, digits)
        assert worth(order, refund, digits) == paid_back(refund) == refund.total.amount
        for line in lines:
            assert line.quantity > 0
            assert line.included == order.tax_included
            assert rounded(line.unit_price * line.quantity, digits) == line.total
            assert all(rounded(tax, digits) == tax for tax in line.taxes.values())
        back += [line for line in lines if line.role is not Role.ADJUSTMENT]
    sold = book_lines(order, digits)
    assert by_key(back) == by_key(sold)
    if not own:
        assert all(tax >= 0 for line in back for tax in line.taxes.values())
        assert all(line.total >= 0 for line in back)
        payable = sum((line.payable for line in sold), Decimal(0))
        assert sum((line.payable for line in back), Decimal(0)) == payable


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**64))
def test_a_later_refund_changes_no_credit_note_before_it(seed):
    draw = random.Random(seed)
    order = any_order(seed, draw)
    digits = DIGITS[order.total.currency]
    refunds = sorted(
        Returns(draw, order).refunds(), key=lambda r: (r.created_at, r.external_id)
    )
    everything = replace(order, refunds=tuple(refunds))
    for number, refund in enumerate(refunds):
        so_far = replace(order, refunds=tuple(refunds[: number + 1]))
        first = credit_lines(so_far, refund, digits)
        assert first == credit_lines(everything, refund, digits)


# --- lines ----------------------------------------------------------------------------


def units(order, number, quantity, amount, tax, **more):
    """A refund of some units of an order's first line."""
    line = RefundLine(
        line=order.lines[0].external_id,
        quantity=quantity,
        restock=True,
        amount=usd(amount),
        tax=usd(tax),
    )
    created_at = BORN + timedelta(days=number)
    values = {"lines": (line,), "total": usd(0), "created_at": created_at, **more}
    return Refund(external_id=f"r{number}", **values)


def bare(**values):
    return Refund(external_id="r1", created_at=BORN, total=usd(0), **values)


def test_a_unit_goes_back_at_its_discounted_price_with_its_taxes():
    order = one_line("10.00", 3, [vat("1.00", title="A"), vat("0.50", title="B")])
    refund = units(order, 1, 1, "10.00", "0.50")
    (line,) = credit_lines(order, refund, 2)
    assert (line.role, line.source) == (Role.PRODUCT, order.lines[0].external_id)
    assert line.name == book_lines(order, 2)[0].name
    assert (line.quantity, line.unit_price, line.total) == (1, 10, 10)
    assert {key.title: tax for key, tax in line.taxes.items()} == {
        "A": Decimal("0.33"),
        "B": Decimal("0.17"),
    }
    assert worth(order, refund, 2) == Decimal("10.50")


@pytest.mark.parametrize("included", [True, False])
def test_tax_of_single_units_adds_up_to_what_was_charged(included):
    """Three times a third of two equal taxes of one cent."""
    taxes = [vat("0.01", "0.09", title="CGST"), vat("0.01", "0.09", title="SGST")]
    order = one_line("0.10", 3, taxes, included=included)
    parts = ["0.01", "0.00", "0.01"]
    refunds = tuple(units(order, n, 1, "0.10", tax) for n, tax in enumerate(parts))
    order = replace(order, refunds=refunds)
    back = [line for r in refunds for line in credit_lines(order, r, 2)]
    assert sorted(tax for line in back for tax in line.taxes.values() if tax) == [
        CENT,
        CENT,
    ]
    assert len(by_key(back)) == 2
    assert [line.payable for line in back] == [
        Decimal("0.10") + (0 if included else Decimal(tax)) for tax in parts
    ]


@pytest.mark.parametrize("included", [True, False])
def test_tax_that_is_rounded_for_every_refund_by_itself(included):
    """3 x 0.33 for 1.00: the last unit takes the cent, what is paid back stays."""
    order = one_line("10.00", 3, [vat("1.00")], included=included)
    refunds = tuple(units(order, n, 1, "10.00", "0.33") for n in range(3))
    order = replace(order, refunds=refunds)
    back = [credit_lines(order, refund, 2)[0] for refund in refunds]
    assert [str(line.tax) for line in back] == ["0.33", "0.33", "0.34"]
    paid_for_one = Decimal("10.00") if included else Decimal("10.33")
    assert {line.payable for line in back} == {paid_for_one}


def test_no_tax_is_given_back_beyond_what_was_charged():
    """A cent of two equal taxes with every unit is not always of the first one."""
    taxes = [vat("0.02", "0.09", title=title) for title in ("CGST", "SGST")]
    order = one_line("0.10", 4, taxes)
    refunds = tuple(units(order, n, 1, "0.10", "0.01") for n in range(4))
    order = replace(order, refunds=refunds)
    back = [credit_lines(order, refund, 2)[0] for refund in refunds]
    assert [sorted(line.taxes.values()) for line in back] == [[0, CENT]] * 4
    assert set(by_key(back).values()) == {Decimal("0.02")}


@pytest.mark.parametrize("taxes", [["1.00", "0.01"], ["0.01"]])
def test_a_refund_that_failed_and_was_repeated_gives_the_same_taxes_back(taxes):
    charged = [vat(tax, title=f"Tax {n}") for n, tax in enumerate(taxes)]
    order = one_line("10.00", 1, charged)
    tax = sum(map(Decimal, taxes))
    refunds = tuple(units(order, n, 1, "10.00", tax) for n in range(2))
    order = replace(order, refunds=refunds)
    first, second = (credit_lines(order, refund, 2) for refund in refunds)
    assert first == second
    assert first[0].tax == tax


def test_a_tax_that_the_marketplace_pays_itself_stays_so():
    order = one_line(taxes=[vat("7.25", "0.0725", remitted=True)])
    (line,) = credit_lines(order, units(order, 1, 1, "100", "7.25"), 2)
    assert line.taxes == {
        TaxKey("VAT", Decimal("0.0725"), remitted=True): Decimal("7.25")
    }


def test_a_tax_of_nothing_is_still_told():
    """Exports bear a tax of 0 %, which reports ask for."""
    order = one_line(taxes=[vat("0.00", "0")])
    (line,) = credit_lines(order, units(order, 1, 1, "100", "0"), 2)
    assert line.taxes == {TaxKey("VAT", Decimal(0), remitted=False): 0}


def test_a_given_away_unit_goes_back_for_nothing():
    order = one_line("0.00", 2, [vat("0.00")])
    (line,) = credit_lines(order, units(order, 1, 1, "0", "0"), 2)
    assert (line.quantity, line.total, line.tax) == (1, 0, 0)


def test_tax_of_other_lines_told_with_one_line_goes_to_its_taxes():
    order = one_line(taxes=[vat("10.00", title="A"), vat("5.00", title="B")])
    refund = units(order, 1, 1, "100", "30.00")
    (line,) = credit_lines(order, refund, 2)
    assert sorted(line.taxes.values()) == [10, 20]
    assert worth(order, refund, 2) == 130


@pytest.mark.parametrize("taxed_delivery", [True, False])
def test_tax_of_a_line_that_was_charged_none(taxed_delivery):
    """It is some tax of the order; where there is none, the price is higher."""
    order = one_line(taxes=[])
    freight = ShippingLine(
        external_id="s",
        title="DHL",
        price=usd("5"),
        taxes=(vat("0.95"),) if taxed_delivery else (),
    )
    order = replace(order, shipping=(freight,))
    refund = units(order, 1, 1, "100", "2.00")
    (line,) = credit_lines(order, refund, 2)
    assert line.tax == (2 if taxed_delivery else 0)
    assert line.payable == worth(order, refund, 2) == 102


def test_a_line_that_the_order_does_not_have():
    order = one_line()
    gone = replace(units(order, 1, 1, "1", "0").lines[0], line="4711")
    with pytest.raises(LookupError) as caught:
        credit_lines(order, bare(lines=(gone,)), 2)
    assert caught.value.args == ("4711",)


def test_a_strange_refund_before_does_no_harm():
    order = one_line("10.00", 2, [vat("2.00")])
    gone = replace(units(order, 1, 1, "1", "0").lines[0], line="4711")
    refund = units(order, 2, 1, "10.00", "1.00")
    order = replace(order, refunds=(bare(lines=(gone,)), refund))
    assert worth(order, refund, 2) == 11


def test_amounts_finer_than_the_currency_add_up():
    order = one_line("1", 3)
    refunds = tuple(units(order, n, 1, "0.5", "0") for n in range(3))
    order = replace(order, refunds=refunds)
    back = [credit_lines(order, refund, 0)[0].total for refund in refunds]
    assert back == [1, 0, 1]


# --- delivery, duties, adjustments ----------------------------------------------------


def with_delivery(**values):
    lines = tuple(
        ShippingLine(
            external_id=f"s{number}", title=title, price=usd("5.00"), taxes=(tax,)
        )
        for number, (title, tax) in enumerate(
            [("DHL", vat("0.95")), ("Express", vat("0.35", "0.07"))]
        )
    )
    return replace(one_line(**values), shipping=lines)


def test_delivery_is_given_back_as_the_orders_own_line():
    order = with_delivery()
    back = RefundShipping(line="s1", amount=usd("2.50"), tax=usd("0.18"))
    (line,) = credit_lines(order, bare(shipping=(back,)), 2)
    assert (line.role, line.source, line.name) == (Role.SHIPPING, "s1", "Express")
    assert line.payable == Decimal("2.68")
    assert [key.rate for key in line.taxes] == [Decimal("0.07")]


@pytest.mark.parametrize("name", ["", "gone"])
def test_unknown_delivery_bears_the_taxes_of_all_delivery(name):
    order = with_delivery(taxes=[vat("9.00", title="Other")])
    back = RefundShipping(line=name, amount=usd("10.00"), tax=usd("1.30"))
    (line,) = credit_lines(order, bare(shipping=(back,)), 2)
    assert (line.role, line.source, line.name) == (Role.SHIPPING, "", "")
    assert list(line.taxes.values()) == [Decimal("0.95"), Decimal("0.35")]


def with_duty(included, taxes):
    order = one_line(included=included)
    duty = replace(
        order.lines[0],
        external_id="duty:1",
        kind=LineKind.DUTY,
        title="Duty",
        unit_price=usd("12.00"),
        taxes=taxes,
    )
    return replace(order, lines=(*order.lines, duty))


@pytest.mark.parametrize(("included", "taxes"), [(True, ["1.00", "1.00"]), (False, [])])
def test_duties_hold_their_tax_where_prices_do(included, taxes):
    order = with_duty(included, (vat("2.00", "0.2"),))
    back = RefundDuty(line="duty:1", amount=usd("6.00"))
    lines = credit_lines(order, bare(duties=(back, back)), 2)
    assert [(x.role, x.source, x.name) for x in lines] == [
        (Role.DUTY, "duty:1", "Duty")
    ] * 2
    assert [line.payable for line in lines] == [6, 6]
    assert [line.tax for line in lines if line.tax] == [Decimal(t) for t in taxes]


def test_duties_given_back_twice_hold_their_tax_twice():
    order = with_duty(True, (vat("2.00", "0.2"),))
    back = RefundDuty(line="duty:1", amount=usd("12.00"))
    lines = credit_lines(order, bare(duties=(back, back)), 2)
    assert [line.tax for line in lines] == [2, 2]


def test_an_unknown_duty_is_given_back_untaxed():
    order = with_duty(True, (vat("2.00", "0.2"),))
    back = RefundDuty(line="", amount=usd("6.00"))
    (line,) = credit_lines(order, bare(duties=(back,)), 2)
    assert (line.role, line.total, line.taxes) == (Role.DUTY, 6, {})


def test_what_the_merchant_keeps_is_a_negative_line():
    """The sample of the fact sheet: 199.64 - 89.64 = 110.00."""
    order = one_line("199.64", included=True)
    kept = RefundAdjustment(reason="restock", amount=usd("89.64"), tax=usd(0))
    refund = units(order, 1, 1, "199.64", "0", adjustments=(kept,))
    _goods, line = credit_lines(order, refund, 2)
    assert (line.role, line.source, line.name) == (Role.ADJUSTMENT, "", "restock")
    assert (line.quantity, line.total) == (1, Decimal("-89.64"))
    assert line.taxes == {}
    assert worth(order, refund, 2) == 110


def test_money_without_goods_is_a_positive_line_with_its_tax():
    order = one_line(taxes=[vat("15.00", title="A"), vat("5.00", title="B")])
    given_ = RefundAdjustment(reason="", amount=usd("-10.00"), tax=usd("-2.00"))
    refund = bare(adjustments=(given_,))
    (line,) = credit_lines(order, refund, 2)
    assert (line.total, worth(order, refund, 2)) == (10, 12)
    assert {key.title: tax for key, tax in line.taxes.items()} == {
        "A": Decimal("1.50"),
        "B": Decimal("0.50"),
    }


# --- money ----------------------------------------------------------------------------


def test_only_what_succeeded_is_paid_back():
    payments = tuple(
        payback(usd(amount), status)
        for amount, status in [
            ("1", PaymentStatus.SUCCESS),
            ("2", PaymentStatus.SUCCESS),
            ("4", PaymentStatus.PENDING),
            ("8", PaymentStatus.FAILURE),
        ]
    )
    assert paid_back(bare(payments=payments)) == 3
    assert paid_back(bare(payments=payments[2:])) == 0


def test_a_refund_that_was_read_without_its_payments():
    assert paid_back(replace(bare(), total=usd("5"))) == 5


def test_a_tax_without_rate_is_given_back_like_any():
    tax = Tax(title="Tax", amount=usd("3.00"))
    order = one_line("10.00", 2, [tax])
    (line,) = credit_lines(order, units(order, 1, 1, "10", "1.50"), 2)
    assert line.taxes == {TaxKey("Tax", None, remitted=False): Decimal("1.50")}
