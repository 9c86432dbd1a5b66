"""Sentences with values: English for programs, and what a page needs to say them otherwise."""

import json
from datetime import UTC, datetime

from shared.foundation.sentences import said


def test_a_sentence_is_plain_english_wherever_nobody_translates_it():
    at = datetime(2026, 9, 5, 1, tzinfo=UTC)

    sentence = said("%(name)s is %(state)s since %(at)s.", name="Ann", state=("a", "b"), at=at)

    assert json.loads(json.dumps(sentence)) == "Ann is a or b since 2026-09-05T01:00:00+00:00."
    assert sentence.template == "%(name)s is %(state)s since %(at)s."
    assert sentence.values == {"name": "Ann", "state": ("a", "b"), "at": at}


def test_a_sentence_within_another_and_a_text_in_languages_are_said_in_english_first():
    course = {"en": "Carbon inventory", "zh-Hant": "碳盤查"}

    inner = said("%(name)s lacks %(course)s.", name="Bo", course=course)
    outer = said("%(inner)s Ask first.", inner=inner)

    assert outer == "Bo lacks Carbon inventory. Ask first."
    assert outer.values["inner"].values["course"] == course
