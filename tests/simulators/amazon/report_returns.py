"""Reports of returns, reimbursements and removals (fact sheet, section 4)."""

from ..clock import parse
from .report_window import in_window

CUSTOMER_RETURNS = [
    "return-date",
    "order-id",
    "sku",
    "asin",
    "fnsku",
    "product-name",
    "quantity",
    "fulfillment-center-id",
    "detailed-disposition",
    "reason",
    "status",
    "license-plate-number",
    "customer-comments",
]
REIMBURSEMENTS = [
    "approval-date",
    "reimbursement-id",
    "case-id",
    "amazon-order-id",
    "reason",
    "sku",
    "fnsku",
    "asin",
    "product-name",
    "condition",
    "currency-unit",
    "amount-per-unit",
    "amount-total",
    "quantity-reimbursed-cash",
    "quantity-reimbursed-inventory",
    "quantity-reimbursed-total",
    "original-reimbursement-id",
    "original-reimbursement-type",
]
REMOVALS = [
    "request-date",
    "order-id",
    "order-type",
    "service-speed",
    "order-status",
    "last-updated-date",
    "sku",
    "fnsku",
    "disposition",
    "requested-quantity",
    "cancelled-quantity",
    "disposed-quantity",
    "shipped-quantity",
    "in-process-quantity",
    "removal-fee",
    "currency",
]
SELLER_RETURNS = [
    "Order ID",
    "Order date",
    "Return request date",
    "Return request status",
    "Amazon RMA ID",
    "Merchant RMA ID",
    "Label type",
    "Label cost",
    "Currency code",
    "Return carrier",
    "Tracking ID",
    "Label to be paid by",
    "A-to-Z Claim",
    "Is prime",
    "ASIN",
    "Merchant SKU",
    "Item Name",
    "Return quantity",
    "Return Reason",
    "In policy",
    "Return type",
    "Resolution",
    "Invoice number",
    "Return delivery date",
    "Order Amount",
    "Order quantity",
    "SafeT Action reason",
    "SafeT claim id",
    "SafeT claim state",
    "SafeT claim creation time",
    "SafeT claim reimbursement amount",
    "Refunded Amount",
]


def _events(seller, report, kind):
    return [one for one in seller.table(kind).values() if in_window(report, one["at"])]


def _table(header, rows):
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def of_customers(seller, report):
    """GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA."""
    rows = []
    for one in _events(seller, report, "fba_returns"):
        held = seller.table("fba")[one["sku"]]
        back = "Unit returned to inventory"
        rows.append(
            {
                "return-date": parse(one["at"]).isoformat(),
                "order-id": one["order"],
                "sku": one["sku"],
                "asin": held["asin"],
                "fnsku": held["fnsku"],
                "product-name": held["title"],
                "quantity": one["units"],
                "fulfillment-center-id": "LEJ1",
                "detailed-disposition": one["disposition"],
                "reason": one["reason"],
                "status": back if one["disposition"] == "SELLABLE" else "",
                "license-plate-number": f"LPN{one['id']}",
            }
        )
    return _table(CUSTOMER_RETURNS, rows)


def reimbursements(seller, report):
    """GET_FBA_REIMBURSEMENTS_DATA."""
    rows = []
    for one in _events(seller, report, "reimbursements"):
        held = seller.table("fba")[one["sku"]]
        rows.append(
            {
                "approval-date": parse(one["at"]).isoformat(),
                "reimbursement-id": one["id"],
                "amazon-order-id": one["order"],
                "reason": one["reason"],
                "sku": one["sku"],
                "fnsku": held["fnsku"],
                "asin": held["asin"],
                "product-name": held["title"],
                "condition": "Sellable",
                "currency-unit": one["amount"]["currencyCode"],
                "amount-total": one["amount"]["amount"],
                "quantity-reimbursed-cash": one["cash"],
                "quantity-reimbursed-inventory": one["inventory"],
                "quantity-reimbursed-total": one["cash"] + one["inventory"],
            }
        )
    return _table(REIMBURSEMENTS, rows)


def removals(seller, report):
    """GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA."""
    rows = []
    for one in _events(seller, report, "removals"):
        gone = "shipped" if one["kind"] == "Return" else "disposed"
        rows.append(
            {
                "request-date": parse(one["at"]).isoformat(),
                "order-id": f"RM{one['id']}",
                "order-type": one["kind"],
                "order-status": "Completed",
                "last-updated-date": parse(one["at"]).isoformat(),
                "sku": one["sku"],
                "fnsku": seller.table("fba")[one["sku"]]["fnsku"],
                "disposition": "Sellable"
                if one["disposition"] == "SELLABLE"
                else "Unsellable",
                "requested-quantity": one["units"],
                "cancelled-quantity": 0,
                f"{gone}-quantity": one["units"],
            }
        )
    return _table(REMOVALS, rows)


def of_sellers(seller, report):
    """GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE."""
    rows = []
    for one in _events(seller, report, "seller_returns"):
        order = seller.table("orders").get(one["order"], {})
        listing = seller.table("listings").get(one["sku"], {})
        rows.append(
            {
                "Order ID": one["order"],
                "Order date": _day(order.get("createdTime")),
                "Return request date": _day(one["at"]),
                "Return request status": "Approved",
                "Amazon RMA ID": one["rma"],
                "Currency code": _currency(order),
                "Label to be paid by": "Customer",
                "A-to-Z Claim": "N",
                "Is prime": "Y" if "PRIME" in order.get("programs", ()) else "N",
                "ASIN": listing.get("asin", ""),
                "Merchant SKU": one["sku"],
                "Item Name": listing.get("title", ""),
                "Return quantity": one["units"],
                "Return Reason": one["reason"],
                "In policy": "Y",
                "Return type": "C-Returns",
                "Resolution": "StandardRefund",
            }
        )
    return _table(SELLER_RETURNS, rows)


def _day(moment):
    return parse(moment).strftime("%d-%b-%Y") if moment else ""


def _currency(order):
    return order["proceeds"]["grandTotal"]["currencyCode"] if order else ""
