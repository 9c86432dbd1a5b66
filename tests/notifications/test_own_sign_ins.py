"""What became of an organisation's own sign-in is told to those who look after it."""

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Notification
from shared.contracts.members_directory import ProviderNoticed
from shared.foundation.ids import new_id
from tests.notifications.builders import hears
from tests.notifications.test_memberships import somebody


@pytest.mark.parametrize(
    ("notice", "words"),
    [("approved", ("is approved", "已核准")), ("removed", ("is removed", "已移除"))],
)
def test_a_focal_point_is_told_in_both_languages_what_became_of_it(session, notice, words):
    message = ProviderNoticed(
        organisation_id=new_id(),
        version=2,
        notice=notice,
        organisation_names={"en": "TEEMA", "zh-Hant": "電電公會"},
        issuer="https://login.teema.example",
        person_ids=(somebody(session),),
    )
    hears(session, message)

    found = session.scalars(select(Notification)).one()
    for language, word in zip(("en", "zh-Hant"), words, strict=True):
        said = words_for(found.kind, read_facts(found.facts), locale=language, link="")
        assert word in said.subject
        assert message.organisation_names[language] in said.subject
        assert message.issuer in said.text
