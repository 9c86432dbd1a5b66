"""Writing a case: its texts, who led and who followed, and its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.actions.recording import record, require_state
from services.members.actions.tagging import alliance_above, checked_capabilities, require_inside
from services.members.model import Case, CaseAttachment, CaseFollower, Organisation
from services.members.model.case import DRAFT, MOST_ATTACHMENTS, RETURNED
from services.members.queries.cases import followers_of
from services.members.queries.scopes import ancestors_of
from shared.files import FileStore, type_of
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id

TEXTS: Final = ("titles", "summaries", "texts")


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    filename: str
    content: bytes


def write_case(
    session: Session,
    company: Organisation,
    association: Organisation,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Case:
    """Start a draft, to be reviewed by the association.

    values: those of `change_case`. Raises Invalid where the company is not of the association,
    Conflict where that belongs to no alliance.
    """
    if association.kind == "alliance" or association.id not in ancestors_of(session, company.id):
        raise Invalid.at("/association_id", "The company is not of this association.")
    made = Case(
        id=new_id(),
        version=1,
        organisation_id=company.id,
        association_id=association.id,
        alliance_id=alliance_above(session, association.id).id,
        mentor_id=None,
        state=DRAFT,
        reason="",
        **{name: {} for name in TEXTS},
        capability_ids=[],
        sectors=[],
        search_key="",
        tags="",
        created_at=now,
        endorsed_at=None,
        published_at=None,
    )
    _set(session, made, values)
    session.add(made)
    session.flush()
    _set_followers(session, made, values.get("follower_ids", ()))
    record(session, made, DRAFT, before=None, actor=actor, now=now)
    return made


def change_case(
    session: Session, found: Case, changes: Mapping[str, Any], *, actor: str, now: datetime
) -> None:
    """Change a draft, or one that was returned. The caller has locked it.

    changes: titles, summaries, texts, capability_ids (lineages), sectors, mentor_id, follower_ids.
    """
    require_state(found, DRAFT, RETURNED, to="be changed")
    _set(session, found, changes)
    if "follower_ids" in changes:
        _set_followers(session, found, changes["follower_ids"])
    elif found.mentor_id in followers_of(session, [found.id])[found.id]:
        raise Invalid.at("/mentor_id", "A company can't lead and follow at once.")
    if changes:
        found.version += 1
        reason = ", ".join(changes)
        record(session, found, "changed", before=found.state, actor=actor, now=now, reason=reason)


def _set(session: Session, case: Case, values: Mapping[str, Any]) -> None:
    for name in TEXTS:
        if name in values:
            setattr(case, name, values[name])
    if "capability_ids" in values:
        asked = values["capability_ids"]
        case.capability_ids = checked_capabilities(session, case.alliance_id, asked)
    if "sectors" in values:
        case.sectors = list(dict.fromkeys(values["sectors"]))
    if "mentor_id" in values:
        mentor_id = values["mentor_id"]
        if mentor_id is not None:
            require_inside(session, mentor_id, case.alliance_id, at="/mentor_id")
        case.mentor_id = mentor_id
    case.derive()


def _set_followers(session: Session, case: Case, ids: Sequence[UUID]) -> None:
    for at, each in enumerate(ids):
        require_inside(session, each, case.alliance_id, at=f"/follower_ids/{at}")
        if each == case.mentor_id:
            raise Invalid.at(f"/follower_ids/{at}", "A company can't lead and follow at once.")
    if ids and case.mentor_id is None:
        raise Invalid.at("/mentor_id", "Say which company led those that followed.")
    wanted = dict.fromkeys(ids)
    for known in session.scalars(select(CaseFollower).where(CaseFollower.case_id == case.id)):
        if known.company_id in wanted:
            del wanted[known.company_id]
        else:
            session.delete(known)
    session.add_all(CaseFollower(id=new_id(), case_id=case.id, company_id=each) for each in wanted)
    session.flush()


def attach_file(
    session: Session, case: Case, upload: Upload, *, store: FileStore, actor: str, now: datetime
) -> CaseAttachment:
    """Keep a file of a case that may be changed. The caller has locked it.

    Raises Invalid for a kind of file that is not taken, or whose content is another kind's.
    """
    require_state(case, DRAFT, RETURNED, to="be changed")
    own = select(func.count()).where(CaseAttachment.case_id == case.id)
    if (session.scalar(own) or 0) >= MOST_ATTACHMENTS:
        raise Conflict("This case has as many files as it may have.")
    made = CaseAttachment(
        id=new_id(),
        case_id=case.id,
        filename=upload.filename,
        content_type=type_of(upload.filename, upload.content),
        size_bytes=len(upload.content),
        digest=store.keep(upload.content),
        created_at=now,
    )
    session.add(made)
    case.version += 1
    reason = upload.filename
    record(session, case, "changed", before=case.state, actor=actor, now=now, reason=reason)
    return made


def detach_file(
    session: Session, case: Case, found: CaseAttachment, *, actor: str, now: datetime
) -> None:
    """Take a file out of a case that may be changed. The caller has locked the case."""
    require_state(case, DRAFT, RETURNED, to="be changed")
    session.delete(found)
    case.version += 1
    reason = found.filename
    record(session, case, "changed", before=case.state, actor=actor, now=now, reason=reason)


def sweep_contents(session: Session, store: FileStore, *, before: float) -> int:
    """Drop contents that no case has, of files older than `before` (a POSIX time). How many.

    Taking out a file leaves its content, so that a rollback loses nothing.
    """
    known = set(session.scalars(select(CaseAttachment.digest)))
    unknown = [digest for digest in store.digests(before=before) if digest not in known]
    for digest in unknown:
        store.drop(digest)
    return len(unknown)
