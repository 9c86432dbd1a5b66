"""A certificate of one of association A's people for the place, a survey, and good bodies."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.events.model import Certificate, CertificateRun, Registration
from services.events.queries.certificates import newest_key
from shared.database import Database
from shared.foundation.ids import new_id

TEXTS: Final = {"en": "Certificate of attendance"}
LIKED: Final = {"key": "liked", "kind": "checkbox", "labels": {"en": "Good?"}}
SURVEY: Final = {"titles": {"en": "How was it?"}, "questions": [LIKED]}


def certificate_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    score = {"registration_id": ids["registration_id"], "score": 80}
    rule = {"least_hours": 2, "titles": TEXTS, "issuers": [{"organisation_id": ids["a"]}]}
    return {
        "PUT /workshops/{workshop_id}/certificate-rule": rule,
        "POST /workshops/{workshop_id}/test-scores": {"scores": [score]},
        "PUT /workshops/{workshop_id}/surveys/before": SURVEY,
        "PUT /workshops/{workshop_id}/surveys/after": SURVEY,
        "POST /surveys/{survey_id}/answers": {"answers": {"liked": True}},
    }


def add_certificate(ids: dict[str, str], database: Database, *, now: datetime) -> None:
    """As issuing would have made it; the place's workshop is still to come."""
    with database.writing() as session:
        person = session.get_one(Registration, UUID(ids["registration_id"]))
        key = newest_key(session)
        run = CertificateRun(
            id=new_id(),
            version=1,
            workshop_id=person.workshop_id,
            key_id=key.id,
            state="done",
            titles=TEXTS,
            texts={},
            issuers=[{"organisation_id": ids["alliance"], "names": {"en": "A"}, "seal": None}],
            total=1,
            done=1,
            issued=1,
            after=None,
            actor="test",
            begun_at=now,
            ended_at=now,
        )
        session.add(run)
        session.flush()
        made = Certificate(
            id=new_id(),
            version=1,
            workshop_id=person.workshop_id,
            registration_id=person.id,
            run_id=run.id,
            person_id=person.person_id,
            number=0,
            name=person.name,
            locale=person.locale,
            hours=6.0,
            score=None,
            state="issued",
            issued_at=now,
            revoked_at=None,
            reason="",
        )
        session.add(made)
        ids["certificate_id"], ids["key_id"] = str(made.id), str(key.id)
        ids["issuer_id"] = ids["alliance"]
