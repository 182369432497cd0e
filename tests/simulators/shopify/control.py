"""The control API under /_sim: JSON in, JSON out; see README.md for the routes."""

from .. import common_control
from ..common_control import ROUTES as COMMON
from ..control_api import ControlApi
from . import actions, customer_control, dump, order_control
from .fulfilment_state import Refused
from .ordering import OutOfStock

ROUTES = (
    *COMMON,
    ("POST", "webhooks", "webhook_faults"),
    ("GET", "webhooks", "deliveries"),
    ("POST", "shops", "create_shop"),
    ("GET", "shops/<shop>", "dump_shop"),
    ("POST", "shops/<shop>/settings", "change_settings"),
    ("GET", "shops/<shop>/tokens", "tokens"),
    ("POST", "shops/<shop>/tokens/expire", "expire_tokens"),
    ("POST", "shops/<shop>/scopes", "set_scopes"),
    ("POST", "shops/<shop>/uninstall", "uninstall"),
    ("POST", "shops/<shop>/install", "install"),
    ("POST", "shops/<shop>/locations", "add_location"),
    ("POST", "shops/<shop>/locations/<location>", "set_location"),
    ("POST", "shops/<shop>/catalogue", "load_catalogue"),
    ("POST", "shops/<shop>/products", "add_product"),
    ("POST", "shops/<shop>/products/delete", "delete_product"),
    ("POST", "shops/<shop>/variants", "change_variant"),
    ("POST", "shops/<shop>/price_lists", "add_price_list"),
    ("GET", "shops/<shop>/prices", "prices"),
    ("POST", "shops/<shop>/prices", "set_price"),
    ("GET", "shops/<shop>/stock", "stock"),
    ("POST", "shops/<shop>/stock", "set_stock"),
    ("POST", "shops/<shop>/orders", "place_orders"),
    ("GET", "shops/<shop>/orders", "orders"),
    ("POST", "shops/<shop>/orders/<order>/<action>", "order_action"),
    ("POST", "shops/<shop>/webhooks/send", "send_webhook"),
    ("POST", "shops/<shop>/customers", "save_customer"),
    ("POST", "shops/<shop>/customers/merge", "merge_customers"),
    ("POST", "shops/<shop>/customers/delete", "delete_customer"),
    ("POST", "shops/<shop>/companies", "save_company"),
    ("POST", "shops/<shop>/compliance", "send_compliance"),
)


class Control(ControlApi):
    """The routes of a shop's world."""

    routes = ROUTES
    modules = (actions, order_control, customer_control, dump, common_control)
    refusals = ((OutOfStock, 409), (Refused, 400))
    parts = ("shop", "shops")
