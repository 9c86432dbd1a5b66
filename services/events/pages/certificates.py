"""The organizer's page of certificates: the rule, scores, who has earned one, issuing, revoking."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import RAISE, Schema, fields

from services.events.actions import certifying, scoring
from services.events.model import Certificate, Registration, Workshop
from services.events.model.certificate import DEFAULT_TITLES, HIGHEST_SCORE
from services.events.pages.manage import ORGANIZER
from services.events.pages.workspace import bodies_to_choose
from services.events.queries import certificates as queries
from services.events.queries.attendance import those_with_a_seat
from services.events.queries.copies import organisation_names
from services.events.queries.registrations import get_organized_registration
from services.events.queries.sheets import standings_sheet
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure
from shared.foundation.ids import find_id
from shared.foundation.languages import in_language
from shared.web.bounds import Range
from shared.web.context import current_session, now, undo
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Count, Keyed, Prose, Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("certificates", __name__, url_prefix="/events/manage")
CO_ISSUERS: Final = 3
PAGE: Final = 50
LONGEST_TABLE: Final = 100_000


class RuleForm(Schema):
    """The rule as the form has it. seal: 0 the host's, then those of `issuer`."""

    class Meta:
        unknown = RAISE

    least_hours = fields.Float(load_default=None, validate=Range(0, 10_000))
    least_share = Count(0, 100, load_default=None)
    least_score = fields.Float(load_default=None, validate=Range(0, HIGHEST_SCORE))
    needs_survey = fields.Boolean(load_default=False)
    titles = Texts(load_default=dict)
    texts = Texts(load_default=dict, is_prose=True, longest=2000)
    issuer = Keyed(keys=fields.String(), values=fields.UUID(), load_default=dict)
    seal = Keyed(keys=fields.String(), values=fields.UUID(), load_default=dict)


class ScoresForm(Schema):
    """Scores by registration, as typed."""

    class Meta:
        unknown = RAISE

    score = Keyed(
        keys=fields.UUID(),
        values=fields.Float(validate=Range(0, HIGHEST_SCORE)),
        load_default=dict,
    )
    shown = fields.String(load_default="")


class TableForm(Schema):
    """A pasted table."""

    class Meta:
        unknown = RAISE

    text = Prose(required=True, longest=LONGEST_TABLE)


@blueprint.get("/<uuid:workshop_id>/certificates")
@enter(ORGANIZER)
def overview(workshop_id: UUID) -> ResponseReturnValue:
    """Who has earned a certificate and who not yet, and what was issued; or all as a file."""
    workshop = get_organized(current_session(), workshop_id, asker())
    kind = file_format(request.args)
    if kind is not None:
        query, keys = those_with_a_seat(workshop), [Key(Registration.id)]
        return send_sheet(standings_sheet(workshop.id, now=now()), query, keys, kind=kind)
    return _overview(workshop, Form())


def _overview(workshop: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    rule = queries.find_rule(session, workshop.id)
    facts: dict[str, Any] = {"standings": [], "next": None, "needed": 0, "scheduled": 0}
    if rule is not None:
        rows, cursor = page_of(
            session,
            those_with_a_seat(workshop),
            [Key(Registration.id)],
            cursor=request.args.get("cursor"),
            limit=PAGE,
        )
        facts = {
            "standings": queries.standings_of(session, workshop, rule, rows, now=now()),
            "next": list_answer([], cursor)["next"],
            "needed": queries.needed_hours(session, workshop, rule),
            "scheduled": queries.scheduled_hours(session, workshop),
        }
    page = render_template(
        "certificates.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        rule=rule,
        issuers=queries.issuers_as_printed(session, workshop),
        counts=queries.counts_of(session, workshop.id),
        seated=queries.count_of_candidates(session, workshop),
        run=queries.latest_run(session, workshop.id),
        is_over=workshop.ends_at <= now(),
        form=form,
        **facts,
    )
    return page, status


@blueprint.route("/<uuid:workshop_id>/certificate-rule", methods=["GET", "POST"])
@enter(ORGANIZER)
def rule(workshop_id: UUID) -> ResponseReturnValue:
    """Set what must be done, what the certificate says, and who issues it."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    if request.method == "GET":
        return _show_rule(workshop, Form(typed=_typed(workshop)))
    form = read_form(RuleForm())
    if form.is_good:
        values = form.values
        try:
            form.require_current(_version_of_rule(workshop))
            wanted = values | {"issuers": _issuers(workshop, values)}
            for name in ("issuer", "seal"):
                wanted.pop(name)
            certifying.set_rule(session, workshop, wanted, actor=asker().name, now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("The rule is set."))
            return redirect(url_for("certificates.overview", workshop_id=workshop_id), 303)
    undo()
    return _show_rule(workshop, form, 422)


def _version_of_rule(workshop: Workshop) -> int:
    """Of the rule, which nobody changes until the end of the transaction; 0 without one."""
    session = current_session()
    session.refresh(workshop, with_for_update={"key_share": True})
    found = queries.find_rule(session, workshop.id)
    if found is None:
        return 0
    session.refresh(found, with_for_update=True)
    return found.version


def _issuers(workshop: Workshop, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    seals = values["seal"]
    found = [{"organisation_id": workshop.host_id, "seal_id": seals.get("0")}]
    for place, organisation_id in sorted(values["issuer"].items()):
        found.append({"organisation_id": organisation_id, "seal_id": seals.get(place)})
    return found


def _typed(workshop: Workshop) -> dict[str, str]:
    session = current_session()
    found = queries.find_rule(session, workshop.id)
    if found is None:
        return filled({"titles": DEFAULT_TITLES, "least_share": 80})
    typed = filled({"titles": found.titles, "texts": found.texts})
    for name in ("least_hours", "least_share", "least_score"):
        least = getattr(found, name)
        typed[name] = f"{least:g}" if least is not None else ""
    if found.needs_survey:
        typed["needs_survey"] = "on"
    for place, each in enumerate(queries.issuers_of(session, workshop.id)):
        typed[f"seal.{place}"] = str(each.seal_id or "")
        if place:
            typed[f"issuer.{place}"] = str(each.organisation_id)
    return typed


def _show_rule(workshop: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    session, language = current_session(), page_language()
    seals = session.scalars(queries.seals_of(workshop.id).limit(100))
    found = queries.find_rule(session, workshop.id)
    page = render_template(
        "certificate_rule.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        form=form,
        bodies=[("", "–"), *bodies_to_choose()],
        seals=[("", "–"), *((str(each.id), in_language(each.titles, language)) for each in seals)],
        places=range(1, max(CO_ISSUERS, len(queries.issuers_of(session, workshop.id)) - 1) + 1),
        scheduled=queries.scheduled_hours(session, workshop),
        version=found.version if found is not None else 0,
    )
    return page, status


@blueprint.post("/<uuid:workshop_id>/certificates")
@enter(ORGANIZER)
def issue(workshop_id: UUID) -> ResponseReturnValue:
    """Issue to all who have earned one and have none yet."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    try:
        run = certifying.issue(session, workshop, actor=asker().name, now=now())
    except Failure as failure:
        say_failure(failure)
    else:
        if run.state == "running":
            say(_("Issuing is under way."))
        elif run.issued:
            say(ngettext("%(num)s certificate issued.", "%(num)s certificates issued.", run.issued))
        else:
            say(_("Everyone who has earned a certificate has it already."))
    return redirect(url_for("certificates.overview", workshop_id=workshop_id), 303)


@blueprint.post("/<uuid:workshop_id>/test-scores")
@enter(ORGANIZER)
def enter_scores(workshop_id: UUID) -> ResponseReturnValue:
    """Keep the scores of the people shown; an empty field takes a score away."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    form = read_form(ScoresForm())
    if not form.is_good:
        return _overview(workshop, form, 422)
    shown = [found for each in form.values["shown"].split(",") if (found := find_id(each))]
    seated = those_with_a_seat(workshop).where(Registration.id.in_(shown))
    ids = [each.id for each in session.scalars(seated)]
    scores = {each: form.values["score"].get(each) for each in ids}
    scoring.enter_scores(session, scores, actor=asker().name, now=now())
    say(_("Saved."))
    return redirect(url_for("certificates.overview", workshop_id=workshop_id) + "#standings", 303)


@blueprint.post("/<uuid:workshop_id>/test-scores/paste")
@enter(ORGANIZER)
def paste_scores(workshop_id: UUID) -> ResponseReturnValue:
    """Keep the scores of a pasted table."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    form = read_form(TableForm())
    if form.is_good:
        try:
            scores = scoring.read_scores(session, workshop, form.values["text"])
        except Failure as failure:
            form.refuse(failure)
        else:
            kept = dict(scores)
            scoring.enter_scores(session, kept, actor=asker().name, now=now())
            say(ngettext("%(num)s score is kept.", "%(num)s scores are kept.", len(kept)))
            path = url_for("certificates.overview", workshop_id=workshop_id)
            return redirect(path + "#standings", 303)
    return _overview(workshop, form, 422)


@blueprint.post("/certificates/<uuid:certificate_id>/revoke")
@enter(ORGANIZER)
def revoke(certificate_id: UUID) -> ResponseReturnValue:
    """Say that a certificate is good no more."""
    session = current_session()
    found: Certificate = queries.get_certificate(session, certificate_id, asker())
    get_organized_registration(session, found.registration_id, asker())
    reason = request.form.get("reason", "").strip()[:1000]
    certifying.revoke(session, found, actor=asker().name, now=now(), reason=reason)
    say(_("The certificate is revoked; its holder is told."))
    path = url_for("certificates.overview", workshop_id=found.workshop_id)
    return redirect(path + "#standings", 303)
