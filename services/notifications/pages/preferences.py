"""What one is told, by which channel and when: signed in, or by the link in any mail."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from services.notifications.actions import choosing
from services.notifications.actions.links import find_delivery_id
from services.notifications.model import OrganisationRules, Preference
from services.notifications.model.choices import (
    DIGESTS,
    FOR_ALL,
    OPTIONAL,
    Wanted,
    can_choose,
    effective,
)
from services.notifications.model.reminder import (
    DEFAULTS,
    MOST_DAYS,
    MOST_HOURS,
    MOST_REMINDERS,
    plain_reminders,
)
from services.notifications.pages.words import CATEGORY_NAMES, DIGEST_NAMES
from services.notifications.queries import preferences as queries
from shared.foundation.clock import time_zones
from shared.foundation.failures import Failure
from shared.foundation.identities import Role
from shared.foundation.languages import LANGUAGES
from shared.web.context import current_session, now, service
from shared.web.fields import ClockTime, Count, TimeZone
from shared.web.forms import Form, filled, read_form
from shared.web.identity import ANYONE, SIGNED_IN, asker, enter, one_of, require_identity
from shared.web.pages import LANGUAGE_NAMES, say

blueprint = Blueprint("preferences", __name__, url_prefix="/notifications")
SPEAKERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)


class ChosenForm(Schema):
    """Boxes that are not ticked do not come at all."""

    class Meta:
        unknown = RAISE

    mail = fields.Boolean(load_default=False)
    inbox = fields.Boolean(load_default=False)
    push = fields.Boolean(load_default=False)
    chat = fields.Boolean(load_default=False)
    sms = fields.Boolean(load_default=False)


class ElsewhereForm(Schema):
    """Of what is told in any case: whether it goes elsewhere too."""

    class Meta:
        unknown = RAISE

    push = fields.Boolean(load_default=False)
    chat = fields.Boolean(load_default=False)
    sms = fields.Boolean(load_default=False)


class CategoriesForm(Schema):
    """One row of boxes for each category that can be chosen."""

    class Meta:
        unknown = RAISE

    workshop = fields.Nested(ElsewhereForm, load_default=lambda: ElsewhereForm().load({}))
    membership = fields.Nested(ChosenForm, load_default=lambda: ChosenForm().load({}))
    news = fields.Nested(ChosenForm, load_default=lambda: ChosenForm().load({}))
    deadline = fields.Nested(ChosenForm, load_default=lambda: ChosenForm().load({}))


class QuietHoursForm(Schema):
    """Both times, or none of them."""

    class Meta:
        unknown = RAISE

    start = ClockTime(required=True, data_key="from")
    end = ClockTime(required=True, data_key="to")

    @validates_schema
    def refuse_none(self, hours: dict[str, str], **_rest: Any) -> None:
        """They last from a moment to another one."""
        if hours.get("start") and hours.get("start") == hours.get("end"):
            raise ValidationError({"to": ["Choose another time than the one it begins at."]})


class PreferencesForm(Schema):
    """Boxes, quiet hours, digest, language and time zone."""

    class Meta:
        unknown = RAISE

    categories = fields.Nested(CategoriesForm, load_default=lambda: CategoriesForm().load({}))
    quiet_hours = fields.Nested(QuietHoursForm, load_default=dict)
    digest = fields.String(load_default="off", validate=validate.OneOf(DIGESTS))
    locale = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))
    time_zone = TimeZone(load_default=None)


class Days(fields.Field[list[int]]):
    """How many days before, several with commas between: `7, 1`. Empty: never."""

    least, most = 0, MOST_DAYS
    beyond = "At most five reminders, at most 90 days before."

    def _deserialize(self, value: Any, *_rest: Any, **_options: Any) -> list[int]:
        words = [
            word.strip() for word in str(value).replace("、", ",").replace("，", ",").split(",")
        ]
        days = {int(word) for word in words if word.isdecimal() and len(word) < 4}
        is_within = all(self.least <= each <= self.most for each in days)
        if len(days) > MOST_REMINDERS or not is_within:
            raise ValidationError(self.beyond)
        if any(not word.isdecimal() for word in words if word):
            raise ValidationError("Write whole numbers with commas between, such as 7, 1.")
        return sorted(days, reverse=True)


class Hours(Days):
    """How many hours before, in the same way."""

    least, most = 1, MOST_HOURS
    beyond = "At most five reminders, 1 to 72 hours before."


class RulesForm(Schema):
    """Boxes, who approves, and how fast."""

    class Meta:
        unknown = RAISE

    categories = fields.Nested(CategoriesForm, load_default=lambda: CategoriesForm().load({}))
    needs_second_person = fields.Boolean(load_default=False)
    mails_per_minute = Count(1, load_default=None)
    reminders_start = Days(load_default=list)
    reminders_start_hours = Hours(load_default=list)
    reminders_confirm = Days(load_default=list)


def _page(
    key: UUID, form: Form | None, offered: Collection[str] = FOR_ALL, **more: Any
) -> ResponseReturnValue:
    found = queries.find_preference(current_session(), key)
    if form is None:
        form = Form(typed=_typed(found, offered))
    zones = [
        ("", _("as my account says")),
        *((zone, zone) for zone in sorted(time_zones())),
    ]
    page = render_template(
        "preferences.html",
        form=form,
        names=CATEGORY_NAMES,
        can_choose=can_choose,
        channels=offered,
        digests=DIGEST_NAMES.items(),
        zones=zones,
        locales=[("", _("as my account says")), *LANGUAGE_NAMES.items()],
        **more,
    )
    return page, 422 if form.faults else 200


def _typed(found: Preference | None, offered: Collection[str]) -> dict[str, str]:
    if found is None:
        return _ticked({}, offered) | {"digest": "off"}
    hours = {"from": found.quiet_from, "to": found.quiet_to}
    chosen = {"digest": found.digest, "locale": found.locale, "time_zone": found.time_zone}
    return _ticked(found.channels, offered) | filled(chosen | {"quiet_hours": hours})


def _ticked(chosen: Wanted, offered: Collection[str] = FOR_ALL) -> dict[str, str]:
    """Only boxes that are ticked have a value."""
    return {
        f"categories.{category}.{channel}": "true"
        for category, channels in effective(chosen, offered).items()
        for channel, is_on in channels.items()
        if is_on
    }


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    hours = values.pop("quiet_hours")
    quiet = {"quiet_from": hours.get("start"), "quiet_to": hours.get("end")}
    return values | quiet | {"channels": values.pop("categories")}


def _typed_rules(found: OrganisationRules | None) -> dict[str, str]:
    chosen = plain_reminders(found.reminders if found is not None else None)
    reminders = {
        f"reminders_{name}": ", ".join(str(each) for each in days) for name, days in chosen.items()
    }
    if found is None:
        return _ticked({}) | reminders
    second = {"needs_second_person": "true"} if found.needs_second_person else {}
    return (
        _ticked(found.channels)
        | reminders
        | second
        | filled({"mails_per_minute": found.mails_per_minute})
    )


def _for_all(boxes: Wanted) -> Wanted:
    """Of what an organisation sets: mail and inbox of what can be chosen."""
    return {name: {each: boxes[name][each] for each in FOR_ALL} for name in OPTIONAL}


def _saved(
    key: UUID, actor: str, back: str, offered: Collection[str] = FOR_ALL, **more: Any
) -> ResponseReturnValue:
    form = read_form(PreferencesForm())
    if not form.is_good:
        return _page(key, form, offered, **more)
    values = _columns(form.values)
    choosing.choose(current_session(), key, values, actor=actor, now=now(), offered=offered)
    say(_("Saved."))
    return redirect(back, 303)


@blueprint.route("/preferences", methods=["GET", "POST"])
@enter(SIGNED_IN)
def show() -> ResponseReturnValue:
    """The signed-in person's own."""
    me = require_identity().person_id
    offered = queries.offered_to(current_session(), me)
    if request.method == "POST":
        return _saved(me, asker().name, url_for("preferences.show"), offered)
    return _page(me, None, offered, is_own=True)


@blueprint.route("/preferences/<token>", methods=["GET", "POST"])
@enter(ANYONE)
def show_by_link(token: str) -> ResponseReturnValue:
    """Of whoever had the mail with this link, without signing in."""
    delivery_id = find_delivery_id(service().settings.secret_key, token)
    mailed = queries.get_mailed(current_session(), delivery_id)
    key, address = choosing.key_of(mailed), _masked(mailed.address)
    if request.method == "POST":
        back = url_for("preferences.show_by_link", token=token)
        return _saved(key, "link", back, address=address)
    return _page(key, None, address=address)


def _masked(address: str) -> str:
    """Enough for its reader to know it, too little for anybody else: a…@iges.example."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


@blueprint.route("/organisations/<uuid:organisation_id>/rules", methods=["GET", "POST"])
@enter(SPEAKERS)
def show_rules(organisation_id: UUID) -> ResponseReturnValue:
    """What an organisation's people are told who chose nothing, and who approves."""
    session, who = current_session(), asker()
    organisation, found = queries.get_rules(session, organisation_id, who)
    form = Form(typed=_typed_rules(found))
    if request.method == "POST":
        form = read_form(RulesForm())
        try:
            if form.is_good:
                if found is not None:
                    session.refresh(found, with_for_update=True)
                form.require_current(found.version if found is not None else 0)
                values = _rules_of(form.values)
                choosing.set_rules(session, organisation_id, values, actor=who.name, now=now())
                say(_("Saved."))
                return redirect(request.path, 303)
        except Failure as failure:
            form.refuse(failure)
    page = render_template(
        "rules.html",
        form=form,
        organisation=organisation,
        version=found.version if found is not None else 0,
        names=CATEGORY_NAMES,
        can_choose=can_choose,
        channels=FOR_ALL,
    )
    return page, 422 if form.faults else 200


def _rules_of(values: dict[str, Any]) -> dict[str, Any]:
    """The columns of OrganisationRules that the form sets."""
    columns = values | {"channels": _for_all(values["categories"])}
    columns.pop("categories")
    columns["reminders"] = {name: columns.pop(f"reminders_{name}") for name in DEFAULTS}
    return columns
