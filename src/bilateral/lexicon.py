"""The names and words that can be found in a page, and where they stand in a sentence.

An *entry* is an entity with its types and labels, or a word of a group (`agreement`, `sign`,
`field` …) with the concept or class that it stands for. A name is found under any case ending of
its last word, with one wrong letter in a word of seven letters or more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bilateral.errors import LexiconError
from bilateral.folders import folder
from bilateral.gazetteer import cities, countries, currencies
from bilateral.tokens import WORD, Names, Scan, way_of_writing
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bilateral.language import Language
    from bilateral.tokens import Found, Token

REQUIRED = ("id", "type", "en", "ka", "az", "names", "source")
OPTIONAL = ("adjectives", "place_names", "note", "definition", "code", "names_en")


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
    geoname: str = ""
    form: tuple[str, ...] = ()  # the words as they must stand, uninflected; none: any case
    written: str = ""  # "Name" or "ALL", where the language writes names so; "" asks nothing


@dataclass(slots=True, eq=False)
class Lexicon:
    """All entries of a language, and their names."""

    language: Language
    entries: dict[str, Entry] = field(default_factory=dict)
    cities: dict[str, Entry] = field(default_factory=dict)
    _names: Names = field(init=False)

    def __post_init__(self) -> None:
        self._names = Names(self.language)

    def add(self, name: str, entry: Entry, *, misspelt: bool = True) -> None:
        """Make the entry findable under a name; a word ending in * stands for any ending.

        A name that starts with ^ is found at the start of a sentence only. `misspelt` says
        whether it is found with one wrong letter too.
        """
        if name.startswith("^"):
            entry = replace(entry, starts=True)
        named = (entry.value or "").startswith("id:") and not entry.written
        if named and self.language.capitals:
            entry = replace(entry, written=way_of_writing(name))
        self._names.add(name.lstrip("^"), entry, misspelt=misspelt)

    def city(self, value: str) -> Entry | None:
        """The entry of a city of the world that the lexicon's own files do not have."""
        return self.cities.get(value)

    def scan(self, text: str) -> Scan:
        """A sentence's tokens and names."""
        folded = self.language.fold(text)
        tokens = self.tokens(folded, text)
        return Scan(folded, tokens, list(self.find(tokens)))

    def tokens(self, folded: str, text: str = "") -> list[Token]:
        """The tokens of a folded sentence; `text` is the sentence as the page has it."""
        return self._names.tokens(folded, text)

    def find(self, tokens: list[Token]) -> Iterator[Found]:
        """Every entry whose name stands in the tokens, also inside longer names."""
        return self._names.find(tokens)


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
            names = tuple(dict.fromkeys(_names(record, lexicon.language)))
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


def _names(record: dict[str, Any], language: Language) -> Iterator[str]:
    """The names to look for on pages in the language: its label, and the names in its letters."""
    label = record[language.code]
    if "(" not in label:
        yield label
    elif language.capitals:  # "International Monetary Fund (IMF)" has two names
        yield from filter(None, map(str.strip, re.split(r"[()]", label)))
    for name in record["names"]:
        if not language.capitals or language.share_of_letters(name) == 1:
            yield name
    yield from record.get(f"names_{language.code}", ())


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
    home = folder("graph") / "lexicon"
    path, own = home / "countries.yaml", home / f"countries.{language.code}.yaml"
    slugs = {record["code"]: record.get("id") for record in read_yaml(path, LexiconError)}
    path = own if own.exists() else path
    extra = {record["code"]: record for record in read_yaml(path, LexiconError)}
    for code, place in countries(language).items():
        record = extra.pop(code, {})
        value = "id:" + (slugs.get(code) or place.slug)
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
        kinds = frozenset({"unit", "currency"})
        written = "ALL" if name == code else ""
        lexicon.add(name, Entry(f"concept:{code.lower()}", kinds, written=written))
    _add_cities(lexicon, superclasses["City"])


def _add_cities(lexicon: Lexicon, kinds: frozenset[str]) -> None:
    language = lexicon.language
    known = {entry.value for entry in lexicon.entries.values()}
    own_names = {language.fold(name) for entry in lexicon.entries.values() for name in entry.names}
    kinds |= {"world-city"}
    for name, places in cities(language).items():
        place = places[0]
        if name in own_names or "id:" + place.slug in known:
            continue
        entry = Entry(
            "id:" + place.slug,
            kinds,
            tuple(place.labels.items()),
            place.code,
            place.population,
            "GeoNames",
            place.names,
            ("City",),
            geoname=place.geoname,
            written="Name" if language.capitals else "",
        )
        lexicon.cities[entry.value or ""] = entry
        # Among two thousand names of towns, one wrong letter is too often another town.
        lexicon.add(name, entry, misspelt=False)


def _add_words(lexicon: Lexicon) -> None:
    path = folder("graph") / "lexicon" / f"words.{lexicon.language.code}.yaml"
    exact = frozenset(lexicon.language.tables.get("exact", ()))
    for group, meanings in read_yaml(path, LexiconError).items():
        for value, names in _meanings(group, meanings, str(path)):
            entry = Entry(value, frozenset(group.split()), names=tuple(names))
            for name in names:
                if group in exact:
                    form = tuple(WORD.findall(lexicon.language.fold(name)))
                    lexicon.add(name, replace(entry, form=form), misspelt=False)
                else:
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
