"""How long a whole build takes, and how soon the command answers, as ratios of one run.

`make bench` runs it; it exits with 3 when a bound is missed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results import Measure, write

ROOT = Path(__file__).parent.parent
ROUNDS = 15
BUILD_BOUND = 4.0
HELP_BOUND, HELP_EXTRA_S = 3.0, 0.1
ASK_BOUND, ASK_EXTRA_S = 2.5, 0.15


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - start


def main() -> None:
    python = sys.executable
    bilateral = str(Path(python).parent / "bilateral")
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/out"
        graph = ["--graph", out]
        commands = {
            "build": [python, "build_graph.py", "--out", out],
            "graph": [python, "build_graph.py", "--graph-only", "--out", f"{folder}/graph"],
            "imports": [python, "-c", "import rdflib, pyshacl, pyoxigraph"],
            "help": [bilateral, "--help"],
            "pass": [python, "-c", "pass"],
            "ask": [bilateral, "ask", "trade-turnover", "--country", "azerbaijan", *graph],
            "sparql": [bilateral, "sparql", "SELECT ?p { ?a bil:party ?p }", "-o", "csv", *graph],
            "pyoxigraph": [python, "-c", "import pyoxigraph"],
        }
        for command in commands.values():  # once, so that bytecode is there for all
            seconds(command)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):  # alternated: a slow moment of the machine falls on all
            for name, command in commands.items():
                times[name].append(seconds(command))
    beside = "bare imports of rdflib, pyshacl, pyoxigraph"
    whole = Measure(
        "cold build of the graph, every gate", times["graph"], "s", beside, times["imports"]
    )
    measures = [
        Measure(whole.what, whole.values, "s", beside, whole.other,
                f"≤ {BUILD_BOUND} ×", whole.ratio <= BUILD_BOUND),
        # The explorer and the network's files came later than the bound.
        Measure("the same with the explorer and the network's files", times["build"], "s", beside,
                times["imports"]),
        cold("`bilateral --help`", times["help"], "bare `pass`", times["pass"], HELP_BOUND, HELP_EXTRA_S),
    ]  # fmt: skip
    measures += [
        cold(f"`bilateral {name}`, cold", times[name], "bare `import pyoxigraph`",
             times["pyoxigraph"], ASK_BOUND, ASK_EXTRA_S)
        for name in ("ask", "sparql")
    ]  # fmt: skip
    packages = ("rdflib", "pyshacl", "pyoxigraph", "click")
    write("Build and start", "build_speed.py", packages, measures)


def cold(
    what: str, values: list[float], beside: str, other: list[float], times: float, extra: float
) -> Measure:
    measure = Measure(what, values, "s", beside, other)
    limit = times * measure.median / measure.ratio + extra
    bound = f"≤ {times} × + {extra} s = {limit:.3f} s"
    return Measure(what, values, "s", beside, other, bound, measure.median <= limit)


if __name__ == "__main__":
    main()
