"""Verifying: whether every entry of every chain is there and is as it was sealed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.actions.auditing.chaining import CHAINED, digest, hash_of
from services.members.model import AuditEntry, AuditHead, Person, RetentionRun
from services.members.model.audit import CHAINS
from shared.foundation.ids import find_id

AT_ONCE = 1000
ADDRESSES_KIND: Final = "audit_addresses"
ADDRESSES_KEPT: Final = timedelta(days=30)
"""At least: an address that is gone earlier was taken away by nobody's right."""
ERASED = "erased"
ADDRESS: Final = "the address"


@dataclass(frozen=True)
class Head:
    """The end of a chain as it was at some time: so many entries, the last with this hash."""

    position: int
    hash: str


@dataclass(frozen=True)
class Break:
    """A place where a chain does not hold, and why."""

    chain: int
    position: int
    why: str


@dataclass
class Verdict:
    """What was read, and where it does not hold."""

    count: int = 0
    breaks: list[Break] = field(default_factory=list)
    erased: set[UUID] = field(default_factory=set)
    without_facts: list[tuple[Break, UUID | None]] = field(default_factory=list)
    forgotten_until: datetime | None = None


def heads(session: Session) -> dict[int, Head]:
    """chain → its end now; kept elsewhere, it shows later whether all was written anew."""
    query = select(AuditHead).order_by(AuditHead.chain)
    return {each.chain: Head(each.position, each.hash) for each in session.scalars(query)}


def verify(session: Session, *, against: Mapping[int, Head] | None = None) -> Verdict:
    """Read every chain from its first entry. against: heads that were kept elsewhere."""
    verdict = Verdict()
    run = session.get(RetentionRun, ADDRESSES_KIND)
    verdict.forgotten_until = run.ran_at - ADDRESSES_KEPT if run else None
    for chain in range(CHAINS):
        # In this order: others may write meanwhile, and a head goes on with its entries.
        last = session.scalar(select(func.max(AuditEntry.position)).filter_by(chain=chain)) or 0
        head = heads(session).get(chain)
        if head is None:
            verdict.breaks.append(Break(chain, 0, "the chain's head is missing"))
            head = Head(last, "")
        elif last > head.position:
            why = f"entries {head.position + 1} to {last} are past the chain's head"
            verdict.breaks.append(Break(chain, head.position + 1, why))
        _walk(session, chain, head, (against or {}).get(chain), verdict)
    _require_erasures(verdict)
    return verdict


def _entries(session: Session, chain: int, end: int) -> Iterator[AuditEntry]:
    """Those of the chain up to that position, in order."""
    query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.position)
    position = 0
    while True:
        part = query.where(AuditEntry.position > position, AuditEntry.position <= end)
        rows = list(session.scalars(part.limit(AT_ONCE)))
        yield from rows
        if len(rows) < AT_ONCE:
            return
        position = rows[-1].position
        session.expunge_all()


def _walk(session: Session, chain: int, head: Head, kept: Head | None, verdict: Verdict) -> None:
    position, before = 0, ""
    for entry in _entries(session, chain, head.position):
        verdict.count += 1
        if entry.position != position + 1:
            why = f"entries {position + 1} to {entry.position - 1} are missing"
            verdict.breaks.append(Break(chain, position + 1, why))
            before = ""
        elif hash_of({name: getattr(entry, name) for name in CHAINED}, before) != entry.hash:
            verdict.breaks.append(Break(chain, entry.position, "the entry was changed"))
        _check_beside(entry, verdict)
        position, before = entry.position, entry.hash
        if kept and position == kept.position and before != kept.hash:
            verdict.breaks.append(Break(chain, position, "it is not the entry that was kept"))
    for end in (head, kept):
        if end is not None and end.position > position:
            why = f"entries {position + 1} to {end.position} are missing"
            verdict.breaks.append(Break(chain, position + 1, why))
    if head.hash and head.hash != before:
        verdict.breaks.append(Break(chain, position, "the chain's head names another end"))


def _check_beside(entry: AuditEntry, verdict: Verdict) -> None:
    """What stands beside the chain fits its digest, or may have been forgotten."""
    if entry.subject == Person.__tablename__ and ERASED in entry.act.split(", "):
        verdict.erased.add(entry.subject_id)
    found = (
        ("what was changed", entry.facts, entry.facts_salt, entry.facts_digest, entry.person_id),
        (ADDRESS, entry.place, entry.place_salt, entry.place_digest, find_id(entry.actor)),
    )
    for what, text, salt, wanted, person_id in found:
        if what == ADDRESS and text is None and _is_past(entry, verdict):
            continue
        if text is None:
            why = f"{what} is gone, and nobody was erased"
            verdict.without_facts.append((Break(entry.chain, entry.position, why), person_id))
        elif digest(salt or "", text) != wanted:
            why = f"{what} is not what was sealed"
            verdict.breaks.append(Break(entry.chain, entry.position, why))


def _is_past(entry: AuditEntry, verdict: Verdict) -> bool:
    """Whether its address may have been forgotten for its age."""
    return verdict.forgotten_until is not None and entry.at <= verdict.forgotten_until


def _require_erasures(verdict: Verdict) -> None:
    verdict.breaks += [
        each for each, person_id in verdict.without_facts if person_id not in verdict.erased
    ]


def as_plain(found: Mapping[int, Head]) -> dict[str, Any]:
    """Heads for a file."""
    return {str(chain): vars(head) for chain, head in found.items()}
