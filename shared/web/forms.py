"""HTML forms through the same marshmallow schemas that guard the API.

A field's name is its path with dots (`titles.en`); an empty text is a missing value.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import request
from marshmallow import Schema, ValidationError

from shared.foundation.failures import Failure, Invalid, Stale
from shared.web.api import UNSTORABLE
from shared.web.errors import faults_in

SEEN: Final = "seen_version"
HIDDEN: Final = ("csrf_token", SEEN)
CHANGED_MEANWHILE: Final = (
    "Somebody changed this while you were writing. What you typed is still here: compare it with "
    "what is saved now, and save again to put yours in its place."
)


@dataclass
class Form:
    """What was typed, what it means, and what is wrong with it.

    typed: path → text as it came. faults: path → sentence; "" is the whole form.
    seen: the version of the thing that the form was filled with; "" where it doesn't say.
    is_told: whether the writer was told that it was changed since.
    """

    typed: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    seen: str = ""
    is_told: bool = False

    @property
    def is_good(self) -> bool:
        """Whether the values can be used."""
        return not self.faults

    def require_current(self, version: int | str) -> None:
        """Raise Stale when the thing was changed after the form was opened, as in another tab."""
        if self.seen and self.seen != str(version):
            self.is_told = True
            raise Stale(CHANGED_MEANWHILE)

    def version_to_show(self, version: int | str) -> str:
        """What the form carries: the version that was seen, until its writer is told of a newer.

        So a change of somebody else is told also when the form was refused in between.
        """
        return self.seen if self.seen and not self.is_told else str(version)

    def refuse(self, failure: Failure) -> None:
        """Show a failure of the action beside the fields that it names."""
        for fault in failure.faults:
            self.faults[fault.pointer.strip("/").replace("/", ".")] = fault.detail
        if not failure.faults:
            self.faults[""] = failure.detail


def fingerprint(*parts: Any) -> str:
    """What stands for a version where the row's own counts more than what the form changes.

    parts: what the form is filled with, as JSON has it.
    """
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def filled(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The texts to show in a form for existing values; nested ones by dotted paths."""
    typed: dict[str, str] = {}
    for name, value in values.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            typed |= filled(value, f"{path}.")
        elif value is not None:
            typed[path] = str(value)
    return typed


def nested(typed: Mapping[str, str]) -> dict[str, Any]:
    """`{"titles.en": "A"}` as `{"titles": {"en": "A"}}`, without empty texts."""
    tree: dict[str, Any] = {}
    for path, value in typed.items():
        if value.strip() == "":
            continue
        *parents, last = path.split(".")
        branch = tree
        for step in parents:
            if not isinstance(branch.get(step), dict):
                branch[step] = {}
            branch = branch[step]
        branch[last] = value.strip()
    return tree


def read_form(schema: Schema) -> Form:
    """The posted form through the schema; see `Form.faults` when it is not good."""
    typed = {name: value for name, value in request.form.items() if name not in HIDDEN}
    form = Form(typed=typed, seen=request.form.get(SEEN, ""))
    if any("\x00" in value for value in typed.values()):
        form.refuse(Invalid(UNSTORABLE))
        return form
    try:
        form.values = schema.load(nested(typed))
    except ValidationError as error:
        for fault in faults_in(error.messages):
            form.faults.setdefault(fault.pointer.strip("/").replace("/", "."), fault.detail)
    return form
