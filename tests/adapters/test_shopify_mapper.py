"""What the simulator does not say: null everywhere, odd tax forms, tills, fractions."""

import copy
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from odoo.addons.channel_base.adapter.canonical import (
    LineKind,
    Money,
    OrderState,
    PaymentKind,
    PaymentState,
)
from odoo.addons.channel_base.adapter.errors import ProtocolError
from odoo.addons.channel_base.adapter.totals import control_taxes, control_total
from odoo.addons.channel_shopify.adapter import mapper_catalog, mapper_order
from odoo.addons.channel_shopify.adapter.ids import digits, gid, kind
from odoo.addons.channel_shopify.adapter.mapper_common import moment
from odoo.addons.channel_shopify.adapter.mapper_tax import split

VAT = "0.2"


def bag(amount, currency="EUR"):
    return {"money": {"amount": amount, "currencyCode": currency}}


def tax(amount, rate=VAT, title="VAT", **more):
    return {"title": title, "rate": rate, "priceSet": bag(amount), **more}


def line(number, price="10.00", quantity=1, taxes=(), **more):
    return {
        "id": gid("LineItem", number),
        "name": f"Line {number}",
        "title": f"Line {number}",
        "sku": f"SKU-{number}",
        "vendor": "Acme",
        "quantity": quantity,
        "currentQuantity": quantity,
        "unfulfilledQuantity": quantity,
        "nonFulfillableQuantity": 0,
        "requiresShipping": True,
        "taxable": True,
        "isGiftCard": False,
        "variant": {"id": gid("ProductVariant", number)},
        "customAttributes": [],
        "originalUnitPriceSet": bag(price),
        "discountAllocations": [],
        "taxLines": list(taxes),
        "lineItemGroup": None,
        **more,
    }


def shipping(price="5.00", discounted=None, taxes=(), allocations=()):
    return {
        "id": gid("ShippingLine", 1),
        "title": "DHL",
        "code": None,
        "originalPriceSet": bag(price),
        "discountedPriceSet": bag(discounted or price),
        "discountAllocations": list(allocations),
        "taxLines": list(taxes),
    }


def payload(lines, total, **more):
    """An order as ``orders.py`` completes it, everything optional absent or null."""
    return {
        "id": gid("Order", 1),
        "name": "#1001",
        "createdAt": "2026-11-22T10:00:00Z",
        "processedAt": "2026-11-22T10:00:00Z",
        "updatedAt": "2026-11-22T11:00:00+01:00",
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "taxesIncluded": True,
        "totalPriceSet": {
            **bag(total),
            "shop": {"amount": total, "currencyCode": "EUR"},
        },
        "totalTaxSet": bag("0.00"),
        "lineItems": lines,
        **more,
    }


def exact(order):
    assert control_total(order) == order.total
    assert control_taxes(order) == order.tax_total
    return order


# --- null -----------------------------------------------------------------------------

OPTIONAL = [
    "sourceName",
    "tags",
    "note",
    "poNumber",
    "test",
    "edited",
    "closed",
    "cancelledAt",
    "cancelReason",
    "email",
    "phone",
    "dutiesIncluded",
    "customAttributes",
    "retailLocation",
    "customer",
    "purchasingEntity",
    "billingAddress",
    "shippingAddress",
    "totalDiscountsSet",
    "totalTaxSet",
    "totalTipReceivedSet",
    "originalTotalDutiesSet",
    "totalCashRoundingAdjustment",
    "additionalFees",
    "taxLines",
    "risk",
    "shippingLines",
    "transactions",
    "refunds",
    "fulfillments",
    "fulfillmentOrders",
    "displayFinancialStatus",
]
OPTIONAL_OF_LINE = [
    "sku",
    "vendor",
    "unfulfilledQuantity",
    "requiresShipping",
    "taxable",
    "isGiftCard",
    "variant",
    "customAttributes",
    "discountAllocations",
    "taxLines",
    "lineItemGroup",
    "duties",
]


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("absent", [True, False])
def test_anything_optional_may_be_null_or_absent(name, absent):
    given_ = payload([line(1)], "10.00")
    given_.pop(name, None)
    if not absent:
        given_[name] = None
    exact(mapper_order.order(given_))


@pytest.mark.parametrize("name", OPTIONAL_OF_LINE)
def test_anything_optional_of_a_line_may_be_null(name):
    exact(mapper_order.order(payload([line(1, **{name: None})], "10.00")))


def test_lists_with_holes():
    given_ = payload([line(1), None], "10.00", tags=None, shippingLines=[None])
    assert len(exact(mapper_order.order(given_)).lines) == 1


COMPULSORY = ["id", "name", "createdAt", "processedAt", "updatedAt", "totalPriceSet"]


@pytest.mark.parametrize("name", COMPULSORY)
def test_what_must_be_there_is_missed_by_name(name):
    given_ = payload([line(1)], "10.00")
    del given_[name]
    with pytest.raises(ProtocolError) as caught:
        mapper_order.order(given_)
    assert name in str(caught.value)


@pytest.mark.parametrize("amount", ["ten", "", None, "1,5", {}, "NaN", "Infinity"])
def test_an_amount_that_is_none(amount):
    with pytest.raises(ProtocolError, match="#1001"):
        mapper_order.order(payload([line(1, price=amount)], "10.00"))


@pytest.mark.parametrize("text", ["2026-11-22T10:00:00", "yesterday", 5])
def test_a_moment_that_is_none(text):
    with pytest.raises(ProtocolError, match="#1001"):
        mapper_order.order(payload([line(1)], "10.00", processedAt=text))


def test_an_order_dated_back():
    """Its units are taken off when it is entered."""
    given_ = payload([line(1)], "10.00", processedAt="2026-10-01T10:00:00Z")
    order = mapper_order.order(given_)
    assert order.ordered_at == moment("2026-10-01T10:00:00Z")
    assert order.placed_at == moment("2026-11-22T10:00:00Z")


def test_offsets_become_utc():
    order = mapper_order.order(payload([line(1)], "10.00"))
    assert order.updated_at.isoformat() == "2026-11-22T10:00:00+00:00"
    assert moment("2026-11-22T05:00:00-05:00").hour == 10


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("displayFinancialStatus", "X"),
        ("displayFulfillmentStatus", "X"),
        ("displayFulfillmentStatus", None),
        ("cancelReason", "X"),
        ("risk", {"recommendation": "X"}),
        ("transactions", [{"kind": "X", "status": "SUCCESS"}]),
        ("fulfillments", [{"status": "X"}]),
        ("fulfillmentOrders", [{"status": "X", "updatedAt": "2026-01-01T00:00:00Z"}]),
    ],
)
def test_unknown_values_never_default(name, value):
    with pytest.raises(ProtocolError, match="unknown value"):
        mapper_order.order(payload([line(1)], "10.00", **{name: value}))


# --- taxes ----------------------------------------------------------------------------


def settled(lines, total, order_taxes, tax_total, **more):
    return exact(
        mapper_order.order(
            payload(
                lines, total, taxLines=order_taxes, totalTaxSet=bag(tax_total), **more
            )
        )
    )


def line_taxes(order):
    return [sum((t.amount.amount for t in x.taxes), Decimal(0)) for x in order.lines]


def test_the_whole_tax_on_the_first_line_is_shared_out():
    lines = [line(1, "60.00", taxes=[tax("20.00")]), line(2, "40.00"), line(3, "20.00")]
    order = settled(lines, "120.00", [tax("20.00")], "20.00")
    assert line_taxes(order) == [Decimal("10.00"), Decimal("6.67"), Decimal("3.33")]


def test_the_whole_tax_on_the_first_line_not_included():
    lines = [line(1, "50.00", taxes=[tax("20.00")]), line(2, "50.00")]
    order = settled(lines, "120.00", [tax("20.00")], "20.00", taxesIncluded=False)
    assert line_taxes(order) == [Decimal("10.00"), Decimal("10.00")]


def test_a_tax_only_on_the_order_is_shared_out_with_shipping():
    order = settled(
        [line(1, "70.00"), line(2, "20.00")],
        "120.00",
        [tax("20.00")],
        "20.00",
        taxesIncluded=False,
        shippingLines=[shipping("10.00")],
    )
    assert line_taxes(order) == [Decimal("14.00"), Decimal("4.00")]
    assert order.shipping[0].taxes[0].amount.amount == Decimal("2.00")


def test_untaxed_shipping_bears_no_shared_tax():
    order = settled(
        [line(1, "50.00"), line(2, "50.00")],
        "130.00",
        [tax("20.00")],
        "20.00",
        taxesIncluded=False,
        shippingLines=[shipping("10.00")],
    )
    assert line_taxes(order) == [Decimal("10.00"), Decimal("10.00")]
    assert order.shipping[0].taxes == ()


def test_lines_that_bear_no_tax_get_none():
    lines = [
        line(1, "50.00"),
        line(2, "50.00", taxable=False),
        line(3, "50.00", isGiftCard=True),
        line(4, "50.00"),
    ]
    order = settled(lines, "220.00", [tax("20.00")], "20.00", taxesIncluded=False)
    assert line_taxes(order) == [10, 0, 0, 10]


def test_several_taxes_are_shared_out_each_for_itself():
    taxes = [tax("3.00", "0.06", "State"), tax("0.50", "0.01", "City")]
    lines = [line(1, "30.00"), line(2, "20.00")]
    order = settled(lines, "53.50", taxes, "3.50", taxesIncluded=False)
    assert [t.title for t in order.lines[0].taxes] == ["State", "City"]
    assert line_taxes(order) == [Decimal("2.10"), Decimal("1.40")]


@pytest.mark.parametrize("cent", ["-0.01", "0.01"])
@pytest.mark.parametrize("included", [True, False])
def test_a_cent_between_lines_and_order_does_not_mix_the_rates(cent, included):
    lines = [
        line(1, "60.15", taxes=[tax("10.02")]),
        line(2, "60.15", taxes=[tax("10.03")]),
        line(3, "107.00", taxes=[tax("7.00", "0.07", "Reduced")]),
    ]
    stated = Decimal("20.05") + Decimal(cent)
    total = Decimal("227.30") + (0 if included else stated + 7)
    order = settled(
        lines,
        str(total),
        [tax(str(stated)), tax("7.00", "0.07", "Reduced")],
        str(stated + 7),
        taxesIncluded=included,
    )
    assert line_taxes(order) == [
        10 + Decimal("0.02"),
        10 + Decimal("0.03") + Decimal(cent),
        7,
    ]
    assert [[t.title for t in x.taxes] for x in order.lines] == [
        ["VAT"],
        ["VAT"],
        ["Reduced"],
    ]


def test_cents_that_make_up_for_each_other_are_the_orders():
    lines = [
        line(1, "10.00", taxes=[tax("1.00", "0.1", "A"), tax("0.50", "0.05", "B")])
    ]
    stated = [tax("1.01", "0.1", "A"), tax("0.49", "0.05", "B")]
    order = settled(lines, "11.50", stated, "1.50", taxesIncluded=False)
    amounts = [str(t.amount.amount) for t in order.lines[0].taxes]
    assert amounts == ["1.01", "0.49"]


def test_taxes_that_the_order_did_not_charge_are_none():
    lines = [line(1, "10.00", taxes=[tax("2.00")])]
    order = settled(lines, "10.00", [], "0.00", taxesIncluded=False)
    assert order.lines[0].taxes == ()


def test_one_taxed_line_among_untaxed_ones_is_left_alone():
    lines = [line(1, "60.00", taxes=[tax("10.00")]), line(2, "40.00")]
    order = settled(lines, "100.00", [tax("10.00")], "10.00")
    assert line_taxes(order) == [Decimal("10.00"), Decimal(0)]


def test_taxes_that_cannot_be_explained_are_left_for_the_control():
    given_ = payload(
        [line(1)], "10.00", taxLines=[tax("1.00")], totalTaxSet=bag("2.00")
    )
    order = mapper_order.order(given_)
    assert control_taxes(order).amount == 0
    assert order.tax_total.amount == 2


def test_a_rate_of_zero_is_a_tax_but_a_rate_that_charged_nothing_is_none():
    lines = [line(1, taxes=[tax("0.00", "0.0", "Export"), tax("0.00")])]
    order = exact(mapper_order.order(payload(lines, "10.00")))
    assert [t.title for t in order.lines[0].taxes] == ["Export"]


def test_a_tax_without_rate():
    lines = [line(1, taxes=[tax("1.00", None)])]
    order = settled(lines, "10.00", [tax("1.00", None)], "1.00")
    assert order.lines[0].taxes[0].rate is None


CENTS = st.integers(100, 10**6).map(lambda cents: Decimal(cents).scaleb(-2))


@given(
    own=CENTS,
    others=st.lists(CENTS, max_size=3),
    freight=CENTS,
    levy=st.integers(1, 10**6).map(lambda cents: Decimal(cents).scaleb(-2)),
    levy_rate=st.sampled_from([None, "0.0"]),
    included=st.booleans(),
)
def test_a_flat_levy_does_not_spread_the_tax_of_its_line(
    own, others, freight, levy, levy_rate, included
):
    base = own / (1 + Decimal(VAT)) if included else own
    vat = (base * Decimal(VAT)).quantize(Decimal("0.01"))
    taxes = [tax(str(vat)), tax(str(levy), levy_rate, "Levy")]
    lines = [line(1, str(own), taxes=taxes)]
    lines += [line(2 + index, str(other)) for index, other in enumerate(others)]
    total = own + sum(others) + freight + (0 if included else vat + levy)
    order = settled(
        lines,
        str(total),
        taxes,
        str(vat + levy),
        taxesIncluded=included,
        shippingLines=[shipping(str(freight))],
    )
    assert line_taxes(order) == [vat + levy, *(0 for _other in others)]
    assert order.shipping[0].taxes == ()


CURRENCIES = st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)])


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(sum),
    st.integers(-(10**9), 10**9),
    CURRENCIES,
)
def test_shares_add_up_and_are_payable(weights, units, currency):
    code, decimals = currency
    total = Money(Decimal(units).scaleb(-decimals), code)
    parts = split(total, [Decimal(weight) for weight in weights])
    assert sum(part.amount for part in parts) == total.amount
    for part, weight in zip(parts, weights, strict=True):
        assert part.amount == round(part.amount, decimals)
        fair = total.amount * weight / sum(weights)
        assert abs(part.amount - fair) < Decimal(1).scaleb(-decimals)
        assert weight or not part.amount


# --- delivery, tips, tills ------------------------------------------------------------


def allocation(amount, **application):
    return {"allocatedAmountSet": bag(amount), "discountApplication": application}


def test_a_shipping_discount_without_allocation_still_counts():
    given_ = payload([line(1)], "12.00", shippingLines=[shipping("5.00", "2.00")])
    order = exact(mapper_order.order(given_))
    assert [d.amount.amount for d in order.shipping[0].discounts] == [3]


def test_allocations_of_shipping_keep_their_names():
    part = allocation("3.00", code="FREE")
    lines = [shipping("5.00", "2.00", allocations=[part])]
    order = exact(mapper_order.order(payload([line(1)], "12.00", shippingLines=lines)))
    assert [d.code for d in order.shipping[0].discounts] == ["FREE"]


def test_several_tips_are_all_tips():
    tips = [
        line(n, "1.00", variant=None, sku=None, vendor=None, requiresShipping=False)
        for n in (2, 3)
    ]
    given_ = payload([line(1), *tips], "12.00", totalTipReceivedSet=bag("2.00"))
    order = exact(mapper_order.order(given_))
    kinds = [x.kind for x in order.lines]
    assert kinds == [LineKind.PRODUCT, LineKind.TIP, LineKind.TIP]


def test_one_custom_line_of_the_tips_amount_is_the_tip():
    customs = [
        line(n, price, variant=None, sku=None, vendor=None, requiresShipping=False)
        for n, price in ((2, "5.00"), (3, "2.00"))
    ]
    given_ = payload([line(1), *customs], "17.00", totalTipReceivedSet=bag("2.00"))
    kinds = [x.kind for x in exact(mapper_order.order(given_)).lines]
    assert kinds == [LineKind.PRODUCT, LineKind.CUSTOM, LineKind.TIP]


def transaction(amount, rounding=None, **more):
    return {
        "id": gid("OrderTransaction", 1),
        "kind": "SALE",
        "status": "SUCCESS",
        "gateway": "cash",
        "createdAt": "2026-11-22T10:00:00Z",
        "amountSet": bag(amount),
        "amountRoundingSet": bag(rounding) if rounding else None,
        **more,
    }


@pytest.mark.parametrize(
    ("total", "transactions"),
    [
        ("10.02", [transaction("10.02", "-0.02")]),
        ("10.02", [transaction("10.00", "-0.02")]),
        ("10.00", [transaction("10.00", "-0.02")]),
    ],
)
def test_cash_rounding_however_it_is_stated(total, transactions):
    given_ = payload(
        [line(1, "10.02")],
        total,
        totalCashRoundingAdjustment={"paymentSet": bag("-0.02")},
        transactions=transactions,
    )
    order = exact(mapper_order.order(given_))
    assert order.total.amount == Decimal("10.00")
    assert order.payments[0].amount == order.total
    (rounding,) = [x for x in order.lines if x.kind is LineKind.ROUNDING]
    assert rounding.unit_price.amount == Decimal("-0.02")


def test_no_cash_rounding_no_line():
    given_ = payload(
        [line(1)], "10.00", totalCashRoundingAdjustment={"paymentSet": bag("0.00")}
    )
    assert len(exact(mapper_order.order(given_)).lines) == 1


def test_change_given_back_is_a_movement_of_its_own():
    parts = [transaction("20.00"), transaction("10.00", kind="CHANGE")]
    order = mapper_order.order(payload([line(1)], "10.00", transactions=parts))
    assert [p.kind for p in order.payments] == [PaymentKind.SALE, PaymentKind.CHANGE]


@pytest.mark.parametrize("name", [None, ""])
def test_a_gateway_without_name_is_called_so(name):
    """Journals and mappings are named after it."""
    parts = [transaction("10.00", gateway=name)]
    order = mapper_order.order(payload([line(1)], "10.00", transactions=parts))
    assert [p.gateway for p in order.payments] == ["unknown gateway"]


def test_a_proposed_refund_is_no_movement():
    parts = [transaction("10.00", kind="SUGGESTED_REFUND")]
    order = mapper_order.order(payload([line(1)], "10.00", transactions=parts))
    assert order.payments == ()


def test_duties_only_as_a_total():
    given_ = payload([line(1)], "13.00", originalTotalDutiesSet=bag("3.00"))
    order = exact(mapper_order.order(given_))
    assert order.lines[1].kind is LineKind.DUTY


def test_duties_that_prices_include_are_no_lines():
    given_ = payload(
        [line(1)], "10.00", originalTotalDutiesSet=bag("3.00"), dutiesIncluded=True
    )
    assert len(exact(mapper_order.order(given_)).lines) == 1


# --- quantities -----------------------------------------------------------------------


def fulfilment(*units, status="SUCCESS"):
    return {
        "id": gid("Fulfillment", 1),
        "status": status,
        "fulfillmentLineItems": [
            {"quantity": n, "lineItem": {"id": gid("LineItem", 1)}} for n in units
        ],
    }


@pytest.mark.parametrize(
    ("quantity", "current", "open_", "fulfilled", "expected"),
    [
        (3, 3, 3, 0, (0, 0, 0)),
        (3, 3, 0, 3, (0, 0, 3)),
        (3, 1, 1, 0, (2, 0, 0)),
        (3, 2, 0, 3, (0, 1, 3)),
        (3, 1, 0, 2, (1, 1, 2)),  # one shipped and returned, one never shipped
        (3, 2, 1, 2, (0, 1, 2)),
        (3, 0, 3, 0, (3, 0, 0)),  # the open units were not brought up to date
        (2, 2, 0, 0, (0, 0, 0)),  # nothing to ship: a download
        (2, 1, 0, 0, (1, 0, 0)),
    ],
)
def test_what_became_of_the_units(quantity, current, open_, fulfilled, expected):
    item = line(
        1, quantity=quantity, currentQuantity=current, unfulfilledQuantity=open_
    )
    parts = [fulfilment(fulfilled), fulfilment(5, status="CANCELLED")]
    given_ = payload([item], str(10 * quantity), fulfillments=parts)
    found = exact(mapper_order.order(given_)).lines[0]
    assert (found.cancelled, found.refunded, found.fulfilled) == expected
    assert found.quantity - found.cancelled - found.refunded == current


def test_a_closed_order_and_an_order_without_payment_state():
    order = mapper_order.order(
        payload([line(1)], "10.00", closed=True, displayFinancialStatus=None)
    )
    assert order.state is OrderState.CLOSED
    assert order.payment_state is PaymentState.PENDING


def test_nothing_to_ship_counts_as_shipped():
    order = mapper_order.order(
        payload([line(1)], "10.00", displayFulfillmentStatus="FULFILLMENT_NOT_REQUIRED")
    )
    assert order.fulfilment_state.value == "fulfilled"


def part(number, status, place, remaining, **more):
    return {
        "id": gid("FulfillmentOrder", number),
        "status": status,
        "updatedAt": "2026-11-22T12:00:00Z",
        "assignedLocation": {"location": {"id": gid("Location", place)}},
        "lineItems": [
            {"remainingQuantity": remaining, "lineItem": {"id": gid("LineItem", 1)}}
        ],
        **more,
    }


def test_the_place_is_that_of_the_open_part_with_most_units():
    parts = [
        part(1, "CLOSED", 10, 9),
        part(2, "OPEN", 20, 1),
        part(3, "IN_PROGRESS", 30, 2),
        part(4, "CANCELLED", 40, 0),
    ]
    order = mapper_order.order(
        payload([line(1, quantity=3)], "30.00", fulfillmentOrders=parts)
    )
    assert order.lines[0].location == "30"
    assert order.updated_at.hour == 12  # a moved part does not touch the order


def test_a_till_sale_is_shipped_by_the_till():
    order = mapper_order.order(
        payload([line(1)], "10.00", retailLocation={"id": gid("Location", 7)})
    )
    assert order.lines[0].location == "7"


def test_holds_are_told_once_each():
    holds = [{"reason": "OTHER", "reasonNotes": None}]
    parts = [
        part(1, "ON_HOLD", 1, 1, fulfillmentHolds=holds),
        part(2, "ON_HOLD", 1, 1, fulfillmentHolds=holds),
        part(3, "ON_HOLD", 1, 1, fulfillmentHolds=None),
        part(4, "SCHEDULED", 1, 1),
    ]
    order = mapper_order.order(payload([line(1)], "10.00", fulfillmentOrders=parts))
    assert [hold.code for hold in order.holds] == ["OTHER", "ON_HOLD", "SCHEDULED"]


def test_the_payload_is_not_changed():
    given_ = payload([line(1, taxes=[tax("1.00")])], "10.00", totalTaxSet=bag("1.00"))
    before = copy.deepcopy(given_)
    mapper_order.order(given_)
    assert given_ == before


# --- ids and catalogue ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("gid://shopify/Order/12", "12"),
        ("gid://shopify/InventoryLevel/5?inventory_item_id=9", "5"),
        ("gid://shopify/MailingAddress/7?model_name=Address", "7"),
        ("12", "12"),
        ("", ""),
        (None, ""),
    ],
)
def test_digits_of_ids(value, expected):
    assert digits(value) == expected


def test_ids_have_a_kind():
    assert kind(gid("Order", 12)) == "Order"
    assert kind("12") == ""


def variant(**more):
    return {
        "id": gid("ProductVariant", 1),
        "title": "Red / S",
        "price": "19.90",
        "product": {"id": gid("Product", 2), "title": "Tee", "status": "ACTIVE"},
        "inventoryItem": {"id": gid("InventoryItem", 3), "tracked": True},
        **more,
    }


def test_a_variant_is_a_listing():
    listing = mapper_catalog.listing(variant(), "EUR")
    assert (listing.external_id, listing.product, listing.stock_key) == ("1", "2", "3")
    assert listing.title == "Tee - Red / S"
    assert listing.price == Money(Decimal("19.90"), "EUR")
    assert (listing.sku, listing.barcode) == ("", "")


def test_the_only_variant_has_the_products_title():
    listing = mapper_catalog.listing(variant(title="Default Title"), "EUR")
    assert listing.title == "Tee"


def test_a_bundle_has_no_stock_of_its_own():
    assert mapper_catalog.listing(variant(), "EUR").tracked
    assert not mapper_catalog.listing(variant(requiresComponents=True), "EUR").tracked


def test_an_unknown_product_status_is_an_error():
    odd = variant(product={"id": gid("Product", 2), "title": "Tee", "status": "ODD"})
    with pytest.raises(ProtocolError, match="ODD"):
        mapper_catalog.listing(odd, "EUR")
