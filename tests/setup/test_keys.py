"""The key file: made once, for its owner only, rotated without losing anything."""

import os
import stat

import pytest
from cryptography.fernet import Fernet, MultiFernet

from hub import keys
from hub.errors import SetupError


@pytest.fixture
def key_file(tmp_path):
    return keys.ensure(tmp_path / "keys" / "channel_base.key")


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_it(tmp_path, monkeypatch):
    monkeypatch.setattr(keys.paths, "STATE", tmp_path)
    key_file = keys.ensure(tmp_path / "keys" / "channel_base.key")
    assert _mode(key_file) == 0o600
    assert _mode(key_file.parent) == 0o700


def test_odoos_user_can_pass_the_folder_of_a_key_that_is_given_to_it(tmp_path):
    before = os.umask(0o077)
    try:
        key_file = keys.ensure(tmp_path / "etc" / "odoo" / "channel_base.key")
    finally:
        os.umask(before)
    assert _mode(key_file) == 0o600
    assert _mode(key_file.parent) == _mode(key_file.parent.parent) == 0o755


def test_a_folder_that_is_there_stays_as_it_is(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o700)
    keys.ensure(tmp_path / "mine" / "channel_base.key")
    assert _mode(tmp_path / "mine") == 0o700


def test_an_existing_file_is_never_touched(key_file):
    before = key_file.read_text()
    keys.ensure(key_file)
    assert key_file.read_text() == before


def test_the_keys_are_fernet_keys(key_file):
    fernet = Fernet(key_file.read_text().strip())
    assert fernet.decrypt(fernet.encrypt(b"secret")) == b"secret"


def test_rotation_puts_a_new_key_first_and_keeps_the_old(key_file):
    old = key_file.read_text().split()
    token = Fernet(old[0]).encrypt(b"secret")
    keys.rotate(key_file)
    lines = key_file.read_text().split()
    assert lines[1:] == old
    assert lines[0] not in old
    assert MultiFernet(map(Fernet, lines)).decrypt(token) == b"secret"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_file_that_others_can_read_is_refused(key_file):
    key_file.chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        keys.ensure(key_file)


def test_a_damaged_file_is_refused_not_replaced(key_file):
    key_file.write_text("half a key")
    with pytest.raises(SetupError, match="put back your copy"):
        keys.ensure(key_file)
    assert key_file.read_text() == "half a key"
