"""A simulated shop beside the tests, spoken to over HTTP as a real one."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[3]
LISTENING = re.compile(r"listening on (\S+)")


class SimulatedShop:
    """Mixed into test classes: ``cls.shop`` is what the simulator says of it."""

    @classmethod
    def setUpClass(cls):
        if not (ROOT / "tests" / "simulators" / "shopify").is_dir():
            raise unittest.SkipTest("the simulators are not part of this installation")
        super().setUpClass()
        cls.simulator = cls._start()
        cls.shop = cls.control("shops", name="odoo")
        cls.control("shops/odoo/catalogue", products=3, stock=50)

    @classmethod
    def _start(cls):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulators.shopify", "--port", "0"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        cls.addClassCleanup(process.stdout.close)
        cls.addClassCleanup(process.wait, 10)
        cls.addClassCleanup(process.terminate)
        return LISTENING.search(process.stdout.readline())[1]

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        # Odoo's guard of tests compares the time-out with a number
        return super()._request_handler(session, request, **{**options, "timeout": 30})

    @classmethod
    def control(cls, path, **body):
        """Tell the simulator something; its answer."""
        answer = requests.post(f"{cls.simulator}/_sim/{path}", json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()

    @classmethod
    def look(cls, path=""):
        """What the simulated shop looks like now."""
        answer = requests.get(f"{cls.simulator}/_sim/shops/odoo{path}", timeout=20)
        answer.raise_for_status()
        return answer.json()

    def shopify_channel(self, **values):
        """A channel with the shop's credentials, not connected yet."""
        return self.env["channel.channel"].create(
            {
                "name": "Odoo shop",
                "provider": "shopify",
                "account": "odoo",
                "base_url": f"{self.simulator}/shops/odoo",
                "import_from": "2020-01-01 00:00:00",
                "shopify_client_id": self.shop["app"]["client_id"],
                "shopify_client_secret": self.shop["app"]["client_secret"],
                **values,
            }
        )
