"""Capability frameworks and their capabilities."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.model.capability import (
    CODE,
    ESCO_CONCEPT,
    JOB_KINDS,
    MOST_LEVELS,
    ROOTS,
    STAFF_LEVELS,
)
from shared.foundation.languages import Text
from shared.web.exporting import FileArguments, ListArguments
from shared.web.fields import Moment, Texts, TextsOut, Whole


def code(**options: Any) -> fields.String:
    """Its short name within an edition."""
    error = "Use capitals, digits and hyphens, such as MG-02."
    return fields.String(validate=Whole(CODE, error=error), **options)


def esco_uri(**options: Any) -> fields.String:
    """A concept of ESCO, the European classification of skills."""
    error = "Use a concept of ESCO: http://data.europa.eu/esco/skill/ and its identifier."
    return fields.String(allow_none=True, validate=Whole(ESCO_CONCEPT, error=error), **options)


def root(**options: Any) -> fields.String:
    """Which of the three it is under."""
    return fields.String(validate=validate.OneOf(tuple(ROOTS)), **options)


def levels(**options: Any) -> fields.List[Any]:
    """Names of how well it is had, from the least on."""
    return fields.List(
        Texts(required=True, longest=100), validate=validate.Length(1, MOST_LEVELS), **options
    )


class FrameworkIn(In):
    """The next edition. Without names it has those of the one before."""

    organisation_id = fields.UUID(required=True)
    names = Texts()


class FrameworkChangeIn(In):
    """Other names of a draft."""

    names = Texts(required=True)


class CapabilityIn(In):
    """A capability. Without levels it has three usual ones."""

    root = root(required=True)
    code = code(required=True)
    names = Texts(required=True)
    texts = Texts(is_prose=True, longest=4000, load_default=dict)
    levels = levels()
    esco_uri = esco_uri(load_default=None)


class CapabilityChangeIn(In):
    """Any of its fields; what is absent stays."""

    root = root()
    code = code()
    names = Texts(required=True)
    texts = Texts(is_prose=True, longest=4000)
    levels = levels()
    esco_uri = esco_uri()


class GivenOut(Schema):
    """One of a list that is the same everywhere."""

    key = fields.String(required=True)
    names = TextsOut(required=True)


class FrameworkOut(Schema):
    """An edition. number: counts from 1."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    state = fields.String(required=True)
    names = TextsOut(required=True)
    published_at = Moment(required=True, allow_none=True)


def _given(values: dict[str, Text]) -> list[dict[str, Any]]:
    return [{"key": key, "names": dict(names)} for key, names in values.items()]


SCALES = {
    "roots": _given(dict(ROOTS)),
    "staff_levels": _given(dict(STAFF_LEVELS)),
    "job_kinds": _given(dict(JOB_KINDS)),
}


class ScalesOut(Schema):
    """The given lists that demand and courses are said in."""

    roots = fields.List(fields.Nested(GivenOut), required=True)
    staff_levels = fields.List(fields.Nested(GivenOut), required=True)
    job_kinds = fields.List(fields.Nested(GivenOut), required=True)


class CapabilityOut(Schema):
    """A capability of an edition. lineage_id: the same in every edition."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    framework_id = fields.UUID(required=True)
    lineage_id = fields.UUID(required=True)
    root = fields.String(required=True)
    code = fields.String(required=True)
    names = TextsOut(required=True)
    texts = TextsOut(required=True)
    levels = fields.List(TextsOut(), required=True)
    esco_uri = fields.String(required=True, allow_none=True)


class FrameworkArguments(ListArguments):
    """Filters of editions."""

    organisation_id = fields.UUID()


class CapabilityArguments(FrameworkArguments, FileArguments):
    """Filters of capabilities that hold now."""

    root = root()
