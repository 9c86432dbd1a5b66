"""The programme: changing and removing its parts, what clashes, and files that are what they say."""

import io
import time
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.events.actions.programming import (
    add_contribution,
    add_session,
    add_speaker,
    change_part,
    remove_part,
)
from services.events.actions.scheduling import change_workshop
from services.events.actions.sharing import Upload, add_material, sweep_contents
from services.events.app import create_app
from services.events.model import Material
from services.events.queries.programme import clashes_of
from services.events.settings import EventsSettings
from shared.files import FileStore, type_of
from shared.foundation.failures import Conflict, Invalid
from tests.events.builders import IN_A_MONTH, NOW, a_workshop, comes

API = "/events/api/v1"
PDF = b"%PDF-1.7\n" + b"0" * 200
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def a_session(session, workshop, *, begins=0, ends=1, room=""):
    values = {
        "titles": {"en": f"From {begins}"},
        "starts_at": IN_A_MONTH + timedelta(hours=begins),
        "ends_at": IN_A_MONTH + timedelta(hours=ends),
        "room": room,
    }
    made = add_session(session, workshop, values)
    session.flush()
    return made


def a_speaker(session, workshop, name="Ellen"):
    values = {"names": {"en": name}, "titles": {}, "affiliations": {}, "topics": {}}
    made = add_speaker(session, workshop, values | {"economy": None, "person_id": None})
    session.flush()
    return made


def a_talk(session, workshop, part, speaker=None):
    values = {"session_id": part.id, "speaker_id": speaker.id if speaker else None}
    made = add_contribution(session, workshop, values | {"titles": {"en": "Talk"}, "summary": {}})
    session.flush()
    return made


def hours_of(workshop, *moments):
    """At which hours they are, by the workshop's clock."""
    return [at.astimezone(workshop.local_zone).hour for at in moments]


@pytest.mark.parametrize(
    ("starts", "ends", "moves"),
    [
        (timedelta(days=30), timedelta(days=30), True),
        (timedelta(hours=1), timedelta(hours=1), True),
        (timedelta(days=200), timedelta(days=201), True),
        (timedelta(hours=-1), timedelta(0), False),
        (timedelta(0), timedelta(hours=2), False),
        (timedelta(hours=1), timedelta(hours=-1), False),
    ],
)
def test_sessions_move_along_where_all_of_the_workshop_moves(session, starts, ends, moves):
    workshop = a_workshop(session, time_zone="America/Lima")
    part = a_session(session, workshop, begins=1, ends=2)
    at, version = part.starts_at, part.version

    times = {"starts_at": workshop.starts_at + starts, "ends_at": workshop.ends_at + ends}
    change_workshop(session, workshop, times, actor="organizer", now=NOW)
    session.flush()
    session.refresh(part)

    assert part.starts_at == (at + starts if moves else at)
    assert part.ends_at - part.starts_at == timedelta(hours=1)
    assert part.version == version + moves


def test_a_session_keeps_its_hour_where_the_clock_changes_in_between(session):
    workshop = a_workshop(session, time_zone="Europe/Berlin")
    part = a_session(session, workshop, begins=1, ends=2)
    hours = hours_of(workshop, part.starts_at, workshop.starts_at)
    local = workshop.starts_at.astimezone(workshop.local_zone)
    later = (local.replace(tzinfo=None) + timedelta(days=240)).replace(tzinfo=workshop.local_zone)
    assert later.utcoffset() != local.utcoffset()

    times = {"starts_at": later, "ends_at": later + timedelta(hours=6)}
    change_workshop(session, workshop, times, actor="organizer", now=NOW)
    session.flush()
    session.refresh(part)

    assert hours_of(workshop, part.starts_at, workshop.starts_at) == hours


def test_a_room_or_a_speaker_needed_twice_at_once_clashes(session):
    workshop = a_workshop(session)
    morning = a_session(session, workshop, begins=0, ends=2, room="Room A")
    beside = a_session(session, workshop, begins=1, ends=3, room="room a")
    after = a_session(session, workshop, begins=3, ends=4, room="Room A")
    ellen = a_speaker(session, workshop)
    for part in (morning, beside, after):
        a_talk(session, workshop, part, ellen)

    found = clashes_of(session, workshop.id, language="en")

    both = (morning.id, beside.id)
    assert [(each.kind, each.session_ids) for each in found] == [("room", both), ("speaker", both)]


def test_a_session_stays_within_the_workshop_when_it_is_changed(session):
    workshop = a_workshop(session)
    part = a_session(session, workshop)

    with pytest.raises(Invalid) as refused:
        change_part(session, workshop, part, {"ends_at": IN_A_MONTH + timedelta(days=9)})

    assert refused.value.faults[0].pointer == "/starts_at"


def test_what_something_leans_on_is_not_removed(session):
    workshop = a_workshop(session)
    part, ellen = a_session(session, workshop), a_speaker(session, workshop)
    talk = a_talk(session, workshop, part, ellen)

    for each in (part, ellen):
        with pytest.raises(Conflict, match="talks"):
            remove_part(session, each)
    remove_part(session, talk)
    session.flush()
    remove_part(session, part)


def test_a_talk_is_of_its_own_workshops_session(session):
    one, other = a_workshop(session), a_workshop(session)
    talk = a_talk(session, one, a_session(session, one))
    elsewhere = a_session(session, other)

    with pytest.raises(Invalid):
        change_part(session, one, talk, {"session_id": elsewhere.id})


def an_archive():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return written.getvalue()


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("slides.pdf", PDF),
        ("SLIDES.PDF", PDF),
        ("photo.png", PNG),
        ("簡報.docx", an_archive()),
        ("list.csv", "姓名,經濟體\n".encode()),
    ],
)
def test_files_that_are_what_they_say_are_taken(filename, content):
    assert type_of(filename, content)


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("page.html", b"<html></html>"),
        ("picture.svg", b"<svg/>"),
        ("slides.pdf", b"<html><script>alert(1)</script>"),
        ("photo.png", PDF),
        ("photo.jpg", PNG),
        ("notes.txt", b"<!DOCTYPE html><script>"),
        ("notes.txt", b"MZ\x00\x00"),
        ("paper.docx", PDF),
        ("run.exe", b"MZ"),
        ("none", PDF),
        ("empty.pdf", b""),
    ],
)
def test_pages_programs_and_false_endings_are_refused(filename, content):
    with pytest.raises(Invalid) as refused:
        type_of(filename, content)

    assert refused.value.faults[0].pointer == "/file"


@pytest.mark.parametrize(
    ("filename", "content", "said"),
    [
        ("photo.jpeg", PNG, "its content is not"),
        ("slides.pdf", b"%PDF-1.7", "of this kind"),
        ("photo.png", PNG + bytes(100), "larger"),
    ],
)
def test_only_the_kinds_and_sizes_that_are_asked_for_are_taken(filename, content, said):
    wanted = {"endings": ("jpg", "png"), "most_bytes": len(PNG) + 99}
    assert type_of("photo.png", PNG, **wanted) == "image/png"

    with pytest.raises(Invalid, match=said):
        type_of(filename, content, **wanted)


def test_a_content_is_kept_once_and_swept_when_nothing_has_it(session, tmp_path):
    workshop, store = a_workshop(session), FileStore(tmp_path)
    values = {"shown_to": "everyone", "titles": {}}
    made = [
        add_material(
            session, workshop, Upload(name, PDF), values, store=store, actor="test", now=NOW
        )
        for name in ("a.pdf", "b.pdf")
    ]
    session.flush()
    assert len(list(tmp_path.rglob("*"))) == 2  # a folder and a file
    assert made[0].titles == {"en": "a.pdf"}

    later = time.time() + 60
    session.delete(made[0])
    session.flush()
    assert sweep_contents(session, store, before=later) == 0
    session.delete(made[1])
    session.flush()
    assert sweep_contents(session, store, before=time.time() - 3600) == 0
    assert sweep_contents(session, store, before=later) == 1
    assert not store.path_of(made[0].digest).exists()


@pytest.fixture
def client(database, tmp_path):
    settings = EventsSettings(
        secret_key="s" * 32,
        broker_url="embedded:///nowhere",
        database_url=database.url,
        files_folder=str(tmp_path),
    )
    return create_app(settings, database, clock=lambda: NOW).test_client()


def test_materials_are_had_by_those_whom_they_are_for(client, database, tmp_path):
    with database.writing() as session:
        workshop = a_workshop(session)
        seated = comes(session, workshop, "Ann").registration.link_token
        for circle in ("everyone", "attendees", "organizers"):
            add_material(
                session,
                workshop,
                Upload(f"{circle}.pdf", PDF),
                {"shown_to": circle, "titles": {}},
                store=FileStore(tmp_path / "events"),
                actor="test",
                now=NOW,
            )
        path = f"{API}/workshops/{workshop.id}/materials"
    header = {"Authorization": f"Bearer {seated}"}

    def names(headers):
        return [each["filename"] for each in client.get(path, headers=headers).json["items"]]

    assert names({}) == ["everyone.pdf"]
    assert names(header) == ["everyone.pdf", "attendees.pdf"]
    with database.reading() as session:
        ids = [each.id for each in session.scalars(select(Material).order_by(Material.id))]
    answers = [client.get(f"{API}/materials/{each}/file", headers=header) for each in ids]
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert answers[0].data == PDF
    assert answers[0].headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answers[0].headers["Content-Security-Policy"]
    for answer in answers:
        answer.close()


def test_the_agenda_shows_its_times_in_the_zone_that_is_asked_for(client, database):
    with database.writing() as session:
        workshop = a_workshop(session)
        a_session(session, workshop, begins=1, ends=2)
        path = f"/events/workshops/{workshop.id}/agenda"

    there, here = client.get(path).text, client.get(f"{path}?zone=America/Lima").text

    assert "13:00</time>–" in there
    assert "00:00</time>–" in here
    assert client.get(f"{path}?zone=Nowhere/At_all").status_code == 200
