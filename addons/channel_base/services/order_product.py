from odoo import models

from ..adapter.canonical import LineKind


class OrderProduct(models.AbstractModel):
    """Products of the lines of a batch, and what becomes of unknown ones."""

    _name = "channel.order.product"
    _description = "Products of Channel Orders"

    def _fill(self, channel, drafts):
        """Give every draft the products of its goods, by the channel's policy for
        unknown SKUs.
        """
        lines = self._lines(channel, drafts)
        reasons = self._drop_unfit(channel, lines) | self._combos(channel, lines)
        for draft in drafts:
            for line in draft.external.lines:
                if line.kind is not LineKind.PRODUCT or not line.quantity:
                    continue
                row = lines.get(line.external_id)
                if row in reasons:
                    draft.problems.append(self._issue(draft, line, row, reasons[row]))
                    continue
                product = row.product_id if row else None
                product = product or self._unknown(channel, draft, line, row)
                if product:
                    draft.products[line.external_id] = product

    def _lines(self, channel, drafts):
        """Rows by external id; products that were mapped meanwhile are filled in."""
        orders = self.env["channel.order"].concat(*(draft.order for draft in drafts))
        rows = orders.line_ids
        unknown = rows.filtered(
            lambda row: row.kind == "product" and not row.product_id
        )
        if unknown:
            externals = {
                line.external_id: line
                for draft in drafts
                for line in draft.external.lines
            }
            found = self.env["channel.product.resolve"]._resolve(
                channel,
                [
                    externals[row.external_id]
                    for row in unknown
                    if row.external_id in externals
                ],
            )
            for row in unknown:
                listing_id, product_id = found.get(row.external_id, (False, False))
                if product_id:
                    row.write({"listing_id": listing_id, "product_id": product_id})
        return {row.external_id: row for row in rows}

    # --- products that cannot be sold -------------------------------------------------

    def _drop_unfit(self, channel, lines):
        """Forget products that moved to another company since they were chosen.

        :return: dict row -> why.
        """
        rows = self.env["channel.order.line"].concat(*lines.values())
        company = channel.company_id
        reasons = {}
        # products of other companies cannot be read as the channel's user
        for product in rows.product_id.sudo():
            if product.company_id and product.company_id not in company.parent_ids:
                same = rows.filtered(lambda row, p=product: row.product_id.id == p.id)
                reasons |= dict.fromkeys(same, self._foreign(product, company))
        rows.browse(row.id for row in reasons).product_id = False
        return reasons

    def _foreign(self, product, company):
        return self.env._(
            "its product %(product)s belongs to the company %(other)s, and the channel"
            " to %(company)s. Empty the product's company, or choose another product"
            " in the listing",
            product=product.display_name,
            other=product.company_id.name,
            company=company.name,
        )

    def _combos(self, channel, lines):
        """Rows whose SKU is that of a combo only: it is not delivered itself, and has
        no price.

        :return: dict row -> why.
        """
        unknown = {
            row: row.sku
            for row in lines.values()
            if row.sku and row.kind == "product" and not row.product_id
        }
        if not unknown:
            return {}
        combos = self.env["product.product"].search_fetch(
            [
                ("default_code", "in", list(unknown.values())),
                ("type", "=", "combo"),
                ("company_id", "in", (channel.company_id.id, False)),
            ],
            ["default_code", "name"],
        )
        names = {combo.default_code: combo.display_name for combo in combos}
        return {
            row: self.env._(
                "%s has this SKU, and a combo cannot be sold as one product. Choose"
                " another product in the listing, or make it a kit",
                names[sku],
            )
            for row, sku in unknown.items()
            if sku in names
        }

    # --- unknown ones -----------------------------------------------------------------

    def _unknown(self, channel, draft, line, row):
        policy = channel.unknown_sku_policy
        if policy == "placeholder":
            return channel.placeholder_product_id
        if policy == "create" and line.sku:
            product = self._create(channel, line, row)
            if product:
                return product
        draft.problems.append(self._issue(draft, line, row))
        return None

    def _create(self, channel, line, row):
        """A product named as the channel names it, or the one that an earlier line of
        the batch made; nothing when its code is taken twice."""
        Product = self.env["product.product"]
        domain = [
            ("default_code", "=", line.sku),
            ("company_id", "in", (channel.company_id.id, False)),
        ]
        product = Product.search(domain, limit=2)
        if len(product) > 1:
            return Product
        product = product or Product.create(
            {
                "name": line.title or line.sku,
                "default_code": line.sku,
                "type": "consu",
                "is_storable": line.requires_shipping,
                "company_id": channel.company_id.id,
            }
        )
        if row:
            row.product_id = product
            if row.listing_id and not row.listing_id.product_id:
                row.listing_id.product_id = product
        return product

    def _issue(self, draft, line, row, reason=None):
        """:param reason: why, and what to do; none = nothing answers to the SKU."""
        return self.env["channel.order.trouble"]._value(
            draft.order,
            "unmapped_sku",
            self.env._(
                "Order %(order)s sells %(title)s (SKU %(sku)s): %(reason)s, then"
                " resolve this issue.",
                order=draft.order.name,
                title=line.title,
                sku=line.sku or self.env._("none"),
                reason=reason
                or self.env._(
                    "no product here answers to it. Choose the listing's product, or"
                    " give a product this internal reference"
                ),
            ),
            part=line.sku or line.listing or line.external_id,
            listing=row.listing_id if row else self.env["channel.listing"],
        )
