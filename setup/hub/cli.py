"""What the commands have in common: enter the environment, end cleanly, say what went
wrong.
"""

import signal
import sys
from collections.abc import Callable

from . import odoo_source, paths, progress, venv
from .errors import SetupError

INTERRUPTED = 130


def main(command: Callable[[], int]) -> None:
    """Run a command inside the project's environment and exit with its code.

    Ctrl-C and SIGTERM unwind the command, so that everything it started is stopped;
    Ctrl-C too where a shell started it in the background, with SIGINT ignored.
    """
    # simulators, orders for the demo and benchmarks live in tests/
    sys.path.append(str(paths.ROOT))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        odoo_source.remember_importable()
        venv.enter()
        sys.exit(command())
    except SetupError as error:
        sys.exit(progress.fail(error))
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        sys.exit(INTERRUPTED)
