from odoo import models
from odoo.fields import Command


class TaxCreate(models.AbstractModel):
    """Makes taxes as a channel charges them: one per jurisdiction title, and those
    that the marketplace pays to the state itself."""

    _name = "channel.tax.create"
    _description = "Create Taxes"

    def _for_mapping(self, mapping):
        """The tax for a mapping: an equal one made before, or a new one."""
        company = mapping.company_id
        # the channel's policy asks for it; whoever meets the tax first need not be an
        # accounting administrator
        Tax = self.env["account.tax"].sudo().with_company(company)
        values = self._prepare_tax(mapping)
        same = [
            (name, "=", values[name])
            for name in ("name", "amount", "price_include_override")
        ]
        domain = [("company_id", "=", company.id), ("type_tax_use", "=", "sale"), *same]
        found = Tax.search(domain, limit=1)
        return (found or Tax.create(values)).sudo(False)

    def _prepare_tax(self, mapping):
        company = mapping.company_id
        account = (
            self._remitted_account(mapping)
            if mapping.tax_remitted
            else self._default_tax(company).invoice_repartition_line_ids.account_id[:1]
        )
        return {
            "name": self._title(mapping),
            "invoice_label": mapping.external_name,
            "company_id": company.id,
            "type_tax_use": "sale",
            "amount_type": "percent",
            # one tax per title whatever the rate: its amounts come from the channel
            "amount": 0.0 if self._by_amount(mapping) else mapping.tax_rate,
            "price_include_override": (
                "tax_included" if mapping.tax_included else "tax_excluded"
            ),
            "invoice_repartition_line_ids": self._repartition(account),
            "refund_repartition_line_ids": self._repartition(account),
        }

    def _title(self, mapping):
        """Unique per company, use and country, as Odoo demands of taxes."""
        parts = [mapping.external_name]
        if not self._by_amount(mapping):
            parts.append(f"{mapping.tax_rate:g}%")
        if mapping.tax_included:
            parts.append(self.env._("included"))
        if mapping.tax_remitted:
            parts.append(self.env._("paid by %s", mapping.channel_id.name))
        return " ".join(parts)

    def _by_amount(self, mapping):
        return mapping.channel_id.tax_policy == "amount"

    def _repartition(self, account):
        return [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": account.id}),
        ]

    def _default_tax(self, company):
        # read for anyone whose work meets a new tax
        return company.sudo().account_sale_tax_id

    def _remitted_account(self, mapping):
        """Where taxes wait that the marketplace keeps: no liability of ours, emptied
        by its settlements."""
        others = mapping.search(
            [
                ("company_id", "=", mapping.company_id.id),
                ("tax_remitted", "=", True),
                ("tax_id", "!=", False),
            ],
            limit=1,
        )
        account = others.tax_id.sudo().invoice_repartition_line_ids.account_id[:1]
        return account or self.env["channel.ledger"]._create_account(
            mapping.company_id,
            self.env._("Taxes paid by marketplaces"),
            "asset_current",
        )
