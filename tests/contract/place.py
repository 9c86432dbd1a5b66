"""An alliance with one of everything, and everyone who may ask for it."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from services.members.model import Passkey
from shared.foundation.ids import new_id
from tests.contract.bodies import (
    BODY,
    CHAT,
    FIELD,
    PERSON,
    PROVIDER,
    SEGMENT,
    TEXTS,
    TIMES,
    TYPE,
    WORDS,
    announcement_of,
    good_bodies,
    group_of,
    template_of,
    webhook_of,
)
from tests.contract.documents import Operation
from tests.contract.place_answer_files import add_answer_file
from tests.contract.place_calls import add_call
from tests.contract.place_capabilities import add_framework, add_gap, add_round
from tests.contract.place_cases import add_case, add_referral
from tests.contract.place_certificates import SURVEY, add_certificate
from tests.contract.place_courses import add_course, add_waiver
from tests.contract.place_findings import add_finding
from tests.contract.place_invitations import add_invitation
from tests.contract.place_proposals import add_proposal
from tests.support.alliance import (
    EVENTS,
    MEMBERS,
    NOTIFICATIONS,
    PASSWORD,
    Alliance,
    address_of,
    bearer_of,
    found_alliance,
)
from tests.support.apps import Apps
from tests.support.pictures import a_picture
from tests.support.running import Headers

GUEST: Headers = {}
# Of what is theirs alone: not even an operator may.
OWNERS = {
    "delegate of A": ("GET /offers/{offer_id}",),
    "focal point of A": (
        *("GET /addresses/", "DELETE /addresses/"),
        *("GET /submissions/{submission_id}/review", "PUT /submissions/{submission_id}/review"),
    ),
    "submitter by link": ("PATCH /submissions/", "PUT /submissions/{submission_id}/file"),
}
FILES = {"photo": ("me.jpg", a_picture()), "file": ("portals.pdf", b"%PDF-1.7 better portals")}


@dataclass
class Place(Alliance):
    """ids: also by the names that the documents' paths have: of things of association A.

    people: who asks → their headers.
    """

    people: dict[str, Headers] = field(default_factory=dict)

    @property
    def apps(self) -> Apps:
        assert isinstance(self.plenary, Apps)
        return self.plenary

    def call(
        self, operation: Operation, *, by: Headers | None = None, **request: Any
    ) -> httpx.Response:
        """Ask one operation about the things of `ids`."""
        path, headers = operation.at(self.ids), {**(by or {}), **request.pop("headers", {})}
        return self.plenary.api.request(operation.method, path, headers=headers, **request)

    def owner_of(self, operation: Operation) -> Headers:
        """Who may ask it, where the operator may not."""
        path = f"{operation.method} {operation.path.partition('/api/v1')[2]}"
        owners = [who for who, own in OWNERS.items() if path.startswith(own)]
        return self.people[owners[0] if owners else "operator"]

    def good_request(self, operation: Operation) -> dict[str, Any]:
        """The same body as what `call` sends: JSON, a form with a file, or nothing."""
        if operation.takes_form:
            return {"files": {"file": FILES[operation.path.rpartition("/")[2]]}}
        return {"json": self.good_body(operation)} if operation.takes_body else {}

    def good_body(self, operation: Operation) -> dict[str, Any]:
        """A body that the operation understands, whatever it then says of the state."""
        bodies = good_bodies(self.ids)
        key = f"{operation.method} {operation.path.partition('/api/v1')[2]}"
        found: dict[str, Any] = bodies.get(key, {})
        return found


def make_place(apps: Apps) -> Place:
    """The alliance and its two bodies; another host with its organizer; A's things by name."""
    founded = found_alliance(apps)
    place = Place(**vars(founded))
    _add_other_host(place)
    _add_people_of_a(place)
    _add_ways_in(place)
    _add_workshop(place)
    add_proposal(place)
    add_finding(place)
    _add_change(place)
    _add_offer(place)
    _add_group(place)
    add_invitation(place)
    add_answer_file(place)
    submitter = add_call(place)
    _add_what_was_sent(place)
    place.people |= {
        "guest": GUEST,
        "attendee": place.open_account("attendee"),
        "focal point of A": place.focal_a,
        "focal point of B": place.focal_b,
        "organizer": place.organizer,
        "other organizer": place.open_account("other.organizer"),
        "operator": place.operator,
        "submitter by link": submitter,
    }
    apps.settle()
    return place


def _add_other_host(place: Place) -> None:
    place.organisation("other", {"en": "Other Alliance"}, "alliance")
    place.person("other.organizer", "Max", "Roe")
    grant = {
        "person_id": place.ids["other.organizer"],
        "role": "organizer",
        "organisation_id": place.ids["other"],
    }
    place.post(f"{MEMBERS}/grants", grant, by=place.operator)


def _add_people_of_a(place: Place) -> None:
    ids, by = place.ids, place.operator
    ids["organisation_id"] = ids["a"]
    ids["person_id"] = ids["delegate"]
    place.person("attendee", "Alex", "Morgan")
    place.person("delegate.2", "Kai", "Hsu")
    place.appoint("delegate.2", "a", "delegate")
    path = f"{MEMBERS}/organisations/{ids['a']}"
    appointments = place.get(f"{path}/appointments", by=by)["items"]
    ids["appointment_id"] = next(
        each["id"] for each in appointments if each["person_id"] == ids["delegate"]
    )
    worker = {"person_id": ids["delegate"], "title": "Engineer"}
    ids["affiliation_id"] = place.post(f"{path}/affiliations", worker, by=by)["id"]
    ids["same_person"] = _somebody_twice(place)
    ids["same_organisation"] = _an_organisation_twice(place)
    ids["type_id"] = place.post(f"{path}/membership-types", TYPE, by=by)["id"]
    ids["body_id"] = place.post(f"{path}/bodies", BODY, by=by)["id"]
    ids["field_id"] = place.post(f"{path}/custom-fields", FIELD, by=place.focal_a)["id"]
    _add_consent(place)
    profile = f"{MEMBERS}/organisations/{place.ids['a']}/profile"
    place.ask("PUT", profile, {"texts": WORDS["texts"]}, by=place.focal_a)
    add_framework(place)
    add_round(place)
    add_gap(place)
    add_case(place)
    add_referral(place)
    ids["segment_id"] = place.post(f"{path}/segments", SEGMENT, by=by)["id"]
    seats = f"{MEMBERS}/bodies/{ids['body_id']}/seats"
    ids["seat_id"] = place.post(seats, {"role": "member"}, by=by)["id"]
    memberships = place.get(f"{MEMBERS}/memberships?member_id={ids['a']}", by=by)
    ids["membership_id"] = memberships["items"][0]["id"]
    grants = place.get(f"{MEMBERS}/grants?organisation_id={ids['a']}", by=by)
    ids["grant_id"] = grants["items"][0]["id"]
    fields = {"kind": "companies", "organisation_id": ids["a"]}
    file = ("companies.csv", b"Name,Email\nAcme Ltd.,office@acme.example\n", "text/csv")
    answer = place.plenary.api.post(
        f"{MEMBERS}/imports", data=fields, files={"file": file}, headers=place.focal_a
    )
    assert answer.status_code == 201, answer.text
    ids["import_id"] = answer.json()["id"]


def _somebody_twice(place: Place) -> str:
    """A record of A's own that was merged, which is `merge_id`, and another one to be merged."""
    ids, path = place.ids, f"{MEMBERS}/organisations/{place.ids['a']}/affiliations"
    made = []
    for _ in range(2):
        one = place.post(f"{MEMBERS}/people", PERSON, by=place.focal_a)["id"]
        place.post(path, {"person_id": one}, by=place.focal_a)
        made.append(one)
    merge = f"{MEMBERS}/people/{ids['delegate']}/merge"
    ids["merge_id"] = place.post(merge, {"other_id": made[0]}, by=place.operator)["id"]
    same: str = made[1]
    return same


def _add_consent(place: Place) -> None:
    """Of association A, and one that its delegate gave."""
    ids, path = place.ids, f"{MEMBERS}/organisations/{place.ids['a']}/consent-purposes"
    made = place.post(path, WORDS | {"key": "newsletter"}, by=place.focal_a)
    ids["purpose_id"] = made["id"]
    words = place.get(f"{MEMBERS}/consent-purposes/{made['id']}/texts", by=place.focal_a)
    ids["text_hash"] = words["items"][0]["hash"]
    body = {"purpose_id": made["id"], "text_hash": ids["text_hash"]}
    ids["consent_id"] = place.post(f"{MEMBERS}/me/consents", body, by=place.operator)["id"]


def _an_organisation_twice(place: Place) -> str:
    """One that A recorded twice and merged, and a third record of it."""
    made = []
    for _ in range(2):
        body = {"names": {"en": "A again"}, "kind": "company"}
        made.append(place.post(f"{MEMBERS}/organisations", body, by=place.focal_a)["id"])
    path = f"{MEMBERS}/organisations/{place.ids['a']}/merge"
    merge = place.post(path, {"other_id": made[0]}, by=place.focal_a)
    place.ids["organisation_merge_id"] = merge["id"]
    same: str = made[1]
    return same


def _add_ways_in(place: Place) -> None:
    """The operator's own, beside the session that asks."""
    wanted = {"name": "a program", "scopes": ["members:read"]}
    made = place.post(f"{MEMBERS}/me/tokens", wanted, by=place.operator)
    place.ids["token_id"] = made["id"]
    invited = {"email": "invited@people.example", "organisation_id": place.ids["a"]}
    place.ids["invitation_id"] = place.post(f"{MEMBERS}/invitations", invited, by=place.focal_a)[
        "id"
    ]
    path = f"{MEMBERS}/organisations/{place.ids['a']}/identity-provider"
    place.ask("PUT", path, PROVIDER, by=place.focal_a)
    place.ids["passkey_id"] = str(_add_passkey(place))
    place.ids["erasure_id"] = _erase_somebody(place)
    path = f"{MEMBERS}/people/{place.ids['person_id']}/exports"
    place.ids["export_id"] = place.ask("POST", path, {}, by=place.operator)["id"]
    email = place.get(f"{MEMBERS}/me", by=place.operator)["email"]
    place.plenary.sign_in(email, PASSWORD)
    sessions = place.get(f"{MEMBERS}/me/sessions", by=place.operator)["items"]
    place.ids["session_id"] = next(each["id"] for each in sessions if not each["is_this_one"])


def _erase_somebody(place: Place) -> str:
    name = {"kind": "romanised", "given": "Gone", "family": "Go", "order": "given_first"}
    person = {"names": [name], "email": "gone.go@people.example"}
    made = place.post(f"{MEMBERS}/people", person, by=place.operator)
    erased = place.ask("POST", f"{MEMBERS}/people/{made['id']}/erase", {}, by=place.operator)
    found: str = erased["erasure_id"]
    return found


def _add_passkey(place: Place) -> UUID:
    """As a browser would have made it for the operator; no browser is here."""
    operator = place.get(f"{MEMBERS}/me", by=place.operator)["person"]["id"]
    with place.apps.databases["members"].writing() as session:
        made = Passkey(
            id=new_id(),
            person_id=UUID(operator),
            credential_id="bm9uZSB0aGF0IGFuc3dlcnM",
            public_key="",
            sign_count=0,
            name="a key",
            transports=[],
            is_synced=False,
            created_at=place.apps.clock(),
            used_at=None,
        )
        session.add(made)
    return made.id


def _add_workshop(place: Place) -> None:
    ids = place.ids
    place.apps.settle()
    add_course(place)
    run = {"kind": "course_run", "course_id": ids["course_id"]}
    workshop = ids["workshop_id"] = place.published(capacity=9, **run, **TIMES)
    path, organizer = f"{EVENTS}/workshops/{workshop}", place.organizer
    add_waiver(place)
    for body in ("a", "b"):
        place.ask(
            "PUT",
            f"{path}/allotments/{ids[body]}",
            {"seats": 2, "alternates": 1},
            by=place.organizer,
        )
    named = {"organisation_id": ids["a"], "person_id": ids["delegate"]}
    nomination = place.post(f"{path}/nominations", named, by=place.focal_a)["id"]
    ids["nomination_id"] = nomination
    place.post(f"{EVENTS}/nominations/{nomination}/submit", by=place.focal_a)
    session = place.post(f"{path}/sessions", {"titles": TEXTS} | TIMES, by=place.organizer)
    ids["session"] = session["id"]
    ids["part_id"] = place.post(f"{path}/sessions", {"titles": TEXTS} | TIMES, by=organizer)["id"]
    ids["speaker_id"] = place.post(f"{path}/speakers", {"names": TEXTS}, by=organizer)["id"]
    talk = {"session_id": ids["session"], "titles": TEXTS}
    ids["contribution_id"] = place.post(f"{path}/contributions", talk, by=organizer)["id"]
    file = {"file": ("slides.pdf", b"%PDF-1.7 slides")}
    material = place.plenary.api.post(f"{path}/materials", files=file, headers=organizer)
    ids["material_id"] = material.json()["id"]
    entrance = place.post(f"{path}/check-in-lists", {"titles": TEXTS}, by=place.organizer)
    ids["list_id"] = entrance["id"]
    came = place.register(workshop, "Amy Ao", organisation_id=ids["a"])
    ids["registration_id"] = came["id"]
    place.ask("PUT", f"{path}/certificate-rule", {}, by=organizer)
    for kind in ("before", "after"):
        made = place.ask("PUT", f"{path}/surveys/{kind}", SURVEY, by=organizer)
        ids["survey_id"] = made["id"]
    add_certificate(ids, place.apps.databases["events"], now=place.apps.clock())


def _add_change(place: Place) -> None:
    """A change that one of A's people asked for after registration was closed."""
    workshop = place.published(capacity=3)
    made = place.register(workshop, "Abe Ash", organisation_id=place.ids["a"])
    place.post(f"{EVENTS}/workshops/{workshop}/close", by=place.organizer)
    mail = place.plenary.await_mail(address_of("Abe Ash"), "You have a seat")
    path = f"{EVENTS}/registrations/{made['id']}"
    place.ask("PATCH", path, {"locale": "zh-Hant"}, by=bearer_of(mail), status=202)
    waiting = place.get(f"{EVENTS}/workshops/{workshop}/registration-changes", by=place.organizer)
    place.ids["change_id"] = waiting["items"][0]["id"]


def _add_offer(place: Place) -> None:
    """A full workshop: one of A's people is offered the seat that somebody gave back."""
    workshop = place.ids["full"] = place.published(capacity=1)
    first = place.register(workshop, "Bea Bo")
    place.register(workshop, "Ava Au", organisation_id=place.ids["a"])
    place.post(f"{EVENTS}/registrations/{first['id']}/cancel", by=place.organizer)
    mail = place.plenary.await_mail(address_of("Ava Au"), "A seat is free")
    offered = place.get(
        f"{EVENTS}/workshops/{workshop}/registrations?state=offered", by=place.organizer
    )["items"][0]
    place.ids["offer_id"] = offered["offer"]["id"]
    place.people["offered by link"] = bearer_of(mail)


def _add_group(place: Place) -> None:
    """Two of A's people, registered by a guest."""
    workshop = place.published(capacity=3)
    body = group_of(place.ids["a"])
    made = place.post(f"{EVENTS}/workshops/{workshop}/group-registrations", body)
    place.ids["group_id"] = made["id"]


def _add_what_was_sent(place: Place) -> None:
    ids, path = place.ids, f"{NOTIFICATIONS}/deliveries"
    about = place.get(f"{path}?subject_id={ids['registration_id']}", by=place.operator)
    ids["delivery_id"] = about["items"][0]["id"]
    gone = {"email": "gone@people.example", "reason": "moved"}
    made = place.post(f"{NOTIFICATIONS}/suppressions", gone, by=place.operator)
    ids["suppression_id"] = made["id"]
    place.ask("PUT", f"{NOTIFICATIONS}/preferences", {}, by=place.operator)
    place.ask("PUT", f"{NOTIFICATIONS}/organisations/{ids['a']}/rules", {}, by=place.focal_a)
    made = place.post(f"{NOTIFICATIONS}/announcements", announcement_of(ids["a"]), by=place.focal_a)
    ids["announcement_id"] = made["id"]
    hooked = place.post(f"{NOTIFICATIONS}/webhooks", webhook_of(ids["a"]), by=place.focal_a)
    ids["webhook_id"] = hooked["id"]
    given = place.post(f"{NOTIFICATIONS}/addresses", CHAT, by=place.focal_a)
    ids["address_id"] = given["id"]
    worded = place.post(f"{NOTIFICATIONS}/templates", template_of(ids["a"]), by=place.operator)
    ids["template_id"] = worded["id"]
    asked = place.plenary.await_mail("delegate@people.example", "請確認")
    found = re.search(r"/notifications/preferences/([\w-]+)", asked.text)
    assert found
    ids["token"] = found[1]
    ids["item_id"] = _inbox_item_of_the_delegate(place)


def _inbox_item_of_the_delegate(place: Place) -> str:
    place.people["delegate of A"] = place.open_account("delegate")
    inbox = place.get(f"{NOTIFICATIONS}/inbox", by=place.people["delegate of A"])
    item: str = inbox["items"][0]["id"]
    return item
