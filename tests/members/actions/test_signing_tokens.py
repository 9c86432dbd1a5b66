"""Access tokens: only those that members signed, for us, and in time, are good."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey
from sqlalchemy import select

from services.members.actions.signing_in import sign_in, sign_out
from services.members.actions.signing_tokens import (
    SIGNS_FOR,
    TOLD_BEFORE,
    known_keys,
    rotate_keys,
    signing_key,
)
from services.members.model import SigningKey
from shared.contracts.members import SigningKeyPublished
from shared.foundation.failures import Unauthenticated
from shared.foundation.identities import Role
from shared.web.identity import identity_of
from shared.web.keys import KeyRing
from tests.members.builders import NOW, a_grant, an_organisation, told


@pytest.fixture
def signed_in(database, person, settings):
    with database.writing() as session:
        return sign_in(session, person.id, agent="", settings=settings, now=NOW)


@pytest.fixture
def ring(database):
    return KeyRing(database)


@pytest.fixture
def forge(database, signed_in):
    """Sign claims as members would, with what is named changed."""
    with database.reading() as session:
        key = session.scalars(select(SigningKey)).one()
    private = {"kty": "OKP", "crv": "Ed25519", "x": key.public_x, "d": key.private_d}
    good = json.loads(_unpacked(signed_in.token.text.split(".")[1]))

    def sign(*, alg="EdDSA", kid=str(key.id), signer=None, without=(), **changes):
        claims = {name: value for name, value in (good | changes).items() if name not in without}
        signer = signer or OKPKey.import_key(private)
        return jwt.encode({"alg": alg, "kid": kid}, claims, signer, algorithms=[alg])

    forge: Any = sign
    forge.public_x, forge.kid = key.public_x, str(key.id)
    return forge


def _unpacked(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _packed(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def test_a_token_says_who_asks_and_what_they_may_do(database, person, settings):
    with database.writing() as session:
        place = an_organisation(session)
        a_grant(session, person, Role.FOCAL_POINT, place)
        token = sign_in(session, person.id, agent="", settings=settings, now=NOW).token

    identity = identity_of(KeyRing(database).read_token(token.text, now=NOW))

    assert (identity.person_id, identity.email) == (person.id, "mei@one.example")
    assert [(g.role, g.organisation_id, g.subtree) for g in identity.grants] == [
        (Role.FOCAL_POINT, place.id, True)
    ]


def test_a_token_has_the_name_for_each_reader_and_the_zone_of_the_account(
    database, person, settings
):
    native = {"kind": "native", "given": "美", "family": "林", "order": "family_first"}
    with database.writing() as session:
        known = session.merge(person)
        known.names, known.time_zone = [*known.names, native], "Asia/Taipei"
        token = sign_in(session, person.id, agent="", settings=settings, now=NOW).token

    identity = identity_of(KeyRing(database).read_token(token.text, now=NOW))

    assert (identity.name_in("en"), identity.name_in("zh-Hant")) == ("Mei Lin", "林美")
    assert (identity.name_in("th"), identity.time_zone) == ("Mei Lin", "Asia/Taipei")


def test_what_members_signs_is_good(ring, forge):
    assert ring.read_token(forge(), now=NOW)["aud"] == "plenary"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "elsewhere"},
        {"iss": "elsewhere"},
        {"without": ("exp",)},
        {"without": ("sub",)},
        {"without": ("sid",)},
        {"exp": int(NOW.timestamp()) - 1},
        {"exp": "soon"},
        {"kid": "00000000-0000-7000-8000-000000000000"},
        {"kid": ""},
        {"sid": "no id"},
    ],
    ids=str,
)
def test_a_token_that_is_not_right_in_one_thing_is_refused(ring, forge, changes):
    with pytest.raises(Unauthenticated):
        ring.read_token(forge(**changes), now=NOW)


def test_a_token_without_a_signature_is_refused(ring, forge):
    _, claims, _ = forge().split(".")

    for alg in ("none", "None", "NONE"):
        unsigned = f"{_packed({'alg': alg, 'kid': forge.kid})}.{claims}."
        with pytest.raises(Unauthenticated):
            ring.read_token(unsigned, now=NOW)


def test_the_public_key_is_no_shared_secret(ring, forge):
    for secret in (forge.public_x.encode(), _unpacked(forge.public_x)):
        token = forge(alg="HS256", signer=OctKey.import_key(secret))
        with pytest.raises(Unauthenticated):
            ring.read_token(token, now=NOW)


def test_another_s_key_under_our_key_s_name_is_refused(ring, forge):
    with pytest.raises(Unauthenticated):
        ring.read_token(forge(signer=OKPKey.generate_key("Ed25519")), now=NOW)


def test_a_changed_claim_breaks_the_signature(ring, forge):
    head, claims, signature = forge().split(".")
    more = json.loads(_unpacked(claims)) | {"grants": [["operator", None, True]]}

    with pytest.raises(Unauthenticated):
        ring.read_token(f"{head}.{_packed(more)}.{signature}", now=NOW)


def test_a_session_that_was_ended_has_no_good_token(database, ring, signed_in, settings):
    with database.writing() as session:
        opened = session.merge(signed_in.session)
        sign_out(session, opened, settings=settings, now=NOW)

    with pytest.raises(Unauthenticated):
        ring.read_token(signed_in.token.text, now=NOW)


def test_the_first_key_is_made_when_it_is_needed_and_kept(session):
    first = signing_key(session, now=NOW)

    assert signing_key(session, now=NOW) is first
    assert [type(message) for message in told(session)] == [SigningKeyPublished]


def test_a_new_key_is_known_a_day_before_it_signs(session):
    first = signing_key(session, now=NOW)
    early = NOW + SIGNS_FOR - TOLD_BEFORE

    rotate_keys(session, now=early - timedelta(minutes=1))
    assert known_keys(session, now=NOW) == [first]

    rotate_keys(session, now=early)
    rotate_keys(session, now=early)
    _, second = known_keys(session, now=early)
    assert signing_key(session, now=early) is first
    assert signing_key(session, now=NOW + SIGNS_FOR) is second


def test_a_key_outlives_its_last_token(session):
    first = signing_key(session, now=NOW)

    assert first.expires_at - first.signs_until > timedelta(minutes=10)
    rotate_keys(session, now=first.signs_until)
    assert first in known_keys(session, now=first.signs_until)
