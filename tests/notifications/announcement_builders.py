"""Organisations with people, and announcements to them, for tests."""

from services.notifications.actions.announcing import Draft, announce, approve
from services.notifications.actions.claiming import claim
from services.notifications.actions.delivering import keep_result
from services.notifications.actions.sending import advance
from services.notifications.gateways.mailer import Result
from services.notifications.model import MembershipCopy, OrganisationCopy, PostCopy, Recipient
from shared.foundation.ids import new_id

SUBJECT = {"en": "News for {{ person.name }}", "zh-Hant": "給 {{ person.name }} 的消息"}
BODY = {
    "en": "Dear **{{ person.name }}**,\n\n[read on](https://x.example) <script>",
    "zh-Hant": "您好",
}


def an_organisation(session, kind="association", host=None):
    made = OrganisationCopy(id=new_id(), version=1, names={"en": kind}, kind=kind)
    session.add(made)
    if host is not None:
        row = MembershipCopy(
            id=new_id(), version=1, member_id=made.id, host_id=host, is_active=True
        )
        session.add(row)
    return made.id


def a_person(session, organisation_id, number=0, **facts):
    plain = {
        "version": 1,
        "names": [
            {"kind": "romanised", "given": f"Ann{number}", "family": "Lo", "order": "given_first"}
        ],
        "email": f"ann{number}@people.example",
        "locale": "en",
        "time_zone": "UTC",
        "has_account": False,
    }
    made = Recipient(id=new_id(), **(plain | facts))
    session.add(made)
    a_post(session, made.id, organisation_id)
    return made.id


def a_post(session, person_id, organisation_id, **facts):
    plain = {"kind": "affiliation", "starts_on": None, "ends_on": None, "is_over": False}
    row = PostCopy(
        id=new_id(),
        version=1,
        person_id=person_id,
        organisation_id=organisation_id,
        **(plain | facts),
    )
    session.add(row)


def a_draft(session, organisation_id, now, **facts):
    plain = {
        "organisation_id": organisation_id,
        "category": "news",
        "subject": SUBJECT,
        "body": BODY,
        "audience": {"organisation_id": str(organisation_id), "subtree": True},
        "channels": ["mail"],
    }
    session.flush()
    return announce(session, Draft(**(plain | facts)), author="author", now=now)


def approved(session, organisation_id, now, **facts):
    made = a_draft(session, organisation_id, now, **facts)
    approve(session, made, actor="author", now=now)
    session.flush()
    return made


def run(session, now):
    while advance(session, now=now):
        session.flush()


def send_all(session, now, *, outcome="sent"):
    while claimed := claim(session, limit=50, now=now):
        for each in claimed:
            keep_result(session, each, Result(outcome, "said"), now=now)
