"""A gold file beside what extraction takes from its page: what is right, partly, wrong, missed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bilateral.errors import GoldError
from bilateral.evaluate.found import Fact, link_facts, scaled
from bilateral.evaluate.gold import AS_IN_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bilateral.evaluate.found import Found
    from bilateral.evaluate.gold import Gold, GoldFile
    from bilateral.evaluate.kinds import Kinds

Value = frozenset[str] | None  # None: nothing is to be found


@dataclass(frozen=True, slots=True)
class Wanted:
    """One fact of a gold file: what is to be found, and where the words stand."""

    kind: str
    places: tuple[tuple[int, int], ...]
    fields: dict[str, Value]
    line: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Error:
    """One difference: missed, wrong, partly right (and why), or said though it never must be."""

    what: str
    kind: str
    begin: int
    end: int
    wanted: dict[str, list[str]] | None
    found: dict[str, list[str]] | None
    why: str
    by: tuple[str, ...]
    line: int | None


@dataclass(slots=True)
class Tally:
    """How many facts of one kind are right, partly right, wrong, and missed."""

    right: int = 0
    partly: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.right += other.right
        self.partly += other.partly
        self.wrong += other.wrong
        self.missed += other.missed

    @property
    def precision(self) -> float | None:
        """The share of what was found that is right; None where nothing was found."""
        found = self.right + self.partly + self.wrong
        return self.right / found if found else None

    @property
    def recall(self) -> float | None:
        """The share of what was to be found that is right; None where nothing was."""
        wanted = self.right + self.partly + self.missed
        return self.right / wanted if wanted else None


@dataclass(slots=True)
class Comparison:
    """One page beside its gold file."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)
    traps: int = 0
    sprung: int = 0


def compare(gold: GoldFile, found: Found, kinds: Kinds, measured: frozenset[str]) -> Comparison:
    """What is right and what is not, for each kind that the gold file or `measured` has."""
    result = Comparison()
    wanted, never = _wanted(gold, found, kinds)
    properties = {w.kind for w in (*wanted, *never) if w.kind not in kinds.names}
    facts = list(found.facts)
    for name in sorted(properties):
        kind = kinds.statement(name)
        facts += link_facts(found, kind) if kind else ()
    for name in (*kinds.names, *sorted(properties)):
        mine = [w for w in wanted if w.kind == name]
        if not mine and name not in measured | gold.complete:
            continue
        theirs = [f for f in facts if f.kind == name]
        _compare_kind(name, mine, theirs, found, kinds, result)
    result.traps = len(never)
    for trap in never:
        for fact in facts:
            if fact.kind == trap.kind and _overlap(trap, fact) and _says(trap, fact, found):
                result.sprung += 1
                result.errors.append(_error("never", trap, fact, "the page must not say so"))
                break
    result.errors.sort(key=lambda e: (e.begin, e.end, e.kind, e.what))
    return result


def kinds_of(gold: GoldFile, found: Found, kinds: Kinds) -> frozenset[str]:
    """The kinds of facts that a gold file has lines of, or says that it has all of."""
    return frozenset(w.kind for w in _wanted(gold, found, kinds)[0]) | gold.complete


def _wanted(gold: GoldFile, found: Found, kinds: Kinds) -> tuple[list[Wanted], list[Wanted]]:
    wanted: dict[tuple[object, ...], Wanted] = {}
    never: list[Wanted] = []
    for line in gold.lines:
        for fact in _facts_of(line, found, kinds):
            if line.never:
                never.append(fact)
            elif line.optional:
                wanted.setdefault(
                    (fact.line, fact.kind, str(fact.fields)), replace(fact, optional=True)
                )
            elif line.relation == fact.kind:
                wanted[line.line, fact.kind] = fact
            else:
                # The same name, date, or figure on two lines of a sentence is one.
                home = found.home(fact.places[0][0])
                key = (home, fact.kind, *sorted(map(str, fact.fields.items())))
                wanted.setdefault(key, fact)
    return list(wanted.values()), never


def _facts_of(line: Gold, found: Found, kinds: Kinds) -> Iterator[Wanted]:
    says = line.says
    figure: dict[str, Value] = {}
    if says.get("value") is not None:
        figure["value"] = frozenset({scaled(str(says["value"]), says.get("mult", 0))})
        figure["unit"] = _set(says["unit"]) if "unit" in says else None
    if line.relation is not None:
        fields = {k: _set(v) for k, v in says.items() if k not in {"value", "unit", "mult"}}
        if line.relation == "observation" and not line.never:
            fields |= {name: fields.get(name) for name in kinds.always}
        yield Wanted(line.relation, line.places, {**fields, **figure}, line.line)
        if "value" not in figure or line.never:
            return
    if figure:
        yield Wanted("quantity", line.places, figure, line.line)
    if line.relation is not None:
        return
    if says.get("date") is not None:
        for date in sorted(_set(says["date"]) or ()):
            yield Wanted("date", line.places, {"date": frozenset({date})}, line.line)
    for value in sorted(_set(says.get("entities")) or ()):
        kind = _kind_of(value, says.get("type"), found, kinds, line)
        yield Wanted(kind, line.places, {"entities": frozenset({value})}, line.line)


def _set(given: Any) -> Value:  # noqa: ANN401 - as JSON has it
    if given is None:
        return None
    members = given if isinstance(given, list) else [given]
    return frozenset(str(m).removeprefix("id:").removeprefix("concept:") for m in members)


def _kind_of(value: str, given: Any, found: Found, kinds: Kinds, line: Gold) -> str:  # noqa: ANN401
    classes = found.classes(value) | (_set(given) or frozenset())
    for kind, wanted in kinds.mentions.items():
        if kind in classes or not classes.isdisjoint(wanted):
            return kind
    what = f"the lexicon has no place or organisation '{value}'"
    known = ", ".join(kinds.mentions)
    raise GoldError(what, f"Correct the name, or give a 'type': {known}.", line=line.line)


def _compare_kind(
    name: str,
    wanted: list[Wanted],
    facts: list[Fact],
    found: Found,
    kinds: Kinds,
    result: Comparison,
) -> None:
    pairs = sorted(
        (differences, f.may_be, i, j)
        for i, w in enumerate(wanted)
        for j, f in enumerate(facts)
        if _overlap(w, f)
        and len(differences := tuple(_differences(w, f, found, kinds))) < max(len(w.fields), 1)
    )
    pairs.sort(key=lambda pair: (len(pair[0]), wanted[pair[2]].optional))
    # A name, date, or quantity is right or not, and once for each sentence; a statement may be
    # right in part, and two like ones are two.
    plain = name in {*kinds.mentions, "date", "quantity"}
    took: dict[int, tuple[int, tuple[str, ...]]] = {}
    taken: set[int] = set()
    for differences, _, i, j in pairs:
        fits = not differences if plain else i not in took and j not in taken
        if fits:
            took.setdefault(i, (j, differences))
            taken.add(j)
    tally = result.tallies.setdefault(name, Tally())
    for i, w in enumerate(wanted):
        j, differences = took.get(i, (-1, ()))
        if w.optional:
            continue
        if j < 0:
            tally.missed += 1
            result.errors.append(_error("missed", w, None, ""))
        elif differences:
            tally.partly += 1
            result.errors.append(_error("partly", w, facts[j], "; ".join(differences)))
        else:
            tally.right += 1
    for j, f in enumerate(facts):
        if j not in taken and not f.may_be:
            tally.wrong += 1
            result.errors.append(_error("wrong", None, f, ""))


def _overlap(wanted: Wanted, fact: Fact) -> bool:
    return any(a < d and c < b for a, b in wanted.places for c, d in fact.places)


def _differences(wanted: Wanted, fact: Fact, found: Found, kinds: Kinds) -> Iterator[str]:
    for name, value in wanted.fields.items():
        got = fact.fields.get(name, frozenset())
        ask = _as_found(value, got, wanted, found)
        if name == "type":
            same = ask is None or not ask.isdisjoint(got)
        elif name == "entities" and wanted.kind not in kinds.mentions:
            same = ask is None or ask <= frozenset().union(*fact.fields.values())
        elif name in kinds.states:
            same = _without_states(ask, found) == _without_states(got, found)
        elif name == "place":
            same = _without_countries(ask, found) == _without_countries(got, found)
        else:
            same = (ask or frozenset()) == got
        if not same:
            yield f"{name}: {_shown(ask)} expected, {_shown(got)} found"


def _says(trap: Wanted, fact: Fact, found: Found) -> bool:
    """Whether a fact says all that a trap warns of."""
    for name, value in trap.fields.items():
        got = fact.fields.get(name, frozenset())
        if name == "entities" and trap.kind == fact.kind and "entities" not in fact.fields:
            got = frozenset().union(*fact.fields.values())
        ask = _as_found(value, got, trap, found)
        if ask is not None and not ask <= got:
            return False
    return True


def _as_found(value: Value, got: frozenset[str], wanted: Wanted, found: Found) -> Value:
    """The wanted value, with words of the page made into the names that they have been given."""
    if value is None or not any(v.startswith(AS_IN_PAGE) for v in value):
        return value
    text = found.source.page.text
    made = set()
    for member in value:
        words = member.removeprefix(AS_IN_PAGE)
        chosen = member
        if member != words:
            for begin, end in wanted.places:
                place = text.find(words, begin, end)
                named = found.named(place, place + len(words)) if place >= 0 else set()
                chosen = min(named & got, default=chosen)
        made.add(chosen)
    return frozenset(made)


def _without_states(values: Value, found: Found) -> frozenset[str]:
    """The values without the states whose organs are among them."""
    values = values or frozenset()
    codes = {code: v for v in values if (code := found.country(v))}
    implied = {
        state
        for code, state in codes.items()
        for v in values
        if v.endswith(f"-of-{state}") or v.startswith(f"{code}-")
    }
    return values - implied


def _without_countries(values: Value, found: Found) -> frozenset[str]:
    """The places without the states, where a city stands among them."""
    values = values or frozenset()
    states = {v for v in values if found.country(v)}
    return values - states or values


def _shown(values: Iterable[str] | None) -> str:
    return ", ".join(sorted(values or ())) or "none"


def _error(what: str, wanted: Wanted | None, fact: Fact | None, why: str) -> Error:
    places = wanted.places if wanted else fact.places if fact else ()
    begin, end = places[-1] if fact and not wanted else places[0]
    kind = wanted.kind if wanted else fact.kind if fact else ""
    return Error(
        what, kind, begin, end, _plain(wanted.fields if wanted else None),
        _plain(fact.fields if fact else None), why, fact.by if fact else (),
        wanted.line if wanted else None,
    )  # fmt: skip


def _plain(
    fields: dict[str, Value] | dict[str, frozenset[str]] | None,
) -> dict[str, list[str]] | None:
    if fields is None:
        return None
    return {name: sorted(value or ()) for name, value in fields.items()}
