"""An interrupted step is done again, a finished one is not."""

import pytest

from hub import debian, odoo_source, paths, venv
from hub.errors import SetupError


@pytest.fixture
def state(tmp_path, monkeypatch):
    """A checkout without any set-up so far."""
    monkeypatch.setattr(paths, "STATE", tmp_path)
    monkeypatch.setattr(paths, "VENV", tmp_path / "venv")
    monkeypatch.setattr(paths, "LOCKS", tmp_path / "locks")
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    return tmp_path


@pytest.fixture
def builds(state, monkeypatch):
    """Count builds of the environment; the first one is interrupted."""
    done = []

    def build():
        done.append(1)
        if len(done) == 1:
            raise KeyboardInterrupt
        python = paths.python()
        python.parent.mkdir(parents=True)
        python.touch()

    monkeypatch.setattr(venv, "_build", build)
    return done


def test_an_interrupted_environment_is_built_again_and_then_kept(builds):
    with pytest.raises(KeyboardInterrupt):
        venv.ensure()
    venv.ensure()
    venv.ensure()
    assert len(builds) == 2


def test_changed_requirements_build_again(builds, state, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        venv.ensure()
    venv.ensure()
    other = state / "requirements.txt"
    other.write_text("another==1.0\n")
    monkeypatch.setattr(venv, "REQUIREMENTS", (other,))
    monkeypatch.setattr(venv, "_build", lambda: builds.append(1))
    venv.ensure()
    assert len(builds) == 3


def test_an_interrupted_download_of_odoo_starts_over(state, monkeypatch):
    calls = []

    def unpack(folder):
        calls.append(folder)
        if len(calls) == 1:
            raise KeyboardInterrupt
        tree = folder / "19.0.0"
        tree.mkdir(parents=True)
        return tree

    monkeypatch.setattr(debian, "unpack_odoo", unpack)
    with pytest.raises(KeyboardInterrupt):
        odoo_source._debian_tree()
    first, second = odoo_source._debian_tree(), odoo_source._debian_tree()
    assert first == second == state / "cache" / "odoo" / "19.0.0"
    assert len(calls) == 2


def _tree(folder, series):
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo-bin").touch()
    (folder / "odoo" / "release.py").write_text(f"version_info = ({series}, 0)\n")
    return folder


def test_a_named_tree_is_used_and_its_series_checked(state, monkeypatch):
    monkeypatch.setattr(odoo_source, "_ensure_queue_job", lambda: None)
    good, old = _tree(state / "a", "19, 0"), _tree(state / "b", "18, 0")
    monkeypatch.setenv("ODOO_SOURCE", str(good))
    assert odoo_source.ensure().script == good / "odoo-bin"
    monkeypatch.setenv("ODOO_SOURCE", str(old))
    with pytest.raises(SetupError, match=r"is Odoo 18\.0"):
        odoo_source.ensure()
    monkeypatch.setenv("ODOO_SOURCE", str(state / "nowhere"))
    with pytest.raises(SetupError, match="is no Odoo source tree"):
        odoo_source.ensure()


def test_the_hosts_mirror_is_found_in_both_formats(tmp_path):
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    with pytest.raises(SetupError, match="ODOO_SOURCE"):
        debian.host_source(tmp_path)
    (tmp_path / "sources.list").write_text(
        "# deb http://old.example/debian buster main\n"
        "deb http://sec.example/debian-security bookworm main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://m.example/debian/ bookworm main\n"
    )
    assert debian.host_source(tmp_path) == ("http://m.example/debian/", "/k.gpg")
    (parts / "debian.sources").write_text(
        "Types: deb\nURIs: http://tools.example/apt\nComponents: main\n\n"
        "Types: deb\n# a comment\nURIs: http://new.example/debian\n"
        "Suites: trixie\nComponents: main contrib\nSigned-By: /n.pgp\n"
    )
    assert debian.host_source(tmp_path) == ("http://new.example/debian", "/n.pgp")
