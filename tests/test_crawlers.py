"""robots.txt and the sitemap, as crawlers read them; w3id's rules, in Debian's own Apache."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
import urllib.robotparser
import xml.etree.ElementTree as ET
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from bilateral.namespaces import expand, graph, node

from .conftest import ROOT
from .serving import bilateral_server, free_port

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
APACHE = shutil.which("apache2") or "/usr/sbin/apache2"
MODULES = Path("/usr/lib/apache2/modules")
RULES = ROOT / "docs" / "w3id" / ".htaccess"


@pytest.fixture(scope="module")
def address(built):
    with bilateral_server(built) as running:
        yield running


def locations(address, path):
    reply = httpx.get(address + path, timeout=60)
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("application/xml")
    root = ET.fromstring(reply.text)  # noqa: S314 - our own server wrote it
    return root.tag.removeprefix(SITEMAP), [entry.find(f"{SITEMAP}loc").text for entry in root]


def test_every_page_of_the_sitemap_is_there(address, built):
    kind, found = locations(address, "/sitemap.xml")
    assert kind == "urlset"
    assert len(found) == len(set(found))
    assert all(one.startswith(address + "/") for one in found)
    paths = {one.removeprefix(address) for one in found}
    assert {
        "/",
        "/questions/trade-turnover",
        "/ontology",
        "/id/socar",
        "/source/georgia-azerbaijan",
    } <= paths
    store = ox.Store()
    store.bulk_load(path=str(built / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    concepts = {q.subject.value for q in store.quads_for_pattern(None, None, node("skos:Concept"))}
    ours = {
        iri.replace(expand("concept:"), "/concept/")
        for iri in concepts
        if iri.startswith(expand("concept:"))
    }
    assert ours <= paths
    with httpx.Client(headers={"accept": "text/html"}, timeout=60) as client:
        for one in sorted(found)[::9]:
            assert client.get(one).status_code == 200, one


def test_crawlers_may_read_pages_and_no_answers(address):
    reply = httpx.get(f"{address}/robots.txt")
    assert reply.headers["content-type"].startswith("text/plain")
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(reply.text.splitlines())
    assert robots.site_maps() == [f"{address}/sitemap.xml"]
    for path in (
        "/",
        "/id/socar",
        "/questions/trade-turnover",
        "/ontology",
        "/reconcile/about",
        "/void",
    ):
        assert robots.can_fetch("AnyBot", address + path), path
    for path in ("/sparql?query=x", "/reconcile?queries=x", "/reconcile/en/preview?id=socar"):
        assert not robots.can_fetch("AnyBot", address + path), path


def test_more_pages_than_a_file_may_have_come_in_several(tmp_path):
    file = tmp_path / "many.nq"
    label, home = node("rdfs:label"), graph("lexicon")
    names = [f"thing-{n}" for n in range(100_010)] + ["a&b<c>'d\"", "ა b"]
    quads = [ox.Quad(node("id:thing"), label, ox.Literal("x", language="en"), home)]
    for name in names:
        with contextlib.suppress(ValueError):
            quads.append(
                ox.Quad(
                    ox.NamedNode(expand("id:") + name), label, ox.Literal(name, language="en"), home
                )
            )
    file.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS))
    with bilateral_server(file) as running:
        kind, parts = locations(running, "/sitemap.xml")
        assert kind == "sitemapindex"
        assert len(parts) == 3
        found = [locations(running, part.removeprefix(running)) for part in parts]
        assert [(kind, len(ones)) for kind, ones in found[:2]] == [
            ("urlset", 50_000),
            ("urlset", 50_000),
        ]
        ones = [one for _, part in found for one in part]
        assert len(ones) == len(set(ones))
        assert len([one for one in ones if "/id/" in one]) == len(quads)
        for part in ("0", "4", "99999999999999999999"):
            assert httpx.get(f"{running}/sitemap-{part}.xml").status_code == 404


# ---------------------------------------------------------------- w3id.org

CONFIG = """
ServerRoot {folder}
ServerName w3id.example
PidFile {folder}/pid
ErrorLog {folder}/log
Listen 127.0.0.1:{port}
DocumentRoot {folder}/www
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
<Directory {folder}/www>
  AllowOverride All
  Options +FollowSymLinks
  Require all granted
</Directory>
"""


@pytest.fixture(scope="module")
def w3id(address, tmp_path_factory):
    """An Apache that has the rules in a folder of its own, as w3id.org has, for a server that runs."""
    if not Path(APACHE).exists():
        pytest.skip("Apache is not installed: apt-get install apache2-bin")
    folder = tmp_path_factory.mktemp("w3id")
    (folder / "www" / "bilateral").mkdir(parents=True)
    rules = RULES.read_text(encoding="utf-8")
    assert rules.count("https://bilateral.example") == 1
    (folder / "www" / "bilateral" / ".htaccess").write_text(
        rules.replace("https://bilateral.example", address)
    )
    # Started as root, the processes of Apache are another user's.
    for place in (folder, *folder.parents[:3], folder / "www", folder / "www" / "bilateral"):
        place.chmod(place.stat().st_mode | 0o055)
    port = free_port()
    config = folder / "apache.conf"
    user = "User www-data\nGroup www-data\nLoadModule unixd_module {modules}/mod_unixd.so\n"
    static = subprocess.run([APACHE, "-l"], capture_output=True, text=True, check=True).stdout
    user = "User www-data\nGroup www-data\n" if "mod_unixd" in static else user
    config.write_text((CONFIG + user).format(folder=folder, port=port, modules=MODULES))
    process = subprocess.Popen([APACHE, "-f", str(config), "-DFOREGROUND"], stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/bilateral"
    finally:
        process.terminate()
        process.wait(10)
        process.stderr.close()


@pytest.mark.parametrize(("path", "place"), [
    ("/id/socar", "/id/socar"), ("/concept/energy", "/concept/energy"), ("/graph/lexicon", "/graph/lexicon"),
    ("/source/georgia-azerbaijan", "/source/georgia-azerbaijan"), ("/ontology", "/ontology"),
    ("/ontology/0.1.0", "/ontology"), ("/ontology/12", "/ontology"), ("/", "/"), ("/void", "/void"),
    ("/sparql?query=ASK%7B%7D&format=json", "/sparql?query=ASK%7B%7D&format=json"),
    ("/id/a%20b%C9%99", "/id/a%20b%c9%99"), ("/id/a%0d%0ax:%20y", "/id/a%0d%0ax:%20y"),
    ("//evil.example/", "/evil.example/"), ("/id/x?page=2&lang=ka", "/id/x?page=2&lang=ka"),
])  # fmt: skip
def test_w3id_sends_every_address_on(w3id, address, path, place):
    reply = httpx.get(w3id + path, follow_redirects=False)
    assert reply.status_code == 303
    assert reply.headers["location"].replace("//evil", "/evil") == address + place


@pytest.mark.parametrize(("accept", "kind"), [
    ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"), ("text/turtle", "text/turtle"),
    ("application/ld+json", "application/ld+json"), ("application/rdf+xml", "application/rdf+xml"),
    ("text/turtle;q=0.2, application/n-triples", "application/n-triples"),
])  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/id/socar", "/ontology", "/source/georgia-azerbaijan", "/concept/energy"]
)
def test_from_w3id_a_client_gets_what_it_likes_best(w3id, path, accept, kind):
    reply = httpx.get(w3id + path, headers={"accept": accept}, follow_redirects=True, timeout=60)
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith(kind)
    if kind == "text/turtle":
        named = {
            q.subject.value
            for q in ox.parse(reply.content, format=ox.RdfFormat.TURTLE)
            if isinstance(q.subject, ox.NamedNode)
        }
        assert any(one.startswith("https://w3id.org/bilateral") for one in named)


def test_a_question_mark_in_a_name_asks_nothing(w3id):
    reply = httpx.get(f"{w3id}/id/x%3fformat=nt", follow_redirects=False)
    assert reply.status_code in {303, 403}
    assert "?" not in reply.headers.get("location", "")
