"""Files as answers: which are taken, who reads them, and when they are gone."""

import io
import os
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.events.actions.asking import checked_form, questions_ever
from services.events.actions.changing import change_registration, decide_change
from services.events.actions.filing import WAITS, receive_file
from services.events.actions.forgetting import forget_person
from services.events.actions.retaining import RETENTION
from services.events.actions.scheduling import change_workshop
from services.events.actions.sharing import Upload
from services.events.app import create_app
from services.events.model import AnswerFile, Registration, RegistrationChange
from services.events.model.form import file_questions, shown_answer
from services.events.queries.personal_data import sections_of
from services.events.settings import EventsSettings
from services.events.timers import sweep_files
from shared.files import FileStore
from shared.foundation.failures import Conflict, Invalid, TooMany
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from tests.events.builders import IN_A_MONTH, NOW, a_workshop, comes

API = "/events/api/v1"
PDF = b"%PDF-1.7 a passport"
LATE = IN_A_MONTH + timedelta(hours=1)


def a_question(key="passport", **rules):
    plain = {"labels": {"en": key.title()}, "hints": {}, "options": [], "shown_if": None}
    return plain | {"key": key, "kind": "file", "is_required": True} | rules


FORM = checked_form([a_question(accepts=["pdf", "png"], most_bytes=1000)])


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "events")


@pytest.fixture
def client(database, tmp_path):
    settings = EventsSettings(
        secret_key="s" * 32,
        broker_url="embedded:///nowhere",
        database_url=database.url,
        files_folder=str(tmp_path),
    )
    app = create_app(settings, database, clock=lambda: NOW)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def sends(session, workshop, store, name="passport.pdf", content=PDF, key="passport", now=NOW):
    made = receive_file(session, workshop, key, Upload(name, content), store=store, now=now)
    session.flush()
    return made


def contents(tmp_path):
    return [each for each in tmp_path.rglob("*") if each.is_file()]


def a_word_file(*parts):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for part in parts:
            archive.writestr(part, "<w/>")
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script>"),
        ("passport.pdf", b"<html><script>alert(1)</script>"),
        ("passport.pdf", b"MZ\x90\x00"),
        ("passport.pdf", PDF + b"x" * 1000),
        ("passport.pdf", b""),
        ("letter.docx", a_word_file("word/document.xml")),
        ("passport.png", PDF),
        ("passport.pdf.exe", PDF),
    ],
)
def test_a_hostile_file_is_refused_and_nothing_of_it_is_left(
    session, store, tmp_path, name, content
):
    workshop = a_workshop(session, form=FORM)

    with pytest.raises(Invalid) as refused:
        sends(session, workshop, store, name, content)

    assert refused.value.faults[0].pointer == "/file"
    assert contents(tmp_path) == []
    assert session.scalar(select(func.count()).select_from(AnswerFile)) == 0


def test_a_document_with_macros_or_without_a_text_is_none(session, store):
    workshop = a_workshop(session, form=checked_form([a_question(accepts=["docx"])]))

    for parts in (["word/document.xml", "word/vbaProject.bin"], ["run.exe"]):
        with pytest.raises(Invalid):
            sends(session, workshop, store, "letter.docx", a_word_file(*parts))
    assert sends(session, workshop, store, "a.docx", a_word_file("word/document.xml"))


@pytest.mark.parametrize(
    ("questions", "wrong"),
    [
        ([a_question(counts_as="gender")], "/registration/form/0/counts_as"),
        ([a_question(options=[{"value": "a", "labels": {}}])], "/registration/form/0/options"),
        ([a_question(kind="text", accepts=["pdf"])], "/registration/form/0/accepts"),
        (
            [a_question("a", most_bytes=15 << 20), a_question("b", most_bytes=6 << 20)],
            "/registration/form/0/most_bytes",
        ),
    ],
)
def test_a_question_for_a_file_that_cannot_be_asked_is_pointed_at(questions, wrong):
    with pytest.raises(Invalid) as refused:
        checked_form(questions)

    assert wrong in [fault.pointer for fault in refused.value.faults]


def test_who_registers_with_an_upload_has_a_file_of_their_own(session, store):
    workshop = a_workshop(session, form=FORM)
    upload = sends(session, workshop, store)

    one = comes(session, workshop, "Ann", answers={"passport": upload.token}).registration
    other = comes(session, workshop, "Bob", answers={"passport": upload.token}).registration

    answers = [each.answers["passport"] for each in (one, other)]
    assert [each["filename"] for each in answers] == ["passport.pdf", "passport.pdf"]
    assert len({each["id"] for each in answers} | {str(upload.id)}) == 3
    assert session.get_one(AnswerFile, UUID(answers[0]["id"])).registration_id == one.id


def test_nobody_registers_with_what_is_not_theirs_to_name(session, store):
    workshop, elsewhere = a_workshop(session, form=FORM), a_workshop(session, form=FORM)
    upload = sends(session, workshop, store)
    taken = comes(session, workshop, "Ann", answers={"passport": upload.token}).registration
    foreign = sends(session, elsewhere, store)
    false_secret = upload.token[:-4] + "0000"

    for answer in (
        *(str(upload.id), taken.answers["passport"]["id"], taken.answers["passport"]),
        *(foreign.token, false_secret, "passport.pdf", 7, ["a"]),
    ):
        with pytest.raises(Invalid) as refused:
            comes(session, workshop, "Eve", answers={"passport": answer})
        assert refused.value.faults[0].pointer == "/answers/passport"


def test_a_late_change_of_a_file_waits_and_the_loser_of_both_is_dropped(session, store):
    for is_approved in (True, False):
        workshop = a_workshop(session, form=FORM)
        first, second = (sends(session, workshop, store, f"{each}.pdf") for each in "ab")
        answers = {"passport": first.token}
        registration = comes(session, workshop, "Ann", answers=answers).registration
        before = registration.answers["passport"]

        wanted = {"answers": {"passport": second.token}}
        change_registration(
            session, registration, wanted, is_organizer=False, actor="link", now=LATE
        )
        change = session.scalars(
            select(RegistrationChange).where(RegistrationChange.workshop_id == workshop.id)
        ).one()
        assert registration.answers["passport"] == before
        decide_change(session, change, is_approved=is_approved, actor="test", now=LATE)

        own = session.scalars(
            select(AnswerFile.filename).where(AnswerFile.registration_id == registration.id)
        ).all()
        assert own == (["b.pdf"] if is_approved else ["a.pdf"])
        assert registration.answers["passport"]["filename"] == own[0]


def test_a_file_is_kept_when_it_is_named_as_it_was_read(session, store):
    workshop = a_workshop(session, form=FORM)
    upload = sends(session, workshop, store)
    registration = comes(session, workshop, "Ann", answers={"passport": upload.token}).registration
    kept = dict(registration.answers["passport"])

    for answer in (kept, kept["id"]):
        changes = {"answers": {"passport": answer}, "locale": "zh-Hant"}
        change_registration(
            session, registration, changes, is_organizer=False, actor="link", now=NOW
        )

    assert registration.answers["passport"] == kept
    assert session.get(AnswerFile, UUID(kept["id"])) is not None


def test_a_workshop_takes_no_files_once_it_is_over_or_too_many_wait(session, store, monkeypatch):
    workshop = a_workshop(session, form=FORM)

    with pytest.raises(Conflict):
        sends(session, workshop, store, now=workshop.ends_at)
    monkeypatch.setattr("services.events.actions.filing.MOST_WAITING", 2)
    for _ in range(2):
        sends(session, workshop, store)
    with pytest.raises(TooMany):
        sends(session, workshop, store)


def test_an_upload_that_nobody_used_is_collected_with_its_content(database, store, tmp_path):
    with database.writing() as session:
        workshop = a_workshop(session, form=FORM)
        used = sends(session, workshop, store)
        sends(session, workshop, store, "other.pdf", PDF + b"2")
        comes(session, workshop, "Ann", answers={"passport": used.token})
    for each in contents(tmp_path):
        os.utime(each, (0, 0))

    sweep_files(database, store, NOW + WAITS - timedelta(seconds=1))
    assert len(contents(tmp_path)) == 2
    sweep_files(database, store, NOW + WAITS + timedelta(seconds=1))

    with database.reading() as session:
        left = session.scalars(select(AnswerFile)).all()
        assert [(each.filename, each.registration_id is None) for each in left] == [
            ("passport.pdf", False)
        ]
    assert [each.read_bytes() for each in contents(tmp_path)] == [PDF]


def test_a_file_is_gone_with_its_person_and_after_its_time(session, store):
    person_id = new_id()
    workshop = a_workshop(session, form=FORM)
    upload = sends(session, workshop, store)
    answers = {"passport": upload.token}
    comes(session, workshop, "Ann", answers=answers, person_id=person_id)
    comes(session, workshop, "Bob", answers=answers)
    session.flush()
    exported = dict(sections_of(session, person_id, None))["answer_files"]
    assert [each["filename"] for each in exported] == ["passport.pdf"]
    assert "secret" not in exported[0]

    forget_person(session, Forgotten(person_id, None, ["Ann"], False), now=NOW)
    bound = select(func.count()).where(AnswerFile.registration_id.is_not(None))
    assert session.scalar(bound) == 1

    RETENTION.retain(session, RETENTION.chosen(""), now=workshop.ends_at + timedelta(days=731))
    assert session.scalar(select(func.count()).select_from(AnswerFile)) == 0


def test_an_answer_stays_readable_when_the_question_is_taken_off(session, store):
    workshop = a_workshop(session, form=FORM)
    upload = sends(session, workshop, store)
    registration = comes(session, workshop, "Ann", answers={"passport": upload.token}).registration
    change_workshop(session, workshop, {"form": []}, actor="test", now=NOW)
    session.flush()

    (asked,) = file_questions(questions_ever(session, workshop))
    assert shown_answer(asked, registration.answers["passport"], "en") == "passport.pdf"


def posted(client, workshop_id, name, **fields):
    page = client.get(f"/events/workshops/{workshop_id}").text
    assert 'enctype="multipart/form-data"' in page
    return client.post(f"/events/workshops/{workshop_id}/register", data={"name": name, **fields})


def test_a_page_keeps_the_file_when_another_field_is_refused(client, database):
    with database.writing() as session:
        workshop_id = a_workshop(session, form=FORM).id
    file = (io.BytesIO(PDF), "passport.pdf")

    refused = posted(client, workshop_id, "Ann", email="no address", **{"answers.passport": file})
    assert refused.status_code == 422
    assert "passport.pdf" in refused.text
    token = re.search(r'name="answers\.passport" value="(link_u_[^"]+)"', refused.text)[1]
    fields = {"email": "ann@people.example", "answers.passport": token}
    done = posted(client, workshop_id, "Ann", **fields)

    assert done.status_code == 303
    own = client.get(done.location)
    path = re.search(r'href="(/events/links/[^"]+/files/[^"]+)"', own.text)[1]
    answer = client.get(path)
    assert answer.data == PDF
    answer.close()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_page_says_why_a_file_is_refused_and_keeps_what_was_typed(client, database, tmp_path):
    with database.writing() as session:
        workshop_id = a_workshop(session, form=FORM).id
    file = (io.BytesIO(b"<html>"), "passport.pdf")

    fields = {"email": "ann@people.example", "answers.passport": file}
    refused = posted(client, workshop_id, "Ann Lee", **fields)

    assert refused.status_code == 422
    assert "its content is not what its name says" in refused.text
    assert 'value="Ann Lee"' in refused.text
    assert contents(tmp_path) == []


def test_a_file_goes_by_api_from_upload_to_the_reading_by_its_person(client, database):
    with database.writing() as session:
        workshop_id = a_workshop(session, form=FORM).id
    file = {"file": (io.BytesIO(PDF), "護照.pdf"), "question": "passport"}

    made = client.post(f"{API}/workshops/{workshop_id}/uploads", data=file)
    assert made.status_code == 201, made.text
    body = {"name": "Ann", "email": "ann@people.example"}
    body |= {"answers": {"passport": made.json["token"]}}
    done = client.post(f"{API}/workshops/{workshop_id}/registrations", json=body)

    assert done.status_code == 201, done.text
    answer = done.json["answers"]["passport"]
    assert answer["filename"] == "護照.pdf"
    with database.reading() as session:
        registration = session.get_one(Registration, UUID(done.json["id"]))
        bearer = {"Authorization": f"Bearer {registration.link_token}"}
        upload = {"Authorization": f"Bearer {made.json['token']}"}
    path = f"{API}/registration-files/{answer['id']}"
    with client.get(path, headers=bearer) as read:
        assert read.data == PDF
    assert client.get(path, headers=upload).status_code == 404
    assert client.get(path).status_code == 401
    assert client.get(path.replace(answer["id"], str(new_id())), headers=bearer).status_code == 404


def test_an_upload_for_no_question_is_refused(client, database):
    with database.writing() as session:
        workshop_id = a_workshop(session, form=FORM).id
    path = f"{API}/workshops/{workshop_id}/uploads"

    for parts in ({"question": "photo"}, {"question": "passport", "more": "x"}, {}):
        file = {"file": (io.BytesIO(PDF), "a.pdf")} | parts
        assert client.post(path, data=file).status_code == 422


def test_paths_of_contents_are_of_their_digest_alone(session, store, tmp_path):
    workshop = a_workshop(session, form=FORM)
    made = sends(session, workshop, store, "../../passport.pdf")

    assert store.path_of(made.digest).read_bytes() == PDF
    assert all(Path(tmp_path / "events") in each.parents for each in contents(tmp_path))
