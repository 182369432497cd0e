from dataclasses import replace
from uuid import uuid4

from odoo import models

from ..adapter import codec
from ..adapter.content import ContentGroup, fingerprints, silent
from .content_build import variants_of

# Without these there is no product: they are sent when it is made, whoever goes on to
# decide about them.
MAKING = {ContentGroup.TEXT.value, ContentGroup.VARIANTS.value}


class ContentFreeze(models.AbstractModel):
    """Compare what products look like with what was taken; freeze what differs."""

    _name = "channel.content.freeze"
    _description = "Product Batches"

    def _run(self, channel, rows):
        """Compute some products of one channel: a query per batch, none per product.

        In shadow what differs is kept to be looked at, and nothing is sent.
        """
        contents, changed, problems = self._compare(channel, rows)
        invalid = self._invalid(channel, problems)
        equal = rows.filtered(lambda row: not changed[row])
        self._keep_pending(changed)
        equal.filtered(lambda row: row.state != "done").write({"state": "done"})
        invalid.write({"state": "error"})
        rows.write({"dirty": False})
        self._settle(channel, rows - invalid, "content_invalid")
        self.env["channel.content.left"]._run(channel, rows)
        if channel.catalogue_flow == "on":
            self._freeze(channel, rows - equal - invalid, contents, changed)

    def _compare(self, channel, rows):
        """What some products look like, and what of it would be sent.

        :return: (content by row, changed groups by row, problems by row: lists of
            (group's value, text that says what to do)).
        """
        contents = self.env["channel.content.build"]._build(channel, rows)
        changed = {
            row: self._changed(row, content) for row, content in contents.items()
        }
        # only these calls can make variants
        making = rows.filtered(
            lambda row: not row.external_id
            or ContentGroup.VARIANTS.value in changed[row]
        )
        variants = variants_of(making.product_tmpl_id)
        prices = self.env["channel.content.price"]._of(channel, variants)
        for row in making:
            contents[row] = self._priced(contents[row], prices)
        check = self.env["channel.content.check"]
        return contents, changed, check._run(channel, contents, changed, prices)

    def _priced(self, content, prices):
        variants = tuple(
            replace(one, price=prices[int(one.key)].money)
            if int(one.key) in prices
            else one
            for one in content.variants
        )
        return replace(content, variants=variants)

    def _changed(self, row, content):
        """Groups to be sent: those that Odoo decides about and that differ.

        A product that is made gets all but what is not synchronised.
        """
        masters = row._masters()
        if not row.external_id:
            making = {group for group, who in masters.items() if who != "none"}
            return tuple(
                group.value for group in ContentGroup if group.value in making | MAKING
            )
        taken = row.confirmed or {}
        now, unsaid = fingerprints(content), silent(content) - taken.keys()
        return tuple(
            group
            for group in content.groups
            if now[group] != taken.get(group) and group not in unsaid
        )

    def _keep_pending(self, changed):
        """Note what differs: one write for all products that differ in the same."""
        alike = {}
        for row, groups in changed.items():
            if tuple(row.pending or ()) != groups:
                alike.setdefault(groups, []).append(row.id)
        for groups, ids in alike.items():
            self.env["channel.product"].browse(ids).pending = list(groups) or False

    def _invalid(self, channel, problems):
        """Products that cannot be sent as they are: an issue each, the others go on."""
        invalid, reports = self.env["channel.product"], []
        for row, found in problems.items():
            if found:
                invalid |= row
                row.error = " ".join(text for _group, text in found)
                reports.append(self._report(channel, row))
        self.env["channel.issue"]._report_many(reports)
        return invalid

    def _report(self, channel, row):
        return {
            "channel": channel,
            "kind": "content_invalid",
            "subject": row._subject(),
            "message": self.env._(
                "%(product)s cannot be published on %(channel)s: %(problems)s It is"
                " sent by itself once the product is changed.",
                product=row.display_name,
                channel=channel.name,
                problems=row.error,
            ),
            "product": row.product_tmpl_id.product_variant_ids[:1],
        }

    def _settle(self, channel, rows, kind):
        subjects = [row._subject() for row in rows]
        self.env["channel.issue"]._settle(channel, kind, subjects)

    def _freeze(self, channel, rows, contents, changed):
        size = channel._adapter_class().product_batch
        batches = self.env["channel.push.batch"]
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            batches |= batches.create(
                {
                    "channel_id": channel.id,
                    "kind": "product",
                    "key": str(uuid4()),
                    "item_ids": [
                        (0, 0, self._item(channel, row, contents[row], changed[row]))
                        for row in part
                    ],
                }
            )
        for row in rows:
            hashes = fingerprints(contents[row])
            sent = {group: hashes[group] for group in changed[row]}
            row.sent = {**(row.sent or {}), **sent}
        rows.write({"state": "sent"})
        for batch in batches[:1]:  # each wakes the next
            self.env["channel.wakeup"]._after_commit(batch, "_job_send")

    def _item(self, channel, row, content, groups):
        return {
            "channel_id": channel.id,
            "key": row.key,
            "channel_product_id": row.id,
            "payload": codec.dumps(replace(content, groups=groups)),
        }
