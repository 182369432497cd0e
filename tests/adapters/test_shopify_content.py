"""Products: made once, changed where the hub decides, never destroyed."""

import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest

from odoo.addons.channel_base.adapter import codec
from odoo.addons.channel_base.adapter.canonical import Money, PushStatus
from odoo.addons.channel_base.adapter.content import (
    ContentAttribute,
    ContentImage,
    ContentOption,
    ContentOutcome,
    ContentStatus,
    ContentTranslation,
    ContentVariant,
    ProductContent,
)
from odoo.addons.channel_base.adapter.errors import DataError, TransientError

from tests.simulators.shopify.catalogue import add_product
from tests.simulators.shopify.inventory_state import level

from .shopify_market import number

ALL = (
    "text",
    "images",
    "variants",
    "identifiers",
    "logistics",
    "status",
    "tags",
    "category",
    "attributes",
    "translations",
)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
JPEG = b"\xff\xd8\xff\xe0" + b"1" * 64
SIZES = ("S", "M", "L")


@pytest.fixture
def adapter(market):
    made = market.adapter(catalogue="on")
    list(made.prepare_catalogue())
    return made


def variant(key, *values, **more):
    return ContentVariant(
        **{
            "key": key,
            "values": values,
            "sku": f"SKU-{key}",
            "barcode": f"40{key}",
            "weight": Decimal("0.250"),
            "hs_code": "6109.10",
            "origin": "PT",
            "price": Money(Decimal("19.90"), "EUR"),
            **more,
        }
    )


def shirt(market, sizes=SIZES, **more):
    return ProductContent(
        **{
            "key": "key-1",
            "title": "Shirt",
            "description": "<p>Soft<br>and warm</p>",
            "groups": ALL,
            "options": (ContentOption(name="Size", values=tuple(sizes)),),
            "variants": tuple(
                variant(str(place), size) for place, size in enumerate(sizes, 1)
            ),
            "status": ContentStatus.ACTIVE,
            "tags": ("summer", "cotton"),
            "locations": (market.locations["Main"], market.locations["Outlet"]),
            **more,
        }
    )


def push(adapter, content):
    """The one result, waited for."""
    answer = adapter.push_products("key", (content,))
    while answer.ticket:
        answer = adapter.poll(answer.ticket)
    return answer.results[0]


def made(adapter, content):
    """Push it; the content as the hub would send it next time."""
    result = push(adapter, content)
    assert result.status is PushStatus.DONE, result.message
    found = {one.key: one for one in outcome(result).variants}
    return replace(
        content,
        external_id=result.external_id,
        variants=tuple(
            replace(
                one,
                external_id=found[one.key].external_id,
                stock_key=found[one.key].stock_key,
            )
            for one in content.variants
        ),
    )


def outcome(result):
    return codec.loads(ContentOutcome, result.outcome)


def operations(calls):
    """What was asked for, without the token."""
    return [one.operation for one in calls if one.operation != "AccessToken"]


def products(market, title="Shirt"):
    return [one for one in market.shop.all("Product") if one["title"] == title]


def variants(market, product):
    return [market.shop.get(gid) for gid in product["variants"]]


def image(content, **more):
    return ContentImage(
        **{
            "key": hashlib.sha1(content).hexdigest(),
            "source": "product.template/1/image_1920",
            "mime": "image/png",
            "size": len(content),
            "alt": "Shirt",
            **more,
        }
    )


def giving(adapter, *contents):
    """Let the hub have these images."""
    by_key = {hashlib.sha1(one).hexdigest(): one for one in contents}
    asked = []

    def read(_source, key):
        asked.append(key)
        return by_key[key]

    adapter.read_image = read
    return asked


# --- making ---------------------------------------------------------------------------


def test_a_product_is_made_with_all_it_has(market, adapter):
    content = made(adapter, shirt(market))
    (product,) = products(market)
    assert product["status"] == "ACTIVE"
    assert product["tags"] == ["cotton", "summer"]
    assert [o["name"] for o in product["options"]] == ["Size"]
    first = variants(market, product)[0]
    assert (first["sku"], first["barcode"], first["price"]) == ("SKU-1", "401", "19.90")
    item = market.shop.get(first["inventoryItem"])
    assert item["harmonizedSystemCode"] == "610910"
    assert item["countryCodeOfOrigin"] == "PT"
    assert item["measurement"]["weight"] == {"unit": "KILOGRAMS", "value": 0.25}
    assert item["tracked"]
    assert number(first["id"]) == content.variants[0].external_id
    assert number(item["id"]) == content.variants[0].stock_key


def test_it_is_stocked_where_the_hub_keeps_stock(market, adapter):
    made(adapter, shirt(market))
    (product,) = products(market)
    for one in variants(market, product):
        for place in market.locations.values():
            node = level(
                market.shop, one["inventoryItem"], f"gid://shopify/Location/{place}"
            )
            assert node["isActive"]


def test_a_product_without_options_has_one_variant(market, adapter):
    content = made(
        adapter, shirt(market, sizes=(), options=(), variants=(variant("7"),))
    )
    (product,) = products(market)
    assert len(product["variants"]) == 1
    assert product["hasOnlyDefaultVariant"]
    again = push(adapter, replace(content, groups=("variants", "identifiers")))
    assert again.status is PushStatus.DONE
    assert len(products(market)[0]["variants"]) == 1


@pytest.mark.parametrize("fault", ["lost_answer", "http_500_after"])
def test_a_crash_cannot_make_it_twice(market, adapter, fault):
    market.fault(fault, operations=["productSet"], limit=1)
    with pytest.raises(TransientError):
        push(adapter, shirt(market))
    assert len(products(market)) == 1
    result = push(adapter, shirt(market))
    assert result.status is PushStatus.DONE
    assert len(products(market)) == 1
    assert len(outcome(result).variants) == 3
    assert len(products(market)[0]["variants"]) == 3


def test_prices_in_another_currency_make_no_variants(market, adapter):
    dollars = Money(Decimal(1), "USD")
    content = shirt(market, sizes=("S",), variants=(variant("1", "S", price=dollars),))
    result = push(adapter, content)
    assert (result.status, result.code) == (PushStatus.REJECTED, "CURRENCY")
    assert not products(market)


# --- changing -------------------------------------------------------------------------


def test_only_the_groups_that_are_named_are_written(market, adapter):
    content = made(adapter, shirt(market))
    (product,) = products(market)
    product["tags"] = ["theirs"]
    result = push(
        adapter,
        replace(content, title="Other", tags=("ours",), groups=("text",)),
    )
    assert result.status is PushStatus.DONE
    (product,) = products(market, "Other")
    assert product["tags"] == ["theirs"]
    assert [o["name"] for o in product["options"]] == ["Size"]


def test_pitfall_16_existing_variants_are_never_destroyed(market, adapter):
    """Variants that the hub does not know, or knows no more, stay as they are."""
    product = add_product(
        market.shop,
        {
            "title": "Shirt",
            "options": [{"name": "Size", "values": ["S", "XXL"]}],
            "variants": [
                {"sku": "a", "price": 5, "options": {"Size": "S"}, "stock": 7},
                {"sku": "b", "price": 5, "options": {"Size": "XXL"}, "stock": 9},
            ],
        },
    )
    before = list(product["variants"])
    known = variant("1", "S", external_id=number(before[0]))
    content = shirt(
        market,
        external_id=number(product["id"]),
        variants=(known, variant("2", "M"), variant("3", "L")),
    )
    result = push(adapter, content)
    assert result.status is PushStatus.DONE, result.message
    after = products(market)[0]["variants"]
    assert set(before) <= set(after)
    assert len(after) == 4
    kept = market.shop.get(before[1])
    assert kept["sku"] == "b"
    assert kept["selectedOptions"] == [{"name": "Size", "value": "XXL"}]
    fewer = replace(content, variants=(known,), groups=("variants",))
    assert push(adapter, fewer).status is PushStatus.DONE
    assert len(products(market)[0]["variants"]) == 4
    assert market.shop.get(before[0])["price"] == "5", "prices are not ours to send"


def test_foreign_variants_with_other_options_stop_it(market, adapter):
    product = add_product(
        market.shop,
        {
            "title": "Shirt",
            "options": [{"name": "Colour", "values": ["red"]}],
            "variants": [{"sku": "a", "price": 5, "options": {"Colour": "red"}}],
        },
    )
    content = shirt(market, external_id=number(product["id"]))
    result = push(adapter, content)
    assert (result.status, result.code) == (PushStatus.REJECTED, "FOREIGN_VARIANTS")
    assert len(products(market)[0]["variants"]) == 1
    others = tuple(g for g in ALL if g not in ("variants", "translations"))
    result = push(adapter, replace(content, groups=others))
    assert result.status is PushStatus.DONE, result.message
    assert len(products(market)[0]["variants"]) == 1


def test_an_option_is_renamed_and_its_variants_stay(market, adapter):
    content = made(adapter, shirt(market))
    ids = set(products(market)[0]["variants"])
    renamed = replace(content, options=(ContentOption(name="Grösse", values=SIZES),))
    assert push(adapter, renamed).status is PushStatus.DONE
    (product,) = products(market)
    assert set(product["variants"]) == ids
    assert [o["name"] for o in product["options"]] == ["Grösse"]


def test_identifiers_alone_touch_no_option(market, adapter):
    content = made(adapter, shirt(market))
    changed = tuple(replace(v, sku=f"NEW-{v.key}") for v in content.variants)
    (before,) = (list(p["options"]) for p in products(market))
    result = push(adapter, replace(content, variants=changed, groups=("identifiers",)))
    assert result.status is PushStatus.DONE
    (product,) = products(market)
    assert [o["id"] for o in product["options"]] == [o["id"] for o in before]
    assert {v["sku"] for v in variants(market, product)} == {
        "NEW-1",
        "NEW-2",
        "NEW-3",
    }


def test_weights_alone_leave_the_list_of_variants_alone(market, adapter):
    """A list that is sent deletes what it leaves out: a variant that somebody adds
    while the product is read and written, or an option that is linked to a metafield.
    """
    content = made(adapter, shirt(market))
    heavier = tuple(replace(v, weight=Decimal("0.3")) for v in content.variants)
    calls = []
    result = push(
        market.adapter(calls, catalogue="on"),
        replace(content, variants=heavier, groups=("logistics",)),
    )
    assert result.status is PushStatus.DONE, result.message
    assert operations(calls) == ["ContentState", "ContentVariantsSet"]
    (product,) = products(market)
    weights = {
        market.shop.get(v["inventoryItem"])["measurement"]["weight"]["value"]
        for v in variants(market, product)
    }
    assert weights == {0.3}


def test_what_is_empty_here_is_not_emptied_there(market, adapter):
    """A shop's SKUs, weights and customs data are worth more than a blank field."""
    content = made(adapter, shirt(market))
    blank = tuple(
        replace(v, sku="", barcode="", weight=Decimal(0), hs_code="", origin="")
        for v in content.variants
    )
    for groups in (("identifiers", "logistics"), ALL):
        result = push(
            adapter,
            replace(content, description="", variants=blank, groups=groups),
        )
        assert result.status is PushStatus.DONE, result.message
        (product,) = products(market)
        assert "Soft" in product["descriptionHtml"]
        node = variants(market, product)[0]
        assert (node["sku"], node["barcode"]) == ("SKU-1", "401")
        item = market.shop.get(node["inventoryItem"])
        assert item["measurement"]["weight"]["value"] == 0.25
        assert item["harmonizedSystemCode"] == "610910"
        assert item["countryCodeOfOrigin"] == "PT"


def test_five_changed_titles_take_one_call(market, adapter):
    """What is shown afterwards comes with the answer; before, nothing need be read."""
    contents = [
        made(adapter, shirt(market, key=f"key-{n}", title=f"Shirt {n}"))
        for n in range(5)
    ]
    calls = []
    answer = market.adapter(calls, catalogue="on").push_products(
        "key",
        tuple(
            replace(one, title=f"New {one.title}", groups=("text",)) for one in contents
        ),
    )
    assert {one.status for one in answer.results} == {PushStatus.DONE}
    assert operations(calls) == ["ProductSet"]
    seen = market.adapter(catalogue="on").read_products(
        tuple(one.external_id for one in contents)
    )
    assert {one.external_id: one.shown for one in seen} == {
        one.external_id: outcome(one).shown for one in answer.results
    }


def test_a_refused_title_spoils_no_other(market, adapter):
    contents = [
        made(adapter, shirt(market, key=f"key-{n}", title=f"Shirt {n}"))
        for n in range(3)
    ]
    changed = [replace(one, title="New", groups=("text",)) for one in contents]
    changed[1] = replace(changed[1], title="x" * 300)
    found = {
        one.key: one for one in adapter.push_products("key", tuple(changed)).results
    }
    assert "too long" in found["key-1"].message
    assert {found[f"key-{n}"].status for n in (0, 2)} == {PushStatus.DONE}
    assert len(products(market, "New")) == 2


@pytest.mark.parametrize("fault", ["lost_answer", "http_500_after"])
def test_a_lost_answer_about_titles_is_asked_for_again(market, adapter, fault):
    content = made(adapter, shirt(market))
    changed = replace(content, title="New", groups=("text",))
    market.fault(fault, operations=["productSet"], limit=1)
    with pytest.raises(TransientError):
        adapter.push_products("key", (changed,))
    assert push(adapter, changed).status is PushStatus.DONE
    assert len(products(market, "New")) == 1


def test_a_product_that_was_deleted_is_told(market, adapter):
    content = made(adapter, shirt(market))
    market.shop.remove(products(market)[0]["id"])
    for groups in (ALL, ("text",)):
        result = push(adapter, replace(content, groups=groups))
        assert (result.status, result.code) == (PushStatus.REJECTED, "GONE")


def test_a_refused_product_spoils_no_other(market, adapter):
    bad = shirt(market, key="bad", title="x" * 300)
    good = shirt(market)
    answer = adapter.push_products("key", (bad, good))
    results = {one.key: one for one in answer.results}
    assert results["bad"].status is PushStatus.REJECTED
    assert "too long" in results["bad"].message
    assert results["key-1"].status is PushStatus.DONE


# --- many variants --------------------------------------------------------------------


def test_many_variants_are_written_beside_the_call(market, adapter):
    sizes = tuple(f"Size {n}" for n in range(150))
    content = shirt(market, sizes=sizes, groups=ALL)
    answer = adapter.push_products("key", (content,))
    assert answer.ticket
    assert answer.results[0].status is PushStatus.PENDING
    result = push(adapter, content)
    assert result.status is PushStatus.DONE, result.message
    done = outcome(result)
    assert len(done.variants) == 150
    assert "variants" in done.groups
    assert "status" not in done.groups, "has its turn once the product is there"
    assert len(products(market)) == 1
    assert len(products(market)[0]["variants"]) == 150


# --- images ---------------------------------------------------------------------------


def test_images_are_uploaded_once_in_their_order(market, adapter):
    asked = giving(adapter, PNG, JPEG)
    first, second = image(PNG), image(JPEG, mime="image/jpeg")
    keyed = shirt(market, images=(first, second))
    keyed = replace(
        keyed,
        variants=(replace(keyed.variants[0], image=second.key), *keyed.variants[1:]),
    )
    result = push(adapter, keyed)
    assert result.status is PushStatus.DONE, result.message
    assert asked == [first.key, second.key]
    (product,) = products(market)
    assert len(product["media"]) == 2
    files = dict(outcome(result).files)
    assert [f"gid://shopify/MediaImage/{files[i.key]}" for i in keyed.images] == (
        product["media"]
    )
    assert variants(market, product)[0]["media"] == [product["media"][1]]
    content = replace(keyed, external_id=result.external_id, images=(second, first))
    swapped = push(adapter, replace(content, groups=("images",)))
    assert swapped.status is PushStatus.DONE, swapped.message
    assert asked == [first.key, second.key], "known by their bytes"
    assert products(market)[0]["media"] == product["media"][::-1] or (
        products(market)[0]["media"][0].endswith(files[second.key])
    )


def test_a_file_is_used_for_other_products_too(market, adapter):
    asked = giving(adapter, PNG)
    result = push(adapter, shirt(market, images=(image(PNG),)))
    ((_key, file),) = outcome(result).files
    other = shirt(
        market, key="key-2", title="Other", images=(image(PNG, external_id=file),)
    )
    assert push(adapter, other).status is PushStatus.DONE
    assert len(asked) == 1
    assert products(market, "Other")[0]["media"] == [f"gid://shopify/MediaImage/{file}"]


def test_a_file_that_is_gone_is_uploaded_again(market, adapter):
    asked = giving(adapter, PNG)
    content = shirt(market, images=(image(PNG, external_id="999"),))
    assert push(adapter, content).status is PushStatus.DONE
    assert len(asked) == 1


def test_an_image_that_cannot_be_shown_leaves_the_rest(market, adapter):
    bad = b"no image at all"
    giving(adapter, bad)
    result = push(adapter, shirt(market, images=(image(bad),)))
    assert (result.status, result.code) == (PushStatus.REJECTED, "MEDIA")
    assert result.external_id
    assert "images" not in outcome(result).groups
    assert "text" in outcome(result).groups
    assert len(outcome(result).variants) == 3


def test_an_image_that_changed_meanwhile_waits_for_the_next_time(market, adapter):
    def read(_source, _key):
        raise DataError("The image was changed meanwhile.", code="IMAGE_CHANGED")

    adapter.read_image = read
    result = push(adapter, shirt(market, images=(image(PNG),)))
    assert (result.status, result.code) == (PushStatus.REJECTED, "IMAGE_CHANGED")


def test_videos_are_not_ours_to_remove(market, adapter):
    giving(adapter, PNG)
    content = made(adapter, shirt(market))
    video = market.shop.add("MediaImage", {"mediaContentType": "VIDEO", "alt": None})
    products(market)[0]["media"] = [video["id"]]
    push(adapter, replace(content, images=(image(PNG),), groups=("images",)))
    assert video["id"] in products(market)[0]["media"]
    assert len(products(market)[0]["media"]) == 2


# --- what has calls of its own --------------------------------------------------------


def test_metafields_of_others_stay(market, adapter):
    field = ContentAttribute(
        namespace="specs", key="material", type="text", value="Cotton"
    )
    managed = (("specs", "material", "product"), ("specs", "care", "product"))
    content = made(
        adapter,
        shirt(market, attributes=(field,), managed_attributes=managed),
    )
    (product,) = products(market)
    product["metafields"]["other.app"] = {"value": "theirs"}
    assert product["metafields"]["specs.material"]["value"] == "Cotton"
    emptied = replace(content, attributes=(), groups=("attributes", "text"))
    assert push(adapter, emptied).status is PushStatus.DONE
    (product,) = products(market)
    assert "specs.material" not in product["metafields"]
    assert product["metafields"]["other.app"] == {"value": "theirs"}
    assert product["metafields"]["app--1.hub_id"]["value"] == "key-1"


def test_many_metafields_take_several_calls(market, adapter):
    fields = tuple(
        ContentAttribute(namespace="specs", key=f"f{n}", type="text", value=str(n))
        for n in range(30)
    )
    assert made(adapter, shirt(market, attributes=fields))
    (product,) = products(market)
    assert len(product["metafields"]) == 31


def test_a_refused_metafield_leaves_the_rest(market, adapter):
    field = ContentAttribute(
        namespace="specs", key="count", type="integer", value="many"
    )
    result = push(adapter, shirt(market, attributes=(field,)))
    assert result.status is PushStatus.REJECTED
    assert "integer" in result.message
    done = outcome(result)
    assert "attributes" not in done.groups
    assert {"text", "status", "translations"} <= set(done.groups)
    assert len(done.variants) == 3


def test_it_is_shown_where_it_is_wanted(market, adapter):
    codes = [c for c in adapter.prepare_catalogue() if c.kind == "publication"]
    online, till = (c.code for c in codes)
    assert [c.name for c in codes] == ["Online Store", "Point of Sale"]
    content = made(
        adapter,
        shirt(market, publications=(online,), managed_publications=(online, till)),
    )
    gid = f"gid://shopify/Publication/{online}"
    assert products(market)[0]["publications"] == [gid]
    push(adapter, replace(content, publications=(till,), groups=("status",)))
    assert products(market)[0]["publications"] == [f"gid://shopify/Publication/{till}"]


def test_collections_of_the_merchant_stay(market, adapter):
    mine, theirs = (
        market.shop.add("Collection", {"title": name, "handle": name})
        for name in ("mine", "theirs")
    )
    codes = {c.code for c in adapter.prepare_catalogue() if c.kind == "collection"}
    assert codes == {number(mine["id"]), number(theirs["id"])}
    managed = (number(mine["id"]),)
    content = made(
        adapter,
        shirt(
            market,
            category="aa-1",
            collections=managed,
            managed_collections=managed,
        ),
    )
    (product,) = products(market)
    assert product["category"] == "gid://shopify/TaxonomyCategory/aa-1"
    smart = market.shop.add("Collection", {"title": "s", "handle": "s", "smart": True})
    product["collections"] += [theirs["id"], smart["id"]]
    push(adapter, replace(content, collections=(), groups=("category",)))
    assert products(market)[0]["collections"] == [theirs["id"], smart["id"]]


def test_a_product_of_many_collections_stays_in_all(market, adapter):
    mine, *theirs = [
        market.shop.add("Collection", {"title": f"c{n}", "handle": f"c{n}"})["id"]
        for n in range(121)
    ]
    managed = (number(mine),)
    content = made(adapter, shirt(market, managed_collections=managed))
    (product,) = products(market)
    product["collections"] = list(theirs)
    push(adapter, replace(content, collections=managed, groups=("category",)))
    assert set(products(market)[0]["collections"]) == {mine, *theirs}


def test_categories_are_found_by_their_words(adapter):
    (found,) = adapter.search_categories("Shirts")
    assert (found.code, found.kind) == ("aa-1-13", "category")


def test_texts_are_translated(market, adapter):
    texts = (
        ContentTranslation(language="fr", field="title", value="Chemise"),
        ContentTranslation(language="fr", field="description", value="<p>Doux</p>"),
    )
    made(adapter, shirt(market, translations=texts))
    assert products(market)[0]["translations"]["fr"] == {
        "title": "Chemise",
        "body_html": "<p>Doux</p>",
    }


def test_a_language_that_the_shop_lacks_leaves_the_rest(market, adapter):
    texts = (ContentTranslation(language="xx", field="title", value="?"),)
    result = push(adapter, shirt(market, translations=texts))
    assert result.status is PushStatus.REJECTED
    assert "translations" not in outcome(result).groups
    assert "variants" in outcome(result).groups


def test_existing_items_are_activated_at_the_hubs_places(market, adapter):
    node = market.shop.all("Product")[0]
    (one,) = variants(market, node)
    outlet = f"gid://shopify/Location/{market.locations['Outlet']}"
    assert level(market.shop, one["inventoryItem"], outlet) is None
    content = ProductContent(
        key="k",
        title=node["title"],
        groups=("status",),
        external_id=number(node["id"]),
        status=ContentStatus.ACTIVE,
        variants=(ContentVariant(key="1", external_id=number(one["id"])),),
        locations=tuple(market.locations.values()),
    )
    assert push(adapter, content).status is PushStatus.DONE
    assert level(market.shop, one["inventoryItem"], outlet)["isActive"]
    main = f"gid://shopify/Location/{market.locations['Main']}"
    assert level(market.shop, one["inventoryItem"], main)["available"] == 100


# --- what it shows --------------------------------------------------------------------


def test_pitfall_27_what_is_shown_is_the_same_at_every_look(market, adapter):
    """Shopify tidies HTML up: its own words are compared with its own words."""
    result = push(adapter, shirt(market))
    first = dict(outcome(result).shown)
    assert products(market)[0]["descriptionHtml"] != shirt(market).description
    (again,) = adapter.read_products((result.external_id,))
    assert dict(again.shown) == first
    products(market)[0]["title"] = "Theirs"
    (changed,) = adapter.read_products((result.external_id,))
    differing = {g for g, value in changed.shown if value != first[g]}
    assert differing == {"text"}


def test_products_that_are_gone_are_not_shown(adapter):
    assert list(adapter.read_products(("999999",))) == []


def test_the_definition_is_made_once(market, adapter):
    list(adapter.prepare_catalogue())
    (definition,) = market.shop.all("MetafieldDefinition")
    assert (definition["key"], definition["unique"]) == ("hub_id", True)


def test_scopes_are_asked_for_where_products_are_pushed(market):
    market.simulator.shops[market.name].apps[market.app["client_id"]]["scopes"] = [
        "read_products",
        "write_orders",
    ]
    missing = market.adapter(catalogue="on").connect().missing
    assert "write_products" in missing["catalogue"]
    assert "catalogue" not in market.adapter().connect().missing
