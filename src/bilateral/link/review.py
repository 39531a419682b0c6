"""The review in a terminal: one pair at a time, each decision written at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from bilateral.query.printing import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.link.decisions import Decider
    from bilateral.link.model import Entity, Found, Judged
    from bilateral.link.search import Source

HELP = "y same · n not the same, and never ask again · s skip · u undo · q quit"


class Review:
    """Asks about pairs until there are none, or the person has had enough."""

    def __init__(
        self,
        source: Source,
        decider: Decider,
        threshold: float,
        answers: TextIO | None = None,
        out: TextIO | None = None,
    ) -> None:
        self.source = source
        self.decider = decider
        self.threshold = threshold
        self.answers = answers or sys.stdin
        self.out = out or sys.stderr
        self.accepted = 0
        self.rejected = 0
        # What can be undone: the pair, and where the review stood.
        self._done: list[tuple[Found, int, bool]] = []

    def run(self, found: Iterable[Found]) -> bool:
        """Whether the person has seen all; the file of mappings holds what was decided."""
        return all(self._one(one) for one in found)

    def _one(self, found: Found) -> bool:
        """Whether to go on, once the candidates of an entity were asked about, the best first."""
        waiting: list[tuple[Found, int]] = [(found, 0)]
        while waiting:
            now, place = waiting.pop()
            if place >= len(now.judged):
                continue
            answer = self._asked(now.entity, now.judged[place], place, len(now.judged))
            if answer == "q":
                return False
            if answer == "u":
                waiting.append((now, place))
                if undone := self._undone():
                    waiting.append(undone)
                continue
            # After an undo, a later pair of the same thing may wait.
            waiting = [pair for pair in waiting if pair[0].entity.id != now.entity.id]
            if answer == "s":
                continue
            target = now.judged[place].candidate.id
            if answer == "y":
                self.decider.accept(now.entity, target, now.judged[place])
                self.accepted += 1
            else:
                self.decider.reject(now.entity, target, now.judged[place])
                self.rejected += 1
                waiting.append((now, place + 1))
            self._done.append((now, place, answer == "y"))
        return True

    def _undone(self) -> tuple[Found, int] | None:
        if not self._done:
            self._say("Nothing to undo.")
            return None
        found, place, accepted = self._done.pop()
        target = found.judged[place].candidate.id
        self.decider.forget(found.entity.id, target)
        if accepted:
            self.accepted -= 1
        else:
            self.rejected -= 1
        self._say(f"Undone: {found.entity.label} and {target}.")
        return found, place

    def _asked(self, entity: Entity, judged: Judged, place: int, among: int) -> str:
        for line in pair_lines(entity, judged, self.source, place, among, self.threshold):
            self._say(line)
        while True:
            self.out.write("Same? [y/n/s/u/q] ")
            self.out.flush()
            line = self.answers.readline()
            answer = line.strip().lower()[:1] if line else "q"
            if answer in {"y", "n", "s", "u", "q"}:
                if not line:
                    self._say("")
                return answer
            self._say(HELP)

    def _say(self, line: str) -> None:
        self.out.write(f"{line}\n")


def pair_lines(
    entity: Entity, judged: Judged, source: Source, place: int, among: int, threshold: float
) -> list[str]:
    """A pair as a person reads it, with nothing in it that a terminal would obey."""
    one = judged.candidate
    types = ", ".join(dict.fromkeys(filter(None, (one.types or {}).values())))
    mark = "" if judged.score >= threshold else f", below {threshold:.2f}"
    lines: list[tuple[int, str]] = [
        (0, ""),
        (0, f"{entity.label} · {entity.id} · {', '.join(entity.kinds[:1])}"),
        *((1, f"{code}: {' · '.join(names)}") for code, names in sorted(entity.names.items())),
        (0, f"{place + 1} of {among}: {one.label} · {one.id} · {source.page(one.id)}"),
        *((1, " · ".join(names[:6])) for names in (one.names[code] for code in sorted(one.names))),
        (1, one.description),
        (1, types),
        (0, f"score {judged.score:.2f}{mark}"),
        *((1, f"{part.about} {part.gives:+.2f}: {part.why}") for part in judged.parts),
    ]
    return [
        "  " * indent + printable(" ".join(text.split()))
        for indent, text in lines
        if text or not indent
    ]
