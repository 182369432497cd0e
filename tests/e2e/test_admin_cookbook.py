"""The administrators' cookbook says what is true: all its blocks are run, in order."""

import re
import textwrap

import pytest

from hub import keys, paths
from tests.harness import world as worlds
from tests.simulators.generator import World, generate_orders

SHOP = "cookbook"
BLOCK = re.compile(r"^( *)```python\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
ORDERS = 4
SEED = 7
FIND = 'channel = env["channel.channel"].search'


def blocks():
    """The Python blocks of the cookbook."""
    text = (paths.ROOT / "docs/admin.md").read_text()
    return [textwrap.dedent(found.group(2)) for found in BLOCK.finditer(text)]


@pytest.fixture(scope="module", autouse=True)
def key_file(tmp_path_factory):
    """A key file of this module's own, since it is rotated; before Odoo starts."""
    path = keys.ensure(tmp_path_factory.mktemp("keys") / "channel_base.key")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHANNEL_BASE_KEY_FILE", str(path))
        yield path


@pytest.fixture(scope="module")
def shop(hub, simulator):
    """A shop with a catalogue and some orders; Odoo knows half of its products."""
    world, control = World(), simulator.control
    shop = worlds.open_shop(control, SHOP, world)
    worlds.prepare_odoo(hub, world)
    hub.sql(
        "UPDATE product_product SET default_code = NULL, barcode = NULL"
        " WHERE mod(id, 2) = 0"
    )
    for order in generate_orders(SEED, ORDERS, world):
        control.place(SHOP, order.spec)
    return shop


class Cookbook:
    """Runs blocks one after the other.

    :param values: what stands for the first block, names and secrets of a real shop.
    """

    def __init__(self, hub, values):
        self.hub = hub
        first, *self.rest = blocks()
        assert "our-shop.myshopify.com" in first
        finds = [block for block in self.rest if block.startswith(FIND)]
        assert len(finds) == 1
        self.rest.remove(finds[0])
        self.head = [values, *finds]

    def run(self, word):
        """Run the blocks up to and with the next one with this word, in one shell.

        :return: what they printed.
        """
        last = next(n for n, block in enumerate(self.rest) if word in block)
        todo, self.rest = self.rest[: last + 1], self.rest[last + 1 :]
        return self.hub.shell("\n".join([*self.head, *todo]))


@pytest.fixture(scope="module")
def book(hub, shop):
    app = shop["app"]
    parameter = 'env["ir.config_parameter"].set_param'
    values = (
        f"SHOP = {shop['domain']!r}",
        f"CLIENT_ID, CLIENT_SECRET = {app['client_id']!r}, {app['client_secret']!r}",
        f"BASE_URL = {shop['url']!r}",
        f"{parameter}('web.base.url', {hub.url!r})",
        f"{parameter}('web.base.url.freeze', 'True')",
    )
    return Cookbook(hub, "\n".join(values))


def number(printed, what):
    """The number before a word in what was printed."""
    return int(re.search(rf"(\d+) {what}", printed)[1])


def test_connect_and_import_the_catalogue(hub, book):
    printed = book.run("action_count_stock")
    assert "connected" in printed
    assert number(printed, "listings") > number(printed, "without product") > 0
    rows = "channel_listing WHERE product_id IS NULL"
    assert hub.sql(f"SELECT count(*) FROM {rows}") == [(0,)]  # noqa: S608
    # in shadow nothing is sent
    rows = "channel_push_batch WHERE kind = 'stock' AND verb = 'write'"
    assert hub.sql(f"SELECT count(*) FROM {rows}") == [(0,)]  # noqa: S608


def test_push_stock(hub, book):
    printed = book.run("action_check_drift")
    assert number(printed, "units shown") > 0
    assert "on_hand" in printed
    assert hub.sql(
        "SELECT count(*) FROM channel_listing_level WHERE confirmed <> target"
    ) == [(0,)]
    assert hub.sql("SELECT count(*) FROM channel_issue WHERE kind = 'drift'") == [(0,)]


def test_orders_and_their_story(hub, book):
    printed = book.run("issues.action_resolve")
    assert number(printed, "orders") == ORDERS
    assert number(printed, "with a sale order") > 0
    assert re.search("ordered.*fetched", printed, re.DOTALL)
    assert '"version"' in printed


def test_pause_and_resume(hub, book):
    assert "paused" in book.run("action_pause")
    assert "connected" in book.run("action_resume")


def test_rotate_the_key(hub, book, key_file):
    (before,) = hub.sql("SELECT min(ciphertext) FROM channel_secret")[0]
    keys.rotate(key_file)
    restart(hub)
    assert number(book.run("_rotate_key"), "rows") > 0
    (after,) = hub.sql("SELECT min(ciphertext) FROM channel_secret")[0]
    assert after != before
    newest = key_file.read_text().split()[0]
    key_file.write_text(newest + "\n")
    restart(hub)
    code = 'print(bool(channel._secret("client_secret")), channel.state)'
    assert "True connected" in hub.shell("\n".join([*book.head, code]))


def test_adopt_and_sweep(hub, book):
    book.run("action_adopt_database")
    book.run("channel.sweeper")
    assert not book.rest


def restart(hub):
    hub.stop()
    hub.start()
