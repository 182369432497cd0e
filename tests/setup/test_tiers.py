"""Which tests run where, and what the summary says of them."""

import pytest

from hub import paths, results, tiers
from hub.results import Result

JUNIT = """<testsuites><testsuite>
<testcase classname="tests.a.TestA" name="good" time="1"/>
<testcase classname="tests.a.TestA" name="bad"><failure>y</failure></testcase>
<testcase classname="tests.a.TestA" name="broken"><error>y</error></testcase>
<testcase classname="a.TestA" name="later"><skipped message="no schema"/></testcase>
</testsuite></testsuites>"""
ALL = ("lint", "pure", "odoo", "tours", "e2e")


def test_every_outcome_is_counted(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(JUNIT)
    result = results.from_junit("pure", report)
    assert (result.passed, result.failed, result.skipped) == (1, 2, 1)
    assert result.notes == [
        "FAILED TestA.bad",
        "FAILED TestA.broken",
        "1 skipped: no schema",
    ]


def test_the_closing_line_adds_up():
    rows = [Result("pure", 2, 1, 0), Result("e2e", 3, 0, 4, notes=["why"])]
    text = results.summary(rows)
    assert text.splitlines()[-1] == "5 passed, 1 failed, 4 skipped"
    assert "e2e: why" in text


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("setup/test", ("pure",)),
        ("tests/setup", ("pure",)),
        ("tests/e2e", ("e2e",)),
        ("tests", ("pure", "e2e")),
        (".", ALL),
        ("addons", ("odoo", "tours")),
    ],
)
def test_a_path_chooses_its_tier(path, expected, monkeypatch):
    monkeypatch.chdir(paths.ROOT)
    assert tiers.tiers_of([path], ALL) == expected


def test_without_a_path_every_tier_runs():
    assert tiers.tiers_of([], ALL) == ALL


@pytest.mark.parametrize("path", ["nowhere", "setup/test::TestA", "/"])
def test_a_path_that_is_not_there_is_told(path, monkeypatch):
    monkeypatch.chdir(paths.ROOT)
    with pytest.raises(SystemExit, match=f"There is no {path} here"):
        tiers.tiers_of([path], ALL)


def test_parts_have_about_the_same_size_and_lose_nothing(tmp_path):
    files = []
    for number, size in enumerate((100, 10, 10, 80)):
        file = tmp_path / f"test_{number}.py"
        file.write_text("#" * size)
        files.append(file)
    parts = tiers._split(files, 2)
    assert sorted(file for part in parts for file in part) == files
    assert [sum(f.stat().st_size for f in part) for part in parts] == [100, 100]
