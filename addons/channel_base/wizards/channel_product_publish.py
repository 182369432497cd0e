from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapter.content import ContentGroup, fingerprints
from ..adapter.errors import ChannelError
from ..adapter.port import Capability
from ..services.roles import role

PREVIEWED = 200  # products that a preview shows
MOST = 20  # products that are looked at there for a preview
LONGEST = 300  # characters of a description that the preview shows


class ChannelProductPublish(models.TransientModel):
    """Shows what a channel would be told of products, and publishes them."""

    _name = "channel.product.publish"
    _description = "Publish Products"

    channel_id = fields.Many2one("channel.channel")
    company_id = fields.Many2one(related="channel_id.company_id")
    product_tmpl_ids = fields.Many2many(
        "product.template", string="Products", required=True
    )
    line_ids = fields.One2many("channel.product.publish.line", "publish_id")
    problem_count = fields.Integer(compute="_compute_counts")
    product_count = fields.Integer(compute="_compute_counts")
    rest_count = fields.Integer(help="Products that the preview does not show.")

    @api.depends("line_ids.problem", "product_tmpl_ids")
    def _compute_counts(self):
        for publish in self:
            publish.problem_count = len(publish.line_ids.filtered("problem"))
            publish.product_count = len(publish.product_tmpl_ids)

    def _open(self, channel, templates):
        """The preview of some products of a channel, computed now."""
        publish = self.create(
            {"channel_id": channel.id, "product_tmpl_ids": [(6, 0, templates.ids)]}
        )
        publish._preview()
        return publish._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Publish Products"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @role("operator")
    def action_preview(self):
        """Compute what would be sent, and show it."""
        self.ensure_one()
        self._preview()
        return self._show()

    @role("operator")
    def action_publish(self):
        """Send what the preview shows; what has a problem waits for its solution."""
        self.ensure_one()
        rows = self._rows()
        rows._publish()
        return {"type": "ir.actions.act_window_close"}

    # --- what would be sent -----------------------------------------------------------

    def _check_channel(self):
        """:raises UserError: for a channel that products cannot be published on."""
        channel = self.channel_id
        if not channel:
            raise UserError(self.env._("Choose the channel first."))
        channel.check_access("read")
        if Capability.CATALOGUE_PUSH not in channel._capabilities():
            raise UserError(
                self.env._("%s takes no products from outside.", channel.name)
            )
        if channel.catalogue_flow == "off":
            raise UserError(
                self.env._(
                    "Products are not sent to %s: let a manager switch the flow"
                    " Products on in its form, or to shadow.",
                    channel.name,
                )
            )
        foreign = self.product_tmpl_ids.filtered(
            lambda one: one.company_id and one.company_id != channel.company_id
        )
        combos = self.product_tmpl_ids.filtered(lambda one: one.type == "combo")
        if foreign | combos:
            raise UserError(
                self.env._(
                    "These cannot be published there, since they belong to another"
                    " company or are combos: %s",
                    ", ".join((foreign | combos).mapped("display_name")),
                )
            )

    def _rows(self):
        """The products' rows, made where there are none; as the service user."""
        self._check_channel()
        # whoever may publish products may have their rows made
        channel = self.channel_id.sudo()._as_worker()
        channel.env["channel.content.link"]._run(channel)
        Product = channel.env["channel.product"]
        domain = [
            ("channel_id", "=", channel.id),
            ("product_tmpl_id", "in", self.product_tmpl_ids.ids),
        ]
        known = Product.search(domain)
        missing = self.product_tmpl_ids - known.product_tmpl_id.with_env(self.env)
        made = Product.create(
            [
                {"channel_id": channel.id, "product_tmpl_id": template.id}
                for template in missing
            ]
        )
        return (known | made).with_env(self.env)

    def _preview(self):
        rows = self._rows()
        worker = self.channel_id.sudo()._as_worker()
        rows = rows.with_env(worker.env)
        freeze = worker.env["channel.content.freeze"].with_context(lang=self.env.lang)
        contents, changed, problems = freeze._compare(worker, rows)
        # what needs a person first, and no more than a person reads
        first = rows.sorted(lambda row: not problems[row])[:PREVIEWED]
        self.rest_count = len(rows) - len(first)
        there = self._there(worker, first)
        self.line_ids.unlink()
        values = []
        for row in first:
            shown = there.get(row.external_id, {})
            values += self._lines(
                row, contents[row], changed[row], problems[row], shown
            )
        self.line_ids.create(values)

    def _there(self, channel, rows):
        """What the channel shows now of products that are published for the first
        time: {id there: {group: text}}; nothing while it is out of reach."""
        first = rows.filtered(lambda row: row.external_id and not row.confirmed)
        if not first or not channel._is_operating():
            return {}
        names = tuple(first[:MOST].mapped("external_id"))
        try:
            shown = list(channel._adapter().read_products(names))
        except ChannelError:
            return {}
        return {one.external_id: dict(one.words) for one in shown}

    def _lines(self, row, content, changed, found, there):
        problems = {}
        for group, text in found:
            problems.setdefault(group, []).append(text)
        masters, texts = row._masters(), self._texts(content)
        known = set(fingerprints(content)) & set(row.confirmed or {})
        return [
            {
                "publish_id": self.id,
                "product_tmpl_id": row.product_tmpl_id.id,
                "group": group.value,
                "master": masters[group.value],
                "change": self._change(group.value, changed, known),
                "text": texts[group],
                "there": there.get(group.value),
                "problem": " ".join(problems.get(group.value, ())),
            }
            for group in ContentGroup
        ]

    def _change(self, group, changed, known):
        if group not in changed:
            return "same" if group in known else "left"
        return "changed" if group in known else "new"

    def _publications(self, content):
        """Where customers find it, by the names that these places have there."""
        mappings = self.env["channel.mapping"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("kind", "=", "publication"),
            ]
        )
        shown = mappings.filtered(
            lambda one: one.external_code in content.publications
        ).mapped("external_name")
        if shown or not mappings:
            return ", ".join(name or "?" for name in shown)
        return self.env._(
            "Where it is shown is left as it is there; a new product is shown nowhere."
            " Choose under Mappings, sales channels there."
        )

    def _texts(self, content):
        """What each group holds, for people."""
        variants = content.variants
        return {
            ContentGroup.TEXT: "\n".join(
                (content.title, content.description[:LONGEST])
            ),
            ContentGroup.IMAGES: self.env._("%s image(s)", len(content.images)),
            ContentGroup.VARIANTS: "\n".join(
                f"{option.name}: {', '.join(option.values)}"
                for option in content.options
            )
            or self.env._("one variant"),
            ContentGroup.IDENTIFIERS: "\n".join(
                " / ".join((one.sku or "-", one.barcode or "-")) for one in variants
            ),
            ContentGroup.LOGISTICS: "\n".join(
                sorted(
                    {
                        f"{one.weight} kg, {one.hs_code or '-'}, {one.origin or '-'}"
                        for one in variants
                    }
                )
            ),
            ContentGroup.STATUS: "\n".join(
                (content.status.value, self._publications(content))
            ),
            ContentGroup.TAGS: ", ".join(content.tags),
            ContentGroup.CATEGORY: ", ".join(
                filter(None, (content.category, *content.collections))
            ),
            ContentGroup.ATTRIBUTES: "\n".join(
                f"{one.namespace}.{one.key}: {one.value[:LONGEST]}"
                for one in content.attributes
            ),
            ContentGroup.TRANSLATIONS: "\n".join(
                f"{one.language}: {one.value[:LONGEST]}" for one in content.translations
            ),
        }


class ChannelProductPublishLine(models.TransientModel):
    """One group of fields of one product in the preview."""

    _name = "channel.product.publish.line"
    _description = "Field Group of a Product to Publish"
    _order = "product_tmpl_id, id"

    publish_id = fields.Many2one(
        "channel.product.publish", required=True, ondelete="cascade"
    )
    product_tmpl_id = fields.Many2one("product.template", required=True)
    group = fields.Selection(
        selection=lambda self: list(
            self.env["channel.content.policy"]._group_names().items()
        ),
        string="Fields",
        required=True,
    )
    master = fields.Selection(
        [
            ("odoo", "Odoo"),
            ("channel", "The channel"),
            ("none", "Not synchronised"),
        ],
        required=True,
    )
    change = fields.Selection(
        [
            ("new", "Will be sent"),
            ("changed", "Changed since it was sent"),
            ("same", "In step"),
            ("left", "Left alone"),
        ],
        required=True,
    )
    text = fields.Text(string="What Odoo Has")
    there = fields.Text(string="What Is There Now")
    problem = fields.Char()
