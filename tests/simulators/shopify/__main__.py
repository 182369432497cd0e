"""Run the simulator: `python -m tests.simulators.shopify --port 8070`."""

import argparse
import signal
import sys
import threading

from .actions import create_shop, load_catalogue
from .app import Server
from .simulator import Simulator


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulators.shopify", description=__doc__
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 = any free port")
    parser.add_argument(
        "--state-file", help="JSON file that keeps the shops over restarts"
    )
    parser.add_argument(
        "--shop",
        action="append",
        default=[],
        help="create a shop unless it exists; repeatable",
    )
    parser.add_argument(
        "--products", type=int, default=0, help="plain products in every shop created"
    )
    given = parser.parse_args(arguments)
    simulator = Simulator(given.state_file)
    for name in given.shop:
        if name not in simulator.shops:
            create_shop(simulator, name)
            load_catalogue(simulator, simulator.shops[name], products=given.products)
    server = Server(simulator, given.host, given.port)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stopped.set())
    server.start()
    print(f"Shopify simulator listening on {server.url}", flush=True)
    stopped.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
