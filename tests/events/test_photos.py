"""Photos of speakers: what is kept of what was sent, who sees it, and where it is gone."""

import io

import pytest
from PIL import Image

from services.events.actions.cloning import clone
from services.events.actions.forgetting import forget_person
from services.events.actions.portraying import SIDE, drawn_anew, remove_photo, set_photo
from services.events.actions.programming import add_speaker
from services.events.actions.sharing import Upload, sweep_contents
from services.events.app import create_app
from services.events.model import Speaker
from services.events.queries.workshops import programme_of
from services.events.settings import EventsSettings
from shared.files import FileStore
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from tests.events.builders import NOW, a_workshop
from tests.support.pictures import SECRET, a_picture


def a_speaker(session, workshop, **facts):
    values = {"names": {"en": "Ada"}, "titles": {}, "affiliations": {}, "topics": {}}
    made = add_speaker(session, workshop, values | {"economy": None, "person_id": None} | facts)
    session.flush()
    return made


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")]
)
def test_nothing_but_the_picture_is_kept(name, kind):
    sent = a_picture(kind)
    assert SECRET in sent

    kept = drawn_anew(Upload(name, sent))

    assert SECRET not in kept
    with Image.open(io.BytesIO(kept)) as found:
        assert (found.format, found.size) == ("WEBP", (SIDE, SIDE))
        assert dict(found.getexif()) == {}
        assert not {"exif", "icc_profile", "xmp"} & set(found.info)
    assert len(kept) < 20_000


def test_a_photo_is_turned_as_its_camera_said():
    kept = drawn_anew(Upload("a.jpg", a_picture(turned=True)))

    with Image.open(io.BytesIO(kept)) as found:
        upper, lower = found.getpixel((SIDE // 2, 20)), found.getpixel((SIDE // 2, SIDE - 20))
    assert upper[2] > 200 > upper[0]
    assert lower[0] > 200 > lower[2]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", a_picture("PNG")),
        ("a.png", b"<svg onload=alert(1)>"),
        ("a.svg", b"<svg/>"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.jpg", a_picture()[:400]),
        ("a.png", a_picture("PNG", (8000, 7000))),
        ("a.jpg", a_picture() + b"x" * (5 << 20)),
        ("a.jpg", b""),
    ],
)
def test_what_is_no_photo_is_refused(name, content):
    with pytest.raises(Invalid) as refused:
        drawn_anew(Upload(name, content))

    assert refused.value.faults[0].pointer == "/file"


def test_a_photo_goes_with_a_copy_and_its_content_with_the_last_that_has_it(session, tmp_path):
    store, workshop = FileStore(tmp_path), a_workshop(session)
    speaker = a_speaker(session, workshop)
    set_photo(speaker, Upload("a.jpg", a_picture()), store=store)
    assert speaker.version == 2
    session.flush()

    copy = clone(session, workshop, actor="test", now=NOW)
    _, _, (copied,) = programme_of(session, copy.id)
    assert copied.photo == speaker.photo
    remove_photo(speaker)
    session.flush()
    assert sweep_contents(session, store, before=1e11) == 0
    remove_photo(copied)
    session.flush()
    assert sweep_contents(session, store, before=1e11) == 1


def test_a_photo_goes_with_its_person(session, tmp_path):
    store, workshop, person_id = FileStore(tmp_path), a_workshop(session), new_id()
    speaker = a_speaker(session, workshop, person_id=person_id)
    set_photo(speaker, Upload("a.jpg", a_picture()), store=store)
    session.flush()

    forget_person(session, Forgotten(person_id, None, [], False), now=NOW)

    session.refresh(speaker)
    assert speaker.photo is None


def test_everyone_sees_the_photo_of_a_public_workshop_and_may_keep_it(database, tmp_path):
    settings = EventsSettings(
        secret_key="s" * 32,
        broker_url="embedded:///nowhere",
        database_url=database.url,
        files_folder=str(tmp_path),
    )
    client = create_app(settings, database, clock=lambda: NOW).test_client()
    paths = {}
    with database.writing() as session:
        for visibility in ("public", "members"):
            workshop = a_workshop(session, visibility=visibility)
            speaker = a_speaker(session, workshop)
            store = FileStore(tmp_path / "events")
            set_photo(speaker, Upload("a.jpg", a_picture()), store=store)
            paths[visibility] = (f"/events/workshops/{workshop.id}", speaker.photo_path)
            speaker_id = speaker.id

    page = client.get(paths["public"][0]).text
    shown = f'src="{paths["public"][1]}" alt="Portrait of Ada" width="44" height="44"'
    assert shown in page
    with client.get(paths["public"][1]) as answer:
        assert answer.content_type == "image/webp"
        assert "immutable" in answer.headers["Cache-Control"]
        assert len(page) + len(answer.data) < 100_000
    assert client.get(paths["members"][1]).status_code == 404
    assert client.get(paths["public"][1].replace(".webp", "0.webp")).status_code == 404
    with database.reading() as session:
        assert session.get_one(Speaker, speaker_id).photo_path == paths["members"][1]
