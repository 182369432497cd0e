from odoo import models

from ..books.lines import TaxKey
from ..books.reckoned import TITLE
from .order_draft import edited_state


class TaxReckon(models.AbstractModel):
    """Taxes that prices hold and that the channel does not tell: as the products'
    taxes and the fiscal position say on the day of the import.

    The rate is kept on the line, so that later states of the order, its invoice and its
    changes are reckoned alike, whatever becomes of the product's taxes.
    """

    _name = "channel.tax.reckon"
    _description = "Reckon Taxes"

    def _fill(self, channel, drafts):
        """Give drafts whose channel tells no taxes those of their products."""
        for draft in drafts:
            if draft.external.taxes_stated or not draft.currency:
                continue
            position = self._position(draft)
            for row in draft.order.line_ids:
                product = draft.products.get(row.external_id)
                if product and not row.reckoned:
                    self._decide(channel, draft, row, product, position)
            draft.external = edited_state(draft.order, draft.order.snapshot)

    def _position(self, draft):
        """The marketplace's fiscal position, else the one of consumers where the goods
        go."""
        if draft.market and draft.market.fiscal_position_id:
            return draft.market.fiscal_position_id
        positions = self.env["account.fiscal.position"]
        address = draft.external.ship_to
        code = address.country_code if address else ""
        country = self.env["res.country"].search([("code", "=", code)], limit=1)
        if not country:
            return positions
        consumer = self.env["res.partner"].new(
            {"country_id": country.id, "zip": address.zip}
        )
        company = draft.order.company_id
        domain = [*positions._check_company_domain(company), ("auto_apply", "=", True)]
        return positions.search(domain)._get_first_matching_fpos(consumer)

    def _decide(self, channel, draft, row, product, position):
        company = draft.order.company_id
        own = product.taxes_id._filter_taxes_by_company(company)
        taxes = position.map_tax(own) if position else own
        taxes = taxes.filtered(lambda tax: tax.amount_type == "percent" and tax.amount)
        row.write({"reckoned": True, "vat_percent": sum(taxes.mapped("amount"))})
        if len(taxes) == 1:
            self._map(channel, draft, row, taxes)

    def _map(self, channel, draft, row, tax):
        """Nobody needs to be asked which tax is meant."""
        match = self.env["channel.tax.match"]
        (rate,) = row._reckoned_rates().values()
        key = TaxKey(TITLE, rate, remitted=False)
        code = match._code(draft, key)
        mappings = self.env["channel.mapping"]
        domain = [
            ("channel_id", "=", channel.id),
            ("kind", "=", "tax"),
            ("external_code", "=", code),
        ]
        mapping = mappings.search(domain, limit=1) or mappings.create(
            match._prepare_mapping(channel, code, key, draft)
        )
        if not mapping.tax_id:
            mapping.tax_id = self._included(tax)

    def _included(self, tax):
        """The same tax for prices that hold it; made where there is none."""
        if tax.price_include:
            return tax
        name = self.env._("%s, included in prices", tax.name)
        # whoever meets the tax first need not be an accounting administrator
        found = tax.sudo().search(
            [
                ("name", "=", name),
                ("company_id", "=", tax.company_id.id),
                ("type_tax_use", "=", "sale"),
            ],
            limit=1,
        )
        values = {
            "name": name,
            "price_include_override": "tax_included",
            # positions would map to both otherwise
            "fiscal_position_ids": False,
            "original_tax_ids": False,
        }
        return (found or tax.sudo().copy(values)).sudo(False)
