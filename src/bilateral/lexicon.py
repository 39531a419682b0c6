"""The names and words that can be found in a page, and where they stand in a sentence.

An *entry* is an entity with its types and labels, or a word of a group (`agreement`, `sign`,
`field` …) with the concept or class that it stands for. A name is found under any case ending of
its last word, with one wrong letter in a word of seven letters or more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bilateral.dates import one_edit_apart
from bilateral.errors import LexiconError
from bilateral.folders import folder
from bilateral.gazetteer import cities, countries, currencies
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bilateral.language import Language

SHORTEST_MISSPELT = 7
SHORTEST_GLUED = 6
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:[.,]\d+)*|\"+|%|\S")
REQUIRED = ("id", "type", "en", "ka", "az", "names", "source")
OPTIONAL = ("adjectives", "place_names", "note", "definition", "code")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What a name or word stands for: a CURIE or None, its kinds, and, for an entity, labels.

    Two entries are the same only where they are one: a lexicon has each thing once.
    """

    value: str | None
    kinds: frozenset[str]
    labels: tuple[tuple[str, str], ...] = ()
    code: str = ""
    population: int = 0
    origin: str = ""
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    starts: bool = False  # only at the start of a sentence


@dataclass(slots=True)
class Token:
    """A word or sign of a folded sentence with the dictionary forms it may stand for."""

    begin: int
    end: int
    text: str
    lemmas: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """An entry found at tokens `first` to `last` (inclusive) with the roles of its ending."""

    first: int
    last: int
    entry: Entry
    roles: frozenset[str]


@dataclass(slots=True)
class Lexicon:
    """All entries of a language, indexed by the first word of each name."""

    language: Language
    entries: dict[str, Entry] = field(default_factory=dict)
    cities: dict[str, Entry] = field(default_factory=dict)
    _index: dict[str, list[tuple[tuple[str, ...], Entry]]] = field(default_factory=dict)
    _prefixes: dict[str, list[tuple[tuple[str, ...], Entry]]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _nearly: dict[str, set[str]] = field(default_factory=dict)

    def add(self, name: str, entry: Entry, *, misspelt: bool = True) -> None:
        """Make the entry findable under a name; a word ending in * stands for any ending.

        A name that starts with ^ is found at the start of a sentence only. `misspelt` says
        whether it is found with one wrong letter too.
        """
        starts = name.startswith("^")
        words = tuple(m.group() for m in WORD.finditer(self.language.fold(name.lstrip("^"))))
        words = _with_stars(words)
        if starts:
            entry = replace(entry, starts=True)
        for word in words:
            self._known.add(word)
            bare = word.rstrip("*")
            if misspelt and len(bare) >= SHORTEST_MISSPELT and not word.endswith("*"):
                for i in range(len(bare)):
                    self._nearly.setdefault(bare[:i] + bare[i + 1 :], set()).add(bare)
        index = self._prefixes if words[0].endswith("*") else self._index
        key = words[0][:3] if words[0].endswith("*") else words[0]
        index.setdefault(key, []).append((words, entry))

    def city(self, value: str) -> Entry | None:
        """The entry of a city of the world that the lexicon's own files do not have."""
        return self.cities.get(value)

    def tokens(self, folded: str) -> list[Token]:
        """The tokens of a folded sentence; glued words come apart, misspelt ones are mended."""
        found = [Token(m.start(), m.end(), m.group(), {}) for m in WORD.finditer(folded)]
        found = list(self._joined(found))
        for token in found:
            if not token.lemmas:
                token.lemmas = self.language.analyse(token.text)
        return [part for token in found for part in self._mended(token)]

    def find(self, tokens: list[Token]) -> Iterator[Found]:
        """Every entry whose name stands in the tokens, also inside longer names."""
        for first, token in enumerate(tokens):
            candidates = [
                (words, entry)
                for key in dict.fromkeys((token.text, *token.lemmas))
                for words, entry in self._index.get(key, ())
            ]
            candidates += self._prefixes.get(token.text[:3], ())
            for words, entry in candidates:
                last = first + len(words) - 1
                if last >= len(tokens) or (entry.starts and first):
                    continue
                if all(map(_matches, tokens[first : last + 1], words)):
                    yield Found(first, last, entry, self._roles(tokens[last], words[-1]))

    def _roles(self, token: Token, word: str) -> frozenset[str]:
        if word.endswith("*"):
            roles = frozenset(role for roles in token.lemmas.values() for role in roles)
            said = roles - {"nom", "stem"}
            # A word is its own dictionary form only where it ends like one.
            return roles if not said or token.text.endswith(self.language.dictionary_ends) else said
        return token.lemmas.get(word, frozenset({"nom"}))

    def _joined(self, tokens: list[Token]) -> Iterator[Token]:
        """Tokens with a hyphen and a case ending attached: NATO-სთან, 30%-ით."""
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if position + 2 < len(tokens):
                hyphen, ending = tokens[position + 1 : position + 3]
                touching = token.end == hyphen.begin and hyphen.end == ending.begin
                if hyphen.text == "-" and touching and self.language.is_ending(ending.text):
                    roles = self.language.analyse_ending(ending.text)
                    ends = self.language.tables["hyphenated_ends"]
                    lemmas = {token.text + end: roles for end in ends}
                    yield Token(token.begin, ending.end, token.text, lemmas)
                    position += 3
                    continue
            yield token
            position += 1

    def _mended(self, token: Token) -> Iterator[Token]:
        known = self._known
        if len(token.text) < SHORTEST_GLUED or not known.isdisjoint(token.lemmas):
            yield token
            return
        if token.text in known or any(
            _matches(token, words[0]) for words, _ in self._prefixes.get(token.text[:3], ())
        ):
            yield token
            return
        for cut in range(len(token.text) - 3, SHORTEST_GLUED - 1, -1):
            left, right = token.text[:cut], token.text[cut:]
            if right in known and not known.isdisjoint(self.language.analyse(left)):
                middle = token.begin + cut
                yield Token(token.begin, middle, left, self.language.analyse(left))
                yield Token(middle, token.end, right, self.language.analyse(right))
                return
        lemmas = dict(token.lemmas)
        for lemma, roles in token.lemmas.items():
            for intended in self._intended(lemma):
                lemmas[intended] = lemmas.get(intended, frozenset()) | roles
        yield Token(token.begin, token.end, token.text, lemmas)

    def _intended(self, lemma: str) -> Iterator[str]:
        """The known words that are one letter away from a misspelt one."""
        if len(lemma) < SHORTEST_MISSPELT - 1:
            return
        shorter = {lemma[:i] + lemma[i + 1 :] for i in range(len(lemma))}
        candidates = {word for part in (lemma, *shorter) for word in self._nearly.get(part, ())}
        candidates |= {w for w in shorter if w in self._known and len(w) >= SHORTEST_MISSPELT}
        yield from sorted(word for word in candidates if one_edit_apart(word, lemma))


def _with_stars(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words with a following * attached to them again (the tokenizer takes it for a sign)."""
    joined: list[str] = []
    for word in words:
        if word == "*" and joined:
            joined[-1] += "*"
        else:
            joined.append(word)
    return tuple(joined)


def _matches(token: Token, word: str) -> bool:
    if word.endswith("*"):
        return token.text.startswith(word[:-1])
    return word == token.text or word in token.lemmas


def load_lexicon(language: Language, superclasses: dict[str, frozenset[str]]) -> Lexicon:
    """The lexicon of a language; `superclasses` gives a class's own and inherited kinds.

    Raises LexiconError for an entry that lacks a key or has an unknown one, for two entries with
    one id, and for two entities with one name.
    """
    lexicon = Lexicon(language)
    _add_entities(lexicon, superclasses)
    _add_world(lexicon, superclasses)
    _add_words(lexicon)
    return lexicon


def _add_entities(lexicon: Lexicon, superclasses: dict[str, frozenset[str]]) -> None:
    owners: dict[str, tuple[str, str]] = {}
    for path in sorted((folder("graph") / "lexicon" / "entities").glob("*.yaml")):
        for record in read_yaml(path, LexiconError):
            _check(record, path, lexicon, superclasses)
            value = "id:" + record["id"]
            types = record["type"] if isinstance(record["type"], list) else [record["type"]]
            kinds = frozenset(k for t in types for k in superclasses[t])
            labels = tuple((code, record[code]) for code in ("en", "ka", "az"))
            own = [] if "(" in record["ka"] else [record["ka"]]
            names = tuple(dict.fromkeys([*own, *record["names"]]))
            entry = Entry(
                value,
                kinds,
                labels,
                record.get("code", ""),
                origin=_origin(record["source"]),
                names=names,
                types=tuple(types),
            )
            lexicon.entries[value] = entry
            for name in names:
                owner, where = owners.setdefault(lexicon.language.fold(name), (value, str(path)))
                if owner != value:
                    what = f"the name '{name}' stands for {owner} ({where}) and for {value}"
                    remedy = "Take the name from one of the two, or make it longer in one."
                    raise LexiconError(what, remedy, file=str(path), line=record.line)
                lexicon.add(name, entry)
            for adjective in record.get("adjectives", ()):
                lexicon.add(adjective, _adjective(entry))


def _adjective(entry: Entry) -> Entry:
    kinds = entry.kinds | {"Adjective"}
    return Entry(entry.value, kinds, entry.labels, entry.code, origin=entry.origin)


def _origin(source: str | dict[str, str]) -> str:
    if isinstance(source, str):
        return source
    return "; ".join(f"{code}: {text}" for code, text in source.items())


def _check(
    record: Any,  # noqa: ANN401 - a mapping with .line, as read
    path: Path,
    lexicon: Lexicon,
    superclasses: dict[str, frozenset[str]],
) -> None:
    file, line = str(path), getattr(record, "line", None)
    if not isinstance(record, dict):
        what = "an entry is not a mapping"
        raise LexiconError(what, "Start each entry with '- id: …'.", file=file)
    missing = [key for key in REQUIRED if not record.get(key)]
    if missing:
        what = f"the entry {record.get('id', '')!r} lacks {', '.join(missing)}"
        raise LexiconError(what, f"Give it: {', '.join(REQUIRED)}.", file=file, line=line)
    unknown = sorted(set(record) - set(REQUIRED) - set(OPTIONAL))
    if unknown:
        what = f"the entry '{record['id']}' has the unknown key {', '.join(unknown)}"
        remedy = f"Known keys: {', '.join((*REQUIRED, *OPTIONAL))}."
        raise LexiconError(what, remedy, file=file, line=line)
    if "id:" + record["id"] in lexicon.entries:
        what = f"there are two entries with the id '{record['id']}'"
        raise LexiconError(what, "Rename one, or put their names together.", file=file, line=line)
    types = record["type"] if isinstance(record["type"], list) else [record["type"]]
    strange = [name for name in types if name not in superclasses]
    if strange:
        what = f"the entry '{record['id']}' has the unknown type {', '.join(strange)}"
        remedy = "Types are the classes of ontology/bilateral.ttl, without 'bil:'."
        raise LexiconError(what, remedy, file=file, line=line)


def _add_world(lexicon: Lexicon, superclasses: dict[str, frozenset[str]]) -> None:
    language = lexicon.language
    path = folder("graph") / "lexicon" / "countries.yaml"
    extra = {record["code"]: record for record in read_yaml(path, LexiconError)}
    for code, place in countries(language).items():
        record = extra.pop(code, {})
        value = "id:" + record.get("id", place.slug)
        names = (*place.names, *record.get("names", ()))
        labels = tuple(place.labels.items())
        entry = Entry(value, superclasses["Country"], labels, code, 0, "CLDR", names, ("Country",))
        lexicon.entries[value] = entry
        for name in names:
            lexicon.add(name, entry)
        for adjective in record.get("adjectives", ()):
            lexicon.add(adjective, _adjective(entry))
    for strange, record in extra.items():
        what = f"'{strange}' is not a country code of ISO 3166-1"
        remedy = "Correct the code; places that are no states go into entities/places.yaml."
        raise LexiconError(what, remedy, file=str(path), line=record.line)
    for name, code in currencies(language).items():
        lexicon.add(name, Entry(f"concept:{code.lower()}", frozenset({"unit", "currency"})))
    _add_cities(lexicon, superclasses["City"])


def _add_cities(lexicon: Lexicon, kinds: frozenset[str]) -> None:
    language = lexicon.language
    known = {entry.value for entry in lexicon.entries.values()}
    own_names = {language.fold(name) for entry in lexicon.entries.values() for name in entry.names}
    for name, places in cities(language).items():
        place = places[0]
        if name in own_names or "id:" + place.slug in known:
            continue
        entry = Entry(
            "id:" + place.slug,
            kinds | {"world-city"},
            tuple(place.labels.items()),
            place.code,
            place.population,
            "GeoNames",
            place.names,
            ("City",),
        )
        lexicon.cities[entry.value or ""] = entry
        # Among two thousand names of towns, one wrong letter is too often another town.
        lexicon.add(name, entry, misspelt=False)


def _add_words(lexicon: Lexicon) -> None:
    path = folder("graph") / "lexicon" / f"words.{lexicon.language.code}.yaml"
    for group, meanings in read_yaml(path, LexiconError).items():
        for value, names in _meanings(group, meanings, str(path)):
            entry = Entry(value, frozenset({group}), names=tuple(names))
            for name in names:
                lexicon.add(name, entry)


def _meanings(group: str, meanings: object, file: str) -> Iterable[tuple[str | None, list[str]]]:
    if isinstance(meanings, list):
        return [(None, meanings)]
    if isinstance(meanings, dict):
        return [(value, names) for value, names in meanings.items()]
    what = f"the group '{group}' is neither a list of words nor a mapping to lists"
    raise LexiconError(
        what, "Write 'group: [word, …]' or 'group: {concept: [word, …]}'.", file=file
    )
