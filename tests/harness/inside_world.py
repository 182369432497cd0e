"""In `odoo shell`: what an ERP must know before a shop's orders can come in.

Expects WORLD: {currency, currencies: {code: rate}, taxes, products}.
"""

from odoo import Command


def currencies(env):
    """The company in the shop's currency, the others active with a rate."""
    company = env.company
    Currency = env["res.currency"].with_context(active_test=False)
    shop = Currency.search([("name", "=", WORLD["currency"])])  # noqa: F821
    shop.active = True
    company.currency_id = shop
    env["res.currency.rate"].search([("company_id", "=", company.id)]).unlink()
    for code, rate in WORLD["currencies"].items():  # noqa: F821
        currency = Currency.search([("name", "=", code)])
        currency.active = True
        env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": company.id,
                "name": "2020-01-01",
                "rate": float(rate),
            }
        )


def taxes(env):
    """One tax per title, rate and inclusion."""
    company = env.company
    seen = set()
    for one in WORLD["taxes"]:  # noqa: F821
        key = one["title"], one["rate"], one["included"]
        if key in seen:
            continue
        seen.add(key)
        env["account.tax"].create(
            {
                "name": f"{one['title']}{' incl.' if one['included'] else ''}",
                "invoice_label": one["title"],
                "type_tax_use": "sale",
                "amount_type": "percent",
                "amount": float(one["rate"]) * 100,
                "company_id": company.id,
                "price_include_override": (
                    "tax_included" if one["included"] else "tax_excluded"
                ),
            }
        )


def products(env):
    """The catalogue with stock, without taxes of its own."""
    made = env["product.product"].create(
        [
            {
                "name": one["title"],
                "default_code": one["sku"],
                "barcode": one["barcode"],
                "type": "consu" if one["stored"] else "service",
                "is_storable": one["stored"],
                "list_price": float(one["price"]),
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
            for one in WORLD["products"]  # noqa: F821
        ]
    )
    place = env["stock.warehouse"].search([], limit=1).lot_stock_id
    stock = {one["sku"]: one["stock"] for one in WORLD["products"]}  # noqa: F821
    quants = env["stock.quant"].with_context(inventory_mode=True)
    quants.create(
        [
            {
                "product_id": product.id,
                "location_id": place.id,
                "inventory_quantity": stock[product.default_code],
            }
            for product in made
            if product.is_storable
        ]
    ).action_apply_inventory()


currencies(env)  # noqa: F821
taxes(env)  # noqa: F821
products(env)  # noqa: F821
env.cr.commit()  # noqa: F821
