"""The page at `/`: the state of every shop, and a form that places an order by hand."""

from html import escape

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from . import dump, ordering
from .template import FORM, PAGE


def page(simulator, request):
    """Show the state; a POST places an order of one line and shows the state again."""
    if request.method == "POST":
        shop = simulator.shops[request.form["shop"]]
        quantity = request.form.get("quantity", 0, type=int)
        if quantity < 1:
            problem = "The quantity must be a whole number of at least 1."
            return _shown(simulator, problem, 400)
        spec = {
            "lines": [
                {
                    "variant": request.form["sku"],
                    "quantity": quantity,
                }
            ],
            "customer": {
                "email": request.form["email"],
                "first_name": "Walk-in",
                "last_name": "Customer",
            },
            "shipping_address": {
                "first_name": "Walk-in",
                "last_name": "Customer",
                "address1": "Street 1",
                "city": "Berlin",
            },
            "payment": request.form["payment"],
            "oversell": "oversell" in request.form,
        }
        try:
            ordering.place(shop, spec)
        except (ordering.OutOfStock, LookupError) as error:
            return _shown(simulator, str(error), 400)
        return redirect("/")
    return _shown(simulator)


def _shown(simulator, problem="", status=200):
    shops = "".join(_shop(simulator, shop) for shop in simulator.shops.values())
    faults = _table(
        ("fault", "rate", "operations", "hits"),
        [
            (one["fault"], one["rate"], ", ".join(one["operations"]), one["hits"])
            for one in simulator.faults.describe()
        ],
    )
    attempts = [
        (
            one["shop"],
            one["topic"],
            one["attempt"],
            one["status"] or one["error"],
            one["forged"] or "",
        )
        for one in reversed(simulator.courier.attempts[-30:])
    ]
    counts = sorted(simulator.log.summary()["counts"].items())
    text = PAGE.substitute(
        problem=f'<p class="problem">{escape(problem)}</p>' if problem else "",
        shops=shops or "<p>No shop yet: POST /_sim/shops creates one.</p>",
        faults=faults,
        webhooks=_table(("shop", "topic", "attempt", "answer", "forged"), attempts),
        calls=_table(("operation", "calls"), counts),
        now=simulator.clock.iso(),
    )
    return Response(text, status=status, content_type="text/html; charset=utf-8")


def _shop(simulator, shop):
    orders = [
        (
            name,
            one["financial"],
            one["fulfilment"],
            f"{one['total']} {one['currency']}",
            _lines(one),
        )
        for name, one in reversed(
            dump.orders(simulator, shop, last=30)["orders"].items()
        )
    ]
    levels = [
        (sku, place, one["available"], one["committed"], one["on_hand"])
        for sku, places in list(dump.stock(simulator, shop)["stock"].items())[:200]
        for place, one in places.items()
    ]
    skus = "".join(
        f'<option value="{escape(one["sku"])}">'
        for one in shop.all("ProductVariant")[:500]
        if one["sku"]
    )
    return (
        f"<h2>{escape(shop.domain)}</h2>"
        f"{FORM.substitute(name=escape(shop.name), skus=skus)}"
        + _table(("order", "payment", "fulfilment", "total", "lines"), orders)
        + "<h3>Stock</h3>"
        + _table(("SKU", "location", "available", "committed", "on hand"), levels)
    )


def _lines(order):
    return ", ".join(
        f"{one['quantity']} x {one['sku'] or one['title']}"
        for one in order["lines"][:5]
    )


def _table(heads, rows):
    if not rows:
        return "<p>Nothing yet.</p>"
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><tr>{head}</tr>{lines}</table>"
