"""Import `odoo.addons.<addon>.adapter` without Odoo.

Stand-in packages point at the folders of the addons, and their `__init__` is not run.
This must not be loaded in a process that runs Odoo: tests below this folder talk to
Odoo over HTTP.
"""

import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _package(name: str, path: Path) -> None:
    package = types.ModuleType(name)
    package.__path__ = [str(path)]
    sys.modules[name] = package


_package("odoo", ROOT)
_package("odoo.addons", ROOT / "addons")
for _manifest in (ROOT / "addons").glob("*/__manifest__.py"):
    _package(f"odoo.addons.{_manifest.parent.name}", _manifest.parent)
    # test data without Odoo in it serves both kinds of tests
    _package(f"odoo.addons.{_manifest.parent.name}.tests", _manifest.parent / "tests")

# set-up's own package as `hub`, this folder as `tests`
sys.path[:0] = [str(ROOT), str(ROOT / "setup")]

# the checks that fault tests share: a failure says what differs
pytest.register_assert_rewrite("tests.harness.expectations")
