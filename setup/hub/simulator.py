"""The simulated Shopify that the demo channel is connected to."""

import os
import shutil
from pathlib import Path

from tests.simulators.control_client import ControlClient

from . import paths
from .errors import SetupError
from .locks import write_atomic
from .process import Process, free_port, port_is_free, wait_until
from .progress import tail

LISTENING = "Shopify simulator listening on"


class Simulator:
    """A simulator process that keeps its shops, and its port, over restarts.

    folder: where state and port are kept. With the block entered, `control` is a client
    of its control API and `url` its address.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.log = paths.LOGS / f"simulator-{folder.name}.log"
        self._port_file = folder / "port"
        self.url = f"http://127.0.0.1:{self._port()}"
        self.control = ControlClient(self.url)
        program = [paths.python(), "-m", "tests.simulators.shopify"]
        port = self.url.rpartition(":")[2]
        self._process = Process(
            [*program, "--port", port, "--state-file", folder / "shops.json"],
            log=self.log,
            environment={**os.environ, "PYTHONPATH": str(paths.ROOT)},
        )

    @staticmethod
    def forget(folder: Path) -> None:
        """Begin anew: no shops, no orders."""
        shutil.rmtree(folder, ignore_errors=True)

    @property
    def alive(self) -> bool:
        """Whether the simulator is running."""
        return self._process.alive

    def __enter__(self) -> "Simulator":
        self.log.unlink(missing_ok=True)
        self._process.start()
        if not wait_until(self._listening, seconds=30) or not self.alive:
            self._process.stop()
            raise SetupError(
                f"The simulator did not start. Its log is {self.log}; it ends with:\n"
                f"{tail(self.log, 15)}"
            )
        return self

    def __exit__(self, *_exception) -> None:
        self._process.stop()

    def _listening(self) -> bool:
        return not self.alive or LISTENING in self.log.read_text()

    def _port(self) -> int:
        """The port of last time, if it is free, so that stored addresses stay right."""
        if self._port_file.exists():
            port = int(self._port_file.read_text())
            if port_is_free(port):
                return port
        port = free_port()
        write_atomic(self._port_file, str(port))
        return port
