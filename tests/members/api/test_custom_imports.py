"""Custom fields in files: columns are told by their names, rows are judged, and all comes back."""

import io

import pytest

FIELD = {
    "kind": "company",
    "key": "green_jobs",
    "labels": {"en": "Green jobs", "zh-Hant": "綠色職缺"},
    "type": "integer",
    "limits": {"most": 100},
}


@pytest.fixture
def field(ask, world):
    path = f"/organisations/{world['association_a']}/custom-fields"
    return ask("focal.a", "POST", path, FIELD | {"is_required": True}).json


@pytest.fixture
def upload(client, sign_in, world):
    headers = sign_in("focal.a@x.example")

    def upload(text, kind="companies"):
        body = {
            "kind": kind,
            "organisation_id": str(world["association_a"]),
            "file": (io.BytesIO(text.encode()), "companies.csv"),
        }
        answer = client.post("/members/api/v1/imports", data=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json

    return upload


def rows(ask, made):
    items = ask("focal.a", "GET", f"/imports/{made['id']}/rows").json["items"]
    return {each["number"]: each for each in items}


def held(ask, name):
    found = ask("focal.a", "GET", "/organisations", query_string={"q": name}).json["items"]
    return [each["custom"] for each in found]


@pytest.mark.parametrize("column", ["green_jobs", "綠色職缺", "Green jobs"])
def test_a_column_of_the_field_s_name_is_mapped_and_written(ask, field, upload, column):
    made = upload(f'公司名稱,{column}\nSolar Ltd.,"1,2"\nWind Ltd.,7\n')
    before = made["mapping"]

    ask("focal.a", "POST", f"/imports/{made['id']}/apply", {})

    assert before[column] == "custom.green_jobs"
    assert "custom.green_jobs" in made["fields"]
    assert held(ask, "Wind") == [{"green_jobs": 7}]
    assert held(ask, "Solar") == [{"green_jobs": 12}]


def test_a_row_says_why_its_value_can_t_be_kept(ask, field, upload):
    made = upload("Name,Green jobs\nSolar Ltd.,many\nWind Ltd.,101\nRain Ltd.,\nSun Ltd.,4\n")

    found = rows(ask, made)

    assert [found[each]["verdict"] for each in (2, 3, 4, 5)] == ["error"] * 3 + ["new"]
    assert found[2]["reason"] == "Green jobs: Use a whole number."
    assert found[3]["reason"] == "Green jobs: Use 100 or less."
    assert found[4]["reason"] == "Green jobs: A value is needed here."
    assert found[5]["values"]["custom.green_jobs"] == 4


def test_reverting_gives_back_the_value_that_was(ask, field, upload, world):
    company = f"/organisations/{world['company_a']}"
    ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 3}})
    made = upload("Name,Green jobs\nCompany a,5\nWind Ltd.,7\n")

    found = rows(ask, made)
    ask("focal.a", "POST", f"/imports/{made['id']}/apply", {})
    written = ask("focal.a", "GET", company).json["custom"]
    ask("focal.a", "POST", f"/imports/{made['id']}/revert", {})

    assert found[2]["reason"] == "Changes: custom.green_jobs."
    assert written == {"green_jobs": 5}
    assert ask("focal.a", "GET", company).json["custom"] == {"green_jobs": 3}


def test_the_same_file_again_changes_nothing(ask, field, upload):
    text = "Name,Green jobs\nWind Ltd.,7\n"
    ask("focal.a", "POST", f"/imports/{upload(text)['id']}/apply", {})

    again = upload(text)

    assert again["counts"]["duplicate"] == 1


def test_people_have_no_custom_fields(field, upload):
    made = upload("Name,Email,Green jobs\nMei Lin,mei@a.example,7\n", kind="people")

    assert "custom.green_jobs" not in made["fields"]
    assert "Green jobs" not in made["mapping"]


def test_reverting_keeps_a_company_whose_fields_were_filled_in_since(ask, field, upload):
    made = upload("Name,Green jobs\nWind Ltd.,7\nSun Ltd.,8\n")
    ask("focal.a", "POST", f"/imports/{made['id']}/apply", {})
    path = f"/organisations/{field['organisation_id']}/custom-fields"
    ask("focal.a", "POST", path, FIELD | {"key": "heads", "labels": {"en": "Heads"}})
    wind = ask("focal.a", "GET", "/organisations", query_string={"q": "Wind"}).json["items"][0]
    ask("focal.a", "PATCH", f"/organisations/{wind['id']}", {"custom": {"heads": 3}})

    done = ask("focal.a", "POST", f"/imports/{made['id']}/revert", {}).json

    assert done["progress"]["left"] == 1
    found = ask("operator", "GET", "/organisations", query_string={"q": "Ltd"}).json["items"]
    assert [each["names"]["en"] for each in found] == ["Wind Ltd."]
