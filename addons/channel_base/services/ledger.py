from odoo import models
from odoo.fields import Command


class ChannelLedger(models.AbstractModel):
    """Accounts and journals that make a channel's books work from the first order on.

    They are made where nothing is chosen yet, and can be changed afterwards. The
    service user is no accounting administrator, hence ``sudo`` where they are made.
    """

    _name = "channel.ledger"
    _description = "Accounts and Journals of Channels"

    def _create_account(self, company, name, account_type):
        Account = self.env["account.account"].sudo().with_company(company)
        like = Account.search(
            [
                *Account._check_company_domain(company),
                ("account_type", "=", account_type),
            ],
            order="code desc",
            limit=1,
        )
        return Account.create(
            {
                "name": name,
                "code": Account._search_new_account_code(like.code or "190000"),
                "account_type": account_type,
                "company_ids": [Command.set(company.ids)],
            }
        )

    def _gift_card_account(self, channel):
        """The liability that gift cards sold are booked on, and redeemed ones paid
        from."""
        company = channel.company_id
        product = channel.gift_card_product_id.sudo().with_company(company)
        if not product.property_account_income_id:
            product.property_account_income_id = self._create_account(
                company, self.env._("Gift cards"), "liability_current"
            )
        return product.property_account_income_id

    def _gateway_journal(self, channel, gateway, currency):
        """A clearing journal for what one gateway owes us in one currency."""
        company = channel.company_id
        name = f"{channel.name}: {gateway} {currency.name}"
        if gateway == "gift_card":
            account = self._gift_card_account(channel)
        else:
            # money at a gateway is like money at a bank: what is booked there is paid
            account = self._create_account(company, name, "asset_cash")
        Journal = self.env["account.journal"].sudo().with_company(company)
        journal = Journal.create(
            {
                "name": name,
                "type": "bank",
                "code": self._free_code(Journal, company),
                "company_id": company.id,
                "currency_id": currency.id
                if currency != company.currency_id
                else False,
                "default_account_id": account.id,
                "show_on_dashboard": False,
            }
        )
        lines = (
            journal.inbound_payment_method_line_ids
            | journal.outbound_payment_method_line_ids
        )
        lines.payment_account_id = account
        return journal

    def _free_code(self, Journal, company):
        taken = set(
            Journal.with_context(active_test=False)
            .search([("company_id", "=", company.id), ("code", "=like", "CH%")])
            .mapped("code")
        )
        return next(code for n in range(1, 1000) if (code := f"CH{n:03}") not in taken)
