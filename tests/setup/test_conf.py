"""odoo.conf: what set-up writes, what the user's own says, what the example has."""

import configparser
import stat
from pathlib import Path

import pytest

from hub import conf, paths
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


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        conf.read(Path(tmp_path / "none.conf"))


def test_the_example_is_read_by_odoos_own_parser():
    parser = configparser.RawConfigParser()
    parser.read(EXAMPLE)
    assert parser.get("options", "proxy_mode") == "True"
