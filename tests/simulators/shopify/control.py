"""The control API under /_sim: JSON in, JSON out; see README.md for the routes."""

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from . import actions, customer_control, dump, order_control
from .fulfilment_state import Refused
from .http import json_answer
from .ordering import OutOfStock

ROUTES = (
    ("GET", "status", "status"),
    ("POST", "reset", "reset"),
    ("POST", "time", "move_time"),
    ("GET", "log", "log"),
    ("POST", "log/reset", "reset_log"),
    ("POST", "latency", "set_latency"),
    ("GET", "faults", "faults"),
    ("POST", "faults", "add_fault"),
    ("POST", "faults/clear", "clear_faults"),
    ("POST", "crash", "arm_crash"),
    ("GET", "crash/<int:number>", "wait_crash"),
    ("POST", "crash/<int:number>/release", "release_crash"),
    ("POST", "crash/clear", "clear_crash"),
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


class Control:
    """Dispatch control requests to functions of `actions` and `dump`."""

    def __init__(self, simulator):
        self.simulator = simulator
        self._urls = Map(
            [
                Rule(f"/{path}", methods=[method], endpoint=name)
                for method, path, name in ROUTES
            ]
        )

    def answer(self, request, path):
        """Return the response; mistakes are 4xx with `{"error": text}`."""
        try:
            name, values = self._urls.bind("", path_info=f"/{path}").match(
                f"/{path}", request.method
            )
            body = request.get_json(silent=True) if request.get_data() else {}
            if body is None:
                return json_answer({"error": "the body is no JSON"}, 400)
            if "shop" in values:
                values["shop"] = self.simulator.shops.get(values["shop"])
                if values["shop"] is None:
                    return json_answer({"error": "no such shop"}, 404)
            function = _function(name)
            arguments = body if isinstance(body, dict) else {"items": body}
            answer = function(self.simulator, **values, **arguments, **request.args)
            if "shop" in values and request.method == "POST":
                values["shop"].touch()
            return json_answer(answer)
        except HTTPException as error:
            return json_answer({"error": error.description}, error.code)
        except OutOfStock as error:
            return json_answer({"error": str(error)}, 409)
        except (Refused, LookupError, ValueError, TypeError) as error:
            return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)


def _function(name):
    modules = (actions, order_control, customer_control, dump)
    return next(getattr(one, name) for one in modules if hasattr(one, name))
