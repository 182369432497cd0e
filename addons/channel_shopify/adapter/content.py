"""Telling Shopify what products look like."""

import json

from odoo.addons.channel_base.adapter import codec
from odoo.addons.channel_base.adapter.canonical import PushResult, PushStatus
from odoo.addons.channel_base.adapter.content import (
    ContentGroup,
    ContentOutcome,
    ContentShown,
    MadeVariant,
)
from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    DataError,
    ProtocolError,
    RejectedError,
    TransientError,
)
from odoo.addons.channel_base.adapter.port import PushAnswer

from . import content_plain, content_plan as plan
from .content_extras import Extras
from .content_files import Files
from .content_setup import KEY
from .content_shown import shown, words
from .ids import digits, gid
from .mapper_common import lookup, nodes, readable

CHUNK = 5  # products a query
CALL_ROWS = 250  # rows of any input array (facts, 3)
ASYNC_FROM = 100  # variants: more are written beside the call (facts, 6)
POLL_AFTER = 5.0  # seconds
GONE = {"PRODUCT_DOES_NOT_EXIST", "NOT_FOUND"}
COMPLETE = {"COMPLETE": True, "CREATED": False, "ACTIVE": False}
# Groups that need the product to be there.
AFTERWARDS = {
    ContentGroup.ATTRIBUTES,
    ContentGroup.STATUS,
    ContentGroup.TRANSLATIONS,
}


class Products:
    """Products through a client.

    A push starts with what Shopify shows now, unless it says no more than a text: a
    product that was made is found by its key, whoever lost the answer, and lists are
    complete.

    :param read_image: function (source, key) -> bytes.
    """

    def __init__(self, client, read_image):
        self.client = client
        self.files = Files(client, read_image)
        self.extras = Extras(client)

    def shown(self, external_ids):
        """``ContentShown`` of the products that are there."""
        for product_id, state in self._states(external_ids).items():
            with readable(f"Product {product_id}"):
                found = ContentShown(
                    external_id=product_id, shown=shown(state), words=words(state)
                )
            yield found

    def push(self, products):
        """Write products one after the other; a refused one spoils no other."""
        plain = [one for one in products if plan.is_plain(one)]
        others = [one for one in products if not plan.is_plain(one)]
        states = self._states([one.external_id for one in others if one.external_id])
        results, tickets = [], []
        for result, ticket in (
            *content_plain.results(self, plain),
            *(self.result(one, states.get(one.external_id)) for one in others),
        ):
            results.append(result)
            tickets += [ticket] if ticket else []
        return _answer(results, tickets)

    def result(self, content, state, answer=None):
        """Write one product.

        :param answer: to its ``productSet``, where that has been called already.
        :return: (``PushResult``, ticket or None).
        """
        try:
            if not answer:
                return self._push(content, state)
            state = self._taken(answer, state.currency)
            return self._finish(content, state, _groups(content), {})
        except (RejectedError, DataError, ProtocolError) as error:
            return _rejected(content.key, error), None

    # --- one product ------------------------------------------------------------------

    def _push(self, content, state):
        """:return: (``PushResult``, ticket or None)."""
        if content.external_id and state is None:
            raise RejectedError(
                "The product was deleted in Shopify: publish it again, or leave it.",
                code="GONE",
            )
        if not content.external_id:
            state = self._by_key(content)
        with readable(f"Product {content.external_id or content.title}"):
            wanted, files = self._wanted(content, state)
        groups = _groups(content)
        rows = plan.variant_inputs(content, state) if state else []
        if wanted:
            _check_currency(content, state, wanted, self)
            slow = len(wanted.get("variants", ())) > ASYNC_FROM
            answer = self._set(content, state, wanted, not slow)
            if slow:
                return self._pending(content, answer, groups - AFTERWARDS)
            state = self._taken(answer, state and state.currency)
        for start in range(0, len(rows), CALL_ROWS):
            state = self._set_variants(state, rows[start : start + CALL_ROWS])
        return self._finish(content, state, groups, files)

    def _wanted(self, content, state):
        files = {}
        if ContentGroup.IMAGES.value in content.groups:
            files = self.files.inputs(content, state)
        return plan.product_input(content, state, files), files

    def _by_key(self, content):
        """A product that was made under this key before; None for none."""
        data = self.client.query("content_by_key", key=content.key)
        currency = data["shop"]["currencyCode"]
        return self._state(data["product"], currency) if data["product"] else None

    def _set(self, content, state, wanted, synchronous):
        identifier = (
            {"id": state.gid}
            if state
            else {"customId": {"key": KEY, "value": content.key}}
        )
        return self.client.mutate(
            "product_set",
            identifier=identifier,
            input=wanted,
            synchronous=synchronous,
        )

    def _taken(self, answer, currency):
        """``State`` of a product that was written.

        :raises RejectedError: it was not.
        """
        _accepted(answer["userErrors"])
        if not answer["product"]:
            raise TransientError("Shopify did not say whether it took the product.")
        return self._state(answer["product"], currency)

    def _set_variants(self, state, rows):
        """Write fields of variants that are there; all of the rows, or none."""
        answer = self.client.mutate(
            "content_variants_set", product=state.gid, variants=rows
        )
        _accepted(answer["userErrors"])
        if not answer["product"]:
            raise TransientError("Shopify did not say whether it took the variants.")
        return self._state(answer["product"], state.currency)

    def _finish(self, content, state, groups, files):
        """All that follows the product itself, then what is to be seen of it."""
        product = digits(state.gid)
        problems, left = self._extras(content, state, groups)
        outcome = self._outcome(content, state, groups - left, files)
        if problems:
            error = RejectedError(" ".join(problems), code="PARTLY")
            return _rejected(content.key, error, product, outcome), None
        ticket = {
            "key": content.key,
            "product": product,
            "outcome": codec.dumps(outcome),
        }
        try:
            ticket["media"] = self._new_media(state, files)
        except RejectedError as error:
            return self._failed(ticket, error), None
        if ticket["media"]:
            return PushResult(key=content.key, status=PushStatus.PENDING), ticket
        return _done(content.key, product, outcome), None

    def _extras(self, content, state, groups):
        """:return: (problems, groups that were not written)."""
        variants = {key: node["id"] for key, node in plan.match(content, state).items()}
        items = [node["inventoryItem"]["id"] for node in state.variants]
        steps = (
            (
                ContentGroup.ATTRIBUTES,
                lambda: self.extras.attributes(content, state.gid, variants),
            ),
            (ContentGroup.STATUS, lambda: self.extras.publish(content, state.gid)),
            (ContentGroup.STATUS, lambda: self.extras.activate(content, items)),
            (
                ContentGroup.TRANSLATIONS,
                lambda: self.extras.translate(content, state.gid),
            ),
        )
        problems, left = [], set()
        for group, step in steps:
            if group in groups:
                try:
                    step()
                except RejectedError as error:
                    problems.append(error.message)
                    left.add(group)
                except ConfigError as error:
                    if error.code != "ACCESS_DENIED":
                        raise
                    problems.append(error.message)
                    left.add(group)
        return problems, left

    def _outcome(self, content, state, groups, files):
        matched = plan.match(content, state)
        known = plan.media_by_key(content, state)
        images = [node["id"] for node in state.media if _is_image(node)]
        if len(images) == len(files):  # in the order in which they were given
            known |= dict(zip(files, images, strict=True))
        return ContentOutcome(
            groups=tuple(g.value for g in ContentGroup if g in groups),
            variants=tuple(
                MadeVariant(
                    key=key,
                    external_id=digits(node["id"]),
                    stock_key=digits(node["inventoryItem"]["id"]),
                )
                for key, node in matched.items()
            ),
            files=tuple((key, digits(one)) for key, one in known.items()),
            shown=shown(state),
        )

    def _new_media(self, state, files):
        """Global ids of images that Shopify has still to process."""
        fresh = any("originalSource" in one for one in files.values())
        images = [node["id"] for node in state.media if _is_image(node)]
        return self.files.unready(images) if fresh else ()

    # --- what comes later -------------------------------------------------------------

    def _pending(self, content, answer, groups):
        _accepted(answer["userErrors"])
        if not answer["productSetOperation"]:
            raise TransientError("Shopify did not say whether it takes the product.")
        ticket = {
            "key": content.key,
            "operation": digits(answer["productSetOperation"]["id"]),
            "groups": sorted(group.value for group in groups),
            "options": [option.name for option in content.options],
            "variants": {
                one.key: [one.external_id, *one.values] for one in content.variants
            },
        }
        return PushResult(key=content.key, status=PushStatus.PENDING), ticket

    def poll(self, ticket):
        """Results of what was processed meanwhile."""
        results, waiting = [], []
        for part in json.loads(ticket):
            try:
                result = (
                    self._operation(part) if "operation" in part else self._media(part)
                )
            except (RejectedError, ProtocolError) as error:
                result = self._failed(part, error)
            if result:
                results.append(result)
            else:
                waiting.append(part)
        return _answer(results, waiting)

    def _operation(self, part):
        data = self.client.query(
            "product_operation", id=gid("ProductSetOperation", part["operation"])
        )
        operation = data["productOperation"]
        if not operation:
            raise ProtocolError("Shopify has forgotten the operation on the product.")
        if not lookup(COMPLETE, operation["status"], "product operation status"):
            return None
        _accepted(operation.get("userErrors") or ())
        if not operation["product"]:
            raise ProtocolError("Shopify finished the operation without a product.")
        product = digits(operation["product"]["id"])
        state = self._states([product]).get(product)
        if state is None:
            return None
        outcome = ContentOutcome(
            groups=tuple(part["groups"]),
            variants=_made(part, state),
            shown=shown(state),
        )
        return _done(part["key"], product, outcome)

    def _media(self, part):
        if self.files.unready(part["media"]):
            return None
        outcome = codec.loads(ContentOutcome, part["outcome"])
        return _done(part["key"], part["product"], outcome)

    def _failed(self, part, error):
        """Where only the images failed, all else has been written."""
        if "outcome" not in part:
            return _rejected(part["key"], error)
        outcome = codec.loads(ContentOutcome, part["outcome"])
        groups = tuple(g for g in outcome.groups if g != ContentGroup.IMAGES.value)
        kept = ContentOutcome(
            groups=groups, variants=outcome.variants, shown=outcome.shown
        )
        return _rejected(part["key"], error, part["product"], kept)

    # --- state ------------------------------------------------------------------------

    def _states(self, external_ids):
        """{id: ``State``} of the products that are there."""
        found = {}
        ids = list(dict.fromkeys(external_ids))
        for start in range(0, len(ids), CHUNK):
            chunk = [gid("Product", one) for one in ids[start : start + CHUNK]]
            data = self.client.query("content_state", ids=chunk)
            for payload in nodes(data["nodes"]):
                if payload.get("id"):
                    currency = data["shop"]["currencyCode"]
                    found[digits(payload["id"])] = self._state(payload, currency)
        return found

    def _state(self, payload, currency):
        """:param currency: the shop's; None for a product that was made just now."""
        rest, product = self.client.rest, payload["id"]
        return plan.State(
            payload=payload,
            media=rest(payload["media"], "content_media_page", product),
            variants=rest(payload["variants"], "content_variant_page", product),
            collections=rest(
                payload["collections"], "content_collection_page", product
            ),
            currency=currency,
        )


def _check_currency(content, state, wanted, products):
    """New variants are priced in the shop's currency, or not made.

    :raises RejectedError: for prices in another one.
    """
    made = [one for one in wanted.get("variants", ()) if "id" not in one]
    if not made:
        return
    currency = state.currency if state else None
    if currency is None:
        currency = products.client.query("shop")["shop"]["currencyCode"]
    theirs = {one.price.currency for one in content.variants if one.price}
    if theirs - {currency}:
        raise RejectedError(
            f"New variants would have prices in {', '.join(sorted(theirs))}, and the"
            f" shop sells in {currency}: choose a pricelist in {currency} on the"
            " channel.",
            code="CURRENCY",
        )


def _made(part, state):
    by_id = {digits(node["id"]): node for node in state.variants}
    by_values = {
        tuple(plan.values_of(node).get(name, "") for name in part["options"]): node
        for node in state.variants
    }
    found = []
    for key, (external_id, *values) in part["variants"].items():
        node = by_id.get(external_id) or by_values.get(tuple(values))
        if node:
            found.append(
                MadeVariant(
                    key=key,
                    external_id=digits(node["id"]),
                    stock_key=digits(node["inventoryItem"]["id"]),
                )
            )
    return tuple(found)


def _groups(content):
    return {ContentGroup(one) for one in content.groups}


def _is_image(node):
    return node["mediaContentType"] == "IMAGE"


def _accepted(errors):
    """:raises RejectedError: with Shopify's words, and the fields they are about."""
    if not errors:
        return
    texts = [
        f"{error['message']} ({'.'.join(error['field'])})"
        if error.get("field")
        else error["message"]
        for error in errors
    ]
    codes = {error.get("code") for error in errors}
    code = "GONE" if codes & GONE else errors[0].get("code") or "USER_ERROR"
    raise RejectedError("; ".join(texts), code=code)


def _done(key, product, outcome):
    return PushResult(
        key=key,
        status=PushStatus.DONE,
        external_id=product,
        outcome=codec.dumps(outcome),
    )


def _rejected(key, error, product="", outcome=None):
    return PushResult(
        key=key,
        status=PushStatus.REJECTED,
        code=str(error.code or ""),
        message=error.message,
        external_id=product,
        outcome=codec.dumps(outcome) if outcome else "",
    )


def _answer(results, tickets):
    return PushAnswer(
        tuple(results),
        ticket=json.dumps(tickets) if tickets else "",
        retry_after=POLL_AFTER if tickets else 0.0,
    )
