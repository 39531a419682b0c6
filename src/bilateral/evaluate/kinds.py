"""What is compared, from `kinds.yaml`: mentions, dates, quantities, and kinds of statements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bilateral.errors import GoldError
from bilateral.namespaces import prefixes
from bilateral.yamlfile import read_yaml


@dataclass(frozen=True, slots=True)
class StatementKind:
    """A kind of statement: its classes, or the properties that link its two sides; its fields."""

    name: str
    of: tuple[str, ...]
    links: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kinds:
    """All that is compared."""

    mentions: dict[str, tuple[str, ...]]
    date: str
    quantity: dict[str, str]
    statements: dict[str, StatementKind]
    always: tuple[str, ...]
    states: tuple[str, ...]

    def statement(self, name: str) -> StatementKind | None:
        """The kind of that name; a property (bil:party) is one too, with its two sides."""
        known = self.statements.get(name)
        if known is None and name.partition(":")[0] in prefixes() and name.partition(":")[2]:
            return StatementKind(
                name, (), (name,), {"subject": ("subject",), "object": ("object",)}
            )
        return known

    @property
    def names(self) -> tuple[str, ...]:
        """All kinds of facts, in the order of a report."""
        return (*self.mentions, "date", "quantity", *self.statements)


@cache
def kinds() -> Kinds:
    """The kinds of facts that are compared."""
    given = read_yaml(Path(__file__).with_name("kinds.yaml"), GoldError)
    statements = {}
    for name, record in given["statements"].items():
        fields = {field: _texts(terms) for field, terms in record["fields"].items()}
        statements[name] = StatementKind(
            name, tuple(record.get("of", ())), _texts(record.get("link", ())), fields
        )
    return Kinds(
        {name: tuple(classes) for name, classes in given["mentions"].items()},
        given["date"],
        dict(given["quantity"]),
        statements,
        tuple(given["always"]),
        tuple(given["states"]),
    )


def _texts(given: str | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
