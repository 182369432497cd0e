import hashlib

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import models

from odoo.addons.queue_job.exception import RetryableJobError


class PartnerClaim(models.AbstractModel):
    """Who may make a new customer: one job at a time for each id, e-mail, phone or tax
    number.

    Jobs look for a customer in the snapshot that their transaction began with, so a
    lock alone would come too late. A claim is a row that is written: where another job
    has claimed the same since the snapshot was taken, PostgreSQL refuses the write, and
    the whole job begins again with a newer snapshot, in which it finds the customer.
    """

    _name = "channel.partner.claim"
    _description = "Claims of New Customers"

    def _hold(self, channel, identifiers):
        """Claim what tells new customers apart, until the end of this transaction.

        :param identifiers: texts, unique within the company.
        :raises RetryableJobError: another job makes, or has just made, one of them.
        """
        # in one order for all jobs, so that they do not wait for each other
        keys = sorted({_digest(channel.company_id.id, one) for one in identifiers})
        if not keys:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self._write(keys)
        except (SerializationFailure, DeadlockDetected) as error:
            raise RetryableJobError(
                f"a customer of {channel.name} is being made by another job",
                seconds=1,
                ignore_retry=True,
            ) from error

    def _write(self, keys):
        self.env.cr.execute(
            """
            INSERT INTO channel_customer_claim (key, claimed_at)
            SELECT key, now() AT TIME ZONE 'UTC' FROM unnest(%s) key
            ON CONFLICT (key) DO UPDATE SET claimed_at = EXCLUDED.claimed_at
            """,
            [keys],
            log_exceptions=False,  # that another holds it is no error
        )


def _digest(company_id, identifier):
    """Claims outlive their customers: they tell nobody whose they were."""
    return hashlib.sha256(f"{company_id}:{identifier}".encode()).hexdigest()
