"""UPLOAD_VAT_INVOICE (fact sheet, section 4, Invoices)."""

import base64

from .marketplaces import find

PLACES = {find(code).id for code in ("ES", "UK", "FR", "DE", "IT", "PL")}
KINDS = ("Invoice", "CreditNote")


def process(_simulator, seller, feed, raw):
    """Keep the invoice; there is no result worth reading.

    :raises ValueError: no PDF, or the options do not say whose it is
    """
    options = {
        key.lower().removeprefix("metadata:"): value
        for key, value in feed["_options"].items()
    }
    if not raw.startswith(b"%PDF"):
        raise ValueError("the document is no PDF")
    if not set(feed["marketplaceIds"]) <= PLACES:
        raise ValueError("the marketplace takes no invoices")
    number = options.get("orderid")
    order = seller.table("orders").get(number)
    if order is None and not options.get("shippingid"):
        raise ValueError(f"the order {number} was not found")
    kind = options.get("documenttype", "Invoice")
    if kind not in KINDS or not options.get("invoicenumber"):
        raise ValueError("documenttype or invoicenumber is missing")
    if kind == "CreditNote" and not options.get("transactionid"):
        raise ValueError("a credit note needs its transactionid")
    seller.table("invoices")[options["invoicenumber"]] = {
        **options,
        "documenttype": kind,
        "pdf": base64.b64encode(raw).decode(),
    }
