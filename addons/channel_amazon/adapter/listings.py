"""Verbs of listings and quantities, item by item."""

from odoo.addons.channel_base.adapter.canonical import (
    PushResult,
    PushStatus,
    StockLevel,
)
from odoo.addons.channel_base.adapter.errors import ProtocolError
from odoo.addons.channel_base.adapter.port import ListingPage

from .errors import Refused
from .mapper_common import parts
from .mapper_listing import (
    OWN_STOCK,
    listing,
    marketplace_and_sku,
    own_stock,
)
from .turns import in_turn, rejected

SEARCHED = 20  # items that one call may ask for, and tells at most
SHOWN = "summaries,offers,fulfillmentAvailability,attributes"
ACCEPTED = {"ACCEPTED": True, "VALID": True, "INVALID": False}
ANY_TYPE = "PRODUCT"  # a patch of availability fits every product type


class Listings:
    """What an adapter can do with items."""

    def listings(self, position=None):
        """The catalogue by pages; Amazon tells 1000 items at most in this way."""
        while True:
            query = {"pageToken": position} if position else {}
            answer = self._search(pageSize=SEARCHED, **query)
            position = (answer.get("pagination") or {}).get("nextToken")
            found = tuple(self._read(answer))
            yield ListingPage(found, position=position)
            if not position:
                return

    def read_listings(self, external_ids):
        for asked in _slices(external_ids):
            yield from self._read(self._asked(asked))

    def stock_levels(self, pairs):
        """Quantities that the seller ships himself; what Amazon holds is not told."""
        ids = self._market_ids()
        keys = {
            marketplace_and_sku(key, ids)[1]: key
            for key, location in pairs
            if location == OWN_STOCK
        }
        for asked in _slices(keys):
            for item in parts(self._asked(asked).get("items")):
                row = own_stock(item)
                if row and item.get("sku") in keys:
                    yield StockLevel(
                        listing=keys[item["sku"]],
                        location=OWN_STOCK,
                        available=int(row.get("quantity") or 0),
                        read_at=self.clock(),
                    )

    def _asked(self, skus):
        # a comma within a SKU cannot be told from one between two
        plain = ",".join(sku for sku in skus if "," not in sku)
        answer = self._search(identifiers=plain, identifiersType="SKU") if plain else {}
        items = parts(answer.get("items"))
        odd = (self._single(sku) for sku in skus if "," in sku)
        return {"items": [*items, *filter(None, odd)]}

    def _single(self, sku):
        try:
            return self._client.call(
                "getListingsItem",
                self.settings.account,
                sku,
                marketplaceIds=",".join(self._market_ids()),
                includedData=SHOWN,
            )
        except Refused as error:
            if error.is_gone:
                return None
            raise

    def _search(self, **query):
        answer = self._client.call(
            "searchListingsItems",
            self.settings.account,
            marketplaceIds=",".join(self._market_ids()),
            includedData=SHOWN,
            **query,
        )
        if not isinstance(answer.get("items"), list):
            raise ProtocolError("Amazon's answer holds no list of items.", code="items")
        return answer

    def _read(self, answer):
        for item in parts(answer.get("items")):
            yield listing(item, self._market_ids())

    # --- quantities -------------------------------------------------------------------

    def push_stock(self, key, targets):
        """Set quantities of what the seller ships himself, a call each.

        The patch merges: what else the item has (handling time, what Amazon holds)
        stays. Absolute quantities may be sent again.
        """
        return in_turn(targets, self._set_quantity)

    def _set_quantity(self, target):
        if target.location != OWN_STOCK:
            return rejected(
                target,
                "FULFILLED_BY_AMAZON",
                "Amazon counts what lies in its own warehouses itself.",
            )
        marketplace, sku = marketplace_and_sku(
            target.stock_key or target.listing, self._market_ids()
        )
        answer = self._client.call(
            "patchListingsItem",
            self.settings.account,
            sku,
            marketplaceIds=marketplace,
            includedData="issues",
            body=_patch(target.quantity),
        )
        return _result(target, answer)


def _patch(quantity):
    row = {"fulfillment_channel_code": OWN_STOCK, "quantity": quantity}
    return {
        "productType": ANY_TYPE,
        "patches": [
            {
                "op": "merge",
                "path": "/attributes/fulfillment_availability",
                "value": [row],
            }
        ],
    }


def _result(target, answer):
    """What became of a submission: accepted is not yet live, but nothing more is
    told."""
    status = answer.get("status")
    if status not in ACCEPTED:
        raise ProtocolError(
            f"Amazon's submission status has the unknown value {status!r}.",
            code=str(status),
        )
    if ACCEPTED[status]:
        return PushResult(key=target.key, status=PushStatus.DONE)
    errors = [i for i in parts(answer.get("issues")) if i.get("severity") == "ERROR"]
    code = str(errors[0].get("code") or "") if errors else status
    texts = "; ".join(str(issue.get("message") or "") for issue in errors)
    return rejected(target, code, texts or status)


def _slices(ids):
    ids = list(dict.fromkeys(ids))
    return [ids[start : start + SEARCHED] for start in range(0, len(ids), SEARCHED)]
