"""Two versions of a page beside each other: what was added, dropped, changed, or reworded."""
