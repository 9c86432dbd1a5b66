"""Schemes of identifiers: which can be checked by themselves, and which are one organisation's.

The numbers that a state or ISO gives out are one organisation's everywhere; what an association
calls its own members by may mean another company elsewhere.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from stdnum import lei
from stdnum.au import abn
from stdnum.ca import bn
from stdnum.cl import rut
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError
from stdnum.id import npwp
from stdnum.jp import cn
from stdnum.kr import brn
from stdnum.mx import rfc
from stdnum.nz import ird
from stdnum.pe import ruc
from stdnum.ru import inn
from stdnum.sg import uen
from stdnum.th import tin
from stdnum.us import ein
from stdnum.vn import mst

from services.members.model.tax_numbers import TAX_NUMBER, require_tax_number
from shared.foundation.failures import Invalid
from shared.foundation.sentences import said

# Scheme → python-stdnum's module, which knows the check digits.
_BY_LIBRARY: Final[Mapping[str, Any]] = {
    "au-abn": abn,
    "ca-bn": bn,
    "cl-rut": rut,
    "cn-uscc": uscc,
    "id-npwp": npwp,
    "jp-cn": cn,
    "kr-brn": brn,
    "lei": lei,
    "mx-rfc": rfc,
    "nz-ird": ird,
    "pe-ruc": ruc,
    "ru-inn": inn,
    "sg-uen": uen,
    "th-tin": tin,
    "us-ein": ein,
    "vn-mst": mst,
}
# Given out once in the world, without a check that everybody may make.
_UNCHECKED: Final = ("duns",)
UNIQUE_SCHEMES: Final = frozenset({TAX_NUMBER, *_BY_LIBRARY, *_UNCHECKED})


def _checked(scheme: str, value: str) -> str:
    module = _BY_LIBRARY[scheme]
    validate: Callable[[str], str] = module.validate
    try:
        return validate(value)
    except ValidationError as error:
        raise Invalid(
            said(
                "“%(value)s” is not a number of the scheme %(scheme)s: %(error)s",
                value=value,
                scheme=scheme,
                error=error,
            )
        ) from error


def require_identifier(scheme: str, value: str) -> str:
    """The value in its plain form. Raises Invalid where its scheme's own check fails."""
    if scheme == TAX_NUMBER:
        return require_tax_number(value)
    return _checked(scheme, value) if scheme in _BY_LIBRARY else value
