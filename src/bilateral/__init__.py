"""Bilateral: knowledge graphs from foreign ministries' pages, each statement tied to its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bilateral.errors import BilateralError
    from bilateral.network.notebook import draw
    from bilateral.network.picture import Picture
    from bilateral.query.answer import Answer
    from bilateral.query.graph import Graph, open_graph

__all__ = [
    "Answer", "BilateralError", "Graph", "Picture", "__version__", "draw", "open_graph",
]  # fmt: skip

__version__ = "0.1.0"

_HOMES = {
    "Answer": "bilateral.query.answer",
    "BilateralError": "bilateral.errors",
    "Graph": "bilateral.query.graph",
    "Picture": "bilateral.network.picture",
    "draw": "bilateral.network.notebook",
    "open_graph": "bilateral.query.graph",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the public names
    # Imported when first asked for: `bilateral --help` needs none of them.
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(_HOMES[name]), name)
    what = f"module 'bilateral' has no attribute '{name}'"
    raise AttributeError(what)
