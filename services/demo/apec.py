"""The APEC working group, its economies' bodies, and the people of the workshop of 2024."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from services.demo.people import named
from services.members.actions.appointing import affiliate, appoint
from services.members.actions.enrolling import enrol
from services.members.actions.introducing import record_person
from services.members.actions.joining import join_all
from services.members.model import Organisation, Person

PROPOSED_AT: Final = datetime(2023, 6, 19, 2, 0, tzinfo=UTC)
PROPOSED_ON: Final = date(2023, 6, 19)
ACTOR: Final = "demo"
GROUP: Final = {
    "names": {
        "en": "APEC Human Resources Development Working Group",
        "zh-Hant": "APEC 人力資源發展工作小組",
    },
    "kind": "alliance",
    "email": "hrdwg@apec.demo.example",
}
# economy → place, names of its body
BODIES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "KR": ("moel", {"en": "Ministry of Employment and Labor", "zh-Hant": "韓國僱用勞動部"}),
    "MY": ("mohr", {"en": "Ministry of Human Resources", "zh-Hant": "馬來西亞人力資源部"}),
    "NZ": (
        "mbie",
        {
            "en": "Ministry of Business, Innovation and Employment",
            "zh-Hant": "紐西蘭商業創新就業部",
        },
    ),
    "PG": (
        "dlir",
        {
            "en": "Department of Labour and Industrial Relations",
            "zh-Hant": "巴布亞紐幾內亞勞工暨勞資關係部",
        },
    ),
    "PE": (
        "mtpe",
        {"en": "Ministry of Labour and Employment Promotion", "zh-Hant": "秘魯勞動與就業促進部"},
    ),
    "PH": ("dole", {"en": "Department of Labor and Employment", "zh-Hant": "菲律賓勞動就業部"}),
    "TH": ("mol", {"en": "Ministry of Labour", "zh-Hant": "泰國勞動部"}),
    "US": ("dol", {"en": "Department of Labor", "zh-Hant": "美國勞動部"}),
    "VN": (
        "molisa",
        {"en": "Ministry of Labour, Invalids and Social Affairs", "zh-Hant": "越南勞動榮軍社會部"},
    ),
    "TW": (
        "wda",
        {"en": "Workforce Development Agency, Ministry of Labor", "zh-Hant": "勞動部勞動力發展署"},
    ),
}
DELEGATES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "KR": (("Ji-Hoon", "Park"), ("Min-Seo", "Kim")),
    "MY": (("Aisyah", "Rahman"), ("Wei Jie", "Tan")),
    "NZ": (("Hana", "Parata"), ("James", "Walker")),
    "PG": (("Grace", "Kila"), ("Peter", "Wari")),
    "PE": (("Lucia", "Quispe"), ("Carlos", "Mamani")),
    "PH": (("Maria", "Santos"), ("Jose", "Reyes")),
    "TH": (("Somchai", "Jaidee"), ("Malee", "Srisuk")),
    "US": (("Emily", "Carter"), ("David", "Nguyen")),
    "VN": (("Linh", "Tran"), ("Minh", "Pham")),
    "TW": (("Hsiang-Hua", "Lin"), ("Shih-Chang", "Chen")),
}
NATIVE: Final = {"Hsiang-Hua": ("林", "湘樺"), "Shih-Chang": ("陳", "世昌")}


@dataclass(frozen=True)
class WorkingGroup:
    """What was made. bodies, delegates: by economy."""

    group: Organisation
    bodies: dict[str, Organisation]
    delegates: dict[str, list[Person]]

    @property
    def host(self) -> Organisation:
        """The agency that holds the workshops."""
        return self.bodies["TW"]


def load_working_group(session: Session) -> WorkingGroup:
    """The group, a body for each of ten economies, two delegates each."""
    group = enrol(session, GROUP, actor=ACTOR, now=PROPOSED_AT)
    bodies, delegates = {}, {}
    for economy, (place, names) in BODIES.items():
        values = {
            "names": names,
            "kind": "agency",
            "economy": economy,
            "email": f"office@{place}.demo.example",
        }
        bodies[economy] = enrol(session, values, actor=ACTOR, now=PROPOSED_AT)
    facts: dict[str, Any] = {"starts_on": PROPOSED_ON, "actor": ACTOR, "now": PROPOSED_AT}
    join_all(session, group, list(bodies.values()), **facts)
    for economy, body in bodies.items():
        delegates[economy] = [
            _load_delegate(session, body, economy, given, family)
            for given, family in DELEGATES[economy]
        ]
    return WorkingGroup(group, bodies, delegates)


def _load_delegate(
    session: Session, body: Organisation, economy: str, given: str, family: str
) -> Person:
    values = named(
        given=given,
        family=family,
        native=NATIVE.get(given),
        place=BODIES[economy][0],
        economy=economy,
        locale="zh-Hant" if economy == "TW" else "en",
    )
    person = record_person(session, values, actor=ACTOR, now=PROPOSED_AT)
    facts: dict[str, Any] = {"starts_on": PROPOSED_ON, "actor": ACTOR, "now": PROPOSED_AT}
    affiliate(session, person, body, title="Delegate", **facts)
    appoint(session, person, body, "delegate", **facts)
    return person
