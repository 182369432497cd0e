from odoo import models

from .partner_find import person_id


class CompanyPrices(models.AbstractModel):
    """Which prices companies buy at, as the channel says: a pricelist of a customer."""

    _name = "channel.company.prices"
    _description = "Prices of Companies"

    def _apply(self, channel, companies, partners):
        """Note the price list of each location that the channel tells of.

        :param partners: the companies' ones by their external id.
        """
        told = {
            person_id("location", place.external_id): place.price_lists
            for company in companies
            for place in company.locations
            if place.price_lists is not None
        }
        if not told:
            return
        lists = self._lists(channel, told.values())
        links = self.env["channel.partner"]._by_id(channel, told)
        before = {key: link.price_list_id for key, link in links.items()}
        for key, link in links.items():
            found = [lists[one] for one in told[key] if one in lists]
            # of several the channel takes the best price of each product
            only = found[0] if len(found) == 1 else self.env["channel.price.list"]
            if link.price_list_id != only:
                link.price_list_id = only
        for company in companies:
            keys = {
                person_id("location", place.external_id) for place in company.locations
            }
            if keys and keys <= links.keys():
                partner = partners[person_id("company", company.external_id)]
                own = [(before[key], links[key]) for key in keys]
                self._follow(partner, own)

    def _lists(self, channel, told):
        rows = self.env["channel.price.list"].search(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "in", [one for ids in told for one in ids]),
            ]
        )
        return rows.grouped("external_id")

    def _follow(self, partner, own):
        """Where all locations buy at one pricelist, it is the company's for what people
        sell it here, too. One that a person has chosen stays.

        :param own: the price list until now and the link, of each location.
        """
        partner = partner.with_company(partner.company_id or self.env.company)
        chosen = partner.specific_property_product_pricelist
        until_now = {before.pricelist_id for before, _link in own}
        if chosen and {chosen} != until_now:
            return
        wanted = {link._pricelist() for _before, link in own}
        pricelist = wanted.pop() if len(wanted) == 1 else chosen.browse()
        if pricelist != chosen:
            partner.specific_property_product_pricelist = pricelist
