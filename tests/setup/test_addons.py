"""Which addons come along, and which changes ask for an update."""

import pytest

from hub import addons


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Make addons by name and manifest."""
    monkeypatch.setattr(addons, "FOLDERS", (tmp_path,))

    def make(name, **manifest):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__manifest__.py").write_text(repr(manifest))
        return tmp_path / name

    return make


def test_what_is_needed_and_glue_come_along(repository):
    repository("base_x", depends=["sale"])
    repository("shop_x", depends=["base_x"])
    repository("other_x", depends=["base_x"])
    repository("glue_x", depends=["base_x", "mrp"], auto_install=True)
    repository("glue_other", depends=["other_x"], auto_install=True)
    assert addons.closure(["shop_x"]) == ("base_x", "glue_x", "shop_x")
    assert addons.closure(["sale"]) == ()


def test_tests_and_adapters_ask_for_no_update(repository):
    folder = repository("base_x", depends=[])
    for part in ("models", "tests", "adapter", "static"):
        (folder / part).mkdir()
    before = addons.versions(["base_x"])
    for file in ("tests/test_x.py", "adapter/port.py", "static/x.js"):
        (folder / file).write_text("x = 1")
    assert addons.versions(["base_x"]) == before
    (folder / "models" / "x.py").write_text("x = 1")
    assert addons.versions(["base_x"]) != before
