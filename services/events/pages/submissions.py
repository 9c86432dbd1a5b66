"""The public page of a call, submitting to it, and the submitter's page by their mailed link."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema

from services.events.actions import submitting
from services.events.actions.attending import own_id
from services.events.actions.sharing import Upload
from services.events.model import Call, Submission, Workshop
from services.events.model.call import LONGEST_ABSTRACT, labels_of
from services.events.model.link import find_link
from services.events.pages.marking_up import marked_up
from services.events.queries import calls as queries
from services.events.queries.copies import organisation_names
from shared.foundation.economies import APEC
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Asker
from shared.foundation.languages import in_language
from shared.web.context import current_session, now, undo
from shared.web.fields import Economy, Email, LanguageTag, Line, Prose, Rows
from shared.web.files import file_store, send_file_to_save
from shared.web.forms import Form, filled, read_form
from shared.web.identity import ANYONE, asker, enter, find_identity
from shared.web.pages import page_language, say, say_failure
from shared.web.uploads import filename_of, takes_files

blueprint = Blueprint("submissions", __name__, url_prefix="/events")
takes_files(blueprint, "submit", "change")
SPEAKERS: Final = 4
"""Rows of the form; by API up to ten."""
COLUMNS: Final = ("name", "email", "locale", "title", "abstract", "topic", "kind")
blueprint.add_app_template_global(marked_up, "marked_up")


class SpeakerForm(Schema):
    """One who would speak; an empty name is none."""

    class Meta:
        unknown = RAISE

    name = Line(load_default="", longest=200)
    title = Line(load_default="", longest=200)
    affiliation = Line(load_default="", longest=200)
    economy = Economy(load_default=None)
    email = Email(load_default=None)


class ChangeForm(Schema):
    """A submission as its submitter writes it."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=200)
    locale = LanguageTag(load_default="en")
    title = Line(required=True, longest=200)
    abstract = Prose(required=True, longest=LONGEST_ABSTRACT)
    topic = Line(load_default=None, longest=60)
    kind = Line(load_default=None, longest=60)
    speakers = Rows(SpeakerForm)


class SubmitForm(ChangeForm):
    """A new one."""

    email = Email(required=True)


def choices_of(choices: list[Any]) -> list[tuple[str, str]]:
    """Topics or kinds for a choice, with their length."""
    language = page_language()
    found = []
    for each in choices:
        minutes = each.get("minutes")
        length = f" ({_('%(count)s minutes', count=minutes)})" if minutes else ""
        found.append((each["key"], in_language(each["labels"], language) + length))
    return found


def _frame(call: Call, workshop: Workshop) -> dict[str, Any]:
    language = page_language()
    return {
        "call": call,
        "workshop": workshop,
        "host": organisation_names(current_session(), workshop.host_id),
        "topics": choices_of(call.topics),
        "kinds": choices_of(call.kinds),
        "economies": [
            ("", ""),
            *((code, in_language(names, language)) for code, names in APEC.items()),
        ],
        "speaker_rows": SPEAKERS,
        "most_characters": LONGEST_ABSTRACT,
        "file_endings": ",".join(f".{each}" for each in submitting.FILE_ENDINGS),
    }


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    rows = [each for _number, each in sorted(values["speakers"].items()) if each["name"]]
    own = {"name": values["name"], "title": "", "affiliation": "", "economy": None, "email": None}
    return dict(values) | {"speakers": rows or [own]}


def _upload() -> Upload | None:
    file = request.files.get("file")
    return Upload(filename_of(file), file.read()) if file is not None and file.filename else None


@blueprint.get("/workshops/<uuid:workshop_id>/call")
@enter(ANYONE)
def show_call(workshop_id: UUID) -> ResponseReturnValue:
    """What is looked for, until when, and the form."""
    call, workshop = queries.get_call(current_session(), workshop_id, asker())
    typed, identity = {"locale": page_language()}, find_identity()
    if identity is not None:
        typed |= {"name": identity.name, "email": identity.email}
    return _call_page(call, workshop, Form(typed=typed))


def _call_page(
    call: Call, workshop: Workshop, form: Form, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "call.html",
        form=form,
        is_open=call.is_open(now()),
        is_over=now() >= call.closes_at,
        **_frame(call, workshop),
    )
    return page, status


@blueprint.post("/workshops/<uuid:workshop_id>/call")
@enter(ANYONE)
def submit(workshop_id: UUID) -> ResponseReturnValue:
    """Submit; go on to the submission's own page, which the mail links too."""
    session = current_session()
    call, workshop = queries.get_call(session, workshop_id, asker())
    form = read_form(SubmitForm())
    if not form.is_good:
        return _call_page(call, workshop, form, 422)
    person_id = own_id(find_identity(), form.values["email"])
    try:
        found, is_new = submitting.submit(
            session,
            call,
            _values(form.values),
            person_id=person_id,
            actor=asker().name,
            now=now(),
        )
        upload = _upload()
        if is_new and upload is not None:
            submitting.attach(session, found, upload, store=file_store(), now=now())
    except Failure as failure:
        form.refuse(failure)
        undo()
        return _call_page(call, workshop, form, 422)
    if not is_new and not queries.is_submitter(found, asker()):
        say(_("This has been submitted already; the link is in the mail of that time."))
        return redirect(url_for("submissions.show_call", workshop_id=workshop_id), 303)
    say(_("We have your contribution. A mail with the link to this page is on its way."))
    return redirect(url_for("submissions.show", token=found.link_token), 303)


def _own(token: str) -> Submission:
    link = find_link(token)
    if link is None or link.kind != "submission":
        raise NotFound("This link is not complete. Open it from the mail again.")
    return queries.get_own_submission(current_session(), link.id, Asker(link=token))


def typed_of(found: Submission) -> dict[str, str]:
    """As the form shows it."""
    typed = filled({name: getattr(found, name) for name in COLUMNS if name != "email"})
    for number, each in enumerate(found.speakers):
        typed |= filled({"speakers": {str(number): each}})
    return typed


@blueprint.get("/submissions/<token>")
@enter(ANYONE)
def show(token: str) -> ResponseReturnValue:
    """How it stands, what became of it, and the form while it can be changed."""
    found = _own(token)
    return _own_page(found, token, Form(typed=typed_of(found)))


def _own_page(found: Submission, token: str, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    call = session.get_one(Call, found.call_id)
    frame = _frame(call, session.get_one(Workshop, found.workshop_id))
    can_change = found.state == "returned" or (found.state == "submitted" and call.is_open(now()))
    page = render_template(
        "submission.html",
        found=found,
        token=token,
        form=form,
        topic=labels_of(call.topics, found.topic),
        kind=labels_of(call.kinds, found.kind),
        can_change=can_change,
        can_withdraw=found.state in ("submitted", "returned", "reserved", "accepted")
        and found.contribution_id is None,
        history=queries.history_of(session, found),
        **frame | {"speaker_rows": max(SPEAKERS, len(found.speakers))},
    )
    return page, status


@blueprint.post("/submissions/<token>/change")
@enter(ANYONE)
def change(token: str) -> ResponseReturnValue:
    """Change it; a returned one is submitted again by it."""
    session, form = current_session(), read_form(ChangeForm())
    found = _own(token)
    if form.is_good:
        try:
            session.refresh(found, with_for_update=True)
            form.require_current(found.version)
            upload = _upload()
            if upload is not None:
                submitting.attach(session, found, upload, store=file_store(), now=now())
            submitting.change_submission(
                session, found, _values(form.values), actor="link", now=now()
            )
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Saved."))
            return redirect(url_for("submissions.show", token=token), 303)
    undo()
    return _own_page(found, token, form, 422)


@blueprint.post("/submissions/<token>/withdraw")
@enter(ANYONE)
def withdraw(token: str) -> ResponseReturnValue:
    """Take it back."""
    try:
        submitting.withdraw_submission(current_session(), _own(token), actor="link", now=now())
        say(_("Your contribution is withdrawn."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("submissions.show", token=token), 303)


def send_submission_file(submission_id: UUID, by: Asker) -> Response:
    """The file of a submission that the asker may have."""
    found = queries.get_submission_file(current_session(), submission_id, by)
    response = send_file_to_save(
        found.digest or "", filename=found.filename or "", content_type=found.content_type or ""
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/submissions/<token>/file")
@enter(ANYONE)
def read_own_file(token: str) -> Response:
    """The file that was sent with it."""
    return send_submission_file(_own(token).id, Asker(link=token))
