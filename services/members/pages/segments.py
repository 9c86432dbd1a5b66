"""An organisation's segments: by filters, who is in them, and evaluating them anew."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions import segmenting
from services.members.actions.recording import lock
from services.members.actions.segmenting import Wanted
from services.members.model import Organisation, Segment, SegmentMember
from services.members.model.appointment import ROLES
from services.members.model.organisation import KINDS
from services.members.model.segment import SEGMENT_KINDS
from services.members.pages.me import economies
from services.members.pages.organisations import MANAGERS, get_own
from services.members.queries import segments as queries
from services.members.queries.consents import newest_words, purposes_of
from services.members.queries.sheets_of_people import segment_sheet, segments_sheet
from shared.foundation.failures import Failure, Invalid
from shared.foundation.languages import in_language
from shared.web.context import current_session, now
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Economy, Line, Texts
from shared.web.forms import Form, filled, fingerprint, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("segments", __name__, url_prefix="/members")
PAGE = 50
KINDS_OF_SEGMENTS: Final = {
    "people": lazy_gettext("People"),
    "organisations": lazy_gettext("Organisations"),
}
FILTERS = ("q", "kind_is", "economy", "role", "consent")


class FilterForm(Schema):
    """Names and filters of a segment."""

    class Meta:
        unknown = RAISE

    names = Texts(required=True)
    q = Line(longest=100)
    kind_is = fields.String(validate=validate.OneOf(KINDS))
    economy = Economy()
    role = fields.String(validate=validate.OneOf(ROLES))
    consent = fields.UUID()


class SegmentForm(FilterForm):
    """A new segment."""

    kind = fields.String(required=True, validate=validate.OneOf(SEGMENT_KINDS))


def _wanted(values: dict[str, Any], kind: str) -> Wanted:
    """The filters of a form; what it can't say of a kind is refused beside its field."""
    if kind == "organisations" and "role" in values:
        raise Invalid.at("/role", _("People hold offices; organisations hold none."))
    if kind == "organisations" and "consent" in values:
        raise Invalid.at("/consent", _("People consent; organisations don't."))
    names = {"kind_is": "kind"}
    return Wanted(
        filters={names.get(each, each): str(values[each]) for each in FILTERS if each in values}
    )


def _choices(organisation_id: UUID) -> dict[str, Any]:
    session = current_session()
    asked = session.scalars(purposes_of(organisation_id, with_archived=True)).all()
    words = newest_words(session, asked)
    titles = [(str(each.id), in_language(words[each.id].titles, page_language())) for each in asked]
    return {
        "purposes": [("", "–"), *titles] if titles else [],
        "segment_kinds": KINDS_OF_SEGMENTS,
        "kinds": [("", "–"), *((kind, _(kind)) for kind in KINDS)],
        "roles": [("", "–"), *((role, _(role.replace("_", " "))) for role in ROLES)],
        "economies": economies(),
    }


@blueprint.route("/organisations/<uuid:organisation_id>/segments", methods=["GET", "POST"])
@enter(MANAGERS)
def listed(organisation_id: UUID) -> ResponseReturnValue:
    """The organisation's segments, as a file too, and the form for one more."""
    session, organisation = current_session(), get_own(organisation_id)
    query, keys = queries.segments_of(organisation.id), [Key(Segment.id)]
    kind = file_format(request.args) if request.method == "GET" else None
    if kind is not None:
        return send_sheet(segments_sheet(), query, keys, kind=kind)
    form = Form(typed={"kind": "people"})
    if request.method == "POST":
        form = read_form(SegmentForm())
        try:
            if form.is_good:
                made = segmenting.make_segment(
                    session,
                    organisation,
                    form.values["kind"],
                    form.values["names"],
                    _wanted(form.values, form.values["kind"]),
                    actor=asker().name,
                    now=now(),
                )
                return redirect(url_for("segments.show", segment_id=made.id), 303)
        except Failure as failure:
            form.refuse(failure)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    page = render_template(
        "segments.html",
        organisation=organisation,
        segments=rows,
        next=list_answer([], cursor)["next"],
        form=form,
        **_choices(organisation.id),
    )
    return page, 422 if form.faults else 200


def _page(segment: Segment, form: Form) -> ResponseReturnValue:
    session = current_session()
    query, keys = queries.members_as_told(segment), [Key(SegmentMember.member_id)]
    kind = file_format(request.args) if request.method == "GET" else None
    if kind is not None:
        return send_sheet(segment_sheet(segment), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    ids = [row.member_id for row in rows]
    page = render_template(
        "segment.html",
        organisation=session.get_one(Organisation, segment.organisation_id),
        segment=segment,
        version=_version(segment),
        members=queries.names_of_members(session, segment, ids, page_language()),
        next=list_answer([], cursor)["next"],
        form=form,
        **_choices(segment.organisation_id),
    )
    return page, 422 if form.faults else 200


def _typed(segment: Segment) -> dict[str, str]:
    found = dict(segment.filters or {})
    found["kind_is"] = found.pop("kind", None)
    return filled(found | {"names": segment.names})


@blueprint.route("/segments/<uuid:segment_id>", methods=["GET", "POST"])
@enter(MANAGERS)
def show(segment_id: UUID) -> ResponseReturnValue:
    """Who is in it, and the form to change it."""
    session, who = current_session(), asker()
    segment = queries.get_segment(session, segment_id, who)
    if request.method == "GET":
        return _page(segment, Form(typed=_typed(segment)))
    form = read_form(FilterForm())
    try:
        if form.is_good:
            lock(session, segment)
            form.require_current(_version(segment))
            wanted = _kept(segment, _wanted(form.values, segment.kind))
            names = _merged(segment, form.values["names"])
            segmenting.change_segment(
                session, segment, names=names, wanted=wanted, actor=who.name, now=now()
            )
            say(_("Saved."))
            return redirect(url_for("segments.show", segment_id=segment.id), 303)
    except Failure as failure:
        form.refuse(failure)
    return _page(segment, form)


def _version(segment: Segment) -> str:
    """Of what the form changes; the segment's own counts who comes and leaves, too."""
    return fingerprint(segment.names, segment.filters)


def _kept(segment: Segment, wanted: Wanted) -> Wanted | None:
    """With the filter that the form doesn't show; who was picked by hand stays picked."""
    if segment.filters is None:
        return None
    hidden = {name: each for name, each in segment.filters.items() if name == "member_of"}
    return Wanted(filters=hidden | dict(wanted.filters or {}))


def _merged(segment: Segment, typed: dict[str, str]) -> dict[str, str]:
    """A language that the form doesn't show stays as it is."""
    others = {tag: name for tag, name in segment.names.items() if tag not in ("en", "zh-Hant")}
    return others | typed


@blueprint.post("/segments/<uuid:segment_id>/refresh")
@enter(MANAGERS)
def refresh(segment_id: UUID) -> ResponseReturnValue:
    """Evaluate it now."""
    session = current_session()
    segment = queries.get_segment(session, segment_id, asker())
    lock(session, segment)
    segmenting.evaluate(session, segment, now=now(), anew=True)
    say(_("It is as of now."))
    return redirect(url_for("segments.show", segment_id=segment.id), 303)


@blueprint.post("/segments/<uuid:segment_id>/remove")
@enter(MANAGERS)
def remove(segment_id: UUID) -> ResponseReturnValue:
    """Nobody can be addressed by it any more."""
    session, who = current_session(), asker()
    segment = queries.get_segment(session, segment_id, who)
    segmenting.remove_segment(session, segment, actor=who.name, now=now())
    say(_("The segment is removed."))
    return redirect(url_for("segments.listed", organisation_id=segment.organisation_id), 303)
