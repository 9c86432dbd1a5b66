"""Certificates: by the rule and no other, once for each, resumable, verifiable, revocable."""

import base64
import gzip
import hashlib
import io
import json
from datetime import timedelta

import base58
import jwt
import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pypdf import PdfReader
from sqlalchemy import select

from services.events.actions import certifying, scoring
from services.events.actions.door import Scan, check_in
from services.events.actions.failures import WrongState
from services.events.actions.forgetting import erase_person
from services.events.app import create_app
from services.events.model import Certificate, Registration, TestScore
from services.events.model.ticket import short_code
from services.events.queries import certificates as queries
from services.events.queries.attendance import those_with_a_seat
from services.events.queries.certificate_papers import Issuer, Printed, certificate_pdf
from services.events.queries.personal_data import sections_of
from services.events.settings import EventsSettings
from services.events.timers import go_on_with_certificates
from shared.contracts.events_certificates import CertificateIssued, CertificateRevoked
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.outbox import told_in
from tests.events.builders import IN_A_MONTH, a_workshop, an_organisation, comes
from tests.events.course_builders import RULE

API = "/events/api/v1"
OVER = IN_A_MONTH + timedelta(hours=7)


@pytest.fixture
def client(database):
    settings = EventsSettings(
        secret_key="s" * 32, broker_url="embedded:///nowhere", database_url=database.url
    )
    return create_app(settings, database, clock=lambda: OVER).test_client()


def a_rule(session, workshop, **values):
    return certifying.set_rule(session, workshop, RULE | values, actor="test", now=OVER)


def was_there(session, workshop, name, hours, **facts):
    """Somebody who came at the beginning and left after so many hours."""
    person = comes(session, workshop, name, **facts).registration
    session.flush()
    for way, at in (("in", 0.0), ("out", hours)):
        scan = Scan(
            scan_id=str(new_id()),
            code=short_code(person.id),
            direction=way,
            scanned_at=IN_A_MONTH + timedelta(hours=at),
        )
        check_in(session, workshop, scan, actor="door", now=OVER)
    return person


def lacks(session, workshop, rule):
    people = list(session.scalars(those_with_a_seat(workshop).order_by(Registration.name)))
    found = queries.standings_of(session, workshop, rule, people, now=OVER)
    return {each.registration.name: each.lacks for each in found}


def issued(session):
    return [each.certificate.name for each in told_in(session) if type(each) is CertificateIssued]


def an_issued(session, **facts):
    """Ann's, of a workshop of six hours."""
    workshop = a_workshop(session, seats=5)
    a_rule(session, workshop)
    person = was_there(session, workshop, "Ann", 5, **facts)
    certifying.issue(session, workshop, actor="test", now=OVER)
    return queries.certificate_for(session, person.id), person, workshop


def test_who_qualifies_and_what_the_others_lack(session):
    workshop = a_workshop(session, seats=9)
    rule = a_rule(session, workshop, least_hours=2, least_share=50, least_score=60)
    people = {
        name: was_there(session, workshop, name, hours)
        for name, hours in (("Ann", 3), ("Ben", 2.5), ("Cho", 6))
    }
    comes(session, workshop, "Dan")
    scores = {people["Ann"].id: 60, people["Ben"].id: 100, people["Cho"].id: 59.5}
    scoring.enter_scores(session, scores, actor="test", now=OVER)

    assert queries.needed_hours(session, workshop, rule) == 3
    assert lacks(session, workshop, rule) == {
        "Ann": (),
        "Ben": ("hours",),
        "Cho": ("score",),
        "Dan": ("not_there", "hours", "score"),
    }


def test_issuing_again_reaches_only_those_who_qualify_now(session):
    workshop = a_workshop(session, seats=9)
    a_rule(session, workshop, least_hours=4)
    was_there(session, workshop, "Ann", 5)
    was_there(session, workshop, "Ben", 3)

    first = certifying.issue(session, workshop, actor="test", now=OVER)
    again = certifying.issue(session, workshop, actor="test", now=OVER)
    a_rule(session, workshop, least_hours=3)
    third = certifying.issue(session, workshop, actor="test", now=OVER)

    assert [run.issued for run in (first, again, third)] == [1, 0, 1]
    assert issued(session) == ["Ann", "Ben"]


def test_without_a_rule_whoever_was_there_has_earned_one(session):
    workshop = a_workshop(session, seats=9)
    was_there(session, workshop, "Ann", 1)
    comes(session, workshop, "Dan")

    run = certifying.issue(session, workshop, actor="test", now=OVER)

    assert (run.issued, issued(session)) == (1, ["Ann"])
    assert queries.get_rule(session, workshop).least_hours is None


def test_nothing_is_issued_before_the_end(session):
    workshop = a_workshop(session, seats=9)
    a_rule(session, workshop)
    with pytest.raises(WrongState):
        certifying.issue(session, workshop, actor="test", now=IN_A_MONTH)


def test_a_large_issuing_goes_on_where_it_stopped_and_gives_everyone_one(database, monkeypatch):
    monkeypatch.setattr(certifying, "AT_ONCE", 3)
    with database.writing() as session:
        workshop = a_workshop(session, seats=20)
        a_rule(session, workshop)
        for number in range(7):
            was_there(session, workshop, f"Ann {number}", 5)
        run = certifying.issue(session, workshop, actor="test", now=OVER)
        assert (run.state, run.done, run.total) == ("running", 3, 7)
        assert certifying.issue(session, workshop, actor="test", now=OVER) is run

    go_on_with_certificates(database, OVER)
    go_on_with_certificates(database, OVER)

    with database.reading() as session:
        found = queries.latest_run(session, workshop.id)
        assert (found.state, found.done, found.issued) == ("done", 7, 7)
        numbers = session.scalars(select(Certificate.number).order_by(Certificate.number))
        assert list(numbers) == list(range(7))


def test_pasted_scores_find_people_by_address_code_or_name_and_name_the_bad_line(session):
    workshop = a_workshop(session, seats=9)
    ann, ben, cho = (
        comes(session, workshop, name).registration for name in ("Ann", "Ben", "王小明")
    )
    text = f"who,score\nANN@people.example,80\n{short_code(ben.id)},7.5\n王小明,100\n"

    assert scoring.read_scores(session, workshop, text) == {ann.id: 80, ben.id: 7.5, cho.id: 100}
    for wrong, line in (("Ann,80\nZoe,1", "Line 2"), ("Ann,80\nBen,101", "Line 2")):
        with pytest.raises(Invalid, match=line):
            scoring.read_scores(session, workshop, wrong)


def test_a_seal_must_be_a_picture_of_the_workshop(session):
    workshop, body = a_workshop(session), an_organisation(session, "Co-host")
    issuers = [{"organisation_id": body, "seal_id": new_id()}]

    with pytest.raises(Invalid, match="no such material"):
        a_rule(session, workshop, issuers=issuers)


def test_the_embedded_proof_is_verified_by_the_published_key_and_by_no_changed_text(
    client, database
):
    with database.writing() as session:
        made, person, workshop = an_issued(session)
        certificate_id, host_id = made.id, workshop.host_id
        link = {"Authorization": f"Bearer {person.link_token}"}
    credential = client.get(f"{API}/certificates/{certificate_id}.json", headers=link).json
    profile = client.get(f"{API}/issuers/{host_id}").json

    proof = credential.pop("proof")
    signature = base58.b58decode(proof.pop("proofValue")[1:])
    (method,) = [m for m in profile["verificationMethod"] if m["id"] == proof["verificationMethod"]]
    raw = base58.b58decode(method["publicKeyMultibase"][1:])
    said = [hashlib.sha256(rfc8785.dumps(each)).digest() for each in (proof, credential)]

    assert (raw[:2], profile["id"]) == (b"\xed\x01", credential["issuer"]["id"])
    assert method["id"] in profile["assertionMethod"]
    Ed25519PublicKey.from_public_bytes(raw[2:]).verify(signature, b"".join(said))
    credential["name"] += "!"
    changed = said[0] + hashlib.sha256(rfc8785.dumps(credential)).digest()
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(raw[2:]).verify(signature, changed)


def test_the_jwt_is_verified_by_another_library_with_the_key_that_it_names(client, database):
    with database.writing() as session:
        made, person, _ = an_issued(session)
        path = f"{API}/certificates/{made.id}"
        link = {"Authorization": f"Bearer {person.link_token}"}

    token = client.get(f"{path}.jwt", headers=link).text
    header = jwt.get_unverified_header(token)
    key = client.get(header["kid"].partition("8000")[2]).json
    claims = jwt.decode(
        token,
        jwt.PyJWK(key),
        algorithms=["EdDSA"],
        issuer=jwt.decode(token, options={"verify_signature": False})["iss"],
        options={"verify_nbf": False},
    )

    embedded = client.get(f"{path}.json", headers=link).json
    assert header["alg"] == "EdDSA"
    assert (claims["jti"], claims["iss"]) == (embedded["id"], embedded["issuer"]["id"])
    assert {k: v for k, v in claims.items() if k not in ("iss", "jti", "nbf")} == {
        k: v for k, v in embedded.items() if k != "proof"
    }


def test_the_credential_keeps_the_published_rules_of_open_badges(client, database):
    with database.writing() as session:
        made, person, _ = an_issued(session)
        path = f"{API}/certificates/{made.id}.json"
        link = {"Authorization": f"Bearer {person.link_token}"}

    found = client.get(path, headers=link).json

    assert found["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert found["@context"][1].startswith("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0")
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(found["type"])
    assert {"id", "issuer", "validFrom", "credentialSubject", "name"} <= set(found)
    subject = found["credentialSubject"]
    assert "AchievementSubject" in subject["type"]
    identity = subject["identifier"][0]
    assert {"type", "hashed", "identityHash", "identityType"} <= set(identity)
    achievement = subject["achievement"]
    assert {"id", "type", "name", "description", "criteria"} <= set(achievement)
    assert "Achievement" in achievement["type"]
    described = {each["id"] for each in achievement["resultDescription"]}
    assert {each["resultDescription"] for each in subject["result"]} == described
    assert found["proof"]["proofPurpose"] == "assertionMethod"
    assert "@people.example" not in json.dumps(found)


def is_revoked(client, entry):
    listed = client.get(entry["statusListCredential"].partition("8000")[2]).json
    packed = listed["credentialSubject"]["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    place = int(entry["statusListIndex"])
    assert len(bits) * 8 >= 131_072
    return bool(bits[place // 8] & (128 >> place % 8))


def test_revoking_shows_wherever_it_is_checked_and_tells_the_holder_alone_why(client, database):
    with database.writing() as session:
        made, person, _ = an_issued(session)
        certificate_id = made.id
        link = {"Authorization": f"Bearer {person.link_token}"}
    path = f"{API}/certificates/{certificate_id}"
    before = client.get(f"{path}/verify").json
    entry = client.get(f"{path}.json", headers=link).json["credentialStatus"]
    assert (before["state"], before["name"], is_revoked(client, entry)) == ("valid", "Ann", False)

    with database.writing() as session:
        found = session.get_one(Certificate, certificate_id)
        for _ in range(2):
            certifying.revoke(session, found, actor="x", now=OVER, reason="Another's badge.")
        (told,) = [each for each in told_in(session) if isinstance(each, CertificateRevoked)]

    after = client.get(f"{path}/verify").json
    assert (told.reason, told.certificate.state) == ("Another's badge.", "revoked")
    assert (after["state"], after["name"]) == ("revoked", None)
    assert "badge" not in json.dumps(after)
    assert is_revoked(client, entry)
    assert client.get(f"{path}.pdf", headers=link).status_code == 200


def test_who_has_no_link_gets_the_verdict_and_nothing_else(client, database):
    with database.writing() as session:
        made, _, workshop = an_issued(session)
        other = comes(session, workshop, "Zoe", now=IN_A_MONTH - timedelta(days=1)).registration
        path = f"{API}/certificates/{made.id}"
        stranger = {"Authorization": f"Bearer {other.link_token}"}

    for ending in ("", ".pdf", ".json", ".jwt"):
        assert client.get(f"{path}{ending}").status_code == 401
        assert client.get(f"{path}{ending}", headers=stranger).status_code == 404
    verdict = client.get(f"{path}/verify").json
    assert verdict.keys() == {
        *("id", "state", "name", "titles", "workshop_titles"),
        *("hours", "issuers", "issued_at", "revoked_at"),
    }


def test_a_certificate_is_one_page_that_embeds_its_fonts_for_any_script():
    shown = Printed(
        title="研習證明書",
        name="Nguyễn Thị Ánh 王小明",
        workshop="碳盤查實務 Carbon inventory",
        text="Практика: углеродный след",
        when="5 September 2024",
        hours="5.5",
        issued_on="6 September 2024",
        address="https://plenary.example/events/certificates/0198",
        issuers=[Issuer(name=f"Institute {number}", seal=None) for number in range(5)],
        language="zh-Hant",
        is_revoked=True,
    )

    found = PdfReader(io.BytesIO(certificate_pdf(shown, translate=str)))

    (page,) = found.pages
    text = page.extract_text()
    for each in ("研習證明書", "王小明", "углеродный", "Institute 4", "REVOKED"):
        assert each in text
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert all("/DescendantFonts" in font for font in fonts)


def test_an_erased_holder_is_nobodys_and_can_not_be_looked_up(session):
    person_id = new_id()
    made, person, _ = an_issued(session, person_id=person_id)
    scoring.enter_scores(session, {person.id: 70}, actor="test", now=OVER)
    exported = dict(sections_of(session, person_id, None))
    assert [row["name"] for row in exported["certificates"]] == ["Ann"]
    assert [row["score"] for row in exported["test_scores"]] == [70]

    who = Forgotten(person_id, person.email, ("Ann",), owns_address=True)
    erase_person(session, who, now=OVER)
    session.flush()
    session.refresh(made)

    assert (made.name, made.person_id, made.state) == ("erased", None, "erased")
    assert session.scalars(select(TestScore)).all() == []
    with pytest.raises(NotFound):
        queries.get_public(session, made.id)
