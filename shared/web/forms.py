"""HTML forms through the same marshmallow schemas that guard the API.

A field's name is its path with dots (`titles.en`); an empty text is a missing value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError

from shared.foundation.failures import Failure, Invalid
from shared.web.api import UNSTORABLE
from shared.web.errors import faults_in


@dataclass
class Form:
    """What was typed, what it means, and what is wrong with it.

    typed: path → text as it came. faults: path → sentence; "" is the whole form.
    """

    typed: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether the values can be used."""
        return not self.faults

    def refuse(self, failure: Failure) -> None:
        """Show a failure of the action beside the fields that it names."""
        for fault in failure.faults:
            self.faults[fault.pointer.strip("/").replace("/", ".")] = fault.detail
        if not failure.faults:
            self.faults[""] = failure.detail


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
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    form = Form(typed=typed)
    if any("\x00" in value for value in typed.values()):
        form.refuse(Invalid(UNSTORABLE))
        return form
    try:
        form.values = schema.load(nested(typed))
    except ValidationError as error:
        for fault in faults_in(error.messages):
            form.faults.setdefault(fault.pointer.strip("/").replace("/", "."), fault.detail)
    return form
