"""What a seller's listing knows, in the attributes that the Listings API writes."""

from .marketplaces import BY_ID, NETWORKS

MERCHANT = "DEFAULT"


def add(seller, spec):
    """Create a listing, as a seller does in Seller Central; return it.

    :param spec: `sku`; optionally `asin`, `title`, `description`, `product_type`,
        `quantity` (merchant's; None = no merchant offer), `fba` (units in Amazon's
        warehouse; None = no such offer), `prices` {marketplace code: amount},
        `price`, `business_price`, `lead_days`, `condition`, `barcode`, `issues`
    """
    number, now = seller.next_id(), seller.clock.iso()
    sku = spec["sku"]
    listing = {
        "sku": sku,
        "asin": spec.get("asin") or f"B0{number:08d}",
        "listing_id": f"{number:010d}XYZ",
        "title": spec.get("title") or f"Product {sku}",
        "description": spec.get("description", ""),
        "barcode": spec.get("barcode", f"{4_000_000_000_000 + number}"),
        "condition": spec.get("condition", "new_new"),
        "product_type": spec.get("product_type", "PRODUCT"),
        "marketplaces": list(seller.joined),
        "attributes": {},
        "issues": list(spec.get("issues", ())),
        "created": now,
        "updated": now,
        "pending": [],
        "parent": spec.get("parent"),
    }
    _offer(seller, listing, spec)
    seller.table("listings")[sku] = listing
    seller.touch()
    return listing


def _offer(seller, listing, spec):
    attributes = listing["attributes"]
    attributes["item_name"] = [
        {
            "value": listing["title"],
            "language_tag": BY_ID[one].language,
            "marketplace_id": one,
        }
        for one in seller.joined
    ]
    attributes["condition_type"] = [
        {"value": listing["condition"], "marketplace_id": one} for one in seller.joined
    ]
    channels = attributes["fulfillment_availability"] = []
    if spec.get("quantity", 0) is not None:
        entry = {
            "fulfillment_channel_code": MERCHANT,
            "quantity": spec.get("quantity", 0),
        }
        if spec.get("lead_days") is not None:
            entry["lead_time_to_ship_max_days"] = spec["lead_days"]
        channels.append(entry)
    if spec.get("fba") is not None:
        for network in sorted({NETWORKS[BY_ID[one].region] for one in seller.joined}):
            channels.append({"fulfillment_channel_code": network})
        seller.table("fba")[listing["sku"]] = stock_in_fba(listing, spec["fba"])
    attributes["purchasable_offer"] = [
        _purchasable(BY_ID[one], spec) for one in seller.joined
    ]


def _purchasable(marketplace, spec):
    price = spec.get("prices", {}).get(marketplace.code, spec.get("price", "20.00"))
    return {
        "marketplace_id": marketplace.id,
        "currency": marketplace.currency,
        "audience": "ALL",
        "our_price": [{"schedule": [{"value_with_tax": float(price)}]}],
    }


def stock_in_fba(listing, units):
    """Return what Amazon's warehouse holds of a listing."""
    return {
        "sku": listing["sku"],
        "asin": listing["asin"],
        "fnsku": f"X00{listing['listing_id'][4:10]}",
        "title": listing["title"],
        "fulfillable": units,
        "reserved": 0,
        "inbound": 0,
        "unfulfillable": {},
        "updated": listing["updated"],
    }


def channel(listing, code=MERCHANT):
    """Return the entry of a fulfilment channel, or None."""
    return next(
        (
            one
            for one in listing["attributes"].get("fulfillment_availability", ())
            if one.get("fulfillment_channel_code") == code
        ),
        None,
    )


def is_amazon(code):
    """Return whether Amazon fulfils this channel."""
    return code.startswith("AMAZON_")


def quantity(listing):
    """Return the units that the merchant offers."""
    entry = channel(listing)
    return entry.get("quantity", 0) if entry else 0


def price(listing, marketplace_id, audience="ALL"):
    """Return the price as text, or None."""
    for offer in listing["attributes"].get("purchasable_offer", ()):
        if offer.get("marketplace_id") != marketplace_id:
            continue
        if offer.get("audience", "ALL") == audience and offer.get("our_price"):
            return str(offer["our_price"][0]["schedule"][0]["value_with_tax"])
    return None


def touch(seller, listing):
    """Mark a listing changed."""
    listing["updated"] = seller.clock.iso()
    seller.touch()
