"""The loop arms every point at which the test addon can kill a process, no other."""

import ast
import re

from hub import paths
from tests.harness.crash import POINTS

ADDON = paths.TEST_ADDONS / "channel_crash"


def patterns():
    """What ``passing`` is given anywhere in the addon, as regular expressions."""
    return {
        pattern(call.args[0])
        for file in ADDON.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "passing"
    }


def pattern(name):
    """A name that is written out, or in which a method or a kind is filled in."""
    parts = name.values if isinstance(name, ast.JoinedStr) else [name]
    return "".join(
        re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+"
        for part in parts
    )


def test_every_point_is_armed():
    named = patterns()
    assert named
    assert not [one for one in named if not any(re.fullmatch(one, p) for p in POINTS)]


def test_every_point_that_is_armed_can_be_passed():
    named = patterns()
    assert not [p for p in POINTS if not any(re.fullmatch(one, p) for one in named)]
