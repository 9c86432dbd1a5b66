"""Writing a mail that nobody gets, so that all it takes is there before the first real one."""

from datetime import datetime, timedelta
from typing import Final

from services.notifications.actions.claiming import Claimed
from services.notifications.actions.mime import Site, mail_of
from shared.foundation.ids import new_id
from shared.foundation.languages import LANGUAGES

KIND: Final = "registration_confirmed"


def rehearse(site: Site, *, now: datetime) -> None:
    """Load and compile what a mail takes, in each language of ours: text, page and calendar.

    Done before a worker forks, its mailers share it; and the first mail is as quick as the next.
    """
    for language in LANGUAGES:
        mail_of(_sample(language, now=now), site=site, now=now)


def _sample(language: str, *, now: datetime) -> Claimed:
    facts = {
        "titles": {language: "-"},
        "starts_at": now,
        "ends_at": now + timedelta(hours=1),
        "time_zone": "UTC",
        "venue": {"mode": "onsite", "name": "-"},
        "version": 1,
    }
    return Claimed(
        id=new_id(),
        kind=KIND,
        category="workshop",
        about_id=new_id(),
        workshop_id=new_id(),
        host_id=None,
        address="nobody@plenary.invalid",
        name="-",
        locale=language,
        message_id="<rehearsal@plenary>",
        tries=1,
        facts=facts,
        told_at=now,
    )
