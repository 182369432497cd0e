from decimal import Decimal

from odoo import models

NO_RATE = "|"  # how the codes of taxes begin of which only the amount is known


class TaxMatch(models.AbstractModel):
    """Which tax here is meant by a tax of the channel: the mapping says so.

    A mapping appears when a tax is first seen, filled in where there is no doubt.
    """

    _name = "channel.tax.match"
    _description = "Match Taxes"

    def _fill(self, channel, drafts):
        """Give every draft the tax of each of its tax keys."""
        wanted = {}
        for draft in drafts:
            for key in draft.books.taxes:
                code = self._code(draft, key)
                wanted.setdefault(code, (key, draft))
        mappings = self._mappings(channel, wanted)
        for draft in drafts:
            for key, amount in draft.books.taxes.items():
                mapping = mappings[self._code(draft, key)]
                draft.taxes[key] = mapping.tax_id
                if amount and not mapping.tax_id:
                    draft.problems.append(self._issue(draft, mapping))
            self._refuse_collapse(draft, mappings)

    def _code(self, draft, key):
        """Rate, included or not, country and title: what the mapping is found by."""
        rate = "" if key.rate is None else f"{(key.rate * 100).normalize():f}%"
        kind = "included" if draft.external.tax_included else "excluded"
        parts = [rate, kind, draft.country, key.title]
        return "|".join([*parts, "remitted"] if key.remitted else parts)

    def _refuse_collapse(self, draft, mappings):
        """Two taxes of one line must not become one here: it would be reported at half
        its rate."""
        seen = {}
        for line in draft.books.lines:
            for key in line.taxes:
                tax = draft.taxes.get(key)
                title = (
                    seen.setdefault((line.source, tax), key.title) if tax else key.title
                )
                if title != key.title:
                    mapping = mappings[self._code(draft, key)]
                    draft.problems.append(self._issue(draft, mapping))
                    return

    def _mappings(self, channel, wanted):
        """Mappings by code; new ones are made, and matched where that is certain."""
        Mapping = self.env["channel.mapping"]
        known = Mapping.search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", "tax"),
                ("external_code", "in", list(wanted)),
            ]
        )
        found = {mapping.external_code: mapping for mapping in known}
        missing = {code: pair for code, pair in wanted.items() if code not in found}
        created = Mapping.create(
            [
                self._prepare_mapping(channel, code, key, draft)
                for code, (key, draft) in missing.items()
            ]
        )
        for mapping in created | known.filtered(lambda mapping: not mapping.tax_id):
            tax = self._certain(channel, mapping)
            if tax:
                mapping.tax_id = tax
        return found | {mapping.external_code: mapping for mapping in created}

    def _prepare_mapping(self, channel, code, key, draft):
        return {
            "channel_id": channel.id,
            "kind": "tax",
            "external_code": code,
            "external_name": key.title or code,
            "tax_rate": float((key.rate or Decimal(0)) * 100),
            "tax_included": draft.external.tax_included,
            "tax_remitted": key.remitted,
            "tax_country_code": draft.country,
        }

    def _certain(self, channel, mapping):
        """The tax that is meant, where nobody needs to be asked."""
        if mapping.tax_remitted or channel.tax_policy == "amount":
            return self.env["channel.tax.create"]._for_mapping(mapping)
        if mapping.external_code.startswith(NO_RATE):
            return self.env["account.tax"]
        ranked = self._ranked(mapping)
        best = [tax for score, tax in ranked if score == ranked[0][0]]
        named = bool(ranked) and ranked[0][0][0]
        if len(best) != 1 or not (named or not self._taken(mapping, best[0])):
            return self.env["account.tax"]
        return best[0]

    def _taken(self, mapping, tax):
        """Another title of the same rate stands for this tax already."""
        return bool(
            mapping.search_count(
                [
                    ("channel_id", "=", mapping.channel_id.id),
                    ("kind", "=", "tax"),
                    ("tax_id", "=", tax.id),
                    ("tax_country_code", "=", mapping.tax_country_code),
                    ("external_name", "!=", mapping.external_name),
                ],
                limit=1,
            )
        )

    def _suggest(self, mapping):
        """Taxes that may be meant, the best first."""
        taxes = (tax for _score, tax in self._ranked(mapping, exact=False))
        return self.env["account.tax"].concat(*taxes)

    def _ranked(self, mapping, exact=True):
        """(score, tax) of the company's sale taxes, the best first.

        :param exact: only those of the same rate that are included alike.
        """
        if mapping.kind != "tax":
            return []
        Tax = self.env["account.tax"]
        company = mapping.company_id
        domain = [
            *Tax._check_company_domain(company),
            ("type_tax_use", "=", "sale"),
            ("amount_type", "=", "percent"),
            # Odoo refuses taxes of countries where an invoice is not taxed
            "|",
            ("country_id", "=", company.account_fiscal_country_id.id),
            ("country_id.code", "=", mapping.tax_country_code),
        ]
        if exact:
            domain.append(("amount", "=", mapping.tax_rate))
        ranked = [
            (self._score(mapping, tax), tax)
            for tax in Tax.search(domain)
            if not exact or tax.price_include == mapping.tax_included
        ]
        return sorted(ranked, key=lambda pair: pair[0], reverse=True)

    def _score(self, mapping, tax):
        """Title, rate, inclusion, country, the company's default: larger is better."""
        title = words(mapping.external_name)
        countries = tax.fiscal_position_ids.country_id.mapped("code")
        return (
            bool(title)
            and any(title <= words(name) for name in (tax.name, tax.invoice_label)),
            tax.amount == mapping.tax_rate,
            tax.price_include == mapping.tax_included,
            mapping.tax_country_code in countries,
            not tax.fiscal_position_ids or tax.is_domestic,
            tax == mapping.company_id.account_sale_tax_id,
        )

    def _issue(self, draft, mapping):
        return self.env["channel.order.trouble"]._value(
            draft.order,
            "unmapped_tax",
            self.env._(
                "Order %(order)s has the tax %(tax)s (%(rate)s %%), and no tax here is"
                " certainly meant by it. Choose it in the channel's mappings, or"
                " create it there, then resolve this issue.",
                order=draft.order.name,
                tax=mapping.external_name,
                rate=mapping.tax_rate,
            ),
            part=mapping.external_code,
            mapping=mapping,
        )


def words(text):
    return set((text or "").casefold().split())
