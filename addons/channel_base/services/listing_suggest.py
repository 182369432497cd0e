import re
from difflib import SequenceMatcher

from odoo import models
from odoo.fields import Domain

CANDIDATES = 200  # products that are compared in detail
SHOWN = 5
LIKE = 0.4  # less alike is no suggestion
WORD = re.compile(r"\w{3,}")


class ListingSuggest(models.AbstractModel):
    """Products that a listing may mean, the likeliest first. A person chooses."""

    _name = "channel.listing.suggest"
    _description = "Suggest Products for Listings"

    def _suggest(self, listing):
        """Rank products by likeness of barcode, SKU and name.

        :return: at most five products.
        """
        candidates = self._candidates(listing)
        ranked = sorted(
            ((self._likeness(listing, product), product) for product in candidates),
            key=lambda pair: (-pair[0], pair[1].id),
        )
        best = [product.id for likeness, product in ranked[:SHOWN] if likeness >= LIKE]
        return self.env["product.product"].browse(best)

    def _candidates(self, listing):
        wanted = [
            *(
                (("default_code", "=ilike", f"{listing.sku[:4]}%"),)
                if listing.sku
                else ()
            ),
            *(
                (("barcode", "=ilike", f"{listing.barcode[:8]}%"),)
                if listing.barcode
                else ()
            ),
            *(("name", "ilike", word) for word in self._words(listing)),
        ]
        if not wanted:
            return self.env["product.product"]
        usable = [
            ("company_id", "in", (listing.company_id.id, False)),
            ("sale_ok", "=", True),
            ("type", "!=", "combo"),
        ]
        found = self.env["product.product"]
        # the most telling first, so that a common word does not use up all places
        for condition in wanted:
            room = CANDIDATES - len(found)
            if room <= 0:
                break
            domain = Domain([*usable, condition, ("id", "not in", found.ids)])
            found |= found.search(domain, limit=room)
        return found

    def _words(self, listing):
        """The listing's words, the longest first: they tell most."""
        return sorted(set(WORD.findall(listing.name or "")), key=len, reverse=True)[:3]

    def _likeness(self, listing, product):
        pairs = (
            (listing.barcode, product.barcode, 1.0),
            (listing.sku, product.default_code, 0.95),
            (listing.name, product.display_name, 0.9),
        )
        return max(
            (
                weight
                * SequenceMatcher(None, ours.casefold(), theirs.casefold()).ratio()
                for ours, theirs, weight in pairs
                if ours and theirs
            ),
            default=0,
        )
