"""A person's review of a page, applied after the rules.

What the rules said is confirmed, rejected, or corrected; what they missed is added. Each entry of
`review.yaml` quotes the page's words that bear it out.

The review is applied after the rules and wins over them, so it survives every new extraction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import ReviewError
from bilateral.model import Extraction, Proposal, Statement
from bilateral.namespaces import expand, turtle_prefixes
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from bilateral.knowledge import Knowledge
    from bilateral.sources import Source

REVIEW = "review"
TOP_KEYS = ("reviewer", "date", "note", "entities", "entries")
KEYS = ("quote", "occurrence", "confirm", "reject", "correct", "add", "why")
ENTITY_KEYS = ("id", "type", "en", "ka", "az")

Triple = tuple[ox.NamedNode, ox.NamedNode, "ox.NamedNode | ox.Literal"]


def apply_review(extraction: Extraction, source: Source, knowledge: Knowledge) -> Extraction:
    """The extraction with the source's review applied. Raises ReviewError where it does not fit."""
    if source.review is None:
        return extraction
    file = str(source.review)
    review = read_yaml(source.review, ReviewError) or {}
    _check_keys(review, TOP_KEYS, "the review", file, 1)
    statements = list(extraction.statements)
    for entry in review.get("entries") or ():
        statements = _apply(entry, statements, extraction, source, file)
    return replace(
        extraction,
        statements=tuple(statements),
        proposals=(*extraction.proposals, *_entities(review, extraction, knowledge, file)),
    )


def _check_keys(record: Any, keys: tuple[str, ...], what: str, file: str, line: int) -> None:  # noqa: ANN401
    if not isinstance(record, dict):
        problem = f"{what} is not a mapping"
        raise ReviewError(problem, f"Known keys: {', '.join(keys)}.", file=file, line=line)
    unknown = sorted(set(map(str, record)) - set(keys))
    if unknown:
        problem = f"{what} has the unknown key {', '.join(unknown)}"
        raise ReviewError(problem, f"Known keys: {', '.join(keys)}.", file=file, line=line)


def _apply(
    entry: Any,  # noqa: ANN401 - a mapping with .line, as read
    statements: list[Statement],
    extraction: Extraction,
    source: Source,
    file: str,
) -> list[Statement]:
    line = getattr(entry, "line", 1)
    _check_keys(entry, KEYS, "an entry", file, line)
    begin, end = _passage(entry, extraction, source, file, line)

    def here(statement: Statement) -> bool:
        return statement.begin < end and begin < statement.end

    def wanted(text: str, action: str) -> list[Triple]:
        triples = _triples(text, file, line)
        said = {(s.subject, s.predicate, s.object) for s in statements if here(s)}
        for triple in triples:
            if action != "add" and triple not in said:
                what = f"cannot {action} what is not said there: {_shown(triple)}"
                remedy = "Compare with `bilateral show`; a rule may have changed. Quote the words."
                raise ReviewError(what, remedy, file=file, line=line, passage=entry["quote"])
        return triples

    return _changed(entry, statements, wanted, here, (begin, end))


def _changed(
    entry: dict[str, Any],
    statements: list[Statement],
    wanted: Callable[[str, str], list[Triple]],
    here: Callable[[Statement], bool],
    span: tuple[int, int],
) -> list[Statement]:
    """The statements after one entry: confirmed ones marked, rejected ones gone, others added."""
    correct = entry.get("correct") or {}
    confirmed = set(wanted(entry.get("confirm") or "", "confirm"))
    rejected = set(wanted(entry.get("reject") or "", "reject"))
    rejected |= set(wanted(correct.get("from") or "", "correct"))
    added = wanted(entry.get("add") or "", "add") + wanted(correct.get("to") or "", "add")
    changed = []
    for s in statements:
        triple = (s.subject, s.predicate, s.object)
        if here(s) and triple in rejected:
            continue
        changed.append(replace(s, confirmed=True) if here(s) and triple in confirmed else s)
    known = {(s.subject, s.predicate, s.object, s.begin, s.end) for s in changed}
    changed += [
        Statement(*triple, *span, REVIEW, confirmed=True)
        for triple in added
        if (*triple, *span) not in known
    ]
    return changed


def _passage(
    entry: dict[str, Any], extraction: Extraction, source: Source, file: str, line: int
) -> tuple[int, int]:
    """The sentence or sentences that hold the quote."""
    quote = str(entry.get("quote") or "")
    text = source.page.text
    count = text.count(quote) if quote else 0
    number = int(entry.get("occurrence") or 1)
    if count < number:
        what = f"the page has no such words: {quote[:70]!r}"
        remedy = "Copy the words from the page exactly as they stand, misspellings too."
        raise ReviewError(what, remedy, file=file, line=line, passage=quote)
    if count > 1 and "occurrence" not in entry:
        what = f"the page has these words {count} times: {quote[:70]!r}"
        remedy = "Quote more words, or say which with occurrence: 1, 2, …"
        raise ReviewError(what, remedy, file=file, line=line, passage=quote)
    begin = -1
    for _ in range(number):
        begin = text.index(quote, begin + 1)
    end = begin + len(quote)
    holding = [s for s in extraction.sentences if s.begin < end and begin < s.end]
    return holding[0].begin, holding[-1].end


def _triples(text: str, file: str, line: int) -> list[Triple]:
    if not text.strip():
        return []
    try:
        parsed = list(ox.parse(turtle_prefixes() + text, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        what = f"this is not Turtle: {error.msg}"
        remedy = (
            "Write triples with the prefixes of ontology/context.jsonld, each with a full stop."
        )
        raise ReviewError(what, remedy, file=file, line=line) from error
    return [(t.subject, t.predicate, t.object) for t in parsed]


def _shown(triple: Triple) -> str:
    return " ".join(str(term).rsplit("/", 1)[-1].rstrip(">") for term in triple)


def _entities(
    review: dict[str, Any], extraction: Extraction, knowledge: Knowledge, file: str
) -> list[Proposal]:
    """The entities that the review names for the statements it adds."""
    found = []
    for record in review.get("entities") or ():
        line = getattr(record, "line", 1)
        _check_keys(record, ENTITY_KEYS, "an entity", file, line)
        missing = [key for key in ENTITY_KEYS if not record.get(key)]
        if missing:
            what = f"the entity {record.get('id', '')!r} lacks {', '.join(missing)}"
            raise ReviewError(what, "Give it a label in each language.", file=file, line=line)
        if record["type"] not in knowledge.superclasses:
            what = f"the entity '{record['id']}' has the unknown type {record['type']}"
            remedy = "Types are the classes of ontology/bilateral.ttl, without 'bil:'."
            raise ReviewError(what, remedy, file=file, line=line)
        first, last = extraction.sentences[0].begin, extraction.sentences[-1].end
        labels = {code: record[code] for code in ("en", "ka", "az")}
        found.append(
            Proposal(
                expand("id:" + record["id"]), expand("bil:" + record["type"]), labels, first, last
            )
        )
    return found
