"""Asking a command what it can do sets nothing up."""

import os
import subprocess
import sys

import pytest

from hub import paths


@pytest.mark.parametrize("name", ["run", "test", "bench", "odoo", "pot", "key"])
def test_help_answers_at_once(name, tmp_path):
    state = tmp_path / "state"
    done = subprocess.run(
        [sys.executable, paths.ROOT / "setup" / name, "--help"],
        env={**os.environ, "CHANNEL_HUB_STATE": str(state)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert done.returncode == 0
    assert name in done.stdout
    assert not state.exists()


@pytest.mark.parametrize(
    "wrong",
    [["--port", "99999"], ["--port", "x"], ["--database", 'a"b'], ["--nothing"]],
)
def test_wrong_arguments_are_told(wrong, tmp_path):
    done = subprocess.run(
        [sys.executable, paths.ROOT / "setup/run", *wrong],
        env={**os.environ, "CHANNEL_HUB_STATE": str(tmp_path / "state")},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert wrong[-1] in done.stderr
