"""What benchmarks measured, as a plain table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measured number.

    :param what: what was measured. :param value: as it is to be read.
    :param aim: what was aimed at, empty for information.
    :param met: whether it was reached; None without an aim.
    """

    what: str
    value: str
    aim: str = ""
    met: bool | None = None


def median(values):
    """The middle of some numbers."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def quantile(values, share):
    """The value below which this share of the numbers lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(title, rows):
    """Print rows under a title."""
    print(f"\n{title}")
    wide = max(len(row.what) for row in rows)
    for row in rows:
        verdict = {True: "ok", False: "MISSED", None: ""}[row.met]
        aim = f"aim {row.aim}" if row.aim else ""
        print(f"  {row.what:<{wide}}  {row.value:>16}  {aim:<22} {verdict}".rstrip())
