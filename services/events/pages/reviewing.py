"""A reviewer's pages: the calls that they review for, what was submitted, and one to score."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.events.actions import judging
from services.events.model import Call, Review, Submission, Workshop
from services.events.model.call import BEST_SCORE, LONGEST_ABSTRACT, UNDECIDED, labels_of
from services.events.pages.submissions import send_submission_file
from services.events.queries import calls as queries
from services.events.queries.copies import organisation_names
from shared.foundation.failures import Failure, NotFound
from shared.web.bounds import Range
from shared.web.context import current_session, now
from shared.web.fields import Keyed, Prose
from shared.web.forms import Form, filled, read_form
from shared.web.identity import SIGNED_IN, asker, enter, require_identity
from shared.web.pages import say

blueprint = Blueprint("reviewing", __name__, url_prefix="/events/reviewing")


class ReviewForm(Schema):
    """Scores of the criteria, words, and whether they have an interest in it."""

    class Meta:
        unknown = RAISE

    scores = Keyed(
        keys=fields.String(),
        values=fields.Integer(validate=Range(1, BEST_SCORE)),
        load_default=dict,
    )
    comment = Prose(load_default="", longest=LONGEST_ABSTRACT)
    has_conflict = fields.Boolean(load_default=False)


@blueprint.get("")
@enter(SIGNED_IN)
def list_calls() -> ResponseReturnValue:
    """The calls that the reader reviews for, with what is left to do."""
    session, rows = current_session(), []
    for call, workshop in queries.calls_to_review(session, asker()):
        found = list(session.scalars(queries.to_review(asker()).where(_of(call))))
        said = _own_reviews(found)
        rows.append((call, workshop, found, said))
    return render_template("reviewing.html", rows=rows, undecided=UNDECIDED)


def _of(call: Call) -> Any:
    return Submission.call_id == call.id


def _own_reviews(found: list[Submission]) -> dict[UUID, Review]:
    me = require_identity().person_id
    said = queries.reviews_of(current_session(), [each.id for each in found])
    return {each.submission_id: each for each in said if each.person_id == me}


def _page(found: Submission, call: Call, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    workshop = session.get_one(Workshop, found.workshop_id)
    said = queries.find_review(session, found, asker())
    page = render_template(
        "review.html",
        call=call,
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        shown=queries.as_seen_by(session, found, "reviewer", asker()),
        topic=labels_of(call.topics, found.topic),
        kind=labels_of(call.kinds, found.kind),
        has_conflict=said is not None and said.has_conflict,
        version=said.version if said is not None else 0,
        can_review=found.state in UNDECIDED,
        form=form,
        scores=[("", "–"), *((str(each), str(each)) for each in range(1, BEST_SCORE + 1))],
    )
    return page, status


@blueprint.route("/submissions/<uuid:submission_id>", methods=["GET"])
@enter(SIGNED_IN)
def show(submission_id: UUID) -> ResponseReturnValue:
    """One submission, with what the reader said of it before."""
    found, call = queries.get_reviewed(current_session(), submission_id, asker())
    before, form = queries.find_review(current_session(), found, asker()), Form()
    if before is not None:
        form.typed = filled({"scores": before.scores, "comment": before.comment})
        form.typed |= {"has_conflict": "on"} if before.has_conflict else {}
    return _page(found, call, form)


@blueprint.route("/submissions/<uuid:submission_id>", methods=["POST"])
@enter(SIGNED_IN)
def review(submission_id: UUID) -> ResponseReturnValue:
    """Keep what the reader says of it."""
    session, form = current_session(), read_form(ReviewForm())
    found, call = queries.get_reviewed(session, submission_id, asker())
    if form.is_good:
        me = require_identity().person_id
        session.refresh(found, with_for_update=True)
        before = queries.find_review(session, found, asker())
        try:
            form.require_current(before.version if before is not None else 0)
            judging.write_review(session, found, me, now=now(), **form.values)
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Your review is kept."))
            return redirect(url_for("reviewing.list_calls"), 303)
    return _page(found, call, form, 422)


@blueprint.get("/submissions/<uuid:submission_id>/file")
@enter(SIGNED_IN)
def read_file(submission_id: UUID) -> Response:
    """The file of a submission, for its reviewers."""
    if not queries.is_reviewer_of(current_session(), submission_id, asker()):
        raise NotFound("There is no such submission.")
    return send_submission_file(submission_id, asker())
