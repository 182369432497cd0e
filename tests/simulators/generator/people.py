"""Buyers, addresses and texts."""

NAMES = (
    ("Ada", "Lovelace"),
    ("Jürgen", "Müller-Lüdenscheidt"),
    ("Zoë", "O’Connor"),
    ("محمد", "الأمين"),
    ("花子", "山田"),
    ("Łukasz", "Żółć"),
    ("Priya", "Natarajan"),
    ("J. 🚀", "Doe"),
    ("Mary-Jane", "van der Berg"),
    ("Õnne", "Tamm"),
)
STREETS = {
    "DE": ("Hauptstraße 1", "10115", "Berlin", "BE"),
    "IN": ("12 MG Road", "560001", "Bengaluru", "KA"),
    "US": ("350 5th Ave", "10118", "New York", "NY"),
}
NOTES = (
    "Please ring twice.\nSecond line.",
    "🎁 as a gift, no invoice in the parcel 🎉",
    "יש לצלצל בפעמון <b>not bold</b>",
    "100 % \"quoted\" & 'single' \\ slash",
)


def address(rng, country, name):
    """Return an address spec.

    :param name: (first, last)
    """
    street, code, city, province = STREETS[country]
    return {
        "first_name": name[0],
        "last_name": name[1],
        "address1": street,
        "address2": rng.choice((None, "c/o Café", "2. Stock")),
        "zip": code,
        "city": city,
        "province_code": province,
        "country_code": country,
        "phone": rng.choice((None, "+49 30 1234567")),
    }


def buyer(rng, spec, country):
    """Give the order a known customer, a guest, a company or nobody."""
    name = rng.choice(NAMES)
    ship = address(rng, country, name)
    spec["shipping_address"] = ship
    other = address(rng, country, rng.choice(NAMES))
    spec["billing_address"] = ship if rng.random() < 0.7 else other
    kind = rng.choices(("known", "guest", "company", "nobody"), (6, 3, 1.5, 1))[0]
    email = f"buyer{rng.randrange(40)}@example.com"
    if kind in ("known", "company"):
        spec["customer"] = {
            "email": email,
            "first_name": name[0],
            "last_name": name[1],
            "addresses": [ship],
        }
    elif kind == "guest":
        spec["email"] = f"guest{rng.randrange(10**6)}@example.com"
    else:
        spec.update(shipping_address=None, billing_address=None, source_name="pos")
    if kind == "company":
        number = rng.randrange(5)
        spec["company"] = {"name": f"ACME {number} GmbH", "external_id": f"C{number}"}
        spec["po_number"] = f"PO-{rng.randrange(10_000)}"


def texts(rng, spec):
    """Add note, tags, attributes and a purchase order number now and then."""
    if rng.random() < 0.3:
        spec["note"] = rng.choice(NOTES)
    if rng.random() < 0.3:
        spec["tags"] = rng.sample(
            ["VIP", "wholesale", "größe", "🔥"], rng.randint(1, 3)
        )
    if rng.random() < 0.2:
        spec["attributes"] = {"Gift wrap": "yes", "_hidden": "1"}
    if rng.random() < 0.1:
        spec["po_number"] = f"PO-{rng.randrange(10_000)}"
