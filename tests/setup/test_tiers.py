"""Which tests run where, and what the summary says of them."""

import typing

import pytest

from hub import paths, pytest_run, results, tiers
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


class Run:
    """A run that is over when it has been looked at some times."""

    running: typing.ClassVar[list] = []

    def __init__(self, name, looks, tmp_path):
        self.tier, self.name, self.looks = "e2e", name, looks
        self.log = tmp_path / name
        self.started_beside = None

    def start(self):
        self.started_beside = list(self.running)
        self.running.append(self.name)

    @property
    def alive(self):
        if self.name in self.running:
            self.looks -= 1
            if self.looks < 0:
                self.running.remove(self.name)
        return self.name in self.running

    def stop(self, grace, ask):
        if self.name in self.running:
            self.running.remove(self.name)

    def result(self):
        return Result(self.tier, passed=1)


def test_so_many_run_at_once_and_the_others_follow(tmp_path):
    runs = [
        Run(f"r{number}", looks, tmp_path) for number, looks in enumerate((9, 3, 3))
    ]
    total = pytest_run.run_all(runs, minutes=1, at_once=2)
    assert [run.started_beside for run in runs] == [[], ["r0"], ["r0"]]
    assert (total.passed, total.failed) == (3, 0)


def test_what_time_ran_out_for_is_told(tmp_path):
    runs = [Run("hangs", 10**9, tmp_path), Run("waits", 1, tmp_path)]
    total = pytest_run.run_all(runs, minutes=0.01, at_once=1)
    assert total.failed == 2
    assert [note.partition(":")[0] for note in total.notes] == ["hangs", "waits"]
