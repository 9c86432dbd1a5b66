"""Announcements in the API: audiences, counts, and what became of each recipient."""

from collections.abc import Mapping
from typing import Any

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates_schema,
)

from services.notifications.model.choices import CATEGORIES, CHANNELS, FOR_ALL
from services.notifications.queries.audiences import ROSTER_STATES
from services.notifications.queries.proof import OUTCOMES
from shared.web.exporting import ListArguments
from shared.web.fields import Moment, Texts, TextsOut

STATES = (
    *("draft", "approved", "snapshotting", "sending", "paused"),
    *("complete", "partly_failed", "cancelled"),
)
LONGEST_LIST = 10_000
MOST_LISTS = validate.Length(0, 20)


class ListedSchema(Schema):
    """One list of people: of an organisation, a workshop's roster, a segment, or by their ids."""

    class Meta:
        unknown = RAISE

    organisation_id = fields.UUID()
    subtree = fields.Boolean(
        metadata={"description": "With all organisations below; true if left out"}
    )
    workshop_id = fields.UUID()
    states = fields.List(
        fields.String(validate=validate.OneOf(ROSTER_STATES)),
        metadata={"description": "Of registrations and nominations; left out: all that hold"},
    )
    segment_id = fields.UUID()

    @validates_schema
    def require_one(self, listed: Mapping[str, Any], **_: Any) -> None:
        """Exactly one list, with what belongs to it."""
        named = [name for name in self.lists() if name in listed]
        if len(named) != 1:
            raise ValidationError(f"Name one of {', '.join(self.lists())}.")
        if "subtree" in listed and "organisation_id" not in listed:
            raise ValidationError({"subtree": ["It belongs to organisation_id."]})
        if "states" in listed and "workshop_id" not in listed:
            raise ValidationError({"states": ["They belong to workshop_id."]})

    def lists(self) -> list[str]:
        """The fields that name a list."""
        return ["organisation_id", "workshop_id", "segment_id"]

    @post_load
    def as_kept(self, listed: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Ids as text, as JSON keeps them."""
        return {name: _plain(value) for name, value in listed.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list | bool):
        return [_plain(each) for each in value] if isinstance(value, list) else value
    return value if isinstance(value, str | dict) else str(value)


class ExcludedSchema(ListedSchema):
    """A list of people who are left out."""

    person_ids = fields.List(fields.UUID(), validate=validate.Length(1, LONGEST_LIST))

    def lists(self) -> list[str]:
        return [*super().lists(), "person_ids"]


class AudienceSchema(ListedSchema):
    """Whom an announcement is for, and who of them is left out."""

    class Meta:
        unknown = RAISE
        # By its name in the class it would be marshmallow's own.
        include = {"exclude": fields.List(fields.Nested(ExcludedSchema), validate=MOST_LISTS)}

    @pre_load
    def listed(self, audience: Any, **_: Any) -> Any:
        """One list to leave out may stand alone."""
        if isinstance(audience, Mapping) and isinstance(audience.get("exclude"), Mapping):
            return {**audience, "exclude": [audience["exclude"]]}
        return audience


class AnnouncementIn(Schema):
    """What is told, to whom, and when."""

    class Meta:
        unknown = RAISE

    organisation_id = fields.UUID(required=True)
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    subject = Texts(required=True)
    body = Texts(required=True, is_prose=True, longest=20_000)
    audience = fields.Nested(AudienceSchema, required=True)
    channels = fields.List(
        fields.String(validate=validate.OneOf(CHANNELS)),
        load_default=lambda: list(FOR_ALL),
        validate=validate.Length(1, len(CHANNELS)),
    )
    send_at = Moment(load_default=None, allow_none=True)

    @validates_schema
    def require_same_languages(self, body: Mapping[str, Any], **_: Any) -> None:
        """Each body has its subject."""
        subject, text = body.get("subject", {}), body.get("body", {})
        wrong = {
            tag: ["Write the subject in this language too."] for tag in text if tag not in subject
        }
        if wrong and subject:
            raise ValidationError({"subject": wrong})

    @post_load
    def in_order(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Each channel once, mail first; languages without a text are left out."""
        body["channels"] = [name for name in CHANNELS if name in body["channels"]]
        body["body"] = {tag: text for tag, text in body["body"].items() if text}
        return body


class CountsOut(Schema):
    """People, adding up: eligible = queued + sent + suppressed + opted_out + failed."""

    eligible = fields.Integer(required=True)
    queued = fields.Integer(required=True, metadata={"description": "Held ones too"})
    sent = fields.Integer(required=True, metadata={"description": "Delivered ones too"})
    delivered = fields.Integer(required=True)
    suppressed = fields.Integer(required=True)
    opted_out = fields.Integer(required=True)
    failed = fields.Integer(required=True)


class AnnouncementOut(Schema):
    """An announcement and how far it is."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    category = fields.String(required=True)
    subject = TextsOut(required=True)
    body = TextsOut(required=True)
    audience = fields.Dict(required=True)
    channels = fields.List(fields.String(), required=True)
    send_at = Moment(required=True, allow_none=True)
    state = fields.String(required=True)
    author = fields.String(required=True)
    created_at = Moment(required=True)
    approved_by = fields.String(required=True, allow_none=True)
    approved_at = Moment(required=True, allow_none=True)
    finished_at = Moment(required=True, allow_none=True)
    counts = fields.Nested(CountsOut, required=True)


class ListedAnnouncementOut(AnnouncementOut):
    """As in lists: without its counts."""

    class Meta:
        exclude = ("counts",)


class AnnouncementArguments(ListArguments):
    """Filters of the list."""

    organisation_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))


class LetterOut(Schema):
    """How it reads in one language."""

    language = fields.String(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)


class AssociationPeopleOut(Schema):
    """How many of one association it would reach."""

    association_id = fields.UUID(required=True, allow_none=True)
    people = fields.Integer(required=True)


class PreviewOut(Schema):
    """Whom it would reach now, and how it reads."""

    eligible = fields.Integer(required=True)
    associations = fields.List(fields.Nested(AssociationPeopleOut), required=True)
    letters = fields.List(fields.Nested(LetterOut), required=True)


class AssociationCountsOut(Schema):
    """The proof of one association."""

    association_id = fields.UUID(required=True, allow_none=True)
    names = TextsOut(required=True)
    counts = fields.Nested(CountsOut, required=True)


class ProofOut(Schema):
    """What became of everybody, in all and by association."""

    counts = fields.Nested(CountsOut, required=True)
    associations = fields.List(fields.Nested(AssociationCountsOut), required=True)


class KindCountsOut(Schema):
    """The proof of one kind of mail."""

    kind = fields.String(required=True)
    counts = fields.Nested(CountsOut, required=True)


class WorkshopProofOut(ProofOut):
    """What became of all that a workshop's people were told; of notifications, adding up."""

    kinds = fields.List(fields.Nested(KindCountsOut), required=True)


class ResentOut(Schema):
    """How many mails are queued again."""

    queued = fields.Integer(required=True)


class RecipientArguments(ListArguments):
    """Filters of the recipients."""

    outcome = fields.String(
        validate=validate.OneOf((*OUTCOMES, "delivered", "not_told")),
        metadata={"description": "not_told: suppressed, opted out and failed"},
    )


class AnnouncementRecipientOut(Schema):
    """What became of one person."""

    number = fields.Integer(required=True)
    name = fields.String(required=True)
    recipient = fields.String(required=True)
    association_id = fields.UUID(required=True, allow_none=True)
    outcome = fields.String(required=True)
    reason = fields.String(required=True)
    sent_at = Moment(required=True, allow_none=True)
    delivery_id = fields.UUID(required=True, allow_none=True)
