"""Naming several people at once: each gets a verdict, and one that fails stops no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.nominating import Nominee, nominate, submit
from services.events.model import Nomination, Workshop
from shared.foundation.failures import Failure


@dataclass(frozen=True)
class Named:
    """What came of one of them. verdict: new, duplicate or error; reason: of an error.

    nomination: None in a dry run, and for an error.
    """

    verdict: str
    name: str
    email: str
    reason: str = ""
    nomination: Nomination | None = None


class _DryRun(Exception):
    pass


def name_many(
    session: Session,
    workshop: Workshop,
    body_id: UUID,
    nominees: Sequence[Nominee],
    *,
    is_dry_run: bool,
    nominated_by: UUID | None,
    actor: str,
    now: datetime,
) -> list[Named]:
    """Nominate and submit each, in their order. A dry run does all of it and takes it back."""
    named: list[Named] = []
    try:
        with session.begin_nested():
            named = [
                _name(session, workshop, body_id, each, nominated_by, actor=actor, now=now)
                for each in nominees
            ]
            if is_dry_run:
                raise _DryRun
    except _DryRun:
        return [Named(each.verdict, each.name, each.email, each.reason) for each in named]
    return named


def _name(
    session: Session,
    workshop: Workshop,
    body_id: UUID,
    nominee: Nominee,
    nominated_by: UUID | None,
    *,
    actor: str,
    now: datetime,
) -> Named:
    try:
        with session.begin_nested():
            made, is_new = nominate(
                session, workshop, body_id, nominee, nominated_by=nominated_by, now=now
            )
            if made.state == "draft":
                submit(session, made, actor=actor, now=now)
    except Failure as failure:
        return Named("error", nominee.name, nominee.email, failure.detail)
    return Named("new" if is_new else "duplicate", made.name, made.email, nomination=made)
