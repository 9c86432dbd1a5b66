"""An association's office brings a spreadsheet in: preview, mend the mapping, apply, take back."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SHEET = (
    "Firm;Contact by;Headcount\n"
    "Aurora Castings;hello@aurora.example;120\n"
    "Borealis Coatings;not an address;80\n"
    "Aurora Castings;hello@aurora.example;120\n"
)


def test_a_file_is_previewed_mapped_applied_and_taken_back(person, keep):
    office = person("focal.teema@demo.example")
    office.goto("/members/organisations")
    office.get_by_role("link", name="Taiwan Electrical", exact=False).first.click()
    office.get_by_role("link", name="Import", exact=False).first.click()
    office.get_by_label("What it holds").select_option("companies")
    office.get_by_label("File").set_input_files(
        {"name": "firms.csv", "mimeType": "text/csv", "buffer": SHEET.encode("utf-16")}
    )
    office.get_by_role("button", name="Upload and preview").click()

    main = office.locator("main")
    expect(main).to_contain_text("Say which one holds the name")
    keep(office, "import-mapping")
    office.get_by_label("Firm").select_option(label="Name of the organisation")
    office.get_by_label("Contact by").select_option(label="Mail address")
    office.get_by_role("button", name="Preview anew").click()
    expect(main).to_contain_text("“not an address” is not a mail address.")
    expect(main).to_contain_text("The same as row 2.")
    keep(office, "import-preview")

    office.get_by_role("button", name="Apply").click()
    expect(office.get_by_role("status")).to_contain_text("Done.")
    expect(main).to_contain_text("applied")
    office.get_by_role("link", name="error").click()
    expect(main.locator("tbody tr")).to_have_count(1)
    office.get_by_role("button", name="Take it back").click()
    expect(main).to_contain_text("reverted")
    keep(office, "import-reverted")


def test_a_file_that_is_none_says_so_and_the_page_stays(person):
    office = person("focal.teema@demo.example", on_phone=True, language="zh-Hant", is_dark=True)
    office.goto("/members/organisations")
    office.get_by_role("link", name="台灣區電機電子", exact=False).first.click()
    office.get_by_role("link", name="匯入", exact=False).first.click()
    office.locator("input[type=file]").set_input_files(
        {"name": "list.xlsx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 broken"}
    )
    office.locator("main form button").first.click()

    expect(office.locator("main .faults, main .fault, main [role=alert]").first).to_be_visible()
    assert office.url.endswith("/import")
