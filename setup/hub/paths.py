"""Where things live: downloads in the user's cache, everything of this checkout under
`.hub/`.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
TEST_ADDONS = ROOT / "tests" / "addons"
STATE = Path(os.environ.get("CHANNEL_HUB_STATE") or ROOT / ".hub").absolute()
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "channel-hub"
VENV = STATE / "venv"
CLUSTER = STATE / "pg"
LOGS = STATE / "logs"
REPORTS = STATE / "reports"
LOCKS = STATE / "locks"
DATA = STATE / "data"
KEY_FILE = STATE / "keys" / "channel_base.key"


def python() -> Path:
    """The interpreter of the project's virtual environment."""
    return VENV / "bin" / "python"
