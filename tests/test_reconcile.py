"""The Reconciliation API as its clients meet it: whole sessions, precision, and hostile requests."""

from __future__ import annotations

import contextlib
import json
import time

import httpx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from bilateral.cli import main
from bilateral.folders import folder
from bilateral.folding import folded
from bilateral.likeness import Names, alike
from bilateral.namespaces import expand, node

from .reconciliation import Client
from .serving import bilateral_server

LANGUAGES = ("en", "ka", "az")


@pytest.fixture(scope="module")
def address(built):
    with bilateral_server(built) as running:
        yield running


@pytest.fixture(scope="module")
def clients(address):
    with contextlib.ExitStack() as opened:
        yield {
            lang: opened.enter_context(Client(f"{address}/reconcile/{lang}")) for lang in LANGUAGES
        }


@pytest.fixture(scope="module")
def client(clients):
    return clients["en"]


@pytest.fixture(scope="module")
def labels(built):
    """The labels of all things with an id of ours: (text, language) by id."""
    store = ox.Store()
    store.bulk_load(path=str(built / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    held = {q.subject.value for q in store.quads_for_pattern(None, None, node("bil:Derivation"))}
    found: dict[str, set[tuple[str, str]]] = {}
    for quad in store.quads_for_pattern(None, node("rdfs:label"), None):
        iri = quad.subject.value
        if iri.startswith(expand("id:")) and iri not in held:
            name = iri.removeprefix(expand("id:"))
            found.setdefault(name, set()).add((quad.object.value, quad.object.language))
    return found


# ---------------------------------------------------------------- a session


def test_a_column_is_reconciled_looked_at_and_extended(clients):
    client = clients["ka"]
    cells = ["SOCAR", "სოკარი", "Azərbaycan", "Грузия", "TBILISI", "Bakı", "საქართველო", "GUAM",
             "Baku–Tbilisi–Kars railway", "Ministry of Energy of Georgia", "no such thing", "SOCAR"]  # fmt: skip
    found = client.column(cells)
    matched = [next((c["id"] for c in row if c["match"]), None) for row in found]
    assert matched == ["socar", "socar", "azerbaijan", "georgia", "tbilisi", "baku", "georgia", "guam",
                       "baku-tbilisi-kars-railway", "ge-ministry-energy", None, "socar"]  # fmt: skip
    assert found[0][0]["name"] == "აზერბაიჯანის სახელმწიფო ნავთობკომპანია (SOCAR)"
    assert found[0][0]["type"] == [{"id": "bil:Company", "name": "კომპანია"}]
    page = client.preview("socar")
    assert page.status_code == 200
    assert "სოკარი" not in page.text
    assert "ხუთწლიანი მემორანდუმი" in page.text
    assert "frame-ancestors" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    chosen = client.proposed("bil:Company")
    assert {"id": "^bil:party", "name": "← მხარე"} in chosen
    reply = client.extend(["socar", "georgia"], "^bil:party", "bil:countryCode", "skos:exactMatch")
    assert reply["meta"][0] == {"id": "^bil:party", "name": "← მხარე",
                                "type": {"id": "bil:Memorandum", "name": "მემორანდუმი"}}  # fmt: skip
    assert reply["rows"]["georgia"]["bil:countryCode"] == [{"str": "GE"}]
    assert {"str": expand("wd:Q230")} in reply["rows"]["georgia"]["skos:exactMatch"]
    assert reply["rows"]["socar"]["^bil:party"][0]["id"] == "georgia-azerbaijan-memorandum-2008-11"


def test_types_are_asked_for_by_class_and_by_what_is_above_it(client):
    for kind in (
        "bil:Company",
        "Company",
        expand("bil:Company"),
        "bil:Actor",
        ["bil:City", "bil:Actor"],
    ):
        assert client.column(["SOCAR"], type=kind)[0][0]["match"]
    assert client.column(["SOCAR"], type="bil:City") == [[]]
    assert client.column(["SOCAR"], type=["bil:City", "bil:Actor"], type_strict="all") == [[]]
    (found,) = client.column(["SOCAR"], type="bil:City", type_strict="should")
    assert (found[0]["id"], found[0]["match"]) == ("socar", False)
    assert {"id": "type", "value": False} in found[0]["features"]
    assert client.column(["SOCAR"], type="bil:Unheard") == [[]]


def test_properties_tell_namesakes_apart(client):
    asked = {"query": "Agreement", "type": "bil:Agreement"}
    dated = client.reconcile({"q": asked | {"properties": [
        {"pid": "bil:signedIn", "v": {"id": "baku", "name": "Baku"}}, {"pid": "dcterms:date", "v": "1998"}]}})["q"]  # fmt: skip
    assert dated[0]["id"] == "georgia-azerbaijan-agreement-1998-09-08"
    assert {"id": "property:bil:signedIn", "value": 100.0} in dated[0]["features"]
    against = client.reconcile(
        {"q": {"query": "SOCAR", "properties": [{"pid": "^bil:party", "v": "GUAM"}]}}
    )["q"]
    assert (against[0]["id"], against[0]["match"]) == ("socar", False)
    silent = client.reconcile(
        {"q": {"query": "SOCAR", "properties": [{"pid": "bil:countryCode", "v": "AZ"}]}}
    )["q"]
    assert (silent[0]["id"], silent[0]["match"]) == ("socar", True)
    assert against[0]["score"] < silent[0]["score"] < 100


@pytest.mark.parametrize("value", ["SOCAR", "სოკარი", {"id": "socar"}, ["nobody", "id:socar"]])
def test_properties_alone_find_things(client, value):
    found = client.reconcile({"q": {"properties": [{"pid": "bil:party", "v": value}]}})["q"]
    assert [one["id"] for one in found] == ["georgia-azerbaijan-memorandum-2008-11"]


def test_an_id_finds_its_thing(client):
    for text in ("id:baku", expand("id:baku"), "bilateral:baku"):
        found = client.column([text])[0]
        assert (found[0]["id"], found[0]["score"], found[0]["match"]) == ("baku", 100, True)
        assert client.suggest("entity", text)[0]["id"] == "baku"


def test_a_query_that_also_works_without_a_form(address):
    queries = {"q1": {"query": "Баку"}}
    reply = httpx.get(f"{address}/reconcile", params={"queries": json.dumps(queries)})
    assert reply.json()["q1"]["result"][0]["id"] == "baku"


def test_suggestions_begin_as_typed_and_go_on_from_a_cursor(clients):
    client = clients["az"]
    for prefix in ("tbil", "თბილ", "Тбил", "Tbilisi"):
        assert client.suggest("entity", prefix)[0]["id"] == "tbilisi"
    assert "btc-pipeline" in [one["id"] for one in client.suggest("entity", "tbil")]
    assert client.suggest("entity", "tbilsii")[0]["id"] == "tbilisi"
    everything = client.suggest("entity", "b", limit=100)
    assert client.suggest("entity", "b", limit=3) == everything[:3]
    assert client.suggest("entity", "b", cursor=3, limit=3) == everything[3:6]
    assert {"id": "bil:City", "name": "Şəhər"}.items() <= client.suggest("type", "şəhər")[0].items()
    assert client.suggest("type", "bil:GasPipe")[0]["broader"][0]["id"] == "bil:Pipeline"
    assert client.suggest("property", "bil:party")[0]["id"] == "bil:party"
    assert len(client.suggest("type", "", limit=100)) > 20
    cities = client.suggest("entity", "b", type="bil:City")
    assert cities[0]["id"] == "baku"
    assert {kind["id"] for one in cities for kind in one["notable"]} == {"bil:City"}


def test_flyouts_are_small_and_escaped(client):
    for kind, name in (("entity", "socar"), ("type", "bil:City"), ("property", "bil:party")):
        reply = client.flyout(kind, name)
        assert reply["id"] == name
        assert len(reply["html"]) < 600
    assert (
        client.http.get(f"{client.address}/flyout/entity", params={"id": "<b>"}).status_code == 404
    )


def test_values_come_as_what_they_are_and_with_their_sources(client):
    name = "georgia-azerbaijan-memorandum-2008-11"
    settings = [{"id": "rdfs:label", "settings": {"lang": "all"}}, {"id": "bil:notBefore"},
                {"id": "bil:party", "settings": {"limit": 1}}, {"id": "bil:term", "settings": {"give": "sources"}}]  # fmt: skip
    row = client.extend([name, "nobody"], *settings, "nonsense")["rows"]
    assert len(row[name]["rdfs:label"]) == 3
    assert row[name]["bil:notBefore"] == [{"date": "2008-11-01T00:00:00"}]
    assert len(row[name]["bil:party"]) == 1
    assert row[name]["bil:term"][0]["str"].startswith(expand("source:georgia-azerbaijan#char="))
    assert row["nobody"]["bil:party"] == row[name]["nonsense"] == []
    counted = client.extend([name], {"id": "bil:party", "settings": {"give": "count"}})
    assert counted["rows"][name]["bil:party"] == [{"int": 2}]


def test_each_language_has_an_address_of_its_own(clients, address):
    names = {lang: client.manifest["defaultTypes"][0]["name"] for lang, client in clients.items()}
    assert len(set(names.values())) == 3
    assert (
        httpx.get(f"{address}/reconcile", headers={"accept-language": "ka"}).json()["name"]
        == "Bilateral (ka)"
    )
    for lang, client in clients.items():
        page = client.http.get(client.manifest["documentation"])
        assert page.headers["content-language"] == lang
        assert f"/reconcile/{lang}" in page.text


def test_a_name_can_be_tried_on_the_page(address):
    page = httpx.get(f"{address}/reconcile/about", params={"name": "<b>Баку", "lang": "en"})
    assert page.status_code == 200
    assert 'href="/id/baku' in page.text
    assert "<b>Баку" not in page.text


# ---------------------------------------------------------------- precision


def slips(text):
    """The text with one letter lost, one doubled, and two swapped; digits are no letters."""
    places = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    if len(text) > 5 and places:
        middle = places[len(places) // 2]
        yield text[:middle] + text[middle + 1 :]
        yield text[:middle] + text[middle] + text[middle:]
        yield text[:middle] + text[middle + 1] + text[middle] + text[middle + 2 :]


def cyrillic(text):
    """The text as somebody who has only a Cyrillic keyboard would write its letters."""
    path = folder("graph") / "languages" / "cyrillic.json"
    table = json.loads(path.read_text(encoding="utf-8"))["letters"]
    latin: dict[str, str] = {}
    for letter, spelled in table.items():
        if len(spelled) == 1:
            latin.setdefault(spelled, letter)
    return "".join(latin.get(c, c) for c in folded(text))


def test_every_label_finds_its_thing_first(client, labels):
    things: dict[str, set[str]] = {}
    for name, texts in labels.items():
        for text, _ in texts:
            things.setdefault(folded(text), set()).add(name)
    texts = sorted({text for texts in labels.values() for text, _ in texts})
    for text, found in zip(texts, client.column(texts), strict=True):
        meant = things[folded(text)]
        assert found[0]["id"] in meant, text
        assert found[0]["score"] == 100
        assert any(c["match"] for c in found) == (len(meant) == 1), text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_slip_or_another_script_still_finds_the_thing_first(client, labels, lang):
    asked, meant = [], []
    for name, texts in sorted(labels.items()):
        for text, language in texts:
            if language == lang:
                asked += [*slips(text), cyrillic(text)]
                meant += [name] * (len(asked) - len(meant))
    found = client.column(asked)
    same = {name: {t for t, _ in texts} for name, texts in labels.items()}
    wrong = [
        (text, row[:1]) for text, name, row in zip(asked, meant, found, strict=True)
        if not row or not (row[0]["id"] == name or same[row[0]["id"]] & same[name])
    ]  # fmt: skip
    assert len(wrong) / len(asked) < 0.01, wrong
    # What is misspelt is found, and left for a person to judge.
    spelled = {folded(t) for texts in labels.values() for t, _ in texts}
    for text, row in zip(asked, found, strict=True):
        if folded(text) not in spelled:
            assert not any(c["match"] and not exact(c) for c in row), text


def exact(candidate):
    return next(f["value"] for f in candidate["features"] if f["id"] == "exact")


@pytest.mark.parametrize("text", [
    "SOCAR Trading", "Baku–Tbilisi", "Gorgia", "Ministry of Energy of Azerbaijan", "President", "Kars Province",
    "Armenia", "Ministry of Labour", "AGRI LNG", "GE", "AZ", "2010", "Declaration", "of", "Trade turnover, 2099",
])  # fmt: skip
def test_near_names_are_no_match(client, text):
    assert not any(candidate["match"] for candidate in client.column([text])[0])


def test_namesakes_are_no_match_until_something_tells_them_apart(tmp_path):
    def thing(name, label, kind, more=""):
        iri = f"<{expand('id:')}{name}>"
        return (f'{iri} <{expand("rdfs:label")}> "{label}"@en .\n'
                f'{iri} <{expand("rdf:type")}> <{expand("bil:")}{kind}> .\n{more}')  # fmt: skip

    tie = f"<{expand('id:')}kars-a> <{expand('bil:party')}> <{expand('id:')}turkiye> .\n"
    graph = tmp_path / "namesakes.nq"
    declared = (
        f"<{expand('bil:party')}> <{expand('rdf:type')}> <{expand('owl:ObjectProperty')}> .\n"
    )
    graph.write_text(
        thing("kars-a", "Kars", "City", tie) + thing("kars-b", "Kars", "Region")
        + thing("turkiye", "Türkiye", "Country") + declared
        + thing("zambia", "Zambia", "Country") + thing("gambia", "Gambia", "Country"),
        encoding="utf-8",
    )  # fmt: skip
    with bilateral_server(graph) as running, Client(f"{running}/reconcile/en") as client:
        (both,) = client.column(["Kars"])
        assert [one["id"] for one in both] == ["kars-a", "kars-b"]
        assert not any(one["match"] for one in both)
        (city,) = client.column(["KARS"], type="bil:City")
        assert [(one["id"], one["match"]) for one in city] == [("kars-a", True)]
        told = client.reconcile(
            {"q": {"query": "Kars", "properties": [{"pid": "bil:party", "v": "Turkiye"}]}}
        )
        assert [(one["id"], one["match"]) for one in told["q"]] == [
            ("kars-a", True),
            ("kars-b", False),
        ]
        near = client.column(["Gambia", "Zambia", "Cambia"])
        assert [[(c["id"], c["match"]) for c in row] for row in near] == [
            [("gambia", True), ("zambia", False)], [("zambia", True), ("gambia", False)],
            [("gambia", False), ("zambia", False)],
        ]  # fmt: skip


def test_likeness_is_a_measure():
    assert alike("baku supsa", "bakusupsa") == 1
    assert 0.9 < alike("baku supsa", "baku supsaa") < 1
    assert alike("kars tbilisi baku", "baku tbilisi kars") > 0.9
    assert alike("trade 2010", "trade 2011") < 0.8
    assert alike("", "") == 1
    assert alike("", "baku") == 0
    assert Names().alike("x") == []


# ---------------------------------------------------------------- what a stranger may send


def sent(address, field, value):
    return httpx.post(f"{address}/reconcile", data={field: value}, timeout=60)


DEEP = "[" * 200_000
WRONG = {
    "no JSON": "{", "no object": "[]", "text": '"x"', "null": "null", "deep": DEEP,
    "deep in a query": '{"q": {"query": "x", "properties": ' + "[" * 5_000 + "]" * 5_000 + "}}",
    "a query that is none": '{"q": 1}', "a query with nothing": '{"q": {}}',
    "a name that is a number": '{"q": {"query": 5}}', "no limit": '{"q": {"query": "x", "limit": 0}}',
    "a limit that is text": '{"q": {"query": "x", "limit": "5"}}', "NaN": '{"q": {"query": "x", "limit": NaN}}',
    "endless": '{"q": {"query": "x", "limit": 1e999, "type_strict": 5}}',
    "a type that is a number": '{"q": {"query": "x", "type": 5}}', "types": '{"q": {"query": "x", "type": [5]}}',
    "many types": json.dumps({"q": {"query": "x", "type": ["a"] * 100}}),
    "strictness": '{"q": {"query": "x", "type_strict": "very"}}',
    "properties": '{"q": {"query": "x", "properties": {"pid": "a"}}}', "property": '{"q": {"properties": [{"pid": "a"}]}}',
    "value": '{"q": {"properties": [{"pid": "a", "v": null}]}}', "no value": '{"q": {"properties": [{"pid": "a", "v": []}]}}',
    "values": json.dumps({"q": {"properties": [{"pid": "a", "v": ["x"] * 1000}]}}),
    "a nested value": '{"q": {"properties": [{"pid": "a", "v": [["x"]]}]}}',
    "a long name": json.dumps({"q": {"query": "x" * 100_000}}),
    "a long number": '{"q": {"query": "x", "limit": ' + "9" * 10_000 + "}}",
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_batch_is_told_so(address, name):
    reply = sent(address, "queries", WRONG[name])
    assert reply.status_code == 400
    assert reply.json()["remedy"]
    assert len(reply.text) < 600


@pytest.mark.parametrize("value", [
    "{}", '{"ids": "x", "properties": []}', '{"ids": [1], "properties": []}', '{"ids": [], "properties": [1]}',
    '{"ids": [], "properties": [{"id": "a", "settings": 5}]}', '{"ids": [], "properties": [{"id": "a", "settings": {"limit": "x"}}]}',
    '{"ids": [], "properties": [{"id": "a", "settings": {"give": "all"}}]}',
    '{"ids": [], "properties": [{"id": "a", "settings": {"lang": ["x"]}}]}', DEEP,
])  # fmt: skip
def test_a_wrong_extension_is_told_so(address, value):
    assert sent(address, "extend", value).status_code == 400


def test_too_much_is_refused_as_too_much(address):
    many = json.dumps({f"q{i}": {"query": "x"} for i in range(10_000)})
    assert sent(address, "queries", many).status_code == 413
    assert (
        sent(address, "queries", json.dumps({"q": {"query": "x" * 1_200_000}})).status_code == 413
    )
    cells = json.dumps({"ids": ["a"] * 1000, "properties": [{"id": "b"}] * 100})
    assert sent(address, "extend", cells).status_code == 413


@pytest.mark.parametrize(
    "text",
    ["\ud800", "\0", "  ", "", "%s%n", "a" * 9_999, "ა" * 5_000, "x " * 4_000, '’`"<script>'],
)
def test_an_odd_name_finds_nothing_and_harms_nothing(address, text):
    reply = sent(address, "queries", json.dumps({"q": {"query": text, "type": [text[:50]]}}))
    assert reply.status_code == 200
    assert reply.json() == {"q": {"result": []}}


def test_odd_ids_are_no_things(address):
    for text in ("\ud800", "<x>", "a b", "^", "^^", "id:", ":", "http://[", "x" * 5_000):
        asked = {"ids": [text], "properties": [{"id": text}]}
        reply = sent(address, "extend", json.dumps(asked))
        assert reply.status_code == 200
        assert reply.json()["rows"][text][text] == []
        queries = {
            text: {
                "query": "SOCAR",
                "type": text,
                "type_strict": "should",
                "properties": [{"pid": text, "v": text}],
            }
        }
        assert sent(address, "queries", json.dumps(queries)).status_code == 200


def test_a_full_batch_is_answered_in_bounded_time(address, labels):
    texts = [text for name in sorted(labels) for text, _ in sorted(labels[name])]
    names = (texts * 10)[:1000]
    queries = {str(i): {"query": name, "type": "bil:Undertaking", "type_strict": "should",
                        "properties": [{"pid": "dcterms:relation", "v": "Azerbaijan"}]}
               for i, name in enumerate(names)}  # fmt: skip
    began = time.monotonic()
    reply = sent(address, "queries", json.dumps(queries, ensure_ascii=False))
    assert reply.status_code == 200, reply.text[:300]
    assert len(reply.json()) == 1000
    assert time.monotonic() - began < 10


def test_a_heavy_batch_holds_nobody_else_up(address):
    import threading  # noqa: PLC0415

    queries = {
        str(i): {"query": "Baku Tbilisi Ceyhan oil pipelne memorandun " * 6} for i in range(1000)
    }
    heavy = threading.Thread(target=sent, args=(address, "queries", json.dumps(queries)))
    heavy.start()
    waits = []
    while heavy.is_alive():
        began = time.monotonic()
        assert httpx.get(f"{address}/reconcile/en/suggest/entity?prefix=b").status_code == 200
        waits.append(time.monotonic() - began)
    heavy.join()
    assert sorted(waits)[len(waits) // 2] < 1


@pytest.mark.parametrize(("path", "status"), [
    ("/reconcile/nowhere", 404), ("/reconcile/en/suggest/nothing", 404), ("/reconcile/en/preview?id=nobody", 404),
    ("/reconcile/en/preview", 404), ("/reconcile/en/suggest/entity?cursor=-1", 400), ("/reconcile/en/suggest/entity?cursor=x", 400),
    ("/reconcile/en/suggest/entity?prefix=" + "x" * 3_000, 400), ("/reconcile/en/flyout/type?id=x", 404),
    ("/reconcile?callback=alert(1)", 400), ("/reconcile?queries=%ff", 400), ("/reconcile/en/en", 404),
])  # fmt: skip
def test_wrong_addresses_are_told_so(address, path, status):
    reply = httpx.get(address + path)
    assert reply.status_code == status
    assert reply.json()["remedy"]


def test_only_a_form_is_taken(address):
    reply = httpx.post(f"{address}/reconcile", json={"queries": {}})
    assert reply.status_code == 415
    assert httpx.post(f"{address}/reconcile", data={"x": "y"}).status_code == 400
    assert httpx.put(f"{address}/reconcile").status_code == 405


def test_our_own_linking_finds_our_own_things(address, built):
    """Another graph of ours links to this one with nothing but its address."""
    told = CliRunner().invoke(
        main, ["link", "baku", "socar", "--graph", str(built), "--service", f"{address}/reconcile/en", "-o", "json"]
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    proposed = [entity["proposed"] for entity in json.loads(told.stdout)]
    assert proposed == ["id:baku", "id:socar"]


def test_older_pages_may_ask_by_a_script(address):
    reply = httpx.get(f"{address}/reconcile/en/suggest/entity?prefix=baku&callback=refine.cb_1")
    assert reply.headers["content-type"].startswith("application/javascript")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert json.loads(reply.text.removeprefix("/**/refine.cb_1(").removesuffix(");"))["result"]


def test_pages_of_others_may_ask_for_anything(address):
    reply = httpx.options(f"{address}/reconcile", headers={"Origin": "https://x.example"})
    assert reply.status_code == 204
    assert "POST" in reply.headers["access-control-allow-methods"]
    for path in ("", "?queries={", "/en/preview?id=socar", "/about"):
        assert httpx.get(f"{address}/reconcile{path}").headers["access-control-allow-origin"] == "*"


def test_a_graph_without_our_things_is_served_too(tmp_path):
    graph = tmp_path / "other.nt"
    graph.write_text("<http://x/a> <http://x/p> <http://x/b> .\n")
    with bilateral_server(graph) as running, Client(f"{running}/reconcile/en") as client:
        assert client.column(["Baku"]) == [[]]
        assert client.suggest("entity", "b") == client.suggest("type", "") == []
        assert client.proposed("bil:City") == []
