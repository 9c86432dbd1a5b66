"""What was submitted to a call as a table, with what its reviews come to."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import mean
from typing import Any

from sqlalchemy.orm import Session

from services.events.model import Call, Review, Submission
from services.events.model.call import labels_of
from services.events.queries.calls import by_submission, with_scores
from shared.foundation.languages import in_language
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _


def submissions_sheet(call: Call, *, language: str) -> Sheet:
    """One row a submission; a column for the mean of each criterion, named in that language."""
    topics, kinds, criteria = call.topics, call.kinds, call.criteria
    headings = (
        *(_("Title of the contribution"), _("State"), _("Is in the programme"), _("Mean score")),
        *(_("Spread"), _("Reviews"), _("Conflicts of interest"), _("Topic"), _("Kind")),
        *(_("Name"), _("Mail address"), _("Language"), _("Speakers"), _("Abstract"), _("File")),
        *(_("Submitted at"), _("ID")),
        *(in_language(each["labels"], language) for each in criteria),
    )

    def cells(session: Session, rows: Sequence[Submission]) -> Iterable[Sequence[Any]]:
        said = by_submission(session, rows)
        for ranked in with_scores(session, rows):
            row = ranked.submission
            yield [
                *(row.title, row.state, row.contribution_id is not None),
                *(ranked.score, ranked.spread, ranked.reviews, ranked.conflicts),
                in_language(labels_of(topics, row.topic), language),
                in_language(labels_of(kinds, row.kind), language),
                *(row.name, row.email, row.locale),
                "; ".join(map(_speaker, row.speakers)),
                *(row.abstract, row.filename, row.created_at, str(row.id)),
                *(_mean_of(each["key"], said.get(row.id, [])) for each in criteria),
            ]

    return Sheet(_("submissions"), headings, cells)


def _speaker(given: Mapping[str, Any]) -> str:
    """Name, title, where they work, economy and address, as far as they are said."""
    parts = (given.get(name) for name in ("name", "title", "affiliation", "economy", "email"))
    return ", ".join(part for part in parts if part)


def _mean_of(criterion: str, reviews: Sequence[Review]) -> float | None:
    scores = [each.scores[criterion] for each in reviews if criterion in each.scores]
    return round(mean(scores), 2) if scores else None
