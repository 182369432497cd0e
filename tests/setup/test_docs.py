"""The guides name what is there."""

import ast
import re

import pytest

from hub import paths

ISSUE = paths.ADDONS / "channel_base/models/channel_issue.py"
GUIDES = [paths.ROOT / "README.md", *sorted((paths.ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def kinds():
    """What the kinds of issues are called."""
    for node in ast.walk(ast.parse(ISSUE.read_text())):
        if isinstance(node, ast.Assign) and node.targets[0].id == "kind":
            return [label for _kind, label in ast.literal_eval(node.value.args[0])]
    raise AssertionError("no field kind")


@pytest.mark.parametrize("kind", kinds())
def test_operators_read_what_to_do_with_every_issue(kind):
    table = re.findall(
        r"^\| (.+?) \|",
        (paths.ROOT / "docs/user/operator.md").read_text(),
        re.MULTILINE,
    )
    assert any(kind in cell for cell in table)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_links_lead_somewhere(guide):
    broken = [
        target
        for target in LINK.findall(guide.read_text())
        if not (guide.parent / target).exists()
    ]
    assert broken == []
