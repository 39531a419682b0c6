"""The network as files for other tools: GraphML, GEXF, and two tables, with the measures.

Written here and not by networkx: its GEXF carries the day of writing, and its GraphML differs with
the packages that happen to be installed. Tests read all of it back with networkx.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from bilateral.namespaces import compact
from bilateral.network.measures import NAMES, Measures
from bilateral.query.question import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bilateral.network.layout import Points
    from bilateral.network.ties import Network, Tie

# What XML 1.0 cannot hold, not even escaped.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TYPES = {"int": ("int", "integer"), "float": ("double", "double"), "bool": ("boolean", "boolean"),
         "str": ("string", "string")}  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
THING_TEXTS = ("kind", "classes", *(f"label_{language}" for language in LANGUAGES))
TIE_FIELDS = ("relation", "date", "not_before", "not_after", "fields", "derived", "passages")


def thing_rows(
    network: Network, measures: Mapping[str, Measures], places: Points | None = None
) -> list[dict[str, Any]]:
    """A row a thing: its IRI, names, classes, measures, and place where one was computed."""
    rows = []
    for number, (iri, classes) in enumerate(network.things.items()):
        row: dict[str, Any] = {"iri": iri}
        row |= {f"label_{language}": network.label(iri, language) for language in LANGUAGES}
        row |= {"kind": network.label(classes[0]), "classes": " ".join(map(compact, classes))}
        row |= {name: getattr(measures[iri], name) for name in NAMES}
        if places is not None:
            row["x"], row["y"] = places[number]
        rows.append(row)
    return rows


def tie_rows(network: Network) -> list[dict[str, Any]]:
    """A row a tie, with its sentence and the translation of it."""
    return [{
        "source": tie.thing,
        "relation": compact(tie.relation),
        "target": tie.end,
        "source_label": network.label(tie.thing),
        "relation_label": network.label(tie.relation),
        "target_label": network.label(tie.end),
        **_said(tie),
        "quote": " ".join(tie.passages[0].text.split()) if tie.passages else "",
        "translation": (tie.passages[0].translation or "") if tie.passages else "",
    } for tie in network.ties]  # fmt: skip


def _said(tie: Tie) -> dict[str, Any]:
    return {
        "date": tie.date or "",
        "not_before": tie.not_before or "",
        "not_after": tie.not_after or "",
        "fields": " ".join(map(compact, tie.fields)),
        "derived": tie.derived,
        "passages": " ".join(passage.iri for passage in tie.passages),
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Rows as CSV (RFC 4180)."""
    if not rows:
        return ""
    out = io.StringIO()
    # With both characters in its line ends, the writer quotes values that hold either.
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def cell(value: Any) -> str:  # noqa: ANN401 - of any type in TYPES
    """A value for a table: no spreadsheet takes its text for a formula, no reader chokes on it."""
    if not isinstance(value, str):
        return _text(value)
    value = value.replace("\0", "\ufffd")
    return f"'{value}" if value.startswith(FORMULA) else value


def graphml(network: Network, things: list[dict[str, Any]]) -> str:
    """The network as GraphML: a directed graph that may have several edges between two nodes."""
    fields = _fields(things)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
        ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">',
    ]
    for domain, named in (("node", fields), ("edge", {"label": "str", **_tie_types()})):
        for name, kind in named.items():
            key = _attribute(f"{domain}-{name}")
            lines.append(
                f"<key id={key} for={_attribute(domain)} attr.name={_attribute(name)}"
                f' attr.type="{TYPES[kind][0]}"/>'
            )
    lines.append('<graph edgedefault="directed">')
    for thing in things:
        lines.append(f"<node id={_attribute(thing['iri'])}>")
        lines += [_data("node", name, thing[name]) for name in fields]
        lines.append("</node>")
    for number, (tie, values) in enumerate(_tie_values(network)):
        ends = f"source={_attribute(tie.thing)} target={_attribute(tie.end)}"
        lines.append(f'<edge id="e{number}" {ends}>')
        lines += [_data("edge", name, value) for name, value in values.items() if value != ""]
        lines.append("</edge>")
    lines += ["</graph>", "</graphml>"]
    return "\n".join(lines) + "\n"


def gexf(network: Network, things: list[dict[str, Any]]) -> str:
    """The network as GEXF 1.3, for Gephi: names, measures, places, and when ties held."""
    fields = {name: kind for name, kind in _fields(things).items() if name not in {"x", "y"}}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">',
        '<graph defaultedgetype="directed" mode="dynamic" timeformat="date">',
    ]
    for domain, named in (("node", fields), ("edge", _tie_types())):
        lines.append(f'<attributes class="{domain}">')
        lines += [
            f'<attribute id={_attribute(name)} title={_attribute(name)} type="{TYPES[kind][1]}"/>'
            for name, kind in named.items()
        ]
        lines.append("</attributes>")
    lines.append("<nodes>")
    # The days are those of the thing that has a tie.
    days = {tie.thing: (tie.not_before, tie.not_after) for tie in network.ties}
    for thing in things:
        label = _attribute(thing[f"label_{LANGUAGES[0]}"])
        lines.append(f"<node id={_attribute(thing['iri'])} label={label}>")
        lines += _attvalues({name: thing[name] for name in fields})
        lines += _spells(*days.get(thing["iri"], (None, None)))
        if "x" in thing:
            # Gephi's y goes up, a screen's goes down.
            lines.append(f'<viz:position x="{thing["x"]}" y="{-thing["y"]}"/>')
        lines.append("</node>")
    lines += ["</nodes>", "<edges>"]
    for number, (tie, values) in enumerate(_tie_values(network)):
        label = values.pop("label")
        lines.append(
            f'<edge id="{number}" source={_attribute(tie.thing)} target={_attribute(tie.end)}'
            f" label={_attribute(label)}>"
        )
        lines += _attvalues({name: value for name, value in values.items() if value != ""})
        lines += _spells(tie.not_before, tie.not_after)
        lines.append("</edge>")
    lines += ["</edges>", "</graph>", "</gexf>"]
    return "\n".join(lines) + "\n"


def _fields(things: list[dict[str, Any]]) -> dict[str, str]:
    """The names of all that is told of a thing, with the type of each."""
    texts = dict.fromkeys(THING_TEXTS, "str")
    numbers = Measures.__dataclass_fields__
    measured = {name: str(field.type) for name, field in numbers.items()}
    placed = {"x": "int", "y": "int"} if things and "x" in things[0] else {}
    return texts | measured | placed


def _tie_types() -> dict[str, str]:
    return {name: "bool" if name == "derived" else "str" for name in TIE_FIELDS}


def _tie_values(network: Network) -> Iterator[tuple[Tie, dict[str, Any]]]:
    for tie in network.ties:
        label = network.label(tie.relation)
        yield tie, {"label": label, "relation": compact(tie.relation), **_said(tie)}


def _spells(first: str | None, last: str | None) -> Iterable[str]:
    """When something held; what has no day holds all the time."""
    days = (("start", first), ("end", last))
    told = "".join(f" {name}={_attribute(day)}" for name, day in days if day)
    return (f"<spells><spell{told}/></spells>",) if told else ()


def _attvalues(values: Mapping[str, Any]) -> Iterable[str]:
    yield "<attvalues>"
    for name, value in values.items():
        yield f"<attvalue for={_attribute(name)} value={_attribute(value)}/>"
    yield "</attvalues>"


def _data(domain: str, name: str, value: Any) -> str:  # noqa: ANN401 - of any type in TYPES
    return f'<data key="{domain}-{name}">{escape(_clean(value))}</data>'


def _attribute(value: Any) -> str:  # noqa: ANN401 - of any type in TYPES
    return quoteattr(_clean(value))


def _clean(value: Any) -> str:  # noqa: ANN401 - of any type in TYPES
    return NOT_XML.sub("\ufffd", _text(value))


def _text(value: Any) -> str:  # noqa: ANN401 - of any type in TYPES
    return str(value).lower() if isinstance(value, bool) else str(value)
