import json
from dataclasses import dataclass

from odoo import models

from ..adapter.content import ContentAttribute

OWNERS = {"product.template": "product", "product.product": "variant"}


@dataclass(frozen=True)
class Attributes:
    """Field mappings of one channel.

    :param rows: (model, field's name, namespace, key, type).
    """

    rows: tuple

    @property
    def managed(self):
        """(namespace, key, owner) of all that is filled from here."""
        return tuple((row[2], row[3], OWNERS[row[0]]) for row in self.rows)

    def values(self, record):
        """What the fields of a template or variant hold; empty ones are left out."""
        found = []
        for model, field, namespace, key, kind in self.rows:
            if model != record._name:
                continue
            value = _text(record, field, kind)
            if value:
                found.append(
                    ContentAttribute(
                        namespace=namespace, key=key, type=kind, value=value
                    )
                )
        return tuple(found)


class ContentAttributes(models.AbstractModel):
    """Reads field mappings."""

    _name = "channel.content.attributes"
    _description = "Mapped Fields of Products"

    def _of(self, channel):
        # names of fields are no secret, yet only administrators may read their model
        mappings = channel.field_mapping_ids.sudo()
        return Attributes(
            tuple(
                (
                    one.field_id.model,
                    one.field_id.name,
                    one.namespace,
                    one.key,
                    one.type,
                )
                for one in mappings
                if one.field_id.model in OWNERS
            )
        )


def _text(record, name, kind):
    """A field's value as text, as canonical attributes carry it."""
    value, field = record[name], record._fields[name]
    if kind == "boolean":
        return "true" if value else "false"
    if kind in ("integer", "decimal"):
        return str(value or 0)
    if field.relational:
        names = [one.display_name for one in value]
        return json.dumps(names) if kind == "list" and names else ", ".join(names)
    if kind in ("date", "datetime"):
        return value.isoformat() if value else ""
    if field.type == "selection" and value:
        return dict(field._description_selection(record.env)).get(value, value)
    return str(value) if value else ""
