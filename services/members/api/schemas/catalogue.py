"""Entries of the catalogues of experts and technologies."""

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.api.schemas.cases import LONGEST_WORDS, capabilities_in, sectors_in
from services.members.model.catalogue import ENTRY_KINDS, LONGEST_TEXT, MOST_AT_ONCE
from shared.web.exporting import ListArguments
from shared.web.fields import Count, LanguageTag, Line, Moment, Texts, TextsOut


class CatalogueEntryChangeIn(In):
    """Fields of an entry. most_at_once: how many referrals it takes at a time."""

    names = Texts(required=False, longest=200)
    texts = Texts(is_prose=True, longest=LONGEST_TEXT)
    capability_ids = capabilities_in()
    sectors = sectors_in()
    languages = fields.List(LanguageTag(), validate=validate.Length(0, 20))
    most_at_once = Count(1, MOST_AT_ONCE)
    person_id = fields.UUID(allow_none=True)


class CatalogueEntryIn(CatalogueEntryChangeIn):
    """An expert or a technology that an organisation offers."""

    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(ENTRY_KINDS))
    names = Texts(required=True, longest=200)


class CatalogueEntryOut(Schema):
    """An entry. taken: how many referrals lead to it now; free: how many more it takes."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    alliance_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    names = TextsOut(required=True)
    texts = TextsOut(required=True)
    capability_ids = fields.List(fields.UUID(), required=True)
    sectors = fields.List(fields.String(), required=True)
    languages = fields.List(fields.String(), required=True)
    most_at_once = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    free = fields.Integer(required=True)
    created_at = Moment(required=True)


class CatalogueEntryArguments(ListArguments):
    """Filters. q: words in any script."""

    q = Line(longest=LONGEST_WORDS, may_be_empty=True)
    kind = fields.String(validate=validate.OneOf(ENTRY_KINDS))
    capability_id = fields.UUID()
    sector = Line(longest=LONGEST_WORDS)
    organisation_id = fields.UUID()
