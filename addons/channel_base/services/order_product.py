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
        for draft in drafts:
            for line in draft.external.lines:
                if line.kind is not LineKind.PRODUCT:
                    continue
                row = lines.get(line.external_id)
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

    def _issue(self, draft, line, row):
        return self.env["channel.order.trouble"]._value(
            draft.order,
            "unmapped_sku",
            self.env._(
                "Order %(order)s sells %(title)s (SKU %(sku)s), which no product here"
                " answers to. Choose the listing's product, or give a product this"
                " internal reference, then resolve this issue.",
                order=draft.order.name,
                title=line.title,
                sku=line.sku or self.env._("none"),
            ),
            part=line.sku or line.listing or line.external_id,
            listing=row.listing_id if row else self.env["channel.listing"],
        )
