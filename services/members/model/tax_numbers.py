"""The tax number of Chinese Taipei."""

from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.tw import ubn

from shared.foundation.failures import Invalid
from shared.foundation.sentences import said

TAX_NUMBER: Final = "tw-ubn"


def require_tax_number(value: str) -> str:
    """Its eight digits. Raises Invalid for what can't be one."""
    number = str(ubn.compact(value))
    if not is_tax_number(number):
        raise Invalid(
            said(
                "“%(value)s” is not a tax number: eight digits whose check digit fits.", value=value
            )
        )
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
