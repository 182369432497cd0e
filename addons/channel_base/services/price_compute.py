import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from odoo import fields, models

from . import price_sql

# Odoo looks for a product's rule one by one among those of all products asked for: the
# time grows with the square of this, the number of queries falls with it.
PART = 200
QUANTITY = 1.0  # prices of larger quantities are no rules of this price


@dataclass(slots=True)
class Row:
    """One price that is being computed; amounts are exact, None = not known or none."""

    id: int
    price_list: int
    listing: int
    product: int
    before: str
    confirmed: Decimal | None
    confirmed_compare: Decimal | None
    sent: Decimal | None
    sent_compare: Decimal | None
    approved: Decimal | None
    amount: Decimal | None = None
    compare_at: Decimal | None = None
    state: str = "open"
    unusual: str | None = None
    error: str | None = None
    inputs: dict = field(default_factory=dict)

    def __post_init__(self):
        for name in ("confirmed", "confirmed_compare", "sent", "sent_compare"):
            value = getattr(self, name)
            setattr(self, name, None if value is None else Decimal(value))
        if self.approved is not None:
            self.approved = Decimal(self.approved)


class PriceCompute(models.AbstractModel):
    """Compute the prices of a channel by Odoo's own pricelists, many at a time."""

    _name = "channel.price.compute"
    _description = "Compute Prices"

    def _run(self, channel, limit):
        """Compute marked prices and store them, and what is to be done with each.

        :param limit: how many at most.
        :return: how many there were.
        """
        self.env.cr.execute(price_sql.LOAD, {"channel": channel.id, "limit": limit})
        rows = [Row(*row) for row in self.env.cr.fetchall()]
        by_list = defaultdict(list)
        for row in rows:
            by_list[row.price_list].append(row)
        now = fields.Datetime.now()
        problems = {}
        for list_id, same in by_list.items():
            price_list = self.env["channel.price.list"].browse(list_id)
            for start in range(0, len(same), PART):
                self._fill(price_list, same[start : start + PART], now)
            missing = next((row.error for row in same if row.error), None)
            problems[price_list] = missing
        sending = channel in channel._sending("price")
        for row in rows:
            price_list = self.env["channel.price.list"].browse(row.price_list)
            self._decide(channel, price_list, row, sending)
        self._store(rows)
        self._report(channel, problems)
        return len(rows)

    # --- one part ---------------------------------------------------------------------

    def _fill(self, price_list, rows, now):
        """Give rows of one price list their amounts."""
        currency, source = price_list.currency_id, price_list._source()
        products = self.env["product.product"].browse(row.product for row in rows)
        products = products.with_company(price_list.company_id)
        numbers = self._numbers(price_list, source, products, now)
        regular = self._compared(price_list, source, products, now)
        costs = self._costs(price_list, products, now)
        for row in rows:
            found = numbers[row.product]
            row.inputs = found["inputs"]
            if price_list.only_with_rule and not found["rule"]:
                continue
            row.error = found["error"]
            if row.error:
                continue
            row.amount = found["amount"]
            compare = regular.get(row.product, {}).get("amount")
            if compare is not None and compare > row.amount:
                row.compare_at = compare
            row.inputs = {
                **found["inputs"],
                "currency": currency.name,
                "date": fields.Datetime.to_string(now),
                "compare_at": price_list.compare_at,
                **self._margin(price_list, row, costs[row.product]),
            }

    def _margin(self, price_list, row, cost):
        """Cost, and what the price is without tax where that may be below the floor:
        no tax is as high as the rest of a price."""
        found = {"cost": str(cost)}
        floor = cost * Decimal(str(price_list.channel_id.price_floor)) / 100
        if floor <= row.amount < 2 * floor:
            product = self.env["product.product"].browse(row.product)
            tax = self.env["channel.price.tax"]
            found["net"] = str(tax._net(price_list, product, row.amount))
        return found

    def _numbers(self, price_list, source, products, now, **options):
        """Prices of one pricelist in the list's currency, with tax as it is wanted.

        :return: dict product id -> {amount, rule, error, inputs}.
        """
        currency = price_list.currency_id
        rules = self.env["product.pricelist.item"]
        found = source._compute_price_rule(
            products, QUANTITY, currency=currency, date=now, **options
        )
        by_id = {
            rule.id: rule for rule in rules.browse({r for _p, r in found.values() if r})
        }
        plain = {product_id: price for product_id, (price, _rule) in found.items()}
        taxed = self.env["channel.price.tax"]._wanted(price_list, products, plain)
        unknown = self._unknown_rate(price_list, source)
        numbers = {}
        for product in products:
            rule = by_id.get(found[product.id][1], rules)
            price, tax = taxed[product.id]
            needs_rate = not (
                rule.compute_price == "fixed" and source.currency_id == currency
            )
            numbers[product.id] = {
                "amount": exact(price, currency),
                "rule": rule.id,
                "error": unknown if needs_rate else None,
                "inputs": self._inputs(source, rule, plain[product.id], tax),
            }
        return numbers

    def _inputs(self, source, rule, price, tax):
        """What the ledger keeps, so that it tells the same when rules are gone."""
        inputs = {
            "pricelist": source.id,
            "pricelist_name": source.name or "",
            "tax": tax,
        }
        inputs["price"] = f"{price:.15g}"
        if rule:
            inputs |= {
                "rule": rule.id,
                "compute": rule.compute_price,
                "fixed": f"{rule.fixed_price:.15g}",
                "percent": f"{rule.percent_price:.15g}",
                "from": fields.Datetime.to_string(rule.date_start) or "",
                "to": fields.Datetime.to_string(rule.date_end) or "",
            }
        return inputs

    def _compared(self, price_list, source, products, now):
        """What is shown struck through, by product id: see ``_numbers``."""
        if price_list.compare_at == "pricelist" and price_list.compare_pricelist_id:
            other = price_list.compare_pricelist_id
            return self._numbers(price_list, other, products, now)
        if price_list.compare_at == "regular" and self._sale(now):
            return self._numbers(price_list, source, products, now, regular=True)
        return {}

    def _sale(self, now):
        """Whether any rule with dates holds now."""
        dated = ["|", ("date_start", "!=", False), ("date_end", "!=", False)]
        return bool(
            self.env["product.pricelist.item"].search(
                [
                    *dated,
                    "|",
                    ("date_start", "=", False),
                    ("date_start", "<=", now),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", now),
                ],
                limit=1,
            )
        )

    def _costs(self, price_list, products, now):
        """What products cost, in the list's currency, by product id."""
        currency, company = price_list.currency_id, price_list.company_id
        rate = company.currency_id._get_conversion_rate(
            company.currency_id, currency, company, now
        )
        return {one.id: exact(one.standard_price * rate, currency) for one in products}

    def _unknown_rate(self, price_list, source):
        """Which rate is missing to compute prices; never 1 because nobody knows."""
        company = price_list.company_id
        used = price_list.currency_id | self._chain(source).currency_id
        foreign = used - company.currency_id
        if not foreign:
            return None
        rates = self.env["res.currency.rate"]._read_group(
            [
                ("currency_id", "in", foreign.ids),
                ("company_id", "in", (False, company.root_id.id)),
            ],
            ["currency_id"],
        )
        known = foreign.browse().concat(*(currency for (currency,) in rates))
        missing = foreign - known
        if not missing:
            return None
        return self.env._(
            "There is no rate of %(currencies)s: enter one in Accounting.",
            currencies=", ".join(missing.mapped("name")),
        )

    def _chain(self, source):
        """A pricelist and those below that its rules start from."""
        found = below = source
        while below:
            groups = self.env["product.pricelist.item"]._read_group(
                [("pricelist_id", "in", below.ids), ("base", "=", "pricelist")],
                ["base_pricelist_id"],
            )
            below = source.browse().concat(*(group[0] for group in groups)) - found
            found |= below
        return found

    # --- what is to be done -----------------------------------------------------------

    def _decide(self, channel, price_list, row, sending):
        if row.error:
            row.state = "idle"
            return
        wanted = (row.amount, row.compare_at)
        if price_list.compare_at == "keep":
            wanted = (row.amount, row.confirmed_compare)
        if wanted == (row.confirmed, row.confirmed_compare):
            row.state = "same"
        elif row.amount is None and row.confirmed is None:
            row.state = "same"  # never set there
        elif row.before == "rejected" and wanted == (row.sent, row.sent_compare):
            row.state = "rejected"
        elif sending and row.amount is not None and row.amount != row.approved:
            row.unusual = self._unusual(channel, row)
            if channel.price_drift == "report" and wanted == (
                row.sent,
                row.sent_compare,
            ):
                row.unusual = "drift"
            row.state = "held" if row.unusual else "open"

    def _unusual(self, channel, row):
        """Why a person has to look at a price, None for no reason.

        It is compared with what was sent last, if anything was: who sets it right there
        changes nothing.
        """
        if row.amount <= 0:
            return "zero"
        cost = Decimal(row.inputs["cost"])
        net = Decimal(row.inputs.get("net") or row.amount)
        if cost > 0 and net < cost * Decimal(str(channel.price_floor)) / 100:
            return "floor"
        before = row.confirmed if row.sent is None else row.sent
        largest = Decimal(str(channel.price_change_max))
        if before and largest and abs(row.amount - before) * 100 > largest * before:
            return "change"
        return None

    def _store(self, rows):
        self.env.cr.execute(
            price_sql.STORE,
            {
                "ids": [row.id for row in rows],
                "amounts": [row.amount for row in rows],
                "compares": [row.compare_at for row in rows],
                "states": [row.state for row in rows],
                "reasons": [row.unusual for row in rows],
                "errors": [row.error for row in rows],
                "inputs": [json.dumps(row.inputs) for row in rows],
            },
        )

    def _report(self, channel, problems):
        """An issue for each list that cannot be computed."""
        issues = self.env["channel.issue"]
        for price_list, problem in problems.items():
            subject = f"list:{price_list.id}"
            if not problem:
                issues._settle(channel, "price_list", [subject])
                continue
            issues._report(
                channel,
                "price_list",
                subject,
                self.env._(
                    "Prices of %(list)s are not computed: %(problem)s",
                    list=price_list.name,
                    problem=problem,
                ),
            )


def exact(price, currency):
    """An amount as the currency can say it."""
    return Decimal(f"{currency.round(price):.{currency.decimal_places}f}")
