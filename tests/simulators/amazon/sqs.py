"""The queue behind a destination, in the JSON protocol of Amazon SQS: at least once, a
message that is not deleted comes again."""

import hashlib
import json
import uuid

from ..http import json_answer

HIDDEN_SECONDS = 30
AT_MOST = 10


def answer(simulator, request):
    """Answer an action named by `X-Amz-Target`."""
    name = request.headers.get("X-Amz-Target", "").removeprefix("AmazonSQS.")
    body = request.get_json(silent=True, force=True) or {}
    queue = body.get("QueueName") or body.get("QueueUrl", "").rpartition("/")[2]
    seller = _owner(simulator, queue)
    rule = simulator.faults.draw(seller.name if seller else "?", "sqs")
    if rule and rule.fault == "http_503":
        return _error("ServiceUnavailable", 503)
    if seller is None:
        return _error("QueueDoesNotExist")
    action = _ACTIONS.get(name)
    if action is None:
        return _error("InvalidAction")
    with seller.lock:
        answered = action(seller, body, request, queue)
        seller.touch()
    simulator.log.add(seller.name, f"sqs_{name}", "ok")
    return json_answer(answered)


def _owner(simulator, queue):
    """Return the seller who has a destination of this queue."""
    for seller in simulator.sellers.values():
        for one in seller.table("destinations").values():
            arn = one["resource"].get("sqs", {}).get("arn", "")
            if arn.rpartition(":")[2] == queue:
                return seller
    return None


def _error(code, status=400):
    kind = f"com.amazonaws.sqs#{code}"
    return json_answer({"__type": kind, "message": code}, status)


def _url(_seller, _body, request, queue):
    return {"QueueUrl": f"{request.host_url}_sqs/123456789012/{queue}"}


def _receive(seller, body, _request, _queue):
    """Hand out messages, hidden from others for a while."""
    now, hidden = seller.clock.timestamp(), seller.table("queue_hidden")
    seconds = body.get("VisibilityTimeout", HIDDEN_SECONDS)
    most = min(body.get("MaxNumberOfMessages", 1), AT_MOST)
    free = [one for one in seller.table("queue") if hidden.get(one, 0) <= now]
    found = []
    for number in free[:most]:
        hidden[number] = now + seconds
        raw = json.dumps(seller.table("queue")[number])
        digest = hashlib.md5(raw.encode(), usedforsecurity=False).hexdigest()
        found.append(
            {
                "MessageId": number,
                "ReceiptHandle": f"{number}:{uuid.uuid4()}",
                "MD5OfBody": digest,
                "Body": raw,
            }
        )
    return {"Messages": found} if found else {}


def _forget(seller, receipt):
    number = receipt.partition(":")[0]
    seller.table("queue").pop(number, None)
    seller.table("queue_hidden").pop(number, None)


def _delete(seller, body, _request, _queue):
    _forget(seller, body["ReceiptHandle"])
    return {}


def _delete_all(seller, body, _request, _queue):
    for one in body["Entries"]:
        _forget(seller, one["ReceiptHandle"])
    return {"Successful": [{"Id": one["Id"]} for one in body["Entries"]], "Failed": []}


def _attributes(seller, _body, _request, _queue):
    count = str(len(seller.table("queue")))
    return {"Attributes": {"ApproximateNumberOfMessages": count}}


_ACTIONS = {
    "GetQueueUrl": _url,
    "ReceiveMessage": _receive,
    "DeleteMessage": _delete,
    "DeleteMessageBatch": _delete_all,
    "GetQueueAttributes": _attributes,
}
