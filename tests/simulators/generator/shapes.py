"""The parts that orders are made of: lines, discounts, delivery, extras, payments."""

from decimal import Decimal

from ..amounts import DIGITS, quantum, rounded

GATEWAYS = ("shopify_payments", "paypal", "manual", "klarna")


def amount(rng, currency, low, high):
    """Return a price as text, in whole smallest units of the currency."""
    places = DIGITS.get(currency, 2)
    scale = {0: 100, 2: 1, 3: 1}[places]
    units = rng.randint(int(low * scale * 10**places), int(high * scale * 10**places))
    return str(Decimal(units) * quantum(currency))


def price(rng, currency):
    """Return a price: mostly ordinary, sometimes tiny, sometimes large."""
    kind = rng.random()
    if kind < 0.1:
        return amount(rng, currency, 0.01, 1)
    if kind < 0.2:
        return amount(rng, currency, 500, 5000)
    return amount(rng, currency, 1, 200)


def tax_specs(taxes):
    return [{"title": one.title, "rate": str(one.rate)} for one in taxes]


def product_line(rng, product, regime, currency):
    """Return the line spec of a product at any price."""
    taxes = () if product.gift_card else regime.classes[product.tax_class]
    many = rng.random() < 0.08
    return {
        "variant": product.sku,
        "sku": product.sku,
        "title": product.title,
        "price": price(rng, currency),
        "quantity": rng.randint(5, 40) if many else rng.randint(1, 4),
        "taxes": tax_specs(taxes),
        "taxable": bool(taxes),
        "gift_card": product.gift_card,
        "requires_shipping": not (product.digital or product.gift_card),
    }


def custom_line(rng, regime, currency):
    """Return a line that was typed in: no variant, no SKU."""
    taxes = regime.classes["standard"] if rng.random() < 0.6 else ()
    return {
        "title": rng.choice(("Engraving ✍️", "Repair", "Assembly")),
        "price": price(rng, currency),
        "quantity": rng.randint(1, 2),
        "taxes": tax_specs(taxes),
        "requires_shipping": rng.random() < 0.5,
    }


def lines(rng, world, regime, currency, count):
    """Return line specs with now and then a digital, custom or gift-card line."""
    goods = world.shippable()
    found = [
        product_line(rng, rng.choice(goods), regime, currency) for _line in range(count)
    ]
    if rng.random() < 0.12:
        found.append(custom_line(rng, regime, currency))
    if rng.random() < 0.08:
        found.append(product_line(rng, world.find(digital=True), regime, currency))
    if rng.random() < 0.07:
        found.append(product_line(rng, world.find(gift_card=True), regime, currency))
    return found


def shipping(rng, regime, currency):
    """Return none, one or two shipping lines; taxed as the market does, or not."""
    count = rng.choices((0, 1, 2), (2, 7, 0.5))[0]
    titles = ("Standard", "Express 🚚", "Sperrgut")
    return [
        {
            "title": titles[place] if rng.random() < 0.8 else titles[2],
            "code": f"SHIP{place}",
            "price": amount(rng, currency, 0, 20),
            "taxes": tax_specs(regime.shipping) if rng.random() < 0.85 else [],
        }
        for place in range(count)
    ]


def _percentage(rng):
    return rng.choice(("5", "10", "12.5", "15", "20", "33.33", "50"))


def _chosen(rng, count):
    return sorted(rng.sample(range(count), rng.randint(1, count)))


DISCOUNTS = (
    lambda rng, currency, count: {
        "kind": "code",
        "code": rng.choice(("WELCOME10", "SOMMER", "🎃")),
        "type": "percentage",
        "value": _percentage(rng),
    },
    lambda rng, currency, count: {
        "kind": "code",
        "code": "FIVEOFF",
        "type": "fixed",
        "value": amount(rng, currency, 1, 30),
    },
    lambda rng, currency, count: {
        "kind": "automatic",
        "title": "Buy more, save more",
        "type": "percentage",
        "value": _percentage(rng),
        "method": "EACH",
        "lines": _chosen(rng, count),
    },
    lambda rng, currency, count: {
        "kind": "automatic",
        "title": "Cart offer",
        "type": "fixed",
        "value": amount(rng, currency, 1, 15),
        "lines": _chosen(rng, count),
    },
    lambda rng, currency, count: {
        "kind": "manual",
        "title": "Goodwill",
        "type": "fixed",
        "value": amount(rng, currency, 0.5, 3),
        "method": "EACH",
        "lines": [rng.randrange(count)],
    },
    lambda rng, currency, count: {
        "kind": "script",
        "title": "Tiered pricing",
        "type": "percentage",
        "value": _percentage(rng),
        "method": "EACH",
    },
)


def discounts(rng, currency, count, has_shipping):
    """Return discount specs: none, or up to three of any kind, also on delivery."""
    found = []
    if rng.random() < 0.5:
        kinds = rng.sample(DISCOUNTS, rng.choices((1, 2, 3), (6, 3, 1))[0])
        found = [make(rng, currency, count) for make in kinds]
    if has_shipping and rng.random() < 0.15:
        free = rng.random() < 0.6
        found.append(
            {
                "kind": rng.choice(("code", "automatic")),
                "code": "FREESHIP",
                "title": "Free delivery",
                "target": "shipping",
                "type": "percentage" if free else "fixed",
                "value": "100" if free else amount(rng, currency, 0.5, 5),
            }
        )
    return found


def extras(rng, spec, currency):
    """Add a tip, a fee or duties now and then."""
    if rng.random() < 0.1:
        spec["tip"] = amount(rng, currency, 0.5, 10)
        spec["tip_line"] = rng.random() < 0.7
    if rng.random() < 0.05:
        fee = {"name": "Bottle deposit", "price": amount(rng, currency, 0.25, 3)}
        spec["fees"] = [fee]
    if rng.random() < 0.04:
        spec["lines"][0]["duty"] = amount(rng, currency, 1, 20)


def payment(rng, spec, total, currency):
    """Say how the order is paid; most are paid in full by one gateway."""
    gateway = rng.choice(GATEWAYS)
    kind = rng.choices(
        ("paid", "authorized", "split", "captured", "gift_card", "partially_paid"),
        (60, 10, 8, 8, 8, 4),
    )[0]
    spec["gateway"] = gateway
    part = rounded(total * rng.randint(10, 90) / 100, currency)
    if kind == "split" and 0 < part < total:
        other = rng.choice([one for one in GATEWAYS if one != gateway])
        spec["transactions"] = [
            _transaction("SALE", total, "paypal", "FAILURE"),
            _transaction("SALE", part, gateway),
            _transaction("SALE", total - part, other),
        ]
    elif kind == "captured" and total:
        spec["transactions"] = [
            _transaction("AUTHORIZATION", total, gateway),
            _transaction("CAPTURE", total, gateway),
        ]
    elif kind == "gift_card":
        spec.update(payment="paid", gift_card=str(part))
    elif kind == "partially_paid" and 0 < part < total:
        spec.update(payment="partially_paid", deposit=str(part))
    elif kind == "authorized":
        spec["payment"] = "authorized"
    else:
        spec["payment"] = "paid"


def _transaction(kind, total, gateway, status="SUCCESS"):
    return {"kind": kind, "amount": str(total), "gateway": gateway, "status": status}
