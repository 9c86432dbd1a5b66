"""What organisations say of themselves to everyone."""

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.model.organisation import KINDS
from shared.web.exporting import ListArguments
from shared.web.fields import EconomyOut, Line, Moment, Texts, TextsOut

LONGEST_TEXT = 5000


class ProfileIn(In):
    """texts: about the organisation, by language. shows_contact: how to reach it too."""

    texts = Texts(longest=LONGEST_TEXT, is_prose=True, required=True)
    shows_contact = fields.Boolean(load_default=False)


class ProfileOut(Schema):
    """A profile as those who manage it see it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    texts = TextsOut(required=True)
    shows_contact = fields.Boolean(required=True)
    published_at = Moment(required=True)


class PresentedOut(Schema):
    """An organisation as everyone sees it. Contact data are there where it shows them."""

    id = fields.UUID(required=True)
    names = TextsOut(required=True)
    kind = fields.String(required=True)
    economy = EconomyOut(required=True, allow_none=True)
    sector = fields.String(required=True, allow_none=True)
    texts = TextsOut()
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    address = fields.String(allow_none=True)


class PresentedArguments(ListArguments):
    """Filters of the organisations that present themselves."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    member_of = fields.UUID(metadata={"description": "Direct, active members of this one"})
    q = Line(longest=100, metadata={"description": "Words of a name, in any script"})
