"""The numbers that an organisation is known by, as rows of a form: what kind, and the number."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.members.actions.failures import IdentifierTaken
from services.members.model import Identifier
from services.members.model.identifier_schemes import (
    SCHEME,
    UNIQUE_SCHEMES,
    plain_identifier,
)
from services.members.model.tax_numbers import TAX_NUMBER
from shared.foundation.economies import is_economy
from shared.foundation.failures import Failure, Fault, Invalid
from shared.web.choice_rows import rows_to_show
from shared.web.fields import Line, Whole
from shared.web.forms import Form, filled
from shared.web.pages import economy

MOST: Final = 20
FEWEST_ROWS: Final = 2


class NumberRow(Schema):
    """One row; one without a number is none."""

    class Meta:
        unknown = RAISE

    scheme = fields.String(
        load_default="", validate=Whole(SCHEME, error="Use a name such as tw-ubn.")
    )
    value = Line(load_default="", longest=100)


def scheme_name(scheme: str) -> str:
    """What readers call it; of a free one, its own name."""
    if scheme == TAX_NUMBER:
        return str(_("Tax number"))
    code = scheme[:2].upper()
    if scheme in UNIQUE_SCHEMES and scheme[2:3] == "-" and is_economy(code):
        return str(_("Company number: %(economy)s", economy=economy(code)))
    names = {"lei": _("Legal Entity Identifier (LEI)"), "duns": _("D-U-N-S number")}
    return str(names.get(scheme, scheme))


def number_facts(form: Form) -> dict[str, Any]:
    """What number_rows.html needs."""
    return {
        "number_count": rows_to_show("identifiers", form.typed, fewest=FEWEST_ROWS),
        "most_numbers": MOST,
        "schemes": [(each, scheme_name(each)) for each in sorted(UNIQUE_SCHEMES)],
    }


def typed_numbers(known: Sequence[Identifier]) -> dict[str, str]:
    """path → text of what the organisation has; a row for its tax number where it has none."""
    rows = [{"scheme": each.scheme, "value": each.value} for each in known]
    return filled({"identifiers": {str(n): row for n, row in enumerate(rows)}})


def numbers_in(rows: Mapping[int, Mapping[str, str]]) -> list[dict[str, str]]:
    """What the rows say, in their order. Raises Invalid at the row that is wrong."""
    found, faults = [], []
    for number, row in sorted(rows.items()):
        if not row["value"]:
            continue
        if row["scheme"]:
            found.append(dict(row))
        else:
            said = _("Say what kind of number this is.")
            faults.append(Fault(f"/identifiers/{number}/scheme", said))
    if len(found) > MOST:
        faults.append(Fault("/identifiers", _("At most %(most)s of them.", most=MOST)))
    if faults:
        raise Invalid(faults[0].detail, faults=faults)
    return found


def refuse_numbers(form: Form, failure: Failure) -> bool:
    """Show the failure beside the row that it is of; answers whether it is of one."""
    rows = form.values.get("identifiers") or {}
    if not isinstance(rows, dict):
        return False
    used = [number for number, row in sorted(rows.items()) if row["value"]]
    if isinstance(failure, IdentifierTaken):
        for number in used:
            if plain_identifier(**rows[number]) == failure.identifier:
                form.faults[f"identifiers.{number}.value"] = failure.detail
                return True
    for fault in failure.faults:
        parts = fault.pointer.split("/")
        if failure.code == "bad_identifier" and len(parts) == 4:
            form.faults[f"identifiers.{used[int(parts[2])]}.value"] = fault.detail
            return True
    return False
