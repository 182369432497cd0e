"""Locks end with their process, files are whole or not there."""

import stat
import subprocess
import sys
import threading

import pytest

from hub import locks

HOLD = """
import sys, time
from pathlib import Path
from hub.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock `tmp_path/lock`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "lock"],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_lock_keeps_others_out(tmp_path, holder):
    with locks.unless_held(tmp_path / "lock") as free:
        assert not free


def test_waiting_is_announced_and_ends_with_the_holder(tmp_path, holder, capsys):
    entered = threading.Event()

    def wait():
        with locks.locked(tmp_path / "lock", waiting_for="the other one"):
            entered.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not entered.wait(0.5)
    holder.kill()
    thread.join(10)
    assert entered.is_set()
    assert "waiting for the other one" in capsys.readouterr().out


def test_a_template_in_use_is_not_free(tmp_path):
    locks.hold(tmp_path / "use")
    with locks.unless_held(tmp_path / "use") as free:
        assert not free


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "stamp"
    locks.write_atomic(path, "old")

    def stop(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        locks.write_atomic(path, "new")
    assert path.read_text() == "old"


def test_the_mode_is_there_from_the_start(tmp_path, monkeypatch):
    modes = []

    def write(path, text):
        modes.append(stat.S_IMODE(path.stat().st_mode))
        path.write_bytes(text.encode())

    monkeypatch.setattr("pathlib.Path.write_text", write)
    locks.write_atomic(tmp_path / "file", "text", mode=0o600)
    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


def test_a_replaced_file_keeps_its_owner(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("old")
    given = []
    monkeypatch.setattr("os.chown", lambda _part, *owner: given.append(owner))
    locks.write_atomic(path, "new")
    assert given == [(path.stat().st_uid, path.stat().st_gid)]


def test_digests_tell_names_from_contents(tmp_path):
    (tmp_path / "a").write_text("bc")
    (tmp_path / "ab").write_text("c")
    one = locks.digest_files([tmp_path / "a"], tmp_path)
    assert one != locks.digest_files([tmp_path / "ab"], tmp_path)
    assert locks.digest("a", "bc") != locks.digest("ab", "c")
