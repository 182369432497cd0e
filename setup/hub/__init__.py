"""Everything behind `setup/run`, `setup/test` and `setup/bench`: environment, Odoo,
PostgreSQL, servers.
"""
