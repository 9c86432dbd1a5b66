"""Two published cases of the talent alliance: a large company that led, and one by itself."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.demo.talent import ACTOR, TalentAlliance
from services.members.actions.reviewing_cases import endorse_case, publish_case, submit_case
from services.members.actions.writing_cases import write_case
from services.members.model import Case, Membership, Organisation
from services.members.queries.capabilities import current_capabilities

PUBLISHED_AT: Final = datetime(2025, 11, 18, 2, 0, tzinfo=UTC)
FOLLOWERS: Final = 3
SUPPLY_CHAIN: Final = {
    "titles": {
        "en": "One carbon inventory for a whole supply chain",
        "zh-Hant": "一套碳盤查，帶動整條供應鏈",
    },
    "summaries": {
        "en": "A large manufacturer trained its suppliers to count their emissions the same way.",
        "zh-Hant": "中心廠訓練供應商以相同方法計算排放量。",
    },
    "texts": {
        "en": "The company sent two of its carbon inventory experts to each supplier for a week. "
        "Together they set the boundaries, gathered a year of bills and found the three largest "
        "sources.\n\nAll now report with the same sheet; the first joint saving was compressed "
        "air, a fifth less within half a year.",
        "zh-Hant": "中心廠派兩位碳盤查人員到每家供應商駐點一週，共同設定邊界、蒐集一年的帳單，"
        "並找出三大排放源。\n\n各廠現以同一份表單申報；第一項共同成果是空壓系統，"
        "半年內用電減少兩成。",
    },
    "sectors": ["electronics", "電子"],
}
HEAT: Final = {
    "titles": {
        "en": "From fuel oil to a heat pump in one shutdown",
        "zh-Hant": "一次歲修，重油鍋爐改熱泵",
    },
    "summaries": {
        "en": "A machine builder replaced its boiler after its staff had learned to measure.",
        "zh-Hant": "機械廠員工學會量測後，以熱泵取代鍋爐。",
    },
    "texts": {
        "en": "Three technicians took the course on energy saving and measured the hot water of "
        "the paint shop for a month. The pump was sized to what was needed, not to what the "
        "boiler had been.",
        "zh-Hant": "三位技術人員受訓後，連續一個月量測塗裝線熱水需求；熱泵依實際需求選型，"
        "而非沿用原鍋爐容量。",
    },
    "sectors": ["machinery", "機械"],
}


def lineages(session: Session, alliance: Organisation, *codes: str) -> list[UUID]:
    """Of the capabilities with these codes, in this order."""
    found = {each.code: each for each in session.scalars(current_capabilities(alliance.id))}
    return [found[code].lineage_id for code in codes]


def companies_of(session: Session, body: Organisation, count: int) -> list[Organisation]:
    """The first companies of an association."""
    query = (
        select(Organisation)
        .join(Membership, Membership.member_id == Organisation.id)
        .where(Membership.host_id == body.id, Organisation.kind == "company")
    )
    return list(session.scalars(query.order_by(Organisation.id).limit(count)))


def load_cases(session: Session, talent: TalentAlliance) -> None:
    """Written, endorsed and published."""
    teema, tami = talent.bodies["teema"], talent.bodies["tami"]
    large, *small = companies_of(session, teema, 1 + FOLLOWERS)
    led = {"mentor_id": large.id, "follower_ids": [each.id for each in small]}
    chain = lineages(session, talent.alliance, "MG-01", "MG-05", "TE-01")
    _publish(session, large, teema, SUPPLY_CHAIN | led | {"capability_ids": chain})
    (alone,) = companies_of(session, tami, 1)
    heat = lineages(session, talent.alliance, "TE-03", "MG-03")
    _publish(session, alone, tami, HEAT | {"capability_ids": heat})


def _publish(
    session: Session, company: Organisation, association: Organisation, values: dict[str, Any]
) -> Case:
    options: Any = {"actor": ACTOR, "now": PUBLISHED_AT}
    made = write_case(session, company, association, values, **options)
    for step in (submit_case, endorse_case, publish_case):
        step(session, made, **options)
    return made
