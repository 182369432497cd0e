from collections import Counter

from odoo import models

from ..adapter.content import ContentGroup, ContentStatus


class ContentCheck(models.AbstractModel):
    """Says before anything is sent why a product cannot be published as it is."""

    _name = "channel.content.check"
    _description = "Check of Product Content"

    def _run(self, channel, contents, changed, prices):
        """Look at many products.

        :param contents: content by row. :param changed: groups by row.
        :param prices: ``Asked`` by variant, of those that may be made.
        :return: dict row -> list of (group's value, text).
        """
        limits = channel._adapter_class().content_limits
        doubles = self._doubles(channel, contents)
        found = {}
        for row, content in contents.items():
            found[row] = self._problems(content, limits, changed[row])
            if ContentGroup.VARIANTS.value in changed[row]:
                texts = [*doubles.get(row, ()), *self._check_prices(content, prices)]
                found[row] += [(ContentGroup.VARIANTS.value, text) for text in texts]
        return found

    def _doubles(self, channel, contents):
        """Products that would be made although the channel sells them already, in a
        product there that belongs to several here: {row: [text]}."""
        making = [row for row in contents if not row.external_id]
        templates = self.env["product.template"].concat(
            *(row.product_tmpl_id for row in making)
        )
        listings = self.env["channel.listing"].search(
            [
                ("channel_id", "=", channel.id),
                ("product_id.product_tmpl_id", "in", templates.ids),
                ("external_product_id", "!=", False),
                ("state", "!=", "gone"),
            ]
        )
        sold = listings.grouped(lambda listing: listing.product_id.product_tmpl_id)
        return {
            row: [
                self.env._(
                    "The channel sells it already, as %(listing)s, in a product that"
                    " has variants of other products here too. It would be there"
                    " twice: make them one product with variants here, or choose the"
                    " product of that listing anew.",
                    listing=sold[row.product_tmpl_id][0].display_name,
                )
            ]
            for row in making
            if row.product_tmpl_id in sold
        }

    def _check_prices(self, content, prices):
        """What is made and for sale at once is not given away unseen."""
        for one in content.variants:
            asked = prices.get(int(one.key))
            if one.external_id or not asked:
                continue
            name = " / ".join((content.title, *one.values))
            if not asked.money:
                yield self.env._(
                    "%s has no price in the channel's currency: enter its rate in"
                    " Accounting.",
                    name,
                )
            elif asked.unusual and content.status == ContentStatus.ACTIVE:
                yield self.env._(
                    "%(name)s would be sold for %(price)s, which is nothing or below"
                    " the channel's floor: correct its price or cost, or publish it as"
                    " a draft.",
                    name=name,
                    price=f"{asked.money.amount} {asked.money.currency}",
                )

    def _problems(self, content, limits, groups):
        """What is wrong with the groups that would be sent.

        :param limits: ``ContentLimits`` of the marketplace.
        :return: list of (group's value, text that says what to do).
        """
        checks = {
            ContentGroup.TEXT: self._check_text,
            ContentGroup.VARIANTS: self._check_variants,
            ContentGroup.IMAGES: self._check_images,
        }
        return [
            (group.value, problem)
            for group, check in checks.items()
            if group.value in groups
            for problem in check(content, limits)
        ]

    def _check_text(self, content, _limits):
        if not content.title.strip():
            yield self.env._("It has no name: enter one.")

    def _check_variants(self, content, limits):
        if not content.variants:
            yield self.env._("It has no variant: create one, or archive the product.")
        if limits.options and len(content.options) > limits.options:
            names = ", ".join(option.name for option in content.options)
            yield self.env._(
                "Its variants differ by %(names)s, and the channel takes %(most)s"
                " options: split the product, or make an attribute one that creates no"
                " variants.",
                names=names,
                most=limits.options,
            )
        if limits.variants and len(content.variants) > limits.variants:
            yield self.env._(
                "It has %(count)s variants, and the channel takes %(most)s: split it.",
                count=len(content.variants),
                most=limits.variants,
            )
        counted = Counter(variant.values for variant in content.variants)
        for values in (values for values, count in counted.items() if count > 1):
            yield self.env._(
                "Several variants are %s: give their values different names.",
                " / ".join(values) or content.title,
            )

    def _check_images(self, content, limits):
        if limits.images and len(content.images) > limits.images:
            yield self.env._(
                "It has %(count)s images, and the channel takes %(most)s.",
                count=len(content.images),
                most=limits.images,
            )
        for image in content.images:
            if limits.image_types and image.mime not in limits.image_types:
                yield self.env._(
                    "The channel takes no images of the type %(type)s: upload it as"
                    " JPEG or PNG.",
                    type=image.mime or "?",
                )
            if limits.image_bytes and image.size > limits.image_bytes:
                yield self.env._(
                    "An image has %(size)s MB, and the channel takes %(most)s MB:"
                    " upload a smaller one.",
                    size=image.size // 2**20,
                    most=limits.image_bytes // 2**20,
                )
