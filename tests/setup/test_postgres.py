"""The embedded server lives exactly as long as some command uses it."""

import os
import pwd
import stat
import subprocess
import sys
import tempfile

import pytest

from hub import embedded, paths, postgres
from hub.errors import SetupError
from hub.postgres import Server

COMMAND = """
import sys
from hub import postgres
with postgres.running() as server:
    print(server.query("SELECT 'up'")[0][0], server.host, flush=True)
    sys.stdin.readline()
    print(server.query("SELECT 'still up'")[0][0], flush=True)
    if sys.stdin.readline() == "die":
        raise SystemExit
"""


@pytest.fixture
def command(tmp_path):
    """Start commands that use the cluster of a checkout of its own."""
    started = []
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PG")}

    def start():
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **clean,
                "PYTHONPATH": ":".join(sys.path),
                "CHANNEL_HUB_STATE": str(tmp_path / "state"),
            },
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _up(process):
    """The socket folder, once the command has the server."""
    for line in process.stdout:
        if line.startswith("up "):
            return line.split()[1]
    raise AssertionError("the command ended without a server")


def _proceed(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline()


def test_the_last_to_leave_stops_it(command):
    first, second, killed = command(), command(), command()
    folder = _up(first)
    assert _up(second) == _up(killed) == folder
    killed.kill()
    killed.wait()
    _proceed(first)
    first.communicate("\n")
    assert first.returncode == 0
    assert _proceed(second) == "still up\n"
    second.communicate("\n")
    assert second.returncode == 0
    assert not os.path.exists(f"{folder}/postmaster.pid")


def test_a_server_that_is_named_is_used(monkeypatch):
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    with postgres.running({"db_host": "db.example", "db_user": "me"}) as server:
        assert server == Server(host="db.example", user="me")
    monkeypatch.setenv("PGHOST", "other.example")
    monkeypatch.setenv("PGPASSWORD", "word")
    with postgres.running({"db_host": "False"}) as server:
        assert server == Server(host="other.example", password="word")
        assert server.options() == {
            "db_host": "other.example",
            "db_password": "word",
        }


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CLUSTER", tmp_path / ("x" * 100) / "pg")
    folder = embedded._socket_folder(None)
    try:
        assert len(str(folder / embedded.SOCKET)) <= embedded.LONGEST_SOCKET
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        folder.rmdir()


def _somebody():
    """Whom root hands folders to; others hand none over."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


@pytest.fixture
def short_folder(tmp_path, monkeypatch):
    """Where the socket of a cluster with a long path will be."""
    monkeypatch.setattr(paths, "CLUSTER", tmp_path / ("x" * 100) / "pg")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = embedded._socket_folder(_somebody())
    folder.rmdir()
    return folder


def test_no_link_is_followed_to_the_socket(short_folder, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    short_folder.symlink_to(precious)
    with pytest.raises(SetupError, match="Remove it"):
        embedded._socket_folder(_somebody())
    assert precious.stat().st_uid == os.geteuid()


def test_a_file_in_the_sockets_place_is_refused(short_folder):
    short_folder.touch()
    with pytest.raises(SetupError, match="Remove it"):
        embedded._socket_folder(_somebody())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a folder over")
def test_a_socket_folder_of_somebody_else_is_refused(short_folder):
    stranger = pwd.getpwnam("daemon").pw_uid
    short_folder.mkdir()
    os.chown(short_folder, stranger, -1)
    with pytest.raises(SetupError, match="Remove it"):
        embedded._socket_folder(_somebody())
    assert short_folder.stat().st_uid == stranger


def test_the_socket_folder_of_last_time_is_taken(short_folder):
    first = embedded._socket_folder(_somebody())
    assert embedded._socket_folder(_somebody()) == first == short_folder


def test_folders_above_the_cluster_are_passed_not_listed(tmp_path):
    above = tmp_path / "home"
    above.mkdir(mode=0o700)
    embedded._let_through(above / "pg", pwd.getpwuid(os.geteuid()))
    assert stat.S_IMODE(above.stat().st_mode) == 0o711
