"""Claiming mails in one statement, on PostgreSQL: round trips cost more than the work itself.

The state of others is compared as an expression: as a column, a plan from when there were few
goes over all that are open for each that is claimed, instead of those to its address.

SQLite has no data-modifying CTEs; there, and where all that is due waits for another mailer,
`actions.claiming.claim` does the same step by step.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, text
from sqlalchemy.orm import Session

from shared.database import Instant

EVERY_PRIORITY: Final = 32767
CLAIM: Final = (
    text(
        """
        WITH due AS MATERIALIZED (
            SELECT id, address_key, priority, due_at FROM deliveries
            WHERE state IN ('queued', 'claimed') AND channel = 'mail' AND priority <= :lowest
                AND (state = 'queued' AND due_at <= :now
                    OR state = 'claimed' AND lease_until <= :now)
            ORDER BY priority, due_at, id
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
        ), taken AS (
            UPDATE deliveries AS d
            SET state = 'claimed', lease_until = :until, tries = d.tries + 1
            FROM due
            WHERE d.id = due.id AND NOT EXISTS (
                SELECT FROM deliveries AS other
                WHERE other.address_key = due.address_key AND other.channel = 'mail'
                    AND (other.state || '' = 'claimed' AND other.id < due.id
                        OR other.state || '' = 'queued' AND other.due_at <= :now
                            AND (other.priority, other.due_at, other.id)
                                < (due.priority, due.due_at, due.id))
                    AND other.id NOT IN (SELECT id FROM due)
            )
            RETURNING d.id, d.notification_id, d.address, d.message_id, d.tries, d.priority,
                d.channel, d.due_at
        )
        SELECT asked.is_any_due, taken.*, n.kind, n.category, n.about_id, n.workshop_id, n.host_id,
            n.person_id, n.name, n.locale, n.facts, n.created_at,
            EXISTS (SELECT FROM templates AS t WHERE t.organisation_id = n.host_id
                AND t.kind = n.kind AND t.is_used) AS has_own_words,
            (SELECT o.email FROM organisations AS o WHERE o.id = n.host_id) AS reply_to
        FROM (SELECT EXISTS (SELECT FROM due) AS is_any_due) AS asked
            LEFT JOIN (taken JOIN notifications AS n ON n.id = taken.notification_id) ON true
        ORDER BY taken.priority, taken.due_at, taken.id
        """
    )
    .bindparams(bindparam("now", type_=Instant()), bindparam("until", type_=Instant()))
    .columns(created_at=Instant())
)


def claim_at_once(
    session: Session, *, limit: int, until: datetime, lowest: int, now: datetime
) -> tuple[Sequence[Row[Any]], bool]:
    """The claimed deliveries with their notifications, in the order in which they are sent.

    And whether any is due that nobody else claims: it may wait for an earlier one to its address.
    until: of the lease. lowest: priority that is looked at. has_own_words: the host may have
    words for it. reply_to: the host's address.
    """
    values = {"limit": limit, "until": until, "lowest": lowest, "now": now}
    rows = session.execute(CLAIM, values).all()
    is_any_due = rows[0].is_any_due
    return (rows if rows[0].id is not None else ()), is_any_due
