"""Bilateral: knowledge graphs from foreign ministries' pages, each statement tied to its words."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
