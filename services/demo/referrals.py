"""The talent alliance's catalogues, and a referral under way."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from services.demo.cases import companies_of, lineages
from services.demo.talent import ACTOR, TalentAlliance
from services.members.actions.appointing import affiliate
from services.members.actions.cataloguing import offer_entry
from services.members.actions.needing import state_need
from services.members.actions.referring import accept_referral, offer_referral
from services.members.model import CatalogueEntry, Organisation, Person
from services.members.queries.referrals import Sides

INVENTORY: Final = "inventory"
# key → names, texts, capability codes, sectors
EXPERTS: Final[dict[str, tuple[dict[str, str], dict[str, str], tuple[str, ...], list[str]]]] = {
    INVENTORY: (
        {"en": "Carbon inventory service team", "zh-Hant": "碳盤查服務團"},
        {
            "en": "Three experts who count emissions with you, on your own bills.",
            "zh-Hant": "三位專家以貴廠的帳單，陪同計算排放量。",
        },
        ("MG-01", "TE-01"),
        ["electronics", "machinery"],
    ),
    "energy": (
        {"en": "Energy management adviser", "zh-Hant": "能源管理顧問"},
        {
            "en": "Sets up the cycle of goals, measures and reviews in small plants.",
            "zh-Hant": "協助中小型廠建立目標、措施與審查的循環。",
        },
        ("MG-03", "TE-03"),
        ["machinery"],
    ),
    "circular": (
        {"en": "Circular design adviser", "zh-Hant": "循環設計顧問"},
        {
            "en": "Finds where materials can stay in use, and what it earns.",
            "zh-Hant": "找出物料持續利用的機會與效益。",
        },
        ("AW-05", "MG-05"),
        ["chemicals", "circuits"],
    ),
}
TECHNOLOGIES: Final = {
    "heat": (
        {"en": "High-temperature heat pump", "zh-Hant": "高溫熱泵"},
        {
            "en": "Hot water and steam up to 120 °C from waste heat.",
            "zh-Hant": "以廢熱產生最高 120 °C 的熱水與蒸汽。",
        },
        ("TE-03", "TE-02"),
        ["machinery", "chemicals"],
    ),
    "capture": (
        {"en": "Carbon capture for process gas", "zh-Hant": "製程氣體碳捕捉"},
        {
            "en": "Captures carbon dioxide where it can't be avoided, for use in plastics.",
            "zh-Hant": "捕捉難以避免的二氧化碳，再利用於塑膠原料。",
        },
        ("TE-05",),
        ["chemicals"],
    ),
}
NEED: Final = (
    "We have learned to count our emissions. Who looks over our first inventory with us, its "
    "boundaries and factors, and helps find the three largest sources?"
)


def load_referral(
    session: Session, talent: TalentAlliance, trainee: Person, *, now: datetime
) -> None:
    """Three experts, two technologies; a machine builder's trainee is offered an expert."""
    body, at = talent.bodies["tami"], now - timedelta(days=4)
    made = _load_catalogues(session, talent, now=at)
    (company,) = companies_of(session, body, 1)
    affiliate(session, trainee, company, title="Engineer", actor=ACTOR, now=at)
    session.flush()
    values = {
        "kind": "expert",
        "text": NEED,
        "language": "en",
        "capability_ids": lineages(session, talent.alliance, "MG-01", "TE-01"),
        "sector": "machinery",
        "shown_to": ["association", "expert"],
    }
    options: Any = {"actor": ACTOR, "now": at}
    need = state_need(session, trainee, body, values, **options)
    session.flush()
    found = offer_referral(session, need, made[INVENTORY], **options)
    sides = Sides(as_trainee=False, as_provider=True)
    accept_referral(session, found, sides=sides, **options)


def _load_catalogues(
    session: Session, talent: TalentAlliance, *, now: datetime
) -> dict[str, CatalogueEntry]:
    made = {}
    for kind, entries in (("expert", EXPERTS), ("technology", TECHNOLOGIES)):
        for key, (names, texts, codes, sectors) in entries.items():
            values = {
                "kind": kind,
                "names": names,
                "texts": texts,
                "capability_ids": lineages(session, talent.alliance, *codes),
                "sectors": sectors,
                "languages": ["zh-Hant", "en"],
                "most_at_once": 3,
            }
            offerer: Organisation = talent.institute
            if key == "circular":
                offerer = talent.bodies["ctn"]
            options: Any = {"actor": ACTOR, "now": now}
            made[key] = offer_entry(session, offerer, values, **options)
    session.flush()
    return made
