"""Which report is written by what, in which bytes (fact sheet, section 4)."""

from datetime import timedelta

from ..clock import parse
from . import report_listings, report_orders, report_returns
from .errors import invalid
from .marketplaces import BY_ID

# type -> (seller, report) -> rows of texts, the header first
FILES = {
    "GET_MERCHANT_LISTINGS_ALL_DATA": report_listings.rows,
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": report_returns.of_sellers,
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA": report_returns.of_customers,
    "GET_FBA_REIMBURSEMENTS_DATA": report_returns.reimbursements,
    "GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA": report_returns.removals,
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": report_orders.all_orders,
    "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL": report_orders.shipments,
    "GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT": report_orders.missing_invoices,
}
CODECS = {"Cp1252": "cp1252", "UTF-8": "utf-8", "Windows-31J": "cp932"}


def check_window(report, days, clock):
    """Refuse dates that make no sense.

    :raises ApiError: 400
    """
    start = report.get("dataStartTime")
    end = report.get("dataEndTime")
    if start and end and parse(end) < parse(start):
        raise invalid("dataEndTime must not be before dataStartTime.")
    if days and start:
        last = parse(end) if end else clock.now()
        if last - parse(start) > timedelta(days=days):
            raise invalid(f"The report covers {days} days at most.")


def write(seller, report):
    """Return (bytes, content type) of a report; None when it has no data."""
    rows = FILES[report["reportType"]](seller, report)
    if len(rows) < 2 and seller.settings["empty_report"] == "cancelled":
        return None
    name = _encoding(seller, report)
    return _written(seller, rows).encode(CODECS[name], "replace"), (
        f"text/plain; charset={name}"
    )


def _written(seller, rows):
    """Tabs, no quotes; empty cells at the end of a row may be missing."""
    lines = []
    for row in rows:
        cells = [" ".join(str(one).split()) for one in row]
        while seller.settings["short_rows"] and len(cells) > 1 and cells[-1] == "":
            cells.pop()
        lines.append("\t".join(cells))
    return "\r\n".join(lines) + "\r\n"


def _encoding(seller, report):
    chosen = seller.settings["report_encoding"]
    if chosen:
        return chosen
    places = {BY_ID[one].code for one in report["marketplaceIds"]}
    return "Windows-31J" if "JP" in places else "Cp1252"
