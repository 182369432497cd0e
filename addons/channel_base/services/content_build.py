from decimal import Decimal

from markupsafe import Markup, escape

from odoo import models
from odoo.tools import SQL, is_html_empty

from ..adapter.content import (
    ContentOption,
    ContentStatus,
    ContentTranslation,
    ContentVariant,
    ProductContent,
)

BODIES = ("description_ecommerce", "description_sale")
TEXTS = ("title", "description")
GRAMS = Decimal("0.001")  # weights are told in kilograms, to the gram


class ContentBuild(models.AbstractModel):
    """What products look like here: canonical content, many products at once."""

    _name = "channel.content.build"
    _description = "Content of Products"

    def _build(self, channel, rows):
        """Content of some products of one channel, with all groups' fields.

        :param rows: ``channel.product``s.
        :return: dict row -> ``ProductContent`` that names the groups Odoo is master of.
        """
        language = self._language(channel)
        templates = rows.product_tmpl_id.with_context(lang=language)
        facts = self._facts(channel, templates)
        return {
            row: self._content(
                row, row.product_tmpl_id.with_context(lang=language), facts
            )
            for row in rows
        }

    def _language(self, channel):
        company = channel.company_id.partner_id.lang
        return channel.content_lang_id.code or company or self.env.lang or "en_US"

    def _facts(self, channel, templates):
        """What is read once for all products."""
        images, variant_images = self._images(channel, templates)
        codes = self.env["channel.content.codes"]._of(channel)
        return {
            "codes": codes,
            "images": images,
            "variant_images": variant_images,
            "attributes": self.env["channel.content.attributes"]._of(channel),
            "listings": self._listings(channel, templates),
            "locations": tuple(
                channel.location_ids.filtered("feed_ids").mapped("external_id")
            ),
            "kilograms": self._kilograms(),
            "counted": self._counted(channel, variants_of(templates)),
            "texts": self._texts(templates, codes.languages),
        }

    def _images(self, channel, templates):
        return self.env["channel.content.image"]._of(channel, templates)

    def _listings(self, channel, templates):
        """Listings that products have there already, by variant."""
        found = self.env["channel.listing"].search(
            [
                ("channel_id", "=", channel.id),
                ("product_id", "in", variants_of(templates).ids),
                ("state", "!=", "gone"),
            ],
            order="id desc",
        )
        return {(one.product_id.id, one.external_product_id): one for one in found}

    def _counted(self, channel, variants):
        """Ids of variants that a quantity is told of: what is stored, and kits of
        that."""
        kits = self.env["channel.stock.kit"]._components(
            variants.ids, channel.company_id
        )
        stored = variants.filtered("is_storable")
        return {*stored.ids, *(kit for kit, parts in kits.items() if parts)}

    def _kilograms(self):
        """What one unit of Odoo's weights is in kilograms."""
        unit = self.env[
            "product.template"
        ]._get_weight_uom_id_from_ir_config_parameter()
        return Decimal(
            str(
                unit._compute_quantity(
                    1, self.env.ref("uom.product_uom_kgm"), round=False
                )
            )
        )

    def _texts(self, templates, languages):
        """Title and description in further languages: dict language -> id -> texts.

        Empty where nobody has translated them: Odoo shows another language then, which
        would be written over what somebody else has translated there.
        """
        texts = {}
        names, bodies = (
            self._translated(templates, languages, fields)
            for fields in (("name",), BODIES)
        )
        for locale, code in languages:
            translated = templates.with_context(lang=code)
            texts[locale] = {
                one.id: (
                    one.name if (one.id, code) in names else "",
                    self._html(one) if (one.id, code) in bodies else "",
                )
                for one in translated
            }
        return texts

    def _translated(self, templates, languages, names):
        """Which products have some fields in which languages: {(id, language)}."""
        found = set()
        codes = [code for _locale, code in languages]
        for name in names if codes else ():
            field = templates._fields.get(name)
            if field and field.store and field.translate:
                templates.flush_model([name])
                query = SQL(
                    """SELECT template.id, code FROM product_template template
                         JOIN unnest(%s) AS code ON template.%s ? code
                        WHERE template.id = ANY(%s)""",
                    codes,
                    SQL.identifier(name),
                    templates.ids,
                )
                found |= set(self.env.execute_query(query))
        return found

    # --- one product ------------------------------------------------------------------

    def _content(self, row, template, facts):
        masters = row._masters()
        codes = facts["codes"]
        options, values = self._options(template)
        variants = tuple(
            self._variant(row, variant, values, facts)
            for variant in variants_of(template)
        )
        return ProductContent(
            key=row.key,
            external_id=row.external_id or "",
            groups=tuple(group for group, who in masters.items() if who == "odoo"),
            title=template.name or "",
            description=self._html(template),
            options=options,
            variants=variants,
            images=facts["images"].get(template.id, ()),
            status=self._status(row, template),
            publications=codes.publications,
            managed_publications=codes.managed_publications,
            locations=facts["locations"] if any(v.tracked for v in variants) else (),
            tags=tuple(sorted(set(template.product_tag_ids.mapped("name")))),
            category=codes.category(template),
            collections=codes.collections(template),
            managed_collections=codes.managed_collections,
            attributes=facts["attributes"].values(template),
            managed_attributes=facts["attributes"].managed,
            translations=self._translations(template, facts["texts"]),
        )

    def _html(self, template):
        """The description as HTML: that of the online shop, or else the sales text."""
        shop = template._fields.get("description_ecommerce") and (
            template.description_ecommerce
        )
        if shop and not is_html_empty(shop):
            return str(shop)
        text = template.description_sale or ""
        lines = [escape(line) for line in text.splitlines()]
        return str(Markup("<p>%s</p>") % Markup("<br>").join(lines)) if lines else ""

    def _status(self, row, template):
        if row.withdrawn or not template.active:
            return ContentStatus.ARCHIVED
        if not template.sale_ok:
            return ContentStatus.DRAFT
        wanted = row.listing_group_id.publish_status or row.channel_id.publish_status
        return ContentStatus(wanted)

    def _options(self, template):
        """What variants differ by; attributes that make no variants are no options.

        :return: (``ContentOption``s, function variant -> values in their order).
        """
        lines = template.attribute_line_ids.filtered(
            lambda line: line.attribute_id.create_variant != "no_variant"
            and len(line.product_template_value_ids._only_active()) > 1
        )
        used = variants_of(template).product_template_attribute_value_ids
        options = tuple(
            ContentOption(
                name=line.attribute_id.name,
                values=tuple(
                    value.name
                    for value in line.product_template_value_ids._only_active()
                    if value in used
                ),
            )
            for line in lines
        )

        def values(variant):
            mine = variant.product_template_attribute_value_ids
            by_line = {value.attribute_line_id: value.name for value in mine}
            return tuple(by_line.get(line, "") for line in lines)

        return tuple(option for option in options if option.values), values

    def _variant(self, row, variant, values, facts):
        listings = facts["listings"]
        listing = listings.get((variant.id, row.external_id))
        template = variant.product_tmpl_id
        weight = Decimal(str(variant.weight)) * facts["kilograms"]
        return ContentVariant(
            key=str(variant.id),
            values=values(variant),
            external_id=(listing and listing.external_id) or "",
            stock_key=(listing and listing.stock_key) or "",
            sku=variant.default_code or "",
            barcode=variant.barcode or "",
            weight=weight.quantize(GRAMS),
            hs_code=template.hs_code or "",
            origin=template.country_of_origin.code or "",
            tracked=variant.id in facts["counted"],
            requires_shipping=template.type != "service",
            image=facts["variant_images"].get(variant.id, ""),
            attributes=facts["attributes"].values(variant),
        )

    def _translations(self, template, texts):
        found = []
        for locale, by_id in sorted(texts.items()):
            found += [
                ContentTranslation(language=locale, field=field, value=value)
                for field, value in zip(TEXTS, by_id[template.id], strict=True)
                if value
            ]
        return tuple(found)


def variants_of(templates):
    """Variants of products; of archived products the archived ones."""
    archived = templates.filtered(lambda one: not one.active)
    if not archived:
        return templates.product_variant_ids  # keeps what is read for all at once
    everything = archived.with_context(active_test=False).product_variant_ids
    return templates.product_variant_ids | everything.with_env(templates.env)
