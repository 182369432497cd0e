"""Run the simulator: `python -m tests.simulators.amazon --port 8071`."""

import argparse
import signal
import sys
import threading

from .actions import add_listings
from .app import Server
from .simulator import Simulator


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulators.amazon", description=__doc__
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 = any free port")
    parser.add_argument(
        "--state-file", help="JSON file that keeps the sellers over restarts"
    )
    parser.add_argument(
        "--seller",
        action="append",
        default=[],
        help="create a seller account unless it exists; repeatable",
    )
    parser.add_argument(
        "--marketplaces", default="DE,FR,UK", help="that new sellers have joined"
    )
    parser.add_argument(
        "--products", type=int, default=0, help="plain listings of every new seller"
    )
    parser.add_argument(
        "--sandbox",
        action="store_true",
        help="answer the static examples of the official models",
    )
    given = parser.parse_args(arguments)
    simulator = Simulator(given.state_file, sandbox=given.sandbox)
    for name in given.seller:
        if name not in simulator.sellers:
            places = given.marketplaces.split(",")
            seller = simulator.create_seller(name, marketplaces=places)
            add_listings(simulator, seller, products=given.products, quantity=10)
    server = Server(simulator, given.host, given.port)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stopped.set())
    server.start()
    print(f"Amazon simulator listening on {server.url}", flush=True)
    stopped.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
