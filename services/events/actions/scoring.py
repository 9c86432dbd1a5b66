"""Test scores: entered one by one, or pasted as a table."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.events.model import Registration, TestScore, Workshop
from services.events.model.certificate import HIGHEST_SCORE
from services.events.model.ticket import short_code
from services.events.queries.attendance import those_with_a_seat
from shared.foundation.failures import Fault, Invalid
from shared.foundation.names import fold_email
from shared.foundation.sentences import Sentence, said

COLUMNS: Final = 2


def enter_scores(
    session: Session, scores: Mapping[UUID, float | None], *, actor: str, now: datetime
) -> None:
    """Keep the scores, in place of earlier ones. scores: registration id → score; None: none."""
    mine = TestScore.registration_id.in_(scores)
    session.execute(delete(TestScore).where(mine))
    session.add_all(
        TestScore(registration_id=each, score=score, entered_at=now, actor=actor)
        for each, score in scores.items()
        if score is not None
    )
    session.flush()


def require_seated(
    session: Session, workshop: Workshop, ids: Sequence[UUID], *, at: str
) -> dict[UUID, Registration]:
    """The registrations. Raises Invalid at each that is not one of the workshop's with a seat."""
    query = those_with_a_seat(workshop).where(Registration.id.in_(ids))
    found = {each.id: each for each in session.scalars(query)}
    faults = [
        Fault(f"{at}/{place}/registration_id", "Nobody with a seat here has this registration.")
        for place, each in enumerate(ids)
        if each not in found
    ]
    if faults:
        raise Invalid("Some scores are of nobody here; see errors.", faults=faults)
    return found


def read_scores(session: Session, workshop: Workshop, text: str) -> dict[UUID, float]:
    """Of a pasted table, a line each: mail address, ticket's short code or name; and the score.

    A first line of headings is passed over. Raises Invalid at /text that names the line.
    """
    people = list(session.scalars(those_with_a_seat(workshop)))
    known: dict[str, list[Registration]] = {}
    for each in people:
        for key in {each.email_key, short_code(each.id).lower(), each.name.casefold()}:
            known.setdefault(key, []).append(each)
    scores: dict[UUID, float] = {}
    for number, row in enumerate(_rows(text), start=1):
        who, score = row[0].strip(), _score(row[-1]) if len(row) >= COLUMNS else None
        if number == 1 and score is None:
            continue
        if score is None:
            raise _wrong(
                number,
                said("write who, a comma, and a score of 0 to %(most)s.", most=HIGHEST_SCORE),
            )
        found = known.get(fold_email(who)) or known.get(who.casefold()) or []
        if len(found) != 1:
            raise _wrong(number, _several(who) if found else _nobody(who))
        scores[found[0].id] = score
    return scores


def _rows(text: str) -> list[list[str]]:
    delimiter = "\t" if "\t" in text else ";" if ";" in text else ","
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    return [row for row in rows if any(cell.strip() for cell in row)]


def _score(text: str) -> float | None:
    try:
        score = float(text.strip().rstrip("%"))
    except ValueError:
        return None
    return score if 0 <= score <= HIGHEST_SCORE else None


def _several(who: str) -> Sentence:
    return said("“%(who)s” several people have; use the short code of the ticket.", who=who)


def _nobody(who: str) -> Sentence:
    return said("“%(who)s” nobody with a seat has.", who=who)


def _wrong(number: int, detail: Sentence) -> Invalid:
    return Invalid.at("/text", said("Line %(number)s: %(detail)s", number=number, detail=detail))


def scores_of(session: Session, registration_id: UUID) -> float | None:
    """The score of one registration."""
    query = select(TestScore.score).where(TestScore.registration_id == registration_id)
    return session.scalar(query)
