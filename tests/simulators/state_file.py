"""A JSON file that keeps a simulated world over restarts."""

import json
import threading
from pathlib import Path

SAVE_SECONDS = 2.0


class StateFile:
    """Saved in the background when something changed, and at the end.

    :param path: of the file, or None for none
    :param parts: () -> the parts of the world, each with `name`, `version`, `dump()`
    :param key: under which the parts lie in the file
    """

    def __init__(self, path, parts, key):
        self._path, self._parts, self._key = path and Path(path), parts, key
        self._saved, self._stop = None, threading.Event()

    def load(self):
        """Return what was saved, a list."""
        if not self._path or not self._path.exists():
            return []
        return json.loads(self._path.read_text(encoding="utf-8"))[self._key]

    def keep(self):
        """Save from now on."""
        if self._path:
            threading.Thread(target=self._keep, name="state", daemon=True).start()

    def save(self):
        """Write the file when something changed since the last time."""
        parts = list(self._parts())
        versions = [(part.name, part.version) for part in parts]
        if not self._path or versions == self._saved:
            return
        data = f'{{"{self._key}": [' + ", ".join(part.dump() for part in parts) + "]}"
        draft = self._path.with_suffix(".new")
        draft.write_text(data, encoding="utf-8")
        draft.replace(self._path)
        self._saved = versions

    def stop(self):
        """Save a last time."""
        self._stop.set()
        self.save()

    def _keep(self):
        while not self._stop.wait(SAVE_SECONDS):
            self.save()
