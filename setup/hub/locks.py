"""File locks and stamps: two commands at once do not trample each other, an interrupted
step resumes.

The kernel drops a lock when its process ends, however it ends, so no stale lock is ever
left.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from . import progress


@contextmanager
def locked(path: Path, *, waiting_for: str = "another command") -> Iterator[None]:
    """Hold an exclusive lock on `path`; say so when somebody else has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say(f"waiting for {waiting_for} to finish ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


_HELD: list = []


def hold(path: Path) -> None:
    """Share a lock on `path` for as long as this process lives."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("w")
    fcntl.flock(handle, fcntl.LOCK_SH)
    _HELD.append(handle)


@contextmanager
def unless_held(path: Path) -> Iterator[bool]:
    """Take the lock on `path` if nobody holds it; tell whether that worked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def stamped(stamp: Path, digest: str) -> bool:
    """Whether the step behind `stamp` was finished with exactly these inputs."""
    return stamp.is_file() and stamp.read_text() == digest


def write_atomic(path: Path, text: str, mode: int = 0o644) -> None:
    """Write the whole file or nothing, whatever interrupts it.

    The owner of a file that is replaced stays its owner.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)  # nobody else reads it, not even while it is written
    part.write_text(text)
    if path.exists():
        there = path.stat()
        os.chown(part, there.st_uid, there.st_gid)
    part.chmod(mode)
    part.replace(path)


def digest(*parts: object) -> str:
    """A short stable name for the inputs of a step."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def digest_files(files: Iterable[Path], root: Path) -> str:
    """A short stable name for the paths and contents of some files."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.relative_to(root)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]
