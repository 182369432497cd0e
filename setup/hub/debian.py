"""Odoo 19 out of Debian's archive, without installing it and without touching the
host's apt.

A private apt state takes the host's own Debian source, with the suite replaced: no host
name is known here. Two fonts come from Debian 12, where the files still have the names
that Odoo uses.
"""

import os
import re
import shutil
from pathlib import Path

from . import paths, progress
from .errors import SetupError

PACKAGE = "odoo-19"
SUITES = ("sid", "bookworm")
# what Debian replaced by links in the package (its DFSG changes): without them the web
# client fails
COMPANIONS = (
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
    "fonts-font-awesome/bookworm",
    "fonts-inconsolata/bookworm",
)
MISSING_FILE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
ELSEWHERE = (
    "Get Odoo 19 in another way (a git checkout of branch 19.0 will do) and name it "
    "with ODOO_SOURCE=/path/to/odoo or --odoo /path/to/odoo."
)


def unpack_odoo(folder: Path) -> Path:
    """Download and unpack Odoo; return the tree, named after its version.

    folder: where the trees are kept. Raises SetupError where Debian's package is not to
    be had.
    """
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise SetupError(f"This machine has no {tool}. {ELSEWHERE}")
    # what an earlier set-up left may still be written to, if that one was killed
    for left in folder.glob("work*"):
        shutil.rmtree(left, ignore_errors=True)
    work = folder / f"work.{os.getpid()}"
    apt = _private_apt(work)
    _apt(["update"], apt, "reading Debian's package lists")
    _apt(["download", PACKAGE, *COMPANIONS], apt, "downloading Odoo")
    part = work / "tree"
    part.mkdir()
    for package in sorted((work / "debs").glob("*.deb")):
        what = f"unpacking {package.name.split('_')[0]}"
        progress.say(what)
        command = ["dpkg-deb", "-x", package, part]
        progress.run(command, log=paths.LOGS / "unpack.log", what=what)
    _close_gaps(part)
    version = next((work / "debs").glob(f"{PACKAGE}_*.deb")).name.split("_")[1]
    tree = folder / re.sub(r"[^\w.+~-]", "-", version)
    shutil.rmtree(tree, ignore_errors=True)
    part.rename(tree)
    shutil.rmtree(work)
    return tree


def _private_apt(work: Path) -> Path:
    """Write an apt configuration of its own under `work`; return its file."""
    for name in ("lists/partial", "cache/archives/partial", "debs"):
        (work / name).mkdir(parents=True)
    (work / "debian.sources").write_text(_stanza())
    config = work / "apt.conf"
    config.write_text(
        f'Dir::Etc::sourcelist "{work}/debian.sources";\n'
        'Dir::Etc::sourceparts "-";\n'
        'Dir::Etc::preferencesparts "-";\n'
        f'Dir::State::lists "{work}/lists";\n'
        f'Dir::Cache "{work}/cache";\n'
        'APT::Sandbox::User "";\n'
    )
    return config


def _stanza() -> str:
    """The host's Debian source with our suites in place of its own."""
    uri, key = host_source()
    lines = ["Types: deb", f"URIs: {uri}", f"Suites: {' '.join(SUITES)}"]
    lines += ["Components: main", *([f"Signed-By: {key}"] if key else [])]
    return "\n".join(lines) + "\n"


def host_source(etc: Path = Path("/etc/apt")) -> tuple[str, str | None]:
    """Mirror and keyring of the host's Debian source, in either format of apt."""
    parts = etc / "sources.list.d"
    for path in sorted(parts.glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*)$", stanza, re.MULTILINE))
            uri = fields.get("URIs", "").split(" ")[0]
            if _is_debian(uri, fields.get("Components", "")):
                return uri, fields.get("Signed-By")
    for path in (etc / "sources.list", *sorted(parts.glob("*.list"))):
        text = path.read_text() if path.exists() else ""
        for options, uri, rest in re.findall(
            r"^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(.*)$", text, re.MULTILINE
        ):
            key = re.search(r"signed-by=(\S+)", options)
            if _is_debian(uri, rest):
                return uri, key and key.group(1)
    raise SetupError(f"No Debian source is configured on this machine. {ELSEWHERE}")


def _is_debian(uri: str, components: str) -> bool:
    return uri.rstrip("/").endswith("/debian") and "main" in components.split()


def _apt(arguments: list[str], config: Path, what: str) -> None:
    progress.say(what)
    environment = {**os.environ, "APT_CONFIG": str(config)}
    log = paths.LOGS / f"apt-{arguments[0]}.log"
    command = ["env", "-C", config.parent / "debs", "apt-get", "-q", *arguments]
    try:
        progress.run(command, log=log, env=environment, what=what)
    except SetupError as error:
        raise SetupError(f"{error}\n{ELSEWHERE}") from error


def _close_gaps(tree: Path) -> None:
    """Put in the one file that Debian left out, and make sure that no link leads
    nowhere.
    """
    for addons in tree.glob("usr/lib/python3/dist-packages/**/addons"):
        if (addons / "mail" / "static").is_dir():
            missing = addons / MISSING_FILE
            missing.parent.mkdir(parents=True, exist_ok=True)
            missing.touch()
    broken = [
        path for path in tree.rglob("*") if path.is_symlink() and not path.exists()
    ]
    if broken:
        names = ", ".join(str(path.relative_to(tree)) for path in broken[:5])
        progress.say(f"note: {len(broken)} files of Debian's Odoo are missing: {names}")
