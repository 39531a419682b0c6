"""Exports, as the tools that they are for take them: nothing lost, nothing that does harm."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import resource
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal

import networkx as nx
import pyoxigraph as ox
import pytest
from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from antlr4_cypher import CypherLexer, CypherParser
from click.testing import CliRunner

from bilateral import publish
from bilateral.cli import main
from bilateral.export.commands import FORMATS
from bilateral.export.quads import place_of
from bilateral.namespaces import compact, expand, turtle_prefixes
from bilateral.ntriples import value_of

from .conftest import ROOT
from .serving import bilateral_server, oxigraph_server

TYPE, REIFIES = expand("rdf:type"), expand("rdf:") + "reifies"
DERIVED = expand("graph:derived")
PARTS = [expand(f"rdf:{name}") for name in ("subject", "predicate", "object")]
RDF12 = {"graph.nt": ox.RdfFormat.N_TRIPLES, "graph.ttl": ox.RdfFormat.TURTLE,
         "graph.trig": ox.RdfFormat.TRIG}  # fmt: skip
HOSTILE = [
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", 'say "yes"', "two\nlines", "a,b;c|d",
    "nul \0 here", "unit \x1f separator", "back\\slash\\", "it's", "`); MATCH (n) DETACH DELETE n; //",
    "</script><script>alert(1)</script>", "\u2028 and \u2029", "🇬🇪 ქართული", "' + '", "\\u0027", "$x {y}",
]  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


@pytest.fixture(scope="session")
def exported(built, tmp_path_factory):
    """The folder of each export of the built graph."""
    place = tmp_path_factory.mktemp("exported")
    for form in FORMATS:
        done = run(form, "--graph", built, "--out", place / form)
        assert done.exit_code == 0, done.output
        assert not done.stdout
    return place


@pytest.fixture(scope="module")
def quads(built):
    return set(ox.parse(path=str(built / "graph.nq")))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Exports of a graph whose every text is an attack, by format."""
    place = tmp_path_factory.mktemp("hostile")
    passage = "<https://w3id.org/bilateral/source/x#char=0,9>"
    lines = [
        f"graph:sources {{ source:x a bil:Source . {passage} a bil:Passage ; nif:anchorOf {said(HOSTILE[7], 'ka')} }}"
    ]
    for number, text in enumerate(HOSTILE):
        lines += [
            f"graph:lexicon {{ id:h{number:02} a bil:Company ; rdfs:label {said(text, 'en')} ; skos:altLabel"
            f" {said(text, 'ka')} , {said(text + '2', 'ka')} }}",
            f"{passage} {{ id:h{number:02} bil:party id:h00 ; bil:aboutText {said(text, 'ka')} ;"
            f" <https://w3id.org/bilateral/ontology#odd-name.{number}> {said(text)} }}",
        ]
    lines += [
        "graph:lexicon { id:odd a <https://w3id.org/bilateral/ontology#Odd%20'Class;x> , bil:City ;"
        ' bil:notBefore "no day"^^xsd:date ; bil:scopeSize "99999999999999999999"^^xsd:integer ;'
        " geo:hasGeometry id:g }",
        'graph:lexicon { id:g geo:asWKT "POINT(999 1.2.3)"^^geo:wktLiteral }',
    ]  # fmt: skip
    file = place / "hostile.trig"
    text = turtle_prefixes() + "\n".join(f"GRAPH {line}" for line in lines)
    file.write_text(text, encoding="utf-8", newline="\n")
    for form in FORMATS:
        done = run(form, "--graph", file, "--out", place / form)
        assert done.exit_code == 0, done.output
    return place


def said(text, language=""):
    return str(ox.Literal(text, language=language) if language else ox.Literal(text))


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---------------------------------------------------------------- all of them


def test_an_export_is_the_same_every_time(built, exported, tmp_path):
    for form in FORMATS:
        out = tmp_path / form
        environment = os.environ | {"PYTHONHASHSEED": "77", "TZ": "Asia/Tbilisi", "LC_ALL": "C"}
        subprocess.run(
            [sys.executable, "-m", "bilateral", "export", form, "--graph", built, "--out", out],
            env=environment | {"PYTHONPATH": str(ROOT / "src")}, check=True, capture_output=True,
        )  # fmt: skip
        found = {path.name: path.read_bytes() for path in out.iterdir()}
        assert found == {path.name: path.read_bytes() for path in (exported / form).iterdir()}


def test_it_may_be_written_again_and_a_failure_leaves_the_last_one(built, tmp_path, monkeypatch):
    out = tmp_path / "out"
    assert run("csv", "--graph", built, "--out", out).exit_code == 0
    assert run("nquads", "--graph", built, "--out", out).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert set(before) == {"graph.nq", "export.json"}

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(publish, "_swap", stop)
    assert run("csv", "--graph", built, "--out", out).exit_code == 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_others_is_not_replaced(built, tmp_path):
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    done = run("csv", "--graph", built, "--out", tmp_path)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 2
    # Nor a build by an export: it is another thing.
    done = run("csv", "--graph", built, "--out", built)
    assert done.exit_code == 1
    assert (built / "graph.nq").exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("none.nq", None, 2), ("bad.nq", "no quads", 1), ("odd.xyz", "x", 2), ("half.ttl", "<urn:a> <urn:b>", 1)],
)  # fmt: skip
def test_what_is_no_graph_is_told_in_two_lines(name, content, code, tmp_path):
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = run("csv", "--graph", tmp_path / name, "--out", tmp_path / "out")
    assert done.exit_code == code
    assert len(done.stderr.splitlines()) == 2
    assert not (tmp_path / "out").exists()
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_a_full_disk_is_told(built, tmp_path):
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from bilateral.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "export", "csv", "--graph", built, "--out", tmp_path / "o"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_graph_is_exported_too(form, tmp_path):
    (tmp_path / "empty.nq").write_text("", encoding="utf-8")
    done = run(form, "--graph", tmp_path / "empty.nq", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output


def test_memory_does_not_grow_with_the_graph(tmp_path):
    used = {}
    for size in (2_000, 40_000):
        file = tmp_path / f"{size}.nq"
        with file.open("w", encoding="utf-8") as out:
            for n in range(size):
                passage = f"<https://w3id.org/bilateral/source/p{n // 50}#char={n},{n + 9}>"
                thing, other = (f"<{expand('id:')}t{m}>" for m in (n, n * 7 % size))
                home = f"<{expand('graph:lexicon')}>"
                out.write(f"{thing} <{TYPE}> <{expand('bil:Company')}> {home} .\n"
                          f'{thing} <{expand("rdfs:label")}> "Company {n} {"x" * 200}"@en {home} .\n'
                          f"{thing} <{expand('bil:party')}> {other} {passage} .\n"
                          f'{thing} <{expand("bil:notBefore")}> "2010-01-01"^^<{expand("xsd:date")}> {passage} .\n')  # fmt: skip
        for form in ("csv", "neo4j", "cypher", "nquads", "rdf12"):
            code = ("import resource, sys; from bilateral.cli import main\n"
                    "try: main(sys.argv[1:])\n"
                    "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)")  # fmt: skip
            done = subprocess.run(
                [sys.executable, "-c", code, "export", form, "--graph", file, "--out", tmp_path / "o"],
                env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=True,
            )  # fmt: skip
            used[form, size] = int(done.stdout.split()[-1])
    # SQLite's cache fills, and two tables of names; twenty times the graph is not twice the memory.
    for form in ("csv", "neo4j", "cypher", "nquads", "rdf12"):
        assert used[form, 40_000] < used[form, 2_000] + 90_000, used
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0


# ---------------------------------------------------------------- endpoints


@pytest.mark.parametrize("server", ["ours", "oxigraph"])
def test_an_endpoint_is_exported_as_its_file_is(server, built, exported, tmp_path):
    with contextlib.ExitStack() as running:
        if server == "ours":
            endpoint = running.enter_context(bilateral_server(built)) + "/sparql"
        else:
            endpoint = running.enter_context(oxigraph_server(built / "graph.nq", tmp_path / "data"))
        for form in ("nquads", "csv"):
            done = run(form, "--endpoint", endpoint, "--out", tmp_path / form)
            assert done.exit_code == 0, done.output
    # The servers keep numbers by value, and name blank nodes in their own way.
    kept = ox.Store()
    kept.bulk_load(path=str(built / "graph.nq"))
    got = ox.Store()
    got.bulk_load(path=str(tmp_path / "nquads" / "graph.nq"))
    assert canonical(got) == canonical(kept)
    for path in (exported / "csv").glob("*.csv"):
        assert Counter(map(str, rows(tmp_path / "csv" / path.name))) == Counter(
            str(row).replace("nonNegativeInteger", "integer") for row in rows(path)
        ), path.name


def canonical(given):
    dataset = ox.Dataset(given)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


# ---------------------------------------------------------------- RDF


def test_nquads_are_those_of_the_build(built, exported):
    assert (exported / "nquads" / "graph.nq").read_bytes() == (built / "graph.nq").read_bytes()


def test_nquads_of_another_form_are_the_same(built, tmp_path):
    assert run("nquads", "--graph", built / "graph.trig", "--out", tmp_path / "o").exit_code == 0
    assert canonical(ox.parse(path=str(tmp_path / "o" / "graph.nq"))) == canonical(
        ox.parse(path=str(built / "graph.nq"))
    )


def reified(path, form):
    """What a file in RDF 1.2 says: by passages, by reasons, and plainly, with its graphs."""
    passages, reasons, plain = set(), {}, set()
    for quad in ox.parse(path=str(path), format=form):
        if quad.predicate.value != REIFIES:
            plain.add(quad)
        elif place_of(str(quad.subject)):
            passages.add((*quad.object, quad.subject))
        else:
            reasons[quad.subject] = (*quad.object,)
    return passages, reasons, plain


@pytest.mark.parametrize("name", RDF12)
def test_every_statement_comes_back_with_its_passages(name, exported, quads):
    passages, reasons, plain = reified(exported / "rdf12" / name, RDF12[name])
    said = {(q.subject, q.predicate, q.object, q.graph_name) for q in quads
            if place_of(str(q.graph_name))}  # fmt: skip
    assert passages == said
    assert len({passage for *_, passage in passages}) > 50
    told = {}
    for q in quads:
        if q.graph_name.value == DERIVED and q.predicate.value in PARTS:
            told.setdefault(q.subject, {})[q.predicate.value] = q.object
    assert reasons == {why: tuple(parts[p] for p in PARTS) for why, parts in told.items()}
    # Whatever is reified is said too, and all else is as it was.
    left = {q.triple for q in quads if not (q.subject in told and q.predicate.value in PARTS)}
    assert {q.triple for q in plain} == left


def test_trig_holds_the_whole_dataset(exported, quads):
    passages, reasons, plain = reified(exported / "rdf12" / "graph.trig", ox.RdfFormat.TRIG)
    back = {ox.Quad(*statement) for statement in passages}
    back |= {q for q in plain if q.graph_name != ox.DefaultGraph()}
    for why, parts in reasons.items():
        back |= {ox.Quad(why, ox.NamedNode(p), o, ox.NamedNode(DERIVED))
                 for p, o in zip(PARTS, parts, strict=True)}  # fmt: skip
    assert back == quads


def test_strange_texts_come_back_in_rdf(hostile):
    given = set(ox.parse(path=str(hostile / "hostile.trig")))
    assert set(ox.parse(path=str(hostile / "nquads" / "graph.nq"))) == given
    for name, form in RDF12.items():
        passages, _, _ = reified(hostile / "rdf12" / name, form)
        assert passages == {(q.subject, q.predicate, q.object, q.graph_name) for q in given
                            if place_of(str(q.graph_name))}  # fmt: skip


# ---------------------------------------------------------------- tables


FITS = {
    "string": lambda _: True,
    "integer": int,
    "number": Decimal,
    "date": date.fromisoformat,
    "boolean": {"true": True, "false": True}.__getitem__,
    "duration": re.compile(r"P[0-9YMDTHS]+").fullmatch,
}


@pytest.mark.parametrize("source", ["exported", "hostile"])
def test_tables_are_what_the_data_package_says(source, request):
    folder = request.getfixturevalue(source) / "csv"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "tabular-data-package"
    assert len({resource["name"] for resource in package["resources"]}) == len(package["resources"])
    listed = {resource["path"]: resource for resource in package["resources"]}
    assert set(listed) == {path.name for path in folder.glob("*.csv")}
    for name, told in listed.items():
        assert re.fullmatch(r"[a-z0-9._-]+", told["name"])
        assert told["bytes"] == (folder / name).stat().st_size
        fields = {field["name"]: field for field in told["schema"]["fields"]}
        found = rows(folder / name)
        for row in found:
            assert list(row) == list(fields)
            for column, text in row.items():
                field = fields[column]
                assert not text or FITS[field["type"]](text) is not None, (name, column, text)
                if text and field.get("format") == "uri":
                    assert re.match(r"[a-z][a-z0-9+.-]*:", text), (name, column, text)
        for key in told["schema"].get("primaryKey", ()):
            keys = [row[key] for row in found]
            assert len(keys) == len(set(keys))
            assert all(keys)


def test_every_statement_has_its_words(exported, quads):
    found = rows(exported / "csv" / "statements.csv")
    said = [row for row in found if row["derived"] == "false"]
    texts = {
        q.subject.value: q.object.value
        for q in quads
        if q.predicate.value == expand("nif:isString")
    }
    assert Counter((r["subject"], r["predicate"], r["object"], r["passage"]) for r in said) == Counter(
        (q.subject.value, q.predicate.value, value_of(str(q.object)).text, q.graph_name.value)
        for q in quads if place_of(str(q.graph_name))
    )  # fmt: skip
    for row in said:
        begin, end = int(row["begin"]), int(row["end"])
        assert texts[row["source"]][begin:end] == row["quote"]
    derived = [row for row in found if row["derived"] == "true"]
    assert len(derived) == len({q.subject for q in quads if q.predicate.value == PARTS[0]})
    assert all(row["because"] and row["rules"] and not row["quote"] for row in derived)


def test_a_table_has_a_row_for_each_thing_of_its_class(exported, quads):
    (memorandum,) = rows(exported / "csv" / "Memorandum.csv")
    assert memorandum["iri"].endswith("memorandum-2008-11")
    assert (memorandum["notBefore"], memorandum["term"]) == ("2008-11-01", "P5Y")
    assert memorandum["party_label"] == (
        "Ministry of Energy of Georgia | State Oil Company of the Azerbaijan Republic (SOCAR)"
    )
    kinds = Counter(compact(q.object.value) for q in {
        (q.subject, q.predicate, q.object): q for q in quads
        if q.predicate.value == TYPE and q.object.value.startswith(expand("bil:"))
    }.values())  # fmt: skip
    for kind in ("bil:City", "bil:Observation", "bil:Passage", "bil:Cooperation"):
        assert len(rows(exported / "csv" / f"{kind.partition(':')[2]}.csv")) == kinds[kind]


def test_no_cell_is_a_formula(hostile):
    for form in ("csv", "gephi"):
        for path in (hostile / form).glob("*.csv"):
            for row in rows(path):
                for text in row.values():
                    number = re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", text)
                    assert number or not text.startswith(("=", "+", "-", "@", "\t", "\r")), (path.name, text)  # fmt: skip


def test_strange_texts_come_back_in_tables(hostile):
    found = {row["iri"][-2:]: row for row in rows(hostile / "csv" / "Company.csv")}
    for number, text in enumerate(HOSTILE):
        shown = text.replace("\0", "\ufffd")
        assert found[f"{number:02}"]["label_en"] in {shown, f"'{shown}"}
    (odd,) = rows(hostile / "csv" / "City.csv")
    assert odd["notBefore"] == "no day"


# ---------------------------------------------------------------- Neo4j


NODE = re.compile(
    r"\w+:(string|long|double|boolean|date|duration|point\{crs:WGS-84\})(\[\])?", re.ASCII
)
BETWEEN = "\x1f"


def imported(folder):
    """Nodes and relationships as the importer takes them, from the command that it is given."""
    command = (folder / "import.sh").read_text(encoding="utf-8")
    nodes, lines = {}, []
    for name in re.findall(r"--nodes=(\S+)", command):
        for row in taken(folder / name, ["iri:ID", ":LABEL"]):
            assert row["iri:ID"] not in nodes
            nodes[row["iri:ID"]] = row
    for name in re.findall(r"--relationships=(\S+)", command):
        lines += taken(folder / name, [":START_ID", ":END_ID", ":TYPE"])
    used = set(re.findall(r"=(\S+\.csv)", command))
    assert used == {path.name for path in folder.glob("*.csv")}
    assert "--array-delimiter=U+001F" in command
    assert "--multiline-fields=true" in command
    return nodes, lines


def taken(path, first):
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        assert header[: len(first)] == first
        assert len(header) == len(set(header))
        for name in header[len(first) :]:
            assert NODE.fullmatch(name), name
        for row in reader:
            assert len(row) == len(header)
            yield dict(zip(header, row, strict=True))


READS = {
    "string": lambda _: True,
    "long": lambda text: -(2**63) <= int(text) < 2**63,
    "double": lambda text: float(text) < 1e300,
    "boolean": {"true": True, "false": True}.__getitem__,
    "date": date.fromisoformat,
    "duration": FITS["duration"],
    "point{crs:WGS-84}": re.compile(r"\{latitude:-?[0-9.]+, longitude:-?[0-9.]+\}").fullmatch,
}


@pytest.mark.parametrize("source", ["exported", "hostile"])
def test_the_importer_finds_what_it_needs(source, request):
    nodes, lines = imported(request.getfixturevalue(source) / "neo4j")
    for line in lines:
        assert line[":START_ID"] in nodes
        assert line[":END_ID"] in nodes
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", line[":TYPE"])
    for row in (*nodes.values(), *lines):
        for name, text in row.items():
            kind = name.partition(":")[2]
            assert "\0" not in text
            if text and kind not in {"ID", "LABEL", "START_ID", "END_ID", "TYPE"}:
                parts = text.split(BETWEEN) if kind.endswith("[]") else [text]
                for part in parts:
                    assert READS[kind.removesuffix("[]")](part), (name, text)


def test_all_that_passages_say_is_in_the_property_graph(exported, quads):
    nodes, lines = imported(exported / "neo4j")
    found = set()
    for line in lines:
        if line[":TYPE"] == "STATES":
            found.add((line[":END_ID"], line["predicate:string"], line["value:string"],
                       line["language:string"], line[":START_ID"]))  # fmt: skip
        elif passages := line.get("passages:string[]"):
            for passage in passages.split(BETWEEN):
                found.add(
                    (line[":START_ID"], line["predicate:string"], line[":END_ID"], "", passage)
                )
    expected = set()
    for q in quads:
        if place_of(str(q.graph_name)):
            value = value_of(str(q.object))
            expected.add((q.subject.value, q.predicate.value, value.text, value.language,
                          q.graph_name.value))  # fmt: skip
    assert found == expected
    socar = next(row for iri, row in nodes.items() if iri.endswith("id/socar"))
    assert set(socar[":LABEL"].split(BETWEEN)) == {"Resource", "Company", "Actor"}
    tie = next(
        line for line in lines if line[":TYPE"] == "PARTY" and line[":END_ID"].endswith("id/socar")
    )
    assert tie["quotes:string[]"].startswith("2008 წლის ნოემბერში")
    assert tie["translations:string[]"].startswith("In November 2008")
    derived = [line for line in lines if line.get("derived:boolean") == "true"]
    assert derived
    assert all(line["rules:string[]"] and line["because:string[]"] for line in derived)


def test_every_mention_is_in_the_property_graph(exported, quads):
    _, lines = imported(exported / "neo4j")
    found = {
        (line["begin:long"], line["end:long"]) for line in lines if line[":TYPE"] == "MENTIONS"
    }
    mentions = {place_of(str(q.subject))[1:] for q in quads if q.object.value == expand("bil:Mention")
                and q.predicate.value == TYPE}  # fmt: skip
    assert found == {(str(begin), str(end)) for begin, end in mentions}


# ---------------------------------------------------------------- Cypher


class Complaints(ErrorListener):
    """Keeps what a parser says is wrong."""

    def __init__(self):
        self.found = []

    def syntaxError(self, *about):  # noqa: N802 - antlr's name
        _, _, line, column, msg, _ = about
        self.found.append((line, column, msg))


def parsed(statement):
    """The texts and names of a statement, by an openCypher parser; it must be one."""
    complaints = Complaints()
    lexer = CypherLexer(InputStream(statement))
    parser = CypherParser(CommonTokenStream(lexer))
    for each in (lexer, parser):
        each.removeErrorListeners()
        each.addErrorListener(complaints)
    parser.script()
    assert complaints.found == [], (complaints.found, statement[:300])


def statements_of(path):
    text = path.read_text(encoding="utf-8")
    assert text.endswith(";\n")
    return re.split(r";\n", text)[:-1]


@pytest.mark.parametrize("source", ["exported", "hostile"])
def test_the_script_is_cypher(source, request):
    first, *rest = statements_of(request.getfixturevalue(source) / "cypher" / "graph.cypher")
    assert (
        "CREATE CONSTRAINT bilateral_iri IF NOT EXISTS FOR (n:Resource) REQUIRE n.iri IS UNIQUE"
        in first
    )
    for statement in rest:
        # MERGE and SET only: running it again makes nothing twice.
        assert re.match(r"UNWIND \[\n", statement)
        tail = statement[statement.rindex("\n] AS row\n") :]
        assert re.findall(r"[A-Z]{3,}", re.sub(r"\[r:\w+", "", re.sub(r":`[^`]*`", "", tail)))[
            0
        ] in {"MERGE", "MATCH"}
        assert "CREATE" not in tail
    # The parser is slow: the largest, the smallest, and some between them.
    for statement in sorted(rest, key=len)[:: max(1, len(rest) // 12)]:
        parsed(statement if len(statement) < 60_000 else shortened(statement))


def shortened(statement):
    """A statement with its first rows only."""
    begin, rows_, end = re.fullmatch(
        r"(UNWIND \[\n)(.*)(\n\] AS row\n.*)", statement, re.DOTALL
    ).groups()
    return begin + ",\n".join(rows_.split(",\n  {")[:1]) + end


def test_the_script_makes_what_the_importer_makes(exported):
    nodes, lines = imported(exported / "neo4j")
    counts = json.loads((exported / "cypher" / "export.json").read_text(encoding="utf-8"))["counts"]
    assert counts == {"nodes": len(nodes), "relationships": len(lines)}
    text = (exported / "cypher" / "graph.cypher").read_text(encoding="utf-8")
    assert text.count("  {iri: '") == len(nodes)
    assert text.count("  {start: '") == len(lines)
    assert "notBefore: date('2008-11-01')" in text
    assert "term: duration('P5Y')" in text
    assert "obsValue: 708.1" in text
    assert "point({latitude:41.69143, longitude:44.83412})" in text


def test_strange_texts_stay_in_their_quotes(hostile):
    text = (hostile / "cypher" / "graph.cypher").read_text(encoding="utf-8")
    # Without its strings, and names in backticks, nothing of the attacks is left.
    bare = re.sub(r"`(?:[^`]|``)*`", "``", re.sub(r"'(?:[^'\\]|\\.)*'", "''", text))
    for word in ("DETACH", "alert", "calc", "SUM", "lines"):
        assert word not in bare
    strings = re.findall(r"'((?:[^'\\]|\\.)*)'", text)
    told = {re.sub(r"\\(u[0-9a-f]{4}|.)", lambda m: chr(int(m[1][1:], 16)) if len(m[1]) > 1 else m[1], s)
            for s in strings}  # fmt: skip
    assert set(HOSTILE) <= told


# ---------------------------------------------------------------- Gephi


def test_gephi_gets_a_network_with_days(exported):
    folder = exported / "gephi"
    network = nx.read_gexf(folder / "network.gexf", version="1.3")
    nodes, edges = rows(folder / "nodes.csv"), rows(folder / "edges.csv")
    assert list(nodes[0])[:3] == ["Id", "Label", "Timeset"]
    assert {row["Id"] for row in nodes} == set(network)
    assert len(edges) == network.number_of_edges()
    assert all({row["Source"], row["Target"]} <= set(network) for row in edges)
    memorandum = next(n for n in network if n.endswith("memorandum-2008-11"))
    assert network.nodes[memorandum]["spells"] == [("2008-11-01", "2008-11-30")]
    (row,) = [row for row in nodes if row["Id"] == memorandum]
    assert row["Timeset"] == "<[2008-11-01, 2008-11-30]>"
    assert any("spells" in data for *_, data in network.edges(data=True))
