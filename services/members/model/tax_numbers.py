"""Identifiers that can be checked by themselves."""

from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.tw import ubn

from shared.foundation.failures import Invalid

TAX_NUMBER: Final = "tw-ubn"


def require_identifier(scheme: str, value: str) -> str:
    """The value in its plain form. Raises Invalid for a tax number that can't be one."""
    if scheme != TAX_NUMBER:
        return value
    number = str(ubn.compact(value))
    if not is_tax_number(number):
        raise Invalid(f"“{value}” is not a tax number: eight digits whose check digit fits.")
    return number


def is_tax_number(number: str) -> bool:
    """Whether it can be a unified business number of Chinese Taipei.

    Since April 2023 the weighted sum need only divide by 5, before that by 10
    (Ministry of Finance, check logic of the unified business number).
    """
    try:
        ubn.validate(number)
    except ValidationError:
        if len(number) != 8 or not number.isascii() or not number.isdigit():
            return False
        total = int(ubn.calc_checksum(number))
        return total % 5 == 0 or (number[6] == "7" and (total + 1) % 5 == 0)
    return True
