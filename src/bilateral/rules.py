"""Rules: data that say which mentions together make which statements.

A rule *finds* mentions (slots; the first is its anchor), may *make* a node (an agreement, a
meeting, an observation) and *says* statements. A rule with *parts* instead of *find* composes one
longer name from neighbours: "the President of" a country. See docs/rules.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bilateral.errors import RuleError
from bilateral.folders import folder
from bilateral.patterns import Want, read_want
from bilateral.templates import Part, Slot, read_template
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

KEYS = {
    "name", "reads", "find", "parts", "unless", "each", "make", "marks", "say", "examples", "counter",
}  # fmt: skip
MAKE_KEYS = {"node", "id", "type", "label", "at", "kinds", "propose"}
FEWEST_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Marks:
    """The kind that a rule gives what a slot holds, and what it then stands for."""

    at: str
    kind: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Make:
    """The node that a rule makes: slot name, IRI and label templates, type, where it stands."""

    node: str
    id: str
    type: str
    label: tuple[tuple[str, str], ...]
    at: str
    propose: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that a rule reads, with statements ("bil:party id:turkey") that it must give."""

    text: str
    gives: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One rule as read from its file."""

    name: str
    reads: str
    find: tuple[tuple[str, Want], ...]
    parts: tuple[tuple[str, Want], ...]
    unless: tuple[Want, ...]
    each: str | None
    make: Make | None
    marks: Marks | None
    say: tuple[tuple[Part, Part, Part], ...]
    examples: tuple[Example, ...]
    counter: tuple[str, ...]
    file: str
    line: int

    def could_read(self, kinds: set[str]) -> bool:
        """Whether mentions of these kinds can fill every slot that must be filled."""
        for needed in self._needed:  # noqa: SIM110 - every rule is asked for every sentence
            if kinds.isdisjoint(needed):
                return False
        return True

    @cached_property
    def saying(self) -> tuple[list[Part], list[tuple[int, int, int]]]:
        """The different parts of the statements, and each statement as three of their numbers."""
        parts = list(dict.fromkeys(part for triple in self.say for part in triple))
        numbers = {part: number for number, part in enumerate(parts)}
        triples = [(numbers[s], numbers[p], numbers[o]) for s, p, o in self.say]
        return parts, triples

    @cached_property
    def _needed(self) -> list[tuple[str, ...]]:
        return [
            want.is_
            for _, want in (*self.find, *self.parts)
            if want.is_ and not (want.optional or want.default or want.back or want.headed)
        ]

    @property
    def of_reporter(self) -> bool:
        """Whether it says nothing without knowing whose page it is: a figure has a reporter."""
        return any(isinstance(obj, Slot) and obj.name == "reporter" for _, _, obj in self.say)

    @property
    def anchor(self) -> str:
        """The name of the first slot."""
        return (self.find or self.parts)[0][0]


class RuleBook:
    """The rules of a language, found by the kinds of mention that their anchors ask for."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        given = list(rules)
        self.composing = [rule for rule in given if rule.parts]
        self.finding = [rule for rule in given if rule.find]
        self._of_any_kind: list[int] = []
        self._by_kind: dict[str, list[int]] = {}
        for number, rule in enumerate(self.finding):
            kinds = rule.find[0][1].is_
            for kind in kinds:
                self._by_kind.setdefault(kind, []).append(number)
            if not kinds:
                self._of_any_kind.append(number)

    def trying(self, kinds: set[str]) -> Iterator[Rule]:
        """The rules whose anchors and slots a sentence with these kinds can fill, in order.

        The kinds may grow while the rules are tried.
        """
        waiting = list(self._of_any_kind)
        known: set[str] = set()
        last = -1
        while True:
            if len(known) < len(kinds):
                fresh = kinds - known
                known |= fresh
                more = {n for kind in fresh for n in self._by_kind.get(kind, ()) if n > last}
                waiting = sorted(more.union(waiting), reverse=True)
            if not waiting:
                return
            last = waiting.pop()
            rule = self.finding[last]
            if rule.could_read(kinds):
                yield rule


def load_rules(language: str) -> list[Rule]:
    """All rules of a language, in the order of their files and places."""
    rules: dict[str, Rule] = {}
    for path in sorted((folder("graph") / "rules" / language).glob("*.yaml")):
        for record in read_yaml(path, RuleError) or ():
            rule = _read_rule(record, path)
            if rule.name in rules:
                what = f"there are two rules named '{rule.name}'"
                raise RuleError(what, "Rename one.", file=rule.file, line=rule.line)
            rules[rule.name] = rule
    return list(rules.values())


def _read_rule(record: Any, path: Path) -> Rule:  # noqa: ANN401 - a mapping as read
    file, line = str(path), getattr(record, "line", None)
    if not isinstance(record, dict) or not record.get("name"):
        what = "a rule has no name"
        raise RuleError(what, "Start each rule with '- name: …'.", file=file, line=line)
    name = record["name"]
    unknown = sorted(set(record) - KEYS)
    if unknown:
        what = f"the rule '{name}' has the unknown key {', '.join(map(str, unknown))}"
        raise RuleError(what, f"Known keys: {', '.join(sorted(KEYS))}.", file=file, line=line)
    if not record.get("reads") or bool(record.get("find")) == bool(record.get("parts")):
        what = f"the rule '{name}' needs 'reads' and one of 'find' and 'parts'"
        raise RuleError(what, "See docs/rules.md for the form of a rule.", file=file, line=line)
    examples = tuple(_example(given) for given in record.get("examples", ()))
    if len(examples) < FEWEST_EXAMPLES or not record.get("counter"):
        what = f"the rule '{name}' has {len(examples)} examples and no counter-example or too few"
        remedy = "Give two sentences of different wording that it reads and one that it must not."
        raise RuleError(what, remedy, file=file, line=line)
    find, parts = (
        tuple((slot, read_want(want, slot, file, line)) for slot, want in (given or {}).items())
        for given in (record.get("find"), record.get("parts"))
    )
    say = tuple(read_template(record.get("say") or "", file, line))
    rule = Rule(
        name=name,
        reads=record["reads"],
        find=find,
        parts=parts,
        unless=tuple(read_want(w, "unless", file, line) for w in record.get("unless", ())),
        each=record.get("each"),
        make=_make(record.get("make"), name, file, line),
        marks=_marks(record.get("marks"), name, file, line),
        say=say,
        examples=examples,
        counter=tuple(record["counter"]),
        file=file,
        line=line or 1,
    )
    _check_slots(rule)
    return rule


def _example(given: object) -> Example:
    if isinstance(given, dict):
        gives = given.get("gives", ())
        return Example(given["text"], tuple([gives] if isinstance(gives, str) else gives))
    return Example(str(given), ())


def _make(given: Any, name: str, file: str, line: int | None) -> Make | None:  # noqa: ANN401
    if given is None:
        return None
    unknown = sorted(set(given) - MAKE_KEYS)
    if unknown or not {"node", "id", "type", "at"} <= set(given):
        what = f"'make' of the rule '{name}' has wrong keys"
        remedy = f"Needed: node, id, type, at. Known: {', '.join(sorted(MAKE_KEYS))}."
        raise RuleError(what, remedy, file=file, line=line)
    label = tuple((given.get("label") or {}).items())
    return Make(
        given["node"], given["id"], given["type"], label, given["at"], bool(given.get("propose"))
    )


def _marks(given: Any, name: str, file: str, line: int | None) -> Marks | None:  # noqa: ANN401
    if given is None:
        return None
    if not isinstance(given, dict) or set(given) - {"value"} != {"at", "as"}:
        what = f"'marks' of the rule '{name}' has wrong keys"
        remedy = "Write it like: marks: {at: slot, as: kind}, with a value or without."
        raise RuleError(what, remedy, file=file, line=line)
    return Marks(given["at"], given["as"], given.get("value"))


def _check_slots(rule: Rule) -> None:
    """Raise RuleError when a template or a condition names a slot that the rule has not."""
    slots = {name for name, _ in (*rule.find, *rule.parts)}
    made = {rule.make.node} if rule.make else set()
    used = {part.name for triple in rule.say for part in triple if isinstance(part, Slot)}
    for _, want in (*rule.find, *rule.parts):
        used |= {
            n
            for n in (
                want.near,
                want.before,
                want.after,
                want.inside,
                want.agrees,
                want.measures,
                *want.apart,
            )
            if n
        }
    if rule.make:
        templates = [rule.make.id, rule.make.type, *(text for _, text in rule.make.label)]
        used |= {
            m[1] for t in templates for m in re.finditer(r"\{([a-z][a-z0-9]*)(?:_[a-z]+)?\}", t)
        }
        used |= {rule.make.at}
    if rule.each:
        used |= {rule.each}
    if rule.marks:
        used |= {rule.marks.at}
    strange = sorted(used - slots - made - {"source", "reporter", "partner"})
    if strange:
        what = f"the rule '{rule.name}' uses ?{strange[0]}, which it does not find or make"
        remedy = f"Its slots: {', '.join(sorted(slots | made))}."
        raise RuleError(what, remedy, file=rule.file, line=rule.line)
