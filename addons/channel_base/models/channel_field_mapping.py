from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What values of a field can be said as.
TYPES = {
    "text": {"char", "selection", "many2one", "integer", "float", "date", "monetary"},
    "multiline": {"char", "text", "html"},
    "integer": {"integer"},
    "decimal": {"float", "integer", "monetary"},
    "boolean": {"boolean"},
    "date": {"date"},
    "datetime": {"datetime"},
    "url": {"char"},
    "list": {"many2many", "one2many"},
}


class ChannelFieldMapping(models.Model):
    """One field of products and the further field of the channel that it fills."""

    _name = "channel.field.mapping"
    _inherit = "channel.row"
    _description = "Field Mapping"
    _order = "channel_id, namespace, key"
    _rec_name = "key"

    channel_id = fields.Many2one(
        "channel.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        domain="[('model', 'in', ('product.template', 'product.product')),"
        " ('ttype', '!=', 'binary')]",
        help="Fields of variants are sent with each variant.",
    )
    namespace = fields.Char(required=True, default="odoo")
    key = fields.Char(required=True)
    type = fields.Selection(
        [
            ("text", "Text"),
            ("multiline", "Text of several lines"),
            ("integer", "Whole number"),
            ("decimal", "Number"),
            ("boolean", "Yes or no"),
            ("date", "Date"),
            ("datetime", "Date and time"),
            ("url", "Web address"),
            ("list", "List of texts"),
        ],
        required=True,
        default="text",
    )

    _name_unique = models.Constraint(
        "UNIQUE(channel_id, field_id, namespace, key)", "This is mapped already."
    )
    _name_check = models.Constraint(
        "CHECK(namespace ~ '^[A-Za-z0-9_-]{3,255}$' AND key ~ '^[A-Za-z0-9_-]{2,64}$')",
        "Namespace (3 to 255) and key (2 to 64) consist of letters, digits, hyphens and"
        " underscores.",
    )

    @api.constrains("field_id", "type", "namespace", "key", "channel_id")
    def _check_type(self):
        """Of a field only what it holds can be sent, and nothing comes from two."""
        for mapping in self:
            field = mapping.field_id
            if field.model not in ("product.template", "product.product"):
                raise ValidationError(
                    self.env._("%s is no field of products.", field.display_name)
                )
            if field.ttype not in TYPES[mapping.type]:
                raise ValidationError(
                    self.env._(
                        "%(field)s cannot be sent as %(type)s: choose another type.",
                        field=field.display_name,
                        type=dict(self._fields["type"].selection)[mapping.type],
                    )
                )
            double = self.search_count(
                [
                    ("channel_id", "=", mapping.channel_id.id),
                    ("namespace", "=", mapping.namespace),
                    ("key", "=", mapping.key),
                    ("field_id.model", "=", field.model),
                    ("id", "!=", mapping.id),
                ]
            )
            if double:
                raise ValidationError(
                    self.env._(
                        "%(namespace)s.%(key)s is filled by another field already.",
                        namespace=mapping.namespace,
                        key=mapping.key,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        mappings = super().create(vals_list)
        self.env["channel.content.dirty"]._note_channels(mappings.channel_id)
        return mappings

    def write(self, vals):
        result = super().write(vals)
        self.env["channel.content.dirty"]._note_channels(self.channel_id)
        return result

    def unlink(self):
        channels = self.channel_id
        result = super().unlink()
        self.env["channel.content.dirty"]._note_channels(channels)
        return result
