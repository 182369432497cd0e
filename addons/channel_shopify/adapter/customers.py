"""Reading customers and companies: page by page, each list to its end."""

from odoo.addons.channel_base.adapter.errors import ConfigError
from odoo.addons.channel_base.adapter.port import CustomerPage

from . import mapper_company
from .ids import gid
from .mapper_common import nodes

CUSTOMERS, COMPANIES = "customers", "companies"  # a position is "<which>:<cursor>"
SIZE = {CUSTOMERS: 100, COMPANIES: 5}  # ids that one query asks for
DENIED = "ACCESS_DENIED"


class CustomerReader:
    """Customers and companies through a client."""

    def __init__(self, client):
        self.client = client

    def pages(self, position):
        """``CustomerPage`` from a position on: customers first, then companies."""
        which, _, cursor = (position or f"{CUSTOMERS}:").partition(":")
        while True:
            found, cursor = self._page(which, cursor)
            if cursor:
                yield CustomerPage(**found, position=f"{which}:{cursor}")
            elif which == CUSTOMERS:
                which = COMPANIES
                yield CustomerPage(**found, position=f"{COMPANIES}:")
            else:
                yield CustomerPage(**found)
                return

    def customers(self, external_ids):
        """The present state of some customers."""
        ids = [gid("Customer", one) for one in dict.fromkeys(external_ids)]
        for payload in self.client.objects("customers_by_id", ids, SIZE[CUSTOMERS]):
            yield mapper_company.customer(payload)

    def companies(self, external_ids):
        """The present state of some companies, with all contacts and locations."""
        ids = [gid("Company", one) for one in dict.fromkeys(external_ids)]
        for payload in self.client.objects("companies_by_id", ids, SIZE[COMPANIES]):
            yield self._company(payload)

    def _page(self, which, cursor):
        """:return: the page's part, and the cursor behind it, None at the end."""
        try:
            data = self.client.query(which, after=cursor or None)[which]
        except ConfigError as error:
            # shops without business customers refuse to tell that they have none
            if error.code != DENIED or which != COMPANIES:
                raise
            return {}, None
        read = self._company if which == COMPANIES else mapper_company.customer
        page = data["pageInfo"]
        found = {which: tuple(read(payload) for payload in nodes(data))}
        return found, page["endCursor"] if page["hasNextPage"] else None

    def _company(self, payload):
        owner, rest = payload["id"], self.client.rest
        return mapper_company.company(
            {
                **payload,
                "contacts": rest(payload["contacts"], "company_contacts", owner),
                "locations": rest(payload["locations"], "company_locations", owner),
            }
        )
