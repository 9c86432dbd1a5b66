"""The school's courses: for every staff level, its trainers, a learning path and a planned run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.curating import create_course, create_path
from services.events.actions.planning import Need, plan_run
from services.events.actions.training import add_trainer, set_run_trainers
from services.events.model import CapabilityCopy, Course, Trainer
from services.members.model.zones import zone_of

ACTOR: Final = "demo"
PRACTICE: Final = "CI-201"
TRAINERS: Final = (
    (
        {"en": "Yi-Chun Chou", "zh-Hant": "周怡君"},
        {"en": "Head of the Net-Zero Sustainability School", "zh-Hant": "淨零永續學校"},
        ("NZ-101", PRACTICE),
    ),
    (
        {"en": "Mei-Ling Tsai", "zh-Hant": "蔡美玲"},
        {"en": "Industrial Technology Research Institute", "zh-Hant": "工業技術研究院"},
        (PRACTICE, "CI-301", "EN-201"),
    ),
    (
        {"en": "Chia-Hao Kuo", "zh-Hant": "郭家豪"},
        {"en": "Industrial Technology Research Institute", "zh-Hant": "工業技術研究院"},
        ("EN-201", "EN-101"),
    ),
)
# code → names, texts, staff level, job kind, capabilities, hours, what comes before
COURSES: Final[Mapping[str, tuple[Any, ...]]] = {
    "NZ-101": (
        *({"en": "Net zero for decision makers", "zh-Hant": "決策者的淨零課"},),
        *(
            {
                "en": "Why and by when emissions have to fall, what binds the company, and what a "
                "tonne of carbon costs it.",
                "zh-Hant": "為何及何時必須減排、企業受哪些規範，以及每噸碳的成本。",
            },
        ),
        *("executive", "augmented", ("AW-01", "AW-02", "AW-03"), 6, ()),
    ),
    "CI-101": (
        *({"en": "Carbon inventory: first steps", "zh-Hant": "碳盤查入門"},),
        *(
            {
                "en": "Boundaries, activity data and factors, with an inventory of a small plant.",
                "zh-Hant": "以小型工廠為例，學習邊界設定、活動數據與排放係數。",
            },
        ),
        *("specialist", "augmented", ("AW-01", "MG-01"), 12, ()),
    ),
    PRACTICE: (
        *({"en": "Carbon inventory in practice", "zh-Hant": "碳盤查實務班"},),
        *(
            {
                "en": "Finding carbon hot spots and computing emissions at one's own company.",
                "zh-Hant": "在自己的公司找出碳熱點並計算排碳量。",
            },
        ),
        *("specialist", "hybrid", ("MG-01", "MG-02", "TE-01"), 24, ("CI-101",)),
    ),
    "CI-301": (
        *({"en": "Leading the reduction of carbon", "zh-Hant": "減碳專案領導"},),
        *(
            {
                "en": "Goals, measures, money, and suppliers: the large leading the small.",
                "zh-Hant": "目標、措施、資金與供應商：以大帶小。",
            },
        ),
        *("manager", "hybrid", ("MG-04", "MG-05", "MG-06"), 18, ()),
    ),
    "EN-101": (
        *({"en": "Energy-saving machines", "zh-Hant": "設備節能操作"},),
        *(
            {
                "en": "Running, measuring and tuning machines so that they need less energy.",
                "zh-Hant": "操作、量測並調校設備以減少能耗。",
            },
        ),
        *("technician", "augmented", ("TE-02", "TE-03"), 16, ()),
    ),
    "EN-201": (
        *({"en": "Energy management", "zh-Hant": "能源管理"},),
        *(
            {
                "en": "A cycle of goals, measures and reviews, and a plan for one's own plant.",
                "zh-Hant": "能源目標、措施與審查循環，並為自己的工廠訂定計畫。",
            },
        ),
        *("manager", "augmented", ("MG-03", "TE-03"), 18, ()),
    ),
}
PATH: Final = {
    "names": {"en": "To a carbon inventory expert", "zh-Hant": "碳盤查專家之路"},
    "texts": {
        "en": "From the first inventory to leading the reduction.",
        "zh-Hant": "從第一次盤查到領導減碳。",
    },
}
NEEDS: Final = {"Taiwan Electrical": 34, "Taiwan Association": 21, "Taiwan Printed": 9}


def load_courses(session: Session, host_id: UUID, *, now: datetime) -> dict[str, Course]:
    """Code → the course; with trainers and a path through three of them."""
    known = {each.code: each.id for each in session.scalars(select(CapabilityCopy))}
    trainers = _load_trainers(session, host_id, now=now)
    made: dict[str, Course] = {}
    for code, (names, texts, level, kind, capabilities, hours, before) in COURSES.items():
        values = {
            "host_id": host_id,
            "code": code,
            "names": names,
            "texts": texts,
            "staff_level": level,
            "job_kind": kind,
            "hours": hours,
            "capability_ids": [known[each] for each in capabilities],
            "prerequisite_ids": [made[each].id for each in before],
            "trainer_ids": [each.id for each, codes in trainers if code in codes],
            "prerequisites_are": "advised",
            "visibility": "public",
        }
        made[code] = create_course(session, values, actor=ACTOR, now=now)
    steps = [made[code].id for code in ("CI-101", PRACTICE, "CI-301")]
    create_path(session, PATH | {"host_id": host_id, "course_ids": steps}, now=now)
    return made


def _load_trainers(
    session: Session, host_id: UUID, *, now: datetime
) -> list[tuple[Trainer, tuple[str, ...]]]:
    found: list[tuple[Trainer, tuple[str, ...]]] = []
    for names, affiliations, codes in TRAINERS:
        values: dict[str, Any] = {"host_id": host_id, "person_id": None, "texts": {}}
        values |= {"names": names, "affiliations": affiliations}
        found.append((add_trainer(session, values, now=now), codes))
    return found


def load_planned_run(
    session: Session, course: Course, needs: Mapping[UUID, int], *, now: datetime
) -> None:
    """A draft that fills a gap: forty seats for those who need more, shared in proportion."""
    starts_at = (now + timedelta(days=54)).replace(hour=1, minute=0, second=0, microsecond=0)
    values = {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=9),
        "time_zone": zone_of("TW"),
        "venue": {"mode": "onsite", "name": "ITRI, Chutung, building 51"},
        "capacity": 40,
        "release_at": starts_at - timedelta(days=10),
        "trainer_ids": [],
    }
    bodies = [Need(body_id, heads) for body_id, heads in needs.items()]
    run = plan_run(session, course, values, bodies, actor=ACTOR, now=now)
    chosen = session.scalars(select(Trainer.id).where(Trainer.host_id == course.host_id))
    set_run_trainers(session, run, list(chosen)[1:])
