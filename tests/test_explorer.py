"""The one-file explorer and what its page is given: its size, its policy, its bytes, its safety."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from bilateral.errors import BuildError
from bilateral.explorer.modules import ordered, script
from bilateral.explorer.names import listed, named, packed, unpacked
from bilateral.explorer.pack import explorer_html, graph_parts
from bilateral.explorer.payload import payload, texts
from bilateral.explorer.shell import POLICY, STATIC, served, style_sheets
from bilateral.folding import folded
from bilateral.namespaces import expand, node, prefixes
from bilateral.query.question import LANGUAGES, read_questions

from .conftest import ROOT
from .serving import bilateral_server

PART = re.compile(r'<script type="text/plain" data-part="(\w+)">(.*?)</script>', re.DOTALL)
LABEL, KIND = node("rdfs:label"), node("rdf:type")
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "</SCRIPT >",
    '{styles}{scripts}{noscript}"\\\u2028\u202e',
)


@pytest.fixture(scope="module")
def page(built):
    return (built / "explorer.html").read_text(encoding="utf-8")


def parts_of(page):
    return [(match[1], match[2]) for match in PART.finditer(page)]


def made_of(quads):
    text = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=prefixes()).decode()
    return explorer_html(text, quads)


def quad(name, text, language="en", graph="lexicon"):
    return ox.Quad(
        ox.NamedNode(expand(f"id:{name}")),
        LABEL,
        ox.Literal(text, language=language),
        node(f"graph:{graph}"),
    )


def test_it_is_small_enough_to_send(built):
    assert (built / "explorer.html").stat().st_size <= 4_500_000


def test_its_policy_lets_nothing_out(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert not {"connect-src", "frame-src", "object-src"} & set(rules)
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    allowed = {source for rule in rules.values() for source in rule.split()}
    assert {s for s in allowed if not s.startswith("'")} == {"blob:", "data:"}
    # The policy stands before all that it is to hold.
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<script>")


def test_its_own_script_and_style_are_those_of_the_policy(page):
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in page
    assert not re.search(r"<script(?! type=\"text/plain\" data-part=|>)", page)
    assert not re.search(r"\son\w+=|\sstyle=", page.partition("<script>")[0])


def test_it_points_to_nothing_outside(page):
    head, _, rest = page.partition("<script>")
    tail = PART.sub("", rest.partition("</script>")[2])
    assert not re.search(r"(?:src|href)=\"(?!data:)", head + tail)
    assert not re.search(r"url\((?!\"?data:|#)|@import", head)


def test_the_same_graph_gives_the_same_bytes(built, page):
    trig = (built / "graph.trig").read_text(encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; import pyoxigraph as ox;"
        "from bilateral.explorer.pack import explorer_html;"
        f"trig = Path({str(built / 'graph.trig')!r}).read_text(encoding='utf-8');"
        "quads = list(ox.parse(trig, format=ox.RdfFormat.TRIG));"
        "sys.stdout.buffer.write(explorer_html(trig, quads[::-1]).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT / "src")},
    )
    assert trig
    assert done.stdout.decode() == page


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_cannot_leave_its_block(text):
    page = made_of([quad("odd", text)])
    kinds = [kind for kind, _ in parts_of(page)]
    assert kinds == ["about", "workers", "engine", "modules", "payload", "graph", "names", "end"]
    assert page.count("<script") == len(kinds) + 1
    parts = dict(parts_of(page))
    assert json.loads(parts["names"])[0][2] == [[text, "en"]]
    about = json.loads(parts["about"])
    store = ox.Store()
    store.load(about["prefixes"] + parts["graph"], format=ox.RdfFormat.TRIG)
    assert next(iter(store)).object.value == text


def test_a_large_graph_is_handed_over_in_parts(monkeypatch):
    monkeypatch.setattr("bilateral.explorer.pack.PART_CHARACTERS", 2_000)
    odd = "Thing\u2028} .\u2028graph:c { . "
    quads = [quad(f"thing-{n}", f"{odd}{n}", graph=g) for n in range(300) for g in ("a", "b")]
    text = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=prefixes()).decode()
    head, parts = graph_parts(text)
    assert len(parts) > 5
    store = ox.Store()
    for part in parts:
        store.load(head + part, format=ox.RdfFormat.TRIG)
    assert set(store) == set(quads)


def test_the_parts_of_the_page_make_its_graph(built, page):
    parts = parts_of(page)
    about = json.loads(dict(parts)["about"])
    graphs = [text for kind, text in parts if kind == "graph"]
    assert len(graphs) == about["parts"]
    store = ox.Store()
    for text in graphs:
        store.load(about["prefixes"] + text, format=ox.RdfFormat.TRIG)
    lines = (built / "graph.nq").read_text(encoding="utf-8").splitlines()
    assert len(store) == len(lines)


def test_what_is_compressed_is_what_is_served():
    for path in sorted((STATIC / "vendor" / "gz").glob("*.js.gz")):
        assert gzip.decompress(path.read_bytes()) == (STATIC / "vendor" / path.stem).read_bytes()


def test_licences_travel_with_what_they_are_for():
    text = (STATIC / "vendor" / "LICENSES.txt").read_text(encoding="utf-8")
    for name in ("oxigraph", "cytoscape", "codemirror-lang-sparql", "world-atlas", "noto-sans"):
        assert name in text


def test_the_lock_of_the_vendor_scripts_holds_sums_and_no_address():
    lock = json.loads((ROOT / "scripts" / "vendor" / "package-lock.json").read_text())
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert all("resolved" not in about for about in packages.values())
    assert all(about.get("integrity") for about in packages.values())


def test_modules_come_after_those_they_import():
    modules = ordered(["js/app.js"], STATIC)
    seen = set()
    for name, text in modules.items():
        assert set(re.findall(r'"module:([^"]+)"', text)) <= seen
        assert not re.search(r'\bfrom\s+"\.|\bimport\("\.', text)
        seen.add(name)
    assert {f"js/views/{view}.js" for view in ("network", "timeline", "map", "ask")} <= seen


def test_modules_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nexport const a = b;\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\nexport const b = a;\n')
    with pytest.raises(BuildError, match=r"a\.js → b\.js → a\.js"):
        ordered(["a.js"], tmp_path)


def test_a_worker_s_script_has_no_module_and_no_name_twice(tmp_path):
    assert not re.search(r"^(import|export)\b", script("js/searcher.js", STATIC), re.MULTILINE)
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nconst c = b;\n')
    (tmp_path / "b.js").write_text("export const b = 1;\nconst c = 2;\n")
    with pytest.raises(BuildError, match="both have c"):
        script("a.js", tmp_path)


def test_every_text_is_in_every_language():
    found = texts()
    assert len(found) > 60
    for key, words in found.items():
        assert set(words) == set(LANGUAGES), key
        for slot in re.findall(r"\{\w+\}", words["en"]):
            assert all(slot in words[code] for code in LANGUAGES), key
        # Georgian has one case; its capitals are for inscriptions.
        assert not re.search(r"[\u1c90-\u1cbf]", words["ka"]), key


def test_the_page_is_given_every_question_and_the_kind_of_every_class(built):
    given = payload()
    # The page reaches no other endpoint.
    offline = {q.name for q in read_questions() if not q.offline}
    assert {q["name"] for q in given["questions"]} == offline
    assert all(not q["query"].startswith("#") for q in given["questions"])
    store = ox.Store()
    store.bulk_load(path=str(built / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    things = {
        q.object.value
        for q in store.quads_for_pattern(None, KIND, None)
        if q.subject.value.startswith(expand("id:")) and q.object.value.startswith(expand("bil:"))
    }
    assert things - {expand("bil:Derivation")} <= set(given["classes"])


def test_every_colour_of_a_kind_is_a_token_in_light_and_dark():
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    for kind in payload()["kinds"]:
        assert style.count(f"{kind['color']}:") == 2, kind["id"]


def test_no_colour_stands_outside_the_tokens():
    for name in style_sheets():
        text = (STATIC / name).read_text(encoding="utf-8")
        rules = re.sub(r"(?s)/\*.*?\*/|--[\w-]+:[^;}]*", "", text)
        odd = re.findall(r"(?<![\w&-])#[0-9a-fA-F]{3,8}\b(?=[\s;,)])", rules)
        # Black on white is what paper is.
        assert not [colour for colour in odd if colour not in {"#fff", "#000", "#333"}], name


def test_spellings_fold_alike():
    assert folded("თბილისი") == folded("Tbilisi") == folded("Тбилиси") == "tbilisi"
    assert folded("İlham Əliyev") == folded("ilham aliyev")
    assert folded("BAKI") == "baki"
    assert folded("„ყულევი“") == "qulevi"
    assert folded("Бақы й") == "baqy y"


def test_a_place_has_the_spellings_of_geonames_and_a_state_those_of_cldr(built):
    store = ox.Store()
    store.bulk_load(path=str(built / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    rows = {row[0]: row for row in listed(unpacked(json.loads(json.dumps(packed(named(store))))))}
    assert ["Tiflis", "GeoNames"] in rows["id:tbilisi"][3]
    assert ["Венгрия", "CLDR ru"] in rows["id:hungary"][3]
    assert ["თბილისი", "ka"] in rows["id:tbilisi"][2]
    # What folds like a name of the graph is found by it.
    assert "Тбилиси" not in {text for text, _ in rows["id:tbilisi"][3]}
    assert not any(name.startswith("id:derivation") for name in rows)


def test_the_served_page_has_no_script_or_style_of_its_own():
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", served())
    assert "unsafe" not in POLICY
    for name in re.findall(r'(?:href|src)="/static/explorer/([^"]+)"', served()):
        assert (STATIC / name).is_file()


def test_no_file_of_ours_is_longer_than_can_be_read():
    for path in sorted((*STATIC.glob("js/**/*.js"), *STATIC.glob("**/*.css"))):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path.name


def test_nothing_of_ours_parses_text_as_html_or_code():
    for path in sorted(STATIC.glob("js/**/*.js")):
        text = path.read_text(encoding="utf-8")
        odd = r"\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"style\""
        assert not re.search(odd, text), Path(path).name


@pytest.fixture(scope="module")
def server(built):
    with bilateral_server(built) as address, httpx.Client(base_url=address) as client:
        yield client


def test_the_server_gives_the_explorer_under_a_strict_policy(server):
    page = server.get("/", headers={"Accept": "text/html"})
    assert page.text == served()
    for path in ("/", "/static/explorer/js/boot.js", "/static/explorer/js/searcher.js"):
        policy = server.get(path, headers={"Accept": "text/html"}).headers[
            "Content-Security-Policy"
        ]
        assert policy == POLICY
    for name in re.findall(r'(?:href|src)="(/[^"]+)"', page.text):
        assert server.get(name).status_code == 200
    # What works without a script is still there, and programs are not sent a page for people.
    assert "<form" in server.get("/questions/pipelines", headers={"Accept": "text/html"}).text
    assert "/questions/pipelines" in server.get("/?plain", headers={"Accept": "text/html"}).text


def test_the_server_gives_words_and_names_once(server):
    for path in ("/explorer/payload.json", "/explorer/names.json"):
        first = server.get(path)
        assert first.headers["Content-Type"] == "application/json"
        again = server.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    names = {row[0]: row for row in server.get("/explorer/names.json").json()}
    assert ["Tiflis", "GeoNames"] in names["id:tbilisi"][3]


@pytest.mark.parametrize(
    "path", ["/static/explorer/", "/static/explorer/../payload.py", "/static/explorer/js/none.js"]
)
def test_the_server_gives_no_other_file(path, server):
    assert server.get(path).status_code == 404
