"""Materials: a file is kept in the folder first and known to the database then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from services.events.actions.programming import require_own
from services.events.model import (
    AnswerFile,
    CertificateRun,
    Contribution,
    Material,
    Session,
    Speaker,
    Submission,
    Workshop,
)
from shared.files import FileStore, type_of
from shared.foundation.ids import new_id

BELONGS_TO: Mapping[str, type[Any]] = {
    "session_id": Session,
    "contribution_id": Contribution,
    "speaker_id": Speaker,
}


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    filename: str
    content: bytes


def add_material(
    session: DatabaseSession,
    workshop: Workshop,
    upload: Upload,
    values: Mapping[str, Any],
    *,
    store: FileStore,
    actor: str,
    now: datetime,
) -> Material:
    """Keep the file. values: titles, shown_to, and what it belongs to.

    Raises Invalid for a kind of file that is not taken, or whose content is another kind's.
    """
    for name, kind in BELONGS_TO.items():
        require_own(session, workshop, kind, values.get(name), at=f"/{name}")
    content_type = type_of(upload.filename, upload.content)
    made = Material(
        id=new_id(),
        version=1,
        workshop_id=workshop.id,
        filename=upload.filename,
        content_type=content_type,
        size_bytes=len(upload.content),
        digest=store.keep(upload.content),
        created_at=now,
        actor=actor,
        **{"titles": {"en": upload.filename}} | {k: v for k, v in values.items() if v != {}},
    )
    session.add(made)
    return made


def change_material(
    session: DatabaseSession, workshop: Workshop, found: Material, changes: Mapping[str, Any]
) -> Material:
    """Change titles, shown_to or what it belongs to."""
    for name, value in changes.items():
        if name in BELONGS_TO:
            require_own(session, workshop, BELONGS_TO[name], value, at=f"/{name}")
        setattr(found, name, value)
    found.version += 1
    return found


def sweep_contents(session: DatabaseSession, store: FileStore, *, before: float) -> int:
    """Drop contents that nothing has, of files older than `before` (a POSIX time).

    Removing a material leaves its content, so that a rollback loses nothing. Answers how many.
    """
    known = set(session.scalars(select(Material.digest)))
    known |= set(session.scalars(select(AnswerFile.digest)))
    sent = select(Submission.digest).where(Submission.digest.is_not(None))
    known |= {each for each in session.scalars(sent) if each}
    photos = select(Speaker.photo).where(Speaker.photo.is_not(None))
    known |= {each for each in session.scalars(photos) if each}
    printed = session.scalars(select(CertificateRun.issuers))
    known |= {each["seal"] for issuers in printed for each in issuers}
    unknown = [digest for digest in store.digests(before=before) if digest not in known]
    for digest in unknown:
        store.drop(digest)
    return len(unknown)
