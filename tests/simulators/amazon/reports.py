"""Reports API 2021-06-30 (fact sheet, section 4, Reports)."""

import gzip

from . import documents, report_files
from .errors import invalid, missing
from .feeds import document_link, page, view
from .marketplaces import check
from .operations import operation

REPORTS = "/reports/2021-06-30/reports"
SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"  # cannot be requested
# longest window in days; None = no dates needed
WINDOWS = {
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": 60,
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": 30,
    "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL": 30,
}


@operation("createReport", "POST", REPORTS, 0.0167, 15)
def create(call):
    """Take a request; it is ready once `report_seconds` have passed."""
    body, settings = call.body, call.seller.settings
    kind = body["reportType"]
    if kind not in report_files.FILES:
        raise invalid(f"Report type {kind} is not valid.")
    check(call, body["marketplaceIds"])
    number = str(60_000_000_000 + call.seller.next_id())
    report = {
        "reportId": number,
        "reportType": kind,
        "marketplaceIds": body["marketplaceIds"],
        "createdTime": call.clock.iso(),
        "processingStatus": "IN_QUEUE",
        "_due": call.clock.timestamp() + settings["report_seconds"],
        "_seconds": settings["report_seconds"],
        "_fate": call.fault.fault if call.fault else None,
        "_options": body.get("reportOptions") or {},
    }
    for key in ("dataStartTime", "dataEndTime"):
        if key in body:
            report[key] = body[key]
    report_files.check_window(report, WINDOWS.get(kind), call.clock)
    call.seller.table("reports")[number] = report
    settle(call.seller)
    return 202, {"reportId": number}


def settle(seller):
    """Write the reports whose time has come."""
    now = seller.clock.timestamp()
    for report in seller.table("reports").values():
        if report["processingStatus"] not in ("IN_QUEUE", "IN_PROGRESS"):
            continue
        if report["_due"] <= now:
            _finish(seller, report)
        elif report["_due"] - report["_seconds"] / 2 <= now:
            report["processingStatus"] = "IN_PROGRESS"
            report.setdefault("processingStartTime", seller.clock.iso())


def _finish(seller, report):
    report.setdefault("processingStartTime", seller.clock.iso())
    status, made = "DONE", None
    if report["_fate"] == "report_cancelled":
        status = "CANCELLED"
    elif report["_fate"] == "report_fatal":
        status, made = "FATAL", (b"An internal error occurred.", "text/plain")
    else:
        made = report_files.write(seller, report)
        if made is None:  # no data
            status = "CANCELLED"
    report.update(processingStatus=status, processingEndTime=seller.clock.iso())
    if made:
        report["reportDocumentId"] = keep(seller, *made)
    seller.announce(seller, "REPORT_PROCESSING_FINISHED", report=report)
    seller.touch()


def keep(seller, raw, content_type):
    """Keep the bytes of a report; return the document's number."""
    if seller.settings["compress"]:
        packed = gzip.compress(raw, 6)
        return documents.create(seller, packed, content_type, "GZIP")
    return documents.create(seller, raw, content_type)


@operation("getReport", "GET", REPORTS + "/{reportId}", 2, 15)
def get(call, reportId):
    """Return one report."""
    settle(call.seller)
    report = call.seller.table("reports").get(reportId)
    if report is None:
        raise missing(f"Report {reportId} is not found.")
    return view(report)


@operation("getReports", "GET", REPORTS, 0.0222, 10)
def search(call):
    """Return reports, youngest first."""
    settle(call.seller)
    rows = call.seller.table("reports").values()
    return page(call, rows, "reportTypes", "reportType", "reports")


@operation("cancelReport", "DELETE", REPORTS + "/{reportId}", 0.0222, 10)
def cancel(call, reportId):
    """Cancel a report that waits."""
    settle(call.seller)
    report = call.seller.table("reports").get(reportId)
    if report is None:
        raise missing()
    if report["processingStatus"] != "IN_QUEUE":
        raise invalid("Only reports in status IN_QUEUE can be cancelled.")
    report["processingStatus"] = "CANCELLED"
    return 200, None


@operation(
    "getReportDocument",
    "GET",
    "/reports/2021-06-30/documents/{reportDocumentId}",
    0.0167,
    15,
)
def document(call, reportDocumentId):
    """Return where to download from."""
    return document_link(call, reportDocumentId, "reportDocumentId")
