"""The key file: Fernet keys, one a line, the newest first. Odoo never makes one."""

import hashlib
import os
from configparser import RawConfigParser
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.tools import config
from odoo.tools.translate import LazyTranslate

from ..adapter.errors import ConfigError

# there is no environment here: the file is the same for all databases
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

ENVIRONMENT = "CHANNEL_BASE_KEY_FILE"

MISFIT = _lt(
    "%s does not hold the key that stored this. Put back the key file that belongs to"
    " this database, or enter the credentials again."
)
UNREADABLE = _lt("The key file %(path)s cannot be read: %(reason)s.")
OPEN_TO_OTHERS = _lt("Others can read the key file. Run: chmod 600 %s")
NOT_CONFIGURED = _lt(
    "No key file is configured. Set 'key_file' in section [channel_base] of odoo.conf,"
    " or %s."
)
DAMAGED = _lt("The key file %s does not hold Fernet keys, one a line.")


class KeyFileError(ConfigError):
    """The key file is missing, unsafe or does not fit: an administrator must act."""

    def __init__(self, template, values):
        super().__init__(str(template) % values)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of this node.

    :param fingerprints: one per key, the newest first; they tell keys apart.
    """

    path: str
    fingerprints: tuple[str, ...]
    fernet: MultiFernet = field(repr=False)

    def encrypt(self, secret):
        """Seal a text or bytes.

        :return: printable text that only holders of the newest key can read.
        """
        data = secret.encode() if isinstance(secret, str) else secret
        return self.fernet.encrypt(data).decode()

    def decrypt(self, ciphertext):
        """:raises KeyFileError: when none of the keys fits."""
        try:
            return self.fernet.decrypt(ciphertext.encode()).decode()
        except InvalidToken:
            raise self._misfit() from None

    def rotate(self, ciphertext):
        """Seal again with the newest key.

        :raises KeyFileError: when none of the keys fits.
        """
        try:
            return self.fernet.rotate(ciphertext.encode()).decode()
        except InvalidToken:
            raise self._misfit() from None

    def _misfit(self):
        return KeyFileError(MISFIT, self.path)


def keyring():
    """The keys of this node, read again whenever the file has changed.

    :raises KeyFileError: with the file's name and what to do.
    """
    path = key_path()
    try:
        status = os.stat(path)
    except OSError as error:
        values = {"path": path, "reason": error.strerror}
        raise KeyFileError(UNREADABLE, values) from error
    if status.st_mode & 0o077:
        raise KeyFileError(OPEN_TO_OTHERS, path)
    return _parse(path, status.st_mtime_ns, status.st_size)


def key_path():
    """Where the key file is: named by the environment, or else by odoo.conf.

    :raises KeyFileError: when neither names one.
    """
    path = os.environ.get(ENVIRONMENT) or _configured_path(config["config"])
    if not path:
        raise KeyFileError(NOT_CONFIGURED, ENVIRONMENT)
    return path


@lru_cache(maxsize=4)
def _configured_path(conf):
    parser = RawConfigParser()
    if conf:
        parser.read(conf)
    return parser.get("channel_base", "key_file", fallback="")


@lru_cache(maxsize=4)
def _parse(path, modified, size):
    """:param modified: and ``size`` only make the cache forget an older file."""
    try:
        keys = Path(path).read_text().split()
        fernet = MultiFernet([Fernet(key) for key in keys])
    except (OSError, ValueError) as error:
        raise KeyFileError(DAMAGED, path) from error
    prints = tuple(hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys)
    return Keyring(path=path, fingerprints=prints, fernet=fernet)
