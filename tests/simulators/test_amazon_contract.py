"""The operations that are served against Amazon's models, where they are at hand."""

import csv

import pytest

from tests.harness import contracts

from .amazon import contract
from .amazon.operations import operations

pytestmark = pytest.mark.skipif(not contract.available(), reason=contracts.ABSENT)


@pytest.fixture(scope="module")
def official():
    with (contract.FOLDER / "operations.tsv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    return {(row["method"], row["path"]): row for row in rows}


@pytest.mark.parametrize("one", operations(), ids=lambda one: one.name)
def test_an_operation_is_official(one, official):
    row = official[one.method, one.path]
    assert row["operation"] == one.name
    if row["rate_rps"]:
        assert (float(row["rate_rps"]), int(row["burst"])) == (one.rate, one.burst)


def test_what_breaks_a_model_is_seen():
    search = next(one for one in operations() if one.name == "searchOrders")
    assert contract.request_problems(search, {}, {"lastUpdated": ["x"]}, None) == [
        "query: unknown parameter lastUpdated"
    ]
    assert contract.request_problems(search, {}, {"maxResultsPerPage": ["x"]}, None)
    assert contract.request_problems(search, {}, {"includedData": ["A,BUYER"]}, None)
    assert not contract.request_problems(search, {}, {"marketplace_ids": ["A"]}, None)
    assert contract.answer_problems(search, 200, {"orders": [{}]})
    assert contract.answer_problems(search, 200, {"orders": [], "novelty": 1})
    confirm = next(one for one in operations() if one.name == "confirmShipment")
    detail = {"packageReferenceId": 1}
    body = {"marketplaceId": "A", "packageDetail": detail, "path": "added"}
    found = contract.request_problems(confirm, {"orderId": "1"}, {}, body)
    assert any("packageReferenceId" in one for one in found)
    assert not any("added" in one for one in found)
