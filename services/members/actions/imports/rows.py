"""A row's cells as values of its kind of import, with the reasons why they can't be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.members.actions.customising.values import (
    OF_FIELD,
    BadValue,
    label_of,
    read_text,
)
from services.members.actions.imports import cells as read
from services.members.actions.imports import reasons
from services.members.actions.imports.cells import BadCell
from services.members.actions.imports.fields import NAMING
from services.members.actions.imports.reasons import Reason
from services.members.model.custom_field import CustomField
from services.members.model.organisation import Organisation
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE

COMPOUND_SURNAMES: Final = frozenset(
    [
        "歐陽",
        "司馬",
        "諸葛",
        "上官",
        "司徒",
        "夏侯",
        "張簡",
        "范姜",
        "皇甫",
        "尉遲",
        "公孫",
        "慕容",
        "令狐",
        "長孫",
        "宇文",
        "申屠",
        "東方",
        "南宮",
        "欧阳",
        "诸葛",
    ]
)
NAMES_OF_COMPANIES: Final = {"name.en": ENGLISH, "name.zh-Hant": TRADITIONAL_CHINESE}
CHINESE_WRITING: Final = ("TW", "HK", "MO")


@dataclass
class Reading:
    """values: field → value. faults: why the row can't be used."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Reason] = field(default_factory=list)


class RowReader:
    """Reads the rows of one import."""

    def __init__(
        self,
        kind: str,
        columns: Sequence[str],
        mapping: Mapping[str, str],
        host: Organisation,
        *,
        today: date,
        custom: Mapping[str, CustomField] | None = None,
    ):
        self._custom = custom or {}
        places = [(columns.index(column), each) for column, each in mapping.items()]
        self._places = sorted(places, key=lambda place: place[1] != "economy")
        self._width = len(columns)
        self._is_company = kind == "companies"
        self._region = host.economy
        self._today = today

    def read(self, row: Sequence[str]) -> Reading:
        """The row's values: of a company names and tax_number, of a person names and email, …"""
        found = Reading()
        if any(row[self._width :]):
            found.faults.append((reasons.TOO_MANY_CELLS, {}))
        texts: dict[str, Any] = {}
        is_named = False
        # The economy first: it says whose telephone numbers may lack their prefix.
        for place, name in self._places:
            text = row[place] if place < len(row) else ""
            if text:
                is_named = is_named or name in NAMING
                self._read_cell(found, texts, name, text)
        self._finish(found, texts, is_named=is_named)
        return found

    def _finish(self, found: Reading, texts: Mapping[str, str], *, is_named: bool) -> None:
        """Make the names of the texts that were read, and say what is missing.

        is_named: whether a cell of the row held a name, be it one that can't be used.
        """
        try:
            names = company_names(texts) if self._is_company else person_names(texts)
        except BadCell as bad:
            found.faults.append((bad.template, bad.facts))
        else:
            found.values = {"names": names} | found.values
            if not names and not is_named:
                found.faults.append((reasons.NO_NAME, {}))

    def _read_cell(self, found: Reading, texts: dict[str, Any], name: str, text: str) -> None:
        try:
            value = self._value(name, text, found.values.get("economy") or self._region)
        except BadValue as bad:
            label = label_of(self._custom[name])
            found.faults += [(OF_FIELD, {"label": label}), (bad.template, bad.facts)]
            return
        except BadCell as bad:
            found.faults.append((bad.template, bad.facts))
            return
        if "name" in name and name not in self._custom:
            texts[name] = value
        else:
            found.values[name] = value

    def _value(self, name: str, text: str, region: str | None) -> Any:
        if name in self._custom:
            return read_text(self._custom[name], text)
        reader: Callable[[str], Any] | None = read.READERS.get(name)
        if reader is not None:
            return reader(text)
        if name == "phone":
            return read.phone(text, region)
        if name == "ends_on":
            last = read.day(text)
            if last < self._today:
                raise BadCell(reasons.PAST_DAY, text=text[:40])
            return last.isoformat()
        return read.line(text, name, read.LENGTHS[name])


def is_han(text: str) -> bool:
    """Whether it is written in Chinese characters."""
    return any("\u2e80" <= letter <= "\u9fff" for letter in text)


def company_names(texts: Mapping[str, str]) -> dict[str, str]:
    """language → name; a name of no said language is Chinese if it is written so."""
    names = {tag: texts[name] for name, tag in NAMES_OF_COMPANIES.items() if name in texts}
    plain = texts.get("name")
    if plain:
        names.setdefault(TRADITIONAL_CHINESE if is_han(plain) else ENGLISH, plain)
    if any(not any(map(str.isalnum, name)) for name in names.values()):
        raise BadCell(reasons.BAD_NAME, text=plain or next(iter(names.values())))
    return names


def person_names(texts: Mapping[str, str]) -> list[dict[str, str]]:
    """Native and romanised forms, as plain values of PersonName; one each."""
    names: dict[str, dict[str, str]] = {}
    family, given = texts.get("family_name", ""), texts.get("given_name", "")
    if family or given:
        made = _name(family or given, given if family else "")
        names[made["kind"]] = made
    for each in ("native_name", "romanised_name", "name"):
        text = texts.get(each)
        if text:
            if not any(map(str.isalpha, text)):
                raise BadCell(reasons.BAD_NAME, text=text[:40])
            made = split_name(text)
            names.setdefault(made["kind"], made)
    for made in names.values():
        if len(made["family"]) > 100 or len(made["given"]) > 100:
            raise BadCell(reasons.TOO_LONG, field="name", most=100)
    return list(names.values())


def _name(family: str, given: str, *, order: str | None = None) -> dict[str, str]:
    is_native = is_han(family + given) or (not (family + given).isascii() and not _is_latin(family))
    kind = "native" if is_native else "romanised"
    order = order or ("family_first" if is_native else "given_first")
    return {"kind": kind, "given": given, "family": family, "order": order}


def _is_latin(text: str) -> bool:
    return all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x1F00 for letter in text)


def split_name(text: str) -> dict[str, str]:
    """A name in one piece: 陳世昌; So-Young Lee; LEE So-Young; Lee, So-Young."""
    if is_han(text):
        joint = "".join(text.split())
        if "·" in joint or "‧" in joint:
            return _name(joint, "")
        size = 2 if joint[:2] in COMPOUND_SURNAMES and len(joint) > 2 else 1
        parts = text.split()
        return _name(*parts) if len(parts) == 2 else _name(joint[:size], joint[size:])
    if "," in text:
        family, _, given = (part.strip() for part in text.partition(","))
        return _name(family or given, given if family else "")
    words = text.split()
    first = words[0]
    if len(words) > 1 and len(first) > 1 and first.isupper() and not words[-1].isupper():
        return _name(first, " ".join(words[1:]), order="family_first")
    return _name(words[-1], " ".join(words[:-1]))


def default_locale(names: Sequence[Mapping[str, str]], economy: str | None) -> str:
    """The language of mails to somebody of whom none is said."""
    writes = economy in CHINESE_WRITING and any(name["kind"] == "native" for name in names)
    return TRADITIONAL_CHINESE if writes else ENGLISH
