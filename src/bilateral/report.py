"""The report of a build: what was found, by whom (which rule, or the review), and what was not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.namespaces import compact, expand

if TYPE_CHECKING:
    from bilateral.build import Build
    from bilateral.model import Extraction, Passage

REVIEW = "review"


def report_of(build: Build) -> dict[str, Any]:
    """The report as plain data, the content of report.json."""
    derived = _derived(build)
    return {
        "quads": len(build.quads),
        "graphs": len({str(q.graph_name) for q in build.quads}),
        "classes": _classes(build),
        "sources": [_source(extraction) for extraction in build.extractions],
        "derived": derived,
        "checks": [
            {
                "rule": p.rule,
                "severity": p.severity,
                "subject": p.subject,
                "detail": p.detail,
                "passage": p.passage,
                "remedy": p.remedy,
            }
            for p in build.problems
        ],
    }


def _classes(build: Build) -> dict[str, int]:
    """How many entities of each class the passages, lexicon, and derivations have."""
    kind, prefix, own = expand("rdf:type"), expand("id:"), expand("bil:")
    typed = {
        (q.subject, q.object)
        for q in build.quads
        if q.predicate.value == kind
        and isinstance(q.subject, ox.NamedNode)
        and q.subject.value.startswith(prefix)
        and isinstance(q.object, ox.NamedNode)
        and q.object.value.startswith(own)
    }
    counts = Counter(compact(obj.value) for _, obj in typed)
    return dict(sorted(counts.items()))


def counts_of(extraction: Extraction) -> dict[str, Any]:
    """How much one source gave."""
    statements = extraction.statements
    rules = sum(s.by != REVIEW for s in statements)
    return {
        "id": extraction.source.id,
        "sha256": extraction.source.sha256,
        "sentences": len(extraction.sentences),
        "passages": len({(s.begin, s.end) for s in statements}),
        "mentions": len(extraction.mentions),
        "statements": len(statements),
        "by_rules": rules,
        "by_review": len(statements) - rules,
        "confirmed": sum(s.confirmed for s in statements),
        "percent_by_rules": round(100 * rules / len(statements), 1) if statements else None,
    }


def _source(extraction: Extraction) -> dict[str, Any]:
    statements = extraction.statements
    by = Counter(s.by for s in statements)
    return {
        **counts_of(extraction),
        "by": dict(sorted(by.items())),
        "nothing_by_rules": [_shown(s) for s in _silent(extraction, rules_only=True)],
        "nothing": [_shown(s) for s in _silent(extraction, rules_only=False)],
        "parties": list(extraction.source.reasons),
        "empty_sections": [s.label for s in extraction.sections if s.empty],
        "proposed": [
            {"id": compact(p.iri), "type": compact(p.type), "labels": p.labels}
            for p in extraction.proposals
            if p.named
        ],
        "claims": [
            {
                "subject": compact(s.subject.value),
                "predicate": compact(s.predicate.value),
                "object": shown_term(s.object),
                "char": [s.begin, s.end],
                "by": s.by,
                "confirmed": s.confirmed,
            }
            for s in statements
        ],
    }


def _silent(extraction: Extraction, *, rules_only: bool) -> list[Passage]:
    """The sentences at whose end no statement ends."""
    ends = {s.end for s in extraction.statements if not (rules_only and s.by == REVIEW)}
    return [s for s in extraction.sentences if s.end not in ends]


def _shown(sentence: Passage) -> dict[str, Any]:
    return {
        "char": [sentence.begin, sentence.end],
        "text": sentence.text,
        "translation": sentence.translation,
    }


def shown_term(term: ox.NamedNode | ox.Literal) -> str:
    """A term with its prefix, or a literal with its language or datatype."""
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    if term.language:
        return f'"{term.value}"@{term.language}'
    return f'"{term.value}"^^{compact(term.datatype.value)}'


def _derived(build: Build) -> dict[str, Any]:
    """How many statements each derivation made, with its reason."""
    home = expand("graph:derived")
    by, reasons = Counter[str](), {}
    for q in build.quads:
        if str(q.graph_name).strip("<>") != home:
            continue
        if q.predicate.value == expand("prov:wasGeneratedBy"):
            by[compact(q.object.value)] += 1  # type: ignore[union-attr]
        if q.predicate.value == expand("rdfs:comment") and isinstance(q.object, ox.Literal):
            reasons[compact(q.subject.value)] = q.object.value  # type: ignore[union-attr]
    return {
        name: {"statements": count, "reason": reasons.get(name, "")}
        for name, count in sorted(by.items())
    }


def summary_of(report: dict[str, Any]) -> str:
    """The report for people, the content of report.md."""
    lines = ["# Report of the build", ""]
    lines += [f"{report['quads']} quads in {report['graphs']} named graphs.", ""]
    for source in report["sources"]:
        lines += _source_lines(source)
    lines += ["## Entities by class", "", "| class | entities |", "| --- | ---: |"]
    lines += [f"| {name} | {count} |" for name, count in report["classes"].items()]
    lines += ["", "## Derived statements", "", "| rule | statements | reason |"]
    lines += ["| --- | ---: | --- |"]
    lines += [
        f"| {name} | {entry['statements']} | {entry['reason']} |"
        for name, entry in report["derived"].items()
    ]
    lines += ["", "## Checks", ""]
    lines += [
        f"- {c['severity']}: {c['rule']}: {c['detail']}: `{c['subject']}`" for c in report["checks"]
    ] or ["All checks passed."]
    return "\n".join(lines) + "\n"


def _source_lines(source: dict[str, Any]) -> list[str]:
    share = source["percent_by_rules"]
    counts = (
        f"{source['statements']} statements from {source['passages']} passages"
        f" ({source['sentences']} sentences, {source['mentions']} mentions):"
        f" {source['by_rules']} by rules ({share if share is not None else 0} %),"
        f" {source['by_review']} by review."
    )
    lines = [
        f"## {source['id']}",
        "",
        counts,
        "",
        "| made by | statements |",
        "| --- | ---: |",
        *(f"| {name} | {count} |" for name, count in source["by"].items()),
        "",
        "### Sentences where rules found nothing",
        "",
    ]
    for sentence in source["nothing_by_rules"]:
        begin, end = sentence["char"]
        translated = f" — {sentence['translation']}" if sentence["translation"] else ""
        lines.append(f"- `char={begin},{end}` {' '.join(sentence['text'].split())}{translated}")
    if not source["nothing_by_rules"]:
        lines.append("None.")
    if source["empty_sections"]:
        lines += ["", "### Announced, and left empty", ""]
        lines += [f"- {label}" for label in source["empty_sections"]]
    if source["proposed"]:
        lines += ["", "### New names to look at", ""]
        lines += [f"- {p['labels'].get('ka', p['id'])} ({p['type']})" for p in source["proposed"]]
    return [*lines, ""]
