"""In `odoo shell`: documents of waiting orders, by jobs or straight by the ORM.

Expects MODE (jobs, record, batched, single), VALUES (a file for the prepared values),
WARM (orders that are not measured); ``jobs.py`` stands before.
"""

import json
import pickle
from pathlib import Path

ALL = ("_job_import", "_job_account")
RECORDED = ("res.partner", "sale.order", "account.payment")


def adopt(env):
    """A copy does nothing until somebody says that it is the live database."""
    channels = env["channel.channel"].search([])
    channels.action_adopt_database()
    channels.action_resume()
    env.cr.commit()


def count(env, state):
    env.cr.execute(
        "SELECT count(*) FROM channel_order WHERE accounting_state = %s", [state]
    )
    return env.cr.fetchone()[0]


def through_jobs(env):
    """The jobs that make documents; the first batch of each warms up."""
    env.cr.rollback()
    for method in ALL:
        run_jobs(env.registry, (method,), limit=1)  # noqa: F821
    warm = count(env, "done")
    env.cr.rollback()
    spent = run_jobs(env.registry, ALL)  # noqa: F821
    env.cr.rollback()
    return {
        "orders": count(env, "done") - warm,
        "cpu": sum(one[1] for one in spent.values()),
        "wall": sum(one[2] for one in spent.values()),
        "spent": spent,
    }


def record(env):
    """Keep what the importer gives to the ORM, call by call, and in which context."""
    calls = []
    depth = [0]
    for name in RECORDED:
        model = type(env[name])
        real = model.create

        def create(self, vals_list, real=real, name=name):
            if not depth[0]:
                given = dict(self.env.context), vals_list
                calls.append((name, *pickle.loads(pickle.dumps(given))))
            depth[0] += 1
            try:
                return real(self, vals_list)
            finally:
                depth[0] -= 1

        create._api_model = True
        model.create = create
    env.cr.rollback()
    run_jobs(env.registry, ALL)  # noqa: F821
    Path(VALUES).write_bytes(pickle.dumps(calls))  # noqa: F821
    return {"calls": len(calls)}


def replay(env, size):
    """The same values into `create`, then Odoo's own methods, so many at a time, all
    in the importer's own context.
    """
    env = env(user=env.ref("channel_base.user_worker").id)
    calls = pickle.loads(Path(VALUES).read_bytes())  # noqa: F821
    payments, orders, models = {}, [], {}
    for name, context, vals_list in calls:
        models[name] = env[name].with_context(context)
        if name == "account.payment":
            for values in vals_list:
                payments.setdefault(values["channel_order_id"], []).append(values)
        elif name == "sale.order":
            orders += vals_list
        else:
            models[name].create(vals_list)
    warm, orders = orders[:WARM], orders[WARM:]  # noqa: F821
    documents(models, warm, payments)
    gc.collect()  # noqa: F821
    cpu, wall = time.process_time(), time.perf_counter()  # noqa: F821
    for start in range(0, len(orders), size):
        documents(models, orders[start : start + size], payments)
    return {
        "orders": len(orders),
        "cpu": time.process_time() - cpu,  # noqa: F821
        "wall": time.perf_counter() - wall,  # noqa: F821
    }


def documents(models, vals_list, payments):
    """Orders, invoices, payments of some values, and one commit."""
    sales = models["sale.order"].create(vals_list)
    sales.action_confirm()
    # accounting is another job: it begins with a context of its own
    sales = sales.with_context(models["account.payment"].env.context)
    invoices = sales._create_invoices(grouped=True)
    invoices.action_post()
    values = [one for v in vals_list for one in payments[v["channel_order_id"]]]
    paid = models["account.payment"].create(values)
    paid.action_post()
    for payment in paid:
        invoice = invoices.filtered(
            lambda move, payment=payment: move.channel_order_id
            == payment.channel_order_id
        )
        (payment.move_id | invoice).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
    sales.env.cr.commit()
    sales.env.invalidate_all()


MODES = {
    "jobs": through_jobs,
    "record": record,
    "batched": lambda env: replay(env, 50),
    "single": lambda env: replay(env, 1),
}
adopt(env)  # noqa: F821
print(json.dumps(MODES[MODE](env)))  # noqa: F821
