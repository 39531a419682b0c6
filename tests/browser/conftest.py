"""A real browser: Debian's Chromium, driven over the explorer from disk and from the server.

Without one, tests are skipped; where CI=true, they fail.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from ..serving import bilateral_server  # noqa: TID252 - as the other tests import it

NAMES = ("chromium", "chromium-browser", "google-chrome")
VIEWS = ("network", "timeline", "map", "figures", "source", "ask")
LANGUAGES = ("en", "ka", "az")
# Resolves when nothing in the page has changed for a while and no query is under way: views load
# piece by piece.
QUIET = """([calm, longest]) => new Promise((resolve) => {
  const engine = globalThis.bilateral?.engine;
  if (engine && engine.waiting === undefined) {
    const ask = engine.ask;
    engine.waiting = 0;
    engine.ask = (...given) => {
      engine.waiting += 1;
      const answer = ask(...given);
      answer.then(() => {}, () => {}).finally(() => { engine.waiting -= 1; });
      return answer;
    };
  }
  const begin = performance.now();
  let last = begin;
  const watch = new MutationObserver(() => { last = performance.now(); });
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const timer = setInterval(() => {
    const now = performance.now();
    const still = now - last >= calm && !(engine?.waiting > 0);
    if (!still && now - begin < longest) return;
    watch.disconnect();
    clearInterval(timer);
    resolve();
  }, 40);
})"""


def program():
    wanted = filter(None, (os.environ.get("BILATERAL_BROWSER"), *NAMES))
    return next((path for name in wanted if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium():
    # For a module, not the session: Playwright's loop would be in the way of others' asyncio.
    path = program()
    if path is None:
        told = "no Chromium: `make test` installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """An open page, and what it asked for and complained of on the way."""

    page: object
    address: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def settle(self, calm=300, longest=10_000):
        """Wait until the page stands still."""
        self.page.evaluate(QUIET, [calm, longest])
        return self

    def go(self, state):
        """Another state, as if the reader had changed the address."""
        self.page.evaluate("(state) => { location.hash = state }", state)
        return self.settle()

    def ask(self, script, *args):
        """What a script says of the page."""
        return self.page.evaluate(script, *args)


@pytest.fixture(scope="module")
def visit(chromium):
    """Opens pages; nothing but the page's own server may be asked for anything."""
    contexts = []

    def open_page(
        address, *, state="", width=1440, height=900, scheme="light", offline=True, **how
    ):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, offline=offline,
            reduced_motion="reduce", accept_downloads=True, **how,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        visited = Visit(page, str(address))
        page.on("request", lambda request: visited.requests.append(request.url))
        page.on("pageerror", lambda error: visited.errors.append(str(error)))
        page.on("console", lambda message: visited.errors.append(message.text)
                if message.type == "error" else None)  # fmt: skip
        page.on("dialog", lambda dialog: (visited.dialogs.append(dialog.message), dialog.dismiss()))
        where = address.as_uri() if isinstance(address, Path) else address
        page.goto(f"{where}{state}")
        return visited

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def explorer(visit, built):
    """Opens the one-file explorer from disk, with the network switched off."""

    def open_explorer(state="", **how):
        visited = visit(built / "explorer.html", state=state, **how)
        visited.page.wait_for_function("() => globalThis.bilateral !== undefined")
        visited.ask("() => bilateral.engine.ready.then(() => true)")
        return visited.settle()

    return open_explorer


@pytest.fixture(scope="module")
def server(built):
    with bilateral_server(built) as address:
        yield address


@pytest.fixture(scope="module")
def served(visit, server):
    """Opens the explorer that `bilateral serve` serves."""

    def open_served(state="", **how):
        visited = visit(f"{server}/", state=state, offline=False, **how)
        visited.page.wait_for_function("() => globalThis.bilateral !== undefined")
        return visited.settle()

    return open_served


@pytest.fixture(scope="module", params=["file", "served"])
def either(request):
    """The explorer both ways."""
    return request.getfixturevalue("explorer" if request.param == "file" else "served")
