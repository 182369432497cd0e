"""Files behind pre-signed URLs: uploads, results, reports, schemas (fact sheet, section
4: a URL lives five minutes)."""

import base64
import secrets

from werkzeug.wrappers import Response

from ..http import Dropped, html_answer

EXPIRED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
    "<RequestId>0A1B2C3D</RequestId></Error>"
)


def create(seller, raw=None, content_type=None, compression=None):
    """Keep a document; return its number.

    :param raw: bytes, or None until it is uploaded
    """
    number = f"amzn1.tortuga.4.eu.{seller.next_id():012d}"
    seller.table("documents")[number] = {
        "raw": None if raw is None else base64.b64encode(raw).decode(),
        "content_type": content_type,
        "compression": compression,
        "links": {},
    }
    return number


def content(seller, number):
    """Return the bytes of a document, or None when nothing was uploaded."""
    raw = seller.table("documents")[number]["raw"]
    return None if raw is None else base64.b64decode(raw)


def link(call, number, *, seconds=None):
    """Return a pre-signed URL of a document."""
    signature = secrets.token_urlsafe(12)
    life = call.seller.settings["document_seconds"] if seconds is None else seconds
    links = call.seller.table("documents")[number]["links"]
    links[signature] = call.clock.timestamp() + life
    call.seller.touch()
    return f"{call.origin}/_documents/{number}?X-Amz-Signature={signature}"


def publish(call, raw, content_type, *, seconds=None):
    """Return the URL of bytes."""
    number = create(call.seller, raw, content_type)
    return link(call, number, seconds=seconds)


def transfer(simulator, request, number):
    """Answer PUT and GET of a pre-signed URL: no token, the content type as agreed."""
    seller = next(
        (one for one in simulator.sellers.values() if number in one.table("documents")),
        None,
    )
    name = seller.name if seller else "?"
    kind = "upload" if request.method == "PUT" else "download"
    rule = simulator.faults.draw(name, "document", kind)
    outcome, response = _transferred(simulator, seller, request, number, rule)
    simulator.log.add(name, kind, outcome, document=number)
    return response


def _transferred(simulator, seller, request, number, rule):
    fault = rule.fault if rule else None
    document = seller and seller.table("documents")[number]
    signature = request.args.get("X-Amz-Signature")
    ends = document["links"].get(signature, 0) if document else 0
    if fault == "expired_document" or ends <= simulator.clock.timestamp():
        return "expired", Response(EXPIRED, 403, content_type="application/xml")
    if fault == "html_503":
        return fault, html_answer("Service Unavailable", 503)
    if fault == "reset":
        return fault, Dropped()
    if request.headers.get("x-amz-access-token"):
        return "token", Response("Only one auth mechanism allowed", 400)
    if request.method == "PUT":
        return _uploaded(seller, document, request)
    if document["raw"] is None:
        return "missing", Response("<Error><Code>NoSuchKey</Code></Error>", 404)
    raw = base64.b64decode(document["raw"])
    return "ok", Response(raw, content_type=document["content_type"])


def _uploaded(seller, document, request):
    """Keep the bytes; the Content-Type must be the one that was announced."""
    if request.headers.get("Content-Type") != document["content_type"]:
        text = "<Error><Code>SignatureDoesNotMatch</Code></Error>"
        return "signature", Response(text, 403, content_type="application/xml")
    with seller.lock:
        document["raw"] = base64.b64encode(request.get_data()).decode()
        seller.touch()
    return "ok", Response(status=200)
