"""What a tier of tests came to, and the plain summary at the end."""

import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Result:
    """One tier: how many checks passed, failed and were skipped, and why they were."""

    tier: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def ran(self) -> int:
        """How many checks there were."""
        return self.passed + self.failed + self.skipped

    def add(self, other: "Result") -> None:
        """Put the counts of a part of this tier on top."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.notes += other.notes


def from_junit(tier: str, report: Path) -> Result:
    """Read a JUnit file as pytest writes it."""
    result = Result(tier)
    reasons: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}.{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
            result.notes.append(f"FAILED {name}")
        elif skip is not None:
            result.skipped += 1
            reasons[skip.get("message", "no reason given")] += 1
        else:
            result.passed += 1
    result.notes += [f"{count} skipped: {why}" for why, count in reasons.items()]
    return result


def summary(results: list[Result]) -> str:
    """The table of all tiers, the notes below it, and the closing line."""
    head = f"{'tier':<8}{'passed':>8}{'failed':>8}{'skipped':>8}{'seconds':>9}"
    lines = ["", head, "-" * len(head)]
    for row in results:
        lines.append(
            f"{row.tier:<8}{row.passed:>8}{row.failed:>8}{row.skipped:>8}"
            f"{row.seconds:>9.0f}"
        )
    notes = [f"{row.tier}: {note}" for row in results for note in row.notes]
    totals = [
        sum(getattr(row, name) for row in results)
        for name in ("passed", "failed", "skipped")
    ]
    closing = "{} passed, {} failed, {} skipped".format(*totals)
    return "\n".join([*lines, "", *notes, *([""] if notes else []), closing])
