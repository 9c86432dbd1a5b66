"""Copies of all that is held about a person."""

from marshmallow import Schema, fields

from shared.web.fields import Moment


class DataExportOut(Schema):
    """state: gathering, then ready; after expires_at it is gone."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    state = fields.String(required=True)
    asked_at = Moment(required=True)
    ready_at = Moment(required=True, allow_none=True)
    expires_at = Moment(required=True)
