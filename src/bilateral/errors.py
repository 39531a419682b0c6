"""All errors that a user can cause, each two lines: what is wrong, and what to do.

BilateralError              exit 1
├── SourceError             a page or its metadata cannot be read
├── LanguageError           a language's tables are wrong
├── LexiconError            a name or word list is wrong
├── RuleError               an extraction rule is wrong
├── ReviewError             a review does not fit its page
├── GoldError               a gold file is wrong or does not fit its page
├── LinkError               a mapping to open data is wrong, or cannot be written
├── OntologyError           the ontology, a shape, check, or derivation is wrong
├── BuildError              the result cannot be written
├── SnapshotError           a copy of outside data, or its description, is wrong
├── QuestionError           a saved question's file is wrong
├── QueryError              a query cannot be answered
│   ├── QuerySyntaxError    it is not SPARQL
│   ├── RefusedError        it asks for what is not allowed: an update, a SERVICE, a FROM
│   ├── FormError           its answer cannot be written in the form that is asked for
│   └── LimitError          exit 4: it took more time or memory than is allowed
├── RemoteError             a remote endpoint does not answer as it should
├── UsageError              exit 2: a command was misused
│   └── TooLargeError       more was sent than is taken at a time
└── ProblemsFound           exit 3: the graph was built and its checks found problems
"""

from __future__ import annotations

from typing import ClassVar


class BilateralError(Exception):
    """Base of all our errors; `str()` gives the two lines."""

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        what: str,
        remedy: str,
        *,
        file: str | None = None,
        line: int | None = None,
        passage: str | None = None,
    ) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy
        self.file = file
        self.line = line
        self.passage = passage

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        what = f"{place}: {self.what}" if place else self.what
        return f"{what}\n  {self.remedy}"


class SourceError(BilateralError):
    """A page or its metadata cannot be read."""


class LanguageError(BilateralError):
    """A language's tables are wrong."""


class LexiconError(BilateralError):
    """A name or word list is wrong."""


class RuleError(BilateralError):
    """An extraction rule is wrong."""


class ReviewError(BilateralError):
    """A review does not fit its page."""


class GoldError(BilateralError):
    """A gold file is wrong or does not fit its page."""


class LinkError(BilateralError):
    """A mapping to open data is wrong, or cannot be written."""


class OntologyError(BilateralError):
    """The ontology, a shape, a check, or a derivation is wrong."""


class BuildError(BilateralError):
    """The result cannot be written."""


class SnapshotError(BilateralError):
    """A copy of outside data, or its description, is wrong."""


class QuestionError(BilateralError):
    """A saved question's file is wrong."""


class QueryError(BilateralError):
    """A query cannot be answered."""


class QuerySyntaxError(QueryError):
    """A query is not SPARQL; `str()` shows the place: line, column, the line itself, a caret."""

    def __init__(self, what: str, remedy: str, *, query: str, line: int, column: int) -> None:
        super().__init__(what, remedy, file=None, line=line)
        self.column = column
        lines = query.splitlines() or [""]
        self.source = lines[min(line, len(lines)) - 1].replace("\t", " ")

    def __str__(self) -> str:
        caret = " " * (self.column - 1) + "^"
        where = f"line {self.line}, column {self.column}"
        return f"{where}: {self.what}\n  {self.source}\n  {caret}\n  {self.remedy}"


class RefusedError(QueryError):
    """A query asks for what is not allowed."""


class FormError(QueryError):
    """An answer cannot be written in the form that is asked for."""


class LimitError(QueryError):
    """A query took more than is allowed."""

    exit_code: ClassVar[int] = 4


class RemoteError(BilateralError):
    """A remote endpoint does not answer as it should."""


class UsageError(BilateralError):
    """A command was misused."""

    exit_code: ClassVar[int] = 2


class TooLargeError(UsageError):
    """What was sent is larger than what is taken at a time."""


class ProblemsFound(BilateralError):  # noqa: N818 - it reports findings; nothing went wrong
    """The checks found problems; nothing was written."""

    exit_code: ClassVar[int] = 3
