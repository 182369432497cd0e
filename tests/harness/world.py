"""The generator's world on both sides: a shop, and what Odoo must know of it."""

from pathlib import Path

INSIDE = Path(__file__).with_name("inside_world.py")


def prepare_odoo(hub, world):
    """Give Odoo the company currency, currencies, taxes, products and stock.

    :param hub: a server, running or not. :param world: the generator's ``World``.
    """
    products = [
        {
            "title": product["title"],
            "sku": variant["sku"],
            "barcode": variant["barcode"],
            "price": variant["price"],
            "stock": variant["stock"],
            "stored": variant["tracked"],
        }
        for product in world.catalogue()
        for variant in product["variants"]
    ]
    taxes = [{**one, "rate": str(one["rate"])} for one in world.taxes()]
    facts = {
        "currency": world.currency,
        "currencies": world.rates,
        "taxes": taxes,
        "products": products,
    }
    hub.shell(f"WORLD = {facts!r}\n{INSIDE.read_text()}")


def open_shop(control, name, world, **spec):
    """Make a shop in the simulator with the world's catalogue.

    :param control: its `ControlClient`. :param spec: for ``create_shop``.
    :return: the answer of ``create_shop`` with ``url``, the shop's origin.
    """
    settings = {"currency": world.currency, **spec.pop("settings", {})}
    shop = control.create_shop(name, settings=settings, **spec)
    control.post(f"shops/{name}/catalogue", items=world.catalogue())
    return {**shop, "url": f"{control.url}/shops/{name}"}
