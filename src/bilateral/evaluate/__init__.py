"""How much of a page extraction reads rightly: a page beside the facts that a reader takes from it."""
