"""What people have earned is kept as supply, follows revocations, and is nobody's once erased."""

from dataclasses import replace

from services.members.actions.crediting import keep_certificate, keep_run
from services.members.actions.forgetting import erase_person
from services.members.model import CourseRun, EarnedCertificate
from services.members.queries.exports import export_of
from shared.contracts.events_certificates import CertificateState
from shared.contracts.events_courses import CourseRunCounted, RunCount
from shared.foundation.ids import new_id
from tests.members.builders import NOW, a_person


def a_certificate(person):
    return CertificateState(
        certificate_id=new_id(),
        version=1,
        state="issued",
        workshop_id=new_id(),
        course_id=None,
        capability_ids=(),
        registration_id=new_id(),
        person_id=person.id,
        organisation_id=None,
        name="Mei Lin",
        email="mei@one.example",
        locale="en",
        titles={"en": "Certificate"},
        workshop_titles={"en": "Carbon inventory"},
        host_id=new_id(),
        host_names={"en": "Host"},
        minutes=330,
        issued_at=NOW,
        link_token="",
    )


def test_a_revocation_is_kept_though_the_issuing_is_heard_later(session):
    issued = a_certificate(a_person(session))
    revoked = replace(issued, version=2, state="revoked")

    for heard in (revoked, issued):
        keep_certificate(session, heard)

    found = session.get_one(EarnedCertificate, issued.certificate_id)
    assert (found.is_good, found.minutes) == (False, 330)


def test_what_an_erased_person_earned_counts_on_and_is_nobodys(session, settings):
    person = a_person(session)
    early, late = a_certificate(person), a_certificate(person)
    keep_certificate(session, early)
    exported = export_of(session, person)["earned_certificates"]

    erase_person(session, person, settings=settings, actor="test", now=NOW)
    keep_certificate(session, late)
    session.expire_all()

    assert [row["minutes"] for row in exported] == [330]
    owners = [
        session.get_one(EarnedCertificate, each.certificate_id).person_id for each in (early, late)
    ]
    assert owners == [None, None]


def test_the_newest_count_of_a_run_is_kept_though_an_older_one_comes_later(session):
    newest = CourseRunCounted(
        workshop_id=new_id(),
        version=2,
        course_id=new_id(),
        course_names={"en": "Course"},
        capability_ids=(new_id(),),
        staff_level="manager",
        job_kind="hybrid",
        host_id=new_id(),
        titles={"en": "Run"},
        state="published",
        starts_at=NOW,
        ends_at=NOW,
        capacity=30,
        counts=(RunCount(organisation_id=None, planned=0, seated=4, attended=0, certified=0),),
    )

    for heard in (newest, replace(newest, version=1, counts=())):
        keep_run(session, heard)

    found = session.get_one(CourseRun, newest.workshop_id)
    assert [each["seated"] for each in found.counts] == [4]
