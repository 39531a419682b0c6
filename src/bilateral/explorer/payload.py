"""What the explorer's page is given beside the graph: words, questions, kinds, formats, folding."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from babel import Locale

from bilateral.errors import OntologyError, QuestionError
from bilateral.folders import folder
from bilateral.folding import letters
from bilateral.namespaces import expand, prefixes
from bilateral.query.question import LANGUAGES, columns, read_questions, tags
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.query.question import Question

HERE = Path(__file__).parent
# The powers of ten that CLDR has words for.
POWERS = (3, 6, 9, 12)


@cache
def payload() -> dict[str, Any]:
    """The words, questions, kinds, and tables of the page; the same for every graph."""
    classes = _classes()
    kinds = read_yaml(HERE / "kinds.yaml", OntologyError)
    return {
        "texts": texts(),
        "languages": [
            {"id": code, "name": _titled(str(Locale(code).get_display_name(code)))}
            for code in LANGUAGES
        ],
        "formats": {code: _format(code) for code in LANGUAGES},
        "prefixes": prefixes(),
        "folding": letters(),
        "columns": columns(),
        # The page reaches no other endpoint.
        "questions": [_question(q) for q in read_questions() if not q.offline],
        "tags": tags(),
        "kinds": [
            {
                "id": kind["id"],
                "label": _labels(kind["label"], classes),
                "shape": kind["shape"],
                "color": kind["color"],
                "icon": kind["icon"],
            }
            for kind in kinds
        ],
        "classes": _kind_of_classes(kinds, classes),
    }


def payload_json() -> str:
    """The payload as JSON, the same bytes each time."""
    return json.dumps(payload(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def texts() -> dict[str, dict[str, str]]:
    """The words of the interface by key and language. Raises QuestionError for a missing language."""
    given = read_yaml(HERE / "texts.yaml", QuestionError)
    found = {str(key): dict(value) for key, value in given.items()}
    for key, words in found.items():
        if missing := [code for code in LANGUAGES if not str(words.get(code) or "").strip()]:
            what = f"the text '{key}' lacks {', '.join(missing)}"
            raise QuestionError(what, "Translate it.", file=str(HERE / "texts.yaml"))
        # An unquoted comma ends a text there, and what follows it becomes a key.
        if odd := sorted(set(words) - set(LANGUAGES)):
            what = f"the text '{key}' has the unknown language '{odd[0]}'"
            raise QuestionError(what, "Put it in quotes.", file=str(HERE / "texts.yaml"))
    return {key: {code: str(words[code]) for code in LANGUAGES} for key, words in found.items()}


def _question(question: Question) -> dict[str, Any]:
    # The header is given in its parts; in the query it would be read twice.
    lines = [line for line in question.query.splitlines() if not line.startswith("#+")]
    return {
        "name": question.name,
        "folder": question.folder,
        "summary": dict(question.summary),
        "description": dict(question.description),
        "tags": list(question.tags),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "required": parameter.required,
                "help": parameter.help,
                "default": parameter.default,
                "allowed": list(parameter.allowed),
                "variable": parameter.variable,
            }
            for parameter in question.parameters
        ],
        "view": dict(question.view),
        "query": "\n".join(lines).strip() + "\n",
        "form": question.form,
    }


def _classes() -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=str(folder("ontology") / "bilateral.ttl"), format=ox.RdfFormat.TURTLE)
    return store


def _labels(curie: str, classes: ox.Store) -> dict[str, str]:
    found = {
        quad.object.language: quad.object.value
        for quad in classes.quads_for_pattern(
            ox.NamedNode(expand(curie)), ox.NamedNode(expand("rdfs:label")), None
        )
        if isinstance(quad.object, ox.Literal)
    }
    if found:
        return {code: found[code] for code in LANGUAGES}
    # Classes of other vocabularies have no label in ours; the interface has words for them.
    own = texts().get(f"kind.{curie}")
    if own is None:
        what = f"the kind's class {curie} has no label"
        raise OntologyError(what, f"Add kind.{curie} to explorer/texts.yaml.")
    return own


def _kind_of_classes(kinds: Iterable[Any], classes: ox.Store) -> dict[str, str]:
    """The kind of each class: its own, else that of its nearest parent."""
    parent = ox.NamedNode(expand("rdfs:subClassOf"))
    direct = {expand(name): kind["id"] for kind in kinds for name in kind["classes"]}
    found = dict(direct)
    for quad in classes.quads_for_pattern(
        None, ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand("owl:Class"))
    ):
        node: Any = quad.subject
        while node is not None and node.value not in direct:
            above = next(iter(classes.quads_for_pattern(node, parent, None)), None)
            node = above.object if above else None
        if node is not None:
            found[quad.subject.value] = direct[node.value]  # type: ignore[union-attr]
    return dict(sorted(found.items()))


def _titled(name: str) -> str:
    # Georgian has no capitals to begin a name with; its letters' "upper case" is for inscriptions.
    return name[0].upper() + name[1:] if name[0].isascii() else name


def _format(code: str) -> dict[str, Any]:
    """How a language writes dates and numbers, by CLDR."""
    locale = Locale(code)
    day = str(locale.date_formats["long"].pattern)
    month = str(locale.datetime_skeletons["yMMMM"])
    scales = locale.compact_decimal_formats["long"]["other"]
    symbols = locale.number_symbols["latn"]
    return {
        # Dates stand alone or after a day; Georgian and Azerbaijani write the month alike in both.
        "months": [str(locale.months["format"]["wide"][number]) for number in range(1, 13)],
        # An axis has room for the short names only.
        "shortMonths": [
            str(locale.months["format"]["abbreviated"][number]) for number in range(1, 13)
        ],
        "shortDay": str(locale.datetime_skeletons["MMMd"]),
        "shortMonth": str(locale.datetime_skeletons["yMMM"]),
        "day": day,
        "month": month,
        "year": "y",
        "interval": str(locale.interval_formats[None]).replace("\u2009", ""),
        "decimal": str(symbols["decimal"]),
        "group": str(symbols["group"]),
        "minus": str(symbols["minusSign"]),
        "percent": str(locale.percent_formats[None].pattern),
        "scales": {str(power): str(scales["1" + "0" * power].pattern) for power in POWERS},
    }
