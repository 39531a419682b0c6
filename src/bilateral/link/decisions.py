"""A person's decisions: each is a row of the file of mappings, written at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bilateral.errors import UsageError
from bilateral.links import NOT, Mapping, encoded, read_mappings, write_mappings

if TYPE_CHECKING:
    from pathlib import Path

    from bilateral.link.model import Entity, Judged

TOOL = "bilateral link"
EXACT = "skos:exactMatch"
BY_HAND = "semapv:ManualMappingCuration"


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and in which file of mappings; `home` is the address of the outside source."""

    path: Path
    author: str
    home: str

    def accept(
        self,
        entity: Entity,
        target: str,
        judged: Judged | None = None,
        match: str = EXACT,
        why: str = "",
    ) -> Mapping:
        """The new row that says that the two match. Raises UsageError where the file says no.

        It says no where the pair was decided already, or one of the two is the same as another.
        """
        rows = self._undecided(entity.id, target)
        if match == EXACT:
            source = target.partition(":")[0] + ":"
            for row in rows:
                if row.negative or row.predicate_id != EXACT:
                    continue
                if row.subject_id == entity.id and row.object_id.startswith(source):
                    what = f"{entity.id} is the same as {row.object_id} already"
                    raise UsageError(
                        what, f"First: bilateral link --forget {entity.id}={row.object_id}"
                    )
                if row.object_id == encoded(target):
                    what = f"{target} is the same as {row.subject_id} already"
                    raise UsageError(
                        what, f"First: bilateral link --forget {row.subject_id}={target}"
                    )
        return self._add(rows, self._row(entity, target, judged, match, "", why))

    def reject(
        self, entity: Entity, target: str, judged: Judged | None = None, why: str = ""
    ) -> Mapping:
        """The new row that says that the two are not the same: nobody proposes them again."""
        rows = self._undecided(entity.id, target)
        return self._add(rows, self._row(entity, target, judged, EXACT, NOT, why))

    def forget(self, subject: str, target: str) -> list[Mapping]:
        """The rows about the pair, taken out of the file. Raises UsageError where there is none."""
        rows = read_mappings(self.path)
        gone = [
            row for row in rows if (row.subject_id, row.object_id) == (subject, encoded(target))
        ]
        if not gone:
            what = f"no row is about {subject} and {target}"
            raise UsageError(what, f"{self.path} holds what was decided.")
        write_mappings((row for row in rows if row not in gone), self.path)
        return gone

    def _undecided(self, subject: str, target: str) -> tuple[Mapping, ...]:
        """All rows, read anew: somebody else may have decided meanwhile."""
        rows = read_mappings(self.path)
        for row in rows:
            if (row.subject_id, row.object_id) == (subject, encoded(target)):
                said = "not to be the same" if row.negative else f"to match ({row.predicate_id})"
                what = f"{subject} and {target} are said {said} already"
                raise UsageError(what, f"First: bilateral link --forget {subject}={target}")
        return rows

    def _add(self, rows: tuple[Mapping, ...], row: Mapping) -> Mapping:
        write_mappings([*rows, row], self.path)
        return row

    def _row(
        self,
        entity: Entity,
        target: str,
        judged: Judged | None,
        match: str,
        modifier: str,
        why: str,
    ) -> Mapping:
        return Mapping(
            subject_id=entity.id,
            subject_label=entity.label,
            predicate_id=match,
            predicate_modifier=modifier,
            object_id=encoded(target),
            object_label=judged.candidate.label if judged else "",
            mapping_justification=BY_HAND,
            author_label=self.author,
            # A person's word; what the score was stands in the comment.
            confidence="1.0",
            mapping_date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
            object_source=self.home,
            mapping_tool=TOOL,
            comment=why or (reasons(judged) if judged else "Decided by hand."),
        )


def reasons(judged: Judged) -> str:
    """A score, part by part, in one line."""
    parts = "; ".join(f"{part.about} {part.gives:+.2f} ({part.why})" for part in judged.parts)
    return f"Seen and decided. Score {judged.score:.2f}: {parts}"
