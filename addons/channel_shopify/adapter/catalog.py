"""Reading the catalogue: page by page when it is small, by a bulk operation when it is
large."""

from datetime import timedelta
from itertools import islice

from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    ProtocolError,
    TransientError,
)
from odoo.addons.channel_base.adapter.port import ListingPage

from . import mapper_catalog
from .documents import document
from .endpoint import parse
from .ids import digits, gid
from .mapper_common import lookup, moment, nodes

BULK_FROM = 1000  # variants; fewer are read faster by pages
BULK_PAGE = 500  # listings that one step of a bulk result hands over
BULK_WAIT = 10.0  # seconds between looks at a running operation
BULK_BUSY_WAIT = 60.0  # seconds when five operations are running already
BULK_AGAIN = timedelta(hours=1)  # after a failure that pages cannot replace
BULK_REFUSED = timedelta(minutes=1)  # after which the scope may have been granted
# Variants: a connection ends after 25,000 objects, and some are made while it is read.
PAGES_MOST = 20_000
PRODUCTS = 10  # products a query
# A position is "<way>:<rest>": pages:<cursor>, bulk:<operation>:<lines read>, busy:
PAGES, BULK, BUSY = "pages", "bulk", "busy"

BULK_STATES = {  # may its result be read?  None: not any more
    "CREATED": False,
    "RUNNING": False,
    "CANCELING": False,
    "COMPLETED": True,
    "CANCELED": None,
    "EXPIRED": None,
    "FAILED": None,
}
BULK_BUSY = {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}


class Catalog:
    """Listings through a client.

    :param clock: function without arguments that gives aware UTC moments.
    :param bulk_from: number of variants from which on a bulk operation is used.
    """

    def __init__(self, client, clock, bulk_from=BULK_FROM):
        self.client = client
        self.clock = clock
        self.bulk_from = min(bulk_from, PAGES_MOST)

    def pages(self, position):
        """``ListingPage`` from a position on; ends early where waiting is needed."""
        way, _, rest = (position or "").partition(":")
        if way == BULK:
            yield from self._bulk(*rest.split(":"))
        elif way == PAGES:
            yield from self._paged(rest)
        elif way == BUSY or self._count() > self.bulk_from:
            yield self._start_bulk()
        else:
            yield from self._paged("")

    def of_products(self, product_ids):
        """Listings of some products, all variants; a deleted product has none."""
        ids = list(dict.fromkeys(product_ids))
        for start in range(0, len(ids), PRODUCTS):
            chunk = [gid("Product", one) for one in ids[start : start + PRODUCTS]]
            data = self.client.query("product_variants", ids=chunk)
            currency = data["shop"]["currencyCode"]
            for product in nodes(data["nodes"]):
                for variant in self.client.rest(
                    product["variants"], "product_variant_page", product["id"]
                ):
                    yield mapper_catalog.listing(variant, currency)

    def _count(self):
        counted = self.client.query("variant_count")["productVariantsCount"]
        return counted["count"] if counted else 0

    def _paged(self, cursor):
        while True:
            data = self.client.query("variants", after=cursor or None)
            connection, currency = data["productVariants"], data["shop"]["currencyCode"]
            listings = tuple(
                mapper_catalog.listing(v, currency) for v in nodes(connection)
            )
            if not connection["pageInfo"]["hasNextPage"]:
                yield ListingPage(listings=listings)
                return
            cursor = connection["pageInfo"]["endCursor"]
            yield ListingPage(listings=listings, position=f"{PAGES}:{cursor}")

    # --- bulk operations --------------------------------------------------------------

    def _start_bulk(self):
        """Start the operation, or take over the one that an interrupted run has
        started."""
        query = document("variants_bulk").text
        running = nodes(self.client.query("bulk_running")["bulkOperations"])
        operation = next((part for part in running if part["query"] == query), None)
        if operation is None:
            answer = self.client.mutate("bulk_start", query=query)
            if {error.get("code") for error in answer["userErrors"]} & BULK_BUSY:
                return ListingPage(
                    listings=(), position=f"{BUSY}:", wait=BULK_BUSY_WAIT
                )
            if answer["userErrors"]:
                message = answer["userErrors"][0]["message"]
                raise ProtocolError(f"Shopify refused the bulk operation: {message}")
            operation = answer["bulkOperation"]
        if not operation:
            raise ProtocolError(
                "Shopify did not start the bulk operation and did not say why."
            )
        return ListingPage(
            listings=(), position=f"{BULK}:{digits(operation['id'])}:0", wait=BULK_WAIT
        )

    def _bulk(self, operation, done):
        data = self.client.query("bulk_state", id=gid("BulkOperation", operation))
        state, currency = data["bulkOperation"] or {}, data["shop"]["currencyCode"]
        if state.get("errorCode") == "ACCESS_DENIED":
            yield self._refused(state)
            return
        readable = state and lookup(
            BULK_STATES, state["status"], "bulk operation status"
        )
        if readable and state["url"]:
            yield from self._result(state["url"], operation, int(done), currency)
        elif readable is False:
            yield ListingPage(
                listings=(), position=f"{BULK}:{operation}:{done}", wait=BULK_WAIT
            )
        else:
            yield from self._without_bulk(state)

    def _refused(self, state):
        """:raises ConfigError: while it is young; later it is started again."""
        if self._age(state) < BULK_REFUSED:
            raise ConfigError(
                "Shopify refuses the catalogue: the scope read_products is missing."
            )
        return self._start_bulk()

    def _age(self, state):
        ended = moment(state.get("completedAt") or state.get("createdAt"))
        return self.clock() - ended if ended else timedelta.max

    def _without_bulk(self, state):
        """It failed, is forgotten, or found nothing where variants were counted: read
        pages where they hold everything, since what they do not show is gone.

        :raises ProtocolError: for a larger catalogue, while the failure is young; later
            the operation is started again.
        """
        count = self._count()
        if count <= PAGES_MOST:
            yield from self._paged("")
            return
        if self._age(state) < BULK_AGAIN:
            raise ProtocolError(
                f"Shopify did not finish the bulk operation that reads {count} variants"
                f" ({state['errorCode'] or state['status']}), and by pages it shows no"
                " more than 25,000: it is tried again in an hour.",
                code=state["status"],
            )
        yield self._start_bulk()

    def _result(self, url, operation, done, currency):
        """Pages of a finished operation from a line on."""
        lines = islice(self.client.download(url), done, None)
        while chunk := list(islice(lines, BULK_PAGE)):
            done += len(chunk)
            yield ListingPage(
                listings=tuple(_listings(chunk, currency)),
                position=f"{BULK}:{operation}:{done}",
            )
        yield ListingPage(listings=())


def _listings(lines, currency):
    for line in lines:
        if line.strip():
            payload = parse(line)
            if payload is None:
                raise TransientError("A line of the bulk result is not JSON.")
            yield mapper_catalog.listing(payload, currency)
