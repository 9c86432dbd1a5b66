"""Two names of one company: whatever their legal form, width, punctuation and variants."""

import pytest

from services.members.model.legal_forms import bare_name


@pytest.mark.parametrize(
    "names",
    [
        ["台積電股份有限公司", "臺積電", "台積電(股)公司", "台積電（股）公司", "台积电股份有限公司", "台積電 有限公司"],
        ["Acme Co., Ltd.", "ACME", "Acme Inc.", "acme corp", "Ａｃｍｅ　Ｌｔｄ．", "Acme, L.L.C.", "Acme GmbH & Co. KG"],
        ["Hon Hai Precision Industry Company Limited", "Hon-Hai Precision Industry CO.,LTD"],
        ["株式会社トヨタ", "トヨタ株式会社", "㈱トヨタ"],
        ["삼성전자 주식회사", "주식회사 삼성전자", "삼성전자"],
        ["PT Maju Jaya Tbk", "Maju Jaya"],
        ["A.B.C. Corp.", "ABC Corporation"],
        ["FooBarCoLtd", "FooBar"],
    ],
    ids=lambda names: names[0],
)  # fmt: skip
def test_legal_forms_width_and_punctuation_make_no_other_company(names):
    assert len({bare_name(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("台積電股份有限公司", "台積電股份有限公司台灣分公司"),
        ("Zinc Ltd.", "Z Ltd."),
        ("Disco Inc.", "Dis Inc."),
        ("公司股份有限公司", "有限公司"),
    ],
)
def test_what_is_more_than_a_legal_form_stays(one, other):
    assert bare_name(one) != bare_name(other)


@pytest.mark.parametrize("name", ["Ltd.", "有限公司", "Co., Ltd."])
def test_a_name_that_is_all_legal_form_is_kept_whole(name):
    assert bare_name(name)
