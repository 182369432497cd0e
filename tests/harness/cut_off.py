"""How those fail whose database connection was cut: as the product itself names it."""

import ast

from hub import paths

WAKEUP = paths.ADDONS / "channel_base/services/wakeup.py"


def _named(name):
    """The value of a constant of the module, which only Odoo can import."""
    (value,) = (
        statement.value
        for statement in ast.parse(WAKEUP.read_text()).body
        if isinstance(statement, ast.Assign) and statement.targets[0].id == name
    )
    return ast.literal_eval(value)


CUT_OFF = _named("CUT_OFF")
