"""What the commands have in common: enter the environment, end cleanly, say what went
wrong.
"""

import os
import signal
import sys
from collections.abc import Callable

from . import odoo_source, paths, progress, venv
from .errors import SetupError

INTERRUPTED = 130


def main(command: Callable[[], int]) -> None:
    """Run a command inside the project's environment and exit with its code.

    Ctrl-C, SIGTERM and a terminal that is closed unwind the command, so that everything
    it started is stopped; Ctrl-C too where a shell started it in the background, with
    SIGINT ignored. Under nohup it goes on without a terminal.
    """
    # simulators, orders for the demo and benchmarks live in tests/
    sys.path.append(str(paths.ROOT))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _hang_up)
    try:
        odoo_source.remember_importable()
        venv.enter()
        sys.exit(command())
    except SetupError as error:
        sys.exit(progress.fail(error))
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        sys.exit(INTERRUPTED)


def _hang_up(_number, _frame) -> None:
    """The terminal is closed: unwind, and let nothing that is still said fail.

    The shell and the kernel may both tell it; once is enough.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    raise KeyboardInterrupt
