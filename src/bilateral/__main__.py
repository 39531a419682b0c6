"""`python -m bilateral` is the `bilateral` command."""

from __future__ import annotations

from bilateral.cli import main

if __name__ == "__main__":
    main()
