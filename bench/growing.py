"""Many rows for measuring growth, by plain SQL: a benchmark has no time for actions."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import OKPKey
from sqlalchemy import insert, text

from shared.database import Database
from shared.web.keys import ALGORITHM, AUDIENCE, ISSUER
from shared.web.tables import signing_keys

ROSTER: Final = UUID("00000000-0000-7000-9000-000000000001")
"""The workshop whose roster has all the rows, each with a seat."""
LINE: Final = UUID("00000000-0000-7000-9000-000000000002")
"""The workshop where all of them wait."""
NEEDLE: Final = "needle"
"""A word in the names of ten organisations, however many there are."""

GIVEN: Final = (
    "文美雅志明华建国英俊伟秀丽淑芬惠玲怡君婷宗翰家豪冠宇承恩品妍子晴柏睿诗涵宥廷思妤欣晨"
)
"""Letters of Chinese names, folded."""
SEARCHES: Final = (
    ("organisations", "a rare word", NEEDLE),
    ("organisations", "two letters of Chinese", "研究"),
    ("organisations", "one letter of Chinese", "研"),
    ("organisations", "a word that all have", "company"),
    ("organisations", "a word that none has", "zzzz"),
    ("people", "a native name", "陳文美"),
    ("people", "a given name of two letters", "文美"),
    ("people", "part of a romanised name", "abc"),
    ("people", "a romanised surname that one in ten has", "chen"),
    ("people", "a native surname that one in ten has, late in the order", "楊"),
    ("people", "a word that nobody has", "zzzz"),
)
"""What is searched, what for, and the word."""

# Ids rise, as UUIDs of version 7 do. Half of the workshops were held, half are to come.
EVENTS: Final = f"""
INSERT INTO organisations (id, version, names, kind, economy)
VALUES ('{ROSTER}', 1, '{{"en": "The host"}}', 'alliance', 'TW');

INSERT INTO workshops (id, version, titles, summary, kind, state, host_id, starts_at, ends_at,
    time_zone, venue, capacity, mode, form, languages, visibility, created_at)
SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, 1,
    jsonb_build_object('en', 'Workshop ' || n), '{{}}', 'workshop', 'published', '{ROSTER}',
    now() + (n - :count / 2) * interval '1 hour' - interval '30 minutes',
    now() + (n - :count / 2) * interval '1 hour', 'Asia/Taipei',
    '{{"mode": "online"}}', 1000000, 'open', '[]', '["en"]', 'public', now()
FROM generate_series(1, :count) n;

INSERT INTO seat_ledgers (workshop_id, capacity, confirmed, held, offered, allotted, waiting,
    next_queue_number)
SELECT id, capacity, 0, 0, 0, 0, 0, 1 FROM workshops;
UPDATE seat_ledgers SET confirmed = :count WHERE workshop_id = '{ROSTER}';
UPDATE seat_ledgers SET capacity = 0, waiting = :count, next_queue_number = :count + 1
WHERE workshop_id = '{LINE}';

INSERT INTO registrations (id, version, workshop_id, name, name_key, email, email_key, locale,
    answers, state, queue_number, secret, created_at)
SELECT ('00000000-0000-7000-a000-' || lpad(to_hex(2 * n + line), 12, '0'))::uuid, 1,
    CASE line WHEN 0 THEN '{ROSTER}'::uuid ELSE '{LINE}'::uuid END,
    'Guest ' || n, 'guest ' || n, 'g' || n || '@people.example', 'g' || n || '@people.example',
    'en', '{{"diet": "vegetarian"}}', CASE line WHEN 0 THEN 'confirmed' ELSE 'waiting' END,
    CASE line WHEN 0 THEN NULL ELSE n END, 'secret', now()
FROM generate_series(1, :count) n, generate_series(0, 1) line;
"""
# Every tenth organisation is a trading company, one in a thousand a research institute; people
# have the ten commonest surnames of Taiwan, and given names of two letters.
MEMBERS: Final = f"""
INSERT INTO organisations (id, version, names, search_key, sort_key, kind, economy, created_at)
SELECT gen_random_uuid(), 1, jsonb_build_object('en', name, 'zh-Hant', native),
    lower(name) || E'\\n' || native, lower(name), 'company', 'TW', now()
FROM (
    SELECT n, md5(n::text) || CASE WHEN n % 10 = 0 THEN ' Trading' ELSE '' END || ' Company'
        || CASE WHEN n % (:count / 10) = 0 THEN ' {NEEDLE}' ELSE '' END AS name,
        substr('{GIVEN}', 1 + n % {len(GIVEN)}, 1)
        || substr('{GIVEN}', 1 + (n * 7 + n / {len(GIVEN)}) % {len(GIVEN)}, 1)
        || CASE WHEN n % 1000 = 0 THEN '研究院' ELSE '公司' END AS native
    FROM generate_series(1, :count) n
) named;

INSERT INTO people (id, version, names, search_key, sort_key, is_bouncing, locale, time_zone,
    has_account, created_at)
SELECT gen_random_uuid(), 1, jsonb_build_array(
    jsonb_build_object('kind', 'romanised', 'given', given, 'family', family,
        'order', 'given_first'),
    jsonb_build_object('kind', 'native', 'given', given_native, 'family', family_native,
        'order', 'family_first')),
    lower(given || ' ' || family || E'\\n' || family || ' ' || given) || E'\\n'
        || family_native || given_native || E'\\n' || given_native || family_native,
    lower(family || ' ' || given), false, 'en', 'Asia/Taipei', false, now()
FROM (
    SELECT n, (string_to_array('Chen Lin Huang Chang Li Wang Wu Liu Tsai Yang', ' '))
            [1 + n % 10] AS family,
        substr('陈林黄张李王吴刘蔡杨', 1 + n % 10, 1) AS family_native,
        initcap(translate(substr(md5(n::text), 1, 7), '0123456789', 'ghijklmnop')) AS given,
        substr('{GIVEN}', 1 + n / 10 % {len(GIVEN)}, 1)
            || substr('{GIVEN}', 1 + n / 500 % {len(GIVEN)}, 1) AS given_native
    FROM generate_series(1, :count) n
) named;

INSERT INTO affiliations (id, version, person_id, organisation_id, title)
SELECT gen_random_uuid(), 1, people.id, organisations.id, 'Engineer'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM people) people
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM organisations) organisations
    USING (place);
"""


def registration_id(number: int, *, waits: bool) -> str:
    """The id of the guest of that number, from 1, on the roster or in the line."""
    return f"00000000-0000-7000-a000-{2 * number + waits:012x}"


def grow(database: Database, statements: str, count: int) -> None:
    """Insert so many rows of each kind, and let PostgreSQL learn how many they are."""
    with database.engine.begin() as connection:
        for statement in statements.split(";\n"):
            if statement.strip():
                connection.execute(text(statement), {"count": count})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def operator_headers(database: Database) -> dict[str, str]:
    """What an operator's requests of API and pages carry, signed by a key that is known."""
    now, key_id = datetime.now(UTC), uuid4()
    private = OKPKey.generate_key("Ed25519")
    values = {
        "key_id": key_id,
        "public_x": private.as_dict(private=False)["x"],
        "expires_at": now + timedelta(hours=2),
    }
    with database.writing() as session:
        session.execute(insert(signing_keys).values(**values))
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 3600,
        "name": "Olivia Peng",
        "email": "operator@bench.example",
        "locale": "en",
        "grants": [["operator", None, True]],
    }
    header = {"alg": ALGORITHM, "kid": str(key_id)}
    token = jwt.encode(header, claims, private, algorithms=[ALGORITHM])
    return {"Authorization": f"Bearer {token}", "Cookie": f"plenary_token={token}"}
