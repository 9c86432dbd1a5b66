"""Files of answers as an asker may have them: their person and the organizers, nobody else."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.model import AnswerFile
from services.events.queries.registrations import get_changeable
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker


def get_answer_file(session: Session, file_id: UUID, asker: Asker) -> AnswerFile:
    """The file. Raises NotFound, or Forbidden for a focal point who sees whose it is."""
    found = session.get(AnswerFile, file_id)
    if found is None or found.registration_id is None:
        raise NotFound("There is no such file.")
    get_changeable(session, found.registration_id, asker)
    return found


def with_files(session: Session, registration_ids: Sequence[UUID]) -> set[UUID]:
    """Of the registrations, those among whose answers a file is."""
    query = select(AnswerFile.registration_id).where(
        AnswerFile.registration_id.in_(registration_ids)
    )
    return {each for each in session.scalars(query) if each is not None}
