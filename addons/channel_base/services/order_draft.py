"""What is gathered for one order before its sale order is made."""

from dataclasses import dataclass, field
from typing import Any

from ..adapter import codec
from ..adapter.canonical import Order
from ..books.edited import as_edited
from ..books.reckoned import reckoned
from ..books.totals import Books


@dataclass(slots=True)
class Draft:
    """One order on its way to a sale order; each step fills in its part.

    :param rate: units of the order's currency for one of the company's.
    :param products: product by external line id.
    :param taxes: tax by tax key; None = not to be booked.
    :param location: the place of a company that the order is for, where it is known.
    :param contact: who ordered for the company.
    :param market: the marketplace that it was placed in, of an account with several.
    :param pricelist: the company's own one. :param payment_term: when it has to pay.
    :param problems: issues (arguments of ``channel.issue._report``) that forbid the
        import.
    """

    order: Any
    external: Order
    currency: Any = None
    rate: float = 0.0
    books: Books | None = None
    products: dict = field(default_factory=dict)
    taxes: dict = field(default_factory=dict)
    partner: Any = None
    bill_to: Any = None
    ship_to: Any = None
    location: Any = None
    market: Any = None
    contact: Any = None
    pricelist: Any = None
    payment_term: Any = None
    problems: list = field(default_factory=list)

    @property
    def country(self):
        """ISO code of the country that decides taxes, empty when nobody knows it."""
        address = self.external.ship_to or self.external.bill_to
        return address.country_code if address else ""


def edited_state(order, text):
    """A state of an order as its edits left it: what its documents are made of.

    :param order: ``channel.order``. :param text: one of its snapshots.
    """
    digits = order.currency_id.decimal_places if order.currency_id else 2
    external = codec.loads(Order, text)
    if not external.taxes_stated:
        external = reckoned(external, order.line_ids._reckoned_rates(), digits)
    return as_edited(external, digits)
