"""Build the graph: python build_graph.py [PAGE …] [--out out]. With no page, all stored sources.

A dozen lines over the package: the same as `bilateral build`, from a checkout.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))

from bilateral.cli import main

if __name__ == "__main__":
    main(["build", *sys.argv[1:]], prog_name="bilateral")
