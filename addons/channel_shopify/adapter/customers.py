"""Reading customers and companies: page by page, each list to its end."""

from odoo.addons.channel_base.adapter.errors import ConfigError
from odoo.addons.channel_base.adapter.port import CustomerPage

from . import mapper_company
from .ids import gid
from .mapper_common import nodes

CUSTOMERS, COMPANIES = "customers", "companies"  # a position is "<which>:<cursor>"
CATALOGS = "location_catalogs"
SIZE = {CUSTOMERS: 100, COMPANIES: 5, CATALOGS: 50}  # ids that one query asks for
DENIED = "ACCESS_DENIED"


class CustomerReader:
    """Customers and companies through a client."""

    def __init__(self, client):
        self.client = client
        self._catalogs_denied = False

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
        yield from self._companies(
            list(self.client.objects("companies_by_id", ids, SIZE[COMPANIES]))
        )

    def _page(self, which, cursor):
        """:return: the page's part, and the cursor behind it, None at the end."""
        try:
            data = self.client.query(which, after=cursor or None)[which]
        except ConfigError as error:
            # shops without business customers refuse to tell that they have none
            if error.code != DENIED or which != COMPANIES:
                raise
            return {}, None
        page, payloads = data["pageInfo"], nodes(data)
        if which == COMPANIES:
            found = {which: tuple(self._companies(payloads))}
        else:
            found = {which: tuple(map(mapper_company.customer, payloads))}
        return found, page["endCursor"] if page["hasNextPage"] else None

    def _companies(self, payloads):
        """Companies with all contacts and locations, and the locations' catalogues."""
        whole = [self._whole(payload) for payload in payloads]
        places = [place for one in whole for place in one["locations"]]
        catalogs = self._catalogs([place["id"] for place in places])
        for place in places:
            place["catalogs"] = catalogs.get(place["id"])
        return [mapper_company.company(payload) for payload in whole]

    def _whole(self, payload):
        owner, rest = payload["id"], self.client.rest
        places = rest(payload["locations"], "company_locations", owner)
        return {
            **payload,
            "contacts": rest(payload["contacts"], "company_contacts", owner),
            "locations": [dict(place) for place in nodes(places)],
        }

    def _catalogs(self, ids):
        """Catalogues by location's id; none where the app may not read them: then what
        the hub knows of them stays."""
        if self._catalogs_denied or not ids:
            return {}
        try:
            found = list(self.client.objects(CATALOGS, ids, SIZE[CATALOGS]))
        except ConfigError as error:
            if error.code != DENIED:
                raise
            self._catalogs_denied = True
            return {}
        return {one["id"]: one.get("catalogs") for one in found}
