"""Applying: what the preview said is written, some hundred rows a transaction.

The import keeps how far it came in the same transaction, so that a killed one goes on where
it was, and no row is written twice.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.auditing.sealing import act_for
from services.members.actions.failures import WrongState
from services.members.actions.imports.answering import write_answers
from services.members.actions.imports.placing import place_people
from services.members.actions.imports.previewing import judge_again, require_open
from services.members.actions.imports.reverting import revert_batch
from services.members.actions.imports.taking_in import take_in
from services.members.actions.recording import record
from services.members.model import Import, ImportRow, Organisation
from services.members.model.imports import WRITTEN
from shared.foundation.failures import Conflict
from shared.foundation.identities import Asker
from shared.foundation.sentences import wrong_state

AT_ONCE: Final = 500
WRITE: Final = {"companies": take_in, "demand": write_answers}
"""How rows of a kind are written, unless they are people."""


def ask_apply(
    session: Session, found: Import, *, asker: Asker, now: datetime, reason: str = ""
) -> Import:
    """Begin to apply; `go_on` does the rest. Rows that would be written otherwise are left out.

    The caller has locked the import. Raises WrongState, or Conflict beside another one.
    """
    require_open(found, to="be applied")
    if found.state != "previewed":
        raise WrongState("It has no preview yet. Map its columns first.")
    _require_alone(session, found)
    judge_again(session, found, asker=asker, now=now)
    _begin(found, "apply", asker, reason)
    found.reached = 0
    return found


def ask_revert(
    session: Session,
    found: Import,
    *,
    asker: Asker,
    now: datetime,  # noqa: ARG001 doors ask for both alike
    reason: str = "",
) -> Import:
    """Begin to revert; `go_on` does the rest. The caller has locked the import."""
    if found.state != "applied" or found.task is not None:
        raise WrongState(wrong_state(found.state, ("applied",), to="be reverted"))
    _require_alone(session, found)
    _begin(found, "revert", asker, reason)
    return found


def _begin(found: Import, task: str, asker: Asker, reason: str) -> None:
    found.task, found.task_by, found.task_reason = task, asker.person_id, reason
    found.done_count = 0
    found.version += 1


def _require_alone(session: Session, found: Import) -> None:
    query = select(Import.id).where(
        Import.organisation_id == found.organisation_id,
        Import.task.is_not(None),
        Import.id != found.id,
    )
    if session.scalars(query).first() is not None:
        raise Conflict(
            "Another import of this organisation is under way; wait for its end.",
            code="import_under_way",
        )


def go_on(session: Session, import_id: UUID, *, now: datetime) -> bool:
    """Do one batch of what was asked; whether there may be more. Twice at once is once."""
    query = select(Import).where(Import.id == import_id).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).one()
    if found.task is None:
        return False
    act_for(session, found.organisation_id)
    step: Callable[..., bool] = {"apply": _apply_batch, "revert": revert_batch}[found.task]
    has_more = step(session, found, now=now, at_once=AT_ONCE)
    if not has_more:
        _end(session, found, now=now)
    found.version += 1
    return has_more


def _end(session: Session, found: Import, *, now: datetime) -> None:
    before = found.state
    found.state = {"apply": "applied", "revert": "reverted"}[found.task or ""]
    record(
        session,
        found,
        found.state,
        before=before,
        actor=str(found.task_by),
        now=now,
        reason=found.task_reason,
    )
    found.task = None


def _apply_batch(session: Session, found: Import, *, now: datetime, at_once: int) -> bool:
    query = select(ImportRow).where(
        ImportRow.import_id == found.id,
        ImportRow.number > found.reached,
        ImportRow.verdict.in_(WRITTEN),
    )
    rows: Sequence[ImportRow] = session.scalars(
        query.order_by(ImportRow.number).limit(at_once)
    ).all()
    if rows:
        host = session.get_one(Organisation, found.organisation_id)
        WRITE.get(found.kind, place_people)(session, found, host, rows, now=now)
        found.reached = rows[-1].number
        found.done_count += sum(row.verdict != "error" for row in rows)
    return len(rows) == at_once


def waiting(session: Session) -> list[UUID]:
    """Imports that were asked for and are not at their end."""
    return list(session.scalars(select(Import.id).where(Import.task.is_not(None))))
