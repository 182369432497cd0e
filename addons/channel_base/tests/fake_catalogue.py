"""Products of the marketplace in memory: made under their key, tidied up, never lost.

It shows descriptions in its own words, as marketplaces do.
"""

from dataclasses import replace
from itertools import count

from ..adapter import codec
from ..adapter.canonical import PushResult, PushStatus
from ..adapter.content import (
    CatalogueCode,
    ContentGroup,
    ContentOutcome,
    ContentShown,
    MadeVariant,
    fingerprint,
    parts,
)


class FakeCatalogue:
    """What one seller account shows; ``products`` by id, each the last content."""

    def __init__(self):
        self.products = {}
        self.ids = {}  # key -> id
        self.pushes = []  # (key, groups) of all that was taken
        self.refused = {}  # key -> message
        self.codes = [CatalogueCode(kind="publication", code="shop", name="Shop")]
        self._number = count(1)

    def push(self, content):
        """Make or change one product; a second time it is simply the same."""
        if content.key in self.refused:
            return PushResult(
                key=content.key,
                status=PushStatus.REJECTED,
                code="NO",
                message=self.refused[content.key],
            )
        product_id = content.external_id or self.ids.get(content.key)
        if content.external_id and content.external_id not in self.products:
            return PushResult(
                key=content.key,
                status=PushStatus.REJECTED,
                code="GONE",
                message="It was deleted.",
            )
        product_id = product_id or f"product-{next(self._number)}"
        self.ids[content.key] = product_id
        self.pushes.append((content.key, content.groups))
        before = self.products.get(product_id)
        self.products[product_id] = self._merged(before, content)
        outcome = ContentOutcome(
            variants=tuple(
                MadeVariant(
                    key=one.key,
                    external_id=one.external_id or f"{product_id}-{one.key}",
                )
                for one in content.variants
            ),
            files=tuple((one.key, f"file-{one.key}") for one in content.images),
            shown=self.shown(product_id).shown,
        )
        return PushResult(
            key=content.key,
            status=PushStatus.DONE,
            external_id=product_id,
            outcome=codec.dumps(outcome),
        )

    def _merged(self, before, content):
        if before is None or ContentGroup.TEXT.value in content.groups:
            # as marketplaces do: other spaces, other tags
            tidy = content.description.replace("<p>", "<p> ").replace("<br>", "<br/>")
            return replace(content, description=tidy)
        return replace(content, title=before.title, description=before.description)

    def shown(self, product_id):
        """What the interface says of a product."""
        found = parts(self.products[product_id])
        text = fingerprint(found[ContentGroup.TEXT])
        title = self.products[product_id].title
        return ContentShown(
            external_id=product_id,
            shown=((ContentGroup.TEXT.value, text),),
            words=((ContentGroup.TEXT.value, title),),
        )
