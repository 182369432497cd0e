"""What the harness takes for an error in Odoo's log, and what for explained."""

from tests.harness.log import CUT_CONNECTION, ServerLog

HEAD = "2026-11-22 09:01:18,215 22702 ERROR shop"
CUT = f"""{HEAD} odoo.sql_db: bad query: b'SELECT 1'
ERROR: terminating connection due to administrator command
server closed the connection unexpectedly
{HEAD} odoo.http: Exception during request handling.
Traceback (most recent call last):
  File "sql_db.py", line 1, in execute
KeyError: 'cursor'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "sql_db.py", line 1, in execute
psycopg2.InterfaceError: cursor already closed
"""
BUG = f"""{HEAD} odoo.http: Exception during request handling.
Traceback (most recent call last):
  File "sql_db.py", line 1, in execute
psycopg2.InterfaceError: cursor already closed

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "cleaner.py", line 1, in clean
KeyError: 'half'
"""
ELSEWHERE = f"{HEAD} odoo.modules.loading: cursor already closed\n"


def errors(tmp_path, text, explained):
    (tmp_path / "odoo.log").write_text(text)
    return ServerLog(tmp_path / "odoo.log").errors(explained)


def test_a_cut_connection_is_an_error_unless_it_was_cut_on_purpose(tmp_path):
    assert len(errors(tmp_path, CUT, ())) == 2
    assert not errors(tmp_path, CUT, CUT_CONNECTION)


def test_a_cut_connection_explains_nothing_else(tmp_path):
    assert len(errors(tmp_path, BUG + ELSEWHERE, CUT_CONNECTION)) == 2
