"""The school's capability framework: what green jobs ask of people, under the three roots."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from services.members.actions.framing import add_capability, draft_framework, publish_framework
from services.members.model import CapabilityFramework, Organisation

NAMES: Final = {"en": "Net-Zero Capability Framework", "zh-Hant": "淨零能力架構"}
# code → name in English and Chinese, description in English and Chinese
AWARENESS: Final = {
    "AW-01": (
        *("Climate science and net-zero pathways", "氣候科學與淨零路徑"),
        *("Explains why and by when emissions have to fall.", "說明為何及何時必須減排。"),
    ),
    "AW-02": (
        *("Climate policy and regulation", "氣候政策與法規"),
        *("Knows which rules at home and abroad bind the company.", "掌握國內外適用於企業的規範。"),
    ),
    "AW-03": (
        *("Carbon pricing and border adjustment", "碳定價與碳邊境調整"),
        *("Estimates what a tonne costs the company, now and later.", "估算企業每噸碳的成本。"),
    ),
    "AW-04": (
        *("Just transition", "公正轉型"),
        *("Sees whom the change burdens, and brings them in.", "辨識受轉型影響者並納入參與。"),
    ),
    "AW-05": (
        *("Circular economy", "循環經濟"),
        *("Finds where materials and products can stay in use.", "找出物料與產品持續利用的機會。"),
    ),
}
MANAGEMENT: Final = {
    "MG-01": (
        *("Organisational carbon inventory", "組織碳盤查"),
        *(
            "Sets boundaries, gathers activity data, computes emissions.",
            "設定邊界、蒐集活動數據並計算排放。",
        ),
    ),
    "MG-02": (
        *("Product carbon footprint", "產品碳足跡"),
        *("Computes a product's emissions over its life.", "計算產品生命週期排放。"),
    ),
    "MG-03": (
        *("Energy management system", "能源管理系統"),
        *(
            "Runs a cycle of goals, measures and reviews of energy.",
            "推動能源目標、措施與審查循環。",
        ),
    ),
    "MG-04": (
        *("Sustainability reporting", "永續報告"),
        *("Reports figures that stand up to assurance.", "編製經得起確信的永續資訊。"),
    ),
    "MG-05": (
        *("Low-carbon supply chain", "低碳供應鏈管理"),
        *("Brings suppliers along, the large leading the small.", "以大帶小，帶動供應商減碳。"),
    ),
    "MG-06": (
        *("Green finance and investment", "綠色金融與投資"),
        *("Judges what a measure earns and how it is paid for.", "評估減碳措施的效益與資金來源。"),
    ),
}
TECHNOLOGY: Final = {
    "TE-01": (
        *("Carbon hot-spot analysis", "碳熱點分析"),
        *("Finds where in a process the emissions arise.", "找出製程中的排放熱點。"),
    ),
    "TE-02": (
        *("Low-carbon manufacturing", "低碳製程"),
        *("Changes a process so that it emits less.", "改善製程以降低排放。"),
    ),
    "TE-03": (
        *("Energy saving and electrification", "節能與電氣化"),
        *(
            "Saves energy in plant and machines, and turns fuel to current.",
            "設備節能並以電力取代燃料。",
        ),
    ),
    "TE-04": (
        *("Renewable energy and storage", "再生能源與儲能"),
        *(
            "Plans, connects and runs own generation and storage.",
            "規劃、併網並運轉自有發電與儲能。",
        ),
    ),
    "TE-05": (
        *("Carbon capture and use", "碳捕捉與再利用"),
        *(
            "Judges and runs capture where emissions can't be avoided.",
            "評估並運轉難減排放的碳捕捉設備。",
        ),
    ),
}
BY_ROOT: Final = {"awareness": AWARENESS, "management": MANAGEMENT, "technology": TECHNOLOGY}


def load_framework(
    session: Session, alliance: Organisation, *, actor: str, now: datetime
) -> CapabilityFramework:
    """The first edition, published."""
    framework = draft_framework(session, alliance, NAMES, actor=actor, now=now)
    for root, capabilities in BY_ROOT.items():
        for code, (english, chinese, text, words) in capabilities.items():
            values = {
                "root": root,
                "code": code,
                "names": {"en": english, "zh-Hant": chinese},
                "texts": {"en": text, "zh-Hant": words},
            }
            add_capability(session, framework, values, actor=actor, now=now)
    publish_framework(session, framework, actor=actor, now=now)
    return framework
