"""The given words of talent, which demand and courses are said in."""

from collections.abc import Mapping
from typing import Final

from shared.foundation.languages import Text

ROOTS: Final[Mapping[str, Text]] = {
    "awareness": {"en": "Awareness", "zh-Hant": "認知力"},
    "management": {"en": "Management", "zh-Hant": "管理力"},
    "technology": {"en": "Technology", "zh-Hant": "技術力"},
}
STAFF_LEVELS: Final[Mapping[str, Text]] = {
    "executive": {"en": "Executives", "zh-Hant": "高階主管"},
    "manager": {"en": "Managers", "zh-Hant": "中階主管"},
    "specialist": {"en": "Specialists", "zh-Hant": "專業人員"},
    "technician": {"en": "Technicians", "zh-Hant": "基層技術人員"},
}
JOB_KINDS: Final[Mapping[str, Text]] = {
    "augmented": {"en": "Augmented", "zh-Hant": "附加型"},
    "hybrid": {"en": "Hybrid", "zh-Hant": "混合型"},
    "transformed": {"en": "Transformed", "zh-Hant": "改變型"},
}
"""How a job becomes green: by something added, by a mixture, or by becoming another one."""
