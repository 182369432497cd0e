from odoo import fields, models
from odoo.exceptions import UserError

from ..adapter.errors import ChannelError
from ..adapter.port import Capability
from ..services.roles import role

MOST = 30  # suggestions that are shown


class ChannelCategorySearch(models.TransientModel):
    """Finds the category of a marketplace that a product category means."""

    _name = "channel.category.search"
    _description = "Search Categories of a Marketplace"

    channel_id = fields.Many2one("channel.channel", required=True)
    category_id = fields.Many2one("product.category", required=True)
    text = fields.Char(string="Look For", help="Empty: the category's name.")
    line_ids = fields.One2many("channel.category.search.line", "search_id")

    @role("operator")
    def action_search(self):
        """Ask the marketplace; its suggestions are listed, the likeliest first."""
        self.ensure_one()
        self.channel_id.check_access("read")
        channel = self.channel_id.sudo()._as_worker()
        if Capability.CATALOGUE_PUSH not in channel._capabilities():
            raise UserError(self.env._("%s has no categories.", channel.name))
        channel._require_operating()
        text = self.text or self.category_id.name
        try:
            found = list(channel._adapter().search_categories(text))
        except ChannelError as error:
            raise UserError(error.message) from error
        self.line_ids.unlink()
        self.line_ids.create(
            [
                {"search_id": self.id, "code": one.code, "name": one.name}
                for one in found[:MOST]
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class ChannelCategorySearchLine(models.TransientModel):
    """One category that the marketplace suggests."""

    _name = "channel.category.search.line"
    _description = "Category of a Marketplace"

    search_id = fields.Many2one(
        "channel.category.search", required=True, ondelete="cascade"
    )
    code = fields.Char(required=True)
    name = fields.Char(required=True)

    @role("operator")
    def action_choose(self):
        """Products of the category belong to this one at the channel."""
        self.ensure_one()
        search = self.search_id
        search.channel_id.check_access("read")
        mappings = self.env["channel.mapping"]
        domain = [("channel_id", "=", search.channel_id.id), ("kind", "=", "category")]
        mappings.search(
            [*domain, ("category_ids", "in", search.category_id.ids)]
        ).category_ids -= search.category_id
        mapping = mappings.search([*domain, ("external_code", "=", self.code)])
        if not mapping:
            mapping = mappings.create(
                {
                    "channel_id": search.channel_id.id,
                    "kind": "category",
                    "external_code": self.code,
                    "external_name": self.name,
                }
            )
        mapping.category_ids |= search.category_id
        return {"type": "ir.actions.act_window_close"}
