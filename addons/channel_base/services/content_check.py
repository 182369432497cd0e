from collections import Counter

from odoo import models

from ..adapter.content import ContentGroup


class ContentCheck(models.AbstractModel):
    """Says before anything is sent why a product cannot be published as it is."""

    _name = "channel.content.check"
    _description = "Check of Product Content"

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
