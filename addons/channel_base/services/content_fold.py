from dataclasses import dataclass

from odoo import fields, models

from ..adapter import codec
from ..adapter.content import ContentOutcome, ProductContent, fingerprints

GONE = "GONE"  # code of answers about products that were deleted there
BATCHES = 100  # that one job takes over
AGAIN = {"IMAGE_CHANGED"}  # codes of answers that a new computation makes up for

STORE_MEDIA = """
INSERT INTO channel_media (channel_id, company_id, key, external_id)
VALUES %s
    ON CONFLICT (channel_id, key) DO UPDATE SET external_id = excluded.external_id
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one product, beside what was sent.

    :param row: ``channel.product``. :param item: of the batch.
    """

    row: models.Model
    item: models.Model
    content: ProductContent
    outcome: ContentOutcome

    @classmethod
    def of(cls, row, item):
        outcome = ContentOutcome()
        if item.outcome:
            outcome = codec.loads(ContentOutcome, item.outcome)
        return cls(row, item, codec.loads(ProductContent, item.payload), outcome)

    @property
    def variants(self):
        """What was sent of each variant, by its key."""
        return {variant.key: variant for variant in self.content.variants}


class ContentFold(models.AbstractModel):
    """Take the answers of finished batches over into the products."""

    _name = "channel.content.fold"
    _description = "Product Answers"

    def _run(self):
        """Fold all batches that have been answered."""
        batches = (
            self.env["channel.push.batch"]
            .sudo()  # one job for all companies: below, each channel's own user goes on
            .search(
                [
                    ("kind", "=", "product"),
                    ("folded", "=", False),
                    ("state", "not in", ("pending", "sent")),
                ],
                order="id",
                limit=BATCHES,
            )
        )
        if len(batches) == BATCHES:
            self.env["channel.product"]._wake()
        for channel, rows in batches.grouped("channel_id").items():
            worker = channel._as_worker()
            self.with_env(worker.env)._fold(worker, rows.with_env(worker.env))

    def _fold(self, channel, batches):
        self.env["channel.cursor"]._lock(channel, "content")
        taken, confirmed = [], self.env["channel.product"]
        for item in batches.item_ids.sorted("id"):
            row = item.channel_product_id
            if row.state != "sent":
                continue
            answer = Answer.of(row, item)
            if item.status in ("done", "rejected"):
                self._take_over(answer)
                taken.append(answer)
            if item.status == "done":
                self._confirm(row)
                confirmed |= row
            else:
                self._turn_down(channel, row, item)
        self._store_media(channel, taken)
        self._store_listings(channel, taken)
        self._settle(channel, confirmed)
        batches.write({"folded": True})

    def _settle(self, channel, rows):
        subjects = [row._subject() for row in rows]
        for kind in ("content_rejected", "content_drift"):
            self.env["channel.issue"]._settle(channel, kind, subjects)

    def _turn_down(self, channel, row, item):
        if item.status == "rejected" and item.code == GONE:
            row.write({"state": "gone", "error": item.message, "approved": False})
            row.listing_ids._mark_gone()
            self._report(channel, row, item)
        elif item.status == "rejected" and item.code not in AGAIN:
            row.write({"state": "error", "error": item.message or item.code})
            self._report(channel, row, item)
        else:  # superseded, or computed again from what is there now
            row.write({"state": "open", "dirty": True})

    def _take_over(self, answer):
        """What has been written counts, also where something else was refused."""
        row, item = answer.row, answer.item
        content, outcome = answer.content, answer.outcome
        done = item.status == "done"
        groups = outcome.groups or (content.groups if done else ())
        hashes = fingerprints(content)
        taken = {group: hashes[group] for group in groups}
        shown = dict(outcome.shown)
        left = [group for group in content.groups if group not in groups]
        row.write(
            {
                "external_id": item.external_id or row.external_id,
                "confirmed": {**(row.confirmed or {}), **taken},
                "shown": {**(row.shown or {}), **shown},
                "pending": left or False,
                "confirmed_at": item.batch_id.answered_at or fields.Datetime.now(),
            }
        )

    def _confirm(self, row):
        if row.pending:  # the channel takes some groups after the others
            row.write({"state": "open", "dirty": True, "error": False})
        else:
            row.write({"state": "done", "error": False})

    def _store_media(self, channel, answers):
        files = {}
        for answer in answers:
            files |= dict(answer.outcome.files)
        rows = [(channel.id, channel.company_id.id, *pair) for pair in files.items()]
        if rows:
            self.env["channel.media"].flush_model()
            self.env.cr.execute_values(STORE_MEDIA, rows)
            self.env["channel.media"].invalidate_model()

    def _store_listings(self, channel, answers):
        """Variants that were made are listings from now on: stock and orders know
        them."""
        made = {
            one.external_id: (one, answer, variants.get(one.key))
            for answer in answers
            for variants in [answer.variants]
            for one in answer.outcome.variants
        }
        Listing = self.env["channel.listing"].with_context(active_test=False)
        known = Listing.search(
            [("channel_id", "=", channel.id), ("external_id", "in", list(made))]
        ).grouped("external_id")
        new = []
        for external_id, (one, answer, variant) in made.items():
            listing = known.get(external_id)
            if listing:
                self._hang(listing, answer.row, one)
            elif variant:
                new.append(self._prepare_listing(channel, answer, variant, one))
        Listing.create(new)

    def _hang(self, listing, row, made):
        """A listing that was known before, or read meanwhile, is the product's."""
        if listing.channel_product_id != row:
            listing.channel_product_id = row
        if not listing.product_id:
            product = self.env["product.product"].browse(int(made.key))
            listing.product_id = product.exists()

    def _prepare_listing(self, channel, answer, variant, made):
        row, content = answer.row, answer.content
        product = self.env["product.product"].browse(int(variant.key)).exists()
        names = [content.title, " / ".join(filter(None, variant.values))]
        return {
            "channel_id": channel.id,
            "external_id": made.external_id,
            "external_product_id": row.external_id,
            "channel_product_id": row.id,
            "stock_key": made.stock_key or False,
            "name": " - ".join(filter(None, names)),
            "sku": variant.sku or False,
            "barcode": variant.barcode or False,
            "state": content.status.value,
            "tracked": variant.tracked,
            "product_id": product.id,
        }

    def _report(self, channel, row, item):
        self.env["channel.issue"]._report(
            channel,
            "content_rejected",
            row._subject(),
            self.env._(
                "%(channel)s refused %(product)s: %(answer)s Correct it here or there,"
                " then resolve this issue to send it again.",
                channel=channel.name,
                product=row.display_name,
                answer=item.message or item.code,
            ),
            detail=item.code or "",
            product=row.product_tmpl_id.product_variant_ids[:1],
        )
