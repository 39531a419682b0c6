"""From one page to statements, each with the words that make it.

`read → passages → mentions → claims`: sentences are read in order; in each, mentions are found,
names composed, and every rule tried. The result says which rule made which statement from which
span of the page. A pure function of the page and the knowledge: no clock, network, or chance.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.amounts import UNITS, unit_of_heading
from bilateral.compose import Composed, compose_all
from bilateral.context import Context
from bilateral.frames import proper_names, quotes, subjects
from bilateral.lexicon import Entry
from bilateral.mentions import Mention, Reading, Spans, read_sentence
from bilateral.model import Extraction, Passage, Section, Statement
from bilateral.model import Mention as Marked
from bilateral.namespaces import expand, node
from bilateral.nodes import node_of, type_of
from bilateral.parts import COMMON
from bilateral.patterns import choose, fitting, measuring
from bilateral.review import apply_review
from bilateral.roles import settle
from bilateral.tables import cell_readings, reads_like_a_line
from bilateral.templates import Slot, term_of
from bilateral.work import Bound, Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bilateral.knowledge import Knowledge
    from bilateral.language import Language
    from bilateral.page import Sentence
    from bilateral.patterns import Want
    from bilateral.rules import Rule
    from bilateral.sources import Source
    from bilateral.templates import Part, Term

LANGUAGES = ("en", "ka", "az")
MARKED = ("id:", "concept:")
FOREIGN_LETTERS = 40  # a shorter run of other letters is a name, an address, an abbreviation
FOREIGN_SHARE = 0.15
URL = re.compile(r"https?://[^\s<>\"„“”»)]+[^\s<>\"„“”»).,;]")


def extract(source: Source, knowledge: Knowledge) -> Extraction:
    """All statements, mentions, and proposals of a source's page, with its review applied."""
    return apply_review(_finished(gather(source, knowledge)), source, knowledge)


def gather(source: Source, knowledge: Knowledge) -> Work:
    """What the rules alone say of a source's page, each rule by itself."""
    context = Context(source.id, source.reporter, source.partner)
    work = Work(source, knowledge, context)
    rules = knowledge.rules(source.page.language)
    head: Reading | None = None
    for sentence in source.page.sentences:
        reading = read(sentence, work)
        head = reading if sentence.row == 1 else head
        if not sentence.row or reads_like_a_line(reading):
            read_as: Iterable[Reading] = [reading]
        elif sentence.row > 1 and head is not None:
            read_as = cell_readings(reading, head, work.lexicon)
        else:
            read_as = []
        if _is_foreign(sentence, source.page.language):
            read_as = []
        for found in read_as:
            for rule in rules.trying(found.kinds):
                if not (rule.of_reporter and source.reporter is None):
                    _apply(rule, found, work)
        _mark(reading, work)
        context.readings.appendleft(reading)
        if sentence.heading:
            context.heading = reading
            unit = unit_of_heading(reading, work.lexicon)
            # Only a heading of its own line ends what the one before it said of the numbers.
            if unit or not sentence.text.endswith(":"):
                context.unit = unit
    return work


def _is_foreign(sentence: Sentence, language: Language) -> bool:
    """Whether a sentence is in other letters than its page: another language, not a name in it."""
    letters = sum(map(str.isalpha, sentence.text))
    return letters >= FOREIGN_LETTERS and language.share_of_letters(sentence.text) < FOREIGN_SHARE


def read(sentence: Sentence, work: Work) -> Reading:
    """The reading of one sentence with composed names, and the statements these names make."""
    work.context.section = sentence.section
    scan = work.source.scans.pop(sentence.text, None) or work.lexicon.scan(sentence.text)
    reading = read_sentence(sentence.begin, sentence.text, scan, work.lexicon, work.context)
    reading.section = sentence.section
    reading.mentions += list(quotes(reading, sentence.text))
    reading.mentions += list(proper_names(reading, work.lexicon))
    reading.mentions += [
        Mention(sentence.begin + m.start(), sentence.begin + m.end(), frozenset({"url"}), m.group())
        for m in URL.finditer(sentence.text)
    ]
    reading.mentions.append(
        Mention(sentence.begin, sentence.end, frozenset({"whole"}), sentence.text)
    )
    if sentence.heading:
        reading.mentions.append(
            Mention(sentence.begin, sentence.end, frozenset({"heading"}), sentence.text)
        )
    if sentence.begin in work.empty_headings:
        reading.mentions.append(
            Mention(sentence.begin, sentence.end, frozenset({"empty-heading"}), sentence.text)
        )
    rules = work.knowledge.rules(work.source.page.language).composing
    compose_all(rules, reading, work.lexicon, lambda composed: _composed(composed, reading, work))
    settle(reading, work.lexicon)
    about = list(subjects(reading, work.lexicon))
    if about:
        spans = Spans(about)
        for mention in reading.mentions:
            if spans.hold(mention.begin, mention.end):
                mention.roles |= {"about"}
        reading.mentions = about + reading.mentions
    reading.finish()
    return reading


def _composed(composed: Composed, reading: Reading, work: Work) -> list[Mention]:
    """The mentions of one composed name: one for each member of its list."""
    rule = composed.rule
    make = rule.make
    if make is None:
        return []
    listed = next((n for n, want in rule.parts if want.list and n == rule.each), None)
    members = composed.parts[listed] if listed else (None,)
    named: list[Mention] = []
    for member in members:
        bound = dict(composed.parts)
        if listed and member:
            bound[listed] = (member,)
        begin, end = composed.begin, composed.end
        if member is not None and len({m.begin for m in members if m}) > 1:
            # The last of a list, or the first where the head stands before it, has the head's words.
            first = composed.head.begin < composed.parts[str(listed)][0].begin
            begin = composed.begin if first and member is members[0] else member.begin
            end = composed.end if member is members[-1] else member.end
        value = node_of(make, bound, reading, work)
        if value is None:
            continue
        kinds = work.knowledge.superclasses.get(type_of(make, bound), frozenset())
        entry = work.lexicon.entries.get(value)
        roles = composed.head.roles
        mention = Mention(begin, end, kinds, value, roles, entry=entry or None)
        if mention.entry is None:
            mention = replace(mention, entry=Entry(value, kinds, origin="composed"))
        named.append(mention)
        _say(rule, {**bound, make.node: (mention,)}, reading, work)
    return named


def _apply(rule: Rule, reading: Reading, work: Work) -> None:
    """Try a rule on a reading: once for each mention that its anchor fits."""
    _, want = rule.find[0]
    blocked = {m.part for want in rule.unless for m in fitting(want, reading)}
    if COMMON in blocked:
        return
    anchors = fitting(want, reading)
    if want.free:
        made = {(m.begin, m.end) for m in reading.of_kinds(["made"])}
        anchors = [m for m in anchors if (m.begin, m.end) not in made]
    for anchor in anchors:
        if blocked and (anchor.part in blocked or anchor.part == COMMON):
            continue
        start = {"reporter": _default("reporter", anchor, work), rule.anchor: (anchor,)}
        for bound in list(_bindings(rule, 1, start, reading, anchors, work)):
            _fire(rule, bound, reading, work)


def _bindings(
    rule: Rule,
    position: int,
    bound: Bound,
    reading: Reading,
    anchors: list[Mention],
    work: Work,
) -> Iterator[Bound]:
    """Every way to fill the slots from a position on: one for each member of the `each` slot."""
    if position == len(rule.find):
        yield bound
        return
    anchor = bound[rule.anchor][0]
    name, want = rule.find[position]
    found = choose(want, anchor, bound, reading, anchors)
    if not found and (want.back or want.headed) and reading.kinds.isdisjoint(want.stay):
        found = _earlier(want, bound, work)
    if not found and want.default:
        found = _default(want.default, anchor, work)
        if found and want.is_ and not found[0].is_a(want.is_):
            return  # the page's partner is no state, and silence means it
    if not found and not want.optional:
        return
    members = [(member,) for member in found] if rule.each == name else [found]
    for member in members:
        yield from _bindings(rule, position + 1, {**bound, name: member}, reading, anchors, work)


def _earlier(want: Want, bound: Bound, work: Work) -> tuple[Mention, ...]:
    """What a slot asks for, in the nearest of the few sentences before of the same section."""
    # Under a heading that is a year, what has no date of its own is of that year.
    headed = "date" in want.is_ and work.context.headed_year() is not None
    for reading in list(work.context.readings)[: 0 if headed else want.back]:
        if reading.section != work.context.section:
            break
        found = measuring(want, fitting(want, reading), bound)
        found = [m for m in found if not m.is_a(want.back_not)]
        if found:
            return (_from_earlier(found[-1] if want.earlier else found[0], reading),)
    # What a heading says holds for all that stands under it.
    heading = work.context.heading
    if heading is not None and heading.section == work.context.section:
        found = measuring(want, fitting(want, heading), bound)
        if found:
            return tuple(_from_earlier(m, heading) for m in (found if want.many else found[:1]))
    return ()


def _from_earlier(mention: Mention, reading: Reading) -> Mention:
    return replace(mention, leans_on=mention.leans_on or (reading.begin, reading.end))


def _default(name: str, anchor: Mention, work: Work) -> tuple[Mention, ...]:
    """The page's reporter or partner, where a rule says that silence means one of them."""
    value = work.source.reporter if name == "reporter" else work.source.partner
    entry = work.lexicon.entries.get(value or "")
    if entry is None:
        return ()
    return (Mention(anchor.begin, anchor.end, entry.kinds, entry.value, entry=entry),)


def _fire(rule: Rule, bound: Bound, reading: Reading, work: Work) -> None:
    if rule.make is not None:
        at = bound[rule.make.at][0]
        value = at.value if (at.value or "").startswith("id:") else None
        value = value or node_of(rule.make, bound, reading, work)
        if value is None:
            return
        kinds = work.knowledge.superclasses.get(type_of(rule.make, bound), frozenset())
        if at.value == value:
            made = at
        else:
            made = replace(at, value=value, kinds=kinds | {"made"}, nested=False, span=None)
        bound = {**bound, rule.make.node: (made,)}
        if not reading.has(made):
            # Later rules and sentences find the node where its words stand.
            reading.add(made)
    if rule.marks is not None:
        for mention in bound.get(rule.marks.at, ()):
            value = rule.marks.value or mention.value
            reading.add(replace(mention, kinds=mention.kinds | {rule.marks.kind}, value=value))
    _say(rule, bound, reading, work)


def _say(rule: Rule, bound: Bound, reading: Reading, work: Work) -> None:
    """Add the statements of a rule whose slots are filled, each in its smallest passage."""
    parts, triples = rule.saying
    terms = [_terms(part, bound, work) for part in parts]
    begins = [_leaning(part, bound, reading.begin) for part in parts]
    end, name, said = reading.end, rule.name, work.statements
    for s, p, o in triples:
        begin = min(begins[s], begins[o])
        for subject in terms[s]:
            if not isinstance(subject, ox.NamedNode):
                continue
            for predicate in terms[p]:
                if not isinstance(predicate, ox.NamedNode):
                    continue
                said += [
                    Statement(subject, predicate, obj, begin, end, name)
                    for obj in terms[o]
                    if subject != obj
                ]


def _leaning(part: Part, bound: Bound, begin: int) -> int:
    """Where the passage begins that what fills a part leans on."""
    if isinstance(part, Slot):
        for mention in bound.get(part.name, ()):
            if mention.leans_on and mention.leans_on[0] < begin:
                begin = mention.leans_on[0]
    return begin


def _terms(part: Part, bound: Bound, work: Work) -> list[Term]:
    if not isinstance(part, Slot):
        return [part]
    if part.name not in bound:
        value = _of_page(part.name, work)
        return [node(value)] if value else []
    text, language = work.source.page.text, work.source.page.language.code
    found = []
    for mention in bound[part.name]:
        words = ""
        if part.aspect == "text":
            quoted = mention.value if "quote" in mention.kinds else None
            words = quoted or text[mention.begin : mention.end]
        term = term_of(mention, part.aspect, words, language)
        if term is not None:
            found.append(term)
    return found


def _of_page(name: str, work: Work) -> str | None:
    """What a template may name that no slot holds: the page, and whose it is and about whom."""
    if name == "source":
        return "source:" + work.source.id
    if name == "reporter":
        return work.source.reporter
    return work.source.partner if name == "partner" else None


def _mark(reading: Reading, work: Work) -> None:
    """Remember the mentions of entities and concepts for the reader to see."""
    text, marks, cases = work.source.page.text, work.marks, work.knowledge.case_names
    for mention in reading.mentions:
        value = mention.value
        if not value or not value.startswith(MARKED) or not mention.kinds.isdisjoint(UNITS):
            continue
        begin, end = mention.begin, mention.end
        key = (begin, end, value)
        if key not in marks:
            case, anaphor = _read_roles(mention.roles, cases)
            kind = "anaphor" if anaphor else "nested" if mention.nested else "outer"
            marks[key] = Marked(begin, end, text[begin:end], expand(value), case, kind)


@lru_cache(maxsize=5_000)
def _read_roles(roles: frozenset[str], cases: frozenset[str]) -> tuple[str | None, bool]:
    """The first of the roles that is a case, and whether they are those of an anaphor."""
    return min(roles & cases, default=None), not roles.isdisjoint({"both", "anaphor"})


def _finished(work: Work) -> Extraction:
    """What was gathered, once for each statement and place, in order of the page."""
    unique: dict[tuple[object, ...], Statement] = {}
    for s in work.statements:
        key = (s.subject, s.predicate, s.object, s.begin, s.end)
        unique.setdefault(key, s)
    page = work.source.page
    return Extraction(
        source=work.source,
        sections=tuple(
            Section(h.begin, h.end, h.text, h.section_end, h.empty) for h in page.headings
        ),
        sentences=tuple(
            Passage(
                work.source.id, s.begin, s.end, s.text, s.section, work.source.translate(s.text)
            )
            for s in page.sentences
        ),
        mentions=tuple(sorted(work.marks.values(), key=lambda m: (m.begin, m.end, m.target))),
        statements=tuple(unique.values()),
        proposals=tuple(work.proposals.values()),
    )
