"""Who has earned a certificate and who not yet, and what was issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session as DatabaseSession

from services.events.model import (
    Certificate,
    CertificateIssuer,
    CertificateRule,
    CertificateRun,
    CredentialKey,
    Material,
    Registration,
    Session,
    Survey,
    SurveyMark,
    TestScore,
    Workshop,
)
from services.events.queries.attendance import attendances_of, hours_within, those_with_a_seat
from services.events.queries.copies import names_of
from services.events.queries.registrations import get_registration
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker
from shared.foundation.sheets import as_is as _

PICTURES: Final = ("image/png", "image/jpeg")
NO_CERTIFICATE: Final = _("There is no such certificate.")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How somebody stands by the rule. lacks: of not_there, hours, score, survey; empty: earned.

    needed_hours: by the rule, in hours or as a share; 0 where it asks for none.
    """

    registration: Registration
    hours: float
    needed_hours: float
    score: float | None
    lacks: tuple[str, ...]
    certificate: Certificate | None

    @property
    def qualifies(self) -> bool:
        """Whether the rule is met, whatever was issued already."""
        return not self.lacks


def scheduled_hours(session: DatabaseSession, workshop: Workshop) -> float:
    """Of its sessions, each moment once; of the whole workshop where it has none."""
    query = select(Session.starts_at, Session.ends_at).where(Session.workshop_id == workshop.id)
    parts = [(row[0], row[1]) for row in session.execute(query)]
    whole = (workshop.starts_at, workshop.ends_at)
    return hours_within([whole], parts or [whole])


def needed_hours(session: DatabaseSession, workshop: Workshop, rule: CertificateRule) -> float:
    """Hours of attendance that the rule asks for."""
    share = (rule.least_share or 0) * scheduled_hours(session, workshop) / 100
    return round(max(rule.least_hours or 0, share), 2)


def standings_of(
    session: DatabaseSession,
    workshop: Workshop,
    rule: CertificateRule,
    registrations: Sequence[Registration],
    *,
    now: datetime,
) -> list[Standing]:
    """In the order of the registrations, with as many queries as for one."""
    ids = [each.id for each in registrations]
    needed = needed_hours(session, workshop, rule)
    query = select(TestScore).where(TestScore.registration_id.in_(ids))
    scores = {each.registration_id: each.score for each in session.scalars(query)}
    made = select(Certificate).where(Certificate.registration_id.in_(ids))
    certificates = {each.registration_id: each for each in session.scalars(made)}
    answered = _those_who_answered(session, workshop) if rule.needs_survey else set()
    found = []
    for each in attendances_of(session, workshop, registrations, now=now):
        person, score = each.registration, scores.get(each.registration.id)
        lacks = []
        if person.state != "attended":
            lacks.append("not_there")
        if each.hours < needed:
            lacks.append("hours")
        if rule.least_score is not None and (score is None or score < rule.least_score):
            lacks.append("score")
        if rule.needs_survey and person.id not in answered:
            lacks.append("survey")
        standing = Standing(
            registration=person,
            hours=each.hours,
            needed_hours=needed,
            score=score,
            lacks=tuple(lacks),
            certificate=certificates.get(person.id),
        )
        found.append(standing)
    return found


def _those_who_answered(session: DatabaseSession, workshop: Workshop) -> set[UUID]:
    """Registrations whose people answered the survey after the workshop."""
    query = (
        select(SurveyMark.registration_id)
        .join(Survey, Survey.id == SurveyMark.survey_id)
        .where(Survey.workshop_id == workshop.id, Survey.kind == "after")
    )
    return set(session.scalars(query))


def count_of_candidates(session: DatabaseSession, workshop: Workshop) -> int:
    """How many people have a seat."""
    query = select(func.count()).select_from(those_with_a_seat(workshop).subquery())
    return session.scalar(query) or 0


def counts_of(session: DatabaseSession, workshop_id: UUID) -> dict[str, int]:
    """state → how many certificates of the workshop are in it."""
    query = select(Certificate.state, func.count()).where(Certificate.workshop_id == workshop_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(Certificate.state))}


def find_rule(session: DatabaseSession, workshop_id: UUID) -> CertificateRule | None:
    """The workshop's rule, if it has one yet."""
    return session.get(CertificateRule, workshop_id)


def get_rule(session: DatabaseSession, workshop: Workshop) -> CertificateRule:
    """The workshop's rule. Raises NotFound."""
    found = find_rule(session, workshop.id)
    if found is None:
        raise NotFound("This workshop has no rule for certificates yet.")
    return found


def issuers_of(session: DatabaseSession, workshop_id: UUID) -> list[CertificateIssuer]:
    """Who issues with the host, in the order of the certificate; the host first."""
    query = select(CertificateIssuer).where(CertificateIssuer.workshop_id == workshop_id)
    return list(session.scalars(query.order_by(CertificateIssuer.place)))


def issuers_as_printed(session: DatabaseSession, workshop: Workshop) -> list[dict[str, Any]]:
    """What a run keeps of its issuers: organisation_id, names, and the seal's digest or None."""
    found = issuers_of(session, workshop.id)
    names = names_of(session, {workshop.host_id, *(each.organisation_id for each in found)})
    wanted = [(each.organisation_id, each.seal_id) for each in found]
    printed = []
    for organisation_id, seal_id in wanted or [(workshop.host_id, None)]:
        seal = session.get(Material, seal_id) if seal_id else None
        is_good = seal is not None and seal.content_type in PICTURES
        printed.append(
            {
                "organisation_id": str(organisation_id),
                "names": dict(names.get(organisation_id, {})),
                "seal": seal.digest if seal is not None and is_good else None,
            }
        )
    return printed


def seals_of(workshop_id: UUID) -> Select[Material]:
    """The workshop's pictures that can be seals."""
    return select(Material).where(
        Material.workshop_id == workshop_id, Material.content_type.in_(PICTURES)
    )


def latest_run(session: DatabaseSession, workshop_id: UUID) -> CertificateRun | None:
    """The newest issuing of the workshop."""
    query = select(CertificateRun).where(CertificateRun.workshop_id == workshop_id)
    return session.scalars(query.order_by(CertificateRun.id.desc()).limit(1)).first()


def running_workshops(session: DatabaseSession) -> list[UUID]:
    """Those whose issuing is under way."""
    query = select(CertificateRun.workshop_id).where(CertificateRun.state == "running")
    return list(session.scalars(query.order_by(CertificateRun.id)))


def newest_key(session: DatabaseSession) -> CredentialKey:
    """The one that signs what is issued now."""
    query = select(CredentialKey).order_by(CredentialKey.created_at.desc(), CredentialKey.id)
    return session.scalars(query.limit(1)).one()


def certificates_of(workshop_id: UUID) -> Select[Certificate]:
    """All of the workshop, in no order yet."""
    return select(Certificate).where(Certificate.workshop_id == workshop_id)


def own_certificates(asker: Asker) -> Select[Certificate]:
    """The asker's own, in no order yet."""
    return select(Certificate).where(Certificate.person_id == asker.person_id)


def find_certificate(session: DatabaseSession, certificate_id: UUID) -> Certificate | None:
    """For whoever has its address. None for an unknown one, and for one of an erased person."""
    found = session.get(Certificate, certificate_id)
    return found if found is not None and found.is_known else None


def get_public(session: DatabaseSession, certificate_id: UUID) -> Certificate:
    """The certificate, for whoever checks it. Raises NotFound."""
    found = find_certificate(session, certificate_id)
    if found is None:
        raise NotFound(NO_CERTIFICATE)
    return found


def get_certificate(session: DatabaseSession, certificate_id: UUID, asker: Asker) -> Certificate:
    """The certificate, for those who see its registration. Raises NotFound."""
    found = find_certificate(session, certificate_id)
    if found is None:
        raise NotFound(NO_CERTIFICATE)
    try:
        get_registration(session, found.registration_id, asker)
    except NotFound as error:
        raise NotFound(NO_CERTIFICATE) from error
    return found


def certificate_for(session: DatabaseSession, registration_id: UUID) -> Certificate | None:
    """Of one registration, whatever became of it."""
    query = select(Certificate).where(
        Certificate.registration_id == registration_id, Certificate.state != "erased"
    )
    return session.scalars(query).one_or_none()


def revoked_numbers(session: DatabaseSession, workshop_id: UUID) -> list[int]:
    """Places of what is good no more, in the workshop's list; erased ones as well."""
    query = select(Certificate.number).where(
        Certificate.workshop_id == workshop_id, Certificate.state != "issued"
    )
    return list(session.scalars(query))
