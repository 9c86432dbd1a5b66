"""The time zone that most people of an economy live in, until they choose their own."""

from typing import Final

from shared.foundation.clock import DEFAULT_ZONE

ZONES: Final = {
    "AU": "Australia/Sydney",
    "BN": "Asia/Brunei",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "HK": "Asia/Hong_Kong",
    "ID": "Asia/Jakarta",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "MY": "Asia/Kuala_Lumpur",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PG": "Pacific/Port_Moresby",
    "PE": "America/Lima",
    "PH": "Asia/Manila",
    "RU": "Europe/Moscow",
    "SG": "Asia/Singapore",
    "TW": "Asia/Taipei",
    "TH": "Asia/Bangkok",
    "US": "America/New_York",
    "VN": "Asia/Ho_Chi_Minh",
}


def zone_of(economy: str | None, otherwise: str = DEFAULT_ZONE) -> str:
    """The economy's zone; without an economy, or of one that is not listed, the other one."""
    return ZONES.get(economy or "", otherwise)
