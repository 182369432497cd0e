from odoo import models
from odoo.tools import SQL

LINKS = (
    "channel_return",
    "order",
    "listing",
    "product",
    "mapping",
    "location",
    "event",
    "picking",
)
COLUMNS = (
    "channel_id",
    "company_id",
    "kind",
    "subject",
    "message",
    "detail",
    "blocking",
    "deadline",
    *(f"{link}_id" for link in LINKS),
)
UPSERT = """
    INSERT INTO channel_issue AS issue ({columns}, state, count, seen_at, create_date)
    SELECT {columns}, 'open', count, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM (VALUES %s) AS given ({columns}, count)
     WHERE NOT EXISTS (
        SELECT FROM channel_issue quiet
         WHERE (quiet.channel_id, quiet.kind, quiet.subject, quiet.message)
             = (given.channel_id, given.kind, given.subject, given.message)
           AND quiet.state = 'dismissed')
    ON CONFLICT (channel_id, kind, subject) WHERE state = 'open' DO UPDATE
       SET message = excluded.message, detail = excluded.detail,
           blocking = excluded.blocking, deadline = excluded.deadline,
           count = issue.count + excluded.count, seen_at = excluded.seen_at, {links}
 RETURNING id
""".format(
    columns=", ".join(COLUMNS),
    links=", ".join(
        f"{link}_id = COALESCE(excluded.{link}_id, issue.{link}_id)" for link in LINKS
    ),
)
TYPES = {"deadline": "timestamp", "blocking": "boolean", "count": "integer"}
TYPES |= {f"{link}_id": "integer" for link in (*LINKS, "channel", "company")}
PLACES = (f"%({name})s::{TYPES.get(name, 'varchar')}" for name in (*COLUMNS, "count"))
TEMPLATE = f"({', '.join(PLACES)})"


class ChannelIssueReport(models.AbstractModel):
    """How jobs open and close issues: many by one statement, without doubling any."""

    _name = "channel.issue.report"
    _description = "Reporting of Issues"

    def _report(self, channel, kind, subject, message, **values):
        """Open an issue, or count one more time that an open one was met.

        A dismissed issue stays quiet until its message changes.

        :param values: ``detail``, ``blocking``, ``deadline`` (naive UTC) and the
            records it is about: ``order``, ``listing``, ``product``, ``mapping``,
            ``location``, ``event``, ``picking``, ``channel_return``.
        :return: the issue.
        """
        row = dict(values, channel=channel, kind=kind, subject=subject, message=message)
        return self._report_many([row]) or self.search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", kind),
                ("subject", "=", subject),
                ("state", "=", "dismissed"),
            ],
            limit=1,
        )

    def _report_many(self, values_list):
        """``_report`` for many, by one statement.

        :param values_list: dicts with the arguments of ``_report`` by name.
        :return: the open issues, in no particular order.
        """
        rows = {}
        for values in values_list:
            row = self._prepare_row(**values)
            key = (row["channel_id"], row["kind"], row["subject"])
            row["count"] = rows[key]["count"] + 1 if key in rows else 1
            rows[key] = row
        if not rows:
            return self.browse()
        self.flush_model()
        # rows are made beside the ORM: an upsert cannot be said in it
        found = self.env.cr.execute_values(
            UPSERT, list(rows.values()), TEMPLATE, page_size=len(rows), fetch=True
        )
        self._forget(self.env["channel.channel"].browse({key[0] for key in rows}))
        return self.browse(row[0] for row in found)

    def _prepare_row(self, *, channel, kind, subject, message, **values):
        row = {f"{link}_id": (values.get(link) or self).id or None for link in LINKS}
        return row | {
            "channel_id": channel.id,
            "company_id": channel.company_id.id,
            "kind": kind,
            "subject": _clean(subject),
            "message": _clean(message),
            "detail": _clean(values.get("detail") or "") or None,
            "blocking": values.get("blocking", False),
            "deadline": values.get("deadline") or None,
        }

    def _settle(self, channel, kind, subjects):
        """Close open issues of one kind that no longer hold."""
        condition = SQL(
            "channel_id = %s AND kind = %s AND subject = ANY(%s)",
            channel.id,
            kind,
            list(subjects),
        )
        self._close(condition, channel)

    def _settle_all(self, kind):
        """Close all open issues of one kind, of all channels."""
        self._close(SQL("kind = %s", kind), self.env["channel.channel"])

    def _close(self, condition, channels):
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE channel_issue"
                "   SET state = 'resolved', resolved_at = now() AT TIME ZONE 'UTC'"
                " WHERE state = 'open' AND %s",
                condition,
            )
        )
        self._forget(channels)

    def _forget(self, channels):
        """Let the ORM read again what was written beside it."""
        self.invalidate_model(flush=False)
        channels.invalidate_model(["issue_ids", "state"], flush=False)
        self.env["channel.order"].invalidate_model(["issue_ids"], flush=False)
        self.env["channel.return"].invalidate_model(["issue_ids"], flush=False)


def _clean(text):
    """PostgreSQL refuses NUL characters, which marketplaces may send."""
    return text.replace("\x00", "")
