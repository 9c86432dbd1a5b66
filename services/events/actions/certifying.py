"""Certificates: the rule, issuing in bulk, revoking."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.events.actions.failures import WrongState
from services.events.actions.recording import move, record
from services.events.model import (
    Certificate,
    CertificateIssuer,
    CertificateRule,
    CertificateRun,
    Material,
    Registration,
    Workshop,
)
from services.events.model.certificate import DEFAULT_TITLES
from services.events.queries import certificates as queries
from services.events.queries.attendance import those_with_a_seat
from services.events.queries.copies import organisation_names, require_organisation
from services.events.queries.courses import taught_by
from shared.contracts.events_certificates import (
    CertificateIssued,
    CertificateRevoked,
    CertificateState,
)
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell

WHOEVER_WAS_THERE: Final[Mapping[str, Any]] = {
    "least_hours": None,
    "least_share": None,
    "least_score": None,
    "needs_survey": False,
    "titles": {},
    "texts": {},
    "issuers": (),
}
"""The rule of a workshop for which none was set."""
AT_ONCE: Final = 100
"""Registrations that one transaction looks at."""


def set_rule(
    session: Session,
    workshop: Workshop,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> CertificateRule:
    """Set the workshop's rule and who issues. What was issued stays as it is.

    values: least_hours, least_share, least_score, titles, texts, issuers: [{organisation_id,
    seal_id}]. The host is always the first issuer. Raises Invalid for an unknown organisation or
    seal.
    """
    columns = dict(values)
    issuers = _with_host(workshop, columns.pop("issuers"))
    for place, (organisation_id, seal_id) in enumerate(issuers):
        _require_known(session, workshop, organisation_id, seal_id, at=f"/issuers/{place}")
    found = session.get(CertificateRule, workshop.id, with_for_update=True)
    if found is None:
        found = CertificateRule(workshop_id=workshop.id, version=0)
        session.add(found)
    for name, value in columns.items():
        setattr(found, name, value)
    found.titles = columns["titles"] or dict(DEFAULT_TITLES)
    found.changed_at, found.changed_by = now, actor
    found.version += 1
    mine = CertificateIssuer.workshop_id == workshop.id
    session.execute(delete(CertificateIssuer).where(mine))
    for place, (organisation_id, seal_id) in enumerate(issuers):
        made = CertificateIssuer(
            id=new_id(),
            workshop_id=workshop.id,
            place=place,
            organisation_id=organisation_id,
            seal_id=seal_id,
        )
        session.add(made)
    session.flush()
    return found


def _with_host(
    workshop: Workshop, issuers: Sequence[Mapping[str, Any]]
) -> list[tuple[UUID, UUID | None]]:
    wanted = {each["organisation_id"]: each["seal_id"] for each in issuers}
    host_seal = wanted.pop(workshop.host_id, None)
    return [(workshop.host_id, host_seal), *wanted.items()]


def _require_known(
    session: Session, workshop: Workshop, organisation_id: UUID, seal_id: UUID | None, *, at: str
) -> None:
    if organisation_id != workshop.host_id:
        require_organisation(session, organisation_id, f"{at}/organisation_id")
    if seal_id is None:
        return
    seal = session.get(Material, seal_id)
    if seal is None or seal.workshop_id != workshop.id:
        raise Invalid.at(f"{at}/seal_id", "This workshop has no such material.")
    if seal.content_type not in queries.PICTURES:
        raise Invalid.at(f"{at}/seal_id", "A seal is a picture, as PNG or JPEG.")


def issue(session: Session, workshop: Workshop, *, actor: str, now: datetime) -> CertificateRun:
    """Issue to all who qualify now and have none; the first of many, go_on does the rest.

    Without a rule, whoever was there has earned one; that is the workshop's rule from then on.
    One that is under way is answered again. Raises WrongState before the workshop's end.
    """
    if workshop.ends_at > now or workshop.state in ("draft", "cancelled", "postponed"):
        raise WrongState("Certificates are issued when the workshop is over.")
    rule = session.get(CertificateRule, workshop.id, with_for_update=True)
    if rule is None:
        rule = set_rule(session, workshop, WHOEVER_WAS_THERE, actor=actor, now=now)
    found = queries.latest_run(session, workshop.id)
    if found is not None and found.state == "running":
        return found
    made = CertificateRun(
        id=new_id(),
        version=1,
        workshop_id=workshop.id,
        key_id=queries.newest_key(session).id,
        state="running",
        titles=rule.titles,
        texts=rule.texts,
        issuers=queries.issuers_as_printed(session, workshop),
        taught=taught_by(session, workshop),
        total=queries.count_of_candidates(session, workshop),
        done=0,
        issued=0,
        after=None,
        actor=actor,
        begun_at=now,
        ended_at=None,
    )
    session.add(made)
    session.flush()
    _go_on(session, workshop, rule, made, now=now)
    return made


def go_on(session: Session, workshop_id: UUID, *, now: datetime) -> bool:
    """Take the workshop's issuing a step further; whether there is more to do."""
    rule = session.get_one(CertificateRule, workshop_id, with_for_update=True)
    run = queries.latest_run(session, workshop_id)
    if run is None or run.state != "running":
        return False
    _go_on(session, session.get_one(Workshop, workshop_id), rule, run, now=now)
    return run.state == "running"


def _go_on(
    session: Session,
    workshop: Workshop,
    rule: CertificateRule,
    run: CertificateRun,
    *,
    now: datetime,
) -> None:
    query = those_with_a_seat(workshop).order_by(Registration.id).limit(AT_ONCE)
    if run.after is not None:
        query = query.where(Registration.id > run.after)
    people = list(session.scalars(query))
    host_names = organisation_names(session, workshop.host_id)
    number = _next_number(session, workshop)
    for standing in queries.standings_of(session, workshop, rule, people, now=now):
        if not standing.qualifies or standing.certificate is not None:
            continue
        made = _certificate(run, standing, number=number, now=now)
        session.add(made)
        record(session, made, before=None, actor=run.actor, now=now)
        state = _told_as(made, run, workshop, standing.registration, host_names)
        tell(session, CertificateIssued(certificate=state), now=now)
        number += 1
        run.issued += 1
    run.done += len(people)
    run.version += 1
    if len(people) < AT_ONCE:
        run.state, run.ended_at, run.total = "done", now, run.done
    else:
        run.after = people[-1].id
    session.flush()


def _next_number(session: Session, workshop: Workshop) -> int:
    """Whoever asks holds the rule's lock."""
    highest = select(func.max(Certificate.number)).where(Certificate.workshop_id == workshop.id)
    found = session.scalar(highest)
    return 0 if found is None else found + 1


def _certificate(
    run: CertificateRun, standing: queries.Standing, *, number: int, now: datetime
) -> Certificate:
    person = standing.registration
    return Certificate(
        id=new_id(),
        version=1,
        workshop_id=run.workshop_id,
        registration_id=person.id,
        run_id=run.id,
        person_id=person.person_id,
        number=number,
        name=person.name,
        locale=person.locale,
        hours=standing.hours,
        score=standing.score,
        state="issued",
        issued_at=now,
        revoked_at=None,
        reason="",
    )


def _told_as(
    certificate: Certificate,
    run: CertificateRun,
    workshop: Workshop,
    person: Registration,
    host_names: Mapping[str, str],
) -> CertificateState:
    taught = run.taught
    return CertificateState(
        certificate_id=certificate.id,
        version=certificate.version,
        state=certificate.state,
        workshop_id=workshop.id,
        course_id=UUID(taught["course_id"]) if taught else None,
        capability_ids=tuple(UUID(each) for each in taught.get("capability_ids", ())),
        staff_level=taught.get("staff_level"),
        job_kind=taught.get("job_kind"),
        registration_id=person.id,
        person_id=person.person_id,
        organisation_id=person.organisation_id,
        name=person.name,
        email=person.email,
        locale=person.locale,
        titles=run.titles,
        workshop_titles=workshop.titles,
        host_id=workshop.host_id,
        host_names=host_names,
        minutes=round(certificate.hours * 60),
        issued_at=certificate.issued_at,
        link_token=person.link_token,
    )


def revoke(
    session: Session, certificate: Certificate, *, actor: str, now: datetime, reason: str = ""
) -> Certificate:
    """Say that the certificate is good no more; it stays so. Twice is once.

    Tells CertificateRevoked: its holder learns the reason, whoever checks it does not.
    """
    session.refresh(certificate, with_for_update=True)
    if certificate.state != "issued":
        return certificate
    move(session, certificate, "revoked", actor=actor, now=now, reason=reason)
    certificate.revoked_at, certificate.reason = now, reason
    workshop = session.get_one(Workshop, certificate.workshop_id)
    state = _told_as(
        certificate,
        session.get_one(CertificateRun, certificate.run_id),
        workshop,
        session.get_one(Registration, certificate.registration_id),
        organisation_names(session, workshop.host_id),
    )
    tell(session, CertificateRevoked(certificate=state, reason=reason), now=now)
    session.flush()
    return certificate
