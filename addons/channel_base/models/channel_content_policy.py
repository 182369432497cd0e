from odoo import fields, models

from ..adapter.content import ContentGroup

MASTERS = [
    ("odoo", "Odoo"),
    ("channel", "The channel"),
    ("none", "Not synchronised"),
]
# A change of these may change what is sent.
CONTENT_POLICIES = {
    *(f"master_{group.value}" for group in ContentGroup),
    "catalogue_flow",
    "publish_status",
    "content_lang_id",
}


class ChannelContentMaster(models.AbstractModel):
    """Who decides about which fields of a product; nobody writes where another does."""

    _name = "channel.content.master"
    _description = "Masters of Product Fields"

    master_text = fields.Selection(
        MASTERS, string="Title and Description", default=lambda self: self._default()
    )
    master_images = fields.Selection(
        MASTERS, string="Images", default=lambda self: self._default()
    )
    master_variants = fields.Selection(
        MASTERS, string="Options and Variants", default=lambda self: self._default()
    )
    master_identifiers = fields.Selection(
        MASTERS, string="SKU and Barcode", default=lambda self: self._default()
    )
    master_logistics = fields.Selection(
        MASTERS,
        string="Weight, HS Code, Origin",
        default=lambda self: self._default(),
    )
    master_status = fields.Selection(
        MASTERS, string="Status and Publishing", default=lambda self: self._default()
    )
    master_tags = fields.Selection(
        MASTERS, string="Tags", default=lambda self: self._default()
    )
    master_category = fields.Selection(
        MASTERS, string="Category and Collections", default=lambda self: self._default()
    )
    master_attributes = fields.Selection(
        MASTERS, string="Mapped Fields", default=lambda self: self._default()
    )
    master_translations = fields.Selection(
        MASTERS, string="Translations", default=lambda self: self._default()
    )

    def _default(self):
        """What a new row says of each group."""
        return False

    def _masters(self):
        """:return: dict group's value -> ``odoo``, ``channel``, ``none`` or False."""
        return {group.value: self[f"master_{group.value}"] for group in ContentGroup}


class ChannelContentPolicy(models.AbstractModel):
    """What people decide about products that a channel is told of."""

    _name = "channel.content.policy"
    _inherit = "channel.content.master"
    _description = "Product Policies of a Channel"

    catalogue_flow = fields.Selection(
        [("off", "Off"), ("shadow", "Shadow: compute, never send"), ("on", "On")],
        default="off",
        required=True,
    )
    publish_status = fields.Selection(
        [("active", "On sale"), ("draft", "Draft")],
        string="Publish As",
        default="active",
        required=True,
        help="What a published product becomes there.",
    )
    content_lang_id = fields.Many2one(
        "res.lang",
        string="Language There",
        help="The language that titles and descriptions are sent in; the company's"
        " when empty. Others are sent as translations, see the mappings.",
    )
    listing_group_ids = fields.One2many("channel.listing.group", "channel_id")
    field_mapping_ids = fields.One2many("channel.field.mapping", "channel_id")

    def _default(self):
        return "odoo"

    def _group_names(self):
        """How people call the groups of fields."""
        return {
            group.value: self._fields[f"master_{group.value}"]._description_string(
                self.env
            )
            for group in ContentGroup
        }

    def write(self, vals):
        result = super().write(vals)
        if CONTENT_POLICIES & vals.keys():
            self.env["channel.content.dirty"]._note_channels(self)
        if vals.get("catalogue_flow", "off") != "off":
            for channel in self & self._operating():
                # what products need there is set up by the way
                self.env["channel.wakeup"]._after_commit(
                    channel, "_job_check_connection"
                )
        return result
