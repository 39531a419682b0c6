"""`bilateral.draw`: an answer as a picture, in a notebook or into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bilateral.errors import UsageError
from bilateral.network.drawing import drawing_of
from bilateral.network.picture import Picture, picture

if TYPE_CHECKING:
    from bilateral.query.answer import Answer


def draw(answer: Answer, *, lang: str = "en", evidence: bool = True) -> Picture:
    """A picture of the things that an answer's rows relate.

    It shows itself in a notebook, and `.save(path)` writes it as a page. `evidence` puts the
    sentences behind each line into it, which takes a while for many rows.

    Raises UsageError where no row relates two things.
    """
    if answer.graph is None:
        what = "the answer has forgotten its graph"
        raise UsageError(what, "Draw an answer as `ask` or `sparql` gave it.")
    return picture(drawing_of(answer, answer.graph, evidence=evidence), answer.graph, lang)
