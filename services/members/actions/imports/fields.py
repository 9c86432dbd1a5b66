"""The fields that a column can be mapped to, and guessing them from the columns' names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from services.members.actions.customising.filling import PREFIX
from services.members.model import CustomField, Organisation
from services.members.queries.custom_fields import Reach, fields_of_line, named
from shared.foundation.failures import Fault, Invalid
from shared.foundation.identities import Asker
from shared.foundation.names import fold
from shared.foundation.sentences import said

# field → names that columns have; compared folded and without spaces.
COMPANY: Final[Mapping[str, str]] = {
    "name": (
        "公司名稱 公司 公司全名 企業名稱 廠商名稱 廠商 機構名稱 單位名稱 會員名稱 會員 名稱 "
        "Name Company CompanyName Organisation Organization OrganisationName OrganizationName "
        "MemberName Member"
    ),
    "name.zh-Hant": (
        "中文名稱 公司中文名稱 中文公司名稱 公司名稱中文 名稱中文 "
        "name.zh-Hant ChineseName NameChinese NameInChinese NameInTraditionalChinese "
        "CompanyNameChinese NameZh NameZhTW NameZhHant "
        "NamesZhHant CompanyNameZh"
    ),
    "name.en": (
        "英文名稱 公司英文名稱 英文公司名稱 公司名稱英文 名稱英文 name.en EnglishName NameEnglish "
        "NameInEnglish CompanyNameEnglish NameEn NamesEn CompanyNameEn"
    ),
    "tax_number": (
        "統一編號 統編 公司統編 公司統一編號 營利事業統一編號 營利事業編號 稅籍編號 TaxNumber "
        "TaxID TaxNo UBN tw-ubn VAT VATNumber BusinessNumber UnifiedBusinessNumber GUI GUINumber "
        "UniformNumber Identifier Identifiers 識別碼"
    ),
    "economy": "經濟體 國家 國別 國家地區 Economy EconomyCode Country CountryCode",
    "sector": "產業別 產業 產業類別 行業 行業別 業別 Sector Industry",
    "staff_count": (
        "員工數 員工人數 人數 員工總數 Staff StaffCount Employees NumberOfEmployees Headcount"
    ),
    "email": (
        "電子郵件 電子信箱 電子郵件信箱 電郵 信箱 公司信箱 Email EmailAddress Mail MailAddress"
    ),
    "phone": "電話 聯絡電話 電話號碼 公司電話 Phone Telephone Tel PhoneNumber TelephoneNumber",
    "url": "網址 網站 公司網址 公司網站 URL Web Website WebAddress Homepage",
    "address": "地址 公司地址 登記地址 通訊地址 聯絡地址 Address PostalAddress CompanyAddress",
}
PERSON: Final[Mapping[str, str]] = {
    "name": (
        "姓名 人員姓名 代表姓名 會員代表 代表 代表人 聯絡人 聯絡人姓名 Name FullName Person "
        "PersonName Delegate DelegateName Contact ContactPerson"
    ),
    "native_name": (
        "中文姓名 中文名字 姓名中文 名稱中文 本國姓名 NativeName ChineseName NameChinese"
    ),
    "romanised_name": (
        "英文姓名 英文名字 英文名 姓名英文 羅馬拼音 EnglishName NameEnglish RomanisedName "
        "RomanizedName LatinName"
    ),
    "family_name": "姓 姓氏 FamilyName LastName Surname",
    "given_name": "名 名字 GivenName FirstName",
    "email": "電子郵件 電子信箱 電子郵件信箱 電郵 信箱 Email EmailAddress Mail MailAddress",
    "phone": (
        "電話 聯絡電話 電話號碼 手機 手機號碼 行動電話 Phone Telephone Tel PhoneNumber "
        "TelephoneNumber Mobile MobilePhone Cellphone"
    ),
    "title": "職稱 職務 職位 Title JobTitle Position TitleAtWork",
    "economy": "經濟體 國家 國別 國籍 Economy EconomyCode Country CountryCode",
    "locale": "語言 語系 慣用語言 Language Locale PreferredLanguage",
    "gender": "性別 Gender Sex",
}
DELEGATE: Final[Mapping[str, str]] = {
    **PERSON,
    "ends_on": (
        "到期日 任期屆滿 任期至 任期迄日 迄日 截止日 Until To EndsOn EndDate Expires TermEnds"
    ),
}
DEMAND: Final[Mapping[str, str]] = {
    **{name: COMPANY[name] for name in ("name", "name.zh-Hant", "name.en", "tax_number")},
    "capability": (
        "能力 能力項目 職能 職能項目 能力代碼 職能代碼 Capability CapabilityCode Code Skill "
        "Competency"
    ),
    "staff_level": "職級 層級 人員層級 階層 StaffLevel Level",
    "job_kind": "職務類型 工作類型 職缺類型 綠領類型 JobKind KindOfJob JobType",
    "quarter": "季度 季 需求季度 需求時間 Quarter When Horizon",
    "headcount": "需求人數 人數 需求 需求數 缺額 Headcount Heads People Number Demand Needed",
}
FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "companies": COMPANY,
    "people": PERSON,
    "delegates": DELEGATE,
    "demand": DEMAND,
}
NAMING: Final = {
    "name",
    "name.zh-Hant",
    "name.en",
    "native_name",
    "romanised_name",
    "family_name",
}
"""Fields of which a mapping needs one."""
NEEDED: Final = {"capability", "staff_level", "job_kind", "quarter", "headcount"}
"""Fields that a mapping of demand needs; a company that imports its own needs no name."""
WANTED: Final = (
    "Map a column to the name.",
    "Map columns to the capability, staff level, kind of job, quarter and headcount.",
)
ENOUGH: Final = 2


def _key(text: str) -> str:
    return fold(text).replace(" ", "")


_KEYS: Final = {
    kind: {_key(name): field for field, names in fields.items() for name in names.split()}
    for kind, fields in FIELDS.items()
}


Custom = Mapping[str, CustomField]
"""Name in mappings, such as custom.green_jobs → the field."""


def custom_fields_for(session: Session, kind: str, host: Organisation, asker: Asker) -> Custom:
    """What the asker fills in for companies of the host."""
    if kind != "companies":
        return {}
    reach = Reach(session, asker)
    known = custom_fields_of(session, host)
    return {
        name: each for name, each in known.items() if reach.manages(each.organisation_id, host.id)
    }


def custom_fields_of(session: Session, host: Organisation) -> Custom:
    """All that is asked of companies of the host, by their names in mappings."""
    line = named(fields_of_line(session, host.id, "company"))
    return {f"{PREFIX}{name}": each for name, each in line.items()}


def _keys_of(custom: Custom) -> dict[str, str]:
    return {
        _key(text): name
        for name, each in custom.items()
        for text in (name, each.key, *each.labels.values())
    }


def guess_field(kind: str, column: str, custom: Custom | None = None) -> str | None:
    """The field that a column's name, or a part of it beside brackets and slashes, speaks of.

    A custom field goes before a common one only where the whole name is its own.
    """
    keys = _keys_of(custom) if custom else {}
    if _key(column) in keys:
        return keys[_key(column)]
    for part in (column, *re.split(r"[()（）\[\]【】/／|、,:：\n]", column)):
        found = _KEYS[kind].get(_key(part)) or keys.get(_key(part))
        if found:
            return found
    return None


def guess_mapping(
    kind: str,
    columns: Iterable[str],
    remembered: Mapping[str, str | None],
    custom: Custom | None = None,
) -> dict[str, str]:
    """column → field: as it was chosen before for a column of this name, else guessed."""
    columns, known = list(columns), {*FIELDS[kind], *(custom or ())}
    mapping = {
        column: field for column in columns if (field := remembered.get(column) or "") in known
    }
    for column in columns:
        guessed = None if column in remembered else guess_field(kind, column, custom)
        if guessed is not None and guessed not in mapping.values():
            mapping[column] = guessed
    return mapping


def is_header(kind: str, cells: Sequence[str]) -> bool:
    """Whether a row's cells look like the names of columns."""
    return sum(guess_field(kind, cell) is not None for cell in cells if cell) >= ENOUGH


def is_complete(kind: str, mapping: Mapping[str, str]) -> bool:
    """Whether rows can be judged by the mapping: it has a name, or all that demand needs."""
    if kind == "demand":
        return NEEDED.issubset(mapping.values())
    return not NAMING.isdisjoint(mapping.values())


def require_mapping(
    kind: str, columns: Sequence[str], given: Mapping[str, Any], custom: Custom | None = None
) -> dict[str, str]:
    """The mapping as it was given: column → field; None leaves a column out. Raises Invalid."""
    faults, used = [], set()
    all_fields = (*FIELDS[kind], *(custom or ()))
    for column, field in given.items():
        pointer = "/mapping/" + column.replace("~", "~0").replace("/", "~1")
        if column not in columns:
            faults.append(Fault(pointer, "The file has no column of this name."))
        elif field is not None and field not in all_fields:
            known = ", ".join(all_fields)
            faults.append(Fault(pointer, said("Use one of these fields: %(known)s.", known=known)))
        elif field is not None and field in used:
            faults.append(Fault(pointer, "Another column is mapped to this field already."))
        used.add(field)
    mapping = {column: field for column, field in given.items() if field is not None}
    if not faults and not is_complete(kind, mapping):
        faults.append(Fault("/mapping", WANTED[kind == "demand"]))
    if faults:
        raise Invalid(faults[0].detail, code="bad_mapping", faults=faults)
    return mapping
