"""Languages, economies, time zones and ids."""

import pytest

from shared.foundation.clock import require_time_zone
from shared.foundation.economies import APEC, economy_names, economy_order, require_economy
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id, new_secret
from shared.foundation.languages import in_language, language_used, nearest_language


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-TW", "zh-Hant"),
        ("zh_Hant_TW", "zh-Hant"),
        ("zh", "zh-Hant"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_nearest_language_is_one_of_ours(tag, language):
    assert nearest_language(tag) == language


def test_text_falls_back_to_english_then_to_whatever_there_is():
    assert in_language({"en": "a", "zh-Hant": "甲"}, "zh-Hant") == "甲"
    assert in_language({"en": "a"}, "zh-Hant") == "a"
    assert in_language({"ko": "가"}, "zh-Hant") == "가"
    assert language_used({"ko": "가"}, "zh-Hant") == "ko"
    assert in_language({}, "en") == ""


def test_apec_has_its_members_in_its_own_names_and_order():
    assert len(APEC) == 21
    assert economy_names("TW")["en"] == "Chinese Taipei"
    assert economy_names("HK")["en"] == "Hong Kong, China"
    assert economy_names("VN")["en"] == "Viet Nam"
    assert economy_names("DE")["en"] == "Germany"
    assert sorted(["VN", "DE", "TW", "AU"], key=economy_order) == ["AU", "TW", "VN", "DE"]


@pytest.mark.parametrize("code", ["ZZ", "", "tw", "Taiwan"])
def test_what_is_no_economy_is_refused(code):
    with pytest.raises(Invalid, match="no economy"):
        require_economy(code)


def test_what_is_no_time_zone_is_refused():
    assert str(require_time_zone("Asia/Taipei")) == "Asia/Taipei"
    with pytest.raises(Invalid, match="Asia/Taipei"):
        require_time_zone("Taipei")


def test_ids_rise_with_time_and_secrets_never_repeat():
    ids = [new_id() for _ in range(1000)]

    assert ids == sorted(ids)
    assert {id_.version for id_ in ids} == {7}
    assert len({new_secret() for _ in range(1000)}) == 1000
