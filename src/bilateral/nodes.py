"""The nodes that rules make: their IRIs, from stable keys, and their labels in each language."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bilateral.dates import written
from bilateral.language import languages
from bilateral.model import Proposal
from bilateral.namespaces import expand, slug

if TYPE_CHECKING:
    from collections.abc import Callable

    from bilateral.mentions import Mention, Reading
    from bilateral.rules import Make
    from bilateral.work import Bound, Work

LEFT_BEHIND = re.compile(r"\(\s*\)|(?<=\s),|,\s*(?=$)|,\s*(?=,)")
YEAR = re.compile(r"-(?:19|20)\d\d")
FIELD = re.compile(r"\{([a-z]\w*?)(?:_(words|code|before|lemma|of))?\}")


@cache
def _fields(template: str) -> list[tuple[str, str | None, str]]:
    """The fields of a template, by name and aspect, each with the text after it."""
    parts: list[str] = re.split(FIELD, template)
    named = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return [("", None, parts[0]), *named]


def _filled(template: str, shown: Callable[[str, str | None], str]) -> str:
    return "".join(
        shown(name, aspect) + after if name else after for name, aspect, after in _fields(template)
    )


def type_of(make: Make, bound: Bound) -> str:
    """The local name of the class of the node that a rule makes."""
    name = make.type
    if name.startswith("?"):
        found = bound.get(name[1:], ())
        return str(found[0].value).partition(":")[2] if found else ""
    return name.partition(":")[2] or name


def node_of(make: Make, bound: Bound, reading: Reading, work: Work) -> str | None:
    """The CURIE of the node that a rule makes, registered with its labels."""
    key = _filled(make.id, lambda name, aspect: _key(name, aspect, bound, work, reading))
    value = "id:" + slug(key)
    if value == "id:":
        return None
    if value in work.lexicon.entries:
        return value
    at = bound[make.at][0]
    value = _apart(value, at, work)
    if value not in work.proposals:
        labels = {
            language: _label(text, language, bound, reading, work) for language, text in make.label
        }
        work.proposals[value] = Proposal(
            iri=expand(value),
            type=expand("bil:" + type_of(make, bound)),
            labels=labels,
            begin=at.begin,
            end=at.end,
            named=make.propose,
        )
    return value


def _apart(value: str, at: Mention, work: Work) -> str:
    """The value, with a number where another mention's node already has it.

    Two agreements of one kind and day are two agreements; composed names are one wherever they
    stand, which their rules say by an id of names only.
    """
    if not YEAR.search(value):
        return value
    here = (at.begin, at.end)
    if at.leans_on or work.nodes.setdefault(value, here) == here:
        work.nodes.setdefault(value, here)
        return value
    known = work.numbered.get((value, here))
    if known is not None:
        return known
    # Up to the last number given all are others'; to ask them again takes the square of them.
    number = work.numbers.get(value, 1)
    while True:
        number += 1
        candidate = f"{value}-{number}"
        if work.nodes.setdefault(candidate, here) == here:
            work.numbers[value] = number
            work.numbered[(value, here)] = candidate
            return candidate


def _key(name: str, aspect: str | None, bound: Bound, work: Work, reading: Reading) -> str:
    if name == "source":
        return work.source.id
    found = bound.get(name, ())
    if aspect == "code" and found and found[0].entry:
        return found[0].entry.code.lower()
    if aspect is not None:
        return _side(found, aspect, bound, reading, work)
    parts = []
    for mention in found[:3]:
        if mention.span is not None:
            parts.append(mention.span.key)
        elif mention.value:
            parts.append(mention.value.partition(":")[2] or mention.value)
        else:
            parts.append(_words(mention, reading))
    return "-".join(parts)


def _label(template: str, language: str, bound: Bound, reading: Reading, work: Work) -> str:
    def shown(name: str, aspect: str | None) -> str:
        found = bound.get(name, ())
        if aspect == "of":
            return ", ".join(
                work.knowledge.following(m.value, language)
                or _genitive(_name(m, language, reading, work), language)
                for m in found
            )
        if aspect:
            return _side(found, aspect, bound, reading, work)
        return ", ".join(_name(m, language, reading, work) for m in found)

    text = _filled(template, shown)
    # An optional slot that found nothing leaves its brackets or comma behind.
    text = LEFT_BEHIND.sub("", text)
    return " ".join(text.split()).strip(" ,–-")


def _side(
    found: tuple[Mention, ...], aspect: str, bound: Bound, reading: Reading, work: Work
) -> str:
    """A slot's words, the words from the first slot to it, or its dictionary form."""
    if not found:
        return ""
    if aspect == "before":
        begin = min(m.begin for mentions in bound.values() for m in mentions)
        return _text(reading, begin, found[0].begin).strip('" ')
    if aspect == "lemma":
        return _dictionary_form(found[0], reading, work)
    return _words_of(found, reading)


def _dictionary_form(mention: Mention, reading: Reading, work: Work) -> str:
    """That of the names of a word's meaning which stands here in one of its cases."""
    if mention.entry is None:
        return ""
    language = work.lexicon.language
    words = _words(mention, reading)
    forms = {words, *language.analyse(words)}
    names = mention.entry.names
    return next((n for n in names if language.fold(n) in forms), names[0])


def _name(mention: Mention, language: str, reading: Reading, work: Work) -> str:
    if mention.span is not None:
        return written(mention.span, language)
    label = work.knowledge.label(mention.value, language)
    if label:
        return label
    if mention.entry is not None and mention.entry.geoname:  # a city that no file of ours has
        return dict(mention.entry.labels)[language]
    proposal = work.proposals.get(mention.value or "")
    if proposal and language in proposal.labels:
        return proposal.labels[language]
    text = mention.value if mention.is_a({"quote", "number", "quantity", "ordinal"}) else None
    text = text or _words(mention, reading)
    return text if language == "ka" else work.knowledge.romanised(text)


def _genitive(name: str, language: str) -> str:
    """A name as it stands before what is its (the Georgian "sakartvelos" of "sakartvelo"), by the language's table."""
    known = languages().get(language)
    for ending, genitive in (known.tables.get("genitive", {}) if known else {}).items():
        if name.endswith(ending):
            return name.removesuffix(ending) + str(genitive)
    return name


def _text(reading: Reading, begin: int, end: int) -> str:
    """The words between two page offsets: with their capitals where the language has names so."""
    shown = reading.text if any(token.written for token in reading.tokens[:1]) else reading.folded
    return shown[begin - reading.begin : end - reading.begin]


def _words(mention: Mention, reading: Reading) -> str:
    return _text(reading, mention.begin, mention.end)


def _words_of(found: tuple[Mention, ...], reading: Reading) -> str:
    if not found:
        return ""
    begin, end = min(m.begin for m in found), max(m.end for m in found)
    return _text(reading, begin, end).strip('" ')
