"""Surveys: their questions, answers and results."""

from marshmallow import Schema, fields, validate

from services.events.api.schemas.base import In
from services.events.api.schemas.questions import QuestionIn, QuestionOut
from services.events.model.form import QUESTION_KINDS
from services.events.model.survey import KINDS, STATES
from shared.web.fields import Moment, Texts, TextsOut

MOST_QUESTIONS = 50


class SurveyIn(In):
    """A survey as organizers write it. is_anonymous: answers are kept without their person."""

    titles = Texts(required=True)
    texts = Texts(load_default=dict, is_prose=True, longest=2000)
    questions = fields.List(
        fields.Nested(QuestionIn), load_default=list, validate=validate.Length(0, MOST_QUESTIONS)
    )
    is_anonymous = fields.Boolean(load_default=True)


class SurveyOut(Schema):
    """A survey. asked_at: when everyone had been sent the link."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    titles = TextsOut(required=True)
    texts = TextsOut(required=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)
    is_anonymous = fields.Boolean(required=True)
    asked_at = Moment(required=True, allow_none=True)


class SurveyAnswerIn(In):
    """Answers by the keys of their questions."""

    answers = fields.Dict(keys=fields.String(), load_default=dict)


class SurveyAnsweredOut(Schema):
    """That it was answered; the answers are read by nobody one by one."""

    survey_id = fields.UUID(required=True)
    has_answered = fields.Boolean(required=True)


class BarOut(Schema):
    """How often an option was chosen; null where the number is so small that it is hidden."""

    names = TextsOut(required=True)
    count = fields.Integer(required=True, allow_none=True)


class QuestionResultOut(Schema):
    """Of one question. answered: null where so few did that nothing is shown."""

    key = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(QUESTION_KINDS))
    labels = TextsOut(required=True)
    answered = fields.Integer(required=True, allow_none=True)
    bars = fields.List(fields.Nested(BarOut), required=True)
    mean = fields.Float(required=True, allow_none=True)
    texts = fields.List(fields.String(), required=True)


class SurveyResultsOut(Schema):
    """In totals."""

    asked = fields.Integer(required=True)
    answered = fields.Integer(required=True)
    questions = fields.List(fields.Nested(QuestionResultOut), required=True)
