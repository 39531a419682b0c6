"""A new page made into a source: its folder, metadata, first extraction, and a review to fill in."""
