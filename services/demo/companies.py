"""Member companies with plausible names in both languages and valid tax numbers."""

import random
from collections.abc import Iterator
from typing import Any, Final

from services.members.model.tax_numbers import is_tax_number

SEED: Final = 20220531
BRANDS: Final = (
    ("宏", "Hong"),
    ("泰", "Tai"),
    ("華", "Hua"),
    ("聯", "Lian"),
    ("新", "Hsin"),
    ("力", "Li"),
    ("鴻", "Hung"),
    ("光", "Kuang"),
    ("瑞", "Jui"),
    ("永", "Yung"),
    ("正", "Cheng"),
    ("大", "Ta"),
    ("東", "Tung"),
    ("信", "Hsin"),
    ("中", "Chung"),
    ("和", "Ho"),
    ("益", "Yi"),
    ("昌", "Chang"),
    ("達", "Ta"),
    ("豐", "Feng"),
    ("盛", "Sheng"),
    ("隆", "Lung"),
    ("茂", "Mao"),
    ("興", "Hsing"),
    ("德", "Te"),
    ("祥", "Hsiang"),
    ("嘉", "Chia"),
    ("立", "Li"),
    ("遠", "Yuan"),
    ("強", "Chiang"),
)
TRADES: Final = {
    "electronics": (
        ("電子", "Electronics"),
        ("電機", "Electric"),
        ("光電", "Optoelectronics"),
        ("半導體", "Semiconductor"),
    ),
    "machinery": (
        ("機械", "Machinery"),
        ("精密", "Precision"),
        ("工業", "Industrial"),
        ("自動化", "Automation"),
    ),
    "chemicals": (
        ("化學", "Chemical"),
        ("化工", "Chemicals"),
        ("材料", "Materials"),
        ("塑膠", "Plastics"),
    ),
    "circuits": (
        ("電路", "Circuits"),
        ("電路板", "PCB"),
        ("科技", "Technology"),
        ("電材", "Laminates"),
    ),
    "recycling": (
        ("環保", "Environmental"),
        ("再生", "Renewables"),
        ("資源", "Resources"),
        ("循環", "Circular"),
    ),
    "manufacturing": (
        ("實業", "Enterprise"),
        ("企業", "Industries"),
        ("紡織", "Textile"),
        ("鋼鐵", "Steel"),
    ),
}
FORMS: Final = (("股份有限公司", "Co., Ltd."), ("有限公司", "Ltd."))


def _tax_numbers(chance: random.Random) -> Iterator[str]:
    used: set[str] = set()
    while True:
        number = f"{chance.randrange(10_000_000, 99_999_999)}"
        if number not in used and is_tax_number(number):
            used.add(number)
            yield number


def companies(count: int, sector: str, *, beginning: int) -> list[dict[str, Any]]:
    """Values of `count` companies of the sector, as `enrolling.enrol` takes them.

    The same `beginning` gives the same companies, another one others.
    """
    chance = random.Random(SEED + beginning)
    numbers = _tax_numbers(chance)
    made = []
    for place in range(count):
        brand = chance.sample(BRANDS, 2 + (chance.random() < 0.3))
        trade, form = chance.choice(TRADES[sector]), chance.choice(FORMS)
        native = "".join(part[0] for part in brand) + trade[0] + form[0]
        roman = brand[0][1] + "".join(part[1].lower() for part in brand[1:])
        made.append(
            {
                "names": {"zh-Hant": native, "en": f"{roman} {trade[1]} {form[1]}"},
                "kind": "company",
                "economy": "TW",
                "sector": sector,
                "staff_count": int(chance.lognormvariate(4, 1.2)) + 5,
                "email": f"info@c{beginning + place}.demo.example",
                "identifiers": [{"scheme": "tw-ubn", "value": next(numbers)}],
            }
        )
    return made
