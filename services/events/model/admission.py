"""Admission in one statement: the hot path of a registration on PostgreSQL.

The ledger's row is locked for the length of one statement instead of several round trips
(docs/decisions/0003). SQLite has no data-modifying CTEs; there, and for whatever is not plain,
`actions.registering.register` does the same step by step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from services.events.model.form import Question
from shared.database import Database

ADMIT: Final = """
    WITH ledger AS (
        UPDATE seat_ledgers AS l
        SET confirmed = l.confirmed + (l.waiting = 0 AND (l.capacity IS NULL OR
                l.confirmed + l.held + l.offered + l.allotted < l.capacity))::int,
            waiting = l.waiting + (NOT (l.waiting = 0 AND (l.capacity IS NULL OR
                l.confirmed + l.held + l.offered + l.allotted < l.capacity)))::int,
            next_queue_number = l.next_queue_number + (NOT (l.waiting = 0 AND (
                l.capacity IS NULL OR
                l.confirmed + l.held + l.offered + l.allotted < l.capacity)))::int
        FROM workshops AS w
        WHERE l.workshop_id = %(workshop_id)s AND w.id = l.workshop_id
          AND w.state = 'published' AND w.mode = 'open' AND w.visibility <> 'members'
          AND w.version = %(workshop_version)s
          AND NOT EXISTS (
                SELECT FROM courses WHERE id = w.course_id AND prerequisites_are = 'required')
          AND (w.opens_at IS NULL OR w.opens_at <= %(now)s)
          AND LEAST(COALESCE(w.closes_at, w.starts_at), w.starts_at) > %(now)s
          AND (CAST(%(organisation_id)s AS uuid) IS NULL OR EXISTS (
                SELECT FROM organisations WHERE id = CAST(%(organisation_id)s AS uuid)))
          AND (l.waiting = 0 OR
                l.confirmed + l.held + l.offered + l.allotted >= l.capacity)
          AND NOT EXISTS (
                SELECT FROM idempotency_keys WHERE key_hash = CAST(%(key_hash)s AS text))
        RETURNING l.waiting, l.next_queue_number - 1 AS queue_number
    ), words AS (
        SELECT waiting,
            CASE WHEN waiting = 0 THEN CAST(%(answer)s AS text)
                ELSE CAST(CAST(CAST(%(answer)s AS text) AS jsonb)
                    - 'ticket' || jsonb_build_object('state', 'waiting', 'place', waiting) AS text)
                END AS answer,
            CASE WHEN waiting = 0 THEN CAST(%(envelope)s AS text)
                ELSE CAST(jsonb_set(CAST(CAST(%(envelope)s AS text) AS jsonb)
                        || jsonb_build_object('type', CAST(%(waiting_type)s AS text),
                            'dataschema', CAST(%(waiting_schema)s AS text)),
                    '{data,registration}',
                    CAST(CAST(%(envelope)s AS text) AS jsonb) #> '{data,registration}'
                        || jsonb_build_object('state', 'waiting', 'place', waiting)) AS text)
                END AS envelope
        FROM ledger
    ), registered AS (
        INSERT INTO registrations (id, version, workshop_id, person_id, organisation_id, name,
            name_key, email, email_key, locale, answers, state, queue_number, secret, created_at)
        SELECT %(id)s, 1, %(workshop_id)s, CAST(%(person_id)s AS uuid),
            CAST(%(organisation_id)s AS uuid), %(name)s, %(name_key)s, %(email)s,
            %(email_key)s, %(locale)s, CAST(%(answers)s AS jsonb),
            CASE WHEN waiting = 0 THEN 'confirmed' ELSE 'waiting' END,
            CASE WHEN waiting = 0 THEN NULL ELSE queue_number END, %(secret)s, %(now)s
        FROM ledger
    ), history AS (
        INSERT INTO transitions (subject, subject_id, at, actor, before, after, reason)
        SELECT 'registrations', %(id)s, %(now)s, %(actor)s, NULL,
            CASE WHEN waiting = 0 THEN 'confirmed' ELSE 'waiting' END, ''
        FROM ledger
    ), told AS (
        INSERT INTO outbox (id, type, subject, told_at, envelope)
        SELECT %(message_id)s,
            CASE WHEN waiting = 0 THEN %(confirmed_type)s ELSE CAST(%(waiting_type)s AS text) END,
            %(id)s, %(now)s, envelope
        FROM words
    ), kept AS (
        INSERT INTO idempotency_keys (key_hash, body_hash, status, headers, body, kept_at)
        SELECT %(key_hash)s, %(body_hash)s, 201, %(headers)s, answer, %(now)s
        FROM words WHERE CAST(%(key_hash)s AS text) IS NOT NULL
    )
    SELECT answer, NULL AS version, NULL AS form FROM words
    UNION ALL
    SELECT NULL, version, form FROM workshops
    WHERE id = %(workshop_id)s AND version <> %(workshop_version)s
        AND NOT EXISTS (SELECT FROM ledger)
"""


LONGEST_OF_OTHERS: Final = 4000
"""Bytes, as the database keeps it."""
FORMS: Final = """
    SELECT json_object_agg(id, json_build_array(version, form)) FROM (
        SELECT id, version, form FROM workshops WHERE id = %(workshop_id)s
        UNION ALL (
            SELECT id, version, form FROM workshops
            WHERE id <> %(workshop_id)s AND state = 'published' AND mode = 'open'
                AND pg_column_size(form) <= %(longest)s
            ORDER BY starts_at DESC
            LIMIT %(others)s
        )
    ) AS found
"""


class Form(NamedTuple):
    """A workshop's registration form, as it is in one version of the workshop."""

    version: int
    questions: Sequence[Question]


def forms_of(database: Database, workshop_id: UUID, *, others: int) -> dict[UUID, Form]:
    """Workshop → its form: this one's, if it exists, and of so many that take people."""
    values = {"workshop_id": workshop_id, "others": others, "longest": LONGEST_OF_OTHERS}
    row = database.run(FORMS, values)
    return {UUID(found): Form(*form) for found, form in row[0].items()} if row and row[0] else {}


@dataclass(frozen=True, kw_only=True)
class Admission:
    """All that the statement writes: the texts are of a seat; it rewrites them for a place.

    workshop_version: the one whose questions the answers were checked against.
    """

    id: UUID
    workshop_id: UUID
    person_id: UUID | None
    organisation_id: UUID | None
    name: str
    name_key: str
    email: str
    email_key: str
    locale: str
    answers: str
    workshop_version: int
    secret: str
    actor: str
    now: datetime
    message_id: UUID
    confirmed_type: str
    waiting_type: str
    waiting_schema: str
    envelope: str
    answer: str
    key_hash: str | None
    body_hash: str | None
    headers: str


@dataclass(frozen=True)
class Admitted:
    """answer: in JSON; None where nothing was done. form: of the workshop, where it has changed."""

    answer: str | None = None
    form: Form | None = None


def admit(database: Database, admission: Admission) -> Admitted:
    """Give a seat or a place in line, and answer which.

    Nothing is done where the workshop has changed since, and where this registration is not plain
    (closed, by approval, a key that was used …). Raises IntegrityError, and does nothing,
    for an asker who is registered.
    """
    row = database.run(ADMIT, vars(admission))
    if row is None:
        return Admitted()
    answer, version, questions = row
    return Admitted(answer, None if version is None else Form(version, questions))
