"""Words of memberships that pages translate by value: what can be done, terms."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _

VERBS: Final[Mapping[str, Any]] = {
    "submit": _("Submit"),
    "approve": _("Approve"),
    "return": _("Return"),
    "reject": _("Reject"),
    "renew": _("Renew"),
    "suspend": _("Suspend"),
    "reinstate": _("Reinstate"),
    "expel": _("Expel"),
    "resign": _("Leave"),
}
TERMS: Final[Mapping[str, Any]] = {
    "open": _("no end"),
    "rolling": _("so many months from the first day"),
    "fixed_year": _("until the end of a year that is the same for all"),
}
