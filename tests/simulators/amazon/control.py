"""The control API under /_sim; see README.md for the routes."""

import copy
from contextlib import nullcontext

from .. import common_control
from ..common_control import ROUTES as COMMON
from ..control_api import ControlApi
from . import actions
from .stock import OutOfStock

ROUTES = (
    *COMMON,
    ("GET", "violations", "violations"),
    ("GET", "notifications", "deliveries"),
    ("POST", "notifications", "notification_faults"),
    ("POST", "sellers/<seller>/fba/<event>", "fba_event"),
    ("GET", "sellers/<seller>/mcf", "mcf"),
    ("POST", "sellers/<seller>/mcf/<order>/<action>", "mcf_action"),
    ("POST", "sellers/<seller>/catalog", "add_catalog"),
    ("GET", "sellers/<seller>/feeds", "feeds"),
    ("GET", "sellers/<seller>/invoices", "invoices"),
    ("GET", "sellers/<seller>/queue", "queue"),
    ("POST", "sellers/<seller>/queue/take", "take_queue"),
    ("POST", "sellers", "create_seller"),
    ("GET", "sellers/<seller>", "dump_seller"),
    ("POST", "sellers/<seller>/settings", "change_settings"),
    ("POST", "sellers/<seller>/authorise", "authorise"),
    ("POST", "sellers/<seller>/tokens/expire", "expire_tokens"),
    ("POST", "sellers/<seller>/tokens/revoke", "revoke"),
    ("POST", "sellers/<seller>/listings", "add_listings"),
    ("GET", "sellers/<seller>/listings", "listings"),
    ("POST", "sellers/<seller>/listings/late_issues", "late_issues"),
    ("POST", "sellers/<seller>/listings/issues", "set_issues"),
    ("GET", "sellers/<seller>/stock", "stock"),
    ("POST", "sellers/<seller>/stock", "set_stock"),
    ("POST", "sellers/<seller>/restrictions", "restrict"),
    ("GET", "sellers/<seller>/defects", "defects"),
    ("POST", "sellers/<seller>/orders", "place_orders"),
    ("GET", "sellers/<seller>/orders", "orders"),
    ("GET", "sellers/<seller>/orders/<order>", "order"),
    ("POST", "sellers/<seller>/orders/<order>/<action>", "order_action"),
)


class Control(ControlApi):
    """The routes of a seller's world."""

    routes = ROUTES
    modules = (actions, common_control)
    refusals = ((OutOfStock, 409),)
    parts = ("seller", "sellers")

    def _call(self, request, name, values, body):
        seller = self.simulator.sellers.get(values.get("seller"))
        with seller.lock if seller else nullcontext():
            return copy.deepcopy(super()._call(request, name, values, body))
