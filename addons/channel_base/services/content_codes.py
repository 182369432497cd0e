from dataclasses import dataclass

from odoo import models


@dataclass(frozen=True)
class Codes:
    """What mappings of one channel say about products.

    :param languages: (locale there, language here).
    """

    categories: dict
    collection_rows: tuple
    publications: tuple
    managed_publications: tuple
    managed_collections: tuple
    languages: tuple

    def category(self, template):
        """The code of the nearest category above a product that is mapped."""
        return next(
            (
                self.categories[one]
                for one in reversed(_path(template))
                if one in self.categories
            ),
            "",
        )

    def collections(self, template):
        """Codes of the collections that a product belongs to."""
        path, tags = set(_path(template)), set(template.product_tag_ids.ids)
        return tuple(
            code
            for code, categories, wanted in self.collection_rows
            if path & categories or tags & wanted
        )


class ContentCodes(models.AbstractModel):
    """Mappings of categories, collections, publications and languages."""

    _name = "channel.content.codes"
    _description = "Codes of Product Content"

    def _of(self, channel):
        """Read all mappings of a channel at once."""
        found = self.env["channel.mapping"].search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "in", ("category", "collection", "publication", "language")),
            ],
            order="external_code",
        )
        by_kind = found.grouped("kind")
        none = found.browse()
        publications = by_kind.get("publication", none)
        collections = by_kind.get("collection", none).filtered(
            lambda row: row.category_ids or row.product_tag_ids
        )
        own = self.env["channel.content.build"]._language(channel)
        return Codes(
            categories={
                category.id: row.external_code
                for row in by_kind.get("category", none)
                for category in row.category_ids
            },
            collection_rows=tuple(
                (
                    row.external_code,
                    set(row.category_ids.ids),
                    set(row.product_tag_ids.ids),
                )
                for row in collections
            ),
            publications=tuple(
                publications.filtered(lambda row: row.publish == "show").mapped(
                    "external_code"
                )
            ),
            managed_publications=tuple(
                publications.filtered("publish").mapped("external_code")
            ),
            managed_collections=tuple(collections.mapped("external_code")),
            languages=tuple(
                (row.external_code, row.lang_id.code)
                for row in by_kind.get("language", none)
                if row.lang_id and row.lang_id.code != own
            ),
        )

    def _store(self, channel, codes):
        """Make mappings of codes that are seen for the first time, by one statement.

        :param codes: ``CatalogueCode``s.
        """
        rows = [
            (channel.id, channel.company_id.id, one.kind, one.code, one.name)
            for one in codes
        ]
        if not rows:
            return
        self.env["channel.mapping"].flush_model()
        self.env.cr.execute_values(
            """
            INSERT INTO channel_mapping
                   (channel_id, company_id, kind, external_code, external_name,
                    create_date, write_date)
            VALUES %s
            ON CONFLICT (channel_id, kind, external_code) DO UPDATE
               SET external_name = excluded.external_name
            """,
            rows,
            template="(%s, %s, %s, %s, %s, now() AT TIME ZONE 'UTC',"
            " now() AT TIME ZONE 'UTC')",
        )
        self.env["channel.mapping"].invalidate_model()


def _path(template):
    path = template.categ_id.parent_path or ""
    return [int(part) for part in path.split("/") if part]
