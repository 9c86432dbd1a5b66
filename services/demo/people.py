"""People of the demo: values as `introducing.record_person` takes them."""

import random
import re
from typing import Any, Final

from shared.foundation.names import PersonName

FAMILIES: Final = (
    ("陳", "Chen"),
    ("林", "Lin"),
    ("黃", "Huang"),
    ("張", "Chang"),
    ("李", "Lee"),
    ("王", "Wang"),
    ("吳", "Wu"),
    ("劉", "Liu"),
    ("蔡", "Tsai"),
    ("楊", "Yang"),
    ("許", "Hsu"),
    ("鄭", "Cheng"),
)
GIVEN: Final = (
    ("雅婷", "Ya-Ting"),
    ("家豪", "Chia-Hao"),
    ("怡君", "Yi-Chun"),
    ("志明", "Chih-Ming"),
    ("淑芬", "Shu-Fen"),
    ("俊傑", "Chun-Chieh"),
    ("美玲", "Mei-Ling"),
    ("建宏", "Chien-Hung"),
    ("佩珊", "Pei-Shan"),
    ("冠宇", "Kuan-Yu"),
    ("心怡", "Hsin-Yi"),
    ("承翰", "Cheng-Han"),
)


def address_of(roman: str, place: str) -> str:
    """A demo address: first.last@place.demo.example."""
    words = re.sub(r"[^a-z]+", ".", roman.lower()).strip(".")
    return f"{words}@{place}.demo.example"


def named(
    *,
    given: str,
    family: str,
    place: str,
    economy: str,
    native: tuple[str, str] | None = None,
    locale: str = "en",
    email: str | None = None,
) -> dict[str, Any]:
    """Somebody by romanised name, and native (family, given) where there is one."""
    names = [PersonName(kind="romanised", given=given, family=family, order="given_first")]
    if native is not None:
        first = PersonName(kind="native", given=native[1], family=native[0], order="family_first")
        names.insert(0, first)
    return {
        "names": names,
        "email": email or address_of(f"{given} {family}", place),
        "economy": economy,
        "locale": locale,
    }


def generated(count: int, place: str, *, beginning: int) -> list[dict[str, Any]]:
    """`count` people of Chinese Taipei with different names."""
    chance = random.Random(beginning)
    pairs = [(family, given) for family in FAMILIES for given in GIVEN]
    return [
        named(
            given=given[1],
            family=family[1],
            native=(family[0], given[0]),
            place=place,
            economy="TW",
            locale="zh-Hant",
        )
        for family, given in chance.sample(pairs, count)
    ]
