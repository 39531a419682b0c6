"""The graph of the real page, statement by statement, beside the one that was read and approved.

After a change that is meant, write it anew with `python tests/test_golden.py` and read the
difference (`git diff tests/golden`) beside the page.
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden" / "georgia-azerbaijan.tsv"


def lines():
    from bilateral.build import assemble  # noqa: PLC0415 - also run as a script
    from bilateral.report import report_of  # noqa: PLC0415

    (source,) = report_of(assemble([]))["sources"]
    claims = sorted(
        source["claims"], key=lambda c: (c["char"], c["subject"], c["predicate"], c["object"])
    )
    for c in claims:
        begin, end = c["char"]
        yield "\t".join([f"{begin},{end}", c["subject"], c["predicate"], c["object"], c["by"]])


def test_the_graph_is_the_one_that_was_read():
    assert list(lines()) == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_the_readme_s_query_gives_rows():
    from bilateral.build import assemble  # noqa: PLC0415

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)
    store = ox.Store()
    store.extend(assemble([]).quads)
    rows = list(store.query(query))
    assert any("SOCAR" in row["words"].value for row in rows)


def test_the_readme_s_examples_are_what_the_commands_print(built, monkeypatch):
    from click.testing import CliRunner  # noqa: PLC0415

    from bilateral.cli import main  # noqa: PLC0415

    monkeypatch.setenv("COLUMNS", "100")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```\n\$ \.venv/bin/bilateral (.*?)\n(.*?)```", text, re.DOTALL)
    assert len(examples) >= 4
    for command, shown in examples:
        result = CliRunner().invoke(main, [*shlex.split(command), "--graph", str(built)])
        printed = " ".join(result.stdout.split())
        assert " ".join(shown.removesuffix("…\n").removeprefix("…\n").split()) in printed, command


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    GOLDEN.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
