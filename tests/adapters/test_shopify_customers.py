"""Customers, companies and what their orders say, over a shop that is really asked."""

from dataclasses import replace

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    Address,
    Customer,
    PaymentTerms,
    TermsKind,
)
from odoo.addons.channel_base.adapter.webhook import Resource
from odoo.addons.channel_shopify.adapter import (
    client,
    customers,
    mapper_company,
    webhooks,
)
from odoo.addons.channel_shopify.adapter.ids import digits

from tests.simulators.shopify import (
    actions,
    customer_control,
    prices as price_state,
)

HOME = {
    "first_name": "Ann",
    "last_name": "Lee",
    "address1": "Main 1",
    "city": "Berlin",
    "zip": "10115",
    "country_code": "DE",
}
FIRM = {
    "name": "Corp",
    "external_id": "C-7",
    "location": "Store",
    "tax_id": "DE123456788",
    "terms_days": 30,
    "shipping": HOME,
    "billing": {**HOME, "address1": "Office 2"},
}
ADDRESS = "https://hub.example.com/channel/1/webhook"


def person(market, email="ann@example.com", **spec):
    spec = {"first_name": "Ann", "last_name": "Lee", "addresses": [HOME], **spec}
    return customer_control.save_customer(None, market.shop, email=email, **spec)["id"]


def everything(adapter):
    """All customers and companies, each page asked for by a new reader."""
    position, found, firms, pages = None, [], [], 0
    while True:
        page = next(adapter.customers(position))
        found += page.customers
        firms += page.companies
        position, pages = page.position, pages + 1
        if position is None:
            return found, firms, pages


def test_all_customers_come_page_by_page_from_any_position(market):
    ids = [digits(person(market, f"p{number}@example.com")) for number in range(230)]
    found, firms, pages = everything(market.adapter())
    assert [one.external_id for one in found] == ids
    assert firms == []
    assert pages == 4  # three of customers, one of companies


def test_a_customer_as_he_is(market):
    gid = person(market, phone="+49301234567")
    (found,) = market.adapter().read_customers((digits(gid), "404"))
    assert (found.name, found.email) == ("Ann Lee", "ann@example.com")
    assert (found.phone, found.orders) == ("+49301234567", 0)
    assert found.address.street == "Main 1"
    assert found.updated_at is not None


def test_protected_data_is_nothing_and_no_error(market):
    market.shop.settings["protected_data"] = False
    (found,) = market.adapter().read_customers((digits(person(market)),))
    assert (found.email, found.phone, found.address.street) == ("", "", "")
    firm = customer_control.save_company(
        None, market.shop, contact=person(market), **FIRM
    )
    (company,) = market.adapter().read_companies((digits(firm["company"]),))
    assert company.contacts[0].email == ""


def test_a_company_with_more_than_a_page_of_everything(market):
    for number in range(25):
        contact = person(market, f"c{number}@example.com")
        made = customer_control.save_company(
            None, market.shop, contact=contact, **{**FIRM, "location": f"L{number}"}
        )
    (company,) = market.adapter().read_companies((digits(made["company"]),))
    assert (company.name, company.reference) == ("Corp", "C-7")
    assert len(company.contacts) == len(company.locations) == 25
    place = company.locations[-1]
    assert (place.name, place.tax_id) == ("L24", "DE123456788")
    assert (place.ship_to.street, place.bill_to.street) == ("Main 1", "Office 2")
    assert place.ship_to == Address(
        name="Ann Lee",
        company="Corp",
        street="Main 1",
        city="Berlin",
        zip="10115",
        country_code="DE",
    )
    assert place.terms == PaymentTerms(kind=TermsKind.NET, name="Net 30", days=30)


def test_price_lists_of_a_location_are_those_of_its_active_catalogues(market):
    lists = [
        price_state.add_price_list(
            market.shop, name, "EUR", catalog="CompanyLocationCatalog"
        )
        for name in ("B2B", "Old", "VIP")
    ]
    market.shop.get(lists[1]["catalog"])["status"] = "ARCHIVED"
    made = customer_control.save_company(None, market.shop, **FIRM)
    place = market.shop.get(market.shop.get(made["company"])["places"]["Store"])
    place["catalogs"] = [one["catalog"] for one in lists]
    (company,) = market.adapter().read_companies((digits(made["company"]),))
    assert company.locations[0].price_lists == (
        digits(lists[0]["id"]),
        digits(lists[2]["id"]),
    )
    place["catalogs"] = []
    (company,) = market.adapter().read_companies((digits(made["company"]),))
    assert company.locations[0].price_lists == ()


def test_catalogues_that_may_not_be_read_are_not_told(market, monkeypatch):
    made = customer_control.save_company(None, market.shop, **FIRM)
    query = client.ShopifyClient.query

    def refused(self, name, **values):
        if name == customers.CATALOGS:
            raise customers.ConfigError("denied", code=customers.DENIED)
        return query(self, name, **values)

    monkeypatch.setattr(client.ShopifyClient, "query", refused)
    (company,) = market.adapter().read_companies((digits(made["company"]),))
    assert company.locations[0].price_lists is None
    assert company.name == "Corp"


def test_companies_come_behind_the_customers(market):
    for number in range(7):
        customer_control.save_company(
            None, market.shop, **{**FIRM, "name": f"Firm {number}"}
        )
    _found, firms, pages = everything(market.adapter())
    assert len(firms) == 7
    assert pages == 3


def test_a_shop_without_business_customers_has_no_companies(market, monkeypatch):
    person(market)
    actions.set_scopes(None, market.shop, "read_orders")
    with pytest.raises(customers.ConfigError):
        next(market.adapter().customers(None))
    assert everything_behind_customers(market) == []


def everything_behind_customers(market):
    (page,) = market.adapter().customers(f"{customers.COMPANIES}:")
    assert page.position is None
    return list(page.companies)


# --- orders -----------------------------------------------------------------------


def company_order(market, **spec):
    base = {
        "lines": [{"title": "Work", "price": "10.00"}],
        "customer": {"email": "ann@example.com", "first_name": "Ann"},
        "company": FIRM,
        "po_number": "PO-9",
        "payment": "unpaid",
    }
    (placed,) = actions.place_orders(None, market.shop, **{**base, **spec})["orders"]
    (read,) = market.adapter().read_orders((digits(placed["id"]),))
    assert read.error is None
    return read.order


def test_an_order_of_a_company_says_who_where_and_when_to_pay(market):
    order = company_order(market, payment_terms_days=14)
    buyer = order.buyer
    assert (buyer.company, buyer.company_reference) == ("Corp", "C-7")
    assert (buyer.location, buyer.tax_id) == ("Store", "DE123456788")
    assert buyer.company_external_id
    assert buyer.location_external_id
    assert buyer.external_id
    assert order.po_number == "PO-9"
    assert (order.terms.kind, order.terms.days) == (TermsKind.NET, 14)
    assert order.terms.due_at is not None


def test_without_the_scope_for_terms_the_usual_ones_of_the_location_count(market):
    scopes = set(market.shop.apps[market.app["client_id"]]["scopes"])
    actions.set_scopes(None, market.shop, " ".join(scopes - {"read_payment_terms"}))
    order = company_order(market, payment_terms_days=14)
    assert order.terms == PaymentTerms(kind=TermsKind.NET, name="Net 30", days=30)


def test_a_draft_on_terms_of_somebody_without_company(market):
    draft = {"company": None, "source_name": "shopify_draft_order"}
    order = company_order(market, payment_terms_days=14, **draft)
    assert (order.terms.kind, order.terms.days) == (TermsKind.NET, 14)


def test_who_has_paid_has_no_terms(market):
    assert company_order(market, payment="paid").terms is None


# --- null everywhere --------------------------------------------------------------


NOTHING = {"id": "gid://shopify/Customer/1"}


def test_nothing_but_an_id_is_a_customer():
    assert mapper_company.customer(NOTHING) == Customer(external_id="1")


def test_nothing_but_an_id_is_a_company():
    place = {"id": "gid://shopify/CompanyLocation/3"}
    found = mapper_company.company(
        {
            "id": "gid://shopify/Company/2",
            "contacts": [None, {"customer": None}, {"customer": NOTHING}],
            "locations": [place, {**place, "buyerExperienceConfiguration": {}}],
        }
    )
    assert found.external_id == "2"
    assert [one.external_id for one in found.contacts] == ["1"]
    assert [one.terms for one in found.locations] == [None, None]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("NET", TermsKind.NET),
        ("FIXED", TermsKind.FIXED),
        ("RECEIPT", TermsKind.RECEIPT),
        ("FULFILLMENT", TermsKind.FULFILMENT),
    ],
)
def test_kinds_of_terms(given, kind):
    terms = mapper_company.order_terms({"paymentTerms": {"paymentTermsType": given}})
    assert terms.kind is kind
    assert terms.due_at is None


def test_terms_that_shopify_cannot_name_are_none():
    payload = {"paymentTerms": {"paymentTermsType": "UNKNOWN"}}
    assert mapper_company.order_terms(payload) is None


# --- webhooks ---------------------------------------------------------------------


def subscribed(market):
    return {one["topic"] for one in market.shop.all("WebhookSubscription")}


def test_customers_are_told_only_where_they_are_imported(market):
    client = market.adapter().client
    webhooks.ensure(client, ADDRESS, repair=True)
    assert not any("CUSTOMER" in topic for topic in subscribed(market))
    client.settings = replace(
        client.settings, options={**client.settings.options, "customer_import": "all"}
    )
    health = webhooks.ensure(client, ADDRESS, repair=True)
    assert {"CUSTOMERS_UPDATE", "CUSTOMERS_MERGE", "COMPANIES_UPDATE"} <= subscribed(
        market
    )
    assert health.missing == ()
    client.settings = market.settings()
    webhooks.ensure(client, ADDRESS, repair=True)
    assert not any("COMPAN" in topic for topic in subscribed(market))


def test_no_topic_of_consent_is_asked_for():
    asked = {*webhooks.WANTED, *webhooks.CUSTOMER_TOPICS, *webhooks.COMPANY_TOPICS}
    assert not any("consent" in topic for topic in asked)
    assert webhooks.TOPICS["customers/update"][0] is Resource.CUSTOMER
