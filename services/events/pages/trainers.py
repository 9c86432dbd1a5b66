"""The pool of trainers: who can teach what, and who is needed twice at once."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.events.actions import training
from services.events.model import Trainer
from services.events.pages.course_words import with_other_languages
from services.events.pages.courses import usual_host
from services.events.pages.manage import ORGANIZER, hosts_of
from services.events.queries import courses as queries
from services.events.queries import trainers as pool
from services.events.queries.copies import names_of
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, undo
from shared.web.fields import Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("trainers", __name__, url_prefix="/events")


class TrainerForm(Schema):
    """Somebody of a pool."""

    class Meta:
        unknown = RAISE

    host_id = fields.UUID(required=True)
    names = Texts(required=True)
    affiliations = Texts(load_default=dict)
    texts = Texts(is_prose=True, longest=4000, load_default=dict)


def _pool_page(form: Form, found: Trainer | None = None, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    rows, cursor = page_of(
        session,
        pool.trainers_for(asker()),
        [Key(Trainer.id)],
        cursor=request.args.get("cursor"),
        limit=100,
    )
    ids = [each.id for each in rows]
    page = render_template(
        "trainers.html",
        trainers=rows,
        next=list_answer([], cursor)["next"],
        taught=pool.taught_courses(session, ids),
        conflicts=pool.conflicts_of(session, ids),
        hosts=hosts_of(),
        host_names=names_of(session, {each.host_id for each in rows}),
        form=form,
        found=found,
    )
    return page, status


@blueprint.route("/trainers", methods=["GET", "POST"])
@enter(ORGANIZER)
def list_pool() -> ResponseReturnValue:
    """Who can teach what, who is needed twice at once; and a form to add somebody."""
    if request.method == "GET":
        return _pool_page(Form(typed={"host_id": usual_host()}))
    form = read_form(TrainerForm())
    if form.is_good:
        try:
            session = current_session()
            queries.require_organizer(session, asker(), form.values["host_id"])
            training.add_trainer(session, form.values | {"person_id": None}, now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("The trainer is in the pool."))
            return redirect(url_for("trainers.list_pool"), 303)
    undo()
    return _pool_page(form, status=422)


@blueprint.route("/trainers/<uuid:trainer_id>", methods=["GET", "POST"])
@enter(ORGANIZER)
def edit(trainer_id: UUID) -> ResponseReturnValue:
    """Change what is said of a trainer."""
    session = current_session()
    found = pool.get_trainer(session, trainer_id, asker())
    if request.method == "GET":
        names = ("host_id", "names", "affiliations", "texts")
        return _pool_page(Form(typed=filled({name: getattr(found, name) for name in names})), found)
    form = read_form(TrainerForm(exclude=("host_id",)))
    if form.is_good:
        texts = ("names", "affiliations", "texts")
        session.refresh(found, with_for_update=True)
        try:
            form.require_current(found.version)
            values = with_other_languages(found, form.values, *texts)
            training.change_trainer(session, found, values)
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Saved."))
            return redirect(url_for("trainers.list_pool"), 303)
    return _pool_page(form, found, 422)


@blueprint.post("/trainers/<uuid:trainer_id>/remove")
@enter(ORGANIZER)
def remove(trainer_id: UUID) -> ResponseReturnValue:
    """Take somebody out of the pool."""
    session = current_session()
    try:
        training.remove_trainer(session, pool.get_trainer(session, trainer_id, asker()))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("trainers.list_pool"), 303)
