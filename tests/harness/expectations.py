"""What must be true after a ``Loop``, whatever was broken on the way."""

from decimal import Decimal
from math import sqrt

from tests.simulators.faults import MIX

from . import compare, quiet
from .loop import COUNTED, FIRST_COUNT, SECOND_COUNT, final, first


class Expectations:
    """Checks for a test class with a fixture `loop`: a ``Loop`` that has run."""

    def test_every_kind_of_fault_struck(self, loop):
        hits = {}
        for rule in loop.faults:
            hits[rule["fault"]] = hits.get(rule["fault"], 0) + rule["hits"]
        assert all(hits.values()), hits

    def test_calls_were_struck_at_the_rate(self, loop):
        """Every call is a draw of its own: five standard deviations are a chance of one
        in a million. What struck by order comes on top."""
        drawn = {
            name: count
            for name, count in loop.outcomes.items()
            if not name.endswith(":unauthorized")  # refused before anything else
        }
        calls = sum(drawn.values())
        struck = sum(n for name, n in drawn.items() if name.partition(":")[2] in MIX)
        by_order = sum(
            rule["hits"] for rule in loop.faults if rule["limit"] is not None
        )
        deviation = sqrt(calls * loop.rate * (1 - loop.rate))
        print(f"{struck} of {calls} calls were struck, {by_order} of them by order")
        assert abs(struck - by_order - calls * loop.rate) <= 5 * deviation

    def test_the_client_gave_up_waiting(self, loop):
        (count,) = loop.hub.sql(
            "SELECT count(*) FROM channel_sync_log WHERE error LIKE '%%ReadTimeout%%'"
        )[0]
        assert count

    def test_every_order_is_here_once(self, loop):
        (count,) = loop.hub.sql(
            "SELECT count(*) FROM channel_order WHERE channel_id = %s",
            (loop.channel_id,),
        )[0]
        assert count == len(loop.orders)
        assert set(loop.first.orders) == {row["id"] for row in loop.rows}

    def test_documents_are_those_of_the_manifest(self, loop):
        wrong = [
            sentence
            for row in loop.rows
            for sentence in loop.first.differences(row, first(row), loop.stored)
        ]
        assert not wrong, "\n".join(wrong)

    def test_refunds_are_credited_to_the_cent(self, loop):
        orders = loop.control.state(loop.shop)["orders"]
        should = {}
        for row in loop.rows:
            refunds = orders[row["name"]]["refunded"]
            if refunds and final(row)["invoice"]:
                paid = sum(Decimal(one["paid"]) for one in refunds).normalize()
                tax = sum(Decimal(one["tax"]) for one in refunds).normalize()
                should[row["id"]] = (paid, tax, True, paid)
        assert compare.credited(loop.hub, loop.channel_id) == should

    def test_refunds_made_in_odoo_are_paid_back_once(self, loop):
        orders = loop.control.state(loop.shop)["orders"]
        assert len(loop.refunded) > 1
        for row in loop.rows:
            if row["id"] in loop.refunded:
                (made,) = orders[row["name"]]["refunded"]
                assert Decimal(made["paid"]) == Decimal(final(row)["total"])

    def test_later_changes_are_followed(self, loop):
        wrong = [
            sentence
            for row in loop.rows
            for sentence in loop.after.differences(row, final(row), loop.stored)
        ]
        assert not wrong, "\n".join(wrong)

    def test_issues_are_those_of_the_manifest(self, loop):
        assert loop.first.issues == compare.expected_issues(loop.rows, first)
        assert loop.after.issues == compare.expected_issues(loop.rows, final)
        last = compare.Books(loop.hub, loop.channel_id)
        assert last.issues == compare.expected_issues(loop.rows, final)

    def test_the_shop_shows_what_the_formula_says(self, loop):
        should = compare.available(loop.hub, loop.channel_id)
        shown = compare.shown(loop.control, loop.shop)
        assert {sku: shown[sku] for sku in should} == should

    def test_the_shop_shows_what_the_manifest_says(self, loop):
        changed = {
            sku
            for row in loop.rows
            if row["scenario"].startswith(("refunded", "edited"))
            for sku in first(row)["quantities"]
        }
        shown = compare.shown(loop.control, loop.shop)
        for sku in loop.stored - changed:
            sold = sum(final(row)["quantities"].get(sku, 0) for row in loop.rows)
            counted = FIRST_COUNT + SECOND_COUNT if sku in COUNTED else 0
            assert shown[sku] == loop.world.stock + counted - sold, sku

    def test_shipments_are_confirmed_once(self, loop):
        orders = loop.control.state(loop.shop)["orders"]
        left = compare.left(loop.hub, loop.channel_id)
        wrong = []
        for row in loop.rows:
            order = orders[row["name"]]
            there = {}
            for line in order["lines"]:
                if line["sku"] in loop.stored and line["fulfilled"]:
                    there[line["sku"]] = there.get(line["sku"], 0) + line["fulfilled"]
            gone = left.get(row["id"], {})
            here = {sku: n for sku, n in gone.items() if sku in loop.stored}
            numbers = [
                one["number"] for f in order["fulfillments"] for one in f["tracking"]
            ]
            if there != here or len(numbers) != len(set(numbers)):
                wrong.append(
                    f"{row['name']}: {there} at the shop, {here} here, {numbers}"
                )
        assert not wrong, "\n".join(wrong)

    def test_goods_that_left_are_those_of_the_manifest(self, loop):
        """All goods of an order without issues, but what the warehouse kept."""
        left = compare.left(loop.hub, loop.channel_id)
        wrong, whole = [], 0
        for row in loop.rows:
            sold = compare.only(final(row)["quantities"], loop.stored)
            if not sold or final(row)["state"] != "imported" or final(row)["issues"]:
                continue
            here = compare.only(left.get(row["id"], {}), loop.stored)
            fates = loop.shipped.get(row["id"])
            if final(row)["handed_over"]:
                right = here == sold and not fates
            elif fates and all(number and not keep for number, keep in fates):
                whole += 1
                right = here == sold
            else:
                right = fates and sum(here.values()) <= sum(sold.values())
            if not right:
                wrong.append(f"{row['name']}: {here} left of {sold}, {fates}")
        assert whole
        assert not wrong, "\n".join(wrong)

    def test_the_shop_was_told_of_every_parcel(self, loop):
        wrong = []
        for name, order in loop.control.state(loop.shop)["orders"].items():
            told = {
                one["number"] for f in order["fulfillments"] for one in f["tracking"]
            }
            row = next(row for row in loop.rows if row["name"] == name)
            sent = {number for number, _keep in loop.shipped.get(row["id"], ())}
            if told != sent - {None}:
                wrong.append(f"{name}: told of {told}, sent were {sent}")
        assert not wrong, "\n".join(wrong)

    def test_few_transactions_had_to_be_repeated(self, loop):
        (jobs,) = loop.hub.sql("SELECT count(*) FROM queue_job")[0]
        failures = loop.log.serialization_failures()
        print(f"{failures} of {jobs} jobs, {loop.log.postponed()} times put off")
        assert failures < jobs / 100

    def test_no_job_failed_and_no_traceback_was_logged(self, loop):
        assert not quiet.failed_jobs(loop.hub)
        assert not loop.log.errors()
