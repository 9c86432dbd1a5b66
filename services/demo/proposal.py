"""The project proposal of the workshop of 2024, as it was: proposed, co-sponsored, approved."""

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy.orm import Session

from services.demo.programme import TITLES
from services.demo.workshops import ACTOR, Known
from services.events.actions import co_sponsoring, proposing, reviewing
from services.events.actions.co_sponsoring import Asked
from services.events.actions.proposing import Overseer
from services.events.actions.stepping import Taken
from services.events.model import ProjectProposal

SUBMITTED_ON: Final = date(2023, 6, 19)
APPROVED_ON: Final = date(2024, 2, 23)
SUBMITTED_AT: Final = datetime(2023, 6, 19, 2, 0, tzinfo=UTC)
APPROVED_AT: Final = datetime(2024, 2, 23, 2, 0, tzinfo=UTC)
CO_SPONSORS: Final = ("JP", "KR", "MY", "MX", "PE", "TH", "US")
PRIORITIES: Final = ("Putrajaya Vision 2040", "Aotearoa Plan of Action")
SECTIONS: Final = {
    "relevance": {
        "en": "A green economy needs people with green skills. Economies meet to share how they "
        "train them, and how the transition stays just.",
        "zh-Hant": "綠色經濟需要具備綠色技能的人才；各經濟體交流培育作法，並兼顧公正轉型。",
    },
    "objectives": {
        "en": "Assess what each industry needs against the talent it has; raise the participation "
        "of disadvantaged groups; keep policy current, with several training programmes.",
        "zh-Hant": "評估各產業需求與現有人才；提升弱勢族群參與；政策與時俱進並推動多元訓練計畫。",
    },
    "outputs": {
        "en": "A workshop of government delegates and experts, with findings and recommendations.",
        "zh-Hant": "辦理政府代表與專家工作坊，並提出建議與發現。",
    },
}


def load_proposal(session: Session, alliances: Known) -> ProjectProposal:
    """Submitted on 19 June 2023 with seven co-sponsoring economies, approved 23 February 2024."""
    agency = alliances.body("Workforce Development Agency")
    values = {
        "titles": TITLES,
        "organisation_id": agency,
        "host_id": alliances.body("APEC Human Resources"),
        "sections": SECTIONS,
        "priorities": list(PRIORITIES),
    }
    submitted = Taken(actor=ACTOR, now=SUBMITTED_AT, happened_on=SUBMITTED_ON)
    overseer = Overseer.of(alliances.delegates[agency][0])
    proposal = proposing.propose(session, values, overseer, proposed_by=None, taken=submitted)
    for economy in CO_SPONSORS:
        asked = Asked(economy=economy)
        made, _ = co_sponsoring.invite(session, proposal, asked, taken=submitted)
        co_sponsoring.confirm(session, made, proposal, taken=submitted)
    proposing.submit(session, proposal, taken=submitted)
    approved = Taken(actor=ACTOR, now=APPROVED_AT, happened_on=APPROVED_ON)
    reviewing.begin_review(session, proposal, taken=Taken(actor=ACTOR, now=APPROVED_AT))
    reviewing.endorse(session, proposal, taken=Taken(actor=ACTOR, now=APPROVED_AT))
    return reviewing.approve(
        session, proposal, fund="APEC", amount=None, conditions={}, taken=approved
    )
