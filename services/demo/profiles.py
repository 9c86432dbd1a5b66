"""What the demo's alliances and bodies say of themselves."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from services.demo.apec import WorkingGroup
from services.demo.talent import ACTOR, FOUNDED_AT, TalentAlliance
from services.members.actions.presenting import publish_profile
from services.members.model import Organisation

ALLIANCE: Final = {
    "en": "Founded on 31 May 2022 by a research institute and six industry bodies. It gathers the "
    "green-talent demand of thousands of member companies, takes stock of the gap, and fills it.\n"
    "Its school teaches awareness, management and technology at every staff level, and after the "
    "course a service team helps trainees to find the right technology and the right expert.",
    "zh-Hant": "2022 年 5 月 31 日由研究機構與六個產業團體共同成立，彙整數千家會員企業的綠色人才需求，"
    "盤點缺口並加以補足。\n"
    "淨零永續學校針對各職級培養認知力、管理力與技術力；課後由服務團協助學員找到合適的技術與專家。",
}
INSTITUTE: Final = {
    "en": "The institute runs the Net-Zero Sustainability School and brings its experts and over a "
    "hundred technologies to the members of the alliance.",
    "zh-Hant": "本院辦理淨零永續學校，並將專家與上百項技術成果帶給聯盟會員。",
}
BODIES: Final[Mapping[str, Mapping[str, str]]] = {
    "cnfi": {
        "en": "The federation speaks for the industries of the whole economy and links their "
        "associations.",
        "zh-Hant": "全國工業團體的聯合組織，串連各產業公會，為產業發聲。",
    },
    "teema": {
        "en": "The makers of electrical and electronic goods, from components to systems.",
        "zh-Hant": "從零組件到系統，集結電機電子產業的製造業者。",
    },
    "tami": {
        "en": "The machinery industry: machine tools, components and the companies that use them.",
        "zh-Hant": "機械產業的公會，涵蓋工具機、零組件與應用業者。",
    },
    "tcia": {
        "en": "The chemical industry, on its way to low-carbon processes.",
        "zh-Hant": "化學產業的團體，攜手邁向低碳製程。",
    },
    "tpca": {
        "en": "The makers of printed circuits, their suppliers of material and of equipment.",
        "zh-Hant": "電路板製造、材料與設備業者的協會。",
    },
    "ctn": {
        "en": "A foundation that helps companies to keep materials in use.",
        "zh-Hant": "協助企業讓資源持續循環利用的基金會。",
    },
}
GROUP: Final = {
    "en": "The group in which APEC's economies work together on people and their skills. Member "
    "agencies propose projects and hold workshops to which every economy sends its delegates.",
    "zh-Hant": "APEC 各經濟體在人力資源與技能上合作的工作小組。會員機關提出計畫並舉辦研討會，"
    "各經濟體派代表出席。",
}
AGENCY: Final = {
    "en": "The agency develops the workforce, subsidises employers' training, and holds the ROPES "
    "workshops on green talent.",
    "zh-Hant": "負責勞動力發展、補助企業辦理員工訓練，並主辦 ROPES 綠色人才研討會。",
}


def load_profiles(session: Session, talent: TalentAlliance, group: WorkingGroup) -> None:
    """Public pages of both alliances, the six bodies, the institute and the host agency."""
    texts: list[tuple[Organisation, Mapping[str, str]]] = [
        (talent.alliance, ALLIANCE),
        (talent.institute, INSTITUTE),
        *((talent.bodies[place], BODIES[place]) for place in talent.bodies),
        (group.group, GROUP),
        (group.host, AGENCY),
    ]
    for organisation, text in texts:
        values = {"texts": dict(text), "shows_contact": True}
        publish_profile(session, organisation, values, actor=ACTOR, now=FOUNDED_AT)
