"""The main job: a workshop is held, bodies nominate, people register, everyone is told."""

from datetime import datetime, timedelta

import pytest

from tests.journeys.calendars import entry_of
from tests.support.alliance import (
    EVENTS,
    NOTIFICATIONS,
    PASSWORD,
    TITLES,
    Alliance,
    address_of,
    bearer_of,
    link_of,
    press,
)
from tests.support.running import Headers, Running

RELEASE = timedelta(days=10)


@pytest.fixture(scope="module")
def nominated(alliance: Alliance) -> str:
    """A workshop whose two seats of association A are for two nominees, who were asked."""
    workshop = alliance.workshop(capacity=4)
    starts_at = alliance.get(f"{EVENTS}/workshops/{workshop}", by=alliance.organizer)["starts_at"]
    release_at = (datetime.fromisoformat(starts_at) - RELEASE).isoformat()
    allotment = {"seats": 2, "alternates": 1, "release_at": release_at}
    path = f"{EVENTS}/workshops/{workshop}"
    for body in ("a", "b"):
        seats = allotment | ({"seats": 1} if body == "b" else {})
        place = f"{path}/allotments/{alliance.ids[body]}"
        alliance.ask("PUT", place, seats, by=alliance.organizer, status=201)
    alliance.post(f"{path}/publish", by=alliance.organizer)
    names = [{"kind": "romanised", "given": "Jo", "family": "Ng", "order": "given_first"}]
    newcomer = {"names": names, "email": address_of("Jo Ng"), "locale": "en"}
    for whom in ({"person_id": alliance.ids["delegate"]}, {"person": newcomer}):
        named = {"organisation_id": alliance.ids["a"], **whom}
        made = alliance.post(f"{path}/nominations", named, by=alliance.focal_a, status=201)
        alliance.post(f"{EVENTS}/nominations/{made['id']}/submit", by=alliance.focal_a)
        alliance.ids[made["email"]] = made["id"]
    return workshop


def test_a_nominee_confirms_by_the_link_in_the_mail_as_a_program_and_as_a_reader(
    alliance: Alliance, nominated: str
) -> None:
    asked = alliance.plenary.await_mail("delegate@people.example", "請確認：甲公會提名您")
    nomination = f"{EVENTS}/nominations/{alliance.ids['delegate@people.example']}"
    told = alliance.plenary.await_mail(address_of("Jo Ng"), "Association A nominates you")

    confirmed = alliance.post(f"{nomination}/confirm", by=bearer_of(asked))
    page = press(alliance.plenary, link_of(told), "confirm")

    assert confirmed["state"] == "registered"
    assert "Thank you: your nomination is confirmed." in page.text
    assert alliance.seats(nominated) == {
        "capacity": 4,
        "confirmed": 2,
        "allotted": 1,
        "free": 1,
    }
    alliance.plenary.await_mail("delegate@people.example", "報名成功：碳盤查實務")
    seat = alliance.plenary.await_mail(address_of("Jo Ng"), "You have a seat: Carbon inventory")
    assert entry_of(seat).uid.startswith(nominated)


def test_the_other_body_sees_none_of_it(alliance: Alliance, nominated: str) -> None:
    nomination = alliance.ids[address_of("Jo Ng")]
    path = f"{EVENTS}/workshops/{nominated}"

    listed = alliance.get(f"{path}/nominations", by=alliance.focal_b)
    allotments = alliance.get(f"{path}/allotments", by=alliance.focal_b)

    assert listed["items"] == []
    assert [each["organisation_id"] for each in allotments["items"]] == [alliance.ids["b"]]
    for verb in ("withdraw", "substitute", "submit", "confirm"):
        alliance.post(f"{EVENTS}/nominations/{nomination}/{verb}", by=alliance.focal_b, status=404)


def test_a_full_workshop_lines_people_up_and_offers_a_freed_seat_in_turn(
    alliance: Alliance,
) -> None:
    plenary, workshop = alliance.plenary, alliance.published(capacity=2)
    names = ["Ann Poe", "Bo Li", "Cy Rao", "Di Sun", "Ed Kim"]
    locales = ["en", "zh-Hant", "en", "en", "zh-Hant"]

    came = [
        alliance.register(workshop, name, locale=locale)
        for name, locale in zip(names, locales, strict=True)
    ]
    again = alliance.register(workshop, names[2].upper(), email=address_of(names[2]))

    assert [one["state"] for one in came] == ["confirmed"] * 2 + ["waiting"] * 3
    assert [one.get("place") for one in came] == [None, None, 1, 2, 3]
    assert (again["id"], again["place"]) == (came[2]["id"], 1)
    plenary.await_mail(address_of("Ed Kim"), "候補第 3 位")

    leaving = plenary.await_mail(address_of("Ann Poe"), "You have a seat")
    cancelled = alliance.post(
        f"{EVENTS}/registrations/{came[0]['id']}/cancel", by=bearer_of(leaving)
    )
    offered = plenary.await_mail(address_of("Cy Rao"), "A seat is free for you")
    page = press(plenary, link_of(offered), "accept")

    assert cancelled["state"] == "cancelled"
    assert "The seat is yours." in page.text
    assert entry_of(plenary.await_mail(address_of("Ann Poe"), "Cancelled")).method == "CANCEL"
    assert alliance.seats(workshop) == {"capacity": 2, "confirmed": 2, "waiting": 2}
    _decline_and_pass_on(alliance, workshop, came[1]["id"])
    assert [len(mails) for mails in alliance.subjects(*map(address_of, names))] == [
        2,
        2,
        3,
        3,
        3,
    ]


def _decline_and_pass_on(alliance: Alliance, workshop: str, leaving: str) -> None:
    """The organizer takes a seat back; the next declines it, by a program; the last takes it."""
    plenary = alliance.plenary
    alliance.post(f"{EVENTS}/registrations/{leaving}/cancel", by=alliance.organizer)
    link = bearer_of(plenary.await_mail(address_of("Di Sun"), "A seat is free"))
    [next_up, last] = (
        alliance.get(
            f"{EVENTS}/workshops/{workshop}/registrations?state=offered", by=alliance.organizer
        )["items"]
        + alliance.get(
            f"{EVENTS}/workshops/{workshop}/registrations?state=waiting", by=alliance.organizer
        )["items"]
    )
    assert (next_up["name"], last["name"], last["place"]) == ("Di Sun", "Ed Kim", 1)
    alliance.post(f"{EVENTS}/offers/{next_up['offer']['id']}/decline", by=link)
    link = bearer_of(plenary.await_mail(address_of("Ed Kim"), "有席次了"))
    offer = alliance.get(f"{EVENTS}/registrations/{last['id']}", by=link)["offer"]
    alliance.post(f"{EVENTS}/offers/{offer['id']}/accept", by=link)
    plenary.await_mail(address_of("Ed Kim"), "報名成功")
    alliance.settle()


def test_everyone_concerned_is_told_once_of_each_change_in_their_language(
    alliance: Alliance,
) -> None:
    workshop = alliance.published(capacity=2)
    names = ["Flo Day", "Gu Wei", "Ho Mai"]
    for name, locale in zip(names, ["en", "zh-Hant", "en"], strict=True):
        alliance.register(workshop, name, locale=locale)
    path, by = f"{EVENTS}/workshops/{workshop}", alliance.organizer
    hall = {"venue": {"mode": "onsite", "name": "Hall 2"}}

    alliance.ask("PATCH", path, hall, by=by)
    alliance.post(f"{path}/postpone", {"reason": "Typhoon"}, by=by)
    starts_at = datetime.fromisoformat(alliance.get(path)["starts_at"]) + timedelta(days=7)
    alliance.post(f"{path}/reschedule", {"starts_at": starts_at.isoformat()}, by=by)
    alliance.post(f"{path}/cancel", {"reason": "No speakers"}, by=by)

    alliance.settle()
    english = ["Changed", "Postponed", "New date", "Cancelled"]
    chinese = ["異動通知", "延期通知", "新日期", "取消通知"]
    told = alliance.subjects(*map(address_of, names), since=1)
    assert told == [
        [f"{word}: {TITLES['en']}" for word in english],
        [f"{word}：{TITLES['zh-Hant']}" for word in chinese],
        [f"{word}: {TITLES['en']}" for word in english],
    ]
    _require_calendars(alliance, workshop, address_of("Flo Day"), starts_at)


def _require_calendars(
    alliance: Alliance, workshop: str, address: str, starts_at: datetime
) -> None:
    mails = alliance.plenary.mails_to(address)
    with_entry = [mail for mail in mails if list(mail.message.iter_attachments())]
    entries = [entry_of(mail) for mail in with_entry]
    assert [mail.subject.split(":")[0] for mail in with_entry] == [
        "You have a seat",
        "Changed",
        "Postponed",
        "New date",
        "Cancelled",
    ]
    methods = [entry.method for entry in entries]
    assert methods == ["REQUEST", "REQUEST", "CANCEL", "REQUEST", "CANCEL"]
    [uid] = {entry.uid for entry in entries}
    assert uid.startswith(workshop)
    assert {(entry.attendee, entry.part) for entry in entries} == {(address, "ACCEPTED")}
    sequences = [entry.sequence for entry in entries]
    assert sequences == sorted(set(sequences))
    assert [entry.place for entry in entries] == ["Hall 1", *["Hall 2"] * 4]
    assert entries[3].starts_at == starts_at
    assert "Typhoon" in mails[2].text
    # Encoded, it would be read by no mail program: the mails would not hang together.
    assert all(b"\r\nReferences: <" in mail.raw for mail in mails)
    assert len({mail.message["References"] for mail in mails}) == 1


def test_a_guest_who_signs_up_owns_what_was_registered_before_and_has_an_inbox(
    alliance: Alliance,
) -> None:
    plenary, workshop = alliance.plenary, alliance.published(capacity=5)
    name, email = "Ivy Chu", address_of("Ivy Chu")
    as_guest = alliance.register(workshop, name)

    me = _sign_up(alliance, name, email)
    alliance.settle()
    mine = alliance.get(f"{EVENTS}/registrations/{as_guest['id']}", by=me)
    alliance.post(f"{EVENTS}/workshops/{workshop}/postpone", by=alliance.organizer)
    plenary.await_mail(email, "Postponed")
    inbox = alliance.get(f"{NOTIFICATIONS}/inbox", by=me)

    assert mine["person_id"] is not None
    assert [item["subject"] for item in inbox["items"]] == ["Postponed: Carbon inventory"]
    assert inbox["unread"] == 1
    alliance.post(f"{NOTIFICATIONS}/inbox/{inbox['items'][0]['id']}/read", by=me)
    assert alliance.get(f"{NOTIFICATIONS}/inbox", by=me)["unread"] == 0
    assert plenary.sign_in(email, PASSWORD)


def _sign_up(alliance: Alliance, name: str, email: str) -> Headers:
    given, family = name.split()
    names = [{"kind": "romanised", "given": given, "family": family, "order": "given_first"}]
    body = {"names": names, "email": email, "password": PASSWORD, "locale": "en"}
    alliance.post("/members/api/v1/sign-up", body)
    mail = alliance.plenary.await_mail(email, "Confirm your address")
    token = link_of(mail).rpartition("/")[2]
    answer = alliance.post("/members/api/v1/sign-up/confirm", {"token": token})
    return alliance.plenary.known(answer)


def test_an_organizer_sees_what_became_of_each_mail(alliance: Alliance) -> None:
    workshop = alliance.published(capacity=5)
    registration = alliance.register(workshop, "Jay Oh")
    alliance.plenary.await_mail(address_of("Jay Oh"), "You have a seat")
    alliance.settle()
    path = f"{NOTIFICATIONS}/deliveries"

    [found] = alliance.get(f"{path}?recipient={address_of('Jay Oh')}", by=alliance.organizer)[
        "items"
    ]
    timeline = alliance.get(f"{path}/{found['id']}", by=alliance.organizer)

    assert (found["kind"], found["state"]) == ("registration_confirmed", "sent")
    assert (found["subject_id"], found["workshop_id"]) == (registration["id"], workshop)
    assert [attempt["outcome"] for attempt in timeline["attempts"]] == ["sent"]
    [mail] = alliance.plenary.mails_to(address_of("Jay Oh"))
    assert mail.message_id == found["message_id"]


def test_what_was_answered_outlives_a_kill(alliance: Alliance, plenary: Running) -> None:
    workshop = alliance.published(capacity=2)
    path = f"{EVENTS}/workshops/{workshop}/registrations"
    body = {"name": "Kit Moe", "email": address_of("Kit Moe")}
    once = {"Idempotency-Key": "a-kill-away"}
    alliance.register(workshop, "Kim Lo")
    plenary.await_mail(address_of("Kim Lo"), "You have a seat")

    before = alliance.post(path, body, by=once)
    plenary.kill()
    plenary.start()
    after = alliance.post(path, body, by=once)

    assert before == after
    assert alliance.seats(workshop) == {"capacity": 2, "confirmed": 2}
    assert alliance.register(workshop, "Kai Wu")["place"] == 1
    plenary.await_mail(address_of("Kai Wu"), "number 1 on the waiting list")
    assert len(plenary.mails_to(address_of("Kim Lo"))) == 1
