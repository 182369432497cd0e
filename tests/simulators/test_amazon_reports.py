"""Reports, through the real library."""

import csv
import io

import pytest
from sp_api.api import Reports
from sp_api.base.exceptions import SellingApiBadRequestException

from .amazon.marketplaces import MARKETPLACES

DE, FR, JP = (MARKETPLACES[code].id for code in ("DE", "FR", "JP"))
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
FBA_RETURNS = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"


@pytest.fixture
def reports(library):
    return library(Reports)


@pytest.fixture
def report(reports):
    def made(kind, place=DE, **more):
        number = reports.create_report(
            reportType=kind, marketplaceIds=[place], **more
        ).payload["reportId"]
        return reports.get_report(number).payload

    return made


@pytest.fixture
def rows(reports, report):
    def read(kind, place=DE, **more):
        number = report(kind, place)["reportDocumentId"]
        text = reports.get_report_document(number, download=True, **more).payload[
            "document"
        ]
        return [
            {key: value or "" for key, value in row.items()}
            for row in csv.DictReader(
                io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE
            )
        ]

    return read


def test_one_row_per_sku_and_channel(rows):
    found = {
        (one["seller-sku"], one["fulfillment-channel"]): one for one in rows(LISTINGS)
    }
    assert found["SKU-0001", "DEFAULT"]["quantity"] == "10"
    assert found["BOTH", "DEFAULT"]["quantity"] == "5"
    assert found["BOTH", "AMAZON_EU"]["quantity"] == ""
    assert len(found) == 5


@pytest.mark.parametrize(
    ("encoding", "place", "title"),
    [
        (None, DE, 'Größe 5" – „quoted"'),
        ("UTF-8", DE, "Größe 🎁"),
        (None, JP, "日本語の商品"),
    ],
)
def test_encodings(amazon, seller, rows, encoding, place, title):
    name = seller["name"]
    amazon.post(f"sellers/{name}/settings", report_encoding=encoding)
    amazon.post(f"sellers/{name}/listings", items=[{"sku": "X", "title": title}])
    assert [one["item-name"] for one in rows(LISTINGS, place)][-1] == title


def test_rows_may_be_short(amazon, seller, reports, report):
    document = report(FBA_RETURNS)
    assert document["processingStatus"] == "CANCELLED"
    amazon.post(f"sellers/{seller['name']}/fba/customer_return", order="1", sku="BOTH")
    number = report(FBA_RETURNS)["reportDocumentId"]
    text = reports.get_report_document(number, download=True).payload["document"]
    header, row = (line.split("\t") for line in text.strip("\r\n").split("\r\n"))
    assert (len(header), len(row)) == (13, 12)


def test_what_came_back(amazon, seller, rows):
    path = f"sellers/{seller['name']}/fba"
    amazon.post(
        f"{path}/customer_return", order="1", sku="BOTH", disposition="DEFECTIVE"
    )
    amazon.post(f"{path}/reimburse", sku="BOTH", cash=1, amount="12.50")
    amazon.post(f"{path}/remove", sku="BOTH", units=2)
    (back,) = rows(FBA_RETURNS)
    assert (back["sku"], back["detailed-disposition"]) == ("BOTH", "DEFECTIVE")
    (paid,) = rows("GET_FBA_REIMBURSEMENTS_DATA")
    assert (paid["amount-total"], paid["quantity-reimbursed-cash"]) == ("12.50", "1")
    (gone,) = rows("GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA")
    assert gone["shipped-quantity"] == "2"
    stock = amazon.get(f"sellers/{seller['name']}/stock")["stock"]
    assert stock["BOTH"]["fba"] == 6


def test_orders_in_reports(amazon, seller, rows):
    path = f"sellers/{seller['name']}/orders"
    spec = {"lines": [{"sku": "BOTH"}], "fulfilled_by": "AMAZON"}
    number = amazon.post(path, spec)["orders"][0]["id"]
    (order,) = rows("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL")
    assert (order["amazon-order-id"], order["order-status"]) == (number, "Unshipped")
    amazon.post(f"{path}/{number}/ship", {})
    (shipped,) = rows("GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL")
    assert (shipped["sku"], shipped["quantity-shipped"]) == ("BOTH", "1")
    amazon.post(f"sellers/{seller['name']}/fba/seller_return", order=number, sku="BOTH")
    (asked,) = rows("GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE")
    assert (asked["Order ID"], asked["Return quantity"]) == (number, "1")


def test_an_expired_url_is_a_document_to_the_library(amazon, reports, report):
    number = report(LISTINGS)["reportDocumentId"]
    amazon.fault(fault="expired_document", operations=["download"], limit=1)
    with pytest.raises(Exception, match="gzip|zlib|<Error>|incorrect|Not a gz"):
        reports.get_report_document(number, download=True)


@pytest.mark.parametrize(
    ("fault", "status"),
    [("report_fatal", "FATAL"), ("report_cancelled", "CANCELLED")],
)
def test_reports_that_end_badly(amazon, report, fault, status):
    amazon.fault(fault=fault, operations=["createReport"], limit=1)
    assert report(LISTINGS)["processingStatus"] == status


def test_windows_and_types(report, reports):
    with pytest.raises(SellingApiBadRequestException, match="60 days"):
        report(
            "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
            dataStartTime="2020-01-01T00:00:00Z",
        )
    with pytest.raises(SellingApiBadRequestException):
        report("GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2")
    first, second = (report(LISTINGS)["reportId"] for _report in range(2))
    found = reports.get_reports(reportTypes=[LISTINGS]).payload["reports"]
    assert [one["reportId"] for one in found] == [second, first]
