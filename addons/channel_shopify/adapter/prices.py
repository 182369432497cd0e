"""Reading price lists and prices, and setting prices."""

from dataclasses import replace

from odoo.addons.channel_base.adapter.canonical import (
    Price,
    PriceList,
    PriceListKind,
)
from odoo.addons.channel_base.adapter.port import PushAnswer

from . import price_calls
from .errors import ObjectError
from .ids import digits, gid
from .mapper_common import decimal, lookup, readable

READ_CHUNK = 250  # ids a query may name (facts, 3)
LIST_CHUNK = 100  # variants that a search of a list's prices names
CALLS = 25  # mutations of one request: 250 points of 1,000 (facts, 3)
ROWS = 1000  # prices of one request, so that its answer comes in time

CATALOGS = {  # type of the catalogue that a price list belongs to
    "MarketCatalog": PriceListKind.MARKET,
    "CompanyLocationCatalog": PriceListKind.COMPANY,
    "AppCatalog": PriceListKind.OTHER,
}


class Prices:
    """Prices through a client.

    :param clock: function without arguments that gives aware UTC moments.
    """

    def __init__(self, client, clock):
        self.client = client
        self.clock = clock

    def lists(self):
        """The shop's own prices, and the price list of each catalogue.

        Whether prices hold the tax is decided for the whole shop.
        """
        shop = self.client.query("shop")["shop"]
        included = bool(shop["taxesIncluded"])
        yield PriceList(
            external_id="",
            name=shop["name"],
            currency=shop["currencyCode"],
            kind=PriceListKind.BASE,
            tax_included=included,
        )
        for node in self.client.pages("price_lists"):
            yield _list(node, included)

    def shown(self, price_list, listings):
        """``Price`` of variants; of a list, those that have one of their own there."""
        if price_list:
            yield from self._of_list(price_list, tuple(dict.fromkeys(listings)))
            return
        ids = [gid("ProductVariant", one) for one in listings]
        for payload in self.client.objects("variant_prices", ids, READ_CHUNK):
            with readable(f"Variant {payload.get('id')}"):
                yield Price(
                    listing=digits(payload["id"]),
                    amount=decimal(payload["price"]),
                    compare_at=_optional(payload.get("compareAtPrice")),
                    read_at=self.clock(),
                )

    def _of_list(self, price_list, listings):
        """By the variants: a list is paged to 25,000 prices only (facts, 3)."""
        owner = gid("PriceList", price_list)
        for start in range(0, len(listings), LIST_CHUNK):
            wanted = listings[start : start + LIST_CHUNK]
            found = self.client.query(
                "list_prices",
                id=owner,
                wanted=" OR ".join(f"variant_id:{one}" for one in wanted),
            )["owner"]
            if not found:  # deleted there
                return
            for node in found["page"]["nodes"]:
                with readable(f"Price of {owner}"):
                    price = self._listed(node)
                if price.listing in wanted:
                    yield price

    def _listed(self, node):
        compare_at = node.get("compareAtPrice")
        return Price(
            listing=digits(node["variant"]["id"]),
            amount=decimal(node["price"]["amount"]),
            compare_at=_optional(compare_at and compare_at["amount"]),
            read_at=self.clock(),
        )

    # --- writing ----------------------------------------------------------------------

    def push(self, targets):
        """Set prices row by row, many mutations a request.

        Prices are absolute: what was set before a request broke off is set again.

        :param targets: of one price list.
        """
        calls, results = price_calls.planned(self._kept(targets))
        while calls:
            together, calls = _together(calls)
            results += self._request(together)
        return PushAnswer(tuple(results))

    def _kept(self, targets):
        """A price of a list is replaced as a whole: a compare-at price that is to stay
        is read and said again."""
        asked = [
            one
            for one in targets
            if one.price_list and one.keep_compare_at and one.amount is not None
        ]
        if not asked:
            return targets
        names = tuple(one.listing for one in asked)
        found = {
            price.listing: price.compare_at
            for price in self.shown(asked[0].price_list, names)
        }
        return [
            replace(one, compare_at=found.get(one.listing)) if one in asked else one
            for one in targets
        ]

    def _request(self, calls):
        """Results of some mutations of one request; what spoils it is found by
        halving."""
        try:
            answers = self.client.mutate_many(
                calls[0].document, [call.variables for call in calls]
            )
        except ObjectError as error:
            if len(calls) == 1:
                return calls[0].refused(error.code or "", error.message)
            middle = len(calls) // 2
            return self._request(calls[:middle]) + self._request(calls[middle:])
        results = []
        for call, answer in zip(calls, answers, strict=True):
            parts = call.divided(answer["userErrors"])
            results += (
                [result for part in parts for result in self._request([part])]
                if parts
                else call.results(answer["userErrors"])
            )
        return results


def _together(calls):
    """The calls that one request makes, and the others."""
    taken, rows = 0, 0
    for call in calls[:CALLS]:
        rows += len(call.targets)
        if taken and rows > ROWS:
            break
        taken += 1
    return calls[:taken], calls[taken:]


def _list(node, tax_included):
    with readable(f"Price list {node.get('id')}"):
        catalog = node.get("catalog")  # null without the right to see it
        kind = PriceListKind.OTHER
        if catalog:
            kind = lookup(CATALOGS, catalog["__typename"], "catalog type")
        return PriceList(
            external_id=digits(node["id"]),
            name=(catalog or {}).get("title") or node["name"],
            currency=node["currency"],
            kind=kind,
            tax_included=tax_included,
        )


def _optional(text):
    return None if text is None else decimal(text)
