"""How long a whole build takes, and how soon the command answers, as ratios of one run.

Run it with `make bench`. It writes its table into RESULTS.md and exits with 3 when a bound is
missed.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "RESULTS.md"
ROUNDS = 15
BUILD_BOUND = 4.0
HELP_BOUND, HELP_EXTRA_S = 3.0, 0.1


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - start


def main() -> None:
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "build": [python, "build_graph.py", "--out", f"{folder}/out"],
            "imports": [python, "-c", "import rdflib, pyshacl, pyoxigraph"],
            "help": [python, "-m", "bilateral", "--help"],
            "pass": [python, "-c", "pass"],
        }
        for command in commands.values():  # once, so that bytecode is there for all
            seconds(command)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):  # alternated: a slow moment of the machine falls on all
            for name, command in commands.items():
                times[name].append(seconds(command))
    median = {name: statistics.median(found) for name, found in times.items()}
    build_ratio = median["build"] / median["imports"]
    help_bound = HELP_BOUND * median["pass"] + HELP_EXTRA_S
    lines = [
        "# Results",
        "",
        "Written by `make bench`; medians of alternated cold processes in one run.",
        "",
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {ROUNDS} rounds.",
        "",
        "## Speed of the build (`benchmarks/build_speed.py`)",
        "",
        "| what | seconds | compared with | seconds | ratio | bound | held |",
        "| --- | ---: | --- | ---: | ---: | ---: | --- |",
        f"| whole cold build, every gate | {median['build']:.3f} | bare imports of rdflib, pyshacl,"
        f" pyoxigraph | {median['imports']:.3f} | {build_ratio:.2f} | {BUILD_BOUND:.2f} |"
        f" {'yes' if build_ratio <= BUILD_BOUND else 'no'} |",
        f"| `bilateral --help` | {median['help']:.3f} | bare `pass` | {median['pass']:.3f} |"
        f" {median['help'] / median['pass']:.2f} | {help_bound:.3f} s |"
        f" {'yes' if median['help'] <= help_bound else 'no'} |",
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines[4:]))
    if build_ratio > BUILD_BOUND or median["help"] > help_bound:
        sys.exit(3)


if __name__ == "__main__":
    main()
