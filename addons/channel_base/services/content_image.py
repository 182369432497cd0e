from odoo import models

from ..adapter.content import ContentImage
from ..adapter.errors import DataError

# The images of templates and variants as they were uploaded, without reading them.
FOUND = """
SELECT res_model, res_id, res_field, checksum, mimetype, file_size
  FROM ir_attachment
 WHERE (res_model = 'product.template' AND res_field = 'image_1920'
        AND res_id = ANY(%(templates)s))
    OR (res_model = 'product.product' AND res_field = 'image_variant_1920'
        AND res_id = ANY(%(variants)s))
    OR (res_model = 'product.image' AND res_field = 'image_1920'
        AND res_id = ANY(%(extra)s))
"""
EXTRA = "product.image"  # of Odoo's online shop, where that is installed


class ContentImages(models.AbstractModel):
    """The images of products: which there are, told by their hash, and their bytes."""

    _name = "channel.content.image"
    _description = "Images of Products"

    def _of(self, channel, templates):
        """Images of some templates, in the order in which customers see them.

        :return: (dict template id -> ``ContentImage``s, dict variant id -> image key).
        """
        extra = self._extra(templates)
        variants = templates.product_variant_ids
        found = self._find(templates, variants, extra)
        files = self._files(channel, {row[3] for row in found.values()})
        images, keys = {}, {}
        for template in templates:
            places = [("product.template", template.id)]
            places += [(EXTRA, row.id) for row in extra.get(template, ())]
            of_variants = [("product.product", one.id) for one in self._all(template)]
            mine = {}
            for place in places + of_variants:
                if place in found:
                    image = self._image(found[place], template, files)
                    mine.setdefault(image.key, image)
            images[template.id] = tuple(mine.values())
            for place in of_variants:
                if place in found:
                    keys[place[1]] = found[place][3]
        return images, keys

    def _all(self, template):
        return template.product_variant_ids

    def _extra(self, templates):
        if EXTRA not in self.env:
            return {}
        rows = self.env[EXTRA].search(
            [("product_tmpl_id", "in", templates.ids)], order="sequence, id"
        )
        return rows.grouped("product_tmpl_id")

    def _find(self, templates, variants, extra):
        extra_ids = [row.id for rows in extra.values() for row in rows]
        # attachments of fields are for whoever may read the record, and so is this
        self.env["ir.attachment"].sudo().flush_model()
        self.env.cr.execute(
            FOUND,
            {"templates": templates.ids, "variants": variants.ids, "extra": extra_ids},
        )
        return {(row[0], row[1]): row for row in self.env.cr.fetchall()}

    def _files(self, channel, keys):
        rows = self.env["channel.media"].search_fetch(
            [("channel_id", "=", channel.id), ("key", "in", list(keys))],
            ["key", "external_id"],
        )
        return {row.key: row.external_id for row in rows}

    def _image(self, row, template, files):
        model, record, field, key, mime, size = row
        return ContentImage(
            key=key,
            source=f"{model}/{record}/{field}",
            mime=mime or "",
            size=size or 0,
            alt=template.name or "",
            external_id=files.get(key, ""),
        )

    def _read(self, source, key):
        """The bytes of an image.

        :raises DataError: they are others by now; the product is computed again then.
        """
        model, record, field = source.split("/")
        # see ``_find``
        found = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", model),
                    ("res_field", "=", field),
                    ("res_id", "=", int(record)),
                    ("checksum", "=", key),
                ],
                limit=1,
            )
        )
        if not found:
            raise DataError("The image was changed meanwhile.", code="IMAGE_CHANGED")
        return found.raw
