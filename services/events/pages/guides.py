"""Quick guides to print, a page for each kind of person."""

from typing import Any, Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from shared.web.identity import ANYONE, enter
from shared.web.kept_pages import same_for_guests

blueprint = Blueprint("guides", __name__, url_prefix="/events/guides")
# role → title, what it is for, steps as (heading, text, path)
GUIDES: Final[dict[str, Any]] = {
    "organizer": (
        _("Guide for organizers"),
        _("From the idea to the report, on one page."),
        [
            (
                _("See what needs you"),
                _("“Start” lists drafts, decisions, deadlines and mails that did not arrive."),
                "/events/start?as=organizer",
            ),
            (
                _("Write the workshop"),
                _("A title, the host, the days and the place will do; all else can follow."),
                "/events/manage/new",
            ),
            (
                _("Arrange programme and seats"),
                _("Sessions and speakers; seats for bodies, with the day when unused ones return."),
                "/events/manage",
            ),
            (
                _("Publish"),
                _("People can register at once; freed seats are offered to the line in turn."),
                "/events/manage",
            ),
            (
                _("Tell people"),
                _("“Messages” shows who was told and who was not; send again to those alone."),
                "/notifications/announcements",
            ),
            (
                _("Open the door"),
                _("Make a list and open its link on any phone; it works without a connection too."),
                "/events/manage",
            ),
            (
                _("Report"),
                _("Numbers, pictures and the list of participants are there to print."),
                "/events/manage",
            ),
        ],
    ),
    "association": (
        _("Guide for associations"),
        _("Your organisation, your people, your seats."),
        [
            (
                _("Complete the profile"),
                _("A mail address and a telephone or web address, so that people can reach you."),
                "/members/organisations",
            ),
            (
                _("Bring your companies in"),
                _(
                    "A spreadsheet will do: you see what would come of it before anything is "
                    "written."
                ),
                "/members/organisations",
            ),
            (
                _("Name your delegates"),
                _("The people whom you can nominate with one click."),
                "/members/organisations",
            ),
            (
                _("Nominate"),
                _("Tick those who shall come. They are asked by mail and answer by themselves."),
                "/events/delegation",
            ),
            (
                _("Mind the days"),
                _("Seats that nobody was named for return to the pool on their day."),
                "/events/start?as=association",
            ),
            (
                _("Send somebody else"),
                _("Call up an alternate, or withdraw a nomination and name another person."),
                "/events/delegation",
            ),
            (
                _("Tell our members"),
                _("Write once in both languages; see who was told, and why somebody was not."),
                "/notifications/announcements",
            ),
        ],
    ),
    "attendee": (
        _("Guide for attendees"),
        _("From the invitation to the door."),
        [
            (
                _("Register, or confirm your nomination"),
                _("The link in your mail is enough; an account is not needed."),
                "/events/workshops",
            ),
            (
                _("All seats taken?"),
                _("Join the line. A freed seat is held for you until the time in your mail."),
                "/events/workshops",
            ),
            (
                _("Keep your ticket"),
                _("On your phone or on paper; the code is checked at the door."),
                "/events/mine",
            ),
            (
                _("Put it into your calendar"),
                _("With times on your own clock; changes follow by themselves."),
                "/events/mine#calendar",
            ),
            (
                _("Choose what you are told"),
                _("Which news, by which way, at which hours, in which language."),
                "/notifications/preferences",
            ),
            (
                _("You can't come?"),
                _("Cancel by the link in your mail, so that the next in line gets your seat."),
                "/events/mine",
            ),
        ],
    ),
}


@blueprint.get("")
@enter(ANYONE)
@same_for_guests
def show_all() -> ResponseReturnValue:
    """The guides by who one is."""
    return render_template("guides.html", guides=GUIDES)


@blueprint.get("/<any(organizer, association, attendee):role>")
@enter(ANYONE)
@same_for_guests
def show(role: str) -> ResponseReturnValue:
    """One guide, on one page of paper."""
    title, purpose, steps = GUIDES[role]
    return render_template("guide.html", title=title, purpose=purpose, steps=steps)
