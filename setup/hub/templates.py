"""Templates and the databases that are copied from them, in a second or two.

Level 1 has Odoo's and OCA's modules only and changes with them; level 2 has our addons
on top and is made anew whenever a file that installs something changes.
"""

import json
from collections.abc import Callable

from . import addons as our_addons, paths, progress
from .database import Databases
from .errors import SetupError
from .locks import digest, hold, locked, unless_held
from .odoo_source import QUEUE_JOB

MODULES = (
    "account",
    "sale_management",
    "stock",
    "sale_stock",
    "delivery",
    "stock_delivery",
    "sale_mrp",
    "stock_dropshipping",
    "queue_job",
)
CHART = "generic_coa"
PREPARE = f"""
company = env.company
env["account.chart.template"].try_loading({CHART!r}, company, install_demo=False)
env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).ensure_one()
env["res.users"].browse(2).write({{"password": "admin"}})
env.cr.commit()
"""
# several checkouts may share a server, but their locks are their own: so are the names
CHECKOUT = digest(paths.STATE)[:6]
ODOO = f"hub_{CHECKOUT}_odoo_"
SUITE = f"hub_{CHECKOUT}_suite_"
PART = f"part_{CHECKOUT}_"
KEPT_ODOO = 2
KEPT_SUITES = 3
# which version of which of our addons a database has; its presence tells that set-up
# made the database
INSTALLED = "channel_hub.installed"


class Templates(Databases):
    """Databases of a server, with templates to copy from."""

    def base_template(self) -> str:
        """Level 1: Odoo's and OCA's modules, chart of accounts, warehouse."""
        release = (self.source.python_path / "odoo/release.py").read_text()
        # the files of a template lie in one data folder: other folders, other templates
        facts = (self.source.python_path, release, self.files_of(""))
        key = digest(*facts, QUEUE_JOB, *MODULES, PREPARE)

        def make(part: str) -> None:
            self.install(part, MODULES)
            self.shell(part, PREPARE)
            self._drop_old(ODOO, KEPT_ODOO - 1)

        title = "template database with Odoo's modules (about a minute)"
        return self._build(f"{ODOO}{key[:10]}", title, make)

    def suite_template(self, addons: tuple[str, ...] | None = None) -> str:
        """Level 2: level 1 with our addons installed (all, or only those named)."""
        base = self.base_template()
        chosen = our_addons.closure(addons or our_addons.product())
        if not chosen:
            return base
        versions = our_addons.versions(chosen)
        key = digest(base, *versions, *versions.values())

        def make(part: str) -> None:
            self.copy(base, part)
            self.install(part, chosen)
            self.remember(part, versions)
            self._drop_old(SUITE, KEPT_SUITES - 1)

        title = f"template database with {', '.join(chosen)}"
        return self._build(f"{SUITE}{key[:10]}", title, make)

    def provide(self, name: str) -> bool:
        """Make sure of a database with our addons as they are; tell whether it is new.

        Raises SetupError for a database that set-up did not make.
        """
        if not self.exists(name):
            self.copy(self.suite_template(), name)
            return True
        there = self.installed(name)
        wanted = our_addons.versions(our_addons.closure(our_addons.product()))
        new = [addon for addon in wanted if addon not in there]
        changed = [a for a in wanted if a in there and there[a] != wanted[a]]
        for addons, update in ((new, False), (changed, True)):
            if addons:
                verb = "updating" if update else "installing"
                with progress.step(f"{verb} {', '.join(addons)} in {name}"):
                    self.install(name, addons, update=update)
        if new or changed:
            self.remember(name, wanted)
        return False

    def installed(self, name: str) -> dict[str, str]:
        """Which version of our addons a database has, by name of the addon."""
        rows = []
        if self.server.query(
            "SELECT 1 FROM pg_tables WHERE tablename = 'ir_config_parameter'",
            database=name,
        ):
            rows = self.server.query(
                "SELECT value FROM ir_config_parameter WHERE key = %s",
                (INSTALLED,),
                database=name,
            )
        if not rows:
            raise SetupError(
                f"There is a database {name} that set-up did not make, and it is left "
                "alone. Choose another name with --database."
            )
        return json.loads(rows[0][0])

    def remember(self, name: str, versions: dict[str, str]) -> None:
        """Note in a database which version of our addons it has."""
        self.server.query(
            "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (INSTALLED, json.dumps(versions)),
            database=name,
        )

    def _build(self, name: str, title: str, make: Callable[[str], None]) -> str:
        """Build a template under a passing name; its own comes when it is complete."""
        in_use = paths.LOCKS / f"use-{name}"
        hold(in_use)
        if self.exists(name):
            return name
        lock = paths.LOCKS / f"db-{name}"
        with locked(lock, waiting_for="the template that another command is building"):
            if not self.exists(name):
                self._drop_unfinished()
                part = f"{PART}{name}"
                self.drop(part)
                with progress.step(title):
                    make(part)
                self.rename(part, name)
        return name

    def _drop_unfinished(self) -> None:
        """Drop what interrupted builds left, and nobody is building now."""
        for part in self.names(PART):
            name = part.removeprefix(PART)
            with unless_held(paths.LOCKS / f"db-{name}") as free:
                if free:
                    self.drop(part)

    def _drop_old(self, prefix: str, keep: int) -> None:
        """Drop all but the newest templates; those that a command uses stay."""
        for name in self.names(prefix)[:-keep]:
            with unless_held(paths.LOCKS / f"use-{name}") as free:
                if free:
                    self.drop(name)
