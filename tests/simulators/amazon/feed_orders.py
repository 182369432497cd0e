"""Order feeds in XML: acknowledgement (which cancels) and payment adjustment (which
refunds); fact sheet, section 4."""

from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree as Xml

from . import order_actions, order_state
from .money import amount

CANCEL_REASONS = {
    "NoInventory",
    "ShippingAddressUndeliverable",
    "CustomerExchange",
    "BuyerCanceled",
    "GeneralAdjustment",
    "CarrierCreditDecision",
    "RiskAssessmentInformationNotValid",
    "CarrierCoverageFailure",
    "CustomerReturn",
    "MerchandiseNotReceived",
    "PricingError",
}
REFUND_REASONS = CANCEL_REASONS | {
    "CouldNotShip",
    "DifferentItem",
    "Abandoned",
    "CustomerCancel",
    "PriceError",
    "ProductOutofStock",
    "CustomerAddressIncorrect",
    "Exchange",
    "Other",
    "TransactionRecord",
}
PARTS = {"Principal": "ITEM", "Shipping": "SHIPPING", "GiftWrap": "GIFT_WRAP"}
TAXES = {"Tax", "ShippingTax", "GiftWrapTax"}
FREE = {"Goodwill", "RestockingFee", "ReturnShipping", "ExportCharge", "COD", "Other"}
CONTENT_TYPE = "text/xml; charset=UTF-8"


class Rejected(Exception):
    """One message is refused.

    :param code: `ResultMessageCode`
    """

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def acknowledge(_simulator, seller, feed, raw):
    """Process POST_ORDER_ACKNOWLEDGEMENT_DATA."""
    return _process(seller, feed, raw, "OrderAcknowledgement", _acknowledged)


def adjust(_simulator, seller, feed, raw):
    """Process POST_PAYMENT_ADJUSTMENT_DATA."""
    return _process(seller, feed, raw, "OrderAdjustment", _adjusted)


def _process(seller, feed, raw, kind, handle):
    """Process a feed message by message; return its report and the content type.

    :raises ValueError: the feed as a whole is invalid
    """
    try:
        envelope = Xml.fromstring(raw)
    except Xml.ParseError as error:
        raise ValueError(str(error)) from error
    merchant = envelope.findtext("Header/MerchantIdentifier")
    if merchant != seller.id or envelope.findtext("MessageType") != kind:
        raise ValueError("the envelope names another merchant or message type")
    problems, count, seen = [], 0, set()
    for message in envelope.findall("Message"):
        count += 1
        number = message.findtext("MessageID")
        try:
            if number in seen or not (number or "").isdigit():
                raise Rejected("5001", "The MessageID must be a unique number.")  # noqa: TRY301
            seen.add(number)
            handle(seller, message.find(kind))
        except Rejected as error:
            order = message.findtext(f"{kind}/AmazonOrderID")
            problems.append((number, error.code, str(error), order))
    return _report(feed, count, problems), CONTENT_TYPE


def _order(seller, node):
    number = node.findtext("AmazonOrderID")
    order = seller.table("orders").get(number)
    if order is None:
        raise Rejected("18028", f"The order {number} was not found.")
    if order_state.by_amazon(order):
        raise Rejected("18029", f"The order {number} is fulfilled by Amazon.")
    return order


def _item(order, node):
    code = node.findtext("AmazonOrderItemCode")
    item = order_state.item_of(order, code)
    if item is None:
        raise Rejected("18030", f"The order item {code} was not found.")
    return item


def _acknowledged(seller, node):
    """Success keeps the seller's number, Failure cancels whole items."""
    order = _order(seller, node)
    if node.findtext("StatusCode") not in ("Success", "Failure"):
        raise Rejected("5000", "StatusCode must be Success or Failure.")
    if node.findtext("StatusCode") == "Success":
        number = node.findtext("MerchantOrderID")
        if number:
            alias = {"aliasId": number, "aliasType": "SELLER_ORDER_ID"}
            order["orderAliases"] = [alias]
            order_state.changed(seller, order, None)
        return
    lines, reasons = [], []
    for one in node.findall("Item"):
        lines.append(_item(order, one))
        reasons.append(one.findtext("CancelReason"))
    for item in lines or order["orderItems"]:
        if item["fulfillment"]["quantityFulfilled"]:
            raise Rejected("18031", "A shipped item cannot be cancelled.")
    if any(one not in CANCEL_REASONS for one in reasons):
        raise Rejected("5000", f"CancelReason is invalid: {reasons}")
    reason = reasons[0] if reasons else "GeneralAdjustment"
    numbers = [one["orderItemId"] for one in lines] or None
    order_actions.cancel(seller, order, numbers, by="MERCHANT", reason=reason)


def _adjusted(seller, node):
    """Check all items first: a message is taken as a whole."""
    order = _order(seller, node)
    refunds = [_refund(order, one) for one in node.findall("AdjustedItem")]
    if not refunds:
        raise Rejected("5000", "AdjustedItem is required.")
    order.setdefault("_refunds", []).extend(refunds)
    order_state.changed(seller, order, None)


def _refund(order, node):
    item = _item(order, node)
    reason = node.findtext("AdjustmentReason")
    if reason not in REFUND_REASONS:
        raise Rejected("5000", f"AdjustmentReason is invalid: {reason}")
    if not item["fulfillment"]["quantityFulfilled"]:
        raise Rejected("18034", "An item that was not shipped cannot be refunded.")
    components = {}
    for one in node.findall("ItemPriceAdjustments/Component"):
        kind, value = one.findtext("Type"), _value(item, one.find("Amount"))
        if kind not in {*PARTS, *TAXES, *FREE}:
            raise Rejected("5000", f"The component {kind} is unknown.")
        components[kind] = components.get(kind, 0) + value
    _check_left(order, item, components)
    return {
        "item": item["orderItemId"],
        "reason": reason,
        "id": node.findtext("MerchantAdjustmentItemID"),
        "components": {kind: str(value) for kind, value in components.items()},
    }


def _value(item, node):
    currency = item["proceeds"]["proceedsTotal"]["currencyCode"]
    if node is None or node.get("currency") != currency:
        raise Rejected("18035", f"The currency must be {currency}.")
    try:
        return Decimal(node.text)
    except (InvalidOperation, TypeError) as error:
        raise Rejected("5000", "The amount is invalid.") from error


def _check_left(order, item, components):
    """Nobody gets back more than was paid, part by part."""
    paid = {
        row["type"]: amount(row["subtotal"]) for row in item["proceeds"]["breakdowns"]
    }
    for kind, part in PARTS.items():
        before = sum(
            Decimal(one["components"].get(kind, 0))
            for one in order.get("_refunds", ())
            if one["item"] == item["orderItemId"]
        )
        if components.get(kind, 0) + before > paid.get(part, 0):
            raise Rejected("18036", f"{kind} exceeds what was charged.")


def _report(feed, count, problems):
    """Return the ProcessingReport."""
    envelope = Xml.Element("AmazonEnvelope")
    header = Xml.SubElement(envelope, "Header")
    Xml.SubElement(header, "DocumentVersion").text = "1.02"
    Xml.SubElement(envelope, "MessageType").text = "ProcessingReport"
    message = Xml.SubElement(envelope, "Message")
    Xml.SubElement(message, "MessageID").text = "1"
    report = Xml.SubElement(message, "ProcessingReport")
    Xml.SubElement(report, "DocumentTransactionID").text = feed["feedId"]
    Xml.SubElement(report, "StatusCode").text = "Complete"
    summary = Xml.SubElement(report, "ProcessingSummary")
    for name, value in (
        ("MessagesProcessed", count),
        ("MessagesSuccessful", count - len(problems)),
        ("MessagesWithError", len(problems)),
        ("MessagesWithWarning", 0),
    ):
        Xml.SubElement(summary, name).text = str(value)
    for number, code, text, order in problems:
        result = Xml.SubElement(report, "Result")
        for name, value in (
            ("MessageID", number),
            ("ResultCode", "Error"),
            ("ResultMessageCode", code),
            ("ResultDescription", text),
        ):
            Xml.SubElement(result, name).text = str(value)
        info = Xml.SubElement(result, "AdditionalInfo")
        Xml.SubElement(info, "AmazonOrderID").text = order
    return Xml.tostring(envelope, encoding="utf-8", xml_declaration=True)
