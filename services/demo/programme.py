"""The programme of the APEC workshop of 5 September 2024, as it was."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

HELD_AT: Final = datetime(2024, 9, 5, 1, 0, tzinfo=UTC)
ENDED_AT: Final = datetime(2024, 9, 5, 9, 0, tzinfo=UTC)
TITLES: Final = {
    "en": "The ROPES: Cultivating Green Tech Talent for the Sustainable Future",
    "zh-Hant": "APEC 打造包容性未來的綠色人才解決方案工作坊",
}
SUMMARY: Final = {
    "en": (
        "Ten economies share how they train people for a green economy: what industries need, "
        "how the transition stays just, and which programmes work.\n"
        "Part of the APEC project that seven economies co-sponsored and APEC funded on "
        "23 February 2024."
    ),
    "zh-Hant": "十個經濟體分享綠色勞動力轉型的最佳範例：產業需求評估、公正轉型，以及多元訓練計畫。",
}
# hour from, hour to, titles
SESSIONS: Final = (
    (0.0, 1.0, {"en": "Opening and remarks", "zh-Hant": "開幕與致詞"}),
    (1.0, 3.0, {"en": "Skills for green jobs", "zh-Hant": "綠色就業所需技能"}),
    (4.0, 6.0, {"en": "Good practice of economies", "zh-Hant": "各經濟體最佳範例"}),
    (6.5, 8.0, {"en": "Findings and recommendations", "zh-Hant": "建議與發現"}),
)
# session, names, titles, affiliations, economy, topics
SPEAKERS: Final[tuple[tuple[int, dict[str, Any]], ...]] = (
    (
        0,
        {
            "names": {"en": "Shih-Chang Chen", "zh-Hant": "陳世昌"},
            "titles": {"en": "Deputy Director-General", "zh-Hant": "副署長"},
            "affiliations": {"en": "Workforce Development Agency", "zh-Hant": "勞動部勞動力發展署"},
            "economy": "TW",
            "topics": {"en": "Opening", "zh-Hant": "開幕致詞"},
        },
    ),
    (
        0,
        {
            "names": {"en": "Zhao Li"},
            "titles": {"en": "Lead Shepherd", "zh-Hant": "總主席"},
            "affiliations": {
                "en": "Human Resources Development Working Group",
                "zh-Hant": "APEC 人力資源發展工作小組",
            },
            "economy": "CN",
            "topics": {"en": "Remarks", "zh-Hant": "致詞"},
        },
    ),
    (
        0,
        {
            "names": {"en": "Rosanna A. Urdaneta"},
            "titles": {"en": "Coordinator", "zh-Hant": "召集人"},
            "affiliations": {"en": "Capacity Building Network", "zh-Hant": "能力建構分組"},
            "economy": "PH",
            "topics": {"en": "Remarks", "zh-Hant": "致詞"},
        },
    ),
    (
        1,
        {
            "names": {"en": "Ellen Bomasang"},
            "titles": {
                "en": "Principal Advisor, Energy, Climate and Gender",
                "zh-Hant": "能源、氣候與性別首席顧問",
            },
            "affiliations": {"en": "Abt Global"},
            "economy": "US",
            "topics": {
                "en": "The green transition is now: chances and obstacles",
                "zh-Hant": "綠色經濟轉型的機會與挑戰",
            },
        },
    ),
    (
        1,
        {
            "names": {"en": "Taj Ahmad Eldridge"},
            "titles": {"en": "Managing Director", "zh-Hant": "總經理"},
            "affiliations": {"en": "Jobs for the Future", "zh-Hant": "未來職業發展組織"},
            "economy": "US",
            "topics": {
                "en": "Three kinds of green job: augmented, hybrid, transformed",
                "zh-Hant": "三種綠色工作：附加型、混合型、改變型",
            },
        },
    ),
    (
        1,
        {
            "names": {"en": "So-Young Lee"},
            "titles": {"en": "Senior Researcher", "zh-Hant": "資深研究員"},
            "affiliations": {
                "en": "Institute for Global Environmental Strategies",
                "zh-Hant": "日本全球環境戰略研究所",
            },
            "economy": "JP",
            "topics": {"en": "Youth climate activism", "zh-Hant": "青年氣候運動"},
        },
    ),
    (
        2,
        {
            "names": {"en": "Ratchaphak Tantisanghirun"},
            "titles": {"en": "Practitioner Engineer", "zh-Hant": "實務工程師"},
            "affiliations": {
                "en": "Department of Alternative Energy Development and Efficiency",
                "zh-Hant": "泰國替代能源發展與效率局",
            },
            "economy": "TH",
            "topics": {"en": "The Energy Efficiency Revolving Fund", "zh-Hant": "能源效率周轉基金"},
        },
    ),
    (
        2,
        {
            "names": {"en": "Norazam Bin Mohd Zain"},
            "titles": {"en": "Analyst", "zh-Hant": "分析師"},
            "affiliations": {
                "en": "Malaysian Green Technology and Climate Change Corporation",
                "zh-Hant": "馬來西亞綠色科技與氣候變遷公司",
            },
            "economy": "MY",
            "topics": {
                "en": "The green-job portal and guide",
                "zh-Hant": "綠色就業網站與綠色就業指引",
            },
        },
    ),
    (
        2,
        {
            "names": {"en": "Nadiejda Quintana"},
            "titles": {
                "en": "Head of Labour Competency Standards and Certification",
                "zh-Hant": "勞動能力標準與認證部門主任",
            },
            "affiliations": {
                "en": "Ministry of Labour and Employment Promotion",
                "zh-Hant": "秘魯勞動與就業促進部",
            },
            "economy": "PE",
            "topics": {"en": "Training the trainers", "zh-Hant": "培訓培訓者"},
        },
    ),
)

LETTER: Final[Mapping[str, Any]] = {
    "key": "letter",
    "kind": "file",
    "labels": {
        "en": "Letter of your economy's agency, if it asks for one",
        "zh-Hant": "貴經濟體機關之公函（如需）",
    },
    "hints": {},
    "options": [],
    "is_required": False,
    "shown_if": None,
    "accepts": ["pdf", "jpeg", "png"],
}
