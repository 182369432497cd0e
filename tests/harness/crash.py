"""Arming the crash points of the test addon `channel_crash`."""

from pathlib import Path

WAKEUP = "after_commit_before_enqueue"
POINTS = (
    "webhook_before_commit",
    "webhook_stored_before_answer",
    f"{WAKEUP}._job_fetch",
    f"{WAKEUP}._job_import",
    f"{WAKEUP}._job_account",
    f"{WAKEUP}._job_prepare",
    "poll_before_commit",
    "catalogue_page_before_commit",
    "fetch_answered_before_commit",
    "import_before_commit",
    "account_before_commit",
    "prepare_before_commit",
    "send_stock_before_call",
    "send_stock_after_answer_before_commit",
    "prepare_shipments_before_commit",
    "send_shipment_before_call",
    "send_shipment_after_answer_before_commit",
    "refunds_before_commit",
    "send_refund_before_call",
    "send_refund_after_answer_before_commit",
)


class CrashPoints:
    """The folder in which points are armed and leave a trace when they were passed.

    :param folder: a fresh one, given to Odoo as ``CHANNEL_CRASH_DIR``.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self):
        """The variable that Odoo must be started with."""
        return {"CHANNEL_CRASH_DIR": str(self.folder)}

    def arm(self, *points):
        """Let the next process that passes each of these points die there."""
        for point in points:
            (self.folder / point).touch()

    def fired(self):
        """Names of the points that killed a process."""
        return {path.stem for path in self.folder.glob("*.fired")}

    def armed(self):
        """Names of the points that nobody passed yet."""
        return {path.name for path in self.folder.iterdir() if path.suffix != ".fired"}
