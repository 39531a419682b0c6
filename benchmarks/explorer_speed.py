"""How soon the explorer is usable, how fast it answers and moves, beside pyvis and plain cytoscape.js.

Needs a Chromium (`make test` installs one). A page is *usable* when its first view stands still and no
query is under way; the time is taken in the page, from the start of its navigation. Frames are
counted while the picture is dragged, without a graphics card. It exits with 3 when a bound is missed.

    python benchmarks/explorer_speed.py            all of it, some minutes
    python benchmarks/explorer_speed.py --small    without the graph of 50,000 entities
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from generator import write as write_graph
from playwright.sync_api import sync_playwright
from results import Measure, write

from bilateral.explorer.pack import explorer_html
from bilateral.namespaces import prefixes
from bilateral.network.ties import read_network
from bilateral.query.graph import open_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "src" / "bilateral" / "explorer" / "static" / "vendor"
ROUNDS, BIG_ROUNDS = 5, 3
ENTITIES = 50_000
SIZE_MB, USABLE_S, QUESTION_MS = 4.5, 1.5, 100
SERVED_S, ONE_FILE_S, DRAWN, FRAMES = 3.0, 12.0, 1000, 20
# Places that hundreds of pages name, opened at once: as much as the picture will ever draw.
CROWDED = "#view=network&net=open(id:baku,id:tbilisi,id:europe,id:guam)"
# Runs before the page's own scripts: notes when something last changed or was answered.
WATCH = """
(() => {
  const noted = { last: 0, waiting: 0, progress: false };
  globalThis.noted = noted;
  new MutationObserver(() => {
    noted.last = performance.now();
    noted.progress ||= !!document.querySelector("progress, [role=progressbar], .loading");
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  let app;
  Object.defineProperty(globalThis, "bilateral", { configurable: true, get: () => app, set(given) {
    app = given;
    const { engine } = app, ask = engine.ask;
    engine.ask = (...values) => {
      noted.waiting += 1;
      const answer = ask(...values);
      answer.then(() => {}, () => {}).finally(() => { noted.waiting -= 1; noted.last = performance.now(); });
      return answer;
    };
  } });
})();
"""
# The moment after which nothing changed for a while.
USABLE = """(calm) => new Promise((resolve) => {
  const timer = setInterval(() => {
    if (!globalThis.bilateral || noted.waiting || performance.now() - noted.last < calm) return;
    clearInterval(timer);
    bilateral.engine.ready.then(() => resolve(noted.last / 1000));
  }, 20);
})"""
QUESTIONS = """async (rounds) => {
  const times = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { parameters }] of bilateral.questions) {
      if (parameters.some(({ required, default: given }) => required && !given)) continue;
      const begin = performance.now();
      await bilateral.ask(name);
      (times[name] ??= []).push(performance.now() - begin);
    }
  }
  return times;
}"""
COUNT = "() => { globalThis.frames = 0; const tick = () => { frames += 1; requestAnimationFrame(tick); }; tick(); }"
ELEMENTS = """() => {
  const host = [...document.querySelectorAll("main *")].find((one) => one._cyreg?.cy);
  return host ? host._cyreg.cy.elements(":visible").length : document.querySelectorAll("main svg *").length;
}"""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    path = os.environ.get("BILATERAL_BROWSER") or shutil.which("chromium")
    with sync_playwright() as playwright:
        yield (
            browser := playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox", "--disable-gpu"]
            )
        )
        browser.close()


@contextlib.contextmanager
def opened(browser: Browser, address: str, *, served: bool = False) -> Iterator[Page]:
    """A fresh page, as of a reader who comes for the first time."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=not served)
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.add_init_script(WATCH)
    page.goto(address, timeout=180_000, wait_until="commit")
    yield page
    context.close()


def panned(page: Page, at: tuple[float, float], seconds: float = 2.0) -> float:
    """Frames a second while the picture is dragged to and fro."""
    page.evaluate(COUNT)
    page.mouse.move(*at)
    page.mouse.down()
    begin, before, step = time.perf_counter(), page.evaluate("() => frames"), 0
    while time.perf_counter() - begin < seconds:
        step += 1
        page.mouse.move(at[0] + 120 * ((step % 20) / 10 - 1), at[1] + 4 * (step % 10))
    taken = time.perf_counter() - begin
    frames = page.evaluate("() => frames") - before
    page.mouse.up()
    return frames / taken


def small(browser: Browser, folder: Path) -> list[Measure]:
    """The real graph: size, opening, questions, and what others make of the same network."""
    file = folder / "explorer.html"
    size = file.stat().st_size / 1e6
    usable, frames, questions = [], [], {}
    for _ in range(ROUNDS):
        with opened(browser, file.as_uri()) as page:
            usable.append(page.evaluate(USABLE, 400))
            frames.append(panned(page, (760, 480)))
    with opened(browser, file.as_uri()) as page:
        page.evaluate(USABLE, 400)
        questions = page.evaluate(QUESTIONS, ROUNDS)
    medians = {name: statistics.median(times) for name, times in questions.items()}
    slowest = max(medians, key=lambda name: medians[name])
    for name, took in sorted(medians.items(), key=lambda pair: -pair[1])[:5]:
        print(f"{took:6.1f} ms  {name}", file=sys.stderr)
    others = {
        name: opening(browser, folder / f"{name}.html")
        for name in ("pyvis", "cytoscape", "network")
    }
    pyvis, plain, ours = others["pyvis"], others["cytoscape"], others["network"]
    return [
        Measure("size of `explorer.html`", [size], "MB", bound=f"≤ {SIZE_MB} MB", held=size <= SIZE_MB),
        bounded("`explorer.html` from disk: usable", usable, "s", USABLE_S,
                "plain cytoscape.js page, first drawn", plain[0]),
        bounded(f"slowest of {len(questions)} saved questions in the page: `{slowest}`",
                questions[slowest], "ms", QUESTION_MS),
        Measure("median of the saved questions", [statistics.median(v) for v in questions.values()], "ms"),
        Measure("`network.html`: drawn", ours[0], "s", "pyvis's default page, first drawn", pyvis[0]),
        Measure("`network.html`: panning", ours[1], "frames/s", "pyvis's default page", pyvis[1]),
        bounded("explorer: panning", frames, "frames/s", FRAMES, "plain cytoscape.js page", plain[1],
                least=True),
    ]  # fmt: skip


def opening(browser: Browser, file: Path) -> tuple[list[float], list[float]]:
    """When a page of one network has drawn it first, and how it moves."""
    drawn, frames = [], []
    for _ in range(ROUNDS):
        with opened(browser, file.as_uri()) as page:
            page.wait_for_selector("canvas", state="attached")
            page.evaluate(
                "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            drawn.append(page.evaluate("() => performance.now() / 1000"))
            page.wait_for_timeout(500)
            frames.append(panned(page, (760, 480)))
    return drawn, frames


def others(folder: Path) -> None:
    """Pyvis's default page and a plain cytoscape.js page of the built network, into the folder."""
    import networkx as nx  # noqa: PLC0415
    from pyvis.network import Network  # noqa: PLC0415

    found = read_network(open_graph(folder), evidence=False)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((iri, {"label": found.label(iri)}) for iri in found.things)
    graph.add_edges_from((t.thing, t.end, {"label": found.label(t.relation)}) for t in found.ties)
    page = Network(height="850px", width="100%", directed=True, cdn_resources="in_line")
    page.from_nx(graph)
    # Its style and script of Bootstrap come from elsewhere, and here there is no elsewhere.
    text = re.sub(r"<link[^>]*jsdelivr[^>]*>|<script[^>]*jsdelivr[^>]*>\s*</script>", "",
                  page.generate_html(), flags=re.DOTALL)  # fmt: skip
    (folder / "pyvis.html").write_text(text, encoding="utf-8")
    elements = [{"data": {"id": iri, "label": found.label(iri)}} for iri in found.things]
    elements += [
        {"data": {"source": t.thing, "target": t.end, "label": found.label(t.relation)}}
        for t in found.ties
    ]
    code = base64.b64encode((VENDOR / "cytoscape.js").read_bytes()).decode()
    (folder / "cytoscape.html").write_text(
        "<!doctype html><meta charset='utf-8'><style>body{margin:0}#cy{height:100vh}</style><div id='cy'></div>"
        f"<script type='module'>import cytoscape from 'data:text/javascript;base64,{code}';"
        "cytoscape({container: document.getElementById('cy'), layout: {name: 'cose'}, "
        "style: [{selector: 'node, edge', style: {label: 'data(label)'}}], "
        f"elements: {elements!r}}});</script>",
        encoding="utf-8",
    )


def big(browser: Browser, folder: Path) -> list[Measure]:
    """A graph of 50,000 entities, from the server and in one file."""
    graph = folder / "big.nq"
    with graph.open("w", encoding="utf-8", newline="\n") as out:
        entities, quads = write_graph(out, ENTITIES, mentions=False)
    what = f"{entities:,} entities, {quads:,} quads"
    served, drawn, frames = [], [], []
    with server(graph) as address:
        for _ in range(BIG_ROUNDS):
            with opened(browser, f"{address}/", served=True) as page:
                served.append(page.evaluate(USABLE, 600))
        for _ in range(BIG_ROUNDS):
            with opened(browser, f"{address}/{CROWDED}", served=True) as page:
                page.evaluate(USABLE, 1500)
                drawn.append(page.evaluate(ELEMENTS))
                frames.append(panned(page, (760, 480)))
    file = folder / "big.html"
    pack(graph, file)
    inside, shown = [], []
    for _ in range(BIG_ROUNDS):
        with opened(browser, file.as_uri()) as page:
            inside.append(page.evaluate(USABLE, 600))
            shown.append(page.evaluate("() => noted.progress"))
    size = file.stat().st_size / 1e6
    return [
        bounded(f"served, {what}: usable", served, "s", SERVED_S),
        bounded(f"one file of {size:.0f} MB, the same graph: usable", inside, "s", ONE_FILE_S),
        Measure("its progress is shown", [sum(shown)], f"of {BIG_ROUNDS}", bound="always",
                held=all(shown)),
        bounded("things drawn with four crowded places opened", [float(n) for n in drawn], "elements", DRAWN),
        bounded("panning with them", frames, "frames/s", FRAMES, least=True),
    ]  # fmt: skip


def bounded(
    what: str, values: list[float], unit: str, limit: float, beside: str = "",
    other: list[float] | None = None, *, least: bool = False,
) -> Measure:  # fmt: skip
    found = statistics.median(values)
    held = found >= limit if least else found <= limit
    sign = "≥" if least else "≤"
    return Measure(what, values, unit, beside, other or (), f"{sign} {limit:g} {unit}", held)


def pack(graph: Path, file: Path) -> None:
    quads = sorted(
        ox.parse(path=str(graph), format=ox.RdfFormat.N_QUADS),
        key=lambda quad: (str(quad.graph_name), str(quad.subject)),
    )
    trig = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=prefixes()) or b""
    file.write_text(explorer_html(trig.decode(), quads), encoding="utf-8", newline="\n")


@contextlib.contextmanager
def server(graph: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bilateral", "serve", "--graph", str(graph), "--port", "0"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    stderr: Any = process.stderr
    line = ""
    while "http://" not in line:
        line = stderr.readline()
        if not line:
            told = "the server did not start"
            raise SystemExit(told)
    try:
        yield re.findall(r"http://[\d.:]+", line)[0]
    finally:
        process.terminate()
        process.wait(60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--small", action="store_true", help="leave the large graph out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
        folder = Path(temporary) / "out"
        subprocess.run(
            [sys.executable, "build_graph.py", "--out", folder], check=True, cwd=ROOT,
            capture_output=True,
        )  # fmt: skip
        others(folder)
        measures = small(browser, folder)
        if not given.small:
            measures += big(browser, Path(temporary))
        packages = ("pyvis", "networkx", "playwright")
    write(f"The explorer (Chromium {browser.version})", "explorer_speed.py", packages, measures)


if __name__ == "__main__":
    main()
