"""The odoo.conf that set-up writes, and the reading of the user's own."""

import configparser
from pathlib import Path

from . import keys, paths
from .errors import SetupError
from .locks import write_atomic
from .odoo_source import OdooSource
from .postgres import Server

SERVER_WIDE = "base,rpc,web,queue_job"
HTTP_WORKERS = 6
# Root capacity stays two below the HTTP workers: jobs arrive as HTTP requests and must
# never keep webhooks and people waiting. Lanes of one are the rule of the flow, not a
# matter of tuning.
LANES = (
    ("root", 4),
    ("root.channel_hub", 4),
    ("root.channel_hub.events", 1),
    ("root.channel_hub.orders", 1),
    ("root.channel_hub.accounting", 1),
    ("root.channel_hub.stock", 1),
    ("root.channel_hub.send", 2),
    ("root.channel_hub.catalogue", 1),
)
# the lanes whose jobs must never run at the same time
SEQUENTIAL = tuple(
    f"root.channel_hub.{name}" for name in ("orders", "accounting", "stock")
)


# Set-up reads the logs of what it starts, and serves the database that it is told.
ALWAYS = {
    "logfile": "",
    "syslog": False,
    "log_level": "info",
    "log_handler": ":INFO",
    "dbfilter": "",
}


def channels() -> str:
    """The value of `channels` in the section [queue_job]."""
    return ",".join(f"{name}:{capacity}" for name, capacity in LANES)


def missing_lanes(sections: dict[str, dict[str, str]]) -> list[str]:
    """Lanes of one job at a time that the user's own odoo.conf does not have.

    sections: of that odoo.conf. A lane that it lets run several jobs is missing too.
    Without `channels` there it gets ours, and nothing is missing.
    """
    own = sections.get("queue_job", {}).get("channels")
    if own is None:
        return []
    there = {}
    for entry in own.replace("\n", ",").split(","):
        name, _, rest = (part.strip() for part in entry.partition(":"))
        there[name.removeprefix("root.")] = rest.partition(":")[0].strip() or "1"
    return [name for name in SEQUENTIAL if there.get(name.removeprefix("root.")) != "1"]


def read(path: Path | None) -> dict[str, dict[str, str]]:
    """The sections of an odoo.conf, as plain dictionaries (none without a file).

    Raises SetupError for a file that cannot be read.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        if path:
            parser.read_string(path.read_text(), str(path))
    except (OSError, UnicodeError, configparser.Error) as error:
        raise SetupError(f"{path} is no odoo.conf that can be read: {error}") from error
    return {name: dict(parser[name]) for name in parser.sections()}


def write(
    path: Path,
    source: OdooSource,
    server: Server,
    *,
    base: dict[str, dict[str, str]] | None = None,
    options: dict[str, object] | None = None,
    queue_job: dict[str, object] | None = None,
) -> Path:
    """Write an odoo.conf and make its key file.

    base: the user's own odoo.conf, which wins over our defaults. options, queue_job:
    what this very command decides (port, database, ...); these win over all.
    """
    sections = base or {}
    merged = {
        "options": {
            **_defaults(),
            **sections.get("options", {}),
            **ALWAYS,
            **server.options(),
            **(options or {}),
        },
        "queue_job": {
            "channels": channels(),
            **sections.get("queue_job", {}),
            **(queue_job or {}),
        },
        "channel_base": {
            "key_file": paths.KEY_FILE,
            **sections.get("channel_base", {}),
        },
    }
    own = sections.get("options", {})
    merged["options"]["addons_path"] = _union(
        own.get("addons_path"), source.addons_path
    )
    merged["options"]["server_wide_modules"] = _union(
        own.get("server_wide_modules"), SERVER_WIDE
    )
    extra = {name: values for name, values in sections.items() if name not in merged}
    keys.ensure(Path(merged["channel_base"]["key_file"]))
    text = "\n".join(_section(*item) for item in {**merged, **extra}.items())
    write_atomic(path, text, mode=0o600)
    return path


def _defaults() -> dict[str, object]:
    return {
        "data_dir": paths.DATA,
        "http_interface": "127.0.0.1",
        "without_demo": True,
        "list_db": False,
        "workers": 0,
        "max_cron_threads": 1,
        "db_maxconn": 16,
        # jobs are HTTP requests: a catalogue import may take longer than a page
        "limit_time_cpu": 1800,
        "limit_time_real": 3600,
        "limit_time_real_cron": 3600,
        "limit_memory_soft": 2_147_483_648,
        "limit_memory_hard": 3_221_225_472,
    }


def _union(first: str | None, second: str) -> str:
    """Two comma-separated lists as one, in order, without doubles."""
    parts = [part.strip() for part in f"{first or ''},{second}".split(",")]
    return ",".join(dict.fromkeys(part for part in parts if part))


def _section(name: str, values: dict[str, object]) -> str:
    lines = [f"{key} = {value}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])
