"""The set-based statements behind reconciliations.

A stream's ``ours`` is a query on ``run`` and ``seen`` that says what is known here of
the thing that was seen, at most one row of

    facts (jsonb, with the keys of ``seen.facts``), cause (of a difference that the
    facts do not show, or how theirs is to be called), name, order_id, listing_id

Equal is what contains all that the channel said.
"""

DIFFERS = "(ours.cause IS NOT NULL OR ours.facts @> seen.facts IS NOT TRUE)"
PARTS = """(
    SELECT jsonb_object_agg(key, {side}.facts -> key)
      FROM jsonb_object_keys(seen.facts) key
     WHERE {side}.facts IS NOT NULL
       AND ours.facts -> key IS DISTINCT FROM seen.facts -> key)"""
CAUSE = """coalesce(ours.cause,
                    CASE WHEN ours.facts IS NULL THEN 'missing' ELSE %(cause)s END)"""

START = """
INSERT INTO channel_reconciliation
       (channel_id, company_id, stream, origin, state, phase, started_at, since,
        page, looks, expected, compared, repaired, issue_count,
        create_uid, create_date, write_uid, write_date)
VALUES (%(channel)s, %(company)s, %(stream)s, %(origin)s, 'running', 'read', %(now)s,
        %(since)s, 0, 0, %(expected)s, 0, 0, 0, %(user)s, %(now)s, %(user)s, %(now)s)
    ON CONFLICT (channel_id, stream) WHERE state = 'running' DO NOTHING
RETURNING id
"""

STAGE = """
INSERT INTO channel_reconciliation_seen (run_id, company_id, external_id, page, facts)
VALUES %s
    ON CONFLICT (run_id, external_id) DO UPDATE
   SET page = excluded.page, facts = excluded.facts
"""

COUNT = """
UPDATE channel_reconciliation run
   SET compared = (SELECT count(*) FROM channel_reconciliation_seen
                    WHERE run_id = run.id)
 WHERE id = %(run)s
"""


def compare(ours):
    """Lines for what differs in the part that was read last."""
    return f"""
INSERT INTO channel_reconciliation_line
       (run_id, channel_id, company_id, external_id, name, order_id, listing_id, cause,
        ours, theirs, outcome)
SELECT run.id, run.channel_id, run.company_id, seen.external_id,
       coalesce(ours.name, seen.facts ->> 'name', seen.external_id), ours.order_id,
       ours.listing_id, {CAUSE}, {PARTS.format(side="ours")},
       {PARTS.format(side="seen")}, %(outcome)s
  FROM channel_reconciliation run
  JOIN channel_reconciliation_seen seen
    ON seen.run_id = run.id AND seen.page = run.page
  LEFT JOIN LATERAL ({ours}) ours ON TRUE
 WHERE run.id = %(run)s AND {DIFFERS}
    ON CONFLICT (run_id, external_id) DO NOTHING
"""


def settle(ours):
    """Say of differences that have been repaired that they were, of the others what
    they are by now."""
    return f"""
UPDATE channel_reconciliation_line line
   SET outcome = CASE WHEN {DIFFERS} THEN line.outcome ELSE 'repaired' END,
       cause = CASE WHEN {DIFFERS} THEN {CAUSE} ELSE line.cause END,
       order_id = coalesce(ours.order_id, line.order_id),
       listing_id = coalesce(ours.listing_id, line.listing_id)
  FROM channel_reconciliation run
  JOIN channel_reconciliation_seen seen ON seen.run_id = run.id
  LEFT JOIN LATERAL ({ours}) ours ON TRUE
 WHERE run.id = %(run)s AND line.run_id = run.id AND line.outcome = 'pending'
   AND line.external_id = seen.external_id
"""


# A difference that somebody is told of already is not told a second time.
LINK_ISSUES = """
UPDATE channel_reconciliation_line line
   SET issue_id = (
        SELECT issue.id FROM channel_issue issue
         WHERE issue.state = 'open' AND issue.kind <> 'reconcile'
           AND issue.channel_id = line.channel_id
           AND (issue.order_id = line.order_id OR issue.listing_id = line.listing_id
                OR issue.subject = 'order:' || line.external_id)
         ORDER BY issue.id DESC LIMIT 1)
 WHERE run_id = %(run)s AND outcome = 'pending'
   AND cause NOT IN ('product', 'gone', 'taken_back') AND issue_id IS NULL
"""

# Issues of earlier runs about what was seen to be equal this time.
OVER = """
SELECT issue.subject FROM channel_issue issue
  JOIN channel_reconciliation run
    ON run.id = %(run)s AND run.channel_id = issue.channel_id
 WHERE issue.kind = 'reconcile' AND issue.state = 'open'
   AND issue.subject LIKE run.stream || ':%%'
   AND (%(all)s OR EXISTS (
            SELECT FROM channel_reconciliation_seen seen
             WHERE seen.run_id = run.id
               AND seen.external_id = substr(issue.subject, length(run.stream) + 2)))
   AND NOT EXISTS (SELECT FROM channel_reconciliation_line line
                    WHERE line.run_id = run.id AND line.outcome <> 'repaired'
                      AND line.external_id
                          = substr(issue.subject, length(run.stream) + 2))
"""

END = """
UPDATE channel_reconciliation run
   SET state = coalesce(%(state)s, CASE WHEN left_over.units > 0 THEN 'different'
                                        ELSE 'equal' END),
       note = %(note)s, ended_at = %(now)s, repaired = left_over.repaired,
       issue_count = left_over.units, write_date = %(now)s
  FROM (SELECT count(*) FILTER (WHERE outcome = 'repaired') AS repaired,
               count(*) FILTER (WHERE outcome <> 'repaired') AS units
          FROM channel_reconciliation_line WHERE run_id = %(run)s) left_over
 WHERE run.id = %(run)s
"""

FORGET_SEEN = "DELETE FROM channel_reconciliation_seen WHERE run_id = %(run)s"
