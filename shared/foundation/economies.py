"""Economies: ISO 3166-1 alpha-2 codes with APEC's own names and order, and all others by ISO."""

from typing import Final

import pycountry

from shared.foundation.failures import Invalid
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, Text
from shared.foundation.sentences import said

# APEC's member economies in APEC's order and naming (APEC Secretariat, "Member Economies").
APEC: Final[dict[str, Text]] = {
    "AU": {ENGLISH: "Australia", TRADITIONAL_CHINESE: "澳大利亞"},
    "BN": {ENGLISH: "Brunei Darussalam", TRADITIONAL_CHINESE: "汶萊"},
    "CA": {ENGLISH: "Canada", TRADITIONAL_CHINESE: "加拿大"},
    "CL": {ENGLISH: "Chile", TRADITIONAL_CHINESE: "智利"},
    "CN": {ENGLISH: "China", TRADITIONAL_CHINESE: "中國"},
    "HK": {ENGLISH: "Hong Kong, China", TRADITIONAL_CHINESE: "中國香港"},
    "ID": {ENGLISH: "Indonesia", TRADITIONAL_CHINESE: "印尼"},
    "JP": {ENGLISH: "Japan", TRADITIONAL_CHINESE: "日本"},
    "KR": {ENGLISH: "Korea", TRADITIONAL_CHINESE: "韓國"},
    "MY": {ENGLISH: "Malaysia", TRADITIONAL_CHINESE: "馬來西亞"},
    "MX": {ENGLISH: "Mexico", TRADITIONAL_CHINESE: "墨西哥"},
    "NZ": {ENGLISH: "New Zealand", TRADITIONAL_CHINESE: "紐西蘭"},
    "PG": {ENGLISH: "Papua New Guinea", TRADITIONAL_CHINESE: "巴布亞紐幾內亞"},
    "PE": {ENGLISH: "Peru", TRADITIONAL_CHINESE: "秘魯"},
    "PH": {ENGLISH: "The Philippines", TRADITIONAL_CHINESE: "菲律賓"},
    "RU": {ENGLISH: "Russia", TRADITIONAL_CHINESE: "俄羅斯"},
    "SG": {ENGLISH: "Singapore", TRADITIONAL_CHINESE: "新加坡"},
    "TW": {ENGLISH: "Chinese Taipei", TRADITIONAL_CHINESE: "中華臺北"},
    "TH": {ENGLISH: "Thailand", TRADITIONAL_CHINESE: "泰國"},
    "US": {ENGLISH: "The United States", TRADITIONAL_CHINESE: "美國"},
    "VN": {ENGLISH: "Viet Nam", TRADITIONAL_CHINESE: "越南"},
}


def is_economy(code: str) -> bool:
    """Whether the code is an APEC economy's or ISO 3166-1's."""
    found = code in APEC or pycountry.countries.get(alpha_2=code) is not None
    return found and code.isupper()


def require_economy(code: str) -> str:
    """The code itself. Raises Invalid when no economy has it."""
    if not is_economy(code):
        raise Invalid(
            said(
                "“%(code)s” is no economy's code. Use two letters of ISO 3166-1, such as TW.",
                code=code,
            ),
            code="unknown_economy",
        )
    return code


def economy_names(code: str) -> Text:
    """The economy's names by language; outside APEC the ISO name in English."""
    if code in APEC:
        return APEC[code]
    found = pycountry.countries.get(alpha_2=code)
    return {ENGLISH: getattr(found, "common_name", None) or found.name if found else code}


def economy_order(code: str) -> tuple[int, str]:
    """Sort key: APEC's order, then the others by code."""
    codes = list(APEC)
    return (codes.index(code), "") if code in APEC else (len(codes), code)
