"""An alliance with one of everything, and everyone who may ask for it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from services.members.model import Passkey
from shared.foundation.ids import new_id
from tests.contract.documents import Operation
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
from tests.support.running import Headers

GUEST: Headers = {}


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

    def good_body(self, operation: Operation) -> dict[str, Any]:
        """A body that the operation understands, whatever it then says of the state."""
        bodies = _bodies(self)
        key = f"{operation.method} {operation.path.partition('/api/v1')[2]}"
        found: dict[str, Any] = bodies.get(key, {})
        return found


NAMES = [{"kind": "romanised", "given": "Ada", "family": "Lo", "order": "given_first"}]
PERSON = {"names": NAMES, "email": "ada@people.example"}
TEXTS = {"en": "Green skills"}
PROVIDER = {
    "issuer": "https://login.people.example",
    "client_id": "plenary",
    "mail_domains": ["people.example"],
}
TYPE = {"key": "member", "names": TEXTS, "term": "rolling", "months": 12}
SEGMENT = {"kind": "people", "names": TEXTS, "filters": {"role": "delegate"}}
BODY = {"kind": "committee", "names": TEXTS}
TIMES = {"starts_at": "2027-09-05T09:00:00+08:00", "ends_at": "2027-09-05T17:00:00+08:00"}


def _bodies(place: Alliance) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body, of the routes that need one."""
    return _member_bodies(place.ids) | _event_bodies(place.ids)


def _member_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    office = {"person_id": ids["person_id"], "role": "delegate"}
    return {
        "POST /sign-in": {"email": "ada@people.example", "password": PASSWORD},
        "POST /sign-in/link": {"email": "ada@people.example"},
        "POST /sign-in/link/confirm": {"token": "no-such-token"},
        "POST /password-reset": {"email": "ada@people.example"},
        "POST /password-reset/confirm": {"token": "no-such-token", "password": PASSWORD},
        "POST /sign-up": PERSON | {"password": PASSWORD},
        "POST /sign-up/confirm": {"token": "no-such-token"},
        "PATCH /me": {"locale": "zh-Hant"},
        "POST /me/tokens": {"name": "a program", "scopes": ["members:read"]},
        "POST /organisations": {"names": TEXTS, "kind": "company"},
        "PATCH /organisations/{organisation_id}": {"sector": "machinery"},
        "POST /memberships": {"member_id": ids["a"], "host_id": ids["other"]},
        "POST /organisations/{organisation_id}/membership-types": TYPE | {"key": "student"},
        "PATCH /membership-types/{type_id}": {"grace_days": 60},
        "POST /organisations/{organisation_id}/bodies": BODY,
        "PATCH /bodies/{body_id}": {"names": TEXTS},
        "POST /bodies/{body_id}/seats": {"role": "member"},
        "POST /seats/{seat_id}/fill": {"person_id": ids["person_id"]},
        "POST /organisations/{organisation_id}/segments": SEGMENT,
        "PATCH /segments/{segment_id}": {"names": TEXTS},
        "POST /people": PERSON,
        "POST /people/{person_id}/merge": {"other_id": ids["same_person"]},
        "PATCH /people/{person_id}": {"gender": "female"},
        "POST /organisations/{organisation_id}/affiliations": {"person_id": ids["person_id"]},
        "POST /organisations/{organisation_id}/appointments": office,
        "POST /appointments/{appointment_id}/substitute": {"person_id": ids["delegate.2"]},
        "POST /me/passkeys": {"name": "a key", "credential": {"id": "none"}},
        "POST /sign-in/passkey": {"credential": {"id": "none"}},
        "POST /me/second-factor/confirm": {"code": "000000"},
        "POST /me/second-factor/recovery-codes": {"code": "000000"},
        "POST /me/second-factor/remove": {"code": "000000"},
        "POST /invitations": {"email": "ada@people.example", "organisation_id": ids["a"]},
        "PUT /organisations/{organisation_id}/identity-provider": PROVIDER,
        "POST /invitations/accept": {"token": "no-such-token"},
        "PATCH /imports/{import_id}": {"mapping": {"Name": "name", "Email": None}},
        "POST /grants": {
            "person_id": ids["person_id"],
            "role": "reader",
            "organisation_id": ids["a"],
        },
    }


def _event_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    workshop = {
        "titles": TEXTS,
        "host_id": ids["alliance"],
        "time_zone": "Asia/Taipei",
        "venue": {"mode": "online"},
        **TIMES,
    }
    contribution = {"session_id": ids["session"], "titles": TEXTS}
    nomination = {"organisation_id": ids["a"], "person": PERSON}
    return {
        "POST /workshops": workshop,
        "PATCH /workshops/{workshop_id}": {"titles": TEXTS},
        "POST /workshops/{workshop_id}/reschedule": TIMES,
        "POST /workshops/{workshop_id}/sessions": {"titles": TEXTS} | TIMES,
        "POST /workshops/{workshop_id}/contributions": contribution,
        "POST /workshops/{workshop_id}/speakers": {"names": TEXTS},
        "PUT /workshops/{workshop_id}/allotments/{organisation_id}": {"seats": 3},
        "POST /workshops/{workshop_id}/nominations": nomination,
        "POST /nominations/{nomination_id}/substitute": {"person": PERSON},
        "POST /workshops/{workshop_id}/registrations": {
            "name": "Ada Lo",
            "email": "ada@people.example",
        },
        "POST /suppressions": {"email": "gone@people.example", "reason": "moved"},
    }


def make_place(apps: Apps) -> Place:
    """The alliance and its two bodies; another host with its organizer; A's things by name."""
    founded = found_alliance(apps)
    place = Place(**vars(founded))
    _add_other_host(place)
    _add_people_of_a(place)
    _add_ways_in(place)
    _add_workshop(place)
    _add_offer(place)
    _add_what_was_sent(place)
    place.people = {
        "guest": GUEST,
        "attendee": place.open_account("attendee"),
        "focal point of A": place.focal_a,
        "focal point of B": place.focal_b,
        "organizer": place.organizer,
        "other organizer": place.open_account("other.organizer"),
        "operator": place.operator,
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
    ids["type_id"] = place.post(f"{path}/membership-types", TYPE, by=by)["id"]
    ids["body_id"] = place.post(f"{path}/bodies", BODY, by=by)["id"]
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
    workshop = ids["workshop_id"] = place.published(capacity=9, **TIMES)
    path = f"{EVENTS}/workshops/{workshop}"
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
    came = place.register(workshop, "Amy Ao", organisation_id=ids["a"])
    ids["registration_id"] = came["id"]


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


def _add_what_was_sent(place: Place) -> None:
    ids, path = place.ids, f"{NOTIFICATIONS}/deliveries"
    about = place.get(f"{path}?subject_id={ids['registration_id']}", by=place.operator)
    ids["delivery_id"] = about["items"][0]["id"]
    gone = {"email": "gone@people.example", "reason": "moved"}
    made = place.post(f"{NOTIFICATIONS}/suppressions", gone, by=place.operator)
    ids["suppression_id"] = made["id"]
    asked = place.plenary.await_mail("delegate@people.example", "請確認")
    assert asked
    ids["item_id"] = _inbox_item_of_the_delegate(place)


def _inbox_item_of_the_delegate(place: Place) -> str:
    place.people["delegate of A"] = place.open_account("delegate")
    inbox = place.get(f"{NOTIFICATIONS}/inbox", by=place.people["delegate of A"])
    item: str = inbox["items"][0]["id"]
    return item
