"""Deliveries: what became of each mail, its timeline; and the proof of a workshop's mails."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import RAISE, Schema, fields, validate

from services.notifications.actions import resending
from services.notifications.actions.delivering import requeue
from services.notifications.model import Delivery
from services.notifications.pages.kind_names import KIND_NAMES
from services.notifications.pages.words import delivery_state
from services.notifications.queries import deliveries as queries
from services.notifications.queries import places, proof, workshop_proof
from services.notifications.queries.sheets import deliveries_sheet
from shared.foundation.identities import Role
from shared.web.context import current_session, now
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Line
from shared.web.identity import asker, enter, one_of
from shared.web.pages import say
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("deliveries", __name__, url_prefix="/notifications")
blueprint.add_app_template_global(delivery_state)
ORGANIZER = one_of(Role.ORGANIZER)
PAGE: Final = 50
RESENT: Final = ("failed", "bounced", "suppressed")


class FilterForm(Schema):
    """What to look for."""

    class Meta:
        unknown = RAISE

    recipient = Line()
    person_id = fields.UUID()
    subject_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(queries.STATES))


def _wanted() -> dict[str, Any]:
    typed = {
        name: value.strip()
        for name in FilterForm().fields
        if (value := request.args.get(name, "")).strip()
    }
    found: dict[str, Any] = FilterForm().load(typed)
    return found


@blueprint.get("/deliveries")
@enter(ORGANIZER)
def listed() -> ResponseReturnValue:
    """Newest first, by address or name, by what it is about, by state; also as a file."""
    session, wanted = current_session(), _wanted()
    rest = {name: value for name, value in wanted.items() if name != "recipient"}
    query = queries.filtered(queries.deliveries_for(asker()), **rest)
    if "recipient" in wanted:
        who = wanted["recipient"]
        query = queries.of_recipient(session, query, who, asker(), beside=True)
    keys, kind = [Key(Delivery.id, descending=True)], file_format(request.args)
    if kind is not None:
        return send_sheet(deliveries_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        "deliveries.html",
        deliveries=rows,
        wanted={name: str(value) for name, value in wanted.items()},
        states=queries.STATES,
        workshops=places.workshops_seen(session, asker()),
        mails=KIND_NAMES,
        next=list_answer([], cursor)["next"],
    )


@blueprint.get("/deliveries/<uuid:delivery_id>")
@enter(ORGANIZER)
def show(delivery_id: UUID) -> ResponseReturnValue:
    """One mail with every try."""
    session = current_session()
    found = queries.get_delivery(session, delivery_id, asker())
    return render_template(
        "delivery.html",
        delivery=found,
        mails=KIND_NAMES,
        attempts=queries.attempts_of(session, found.id),
        can_resend=found.channel != "inbox" and found.state in RESENT,
    )


@blueprint.post("/deliveries/<uuid:delivery_id>/resend")
@enter(ORGANIZER)
def resend(delivery_id: UUID) -> ResponseReturnValue:
    """Send one that has failed once more."""
    session = current_session()
    found = queries.get_delivery(session, delivery_id, asker())
    if found.channel != "inbox" and found.state in RESENT:
        requeue(session, found, now=now())
        say(_("It is queued again."))
    return redirect(url_for("deliveries.show", delivery_id=found.id), 303)


@blueprint.get("/workshops/<uuid:workshop_id>/proof")
@enter(ORGANIZER)
def show_proof(workshop_id: UUID) -> ResponseReturnValue:
    """What a workshop's people were told, by kind of mail and by association."""
    session = current_session()
    workshop = workshop_proof.get_workshop(session, workshop_id, asker())
    found = workshop_proof.proof_of(session, workshop)
    return render_template(
        "workshop_proof.html",
        workshop=workshop,
        by_kind=found.by_kind,
        mails=KIND_NAMES,
        by_association=found.by_association,
        names=proof.names_of(session, found.by_association),
        counts=proof.summed(found.by_kind.values()),
        outcomes=proof.OUTCOMES,
    )


@blueprint.post("/workshops/<uuid:workshop_id>/resend-failed")
@enter(ORGANIZER)
def resend_failed(workshop_id: UUID) -> ResponseReturnValue:
    """Send the workshop's failed mails once more, and no others."""
    session, who = current_session(), asker()
    workshop = workshop_proof.get_workshop(session, workshop_id, who)
    count = resending.resend_failed_of(session, workshop.id, actor=who.name, now=now())
    say(ngettext("%(num)s mail is queued again.", "%(num)s mails are queued again.", count))
    return redirect(url_for("deliveries.show_proof", workshop_id=workshop.id), 303)
