"""The talent alliance of 31 May 2022: a research institute and six member bodies."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from services.demo.capabilities import load_framework
from services.demo.companies import companies
from services.demo.people import generated, named
from services.members.actions.appointing import affiliate, appoint
from services.members.actions.enrolling import enrol
from services.members.actions.introducing import record_people, record_person
from services.members.actions.joining import add_members, join_all
from services.members.model import Organisation, Person

FOUNDED_AT: Final = datetime(2022, 5, 31, 6, 0, tzinfo=UTC)
FOUNDED_ON: Final = date(2022, 5, 31)
ACTOR: Final = "demo"
ALLIANCE: Final = {
    "names": {"en": "Net-Zero Sustainability Talent Alliance", "zh-Hant": "淨零永續人才聯盟"},
    "kind": "alliance",
    "economy": "TW",
    "email": "alliance@itri.demo.example",
    "url": "https://alliance.demo.example",
}
INSTITUTE: Final = {
    "names": {"en": "Industrial Technology Research Institute", "zh-Hant": "工業技術研究院"},
    "kind": "institute",
    "economy": "TW",
    "email": "school@itri.demo.example",
    "phone": "+88635820100",
    "address": "195, Sec. 4, Chung Hsing Rd., Chutung, Hsinchu",
}
# place → names, kind, sector of its companies, how many
BODIES: Final[dict[str, tuple[dict[str, str], str, str, int]]] = {
    "cnfi": (
        {"en": "Chinese National Federation of Industries", "zh-Hant": "中華民國全國工業總會"},
        "association",
        "manufacturing",
        700,
    ),
    "teema": (
        {
            "en": "Taiwan Electrical and Electronic Manufacturers' Association",
            "zh-Hant": "台灣區電機電子工業同業公會",
        },
        "association",
        "electronics",
        900,
    ),
    "tami": (
        {"en": "Taiwan Association of Machinery Industry", "zh-Hant": "台灣機械工業同業公會"},
        "association",
        "machinery",
        600,
    ),
    "tcia": (
        {"en": "Taiwan Chemical Industry Association", "zh-Hant": "台灣化學產業協會"},
        "association",
        "chemicals",
        400,
    ),
    "tpca": (
        {"en": "Taiwan Printed Circuit Association", "zh-Hant": "台灣電路板協會"},
        "association",
        "circuits",
        300,
    ),
    "ctn": (
        {"en": "Circular Taiwan Network", "zh-Hant": "循環台灣基金會"},
        "foundation",
        "recycling",
        100,
    ),
}
OFFICERS: Final = (
    ("itri", ("劉", "文雄"), "Wen-Hsiung", "Liu", "President"),
    ("itri", ("周", "怡君"), "Yi-Chun", "Chou", "Head of the Net-Zero Sustainability School"),
    ("teema", ("李", "詩欽"), "Richard", "Lee", "Chair"),
    ("tcia", ("陳", "偉望"), "Wei-Wang", "Chen", "Chair"),
)
DELEGATES_OF_A_BODY: Final = 4


@dataclass(frozen=True)
class TalentAlliance:
    """What was made. bodies, delegates: by place, such as `teema`."""

    alliance: Organisation
    institute: Organisation
    bodies: dict[str, Organisation]
    delegates: dict[str, list[Person]]


def load_talent_alliance(session: Session) -> TalentAlliance:
    """The alliance, its bodies with 3,000 companies, its officers and delegates."""
    alliance = enrol(session, ALLIANCE, actor=ACTOR, now=FOUNDED_AT)
    institute = enrol(session, INSTITUTE, actor=ACTOR, now=FOUNDED_AT)
    bodies: dict[str, Organisation] = {}
    for place, (names, kind, _, _) in BODIES.items():
        values = {
            "names": names,
            "kind": kind,
            "economy": "TW",
            "email": f"office@{place}.demo.example",
        }
        bodies[place] = enrol(session, values, actor=ACTOR, now=FOUNDED_AT)
    _join(session, alliance, [institute, *bodies.values()])
    load_framework(session, alliance, actor=ACTOR, now=FOUNDED_AT)
    _load_companies(session, bodies)
    _load_officers(session, bodies | {"itri": institute})
    delegates = {place: _load_delegates(session, body, place) for place, body in bodies.items()}
    return TalentAlliance(alliance, institute, bodies, delegates)


def _join(session: Session, host: Organisation, members: list[Organisation]) -> None:
    join_all(session, host, members, starts_on=FOUNDED_ON, actor=ACTOR, now=FOUNDED_AT)


def _load_companies(session: Session, bodies: dict[str, Organisation]) -> None:
    beginning, overlapping = 1000, []
    for place, (_, _, sector, count) in BODIES.items():
        values = companies(count, sector, beginning=beginning)
        made = add_members(
            session, bodies[place], values, starts_on=FOUNDED_ON, actor=ACTOR, now=FOUNDED_AT
        )
        overlapping += made[:: 20 if place != "cnfi" else count]
        beginning += 10_000
    # One company in several associations is how it is: these are in the federation as well.
    _join(session, bodies["cnfi"], overlapping[1:])


def _load_officers(session: Session, places: dict[str, Organisation]) -> None:
    for place, native, given, family, title in OFFICERS:
        values = named(
            given=given, family=family, native=native, place=place, economy="TW", locale="zh-Hant"
        )
        person = record_person(session, values, actor=ACTOR, now=FOUNDED_AT)
        _employ(session, person, places[place], title, "officer")


def _load_delegates(session: Session, body: Organisation, place: str) -> list[Person]:
    values = generated(DELEGATES_OF_A_BODY, place, beginning=sum(map(ord, place)))
    people = record_people(session, values, actor=ACTOR, now=FOUNDED_AT)
    for person in people:
        _employ(session, person, body, "Delegate", "delegate")
    return people


def _employ(
    session: Session, person: Person, organisation: Organisation, title: str, role: str
) -> None:
    facts: dict[str, Any] = {"starts_on": FOUNDED_ON, "actor": ACTOR, "now": FOUNDED_AT}
    affiliate(session, person, organisation, title=title, **facts)
    appoint(session, person, organisation, role, **facts)
