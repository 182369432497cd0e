"""odoo.conf: what set-up writes, what the user's own says, what the example has."""

import json
import stat
import subprocess
import sys

import pytest

from hub import conf, context, odoo_source, paths
from hub.errors import SetupError
from hub.odoo_source import OdooSource
from hub.postgres import Server

EXAMPLE = paths.ROOT / "odoo.conf.example"


@pytest.fixture
def source(tmp_path):
    (tmp_path / "odoo-addons").mkdir()
    return OdooSource(tmp_path, tmp_path / "odoo-bin", (tmp_path / "odoo-addons",))


@pytest.fixture
def written(tmp_path, source):
    """Write an odoo.conf and give its sections back."""

    def write(base=None, **rest):
        key_file = tmp_path / "key"
        base = {"channel_base": {"key_file": str(key_file)}, **(base or {})}
        server = Server(host="/socket", user="odoo")
        path = conf.write(tmp_path / "odoo.conf", source, server, base=base, **rest)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert key_file.exists()
        return conf.read(path)

    return write


def test_odoo_finds_our_addons_and_loads_queue_job(written):
    options = written()["options"]
    assert str(paths.ADDONS) in options["addons_path"].split(",")
    assert options["server_wide_modules"] == "base,rpc,web,queue_job"


def test_the_users_settings_win_and_nothing_of_ours_is_lost(written):
    own = {
        "options": {
            "addons_path": "/mine",
            "db_maxconn": "5",
            "server_wide_modules": "web,mine",
        },
        "queue_job": {"channels": "root:2"},
        "other": {"key": "100%"},
    }
    sections = written(own)
    folders = sections["options"]["addons_path"].split(",")
    assert folders[0] == "/mine"
    assert str(paths.ADDONS) in folders
    assert sections["options"]["db_maxconn"] == "5"
    assert "queue_job" in sections["options"]["server_wide_modules"].split(",")
    assert sections["queue_job"]["channels"] == "root:2"
    assert sections["other"] == {"key": "100%"}


def test_the_command_line_wins_over_all(written):
    own = {"options": {"http_port": "1"}}
    sections = written(own, options={"http_port": 2}, queue_job={"port": 2})
    assert sections["options"]["http_port"] == "2"
    assert sections["queue_job"]["port"] == "2"


def test_jobs_leave_two_workers_to_people_and_webhooks():
    assert dict(conf.LANES)["root"] <= conf.HTTP_WORKERS - 2


def test_the_lanes_that_must_be_sequential_are():
    lanes = dict(conf.LANES)
    for name in ("orders", "accounting", "stock"):
        assert lanes[f"root.channel_hub.{name}"] == 1


@pytest.mark.parametrize(
    ("own", "missing"),
    [
        (None, ""),
        (conf.channels(), ""),
        (conf.channels().replace("root.", ""), ""),
        ("root:2", "orders accounting stock"),
        ("root:2\n channel_hub.orders\n root.channel_hub.stock : 1", "accounting"),
        (conf.channels().replace("orders:1", "orders:2"), "orders"),
    ],
)
def test_lanes_that_the_users_own_odoo_conf_lacks_are_told(
    tmp_path, monkeypatch, capsys, source, own, missing
):
    monkeypatch.setattr(odoo_source, "ensure", lambda: source)
    file = tmp_path / "own.conf"
    lines = ["[options]", "db_host = db.example", "[queue_job]"]
    file.write_text("\n".join([*lines, *([f"channels = {own}"] if own else [])]))
    with context.ready(file):
        told = capsys.readouterr().out
    for name in ("orders", "accounting", "stock"):
        assert (f"root.channel_hub.{name}:1" in told) == (name in missing.split())
    assert (str(file) in told) == bool(missing)


def test_the_example_has_our_lanes_and_workers():
    example = conf.read(EXAMPLE)
    assert example["queue_job"]["channels"] == conf.channels()
    assert int(example["options"]["workers"]) == conf.HTTP_WORKERS
    assert example["options"]["server_wide_modules"] == conf.SERVER_WIDE
    assert "key_file" in example["channel_base"]


def test_every_line_of_the_example_is_explained():
    lines = EXAMPLE.read_text().splitlines()
    explained = False
    for line in lines:
        if line.startswith(";"):
            explained = True
        elif not line.strip() or line.startswith("["):
            explained = False
        else:
            assert explained, f"no comment above: {line}"


def test_without_a_file_nothing_is_read():
    assert conf.read(None) == {}


@pytest.mark.parametrize("text", [None, "no section\n", "[options]\nx = 1\nx = 2\n"])
def test_a_file_that_cannot_be_read_is_told(tmp_path, text):
    path = tmp_path / "own.conf"
    if text:
        path.write_text(text)
    with pytest.raises(SetupError, match=r"own\.conf is no odoo\.conf"):
        conf.read(path)


def test_set_up_reads_the_log_and_serves_its_database(written):
    own = {
        "logfile": "/var/log/odoo.log",
        "log_level": "warn",
        "dbfilter": "^production$",
    }
    options = written({"options": own})["options"]
    assert (options["logfile"], options["log_level"]) == ("", "info")
    assert options["dbfilter"] == ""


PARSE = """
import json, logging, sys
told = []
handler = logging.Handler()
handler.emit = lambda record: told.append(record.getMessage())
logging.getLogger().addHandler(handler)
from odoo.tools import config
config.parse_config(["-c", sys.argv[1]], setup_logging=False)
names = ("proxy_mode", "limit_request", "workers", "list_db", "server_wide_modules")
values = {name: config[name] for name in names}
opens = [word for word in ("admin", "", "False") if config.verify_admin_password(word)]
told = [line for line in told if "example" in line]
print(json.dumps({**values, "opens": opens, "told": told}))
"""


def test_the_example_means_to_odoo_what_it_says():
    command = [sys.executable, "-c", PARSE, str(EXAMPLE)]
    environment = odoo_source.ensure().environment()
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    read = json.loads(done.stdout.splitlines()[-1])
    assert read["told"] == []
    assert read["opens"] == []
    assert read["proxy_mode"] is True
    assert read["list_db"] is False
    assert read["limit_request"] == 2**16
    assert read["workers"] == conf.HTTP_WORKERS
    assert read["server_wide_modules"] == conf.SERVER_WIDE.split(",")
