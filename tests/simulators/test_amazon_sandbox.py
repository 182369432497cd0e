"""The static sandbox: every example of the operations that are served comes back."""

import pytest
import requests

from tests.harness import contracts

from .amazon import contract
from .amazon.app import Server
from .amazon.operations import operations
from .amazon.simulator import Simulator

pytestmark = pytest.mark.skipif(not contract.available(), reason=contracts.ABSENT)
EXAMPLES = (
    [
        (one, *example)
        for one in operations()
        for example in contract.static_examples(one)
        if example[1].get("asin") != ""  # no such path can be written
    ]
    if contract.available()
    else []
)


@pytest.fixture(scope="module")
def sandbox():
    simulator = Simulator(sandbox=True)
    seller = simulator.create_seller("sandbox", settings={"enforce_rates": False})
    running = Server(simulator).start()
    tokens = {
        scope: simulator.tokens.issue(seller, scope=scope)
        for scope in {one.scope for one in operations()}
    }
    with requests.Session() as http:
        http.trust_env = False
        yield running.url, tokens, http
    running.stop()


@pytest.mark.parametrize(
    ("one", "status", "parameters", "expected"),
    EXAMPLES,
    ids=[f"{row[0].name}-{number}" for number, row in enumerate(EXAMPLES)],
)
def test_an_example_comes_back(sandbox, one, status, parameters, expected):
    url, tokens, http = sandbox
    _model, official = contract.official(one)
    places = {row["name"]: row["in"] for row in official["parameters"]}
    path, query, body = one.path, {}, None
    for name, value in parameters.items():
        where = places.get(name, "body")
        if where == "path":
            path = path.replace(f"{{{name}}}", str(value))
        elif where == "query":
            query[name] = ",".join(value) if isinstance(value, list) else str(value)
        else:
            body = value
    for name, where in places.items():
        if where == "path":
            path = path.replace(f"{{{name}}}", "ANY")
    answer = http.request(
        one.method,
        f"{url}{path}",
        params=query,
        json=body,
        headers={"x-amz-access-token": tokens[one.scope]},
        timeout=10,
    )
    assert answer.status_code == status, answer.text
    assert not expected or answer.json() == expected
