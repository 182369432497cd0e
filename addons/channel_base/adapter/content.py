"""What a product looks like at a channel: canonical content, cut into groups of fields.

Each group has one master. What is sent names its groups; all else there is left alone.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from enum import Enum

from .canonical import Money, canonical


class ContentGroup(str, Enum):
    """Fields of a product that have one master together."""

    TEXT = "text"
    IMAGES = "images"
    VARIANTS = "variants"
    IDENTIFIERS = "identifiers"
    LOGISTICS = "logistics"
    STATUS = "status"
    TAGS = "tags"
    CATEGORY = "category"
    ATTRIBUTES = "attributes"
    TRANSLATIONS = "translations"


class ContentStatus(str, Enum):
    """Whether customers find a product."""

    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"


@canonical
class ContentLimits:
    """What a marketplace takes; 0 and empty: no limit."""

    options: int = 0
    variants: int = 0
    images: int = 0
    image_bytes: int = 0
    image_side: int = 0  # pixels of the longer side
    image_types: tuple[str, ...] = ()


@canonical
class ContentOption:
    """What variants differ by."""

    name: str
    values: tuple[str, ...]


@canonical
class ContentImage:
    """One image; ``key`` is the hash of its bytes, ``source`` where the hub has them.

    ``external_id``: the file at the channel that has these very bytes already.
    """

    key: str
    source: str
    mime: str
    size: int
    alt: str = ""
    external_id: str = ""


@canonical
class ContentAttribute:
    """A further field, under the name and type that the marketplace knows it by."""

    namespace: str
    key: str
    type: str
    value: str


@canonical
class ContentVariant:
    """One variant; ``values`` stand in the order of the product's options.

    ``external_id`` and ``stock_key``: of its listing, where there is one. ``weight`` in
    kilograms. ``image``: key of one of the product's images. ``price``: for a variant
    that is made, so that it is never sold for nothing; of others it is left alone.
    """

    key: str
    values: tuple[str, ...] = ()
    external_id: str = ""
    stock_key: str = ""
    sku: str = ""
    barcode: str = ""
    weight: Decimal | None = None
    hs_code: str = ""
    origin: str = ""
    tracked: bool = True
    requires_shipping: bool = True
    image: str = ""
    price: Money | None = None
    attributes: tuple[ContentAttribute, ...] = ()


@canonical
class ContentTranslation:
    """A text of the product in another language; ``field``: title or description."""

    language: str
    field: str
    value: str


@canonical
class ProductContent:
    """One product as the hub wants it to be there.

    ``key`` names it for ever, also when it is sent again. ``groups``: what is to be
    written; what belongs to other groups is given for products that are made only.
    A description, SKU, barcode, weight, code or country of origin that is empty leaves
    what is there.
    ``managed_collections``, ``managed_publications``: those that the hub decides
    about; of others nothing is known here. ``managed_attributes``: (namespace, key,
    owner) that the hub fills, also with nothing; owner is ``product`` or ``variant``.
    ``locations``: where its stock is kept.
    """

    key: str
    title: str
    groups: tuple[str, ...]
    external_id: str = ""
    description: str = ""
    options: tuple[ContentOption, ...] = ()
    variants: tuple[ContentVariant, ...] = ()
    images: tuple[ContentImage, ...] = ()
    status: ContentStatus = ContentStatus.DRAFT
    publications: tuple[str, ...] = ()
    managed_publications: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    category: str = ""
    collections: tuple[str, ...] = ()
    managed_collections: tuple[str, ...] = ()
    attributes: tuple[ContentAttribute, ...] = ()
    managed_attributes: tuple[tuple[str, str, str], ...] = ()
    translations: tuple[ContentTranslation, ...] = ()


@canonical
class MadeVariant:
    """A variant as the channel has it now; ``key`` as in ``ContentVariant``."""

    key: str
    external_id: str
    stock_key: str = ""


@canonical
class ContentOutcome:
    """What became of one product.

    ``groups`` are those that have been written, also where others were refused.
    ``shown``: (group, fingerprint) of what the channel shows after it, in its own
    words: that is how the echo of the hub's own write is told from somebody's change.
    ``files``: (image key, id there).
    """

    groups: tuple[str, ...] = ()
    variants: tuple[MadeVariant, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    shown: tuple[tuple[str, str], ...] = ()


@canonical
class ContentShown:
    """What the channel shows of one product: (group, fingerprint), and (group, text
    for people)."""

    external_id: str
    shown: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, str], ...] = ()


@canonical
class CatalogueCode:
    """Something of the channel's that content refers to.

    ``kind``: collection, publication, category or language.
    """

    kind: str
    code: str
    name: str


def parts(content):
    """What each group holds, as texts: equal texts need not be sent again.

    :return: dict ``ContentGroup`` -> tuple; ids given by the channel are no content.
    """
    variants = content.variants
    return {
        ContentGroup.TEXT: (content.title, content.description),
        ContentGroup.IMAGES: (
            tuple((image.key, image.alt) for image in content.images),
            tuple((one.key, one.image) for one in variants),
        ),
        ContentGroup.VARIANTS: (
            tuple((option.name, option.values) for option in content.options),
            tuple((one.key, one.values) for one in variants),
        ),
        ContentGroup.IDENTIFIERS: tuple(
            (one.key, one.sku, one.barcode) for one in variants
        ),
        ContentGroup.LOGISTICS: tuple(
            (
                one.key,
                str(one.weight),
                one.hs_code,
                one.origin,
                one.tracked,
                one.requires_shipping,
            )
            for one in variants
        ),
        ContentGroup.STATUS: (
            content.status.value,
            content.publications,
            content.locations,
            *_hidden(content),
        ),
        ContentGroup.TAGS: content.tags,
        ContentGroup.CATEGORY: (content.category, content.collections),
        ContentGroup.ATTRIBUTES: (
            tuple(map(_attribute, content.attributes)),
            tuple((one.key, *map(_attribute, one.attributes)) for one in variants),
            content.managed_attributes,
        ),
        ContentGroup.TRANSLATIONS: tuple(
            (one.language, one.field, one.value) for one in content.translations
        ),
    }


def silent(content):
    """Groups that say nothing at all: what a product has there already of these is
    somebody's, as long as nothing of it was ever sent."""
    said = {
        ContentGroup.IMAGES: content.images,
        ContentGroup.TAGS: content.tags,
        ContentGroup.CATEGORY: content.category or content.collections,
        ContentGroup.ATTRIBUTES: content.attributes
        or any(one.attributes for one in content.variants),
        ContentGroup.TRANSLATIONS: content.translations,
    }
    return {group.value for group, what in said.items() if not what}


def fingerprints(content):
    """Hash of what each group holds.

    :return: dict group's value -> hexadecimal text.
    """
    return {group.value: fingerprint(part) for group, part in parts(content).items()}


def fingerprint(part):
    """Hash of nested tuples of texts, numbers and flags."""
    return hashlib.sha256(repr(part).encode()).hexdigest()[:32]


def _hidden(content):
    """Publications that a product is kept from, at most one tuple of them."""
    hidden = set(content.managed_publications) - set(content.publications)
    return (tuple(sorted(hidden)),) if hidden else ()


def _attribute(one):
    return (one.namespace, one.key, one.type, one.value)
