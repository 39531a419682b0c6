"""What extraction gathers while it reads one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from bilateral.mentions import Mention

if TYPE_CHECKING:
    from bilateral.context import Context
    from bilateral.knowledge import Knowledge
    from bilateral.lexicon import Lexicon
    from bilateral.model import Mention as Marked
    from bilateral.model import Proposal, Statement
    from bilateral.sources import Source

Bound: TypeAlias = dict[str, tuple[Mention, ...]]


@dataclass(slots=True)
class Work:
    """What extraction gathers from one page."""

    source: Source
    knowledge: Knowledge
    context: Context
    statements: list[Statement] = field(default_factory=list)
    marks: dict[tuple[int, int, str], Marked] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    # Where the mention stands that each node was made of, the last number of those of one name,
    # and what a mention's node of a name is called.
    nodes: dict[str, tuple[int, int]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    numbered: dict[tuple[str, tuple[int, int]], str] = field(default_factory=dict)
    empty_headings: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.empty_headings = frozenset(h.begin for h in self.source.page.headings if h.empty)

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon of the page's language."""
        return self.knowledge.lexicon(self.source.page.language)
