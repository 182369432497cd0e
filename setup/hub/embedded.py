"""The embedded PostgreSQL: binaries from a wheel, one cluster in the checkout.

It listens on a unix socket only, and only its owner (and root) can reach that.
PostgreSQL refuses to run as root, so root's cluster belongs to a system user.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from . import paths, progress
from .errors import SetupError
from .postgres_bin import program

SYSTEM_USER = "pgserver"
LONGEST_SOCKET = 107
SOCKET = ".s.PGSQL.5432"
SETTINGS = """
# written by set-up
max_connections = 300
shared_buffers = 512MB
work_mem = 16MB
max_wal_size = 2GB
# tests and demos live here: losing the last moment in a power cut is fine
synchronous_commit = off
"""


def start() -> Path:
    """Start the cluster (made first where there is none); return its socket's folder.

    A cluster that runs already is left running.
    """
    owner = _owner()
    if not (paths.CLUSTER / "PG_VERSION").exists():
        _initdb(owner)
    _let_through(paths.CLUSTER, owner)
    sockets = _socket_folder(owner)
    if not _running(owner):
        log = paths.CLUSTER / "log"
        options = f"-h '' -k '{sockets}'"
        _ctl(owner, "start", "-w", "-t", "60", "-l", str(log), "-o", options)
    return sockets


def stop() -> None:
    """Stop the cluster if it runs."""
    owner = _owner()
    if _running(owner):
        _ctl(owner, "stop", "-w", "-m", "fast")


def _owner() -> pwd.struct_passwd | None:
    """The system user that runs PostgreSQL for root; None for everybody else."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        progress.say(f"adding the system user {SYSTEM_USER}: PostgreSQL refuses root")
        shell = "/usr/sbin/nologin"
        subprocess.run(
            ["useradd", "--system", "--shell", shell, SYSTEM_USER], check=True
        )
        return pwd.getpwnam(SYSTEM_USER)


def _initdb(owner: pwd.struct_passwd | None) -> None:
    """Make the cluster under a passing name: an interrupted one is no cluster."""
    progress.say("making a PostgreSQL cluster")
    part = paths.CLUSTER.with_name("pg.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    if owner:
        os.chown(part, owner.pw_uid, owner.pw_gid)
    _let_through(part, owner)
    locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    command = ["initdb", "-D", str(part), "-U", "postgres", "-A", "trust"]
    _run(owner, *command, "-E", "UTF8", *locale)
    with (part / "postgresql.conf").open("a") as file:
        file.write(SETTINGS)
    part.rename(paths.CLUSTER)


def _let_through(folder: Path, owner: pwd.struct_passwd | None) -> None:
    """Let the system user pass the folders above the cluster and the programs.

    Passing is not listing: nobody can see what else is in them.
    """
    if not owner:
        return
    binaries = Path(program("postgres")).parent
    for path in {*folder.parents, binaries, *binaries.parents}:
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            path.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)


def _socket_folder(owner: pwd.struct_passwd | None) -> Path:
    """The cluster's own folder, or one with a short name where that is too long.

    That one lies where everybody may write: one that is there already is taken only if
    it is ours, and no link is followed.
    """
    if len(str(paths.CLUSTER / SOCKET)) <= LONGEST_SOCKET:
        return paths.CLUSTER
    name = hashlib.sha256(str(paths.CLUSTER).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"channel-hub-{name}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    there = folder.lstat()
    ours = {os.geteuid(), owner.pw_uid if owner else os.geteuid()}
    if not stat.S_ISDIR(there.st_mode) or there.st_uid not in ours:
        raise SetupError(
            f"{folder} is no folder of ours: somebody else made it, or it is a link. "
            "Remove it and run this command again."
        )
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    return folder


def _running(owner: pwd.struct_passwd | None) -> bool:
    if not (paths.CLUSTER / "postmaster.pid").exists():
        return False
    return _call(owner, "pg_ctl", "-D", str(paths.CLUSTER), "status").returncode == 0


def _ctl(owner: pwd.struct_passwd | None, verb: str, *arguments: str) -> None:
    _run(owner, "pg_ctl", "-D", str(paths.CLUSTER), verb, *arguments)


def _run(owner: pwd.struct_passwd | None, name: str, *arguments: str) -> None:
    done = _call(owner, name, *arguments)
    if done.returncode:
        log = paths.CLUSTER / "log"
        more = progress.tail(log, 15) if log.exists() else ""
        raise SetupError(f"PostgreSQL's {name} failed:\n{done.stdout}\n{more}")


def _call(owner: pwd.struct_passwd | None, name: str, *arguments: str):
    """Run one of PostgreSQL's programs as its owner; its output is in `stdout`."""
    who = {"user": owner.pw_uid, "group": owner.pw_gid} if owner else {}
    # a file, not a pipe: the server inherits it, and a pipe would never end
    with tempfile.TemporaryFile("w+") as out:
        done = subprocess.run(
            [program(name), *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            extra_groups=[] if owner else None,
            **who,
        )
        out.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, out.read())
