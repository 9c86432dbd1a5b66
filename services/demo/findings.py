"""What the workshop of 2024 recommended, as it was, and what its host makes of it."""

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from services.demo.programme import ENDED_AT
from services.demo.workshops import ACTOR, Known
from services.events.actions import concluding, following_up
from services.events.model import Workshop

STAKEHOLDERS: Final = {
    "en": "Governments, with local and regional stakeholders",
    "zh-Hant": "各經濟體政府，及當地和區域的利益相關者",
}
EVERYONE: Final = {
    "en": "Governments, and all who take part in the transition",
    "zh-Hant": "各經濟體政府，及參與轉型的各方",
}
NEEDS: Final = {
    "en": "Assess what each industry needs against the talent it has. Let local and regional "
    "stakeholders take part; working across fields and industries furthers the strategies of "
    "green development, and innovation is indispensable to sustainability.",
    "zh-Hant": "綠色人才培育應著重不同行業需求及所需人才之間的評估，並讓當地和區域的利益相關者參與。"
    "跨領域、跨產業合作有助於推進綠色發展策略，創新是永續發展不可或缺的。",
}
JUST: Final = {
    "en": "Make the transition to net zero a just one: measures that fit different social and "
    "economic conditions, a higher participation of disadvantaged groups, and the active part "
    "of all, beside the efforts of governments.",
    "zh-Hant": "淨零轉型的同時，要實現公正轉型，根據不同的社會經濟條件制定適當的對策，並提升弱勢族群的參與；"
    "除了政府的努力外，還需要各方的共同積極參與。",
}
POLICY: Final = {
    "en": "Keep laws and policy current, seen across fields and from several sides, so that the "
    "transition goes ahead as planned; and set up several training programmes, by local "
    "resources and trends.",
    "zh-Hant": "透過法規及政策的與時俱進，跨領域、從多重角度審視政策，確保淨零轉型有計畫的前進與落實，"
    "並因應當地資源與發展趨勢，制定多元訓練計畫。",
}
CONTINUES: Final = (
    "持續推動綠色人才培育，開辦淨零排放相關職訓課程。"
    " We go on with vocational courses on net-zero emissions."
)


def load_findings(session: Session, alliances: Known, workshop: Workshop, *, today: date) -> None:
    """Three recommendations; the third is the agency's own, and under way."""
    agency = alliances.body("Workforce Development Agency")
    overseer = alliances.delegates[agency][0].id
    written_at = ENDED_AT + timedelta(days=14)
    step: dict[str, Any] = {"actor": ACTOR, "now": written_at}
    made = []
    for texts, addressed in (
        (NEEDS, {"addressed_to": STAKEHOLDERS}),
        (JUST, {"addressed_to": EVERYONE}),
        (POLICY, {"organisation_id": agency, "review_on": today + timedelta(days=60)}),
    ):
        values = {"kind": "recommendation", "texts": texts, "owner_id": overseer, **addressed}
        found = concluding.conclude(session, workshop, values, written_by=None, **step)
        made.append(concluding.publish_finding(session, found, **step))
    for verb, reason in (("accept", ""), ("begin", CONTINUES)):
        following_up.take_step(session, made[-1], verb, by=overseer, reason=reason, **step)
