"""The hub's own adapter and Amazon's simulated warehouse."""

from datetime import UTC, datetime

import pytest

from odoo.addons.channel_amazon.adapter.amazon import AmazonAdapter
from odoo.addons.channel_base.adapter.canonical import Address, PushStatus
from odoo.addons.channel_base.adapter.errors import TransientError
from odoo.addons.channel_base.adapter.port import Settings
from odoo.addons.channel_base.adapter.ratelimit import MemoryRateLimiter
from odoo.addons.channel_base.adapter.shipping import (
    CancelOutcome,
    ShippingCancel,
    ShippingLine,
    ShippingOrder,
    ShippingState,
)
from odoo.addons.channel_base.adapter.tokens import MemoryTokenStore
from odoo.addons.channel_base.adapter.transport import Transport

from .amazon.marketplaces import MARKETPLACES

MOMENT = datetime(2026, 11, 1, 10, tzinfo=UTC)
REFERENCE = "WH-OUT-00042"


def _now():
    return datetime.now(UTC)


@pytest.fixture
def adapter(amazon, seller):
    settings = Settings(
        account=seller["seller_id"],
        base_url=amazon.url,
        options={
            "region": "eu",
            "client_id": seller["app"]["client_id"],
            "markets": MARKETPLACES["DE"].id,
        },
        secrets={
            "client_secret": seller["app"]["client_secret"],
            "refresh_token": seller["refresh_token"],
        },
    )
    return AmazonAdapter(
        settings,
        Transport(timeout=(2, 5)),
        _now,
        MemoryRateLimiter(_now),
        MemoryTokenStore(),
        lambda _call: None,
    )


@pytest.fixture
def act(amazon, seller):
    def acted(action, **options):
        path = f"sellers/{seller['name']}/mcf/{REFERENCE}/{action}"
        return amazon.post(path, **options)

    return acted


def order(units=2):
    return ShippingOrder(
        key=REFERENCE,
        reference=REFERENCE,
        number="#1001",
        ordered_at=MOMENT,
        recipient=Address(
            name="Erika Mustermann",
            street="Hauptstraße 1",
            city="Berlin",
            zip="10115",
            country_code="DE",
        ),
        lines=(ShippingLine(key="1", sku="BOTH", quantity=units),),
        service="Standard",
        location="FBA-EU",
    )


def report(adapter):
    (read,) = adapter.read_shipping((REFERENCE,))
    assert read.error is None
    return read.report


def test_sent_twice_it_ships_once(adapter, act):
    for _time in range(2):
        (found,) = adapter.push_shipping_orders("k", (order(),)).results
        assert found.status is PushStatus.DONE, found.message
    assert report(adapter).state is ShippingState.ACCEPTED
    act("ship")
    told = report(adapter)
    assert told.state is ShippingState.SHIPPED
    (shipment,) = told.shipments
    assert [(line.line, line.quantity) for line in shipment.lines] == [("1", 2)]
    assert all(parcel.tracking_number for parcel in shipment.parcels)
    (changed,) = adapter.shipping_changes(MOMENT)
    assert changed.reference == REFERENCE


def test_a_lost_answer_ships_once(amazon, adapter):
    amazon.fault(fault="lost_answer", limit=1, operations=["createFulfillmentOrder"])
    with pytest.raises(TransientError):
        adapter.push_shipping_orders("k", (order(),))
    (found,) = adapter.push_shipping_orders("k", (order(),)).results
    assert found.status is PushStatus.DONE
    assert len(list(adapter.shipping_changes(MOMENT))) == 1


def test_cancelled_in_time_and_too_late(adapter, act):
    cancel = ShippingCancel(key="c", reference=REFERENCE)
    adapter.push_shipping_orders("k", (order(),))
    act("ship")
    (found,) = adapter.cancel_shipping_orders("c", (cancel,)).results
    assert found.code == CancelOutcome.REFUSED.value


def test_what_is_not_there_is_not_shipped(adapter):
    (found,) = adapter.push_shipping_orders("k", (order(units=200),)).results
    assert found.status is PushStatus.DONE
    told = report(adapter)
    assert told.state is ShippingState.REFUSED
    assert "BOTH" in told.reason


def test_the_stock_of_the_network(adapter):
    assert {one.sku: one.on_hand for one in adapter.building_stock("FBA-EU")} == {
        "BOTH": 8
    }
