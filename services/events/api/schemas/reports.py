"""Delegations and the balance of a workshop."""

from marshmallow import Schema, fields

from shared.web.fields import EconomyOut, TextsOut


class DelegateOut(Schema):
    """One of a delegation."""

    registration_id = fields.UUID(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    capacity = fields.String(required=True)
    state = fields.String(required=True)


class DelegationOut(Schema):
    """One body's people, the head first. counts: by capacity."""

    organisation_id = fields.UUID(required=True)
    names = TextsOut(required=True)
    economy = EconomyOut(required=True, allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    people = fields.List(fields.Nested(DelegateOut), required=True)


class DelegationsOut(Schema):
    """By economy, in APEC's order."""

    items = fields.List(fields.Nested(DelegationOut), required=True)


class ShareOut(Schema):
    """One line; count is null where so few people are that one could be read out."""

    key = fields.String(required=True)
    names = TextsOut(required=True)
    count = fields.Integer(required=True, allow_none=True)


class BalanceOfAnswerOut(Schema):
    """How people answered a question of the balance."""

    key = fields.String(required=True)
    counts_as = fields.String(required=True)
    labels = TextsOut(required=True)
    shares = fields.List(fields.Nested(ShareOut), required=True)


class DayOut(Schema):
    """How many were registered by the end of a day at the venue."""

    day = fields.Date(required=True)
    registered = fields.Integer(required=True)


class BalanceOut(Schema):
    """Of everyone with a seat, counted once."""

    total = fields.Integer(required=True)
    by_economy = fields.List(fields.Nested(ShareOut), required=True)
    by_body = fields.List(fields.Nested(ShareOut), required=True)
    by_answer = fields.List(fields.Nested(BalanceOfAnswerOut), required=True)
    over_time = fields.List(fields.Nested(DayOut), required=True)
