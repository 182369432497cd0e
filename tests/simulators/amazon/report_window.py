"""The dates that a report covers."""

from ..clock import parse


def in_window(report, moment):
    """Return whether a time lies in the report's window."""
    start, end = report.get("dataStartTime"), report.get("dataEndTime")
    return not (
        (start and parse(moment) < parse(start)) or (end and parse(moment) > parse(end))
    )
