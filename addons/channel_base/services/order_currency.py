from odoo import models


class OrderCurrency(models.AbstractModel):
    """Currency and rate of orders: never 1.0 because nobody knows better."""

    _name = "channel.order.currency"
    _description = "Currencies of Channel Orders"

    def _fill(self, channel, drafts):
        """Give every draft its currency and rate: the rate of the order itself where it
        says its total in the company's currency too, else the one of Odoo's table.
        """
        currencies = self._currencies(drafts)
        company = channel.company_id
        listed = self._listed(company, drafts, currencies)
        for draft in drafts:
            code = draft.external.total.currency
            draft.currency = currencies.get(code)
            if not draft.currency:
                self._complain(draft, self._unknown(draft, code))
                continue
            if not draft.currency.active:
                # its documents could not be opened otherwise; the service user need not
                # have the right to administer currencies
                draft.currency.sudo().active = True
            draft.rate = self._own_rate(draft, company) or listed.get(
                (draft.currency.id, draft.external.ordered_at.date()), 0.0
            )
            if not draft.rate:
                self._complain(draft, self._no_rate(draft, company))

    def _currencies(self, drafts):
        codes = {draft.external.total.currency for draft in drafts}
        Currency = self.env["res.currency"].with_context(active_test=False)
        return {c.name: c for c in Currency.search([("name", "in", list(codes))])}

    def _own_rate(self, draft, company):
        if draft.currency == company.currency_id:
            return 1.0
        total, shop_total = draft.external.total, draft.external.shop_total
        if not shop_total or shop_total.currency != company.currency_id.name:
            return 0.0
        if draft.external.rate:
            return float(draft.external.rate)
        if total.amount and shop_total.amount:
            return float(total.amount / shop_total.amount)
        return 0.0

    def _listed(self, company, drafts, currencies):
        """Rates of Odoo's table that held on the day of each order.

        :return: dict (currency id, date) -> units of it for one of the company's.
        """
        wanted = {
            (currencies[code].id, draft.external.ordered_at.date())
            for draft in drafts
            if (code := draft.external.total.currency) in currencies
            and currencies[code] != company.currency_id
        }
        if not wanted:
            return {}
        self.env["res.currency.rate"].flush_model()
        self.env.cr.execute(
            """
            SELECT wanted.currency_id, wanted.date, listed.rate / COALESCE(own.rate,
            1.0)
              FROM unnest(%(currencies)s, %(dates)s::date[]) AS wanted(currency_id,
              date) JOIN LATERAL (
                   SELECT rate FROM res_currency_rate
                    WHERE currency_id = wanted.currency_id AND name <= wanted.date
                      AND (company_id IS NULL OR company_id = %(company)s)
                    ORDER BY company_id, name DESC LIMIT 1) listed ON TRUE
              LEFT JOIN LATERAL (
                   SELECT rate FROM res_currency_rate
                    WHERE currency_id = %(own)s AND name <= wanted.date
                      AND (company_id IS NULL OR company_id = %(company)s)
                    ORDER BY company_id, name DESC LIMIT 1) own ON TRUE
            """,
            {
                "currencies": [currency_id for currency_id, _date in wanted],
                "dates": [date for _currency_id, date in wanted],
                "company": company.root_id.id,
                "own": company.currency_id.id,
            },
        )
        return {(row[0], row[1]): float(row[2]) for row in self.env.cr.fetchall()}

    def _complain(self, draft, message):
        Trouble = self.env["channel.order.trouble"]
        draft.problems.append(Trouble._value(draft.order, "missing_rate", message))

    def _unknown(self, draft, code):
        return self.env._(
            "Order %(order)s is in %(currency)s, which Odoo does not know. Create the"
            " currency with a rate, then resolve this issue; or let the channel take"
            " amounts in the shop's currency, and read the order again.",
            order=draft.order.name,
            currency=code,
        )

    def _no_rate(self, draft, company):
        return self.env._(
            "Order %(order)s is in %(currency)s, and there is no rate to"
            " %(company_currency)s for %(date)s. Enter one under Accounting /"
            " Currencies, then resolve this issue.",
            order=draft.order.name,
            currency=draft.currency.name,
            company_currency=company.currency_id.name,
            date=draft.external.ordered_at.date(),
        )
