"""Graphs of any size in the shape of the real one, with their evidence, the same for the same seed.

A page's graph is the pattern: each copy of it has its own source, passages, and entities, two states
of the world's own, other years, and names of its own made of syllables; its words stay. Countries,
cities, regions, and organisations of states are shared by all copies, as they are by real pages.
What is written is N-Quads, a copy at a time, so memory does not grow with the graph.

    python benchmarks/generator.py --entities 50000 --out big.nq
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.build import assemble
from bilateral.gazetteer import country_numbers
from bilateral.knowledge import load_knowledge
from bilateral.language import languages
from bilateral.namespaces import expand, graph, romanised

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 1
SHARED = {f"bil:{kind}" for kind in ("Country", "City", "Region", "IntergovernmentalOrganization")}
# Graphs that belong to no page.
ONCE = ("ontology", "concepts", "catalogue", "links", "snapshot")
MENTION = "bil:Mention"
# Georgian syllables; the same in Latin letters are the names in the two other languages.
SYLLABLES = [
    "ბა",
    "გო",
    "დი",
    "ვე",
    "ზუ",
    "თა",
    "კო",
    "ლი",
    "მე",
    "ნუ",
    "პა",
    "რო",
    "სი",
    "ტე",
    "უნ",
    "ფა",
    "ქო",
    "ღი",
    "შე",
    "ჩუ",
    "ცა",
    "ძო",
    "წი",
    "ჭე",
    "ხუ",
    "ჯა",
]
YEARS_BACK = 20
NAME = re.compile(r"<@(\w):([^>]*)>")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A page's quads: those that all copies share, and the text of one copy with marks in it."""

    shared: tuple[str, ...]
    page: str
    entities: int
    states: tuple[str, str]


def pattern(*, mentions: bool) -> Pattern:
    """The first stored page as a pattern; without `mentions` it leaves out who is named where."""
    quads = assemble([]).quads
    types: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate.value == expand("rdf:type"):
            types.setdefault(quad.subject.value, set()).add(quad.object.value)
    own = {expand(name) for name in SHARED}
    common = {iri for iri, kinds in types.items() if kinds & own}
    skipped = {i for i, kinds in types.items() if not mentions and expand(MENTION) in kinds}
    # A sentence that is one name is a passage and a mention; it stays.
    skipped -= {i for i, kinds in types.items() if expand("bil:Passage") in kinds}
    states = _states(quads)
    once, lines, entities = [], [], set()
    for quad in quads:
        home = quad.graph_name.value.removeprefix(expand("graph:"))
        if home.partition("/")[0] in ONCE or (
            home == "lexicon" and quad.subject.value in common - set(states)
        ):
            if home != "catalogue":
                once.append(f"{quad} .\n")
            continue
        if quad.subject.value in skipped:
            continue
        if quad.subject.value.startswith(f"{graph('lexicon').value}#"):
            once.append(f"{quad} .\n")  # where something lies; copies of it lie there too
            continue
        if home == "lexicon" and quad.subject.value in states:
            continue
        if quad.subject.value.startswith(expand("id:")) and quad.subject.value not in common:
            entities.add(quad.subject.value)
        lines.append(_marked(quad, common, states))
    return Pattern(tuple(sorted(set(once))), "".join(sorted(lines)), len(entities), states)


def _states(quads: tuple[ox.Quad, ...]) -> tuple[str, str]:
    found = {
        name: next(
            q.object.value
            for q in quads
            if q.predicate.value == expand(name) and q.graph_name.value == expand("graph:sources")
        )
        for name in ("bil:reporter", "bil:partner")
    }
    return found["bil:reporter"], found["bil:partner"]


def _marked(quad: ox.Quad, common: set[str], states: tuple[str, str]) -> str:
    """A quad's line, with marks where copies differ."""
    # What is derived has its reason word for word, so its names stay.
    derived = quad.graph_name == graph("derived")
    names = set() if derived else {expand("rdfs:label"), expand("skos:altLabel")}
    parts = []
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        value = getattr(term, "value", "")
        if isinstance(term, ox.NamedNode) and value == states[0]:
            parts.append("<@s:0>")
        elif isinstance(term, ox.NamedNode) and value == states[1]:
            parts.append("<@s:1>")
        elif isinstance(term, ox.NamedNode) and value.startswith(expand("source:")):
            parts.append(f"<@p:{value.partition('#')[2]}>")
        elif isinstance(term, ox.NamedNode) and value.startswith(expand("id:")):
            own = value.removeprefix(expand("id:"))
            parts.append(str(term) if value in common else f"<@i:{own}>")
        elif isinstance(term, ox.Literal) and term.language and quad.predicate.value in names:
            # A mark is a name in angles, and no label has them; the name goes at its end.
            text = str(ox.Literal(value, language=term.language))
            key = quad.subject.value.rsplit("/", 1)[-1].replace("#", "-")
            parts.append(
                text.replace(f'"@{term.language}', f' <@n:{term.language}-{key}>"@{term.language}')
            )
        elif isinstance(term, ox.Literal) and term.datatype.value in {
            expand("edtf:EDTF"),
            expand("xsd:date"),
        }:
            shown = re.sub(r"\b(?:19|20)\d\d", lambda m: f"<@y:{m[0]}>", value)
            parts.append(f'"{shown}"^^{term.datatype}')
        else:
            parts.append(str(term))
    return f"{' '.join(parts)} .\n"


def name_of(key: str, language: str) -> str:
    """A name of three to five syllables that the key gives, in the language's letters."""
    chosen = random.Random(key)  # noqa: S311 - a seed from the key, nothing secret
    text = "".join(chosen.choice(SYLLABLES) for _ in range(chosen.randint(3, 5)))
    return text if language == "ka" else romanised(text).capitalize()


def copies(made: Pattern, count: int, seed: int = SEED) -> Iterator[str]:
    """The N-Quads of each copy."""
    world = _world()
    codes = sorted(world)
    base, pages = expand("id:"), expand("source:")
    for number in range(count):
        chosen = random.Random(f"{seed}-{number}")  # noqa: S311
        states = chosen.sample(codes, 2)
        slugs = [world[code].value.removeprefix("id:") for code in states]
        page = f"{slugs[0]}-{slugs[1]}-{number:05d}"
        # Steps of four, so that the 29th of February stays one.
        back = chosen.randrange(0, YEARS_BACK, 4)

        def shown(
            mark: re.Match[str], page: str = page, slugs: list[str] = slugs, back: int = back
        ) -> str:  # fmt: skip
            kind, text = mark[1], mark[2]
            match kind:
                case "s":
                    return f"<{base}{slugs[int(text)]}>"
                case "p":
                    return f"<{pages}{page}#{text}>" if text else f"<{pages}{page}>"
                case "i":
                    return f"<{base}{page}-{text}>"
                case "n":
                    language, _, key = text.partition("-")
                    return name_of(f"{page}-{key}", language)
                case _:
                    return str(int(text) - back)

        yield NAME.sub(shown, made.page)


def _world() -> dict[str, Any]:
    """The lexicon's entries of all states and territories, by code."""
    entries = load_knowledge().lexicon(languages()["ka"]).entries.values()
    return {entry.code: entry for entry in entries if "Country" in entry.types}


def states_quads() -> Iterator[str]:
    """Types, names, and codes of all states, which any copy may be about."""
    home = f"<{expand('graph:lexicon')}>"
    for code, state in sorted(_world().items()):
        subject = f"<{expand(state.value)}>"
        yield f"{subject} <{expand('rdf:type')}> <{expand('bil:Country')}> {home} .\n"
        yield f'{subject} <{expand("bil:countryCode")}> "{code}" {home} .\n'
        yield f'{subject} <{expand("bil:countryNumber")}> "{country_numbers()[code]}" {home} .\n'
        for language, name in state.labels:
            label = ox.Literal(name, language=language)
            yield f"{subject} <{expand('rdfs:label')}> {label} {home} .\n"


def write(
    out: IO[str], entities: int, *, seed: int = SEED, mentions: bool = True
) -> tuple[int, int]:
    """Write a graph of at least so many entities; how many entities and quads it has."""
    made = pattern(mentions=mentions)
    count = -(-entities // made.entities)
    quads = 0
    for text in (*made.shared, *states_quads()):
        out.write(text)
        quads += 1
    for text in copies(made, count, seed):
        out.write(text)
        quads += text.count("\n")
    return count * made.entities, quads


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entities", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--no-mentions", action="store_true", help="leave out who is named where")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    with given.out.open("w", encoding="utf-8", newline="\n") as out:
        entities, quads = write(
            out, given.entities, seed=given.seed, mentions=not given.no_mentions
        )
    print(f"{entities:,} entities, {quads:,} quads: {given.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
