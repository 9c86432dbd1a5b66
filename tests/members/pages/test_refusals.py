"""What is refused is said in the reader's language."""

import pytest

from shared.foundation.ids import new_id


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def test_a_page_that_is_not_there_says_so_in_chinese(visit, world):
    shown = visit("focal.a", "zh-Hant").get(f"/organisations/{new_id()}")

    assert shown.status_code == 404
    assert "找不到" in shown.text
    assert "沒有這個組織。" in shown.text


def test_a_field_says_in_chinese_what_is_wrong_with_it(visit, world):
    path = f"/organisations/{world['company_a']}/edit"

    shown = visit("focal.a", "zh-Hant").post(path, names__en="", phone="12")

    assert "號碼" in shown.text


def test_what_somebody_typed_is_never_taken_for_markup(visit, world):
    path = f"/organisations/{world['company_a']}/edit"

    shown = visit("focal.a", "zh-Hant").post(path, names__en="<b>%s %(x)s</b>", phone="<i>%d")

    assert "<b>%s" not in shown.text
    assert "<i>" not in shown.text
